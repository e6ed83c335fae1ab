//! Text as a model would read it: letters folded, hidden characters taken out and decoded.
//!
//! **Invariant:** every derived text keeps a way back to the place in the text it came from, and
//! is made in time linear in that text. Nothing here judges what the text says.

mod confusables;
mod decode;
mod fold;
mod markup;
mod terminal;

#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

pub use decode::MAX_DEPTH;

/// How a text was hidden from people, or changed from what a pattern would find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Disguise {
    /// Unicode tag characters: invisible ASCII.
    Tags,
    /// Variation selectors in a row: invisible bytes.
    VariationSelectors,
    /// Zero-width characters inside words, or bits written with them.
    ZeroWidth,
    /// Controls that turn the reading direction.
    Bidi,
    /// Escape sequences that hide text from who looks at the terminal, or act on it.
    Terminal,
    /// Letters of another script that look like Latin ones.
    Confusables,
    /// An HTML comment.
    HtmlComment,
    /// An HTML element that is styled to be invisible.
    InvisibleStyle,
    /// The title of a link, the text of an image, a comment in markdown.
    MarkdownTitle,
    /// Base64 or base64url.
    Base64,
    /// Base32.
    Base32,
    /// Hexadecimal digits.
    Hex,
    /// `%41`.
    Percent,
    /// `&#65;` or `&lt;`.
    Entities,
    /// `\x41` or `\u0041`.
    Escapes,
    /// The alphabet turned by thirteen.
    Rot13,
    /// Written from the end.
    Reversed,
    /// Digits for letters.
    Leetspeak,
    /// `l i k e   t h i s`.
    Spacing,
}

impl Disguise {
    /// Returns the name in words, as findings say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tags => "tag characters",
            Self::VariationSelectors => "variation selectors",
            Self::ZeroWidth => "zero-width characters",
            Self::Bidi => "bidi controls",
            Self::Terminal => "terminal escapes",
            Self::Confusables => "look-alike letters",
            Self::HtmlComment => "HTML comment",
            Self::InvisibleStyle => "invisible style",
            Self::MarkdownTitle => "markdown title",
            Self::Base64 => "base64",
            Self::Base32 => "base32",
            Self::Hex => "hexadecimal",
            Self::Percent => "percent encoding",
            Self::Entities => "HTML entities",
            Self::Escapes => "backslash escapes",
            Self::Rot13 => "rot13",
            Self::Reversed => "reversed",
            Self::Leetspeak => "leetspeak",
            Self::Spacing => "spaced letters",
        }
    }
}

impl fmt::Display for Disguise {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Something that people do not see and a model reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// How it was hidden.
    pub disguise: Disguise,
    /// Where, in bytes of the text that was given.
    pub place: Range<usize>,
    /// What it says once decoded; empty when it only disturbs.
    pub decoded: String,
}

/// A folded text, and where each part of it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Lower case, compatibility forms and accents folded, invisible characters gone.
    pub text: String,
    /// What had to be undone to get here, outermost first; empty for the text as it stands.
    pub disguises: Vec<Disguise>,
    places: Places,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Places {
    /// Decoded from this one stretch.
    Whole(Range<usize>),
    /// From each listed offset on, derived and original text run in step; the last are both ends.
    Steps(Vec<(usize, usize)>),
}

impl View {
    /// Returns the bytes of the original text that a stretch of this view came from.
    pub fn place(&self, stretch: Range<usize>) -> Range<usize> {
        match &self.places {
            Places::Whole(place) => place.clone(),
            Places::Steps(steps) => {
                let length = steps.last().map_or(0, |(_, original)| *original);
                let start = original(steps, stretch.start).min(length);
                let last = stretch.end.saturating_sub(1).max(stretch.start);
                let end = original(steps, last).saturating_add(1).min(length);
                start..end.max(start)
            }
        }
    }
}

/// A letter that folds to many must not lead beyond where the next one came from.
fn original(steps: &[(usize, usize)], offset: usize) -> usize {
    let after = steps.partition_point(|(derived, _)| *derived <= offset);
    let limit = steps
        .get(after)
        .map_or(usize::MAX, |(_, original)| *original);
    match after.checked_sub(1).and_then(|index| steps.get(index)) {
        Some((derived, original)) => (original + (offset - derived)).min(limit),
        None => offset,
    }
}

/// All that can be read from one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The text as it stands, folded, comes first; then what was decoded from it.
    pub views: Vec<View>,
    /// What people do not see.
    pub hidden: Vec<Hidden>,
    /// Stretches that a page would not show (comments, invisible elements, titles), by place.
    pub unseen: Vec<(Disguise, Range<usize>)>,
}

/// Reads a text in every way that a model might.
pub fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    let folded = fold::fold(text);
    reading.hidden = folded.hidden;
    reading.hidden.extend(terminal::hidden(text));
    reading.unseen = markup::unseen(text);
    let mut disguises = Vec::new();
    if folded.confused {
        disguises.push(Disguise::Confusables);
    }
    let plain = View {
        text: folded.text,
        disguises,
        places: Places::Steps(folded.steps),
    };
    let derived = decode::derived(text, &plain, &reading.hidden);
    reading.views.push(plain);
    reading.views.extend(derived);
    reading
}

/// Folds letters outside ASCII as [`read`] does; ASCII stays, so that a regex keeps its meaning.
pub(crate) fn fold_word(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for letter in word.chars() {
        if letter.is_ascii() {
            folded.push(letter);
        } else {
            fold::fold_letter(letter, &mut folded);
        }
    }
    folded
}
