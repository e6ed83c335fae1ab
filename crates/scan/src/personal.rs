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
/// Bytes after a number in which a word about it may stand.
const AFTER: usize = 32;
/// Bytes before a card, and at the beginning of a text, in which a table's head may stand.
const HEAD: usize = 200;

/// Looks through one text.
pub fn personal(key: &Key, text: &[u8]) -> Vec<Found> {
    let mut found = Vec::new();
    each(
        text,
        &CARD,
        |place, number| {
            let told = number::is_grouped(number) || says_card(text, place);
            (told && number::is_card(number) && !denies(text, place)).then_some(Kind::Card)
        },
        key,
        &mut found,
    );
    each(
        text,
        &SOCIAL,
        |place, number| {
            let told = says_social(&context(text, place.start));
            (number::is_social_security(number, told) && !denies(text, place))
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
        |place, number| {
            number::is_phone(number) && (number::is_dialled(number) || says_phone(text, place))
        },
        key,
        &mut found,
    );
    bulk(
        text,
        &EMAIL,
        Kind::Emails,
        |_, address| number::is_private_email(address),
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
    r"(?:\+\d{1,3}(?:[ .-]?\(\d{1,4}\))?|\(?\d{2,5}\)?)(?:[ .-]{0,2}\d){5,13}(?:x\d{1,5})?",
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
    judge: impl Fn(&Range<usize>, &[u8]) -> bool,
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
        if !judge(&matched.range(), matched.as_bytes()) || stands_in_a_word(text, &matched.range())
        {
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

/// What follows on the same line.
fn following(text: &[u8], at: usize) -> Vec<u8> {
    let line = text.get(at..text.len().min(at + AFTER)).unwrap_or_default();
    let end = line.iter().position(|byte| *byte == b'\n');
    line.get(..end.unwrap_or(line.len()))
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// Words beside a number that say that it is something else.
fn denies(text: &[u8], place: &Range<usize>) -> bool {
    let before = &context(text, place.start);
    let after = &following(text, place.end);
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
        b"part number",
        b"part no",
    ];
    words
        .iter()
        .any(|word| holds(before, word) || holds(after, word))
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

/// Words and dates beside digits that nothing groups, without which they may be any id. A table's
/// head may stand some lines above.
fn says_card(text: &[u8], place: &Range<usize>) -> bool {
    let begin = place.start.saturating_sub(HEAD);
    let before = text.get(begin..place.start).unwrap_or_default();
    let before = before.to_ascii_lowercase();
    let after = following(text, place.end);
    let words: &[&[u8]] = &[
        b"card",
        b"pan",
        b"visa",
        b"master",
        b"amex",
        b"discover",
        b"credit",
        b"debit",
        b"pay",
        b"paid",
        b"cvv",
        b"cvc",
        b"expir",
        b"billing",
        b"holder",
        b"karte",
        b"carte",
        b"tarjeta",
    ];
    let expires = after.windows(5).any(|part| {
        let [tens, ones, b'/', year, last] = part else {
            return false;
        };
        [tens, ones, year, last]
            .iter()
            .all(|byte| byte.is_ascii_digit())
    });
    expires
        || words
            .iter()
            .any(|word| holds(&before, word) || holds(&after, word))
}

/// Words on the line, or in the head of a table, that make a number of no country a phone's.
fn says_phone(text: &[u8], place: &Range<usize>) -> bool {
    let head = text.get(..HEAD.min(text.len())).unwrap_or_default();
    let head = head.to_ascii_lowercase();
    let before = context(text, place.start);
    let words: &[&[u8]] = &[
        b"phone", b"mobile", b"cell", b"fax", b"telefon", b"handy", b"tel.", b"tel:", b"tel,",
        b"tel;", b"\"tel\"",
    ];
    words
        .iter()
        .any(|word| holds(&before, word) || holds(&head, word))
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
