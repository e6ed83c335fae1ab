//! Secrets that only their name gives away: `password = "…"`, `acme_token: …`,
//! `postgres://user:…@host`, `acme SECRET 20bc9d…`.
//!
//! **Invariant:** each keyword costs a bounded number of bytes before and after it,
//! so time is linear whatever the text.

use super::judge;
use super::value;
use std::ops::Range;

/// Longest name around a keyword, to either side.
const LONGEST_NAME: usize = 48;
/// Longest value.
const LONGEST_VALUE: usize = 512;
/// How far after a word the value may stand when nothing assigns it.
const NEAR: usize = 44;

/// What a keyword says about the value that follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Password,
    Secret,
    /// A provider's name; a common word of the language needs a secret's word beside it.
    Provider {
        common: bool,
    },
    /// `://`
    Url,
}

/// How far before a word the address of a badge may begin, in bytes.
const LONGEST_BADGE: usize = 160;

/// Words in names of secrets.
pub(crate) const WORDS: &[(&str, Word)] = &[
    ("pass", Word::Password),
    ("pwd", Word::Password),
    ("senha", Word::Password),
    ("contrase", Word::Password),
    ("kennwort", Word::Password),
    ("secret", Word::Secret),
    ("token", Word::Secret),
    ("key", Word::Secret),
    ("auth", Word::Secret),
    ("cred", Word::Secret),
    ("access", Word::Secret),
    ("private", Word::Secret),
    ("salt", Word::Secret),
    ("://", Word::Url),
];

/// The kinds of findings that come from here.
pub(crate) const PASSWORD: &str = "password";
pub(crate) const SECRET: &str = "named-secret";
pub(crate) const PROVIDER: &str = "provider-secret";
pub(crate) const URL: &str = "url-credentials";

/// Looks at a keyword's surroundings.
pub(crate) fn at(
    text: &[u8],
    hit: Range<usize>,
    word: Word,
) -> Option<(&'static str, Range<usize>)> {
    if in_badge(text, hit.start) {
        return None;
    }
    match word {
        Word::Url => url(text, hit).map(|place| (URL, place)),
        Word::Password => password(text, hit).map(|place| (PASSWORD, place)),
        Word::Secret => secret(text, hit).map(|place| (SECRET, place)),
        Word::Provider { common } => provider(text, hit, common).map(|place| (PROVIDER, place)),
    }
}

/// Says whether a word stands in the address of a badge (`…/badge.svg?token=…`): what is in such an
/// address is shown to everybody.
fn in_badge(text: &[u8], start: usize) -> bool {
    let before = text.get(start.saturating_sub(LONGEST_BADGE)..start);
    let before = before.unwrap_or_default();
    let address = before.rsplit(|byte| byte.is_ascii_whitespace() || b"\"'(<".contains(byte));
    address
        .take(1)
        .any(|part| value::contains(part, b"badge") && value::contains(part, b"://"))
}

fn password(text: &[u8], hit: Range<usize>) -> Option<Range<usize>> {
    let name = name_around(text, hit);
    let value = assigned(text, name.end)?;
    if name_denies(text.get(name)?) {
        return None;
    }
    let candidate = text.get(value.place.clone())?;
    (value.is_literal() && judge::password(candidate, value.quoted)).then_some(value.place)
}

fn secret(text: &[u8], hit: Range<usize>) -> Option<Range<usize>> {
    let name = name_around(text, hit.clone());
    if is_identifier(text.get(name.clone())?) {
        return None;
    }
    if let Some(value) = assigned(text, name.end) {
        let candidate = text.get(value.place.clone())?;
        if name_denies(text.get(name)?) || !value.is_literal() {
            return None;
        }
        return judge::token(candidate).then_some(value.place);
    }
    // `SECRET 20bc9d…`, `capsulecrm-SECRET-abc…`.
    if let Some(tail) = tail(text, hit.end..name.end, judge::bare_token) {
        return Some(tail);
    }
    let start = name.end;
    if name_denies(text.get(name)?) {
        return None;
    }
    let place = next_word(text, start, 3)?;
    judge::bare_token(text.get(place.clone())?).then_some(place)
}

fn provider(text: &[u8], hit: Range<usize>, common: bool) -> Option<Range<usize>> {
    if hit.start > 0 && text.get(hit.start - 1)?.is_ascii_alphanumeric() && common {
        return None;
    }
    let name = name_around(text, hit.clone());
    let named_secret = has_secret_word(text.get(name.clone())?);
    if name_denies(text.get(name.clone())?) {
        return None;
    }
    if let Some(value) = assigned(text, name.end)
        && let Some(candidate) = text.get(value.place.clone())
        && (named_secret || !common || judge::bare_token(candidate))
        && judge::provider_token(candidate, true)
        && value.is_literal()
    {
        return Some(value.place);
    }
    if (named_secret || !common)
        && let Some(tail) = tail(text, hit.end..name.end, |value| {
            judge::provider_token(value, false)
        })
    {
        return Some(tail);
    }
    if matches!(text.get(name.end), Some(b'/' | b':')) && hit.end != name.end && !named_secret {
        return None;
    }
    near(text, name.end, common && !named_secret)
}

/// The first word within reach that looks like a token, with a secret's word before it
/// if `needs_word`.
fn near(text: &[u8], start: usize, needs_word: bool) -> Option<Range<usize>> {
    let mut at = start;
    let mut heard = !needs_word;
    while at < start + NEAR {
        let word = next_word(text, at, start + NEAR - at)?;
        let content = text.get(word.clone())?;
        if heard && judge::provider_token(content, false) {
            return Some(word);
        }
        if is_identifier(content) || name_denies(content) || content.ends_with(b"ersion") {
            return None;
        }
        if has_secret_word(content) {
            heard = true;
            if let Some(tail) = tail(text, word.clone(), |value| {
                judge::provider_token(value, false)
            }) {
                return Some(tail);
            }
        }
        at = word.end.max(at + 1);
    }
    None
}

/// The next run of token characters after at most `most` others.
fn next_word(text: &[u8], start: usize, most: usize) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    let skipped = rest
        .iter()
        .take(most + 1)
        .position(|byte| is_token_byte(*byte))?;
    let from = start + skipped;
    let length = text
        .get(from..)?
        .iter()
        .take(LONGEST_VALUE)
        .take_while(|byte| is_token_byte(**byte))
        .count();
    let word = text.get(from..from + length)?;
    let kept = word
        .iter()
        .rposition(|byte| !matches!(byte, b'.' | b'-' | b'_'))
        .map_or(0, |at| at + 1);
    Some(from..from + kept.max(1))
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'+' | b'=' | b'~') && byte != b'='
}

/// The part of a name after a separator that is itself the value: `acme-KEY-123e4567…`.
fn tail(text: &[u8], place: Range<usize>, judge: impl Fn(&[u8]) -> bool) -> Option<Range<usize>> {
    let part = text.get(place.clone())?;
    part.iter()
        .enumerate()
        .filter(|(_, byte)| matches!(byte, b'-' | b'_' | b'.'))
        .map(|(at, _)| place.start + at + 1..place.end)
        .take(4)
        .find(|tail| text.get(tail.clone()).is_some_and(&judge))
}

/// The identifier around a keyword.
fn name_around(text: &[u8], hit: Range<usize>) -> Range<usize> {
    let before = text.get(..hit.start).unwrap_or_default();
    let left = before
        .iter()
        .rev()
        .take(LONGEST_NAME)
        .take_while(|byte| is_name_byte(**byte))
        .count();
    let right = text
        .get(hit.end..)
        .unwrap_or_default()
        .iter()
        .take(LONGEST_VALUE)
        .take_while(|byte| is_name_byte(**byte))
        .count();
    hit.start - left..hit.end + right
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// Parts of names whose values are public.
const PUBLIC: &[&[u8]] = &[
    b"hash",
    b"sha1",
    b"sha256",
    b"sha512",
    b"md5",
    b"checksum",
    b"digest",
    b"fingerprint",
    b"commit",
    b"revision",
    b"integrity",
    b"etag",
    b"thumbprint",
    b"keyboard",
    b"keyword",
    b"keyframe",
    b"monkey",
    b"public",
    b"pubkey",
    b"cursor",
    b"nextpage",
    b"next_page",
    b"author",
    b"passed",
    b"passing",
    b"compass",
    b"bypass",
    b"passive",
    b"passthr",
    b"tokeniz",
    b"max_token",
    b"maxtoken",
    b"primarykey",
    b"primary_key",
    b"idempot",
    b"cachekey",
    b"cache_key",
    b"cache-key",
    b"sort_key",
    b"partition",
    b"keyid",
    b"credit",
    b"accessib",
    b"cookie_name",
    b"_arn",
    b"recv-key",
];

fn name_denies(name: &[u8]) -> bool {
    let lower = name
        .get(..LONGEST_NAME * 2)
        .unwrap_or(name)
        .to_ascii_lowercase();
    PUBLIC.iter().any(|part| value::contains(&lower, part))
}

/// `key_id`, `OAuthClientId`, `-----BEGIN PUBLIC KEY-----`: names of what is no secret.
fn is_identifier(name: &[u8]) -> bool {
    let end = name.len().saturating_sub(2);
    let ends = name
        .get(end..)
        .is_some_and(|last| matches!(last, b"id" | b"Id" | b"ID"));
    ends || value::contains(name, b"---")
}

/// Words that make a name that of a secret.
const SECRET_WORDS: &[&[u8]] = &[
    b"key", b"token", b"secret", b"access", b"private", b"auth", b"pass", b"pwd", b"cred", b"api",
    b"_pat", b"login", b"client",
];

fn has_secret_word(name: &[u8]) -> bool {
    let lower = name
        .get(..LONGEST_NAME * 2)
        .unwrap_or(name)
        .to_ascii_lowercase();
    SECRET_WORDS
        .iter()
        .any(|word| value::contains(&lower, word))
}

/// A value and how it was written.
struct Value {
    place: Range<usize>,
    quoted: bool,
    /// Code goes on after it: a call or a member.
    called: bool,
    compared: bool,
}

impl Value {
    fn is_literal(&self) -> bool {
        self.quoted || !(self.called || self.compared)
    }
}

/// What is assigned to the name that ends at `start`.
fn assigned(text: &[u8], start: usize) -> Option<Value> {
    let mut at = Cursor { text, at: start };
    let closed = at.skip(4, |byte| {
        matches!(byte, b'"' | b'\'' | b'`' | b']' | b'\\' | b')')
    }) > 0;
    at.skip(8, |byte| matches!(byte, b' ' | b'\t'));
    at.skip_type();
    let operator = at.take(3, |byte| {
        matches!(byte, b'=' | b':' | b'>' | b'!' | b'?' | b'|' | b'+')
    });
    let compared = matches!(operator, b"==" | b"===" | b"!=" | b"!==");
    match operator {
        b"=" | b":" | b":=" | b"=>" | b"==" | b"===" | b"!=" | b"!==" | b"?=" | b"||=" | b"|="
        | b"+=" | b">" | b"::=" | b"?:" => {}
        b"" => {
            let call = at.take(1, |byte| byte == b'(' || byte == b',');
            if !(call == b"(" && !closed || call == b"," && closed) {
                return None;
            }
        }
        _ => return None,
    }
    at.skip(8, |byte| matches!(byte, b' ' | b'\t'));
    at.skip_type_and_equals();
    at.skip_wrapper();
    value_at(text, at.at, compared)
}

fn value_at(text: &[u8], start: usize, compared: bool) -> Option<Value> {
    let mut at = Cursor { text, at: start };
    let escaped = at.peek() == Some(b'\\') && matches!(text.get(start + 1), Some(b'"' | b'\''));
    if escaped {
        at.at += 1;
    }
    let quote = at.peek().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    let Some(quote) = quote else {
        return unquoted(text, at.at, compared);
    };
    at.skip(3, |byte| byte == quote);
    let from = at.at;
    let length = text
        .get(from..)?
        .iter()
        .take(LONGEST_VALUE + 1)
        .position(|byte| *byte == quote || *byte == b'\n')?;
    if text.get(from + length) != Some(&quote) {
        return None;
    }
    let mut end = from + length;
    if escaped && end > from && text.get(end - 1) == Some(&b'\\') {
        end -= 1;
    }
    Some(Value {
        place: from..end,
        quoted: true,
        called: false,
        compared,
    })
}

fn unquoted(text: &[u8], from: usize, compared: bool) -> Option<Value> {
    let rest = text.get(from..)?;
    let length = rest
        .iter()
        .take(LONGEST_VALUE)
        .take_while(|byte| {
            !byte.is_ascii_whitespace()
                && !matches!(
                    byte,
                    b',' | b';' | b')' | b'}' | b']' | b'"' | b'\'' | b'`' | b'<' | b'&' | b'\\'
                )
        })
        .count();
    let called = rest
        .get(..length)?
        .iter()
        .any(|byte| matches!(byte, b'(' | b'['))
        || matches!(rest.get(length), Some(b'(' | b'['));
    (length > 0).then_some(Value {
        place: from..from + length,
        quoted: false,
        called,
        compared,
    })
}

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, most: usize, accept: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let count = rest
            .iter()
            .take(most)
            .take_while(|byte| accept(**byte))
            .count();
        self.at += count;
        rest.get(..count).unwrap_or_default()
    }

    fn skip(&mut self, most: usize, accept: impl Fn(u8) -> bool) -> usize {
        self.take(most, accept).len()
    }

    /// `var token string = …`: a type between the name and the equals sign.
    fn skip_type(&mut self) {
        let start = self.at;
        let word = self.take(8, |byte| byte.is_ascii_alphabetic());
        if matches!(word, b"string" | b"String" | b"str" | b"is") {
            self.skip(4, |byte| byte == b' ');
            if word == b"is" {
                self.at = start;
            }
        } else {
            self.at = start;
        }
    }

    /// `token: string = …`: the type after the colon.
    fn skip_type_and_equals(&mut self) {
        let start = self.at;
        self.skip(1, |byte| byte == b'&');
        let word = self.take(8, |byte| byte.is_ascii_alphabetic());
        self.skip(2, |byte| byte == b' ');
        if matches!(word, b"string" | b"String" | b"str")
            && self.take(1, |byte| byte == b'=') == b"="
        {
            self.skip(2, |byte| byte == b' ');
        } else {
            self.at = start;
        }
    }

    /// `aws.String("…")`, `[]byte("…")`, `b"…"`: what stands around a literal.
    fn skip_wrapper(&mut self) {
        let start = self.at;
        self.skip(24, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'[' | b']' | b'@')
        });
        self.skip(1, |byte| byte == b'(');
        if !matches!(self.peek(), Some(b'"' | b'\'' | b'`')) {
            self.at = start;
        }
    }
}

/// `scheme://name:password@host`, RFC 3986 section 3.2.1.
fn url(text: &[u8], hit: Range<usize>) -> Option<Range<usize>> {
    let before = text.get(..hit.start)?.last()?;
    if !before.is_ascii_alphanumeric() {
        return None;
    }
    let rest = text.get(hit.end..)?;
    let length = rest.iter().take(LONGEST_VALUE).take_while(|byte| {
        !byte.is_ascii_whitespace()
            && !matches!(
                byte,
                b'/' | b'"' | b'\'' | b'<' | b'>' | b'`' | b'?' | b'#' | b'\\'
            )
    });
    let authority = rest.get(..length.count())?;
    let sign = authority.iter().rposition(|byte| *byte == b'@')?;
    let user = authority.get(..sign)?;
    let colon = user.iter().position(|byte| *byte == b':')?;
    let secret = user.get(colon + 1..)?;
    let name = user.get(..colon)?;
    let place = hit.end + colon + 1..hit.end + sign;
    if value::is_reference(name) {
        return None;
    }
    (judge::password(secret, true)).then_some(place)
}
