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

/// ISO 13616: the length of the country, and the remainder 1 by 97.
pub(super) fn is_iban(text: &[u8]) -> bool {
    let bare = bare(text);
    let Some(country) = bare.get(..2) else {
        return false;
    };
    let length = LENGTHS
        .iter()
        .find(|(known, _)| known.as_slice() == country)
        .map(|(_, length)| *length);
    if length != Some(bare.len()) || distinct(&bare) < 4 {
        return false;
    }
    let (head, tail) = bare.split_at(4);
    let remainder = tail.iter().chain(head).try_fold(0_u32, |rest, byte| {
        let digit = char::from(*byte).to_digit(36)?;
        Some((rest * if digit > 9 { 100 } else { 10 } + digit) % 97)
    });
    remainder == Some(1) && !EXAMPLE_IBANS.contains(&bare.as_slice())
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

/// Lengths by country, from SWIFT's IBAN registry.
const LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AT", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BR", 29),
    (b"CH", 21),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DK", 18),
    (b"EE", 20),
    (b"ES", 24),
    (b"FI", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GR", 27),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"MC", 27),
    (b"MT", 31),
    (b"NL", 18),
    (b"NO", 15),
    (b"PL", 28),
    (b"PT", 25),
    (b"RO", 24),
    (b"RS", 22),
    (b"SA", 24),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"TR", 26),
    (b"UA", 29),
];

/// E.164: 8 to 15 digits; `555-01xx` is kept for stories.
pub(super) fn is_phone(text: &[u8]) -> bool {
    let digits = bare(text);
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
