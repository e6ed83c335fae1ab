//! Whether a value that stands where a secret would stand is one.
//!
//! **Invariant:** the less its surroundings say, the more the value itself must look
//! like chance; a value that reads as a word, a path or a name never passes.

use super::value::{
    Shape, is_hex, is_placeholder, is_repetitive, is_sequence, is_uuid, is_wordlike,
};

/// Bits per pair of letters over which letters are chance.
const CHANCE: f32 = 4.75;

/// Passwords that everybody writes in examples. Lower case, whole value.
const COMMON_PASSWORDS: &[&[u8]] = &[
    b"pwd",
    b"pass",
    b"passwd",
    b"p@ssw0rd",
    b"p@ssword",
    b"foo",
    b"bar",
    b"baz",
    b"test",
    b"abc",
    b"abc123",
    b"xyz",
    b"qwerty",
    b"admin",
    b"root",
    b"user",
    b"guest",
    b"null",
    b"none",
    b"nil",
    b"true",
    b"false",
    b"undefined",
    b"string",
    b"empty",
    b"yyy",
    b"zzz",
    b"yyyy",
    b"zzzz",
    b"yyyyy",
    b"zzzzz",
    b"asdf",
    b"qwer",
    b"hunter2",
    b"s3cr3t",
    b"secret",
    b"secr3t",
    b"void",
    b"self",
];

/// A value under a name such as `password`: may be short, but no word and no reference.
pub(crate) fn password(value: &[u8], quoted: bool) -> bool {
    let shape = Shape::of(value);
    if shape.length < 4 || shape.length > 128 || shape.distinct < 3 {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    if COMMON_PASSWORDS.contains(&lower.as_slice()) || is_placeholder(value) || is_sequence(value) {
        return false;
    }
    if value
        .iter()
        .any(|byte| byte.is_ascii_control() || !byte.is_ascii())
    {
        return false;
    }
    if looks_like_hash(value) || looks_like_path(value) {
        return false;
    }
    let letters = shape.lower + shape.upper;
    let others = shape.length - letters - shape.digits;
    if value.contains(&b' ') {
        // A sentence in quotes is a message; few words with other signs may be a password.
        let words = value.split(|byte| *byte == b' ').count();
        return quoted && words <= 2 && others >= 3 && !is_wordlike(value, CHANCE);
    }
    if !quoted
        && value
            .iter()
            .any(|byte| matches!(byte, b'(' | b'[' | b'{' | b'"' | b'\''))
    {
        return false;
    }
    if shape.digits == 0 && others == 0 {
        return !is_wordlike(value, CHANCE) && !is_constant(value, shape);
    }
    if letters == 0 {
        return others == 0 && shape.length >= 12;
    }
    mixed_is_chance(value, shape)
}

/// Letters with digits or other signs: chance if the letters do not read as words or if
/// classes change often.
fn mixed_is_chance(value: &[u8], shape: Shape) -> bool {
    let changes = changes(value);
    if shape.digits == 0 {
        // `some-name.like_this` against `wwf*-kq!`.
        let letters_only_names = value.iter().all(|byte| {
            byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b',')
        });
        return if letters_only_names {
            !is_wordlike(value, 5.2) && shape.length >= 8
        } else {
            shape.length >= 8 && (!is_wordlike(value, CHANCE) || has_odd_sign_inside(value))
        };
    }
    let wordy = is_wordlike(value, CHANCE);
    if wordy {
        return changes * 10 >= shape.length * 4 && shape.digits >= 3 && shape.length >= 8;
    }
    true
}

/// `super$ecret`: a sign that no name holds, amid letters.
fn has_odd_sign_inside(value: &[u8]) -> bool {
    value.windows(3).any(|three| {
        matches!(three, [before, b'$' | b'!' | b'#' | b'^', after]
            if before.is_ascii_alphabetic() && after.is_ascii_alphabetic())
    })
}

/// How often the class of characters changes: small, capital, digit, other.
fn changes(value: &[u8]) -> usize {
    value
        .windows(2)
        .filter(|pair| matches!(pair, [first, second] if class(*first) != class(*second)))
        .count()
}

fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

/// `SOME_CONSTANT`: capitals and underscores only.
fn is_constant(value: &[u8], shape: Shape) -> bool {
    shape.lower == 0 && value.contains(&b'_')
}

/// `$2a$10$…` and its kin are what is left of a password, and no way back.
pub(crate) fn looks_like_hash(value: &[u8]) -> bool {
    let starts: &[&[u8]] = &[
        b"$2a$", b"$2b$", b"$2y$", b"$5$", b"$6$", b"$1$", b"$argon2", b"{CRYPT}", b"{SSHA",
        b"sha256:", b"sha512-", b"$pbkdf2", b"$7$", b"$8$", b"sha256-", b"sha1-", b"md5-",
        b"pbkdf2",
    ];
    starts.iter().any(|start| value.starts_with(start))
}

fn looks_like_path(value: &[u8]) -> bool {
    value.starts_with(b"/")
        || value.starts_with(b"./")
        || value.starts_with(b"../")
        || value.starts_with(b"http")
        || value.starts_with(b"arn:")
        || value.starts_with(b"s3:")
        || super::value::contains(value, b"://")
        || super::value::contains(value, b"::")
        || super::value::contains(value, b"()")
        || super::value::contains(value, b"->")
}

/// A value under a name such as `api_key`, after `=` or `:`.
pub(crate) fn token(value: &[u8]) -> bool {
    let shape = Shape::of(value);
    if shape.length < 10 || shape.length > 2048 || !is_plain(value) || is_placeholder(value) {
        return false;
    }
    if looks_like_hash(value)
        || looks_like_path(value)
        || is_repetitive(value)
        || is_sequence(value)
    {
        return false;
    }
    if is_uuid(value) {
        return shape.digits >= 4;
    }
    let letters = shape.lower + shape.upper;
    if letters == 0 {
        return shape.digits >= 16 && shape.digits == shape.length && shape.distinct >= 6;
    }
    if shape.digits == 0 {
        return shape.length >= 16 && letters * 10 >= shape.length * 9 && !is_wordlike(value, 5.0);
    }
    if is_hex(value) {
        return shape.digits >= 2 && shape.entropy >= 2.5;
    }
    shape.entropy >= 2.9
        && (changes(value) * 5 >= shape.length || !is_wordlike(value, 5.0))
        && !is_named_parts(value)
}

/// A value somewhere after the name of a provider: it may even be an alphabet.
pub(crate) fn provider_token(value: &[u8], assigned: bool) -> bool {
    let shape = Shape::of(value);
    let shortest = if assigned { 10 } else { 14 };
    if shape.length < shortest || shape.length > 2048 || !is_plain(value) || is_placeholder(value) {
        return false;
    }
    if looks_like_hash(value) || looks_like_path(value) || is_repetitive(value) {
        return false;
    }
    if is_uuid(value) {
        return shape.digits >= 4;
    }
    let letters = shape.lower + shape.upper;
    if shape.digits == 0 {
        return shape.length >= 15 && letters * 10 >= shape.length * 9 && !is_wordlike(value, 4.9);
    }
    if letters == 0 {
        return shape.digits == shape.length && shape.digits >= if assigned { 14 } else { 20 };
    }
    shape.digits >= 2
        && shape.entropy >= 2.4
        && longest_run(value) >= 8
        && (longest_run(value) >= 12 || !value.contains(&b'/') && assigned)
        && (assigned || !value.contains(&b'/'))
        && !is_named_parts(value)
}

/// The longest run of letters and digits.
fn longest_run(value: &[u8]) -> usize {
    value
        .split(|byte| !byte.is_ascii_alphanumeric())
        .map(<[u8]>::len)
        .max()
        .unwrap_or_default()
}

/// A value after a word such as `SECRET` with nothing else to say what it is.
pub(crate) fn bare_token(value: &[u8]) -> bool {
    let shape = Shape::of(value);
    if shape.length < 20 || shape.digits == shape.length || !token(value) {
        return false;
    }
    is_uuid(value) || (shape.digits >= 3 && (is_hex(value) || changes(value) * 6 >= shape.length))
}

/// Characters that tokens are made of.
fn is_plain(value: &[u8]) -> bool {
    value.iter().all(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'_' | b'-'
                    | b'+'
                    | b'/'
                    | b'='
                    | b'.'
                    | b'~'
                    | b'!'
                    | b'@'
                    | b'#'
                    | b'$'
                    | b'%'
                    | b'^'
                    | b'&'
                    | b'*'
                    | b':'
                    | b'|'
            )
    })
}

/// `us-east-1`, `claude-3-opus-20240229`, `api.v1.users`: every part is a word or a number.
fn is_named_parts(value: &[u8]) -> bool {
    value
        .split(|byte| !byte.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .all(|part| {
            let digits = part.iter().filter(|byte| byte.is_ascii_digit()).count();
            if digits == part.len() {
                return digits <= 8;
            }
            if digits == 0 {
                return part.len() <= 3 || is_wordlike(part, CHANCE);
            }
            let lower = part.to_ascii_lowercase();
            part.len() <= 4
                || (digits * 2 <= part.len() && changes(&lower) <= 3 && is_wordlike(part, CHANCE))
        })
}
