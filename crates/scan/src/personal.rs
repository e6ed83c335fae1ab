//! Personal data: payment cards, US social security numbers, IBANs, and phone numbers or
//! e-mail addresses where many stand together.
//!
//! **Invariant:** a number alone is never enough where its form is common: a check digit,
//! an issuer's range or a word beside it must agree. Time is linear in the text.

mod number;

use crate::secrets::{Fingerprint, Key, mask};
use regex::bytes::{Regex, RegexBuilder};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

/// What is done about personal data. Off unless the configuration says more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// Not looked for.
    #[default]
    Off,
    /// Told as numbers per kind.
    Count,
    /// Told as findings.
    Alert,
}

/// A kind of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A payment card's number, ISO/IEC 7812.
    Card,
    /// A US social security number.
    SocialSecurity,
    /// An international bank account number, ISO 13616.
    Iban,
    /// Phone numbers in bulk, ITU-T E.164.
    Phones,
    /// E-mail addresses in bulk, RFC 5321.
    Emails,
}

impl Kind {
    /// Its name in findings.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Card => "payment-card",
            Kind::SocialSecurity => "social-security-number",
            Kind::Iban => "iban",
            Kind::Phones => "phone-numbers",
            Kind::Emails => "email-addresses",
        }
    }
}

/// Personal data that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Its bytes in the text; of bulk, from the first to the last.
    pub place: Range<usize>,
    /// How many different ones: 1 but for bulk.
    pub count: usize,
    /// First and last characters of the first.
    pub masked: String,
    /// The keyed hash of the first.
    pub fingerprint: Fingerprint,
}

/// As many different phone numbers or addresses in one text are bulk.
pub const BULK: usize = 20;
/// Findings in one text; what follows is not told.
pub const MOST: usize = 1_000;
/// Bytes before a number in which a word about it may stand.
const CONTEXT: usize = 64;

/// Looks through one text.
pub fn personal(key: &Key, text: &[u8]) -> Vec<Found> {
    let mut found = Vec::new();
    each(
        text,
        &CARD,
        |place, number| {
            let before = context(text, place.start);
            (number::is_card(number) && !denies(&before)).then_some(Kind::Card)
        },
        key,
        &mut found,
    );
    each(
        text,
        &SOCIAL,
        |place, number| {
            let before = context(text, place.start);
            (number::is_social_security(number, says_social(&before)) && !denies(&before))
                .then_some(Kind::SocialSecurity)
        },
        key,
        &mut found,
    );
    each(
        text,
        &IBAN,
        |_, number| number::is_iban(number).then_some(Kind::Iban),
        key,
        &mut found,
    );
    bulk(
        text,
        &PHONE,
        Kind::Phones,
        number::is_phone,
        key,
        &mut found,
    );
    bulk(
        text,
        &EMAIL,
        Kind::Emails,
        number::is_private_email,
        key,
        &mut found,
    );
    found.sort_by_key(|item| (item.place.start, item.kind));
    found
}

/// A pattern that is compiled at its first use.
struct Lazy {
    pattern: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Lazy {
    const fn new(pattern: &'static str) -> Lazy {
        Lazy {
            pattern,
            compiled: OnceLock::new(),
        }
    }

    fn get(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| RegexBuilder::new(self.pattern).unicode(false).build().ok())
            .as_ref()
    }
}

static CARD: Lazy = Lazy::new(r"[2-6]\d{3}[ -]?(?:\d{4}[ -]?\d{4}[ -]?\d{1,7}|\d{6}[ -]?\d{4,5})");
static SOCIAL: Lazy = Lazy::new(r"\d{3}[- ]?\d{2}[- ]?\d{4}");
static IBAN: Lazy = Lazy::new(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?");
static PHONE: Lazy = Lazy::new(
    r"\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{2,4}(?:[ .-]?\d{2,4}){1,4}|\(\d{3}\) ?\d{3}-\d{4}|\d{3}-\d{3}-\d{4}",
);
static EMAIL: Lazy = Lazy::new(
    r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}",
);

fn each(
    text: &[u8],
    pattern: &Lazy,
    judge: impl Fn(&Range<usize>, &[u8]) -> Option<Kind>,
    key: &Key,
    found: &mut Vec<Found>,
) {
    for matched in pattern
        .get()
        .into_iter()
        .flat_map(|regex| regex.find_iter(text))
    {
        if found.len() >= MOST {
            return;
        }
        let place = matched.range();
        if stands_in_a_word(text, &place) {
            continue;
        }
        if let Some(kind) = judge(&place, matched.as_bytes()) {
            found.push(Found {
                kind,
                place,
                count: 1,
                masked: mask(matched.as_bytes()),
                fingerprint: key.fingerprint(&number::bare(matched.as_bytes())),
            });
        }
    }
}

/// One finding if at least [`BULK`] different ones stand in the text.
fn bulk(
    text: &[u8],
    pattern: &Lazy,
    kind: Kind,
    judge: fn(&[u8]) -> bool,
    key: &Key,
    found: &mut Vec<Found>,
) {
    let mut different = BTreeSet::new();
    let mut first: Option<Range<usize>> = None;
    let mut last = 0;
    for matched in pattern
        .get()
        .into_iter()
        .flat_map(|regex| regex.find_iter(text))
    {
        if different.len() >= MOST {
            break;
        }
        if !judge(matched.as_bytes()) || stands_in_a_word(text, &matched.range()) {
            continue;
        }
        first.get_or_insert(matched.range());
        last = matched.end();
        different.insert(key.fingerprint(&number::bare(matched.as_bytes())));
    }
    let Some(first) = first.filter(|_| different.len() >= BULK) else {
        return;
    };
    let Some(sample) = text.get(first.clone()) else {
        return;
    };
    found.push(Found {
        kind,
        place: first.start..last,
        count: different.len(),
        masked: mask(sample),
        fingerprint: key.fingerprint(&number::bare(sample)),
    });
}

/// Inside an identifier, a longer number, a decimal, a path or a UUID.
fn stands_in_a_word(text: &[u8], place: &Range<usize>) -> bool {
    let joins = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/' | b'#' | b'@')
    };
    let before = place.start.checked_sub(1).and_then(|at| text.get(at));
    let after = text.get(place.end);
    let decimal = |byte: Option<&u8>, beside: Option<&u8>| {
        byte == Some(&b'.') && beside.is_some_and(u8::is_ascii_digit)
    };
    before.is_some_and(joins)
        || after.is_some_and(joins)
        || decimal(after, text.get(place.end + 1))
        || decimal(
            before,
            place.start.checked_sub(2).and_then(|at| text.get(at)),
        )
}

fn context(text: &[u8], at: usize) -> Vec<u8> {
    let line = text.get(at.saturating_sub(CONTEXT)..at).unwrap_or_default();
    let start = line
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    line.get(start..).unwrap_or_default().to_ascii_lowercase()
}

/// Words that say that a number is something else.
fn denies(before: &[u8]) -> bool {
    let words: &[&[u8]] = &[
        b"order",
        b"tracking",
        b"invoice",
        b"ticket",
        b"timestamp",
        b"epoch",
        b"nonce",
        b"isbn",
        b"serial",
        b"build",
        b"version",
        b"trace",
        b"span",
        b"commit",
        b"hash",
        b"checksum",
        b"example",
        b"test",
    ];
    words.iter().any(|word| holds(before, word))
        || [
            b"id".as_slice(),
            b"id:",
            b"id=",
            b"id\":",
            b"id\": ",
            b"id: ",
            b"id = ",
        ]
        .iter()
        .any(|end| before.ends_with(end))
}

fn says_social(before: &[u8]) -> bool {
    [b"ssn".as_slice(), b"social", b"tax id", b"taxpayer"]
        .iter()
        .any(|word| holds(before, word))
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}

#[cfg(test)]
mod tests;
