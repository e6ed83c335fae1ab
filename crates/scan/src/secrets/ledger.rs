//! The secrets that a session read, looked for in what it sends later.
//!
//! Kept of each secret: keyed hashes of its shapes (as it is, reversed, hex, base 64 at
//! each of three offsets), never the text. Outgoing data is reduced to runs of the letters
//! of one alphabet, and at each place of a run the rolling hash of the shape's length
//! is looked up. So a look costs one table look-up for each byte and length, and a dump of
//! the memory or the disk holds hashes under this installation's key.
//!
//! **Invariant:** at most [`MOST_SECRETS`] secrets and [`MOST_LENGTHS`] lengths; the
//! oldest go first. Time is linear in the data.

use super::validate::{STANDARD, encode_base64};
use super::{Fingerprint, Key};
use std::collections::{BTreeMap, VecDeque};
use std::io::Read;
use std::ops::Range;

/// Secrets that one session keeps.
pub const MOST_SECRETS: usize = 256;
/// Different lengths of shapes that are looked for at once.
pub const MOST_LENGTHS: usize = 64;
/// Shorter secrets stand by chance in other text.
pub const SHORTEST: usize = 8;
/// Of longer secrets, such as private keys, this much of the middle is looked for.
pub const LONGEST: usize = 96;
/// Outgoing data that is looked at in one request.
pub const LARGEST_DATA: usize = 4 * 1024 * 1024;
/// What one packed part may unpack to.
const LARGEST_UNPACKED: u64 = 1024 * 1024;
/// Bytes of earlier requests that later ones are joined to.
const TAIL: usize = 512;
/// Longest hidden part that is unpacked.
const DEPTH: usize = 2;

/// How a secret was written where it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// As it is.
    Plain,
    /// Backwards.
    Reversed,
    /// Two hexadecimal digits for each byte.
    Hex,
    /// Base 64 in either alphabet, at any offset.
    Base64,
}

impl Form {
    /// Its name in labels and rules.
    pub fn name(self) -> &'static str {
        match self {
            Form::Plain => "plain",
            Form::Reversed => "reversed",
            Form::Hex => "hex",
            Form::Base64 => "base64",
        }
    }
}

/// A secret that left.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    /// Whose fingerprint it is.
    pub fingerprint: Fingerprint,
    /// Its outermost readable form.
    pub form: Form,
    /// Parts of it came in earlier requests, or between separators such as a name's dots.
    pub split: bool,
}

/// The ledger of one session.
#[derive(Clone, Debug)]
pub struct Ledger {
    key: Key,
    /// The base of the rolling hash, from the key.
    base: u64,
    /// Per length of a shape: its hash, and whose it is.
    shapes: BTreeMap<usize, BTreeMap<u64, Vec<Shape>>>,
    known: VecDeque<Fingerprint>,
    /// The end of what went out, reduced to letters and digits.
    tail: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Shape {
    owner: Fingerprint,
    form: Form,
    /// The keyed hash of the shape: a rolling hash alone can collide.
    proof: Fingerprint,
}

impl Ledger {
    /// An empty ledger under this installation's key.
    pub fn new(key: Key) -> Ledger {
        let seed = blake3::keyed_hash(&key.0, b"ringfence ledger rolling base");
        let base = seed
            .as_bytes()
            .iter()
            .take(7)
            .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        Ledger {
            key,
            base: (base % (MODULUS - 1024)) + 512,
            shapes: BTreeMap::new(),
            known: VecDeque::new(),
            tail: Vec::new(),
        }
    }

    /// Notes a secret that the session read. `false` if it is too short to be looked for.
    pub fn note(&mut self, secret: &[u8]) -> bool {
        let owner = self.key.fingerprint(secret);
        let part = middle(secret);
        if part.len() < SHORTEST {
            return false;
        }
        if self.known.contains(&owner) {
            return true;
        }
        if self.known.len() >= MOST_SECRETS
            && let Some(oldest) = self.known.pop_front()
        {
            self.forget(oldest);
        }
        self.known.push_back(owner);
        for (form, shape) in shapes(part) {
            self.keep(owner, form, &shape);
        }
        true
    }

    /// How many secrets it keeps.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether it keeps none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    fn keep(&mut self, owner: Fingerprint, form: Form, shape: &[u8]) {
        let reduced = reduce(shape);
        if reduced.len() < SHORTEST {
            return;
        }
        if self.shapes.len() >= MOST_LENGTHS && !self.shapes.contains_key(&reduced.len()) {
            // A shorter length that is looked for already finds its beginning.
            let Some(length) = self
                .shapes
                .range(..reduced.len())
                .next_back()
                .map(|(length, _)| *length)
            else {
                return;
            };
            let cut = reduced.get(..length).unwrap_or_default().to_vec();
            return self.insert(owner, form, &cut);
        }
        self.insert(owner, form, &reduced);
    }

    fn insert(&mut self, owner: Fingerprint, form: Form, reduced: &[u8]) {
        let shape = Shape {
            owner,
            form,
            proof: self.key.fingerprint(reduced),
        };
        self.shapes
            .entry(reduced.len())
            .or_default()
            .entry(roll(self.base, reduced))
            .or_default()
            .push(shape);
    }

    fn forget(&mut self, owner: Fingerprint) {
        for hashes in self.shapes.values_mut() {
            for shapes in hashes.values_mut() {
                shapes.retain(|shape| shape.owner != owner);
            }
            hashes.retain(|_, shapes| !shapes.is_empty());
        }
        self.shapes.retain(|_, hashes| !hashes.is_empty());
    }

    /// Looks for every secret in one outgoing message, and in it joined to those before.
    pub fn look(&mut self, data: &[u8]) -> Vec<Leak> {
        let mut leaks = self.look_apart(data);
        if self.known.is_empty() {
            return leaks;
        }
        let data = data.get(..LARGEST_DATA).unwrap_or(data);
        let decoded = percent_decoded(data);
        self.find_across(decoded.as_deref().unwrap_or(data), &mut leaks);
        once_each(&mut leaks);
        leaks
    }

    /// Looks for every secret in one outgoing message alone.
    pub fn look_apart(&self, data: &[u8]) -> Vec<Leak> {
        let data = data.get(..LARGEST_DATA).unwrap_or(data);
        let mut leaks = Vec::new();
        if self.known.is_empty() {
            return leaks;
        }
        let decoded = percent_decoded(data);
        self.find(decoded.as_deref().unwrap_or(data), &mut leaks);
        for unpacked in unpacked(data, DEPTH) {
            self.find(&unpacked, &mut leaks);
        }
        once_each(&mut leaks);
        leaks
    }

    fn find(&self, data: &[u8], leaks: &mut Vec<Leak>) {
        let (reduced, gaps) = reduced_with_gaps(data);
        for (form, owner, place) in self.hits(&reduced) {
            let split = gaps.range(place.start + 1..place.end).next().is_some();
            leaks.push(Leak {
                fingerprint: owner,
                form,
                split,
            });
        }
    }

    /// Where the secrets stand in a text that is not packed, in order.
    pub fn places(&self, data: &[u8]) -> Vec<Range<usize>> {
        let data = data.get(..LARGEST_DATA).unwrap_or(data);
        let kept = data.iter().enumerate();
        let kept = kept.filter_map(|(at, byte)| Some((at, reduced(*byte)?)));
        let (offsets, text): (Vec<usize>, Vec<u8>) = kept.unzip();
        let hits = self.hits(&text).into_iter();
        let mut places: Vec<Range<usize>> = hits
            .filter_map(|(_, _, place)| {
                let last = offsets.get(place.end.checked_sub(1)?)?;
                Some(*offsets.get(place.start)?..last + 1)
            })
            .collect();
        places.sort_by_key(|place| (place.start, place.end));
        places
    }

    /// Joins the end of the earlier messages to this one.
    fn find_across(&mut self, data: &[u8], leaks: &mut Vec<Leak>) {
        let reduced = reduce(data);
        let border = self.tail.len();
        self.tail
            .extend_from_slice(reduced.get(..TAIL).unwrap_or(&reduced));
        for (form, owner, place) in self.hits(&self.tail) {
            if place.start < border && place.end > border {
                leaks.push(Leak {
                    fingerprint: owner,
                    form,
                    split: true,
                });
            }
        }
        if reduced.len() > TAIL {
            self.tail = reduced;
        }
        let surplus = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..surplus);
    }

    fn hits(&self, reduced: &[u8]) -> Vec<(Form, Fingerprint, Range<usize>)> {
        let mut found = Vec::new();
        for (length, hashes) in &self.shapes {
            let mut rolling = Rolling::new(self.base, *length);
            for (at, byte) in reduced.iter().enumerate() {
                let leaving = at.checked_sub(*length).and_then(|old| reduced.get(old));
                let hash = rolling.step(*byte, leaving.copied());
                let Some(start) = (at + 1).checked_sub(*length) else {
                    continue;
                };
                for shape in hashes.get(&hash).into_iter().flatten() {
                    let window = reduced.get(start..=at).unwrap_or_default();
                    if self.key.fingerprint(window) == shape.proof {
                        found.push((shape.form, shape.owner, start..at + 1));
                    }
                }
            }
        }
        found
    }
}

/// Leaves the first of what is said of each secret.
fn once_each(leaks: &mut Vec<Leak>) {
    leaks.sort();
    leaks.dedup_by(|later, first| later.fingerprint == first.fingerprint);
}

/// The part of a secret that is looked for: all of a short one, the middle of a long one.
fn middle(secret: &[u8]) -> &[u8] {
    let surplus = secret.len().saturating_sub(LONGEST);
    secret
        .get(surplus / 2..secret.len() - surplus.div_ceil(2))
        .unwrap_or(secret)
}

fn shapes(secret: &[u8]) -> Vec<(Form, Vec<u8>)> {
    let reversed: Vec<u8> = secret.iter().rev().copied().collect();
    let hex = hexadecimal(secret);
    let mut shapes = vec![
        (Form::Plain, secret.to_vec()),
        (Form::Reversed, reversed),
        (Form::Hex, hex),
    ];
    for offset in 0..3 {
        let mut shifted = vec![0; offset];
        shifted.extend_from_slice(secret);
        let text = encode_base64(&shifted, STANDARD);
        // The first digits mix with what stands before, the last with what follows.
        let start = (offset * 8).div_ceil(6);
        let end = (shifted.len() * 8) / 6;
        if let Some(sure) = text.get(start..end) {
            shapes.push((Form::Base64, sure.to_vec()));
        }
    }
    shapes
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect()
}

/// What remains when separators go: letters and digits, small, and base 64's last two as one.
fn reduce(data: &[u8]) -> Vec<u8> {
    data.iter().filter_map(|byte| reduced(*byte)).collect()
}

fn reduced(byte: u8) -> Option<u8> {
    byte.is_ascii_alphanumeric()
        .then(|| byte.to_ascii_lowercase())
}

/// Also the places in the reduced text before which something was left out.
fn reduced_with_gaps(data: &[u8]) -> (Vec<u8>, std::collections::BTreeSet<usize>) {
    let mut text = Vec::with_capacity(data.len());
    let mut gaps = std::collections::BTreeSet::new();
    for byte in data {
        match reduced(*byte) {
            Some(byte) => text.push(byte),
            // Only what separates names or messages counts: `.` of a host, line ends.
            None if matches!(byte, b'.' | b'\n' | b' ') => {
                gaps.insert(text.len());
            }
            None => {}
        }
    }
    (text, gaps)
}

/// RFC 3986 percent-encoding, undone; `None` if there is none.
fn percent_decoded(data: &[u8]) -> Option<Vec<u8>> {
    if !data.contains(&b'%') {
        return None;
    }
    let mut decoded = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some((first, after)) = rest.split_first() {
        let byte = match (first, after) {
            (b'%', [high, low, ..]) => hex_digit(*high).zip(hex_digit(*low)),
            _ => None,
        };
        if let Some((high, low)) = byte {
            decoded.push(high << 4 | low);
            rest = after.get(2..).unwrap_or_default();
        } else {
            decoded.push(*first);
            rest = after;
        }
    }
    Some(decoded)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// Everything packed with gzip or zlib, as it is or in base 64, unpacked.
fn unpacked(data: &[u8], depth: usize) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    if depth == 0 {
        return parts;
    }
    if let Some(text) = inflate(data) {
        parts.push(text);
    }
    let is_base64 = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
    };
    for run in data
        .split(|byte| !is_base64(byte))
        .filter(|run| run.len() >= 24)
        .take(64)
    {
        // `key=H4sI…`: the value begins after the sign.
        let start = run
            .iter()
            .take(64)
            .position(|byte| *byte == b'=')
            .map_or(0, |at| at + 1);
        for run in [run, run.get(start..).unwrap_or_default()] {
            let packed =
                run.starts_with(b"H4sI") || run.starts_with(b"eJ") || run.starts_with(b"eN");
            if let Some(text) = packed
                .then(|| super::validate::decode_base64(run))
                .flatten()
                .and_then(|bytes| inflate(&bytes))
            {
                parts.extend(unpacked(&text, depth - 1));
                parts.push(text);
                break;
            }
        }
    }
    parts
}

fn inflate(data: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let read = match data {
        [0x1f, 0x8b, ..] => flate2::read::GzDecoder::new(data)
            .take(LARGEST_UNPACKED)
            .read_to_end(&mut text),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => flate2::read::ZlibDecoder::new(data)
            .take(LARGEST_UNPACKED)
            .read_to_end(&mut text),
        _ => return None,
    };
    // A cut end still gives what stood before it.
    (read.is_ok() || !text.is_empty()).then_some(text)
}

/// The largest prime below 2^61: products fit into 128 bits and reduce fast.
const MODULUS: u64 = (1 << 61) - 1;

fn multiply(first: u64, second: u64) -> u64 {
    let product = u128::from(first) * u128::from(second);
    u64::try_from(product % u128::from(MODULUS)).unwrap_or_default()
}

fn roll(base: u64, text: &[u8]) -> u64 {
    text.iter().fold(0, |hash, byte| {
        (multiply(hash, base) + u64::from(*byte)) % MODULUS
    })
}

/// A polynomial hash over a window that moves.
struct Rolling {
    base: u64,
    /// `base` to the power of the window's length.
    power: u64,
    hash: u64,
}

impl Rolling {
    fn new(base: u64, length: usize) -> Rolling {
        let power = (0..length).fold(1, |power, _| multiply(power, base));
        Rolling {
            base,
            power,
            hash: 0,
        }
    }

    fn step(&mut self, entering: u8, leaving: Option<u8>) -> u64 {
        let old = leaving.map_or(0, |byte| multiply(u64::from(byte), self.power));
        let hash = multiply(self.hash, self.base) + u64::from(entering) + (MODULUS - old);
        self.hash = hash % MODULUS;
        self.hash
    }
}

#[cfg(test)]
mod tests;
