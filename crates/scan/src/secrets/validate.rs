//! Checks that a token's own structure allows: checksums, numbers, encodings.
//!
//! **Invariant:** a check that fails refuses the finding, one that holds marks it as
//! verified, and one that cannot tell does neither.

mod encoding;

#[cfg(test)]
pub(crate) use encoding::URL_SAFE;
pub(crate) use encoding::{STANDARD, decode_base64, encode_base64};

use super::value;

/// A structure that a rule names with `validate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// Classic GitHub and npm tokens end in the CRC-32 of their random part, in base 62.
    Crc32,
    /// A JSON Web Token's first part is a JSON object with `alg`.
    Jwt,
    /// The letters after an AWS key's prefix are base 32 and hold the account's number.
    AwsKeyId,
    /// A private key's body is base 64 and has the length that a key needs.
    Pem,
    /// Base 64 of `name:password`.
    BasicCredentials,
    /// A password in a command, a header or a URL: neither example nor plain word.
    Password,
    /// `name:password`, of which one part may be missing.
    UserPassword,
    /// Base 64 of something that is no word.
    Encoded,
    /// A value without a prefix of its own: it has to look like chance.
    Chance,
}

impl Check {
    pub(crate) fn named(name: &str) -> Option<Check> {
        Some(match name {
            "crc32" => Check::Crc32,
            "jwt" => Check::Jwt,
            "aws-key-id" => Check::AwsKeyId,
            "pem" => Check::Pem,
            "basic-credentials" => Check::BasicCredentials,
            "password" => Check::Password,
            "user-password" => Check::UserPassword,
            "encoded" => Check::Encoded,
            "chance" => Check::Chance,
            _ => return None,
        })
    }

    /// Whether it looks at values that have no form of their own.
    pub(crate) fn is_generic(self) -> bool {
        match self {
            Check::Crc32 | Check::Jwt | Check::AwsKeyId | Check::Pem | Check::BasicCredentials => {
                false
            }
            Check::Password | Check::UserPassword | Check::Encoded | Check::Chance => true,
        }
    }

    /// `None`: not a secret. `Some(true)`: its structure proves it.
    pub(crate) fn holds(self, secret: &[u8]) -> Option<bool> {
        match self {
            // Tokens from before the checksum and made-up ones in tests fail it: no refusal.
            Check::Crc32 => Some(crc32_holds(secret)),
            Check::Jwt => jwt_header(secret).then_some(true),
            Check::AwsKeyId => aws_account(secret).map(|_| true),
            Check::Pem => pem_body(secret).then_some(true),
            Check::BasicCredentials => basic_credentials(secret).then_some(true),
            Check::Password => super::judge::password(secret, true).then_some(false),
            Check::UserPassword => user_password(secret).then_some(false),
            Check::Encoded => (!value::is_wordlike(secret, 4.75)).then_some(false),
            Check::Chance => super::judge::token(secret).then_some(false),
        }
    }
}

/// `ghp_…` and `npm_…`: 30 random characters, then six of base 62 with their CRC-32.
/// Source: the GitHub blog, "Behind GitHub's new authentication token formats" (2021).
fn crc32_holds(token: &[u8]) -> bool {
    let Some(at) = token.iter().position(|byte| *byte == b'_') else {
        return false;
    };
    let Some(body) = token.get(at + 1..) else {
        return false;
    };
    let Some((random, sum)) = body
        .len()
        .checked_sub(6)
        .and_then(|at| body.split_at_checked(at))
    else {
        return false;
    };
    base62(sum) == Some(u64::from(crc32(random)))
}

/// Reads digits, capitals, small letters as a number of base 62.
fn base62(text: &[u8]) -> Option<u64> {
    text.iter().try_fold(0_u64, |number, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            b'a'..=b'z' => byte - b'a' + 36,
            _ => return None,
        };
        number.checked_mul(62)?.checked_add(u64::from(digit))
    })
}

/// The six characters that end a token of this form.
pub(crate) fn checksum(random: &[u8]) -> String {
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let number = u64::from(crc32(random));
    (0..6)
        .rev()
        .filter_map(|place| {
            let digit = number / 62_u64.pow(place) % 62;
            usize::try_from(digit)
                .ok()
                .and_then(|digit| alphabet.get(digit))
        })
        .map(|digit| char::from(*digit))
        .collect()
}

/// CRC-32 of IEEE 802.3, bit by bit: tokens are short.
fn crc32(bytes: &[u8]) -> u32 {
    let mut register = u32::MAX;
    for byte in bytes {
        register ^= u32::from(*byte);
        for _bit in 0..8 {
            let carry = register & 1;
            register >>= 1;
            if carry == 1 {
                register ^= 0xEDB8_8320;
            }
        }
    }
    !register
}

/// RFC 7519: the header is a JSON object; `alg` is required by RFC 7515.
fn jwt_header(token: &[u8]) -> bool {
    let Some(header) = token.split(|byte| *byte == b'.').next() else {
        return false;
    };
    let Some(json) = decode_base64(header) else {
        return false;
    };
    json.first() == Some(&b'{') && value::contains(&json, b"\"alg\"")
}

/// When a JSON Web Token ends to be good (`exp`, RFC 7519, section 4.1.4), in seconds since the Unix
/// epoch; nothing if this is none, or has no end.
pub(crate) fn expires(secret: &[u8]) -> Option<i64> {
    if !secret.starts_with(b"eyJ") {
        return None;
    }
    let claims = decode_base64(secret.split(|byte| *byte == b'.').nth(1)?)?;
    let after = find(&claims, b"\"exp\"", 0).and_then(|at| claims.get(at + 5..))?;
    let text = std::str::from_utf8(after).ok()?.trim_start();
    let number = text.strip_prefix(':')?.trim_start();
    let end = number.find(|digit: char| !digit.is_ascii_digit());
    number.get(..end.unwrap_or(number.len()))?.parse().ok()
}

/// The account in an AWS key id: bits 1 to 40 of the base 32 after the prefix.
/// Source: Aidan Steele, "AWS Access Key ID formats" (2020), and Tal Be'ery's decoding (2023).
pub(crate) fn aws_account(id: &[u8]) -> Option<u64> {
    let body = id.get(4..)?;
    let mut bits = 0_u64;
    for byte in body.get(..10)? {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            // Older keys and ids in tests use all digits.
            b'0' | b'1' | b'8' | b'9' => 0,
            _ => return None,
        };
        bits = (bits << 5) | u64::from(digit);
    }
    Some((bits >> 9) & 0xFF_FFFF_FFFF)
}

/// Shortest body of a private key in base 64: Ed25519 in PKCS #8 has 64 characters.
const SHORTEST_KEY: usize = 60;

/// Between its lines a private key is base 64; headers such as `DEK-Info:` may stand above.
fn pem_body(text: &[u8]) -> bool {
    let Some(start) = find(text, b"-----", 11).map(|at| at + 5) else {
        return false;
    };
    let rest = text.get(start..).unwrap_or_default();
    let body = find(rest, b"-----", 0).map_or(rest, |end| rest.get(..end).unwrap_or_default());
    let useful = body
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
        .count();
    let foreign = body
        .iter()
        .filter(|byte| matches!(byte, b'<' | b'{' | b'$' | b'*' | b'%' | b'`' | b'['))
        .count();
    useful >= SHORTEST_KEY && foreign * 20 <= useful && value::Shape::of(body).distinct >= 16
}

fn find(text: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    text.get(from..)?
        .windows(needle.len())
        .position(|window| window == needle)
        .map(|at| at + from)
}

/// RFC 7617: base 64 of `name:password`, both readable.
fn basic_credentials(text: &[u8]) -> bool {
    let Some(decoded) = decode_base64(text) else {
        return false;
    };
    let Some(colon) = decoded.iter().position(|byte| *byte == b':') else {
        return false;
    };
    let password = decoded.get(colon + 1..).unwrap_or_default();
    decoded.iter().all(|byte| (0x20..0x7f).contains(byte)) && super::judge::password(password, true)
}

/// What `curl -u` takes: the password, or a key in the place of the name.
fn user_password(text: &[u8]) -> bool {
    let mut parts = text.splitn(2, |byte| *byte == b':');
    let (Some(name), Some(password)) = (parts.next(), parts.next()) else {
        return false;
    };
    let bare = |part: &[u8]| {
        let quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'{' | b'}');
        part.iter()
            .copied()
            .filter(|byte| !quote(byte))
            .collect::<Vec<u8>>()
    };
    super::judge::password(&bare(password), true)
        || (password.len() < 2 && super::judge::password(&bare(name), true))
}

/// Whether the digits satisfy ISO/IEC 7812's check digit.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let digit = u32::from(digit.wrapping_sub(b'0'));
            match (at % 2, digit) {
                (0, digit) => digit,
                (_, digit) if digit > 4 => digit * 2 - 9,
                (_, digit) => digit * 2,
            }
        })
        .sum();
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests;
