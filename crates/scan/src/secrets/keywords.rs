//! Where keywords stand in a text: all of them, also inside one another, in one pass.
//!
//! A hook that finds no daemon builds this before its tool call, so it is a table of the first
//! four letters of each keyword and no automaton: built in microseconds, some 40 KiB. A keyword of
//! three letters stands in it once for each class of the letter that follows.
//!
//! **Invariant:** upper and lower case of ASCII are the same; each place in the text costs no more
//! than the keywords that share its first letters.

use std::ops::Range;

/// Bits of one letter's class.
const BITS: u32 = 6;
/// How many classes there are.
const ALL: u32 = 1 << BITS;
/// The table has 64 times as many places, so that few texts lead to one by chance.
const WORDS: usize = 1 << 11;

/// Keywords, ready to be looked for.
#[derive(Debug)]
pub(crate) struct Keywords {
    words: Vec<Box<[u8]>>,
    /// By their first four letters.
    four: Table,
    /// Keywords that are shorter still: few, and found by their last letter.
    short: Vec<usize>,
}

impl Keywords {
    /// Prepares the words; they are known by their places in the list. Empty ones are never found.
    pub(crate) fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Keywords {
        let words = words.into_iter();
        let words: Vec<Box<[u8]>> = words
            .map(|word| word.to_ascii_lowercase().into_bytes().into())
            .collect();
        let mut long = Vec::new();
        for (number, word) in words.iter().enumerate().filter(|(_, word)| word.len() >= 3) {
            let (first, rest) = word.split_at_checked(4).unwrap_or((word, &[]));
            let code = first.iter().fold(0, |code, byte| next(code, *byte));
            let (tail, mask) = start_of(rest);
            let entry = Entry { number, tail, mask };
            if word.len() == 3 {
                long.extend((0..ALL).map(|class| (slot(shift(code, class)), entry)));
            } else {
                long.push((slot(code), entry));
            }
        }
        let short = words.iter().enumerate();
        Keywords {
            four: Table::new(long),
            short: short
                .filter(|(_, word)| (1..3).contains(&word.len()))
                .map(|(number, _)| number)
                .collect(),
            words,
        }
    }

    /// Tells every keyword within a stretch of the text, and where it stands.
    pub(crate) fn each(
        &self,
        text: &[u8],
        stretch: Range<usize>,
        mut found: impl FnMut(usize, Range<usize>),
    ) {
        let end = stretch.end.min(text.len());
        let Some(part) = text.get(stretch.start..end) else {
            return;
        };
        let mut tell = |number: usize, at: Option<usize>| {
            let (Some(word), Some(at)) = (self.words.get(number), at) else {
                return;
            };
            let here = part.get(at..at + word.len());
            if here.is_some_and(|here| here.eq_ignore_ascii_case(word)) {
                found(number, stretch.start + at..stretch.start + at + word.len());
            }
        };
        let mut at_slot = |newest: usize, here: u32| {
            let (tail, _) = start_of(part.get(newest + 1..).unwrap_or_default());
            for entry in self.four.at(slot(here)) {
                if tail & entry.mask == entry.tail {
                    tell(entry.number, newest.checked_sub(3));
                }
            }
        };
        let (mut at, mut code) = (0, 0);
        while let Some((newest, here)) = self.next_place(part, at, code) {
            at_slot(newest, here);
            (at, code) = (newest + 1, here);
        }
        // Behind the last letter any other may stand: a keyword of three letters ends there.
        if let Some(last) = part.last_chunk::<3>() {
            let code = last.iter().fold(0, |code, byte| next(code, *byte));
            at_slot(part.len(), shift(code, 0));
        }
        for number in &self.short {
            let Some([before @ .., last]) = self.words.get(*number).map(|word| &**word) else {
                continue;
            };
            for end in memchr::memchr2_iter(*last, last.to_ascii_uppercase(), part) {
                tell(*number, end.checked_sub(before.len()));
            }
        }
    }

    /// The next place at which the last four letters may begin a keyword.
    #[inline(never)]
    fn next_place(&self, part: &[u8], from: usize, mut code: u32) -> Option<(usize, u32)> {
        let four = &*self.four.bits;
        for (after, byte) in part.get(from..)?.iter().enumerate() {
            code = next(code, *byte);
            if bit(four, slot(code)) != 0 {
                return Some((from + after, code));
            }
        }
        None
    }
}

/// The bits of a table.
type Bits = [u64; WORDS];

fn bit(bits: &Bits, slot: u32) -> u64 {
    // The mask tells the compiler that the place is inside.
    let word = bits.get(index(slot >> 6) & (WORDS - 1));
    word.copied().unwrap_or_default() >> (slot & 63) & 1
}

/// Keywords by their first letters.
#[derive(Debug)]
struct Table {
    /// One bit for each place at which a keyword is.
    bits: Box<Bits>,
    /// How many bits are set before each word of `bits`.
    before: Vec<u32>,
    /// For each set bit where its keywords begin in `entries`, and one more for the end.
    starts: Vec<usize>,
    entries: Vec<Entry>,
}

/// A keyword, and its letters that follow the first ones, for a quick look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    number: usize,
    tail: u32,
    mask: u32,
}

impl Table {
    fn new(mut all: Vec<(u32, Entry)>) -> Table {
        all.sort_unstable();
        // Two classes after the same three letters may share a place.
        all.dedup();
        let mut bits = Box::new([0_u64; WORDS]);
        let mut starts = Vec::new();
        let mut last = None;
        for (at, (slot, _)) in all.iter().enumerate() {
            if last != Some(*slot) {
                starts.push(at);
                last = Some(*slot);
            }
            if let Some(bits) = bits.get_mut(index(slot >> 6)) {
                *bits |= 1 << (slot & 63);
            }
        }
        starts.push(all.len());
        let mut count = 0;
        let before = bits.iter().map(|bits| {
            count += bits.count_ones();
            count - bits.count_ones()
        });
        Table {
            before: before.collect(),
            bits,
            starts,
            entries: all.into_iter().map(|(_, entry)| entry).collect(),
        }
    }

    fn at(&self, slot: u32) -> &[Entry] {
        let word = index(slot >> 6);
        let (Some(bits), Some(before)) = (self.bits.get(word), self.before.get(word)) else {
            return &[];
        };
        if bits >> (slot & 63) & 1 == 0 {
            return &[];
        }
        let below = (bits & ((1 << (slot & 63)) - 1)).count_ones();
        let rank = index(before + below);
        match (self.starts.get(rank), self.starts.get(rank + 1)) {
            (Some(from), Some(to)) => self.entries.get(*from..*to).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// The code of the last four letters, of which the newest is `byte`.
fn next(code: u32, byte: u8) -> u32 {
    let class = CLASSES.get(usize::from(byte)).copied().unwrap_or_default();
    shift(code, u32::from(class))
}

fn shift(code: u32, class: u32) -> u32 {
    (code << BITS | class) & ((1 << (4 * BITS)) - 1)
}

/// Where in a table a code stands: the high bits of a product (Knuth, volume 3, section 6.4).
fn slot(code: u32) -> u32 {
    code.wrapping_mul(0x9E37_79B1) >> 15
}

/// The first four bytes in small letters as one number, and which of its bits they are.
fn start_of(text: &[u8]) -> (u32, u32) {
    match text.first_chunk::<4>() {
        Some(four) => (u32::from_le_bytes(*four) | 0x2020_2020, u32::MAX),
        None => text.iter().rev().fold((0, 0), |(number, mask), byte| {
            (number << 8 | u32::from(*byte | 0x20), mask << 8 | 0xFF)
        }),
    }
}

/// Letters, digits and common signs each have a class of their own; what is left shares some.
static CLASSES: [u8; 256] = classes();

#[expect(
    clippy::indexing_slicing,
    reason = "worked out by the compiler, which would refuse"
)]
const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = match byte {
            b'a'..=b'z' => 1 + byte - b'a',
            b'A'..=b'Z' => 1 + byte - b'A',
            b'0'..=b'9' => 27 + byte - b'0',
            b'-' => 37,
            b'_' => 38,
            b'.' => 39,
            b':' => 40,
            b'/' => 41,
            b' ' => 42,
            b'=' => 43,
            _ => 44 + byte % 20,
        };
        if byte == u8::MAX {
            return classes;
        }
        byte += 1;
    }
}

fn index(number: u32) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(words: &[String], text: &[u8], stretch: Range<usize>) -> Vec<(usize, Range<usize>)> {
        let mut found = Vec::new();
        for at in stretch.clone() {
            for (number, word) in words.iter().enumerate() {
                let end = at + word.len();
                let fits = !word.is_empty() && end <= stretch.end;
                if fits && text[at..end].eq_ignore_ascii_case(word.as_bytes()) {
                    found.push((number, at..end));
                }
            }
        }
        found
    }

    proptest! {
        #[test]
        fn every_place_of_every_keyword_is_told(
            words in prop::collection::vec("[abAB_-é]{0,5}", 0..12),
            text in "[abAB_-é ]{0,60}",
            cut in (0usize..20, 0usize..20),
        ) {
            let text = text.as_bytes();
            let stretch = cut.0.min(text.len())..text.len() - cut.1.min(text.len() - cut.0.min(text.len()));
            let mut found = Vec::new();
            Keywords::new(words.iter().map(String::as_str))
                .each(text, stretch.clone(), |number, place| found.push((number, place)));
            let mut wanted = naive(&words, text, stretch);
            found.sort_by_key(|(number, place)| (place.start, *number));
            wanted.sort_by_key(|(number, place)| (place.start, *number));
            prop_assert_eq!(found, wanted);
        }
    }
}
