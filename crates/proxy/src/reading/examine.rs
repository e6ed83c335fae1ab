//! Texts handed to `scan`, with everything in them undone: what was found, and exactly where.
//!
//! **Invariant:** a [`Found`] never holds a secret, and [`Examined::masked`] gives the text without
//! any that was found, also where only a packed part of it held one. At most [`DEPTH`] layers are
//! undone, and at most [`BUDGET`] bytes of each text.

use super::base64;
use super::content::{Coding, is_archive, unpack};
use super::json;
use crate::piece::Connection;
use ringfence_event::{Direction, Found, FoundKind, NotRead, SessionId};
use ringfence_scan::injection::{self, Level, Origin};
use ringfence_scan::secrets::{Fingerprint, Scanner};
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

/// Layers of packing inside of a text that are undone.
pub const DEPTH: usize = 2;
/// Bytes that the parts of one text may unpack to.
pub const BUDGET: usize = 8 * 1024 * 1024;
/// Letters of an order that a finding shows.
const SNIPPET: usize = 200;
/// Runs of base 64 that are undone in one text.
const MOST_RUNS: usize = 256;
/// Bytes that show that something is packed.
const ENOUGH: usize = 64;

/// A secret of the ledger that was seen in outgoing bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// Its fingerprint in hex.
    pub fingerprint: String,
    /// How it was written (`plain`, `base64`).
    pub form: String,
}

/// Knows the secrets that a session read before.
pub trait Ledger: Send + Sync {
    /// Looks for them in what a session sends; `None` where nobody knows whose process it is.
    fn look(&self, session: Option<&SessionId>, outgoing: &[u8]) -> Vec<Leak>;
}

/// Knows nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoLedger;

impl Ledger for NoLedger {
    fn look(&self, _: Option<&SessionId>, _: &[u8]) -> Vec<Leak> {
        Vec::new()
    }
}

/// What texts are examined with; one for all threads.
pub struct Examiner {
    secrets: Scanner,
    ledger: Box<dyn Ledger>,
}

impl fmt::Debug for Examiner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Examiner")
    }
}

/// Where a text stands, and which way it goes.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// The message and block.
    pub place: &'a str,
    /// What was undone to get to it, outermost first.
    pub through: &'a [String],
    /// Which way it goes.
    pub direction: Direction,
    /// What it is to the model, if orders in it would be a sign.
    pub origin: Option<Origin>,
}

/// What was found in one text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Examined {
    /// In order of place.
    pub found: Vec<Found>,
    /// Why a part of it was not looked at.
    pub missed: BTreeSet<NotRead>,
    /// What must not be shown, and what stands for it, in order of place, without overlaps.
    masks: Vec<Mask>,
}

#[derive(Clone, Debug, PartialEq)]
struct Mask {
    place: Range<usize>,
    masked: String,
    fingerprint: Fingerprint,
}

impl Examined {
    /// Returns the text without secrets.
    pub fn masked(&self, text: &str) -> String {
        self.replaced(text, str::to_owned)
    }

    /// Returns the text with each secret replaced by what `stand_in` makes of its masked form.
    pub fn replaced(&self, text: &str, stand_in: impl Fn(&str) -> String) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for Mask { place, masked, .. } in &self.masks {
            let start = text.floor_char_boundary(place.start).max(from);
            let end = text.ceil_char_boundary(place.end).max(start);
            out.push_str(text.get(from..start).unwrap_or_default());
            out.push_str(&stand_in(masked));
            from = end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    }

    /// Leaves the secrets with these fingerprints as they stand.
    pub(crate) fn spare(&mut self, fingerprints: &[String]) {
        let is_spared = |mask: &Mask| fingerprints.contains(&mask.fingerprint.to_string());
        self.masks.retain(|mask| !is_spared(mask));
    }

    /// Whether there is a secret in it.
    pub fn has_secret(&self) -> bool {
        !self.masks.is_empty()
    }
}

impl Examiner {
    /// Takes the rules for secrets, and what the session read.
    pub fn new(secrets: Scanner, ledger: Box<dyn Ledger>) -> Examiner {
        Examiner { secrets, ledger }
    }

    /// Looks at one text.
    pub fn examine(&self, text: &[u8], place: &Place<'_>) -> Examined {
        let mut work = Work {
            examiner: self,
            place,
            budget: BUDGET,
            known: BTreeSet::new(),
            examined: Examined::default(),
        };
        work.look(text, None, place.through, DEPTH);
        if let Some(origin) = place.origin {
            work.orders(text, origin);
        }
        let mut examined = work.examined;
        examined.masks = without_overlaps(examined.masks);
        examined.found.sort_by_key(|found| found.offset);
        examined
    }

    /// Looks for what the session read in bytes that leave.
    pub fn leaks(&self, connection: &Connection, text: &[u8], place: &Place<'_>) -> Vec<Found> {
        let client = connection.client.as_ref();
        let session = client.and_then(|client| client.session.as_ref());
        let leaks = self.ledger.look(session, text).into_iter();
        leaks
            .map(|leak| Found {
                what: FoundKind::Leak,
                direction: place.direction,
                pattern: leak.form,
                place: place.place.to_owned(),
                offset: 0,
                through: place.through.to_vec(),
                snippet: String::new(),
                fingerprint: leak.fingerprint,
                at_home: false,
            })
            .collect()
    }

    /// Masks the secrets of a short text.
    pub fn mask(&self, text: &str) -> String {
        let place = Place {
            place: "",
            through: &[],
            direction: Direction::Outgoing,
            origin: None,
        };
        self.examine(text.as_bytes(), &place).masked(text)
    }
}

struct Work<'a> {
    examiner: &'a Examiner,
    place: &'a Place<'a>,
    budget: usize,
    known: BTreeSet<Fingerprint>,
    examined: Examined,
}

impl Work<'_> {
    /// Looks at a text or at a part of it that was packed, which stands at `outer`.
    fn look(
        &mut self,
        text: &[u8],
        outer: Option<&Range<usize>>,
        through: &[String],
        depth: usize,
    ) {
        for secret in self.examiner.secrets.secrets(text) {
            let span = outer.cloned().unwrap_or(secret.place);
            self.mask(&span, &secret.masked, secret.fingerprint);
            // A text is found as it stands first; what is undone of it says the same again.
            if self.known.insert(secret.fingerprint) {
                self.examined.found.push(Found {
                    what: FoundKind::Secret,
                    direction: self.place.direction,
                    pattern: secret.kind,
                    place: self.place.place.to_owned(),
                    offset: u64::try_from(span.start).unwrap_or(u64::MAX),
                    through: through.to_vec(),
                    snippet: secret.masked,
                    fingerprint: secret.fingerprint.to_string(),
                    at_home: false,
                });
            }
        }
        if is_archive(text) {
            self.examined.missed.insert(NotRead::Coding);
        }
        if depth > 0 {
            self.children(text, outer, through, depth);
        } else if hides_more(text) {
            self.examined.missed.insert(NotRead::Depth);
        }
    }

    /// Takes bytes from the budget; false where there are too few.
    fn afford(&mut self, bytes: usize) -> bool {
        let left = self.budget.checked_sub(bytes);
        self.budget = left.unwrap_or(0);
        if left.is_none() {
            self.examined.missed.insert(NotRead::Length);
        }
        left.is_some()
    }

    /// Of a packed part all is masked, unless the secret stands in it as it is.
    fn mask(&mut self, span: &Range<usize>, masked: &str, fingerprint: Fingerprint) {
        let within = |mask: &Mask| {
            mask.fingerprint == fingerprint
                && span.start <= mask.place.start
                && mask.place.end <= span.end
        };
        if !self.examined.masks.iter().any(within) {
            self.examined.masks.push(Mask {
                place: span.clone(),
                masked: masked.to_owned(),
                fingerprint,
            });
        }
    }

    fn children(
        &mut self,
        text: &[u8],
        outer: Option<&Range<usize>>,
        through: &[String],
        depth: usize,
    ) {
        if let Some(coding) = Coding::sniff(text)
            && self.unpacked(coding, text, outer, through, depth)
        {
            return;
        }
        let runs = base64::runs(text);
        if runs.len() > MOST_RUNS {
            self.examined.missed.insert(NotRead::Length);
        }
        for run in runs.into_iter().take(MOST_RUNS) {
            let digits = text.get(run.clone()).unwrap_or_default();
            let Some(bytes) = base64::decode(digits).filter(|bytes| is_worth(bytes)) else {
                continue;
            };
            if self.afford(bytes.len()) {
                self.child(&bytes, outer.unwrap_or(&run), through, "base64", depth);
            }
        }
        if text.starts_with(b"data:")
            && let Some(plain) = percent_decoded(text)
            && self.afford(plain.len())
        {
            let whole = 0..text.len();
            self.child(&plain, outer.unwrap_or(&whole), through, "percent", depth);
        }
        if matches!(text.trim_ascii_start().first(), Some(b'{' | b'[')) && text.contains(&b'\\') {
            self.json(text, outer, through, depth);
        }
    }

    /// Looks at what a text unpacks to; false if it only looks packed.
    fn unpacked(
        &mut self,
        coding: Coding,
        text: &[u8],
        outer: Option<&Range<usize>>,
        through: &[String],
        depth: usize,
    ) -> bool {
        let unpacked = unpack(coding, text, self.budget);
        self.budget = self.budget.saturating_sub(unpacked.spent);
        if unpacked.missed == Some(NotRead::Broken) && unpacked.bytes.is_empty() {
            return false;
        }
        self.examined.missed.extend(unpacked.missed);
        let whole = 0..text.len();
        let outer = outer.unwrap_or(&whole);
        self.child(&unpacked.bytes, outer, through, coding.name(), depth);
        true
    }

    /// JSON inside of a text, as in the arguments of a tool: strings with escapes are read.
    fn json(
        &mut self,
        text: &[u8],
        outer: Option<&Range<usize>>,
        through: &[String],
        depth: usize,
    ) {
        let mut spans = Vec::new();
        json::strings(text, &mut |_, span| {
            if text
                .get(span.clone())
                .is_some_and(|token| token.contains(&b'\\'))
            {
                spans.push(span);
            }
        });
        for span in spans {
            let inside = span.start + 1..span.end.saturating_sub(1).max(span.start + 1);
            let token = text.get(span).and_then(json::unquote).unwrap_or_default();
            if !self.afford(token.len()) {
                return;
            }
            self.child(
                token.as_bytes(),
                outer.unwrap_or(&inside),
                through,
                "json",
                depth,
            );
        }
    }

    fn child(
        &mut self,
        text: &[u8],
        outer: &Range<usize>,
        through: &[String],
        layer: &str,
        depth: usize,
    ) {
        let mut through = through.to_vec();
        through.push(layer.to_owned());
        self.look(text, Some(outer), &through, depth - 1);
    }

    fn orders(&mut self, text: &[u8], origin: Origin) {
        let verdict = injection::scan(text, origin);
        if verdict.level == Level::Quiet {
            return;
        }
        let strongest =
            (verdict.findings.into_iter()).max_by(|one, other| one.weight.total_cmp(&other.weight));
        let Some(finding) = strongest else {
            return;
        };
        let excerpt: String = finding.excerpt.chars().take(SNIPPET).collect();
        self.examined.found.push(Found {
            what: FoundKind::Injection,
            direction: self.place.direction,
            pattern: finding.rule,
            place: self.place.place.to_owned(),
            offset: u64::try_from(finding.place.start).unwrap_or(u64::MAX),
            through: self.place.through.to_vec(),
            snippet: self.examiner.plain_mask(&excerpt),
            fingerprint: String::new(),
            at_home: false,
        });
    }
}

impl Examiner {
    fn plain_mask(&self, text: &str) -> String {
        let mut out = String::new();
        let mut from = 0;
        for secret in self.secrets.secrets(text.as_bytes()) {
            out.push_str(text.get(from..secret.place.start).unwrap_or_default());
            out.push_str(&secret.masked);
            from = secret.place.end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    }
}

/// Whether there is one more layer in a text of which no more are undone.
fn hides_more(text: &[u8]) -> bool {
    if let Some(coding) = Coding::sniff(text) {
        return !unpack(coding, text, ENOUGH).bytes.is_empty();
    }
    let is_json = matches!(text.trim_ascii_start().first(), Some(b'{' | b'['));
    if is_json && text.windows(2).any(|pair| pair == b"\\u") {
        return true;
    }
    base64::runs(text).into_iter().take(MOST_RUNS).any(|run| {
        let digits = text.get(run).and_then(base64::decode);
        digits.is_some_and(|bytes| is_worth(&bytes))
    })
}

/// Packed again, or mostly text: anything else that base 64 gives is a name that looked like it.
fn is_worth(bytes: &[u8]) -> bool {
    if Coding::sniff(bytes).is_some() || is_archive(bytes) {
        return true;
    }
    let readable = bytes
        .iter()
        .filter(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t') || **byte >= 0x80)
        .count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii()).count();
    readable * 10 >= bytes.len() * 9 && letters * 10 >= bytes.len() * 7
}

fn percent_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut any = false;
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let value = match (first, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        if let Some((high, low)) = value {
            bytes.push(high << 4 | low);
            any = true;
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    any.then_some(bytes)
}

fn hex(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

fn without_overlaps(mut masks: Vec<Mask>) -> Vec<Mask> {
    masks.sort_by_key(|mask| (mask.place.start, mask.place.end));
    let mut kept: Vec<Mask> = Vec::new();
    for mask in masks {
        match kept.last_mut() {
            Some(last) if mask.place.start < last.place.end => {
                last.place.end = last.place.end.max(mask.place.end);
            }
            _ => kept.push(mask),
        }
    }
    kept
}
