//! One value of a detection: how a text of an event is compared with it.
//!
//! **Invariant:** matching takes time linear in the text; nothing backtracks further than one pattern.

use crate::error::Problem;
use crate::view::{Text, lower_case};
use regex::bytes::{Regex, RegexBuilder};
use std::sync::OnceLock;

/// Longest value of a detection, in bytes.
pub(crate) const LONGEST: usize = 4096;
/// Most memory that a compiled regular expression may take.
const REGEX_SIZE: usize = 1024 * 1024;

/// Where in the text a value must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Whole,
    Anywhere,
    Start,
    End,
}

/// Whether upper and lower case differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Ignored,
    Heeded,
}

/// How two numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// When a regular expression is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Regexes {
    /// While loading, so that an error is told.
    Checked,
    /// When first used: the tests of this crate have compiled it.
    Shipped,
}

/// A value of a detection.
#[derive(Debug)]
pub(crate) enum Pattern {
    /// The same text, without wildcards.
    Text {
        text: String,
        place: Place,
        case: Case,
    },
    /// A text with `*` or `?`.
    Wild { glob: Glob, case: Case },
    /// A regular expression.
    Regex(LazyRegex),
    /// A number that is compared.
    Number { order: Order, than: f64 },
}

/// Texts between `*`, each made of characters and of `None` for `?`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    pieces: Vec<Vec<Option<char>>>,
}

#[derive(Debug)]
pub(crate) struct LazyRegex {
    source: String,
    flags: Flags,
    compiled: OnceLock<Option<Regex>>,
}

/// Sigma's sub-modifiers of `re`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    /// `i`: upper and lower case are the same.
    pub(crate) ignore_case: bool,
    /// `m`: `^` and `$` also match at line ends.
    pub(crate) multi_line: bool,
    /// `s`: `.` also matches line ends.
    pub(crate) dot_all: bool,
}

impl Pattern {
    /// Makes a pattern of a value with Sigma's wildcards.
    pub(crate) fn text(value: &str, place: Place, case: Case) -> Pattern {
        let lower = match case {
            Case::Ignored => lower_case(value),
            Case::Heeded => None,
        };
        let value = lower.as_deref().unwrap_or(value);
        if !value.contains(['*', '?', '\\']) {
            let text = value.to_owned();
            return Pattern::Text { text, place, case };
        }
        let mut glob = Glob::read(value);
        if let Some(text) = glob.literal() {
            return Pattern::Text { text, place, case };
        }
        glob.open_ends(place);
        Pattern::Wild { glob, case }
    }

    /// Makes a pattern of a regular expression.
    pub(crate) fn regex(source: &str, flags: Flags, when: Regexes) -> Result<Pattern, Problem> {
        let regex = LazyRegex {
            source: source.to_owned(),
            flags,
            compiled: OnceLock::new(),
        };
        if when == Regexes::Checked {
            let compiled = regex.compile().map_err(|error| Problem::Regex {
                pattern: source.to_owned(),
                why: error.to_string(),
            })?;
            regex.compiled.get_or_init(|| Some(compiled));
        }
        Ok(Pattern::Regex(regex))
    }

    /// Says whether a text of an event matches.
    pub(crate) fn matches(&self, text: &Text<'_>) -> bool {
        match self {
            Pattern::Text {
                text: wanted,
                place,
                case,
            } => {
                let text = in_case(text, *case);
                match place {
                    Place::Whole => text == wanted,
                    Place::Anywhere => text.contains(wanted.as_str()),
                    Place::Start => text.starts_with(wanted.as_str()),
                    Place::End => text.ends_with(wanted.as_str()),
                }
            }
            Pattern::Wild { glob, case } => glob.matches(in_case(text, *case)),
            Pattern::Regex(regex) => regex
                .get()
                .is_some_and(|regex| regex.is_match(text.raw.as_bytes())),
            Pattern::Number { order, than } => {
                let Ok(number) = text.raw.trim().parse::<f64>() else {
                    return false;
                };
                match order {
                    Order::Less => number < *than,
                    Order::LessOrEqual => number <= *than,
                    Order::Greater => number > *than,
                    Order::GreaterOrEqual => number >= *than,
                }
            }
        }
    }

    /// The one text in lower case that must be the whole value for a match, if there is one.
    pub(crate) fn whole_text(&self) -> Option<String> {
        match self {
            Pattern::Text {
                text,
                place: Place::Whole,
                ..
            } => Some(lower_case(text).unwrap_or_else(|| text.clone())),
            Pattern::Text { .. }
            | Pattern::Wild { .. }
            | Pattern::Regex(_)
            | Pattern::Number { .. } => None,
        }
    }
}

fn in_case<'t>(text: &'t Text<'_>, case: Case) -> &'t str {
    match case {
        Case::Ignored => text.lower(),
        Case::Heeded => &text.raw,
    }
}

impl Glob {
    /// Reads `*`, `?` and `\` as Sigma does: a backslash only matters before one of the three.
    fn read(value: &str) -> Glob {
        let mut pieces = Vec::new();
        let mut piece = Vec::new();
        let mut characters = value.chars().peekable();
        while let Some(character) = characters.next() {
            let escaped = character == '\\' && matches!(characters.peek(), Some('*' | '?' | '\\'));
            match character {
                '\\' if escaped => piece.push(characters.next()),
                '*' => {
                    pieces.push(std::mem::take(&mut piece));
                }
                '?' => piece.push(None),
                other => piece.push(Some(other)),
            }
        }
        pieces.push(piece);
        Glob { pieces }
    }

    /// The text, if there is no wildcard in it.
    fn literal(&self) -> Option<String> {
        match self.pieces.as_slice() {
            [only] => only.iter().copied().collect(),
            _ => None,
        }
    }

    /// Puts a `*` where the place leaves an end open.
    fn open_ends(&mut self, place: Place) {
        if matches!(place, Place::Anywhere | Place::End) {
            self.pieces.insert(0, Vec::new());
        }
        if matches!(place, Place::Anywhere | Place::Start) {
            self.pieces.push(Vec::new());
        }
    }

    fn matches(&self, text: &str) -> bool {
        let Some((first, others)) = self.pieces.split_first() else {
            return text.is_empty();
        };
        let Some(mut rest) = after_piece(first, text) else {
            return false;
        };
        let Some((last, middle)) = others.split_last() else {
            return rest.is_empty();
        };
        for piece in middle {
            let Some(after) = after_first(piece, rest) else {
                return false;
            };
            rest = after;
        }
        ends_with_piece(last, rest)
    }
}

/// What follows the piece, if the text begins with it.
fn after_piece<'t>(piece: &[Option<char>], text: &'t str) -> Option<&'t str> {
    let mut characters = text.chars();
    for wanted in piece {
        let found = characters.next()?;
        if wanted.is_some_and(|wanted| wanted != found) {
            return None;
        }
    }
    Some(characters.as_str())
}

/// What follows the first place where the piece stands: leftmost is enough, as `*` takes the rest.
fn after_first<'t>(piece: &[Option<char>], text: &'t str) -> Option<&'t str> {
    let mut rest = text;
    loop {
        if let Some(after) = after_piece(piece, rest) {
            return Some(after);
        }
        let mut characters = rest.chars();
        characters.next()?;
        rest = characters.as_str();
    }
}

fn ends_with_piece(piece: &[Option<char>], text: &str) -> bool {
    let mut characters = text.chars();
    piece.iter().rev().all(|wanted| {
        characters
            .next_back()
            .is_some_and(|found| wanted.is_none_or(|wanted| wanted == found))
    })
}

impl LazyRegex {
    fn get(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| self.compile().ok()).as_ref()
    }

    /// Compiles over bytes: a class such as `[^\n]` is then one step instead of all of
    /// Unicode, which makes a rule's first use some ten times cheaper. What needs Unicode gets it.
    fn compile(&self) -> Result<Regex, regex::Error> {
        let bytes = self.source.is_ascii().then(|| self.build(false));
        match bytes {
            Some(Ok(regex)) => Ok(regex),
            Some(Err(_)) | None => self.build(true),
        }
    }

    fn build(&self, unicode: bool) -> Result<Regex, regex::Error> {
        RegexBuilder::new(&self.source)
            .unicode(unicode)
            .case_insensitive(self.flags.ignore_case)
            .multi_line(self.flags.multi_line)
            .dot_matches_new_line(self.flags.dot_all)
            .size_limit(REGEX_SIZE)
            .build()
    }
}

#[cfg(test)]
mod tests;
