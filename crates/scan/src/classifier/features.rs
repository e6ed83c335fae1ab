//! Cuts folded text into sentences, and sentences into hashed words, pairs and parts of words.
//!
//! **Invariant:** one pass, and for each byte a bounded number of features.

use std::ops::Range;

use super::BUCKETS;

/// The number of buckets is a power of two, far below 2^32.
#[expect(clippy::cast_possible_truncation, reason = "2^18 - 1")]
const MASK: u32 = (BUCKETS - 1) as u32;
/// Words after which a sentence ends even without a full stop.
const LONGEST_SENTENCE: usize = 60;
/// Bytes of a word that are hashed; what follows is noise.
const LONGEST_WORD: usize = 40;
/// Words this long are also read in parts, so that endings do not matter.
const SHORTEST_WITH_PARTS: usize = 5;
const PART: usize = 4;

/// One sentence of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence<'a> {
    /// Places in the table of weights, repeated as the words are.
    pub features: &'a [u32],
    /// Bytes of the text.
    pub place: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Letter,
    Digit,
    Mark,
    End,
    Line,
    Quote,
    Escape,
    Wide,
}

const CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Space; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(
            clippy::indexing_slicing,
            clippy::cast_possible_truncation,
            reason = "computed while compiling, bound in the line above"
        )]
        {
            table[byte] = match byte as u8 {
                b'a'..=b'z' | b'A'..=b'Z' | 0x80..=0xE2 | 0xF0.. => Class::Letter,
                b'0'..=b'9' => Class::Digit,
                b'#' | b'<' | b'[' | b'!' => Class::Mark,
                b'.' | b'?' | b';' | b':' => Class::End,
                b'\n' => Class::Line,
                b'"' => Class::Quote,
                b'\\' => Class::Escape,
                // The first byte of a kana, an ideograph or a Hangul syllable: a word of its own.
                0xE3..=0xED => Class::Wide,
                _ => Class::Space,
            };
        }
        byte += 1;
    }
    table
}

/// Calls back with each sentence in order.
pub fn sentences(text: &str, mut each: impl FnMut(Sentence<'_>)) {
    let mut reader = Reader::default();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let class = CLASSES
            .get(usize::from(*byte))
            .copied()
            .unwrap_or(Class::Space);
        match class {
            Class::Letter => at = reader.word(bytes, at),
            Class::Digit => at = reader.number(bytes, at),
            Class::Wide => at = reader.wide(bytes, at),
            Class::Mark => {
                reader.token(hash(&[*byte]), at..at + 1);
                at += 1;
            }
            Class::End | Class::Line => {
                at += 1;
                let ends = class == Class::Line
                    || bytes
                        .get(at)
                        .is_none_or(|next| !next.is_ascii_alphanumeric());
                if ends {
                    reader.close(&mut each);
                }
            }
            Class::Quote => {
                if is_border(bytes, at) {
                    reader.close(&mut each);
                }
                at += 1;
            }
            Class::Escape => {
                at += 1;
                if bytes.get(at) == Some(&b'n') {
                    reader.close(&mut each);
                    at += 1;
                }
            }
            Class::Space => at += 1,
        }
        if reader.words >= LONGEST_SENTENCE {
            reader.close(&mut each);
        }
    }
    reader.close(&mut each);
}

/// A quotation mark that opens or closes a value of JSON is where a sentence starts or ends.
fn is_border(bytes: &[u8], at: usize) -> bool {
    let closes = matches!(bytes.get(at + 1), Some(b':' | b',' | b'}' | b']'));
    let mut before = bytes.get(..at).unwrap_or_default();
    if let [rest @ .., b' '] = before {
        before = rest;
    }
    closes || matches!(before.last(), Some(b':' | b',' | b'{' | b'['))
}

#[derive(Default)]
struct Reader {
    features: Vec<u32>,
    words: usize,
    place: Range<usize>,
    last: u32,
    before_last: u32,
}

impl Reader {
    fn word(&mut self, bytes: &[u8], start: usize) -> usize {
        let rest = bytes.get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|byte| CLASSES.get(usize::from(*byte)) != Some(&Class::Letter))
            .unwrap_or(rest.len());
        let word = rest.get(..length.min(LONGEST_WORD)).unwrap_or_default();
        if word.len() >= SHORTEST_WITH_PARTS {
            for part in word.windows(PART) {
                self.features.push(bucket(hash(part) ^ 0x5bd1_e995));
            }
        }
        self.token(hash(word), start..start + length);
        start + length
    }

    /// All numbers of one length are the same word.
    fn number(&mut self, bytes: &[u8], start: usize) -> usize {
        let rest = bytes.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let zeros = [b'0'; 4];
        let word = zeros.get(..length.min(4)).unwrap_or_default();
        self.token(hash(word), start..start + length);
        start + length
    }

    fn wide(&mut self, bytes: &[u8], start: usize) -> usize {
        let end = (start + 3).min(bytes.len());
        let letter = bytes.get(start..end).unwrap_or_default();
        if matches!(letter, [0xE3, 0x80, 0x82] | [0xEF, 0xBC, 0x81]) {
            self.words = LONGEST_SENTENCE;
        } else {
            self.token(hash(letter), start..end);
        }
        end
    }

    fn token(&mut self, word: u32, place: Range<usize>) {
        if self.words == 0 {
            self.place = place.clone();
        }
        self.place.end = place.end;
        self.words += 1;
        let pair = mix(self.last, word);
        self.features.push(bucket(word));
        self.features.push(bucket(pair));
        self.features
            .push(bucket(mix(self.before_last ^ 0x9e37_79b9, word)));
        self.features.push(bucket(mix(self.before_last, pair)));
        self.before_last = self.last;
        self.last = word;
    }

    fn close(&mut self, each: &mut impl FnMut(Sentence<'_>)) {
        if !self.features.is_empty() {
            each(Sentence {
                features: &self.features,
                place: self.place.clone(),
            });
        }
        self.features.clear();
        (self.words, self.last, self.before_last) = (0, 0, 0);
    }
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

fn mix(first: u32, second: u32) -> u32 {
    (first.rotate_left(13) ^ second).wrapping_mul(0x85eb_ca6b)
}

fn bucket(hash: u32) -> u32 {
    let spread = (hash ^ hash >> 15).wrapping_mul(0x2c1b_3c6d);
    (spread ^ spread >> 13) & MASK
}
