//! What numbers of persons must satisfy: check digits, ranges that were given out,
//! numbers known from advertisements and tests.
//!
//! **Invariant:** pure functions over a match; separators do not count.

use crate::secrets::luhn;

/// Letters and digits alone.
pub(super) fn bare(text: &[u8]) -> Vec<u8> {
    text.iter()
        .copied()
        .filter(u8::is_ascii_alphanumeric)
        .collect()
}

/// Numbers that card networks publish for tests.
const TEST_CARDS: &[&[u8]] = &[
    b"4111111111111111",
    b"4242424242424242",
    b"4012888888881881",
    b"4000056655665556",
    b"5555555555554444",
    b"5105105105105100",
    b"378282246310005",
    b"371449635398431",
    b"6011111111111117",
    b"6011000990139424",
    b"30569309025904",
    b"38520000023237",
    b"3530111333300000",
    b"3566002020360505",
    b"2223003122003222",
];

/// ISO/IEC 7812: an issuer's range with its length, the check digit, no test number.
pub(super) fn is_card(text: &[u8]) -> bool {
    let digits = bare(text);
    issued(&digits)
        && luhn(&digits)
        && distinct(&digits) >= 4
        && !TEST_CARDS.contains(&digits.as_slice())
}

fn issued(digits: &[u8]) -> bool {
    let start = |count: usize| {
        digits.iter().take(count).fold(0_u32, |number, digit| {
            number * 10 + u32::from(digit.wrapping_sub(b'0'))
        })
    };
    match digits.len() {
        16 => {
            start(1) == 4
                || (51..=55).contains(&start(2))
                || (2221..=2720).contains(&start(4))
                || start(4) == 6011
                || start(2) == 65
                || (644..=649).contains(&start(3))
                || (3528..=3589).contains(&start(4))
                || start(2) == 62
        }
        15 => matches!(start(2), 34 | 37),
        14 => start(2) == 36 || start(2) == 38 || (300..=305).contains(&start(3)),
        _ => false,
    }
}

fn distinct(digits: &[u8]) -> usize {
    (b'0'..=b'9').filter(|digit| digits.contains(digit)).count()
}

/// Numbers from advertisements that can belong to nobody (Social Security Administration).
const ADVERTISED: &[&[u8]] = &[
    b"078051120",
    b"219099999",
    b"457555462",
    b"123456789",
    b"111223333",
];

/// Area, group and serial as the administration gives them; without hyphens only if the
/// text before it says what it is.
pub(super) fn is_social_security(text: &[u8], said: bool) -> bool {
    let hyphens = text.split(|byte| *byte == b'-').count() - 1;
    let digits = bare(text);
    let (Some(area), Some(group), Some(serial)) =
        (digits.get(..3), digits.get(3..5), digits.get(5..))
    else {
        return false;
    };
    (said || hyphens == 2 && false_friends(&digits))
        && area != b"000"
        && area != b"666"
        && area.first() != Some(&b'9')
        && group != b"00"
        && serial != b"0000"
        && !ADVERTISED.contains(&digits.as_slice())
        && distinct(&digits) >= 3
}

/// `200-10-2030` may be a range; chance digits are not all round or in order.
fn false_friends(digits: &[u8]) -> bool {
    distinct(digits) >= 5
}

/// ISO 13616: the form of the country, and the remainder 1 by 97.
pub(super) fn is_iban(text: &[u8]) -> bool {
    let bare = bare(text);
    let Some(country) = bare.get(..2) else {
        return false;
    };
    let form = FORMS
        .iter()
        .find(|(known, _)| known.as_slice() == country)
        .map(|(_, form)| *form);
    let account = bare.get(4..).unwrap_or_default();
    if !form.is_some_and(|form| has_form(account, form)) || distinct(&bare) < 4 {
        return false;
    }
    let (head, tail) = bare.split_at(4);
    let remainder = tail.iter().chain(head).try_fold(0_u32, |rest, byte| {
        let digit = char::from(*byte).to_digit(36)?;
        Some((rest * if digit > 9 { 100 } else { 10 } + digit) % 97)
    });
    remainder == Some(1) && !EXAMPLE_IBANS.contains(&bare.as_slice())
}

/// Whether an account is made as `4a14n` says.
fn has_form(account: &[u8], form: &str) -> bool {
    let mut rest = account;
    for part in form.split_inclusive(|sign: char| sign.is_ascii_alphabetic()) {
        let (count, class) = part.split_at(part.len().saturating_sub(1));
        let Some((these, others)) = count
            .parse()
            .ok()
            .and_then(|count| rest.split_at_checked(count))
        else {
            return false;
        };
        let fits = |byte: &u8| match class {
            "n" => byte.is_ascii_digit(),
            "a" => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
        };
        if !these.iter().all(fits) {
            return false;
        }
        rest = others;
    }
    rest.is_empty()
}

/// From the registry of SWIFT, which everybody copies into documentation.
const EXAMPLE_IBANS: &[&[u8]] = &[
    b"GB82WEST12345698765432",
    b"DE89370400440532013000",
    b"FR1420041010050500013M02606",
    b"NL91ABNA0417164300",
    b"GB29NWBK60161331926819",
    b"ES9121000418450200051332",
];

/// What follows the check digits by country, from SWIFT's IBAN registry: so many digits (`n`),
/// capital letters (`a`) or either (`c`).
const FORMS: &[(&[u8; 2], &str)] = &[
    (b"AD", "8n12c"),
    (b"AE", "19n"),
    (b"AT", "16n"),
    (b"BE", "12n"),
    (b"BG", "4a6n8c"),
    (b"BR", "23n1a1c"),
    (b"CH", "5n12c"),
    (b"CY", "8n16c"),
    (b"CZ", "20n"),
    (b"DE", "18n"),
    (b"DK", "14n"),
    (b"EE", "16n"),
    (b"ES", "20n"),
    (b"FI", "14n"),
    (b"FR", "10n11c2n"),
    (b"GB", "4a14n"),
    (b"GR", "7n16c"),
    (b"HR", "17n"),
    (b"HU", "24n"),
    (b"IE", "4a14n"),
    (b"IL", "19n"),
    (b"IS", "22n"),
    (b"IT", "1a10n12c"),
    (b"LI", "5n12c"),
    (b"LT", "16n"),
    (b"LU", "3n13c"),
    (b"LV", "4a13c"),
    (b"MC", "10n11c2n"),
    (b"MT", "4a5n18c"),
    (b"NL", "4a10n"),
    (b"NO", "11n"),
    (b"PL", "24n"),
    (b"PT", "21n"),
    (b"RO", "4a16c"),
    (b"RS", "18n"),
    (b"SA", "2n18c"),
    (b"SE", "20n"),
    (b"SI", "15n"),
    (b"SK", "20n"),
    (b"SM", "1a10n12c"),
    (b"TR", "6n16c"),
    (b"UA", "6n19c"),
];

/// Printed in groups, as on a card.
pub(super) fn is_grouped(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, b' ' | b'-'))
}

/// Dialled from anywhere (`+49 …`, `001-…`), or grouped as in North America (`212-555-0187`).
pub(super) fn is_dialled(text: &[u8]) -> bool {
    if text.starts_with(b"+") || text.starts_with(b"001") {
        return true;
    }
    let groups: Vec<usize> = text
        .split(|byte| matches!(byte, b'-' | b'.' | b')'))
        .map(|group| {
            bare(group)
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count()
        })
        .collect();
    let spaced = text.contains(&b' ') && !text.starts_with(b"(");
    groups == [3, 3, 4] && !spaced
}

/// E.164: 8 to 15 digits; `555-01xx` is kept for stories.
pub(super) fn is_phone(text: &[u8]) -> bool {
    let number = text.split(|byte| *byte == b'x').next().unwrap_or_default();
    let digits = bare(number);
    (8..=15).contains(&digits.len()) && distinct(&digits) >= 4 && !holds(&digits, b"55501")
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Names that stand for machines, and domains kept for examples (RFC 2606).
pub(super) fn is_private_email(text: &[u8]) -> bool {
    let lower = text.to_ascii_lowercase();
    let machines: &[&[u8]] = &[
        b"noreply",
        b"no-reply",
        b"git@",
        b"support@",
        b"info@",
        b"example",
        b".test",
        b"@users.noreply",
        b".png",
        b".jpg",
    ];
    !machines.iter().any(|part| holds(&lower, part))
}
