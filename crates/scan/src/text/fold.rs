//! One pass over a text: lower case, compatibility forms, accents, look-alikes, hidden characters.
//!
//! **Invariant:** ASCII passes in step with the original; each other letter costs a bounded look
//! around it. Characters that scripts need (joiners in Persian, Hindi and emoji, flags) hide nothing.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::confusables::latin;
use super::terminal::sequence_length;
use super::{Disguise, Hidden};

/// Hidden characters of one kind that a finding shows.
const SHOWN: usize = 2_000;
/// Findings of one kind that a text can have before the rest is left out.
const MOST_HIDDEN: usize = 200;
/// Letters looked at on either side to see whether a word mixes scripts.
const WORD: usize = 24;
/// Zero-width characters in a row that can spell a letter.
const BITS: usize = 8;

pub(super) struct Folded {
    pub(super) text: String,
    pub(super) steps: Vec<(usize, usize)>,
    pub(super) hidden: Vec<Hidden>,
    /// Letters of another script stood for Latin ones.
    pub(super) confused: bool,
}

struct Folder<'a> {
    source: &'a str,
    at: usize,
    folded: Folded,
}

pub(super) fn fold(source: &str) -> Folded {
    let mut folder = Folder {
        source,
        at: 0,
        folded: Folded {
            text: String::with_capacity(source.len()),
            steps: vec![(0, 0)],
            hidden: Vec::new(),
            confused: false,
        },
    };
    while folder.at < source.len() {
        folder.ascii();
        folder.other();
    }
    let ends = (folder.folded.text.len(), source.len());
    folder.folded.steps.push(ends);
    folder.folded
}

impl Folder<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// Copies ASCII up to the next letter that needs a look.
    fn ascii(&mut self) {
        let rest = self.rest();
        let length = rest
            .bytes()
            .position(|byte| !byte.is_ascii() || byte == 0x1b)
            .unwrap_or(rest.len());
        if length == 0 {
            return;
        }
        let run = rest.get(..length).unwrap_or_default().to_owned();
        self.step();
        let start = self.folded.text.len();
        self.folded.text.push_str(&run);
        if let Some(copied) = self.folded.text.get_mut(start..) {
            copied.make_ascii_lowercase();
        }
        self.at += length;
    }

    /// From here on, derived and original offsets run in step again.
    fn step(&mut self) {
        let here = (self.folded.text.len(), self.at);
        let in_step = self
            .folded
            .steps
            .last()
            .is_some_and(|(derived, original)| here.0 - derived == here.1 - original);
        if !in_step {
            self.folded.steps.push(here);
        }
    }

    fn other(&mut self) {
        let Some(letter) = self.rest().chars().next() else {
            return;
        };
        if letter == '\u{1b}' {
            self.at += sequence_length(self.rest().as_bytes());
            return;
        }
        if letter.is_ascii() {
            return;
        }
        let code = u32::from(letter);
        match code {
            0xE0000..=0xE007F => self.tags(),
            0xFE00..=0xFE0F | 0xE0100..=0xE01EF => self.selectors(),
            0x202A..=0x202E | 0x2066..=0x2069 => self.bidi(letter),
            _ if is_zero_width(letter) => self.zero_width(),
            _ => self.letter(letter),
        }
    }

    fn hide(&mut self, disguise: Disguise, length: usize, decoded: &str) {
        if self.folded.hidden.len() < MOST_HIDDEN {
            self.folded.hidden.push(Hidden {
                disguise,
                place: self.at..self.at + length,
                decoded: decoded.chars().take(SHOWN).collect(),
            });
        }
        self.at += length;
    }

    fn tags(&mut self) {
        let rest = self.rest();
        let run = rest
            .chars()
            .take_while(|letter| (0xE0000..=0xE007F).contains(&u32::from(*letter)));
        let (mut length, mut decoded) = (0, String::new());
        for letter in run {
            length += letter.len_utf8();
            decoded.extend(char::from_u32(u32::from(letter) - 0xE0000).filter(|tag| *tag >= ' '));
        }
        let flag = self.before().ends_with('\u{1F3F4}')
            && decoded.len() <= 8
            && decoded.ends_with('\u{7f}');
        if flag {
            self.at += length;
            return;
        }
        decoded.retain(|letter| letter != '\u{7f}');
        self.hide(Disguise::Tags, length, &decoded);
    }

    fn selectors(&mut self) {
        let (mut length, mut bytes) = (0, Vec::new());
        for letter in self.rest().chars() {
            let code = u32::from(letter);
            let byte = match code {
                0xFE00..=0xFE0F => code - 0xFE00,
                0xE0100..=0xE01EF => code - 0xE0100 + 16,
                _ => break,
            };
            length += letter.len_utf8();
            bytes.extend(u8::try_from(byte));
        }
        if bytes.len() < 3 {
            self.at += length;
            return;
        }
        let decoded = String::from_utf8_lossy(&bytes).into_owned();
        self.hide(Disguise::VariationSelectors, length, &decoded);
    }

    /// Overrides turn text round anywhere; embeddings and isolates are at home beside right-to-left letters.
    fn bidi(&mut self, letter: char) {
        let line_has_right_to_left = {
            let before = self.before().chars().rev().take(200);
            let after = self.rest().chars().take(200);
            before
                .take_while(|near| *near != '\n')
                .chain(after.take_while(|near| *near != '\n'))
                .any(is_right_to_left)
        };
        let overrides = matches!(letter, '\u{202D}' | '\u{202E}');
        if line_has_right_to_left && !overrides {
            self.at += letter.len_utf8();
            return;
        }
        self.hide(Disguise::Bidi, letter.len_utf8(), "");
    }

    fn zero_width(&mut self) {
        let run: Vec<char> = self
            .rest()
            .chars()
            .take_while(|letter| is_zero_width(*letter))
            .collect();
        let length = run.iter().map(|letter| letter.len_utf8()).sum();
        if run.len() >= BITS {
            let decoded = bits(&run);
            self.hide(Disguise::ZeroWidth, length, &decoded);
            return;
        }
        let before = self.before().chars().next_back();
        let after = self
            .rest()
            .get(length..)
            .and_then(|rest| rest.chars().next());
        let inside_word = [before, after]
            .iter()
            .all(|near| near.is_some_and(|letter| letter.is_ascii_alphabetic()));
        if inside_word && !run.iter().all(|letter| *letter == '\u{AD}') {
            self.hide(Disguise::ZeroWidth, length, "");
            return;
        }
        self.at += length;
    }

    fn letter(&mut self, letter: char) {
        self.step();
        if let Some(alike) = latin(letter)
            && self.word_is_latin()
        {
            self.folded.text.push(alike);
            self.folded.confused = true;
        } else {
            fold_letter(letter, &mut self.folded.text);
        }
        self.at += letter.len_utf8();
    }

    fn before(&self) -> &str {
        self.source.get(..self.at).unwrap_or_default()
    }

    /// A word of two scripts is a Latin word with other letters in it.
    fn word_is_latin(&self) -> bool {
        let before = self.before().chars().rev().take(WORD);
        let after = self.rest().chars().take(WORD);
        let part_of_word = |letter: &char| letter.is_alphabetic() || is_zero_width(*letter);
        before
            .take_while(part_of_word)
            .chain(after.take_while(part_of_word))
            .any(|letter| letter.is_ascii_alphabetic())
    }
}

/// Appends a letter in lower case, without accents and compatibility forms.
pub(super) fn fold_letter(letter: char, text: &mut String) {
    let code = u32::from(letter);
    // Kana and Hangul letters would fall apart; they have no case.
    if (0x3040..=0x30FF).contains(&code) || (0xAC00..=0xD7A3).contains(&code) {
        text.push(letter);
        return;
    }
    decompose_compatible(letter, |part| {
        if !is_combining_mark(part) {
            text.extend(part.to_lowercase().filter(|low| !is_combining_mark(*low)));
        }
    });
}

fn is_zero_width(letter: char) -> bool {
    matches!(
        letter,
        '\u{AD}' | '\u{34F}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}'
            | '\u{206A}'..='\u{206F}' | '\u{FEFF}' | '\u{3164}' | '\u{FFA0}' | '\u{115F}' | '\u{1160}'
    )
}

fn is_right_to_left(letter: char) -> bool {
    matches!(u32::from(letter), 0x590..=0x8FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC)
}

/// Reads zero-width characters as bits, most significant first: the rarer letter of two is the one.
fn bits(run: &[char]) -> String {
    let mut kinds: Vec<char> = run.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    let [zero, one] = kinds.as_slice() else {
        return String::new();
    };
    for one in [one, zero] {
        let bytes: Vec<u8> = run
            .chunks_exact(8)
            .map(|eight| {
                eight
                    .iter()
                    .fold(0, |byte, letter| byte << 1 | u8::from(letter == one))
            })
            .collect();
        if let Ok(text) = String::from_utf8(bytes)
            && text.chars().all(|letter| !letter.is_control())
        {
            return text;
        }
    }
    String::new()
}
