//! How much a run of letters resembles words: chance strings score high.
//!
//! **Invariant:** letters alone count, and the score does not depend on their case.

/// Bits that each pair of letters carries in this repository's English and its names,
/// one row for the first letter; measured once over 4,600 words.
const BITS: [&[u8; 26]; 26] = [
    b"85449859595343959343677759",
    b"39692999469378379447399959",
    b"39783893594489279473599989",
    b"47751969399678479538689969",
    b"48435668799553857334867579",
    b"49763479299477399555499969",
    b"49892774399654489446479977",
    b"27982999399867279575599979",
    b"57454559999452359543959696",
    b"59882997695999295739299999",
    b"59871679399894767936599999",
    b"39942799398398389945578969",
    b"25772999397647339958589989",
    b"48433639596786469733568968",
    b"66547669695442549345464899",
    b"38872876499378349354588869",
    b"66898998899399999659099699",
    b"37552759396656389544569959",
    b"59582994495688447842496969",
    b"39572894399689479435697969",
    b"54554669599443649333889899",
    b"39991989399998589999998899",
    b"39863973396694399349999899",
    b"37453597499998729992689657",
    b"56693986799443437833894896",
    b"38582569399659675748689844",
];

/// Average bits per pair of adjacent letters: words stay under 4.6, chance letters over 5.
/// `None` if fewer than two letters stand side by side.
pub(crate) fn bits_per_pair(text: &[u8]) -> Option<f32> {
    let mut sum = 0_u32;
    let mut pairs = 0_u32;
    for pair in text.windows(2) {
        let [first, second] = pair else { continue };
        if let Some(bits) = bits(*first, *second) {
            sum += bits;
            pairs += 1;
        }
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "values are short: sums stay far under 2^24"
    )]
    (pairs > 0).then(|| sum as f32 / pairs as f32)
}

fn bits(first: u8, second: u8) -> Option<u32> {
    let row = usize::from(first.to_ascii_lowercase().checked_sub(b'a')?);
    let column = usize::from(second.to_ascii_lowercase().checked_sub(b'a')?);
    let digit = BITS.get(row)?.get(column)?;
    Some(u32::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::bits_per_pair;

    #[test]
    fn words_score_low_and_chance_letters_high() {
        for word in [
            "password",
            "changeme",
            "unsecure_session_secret",
            "privateKeyPem",
        ] {
            assert!(bits_per_pair(word.as_bytes()) < Some(4.6), "{word}");
        }
        for chance in ["fvczztkrm", "djqnnwu", "cgezhz", "prqxrgjpjagzpr"] {
            assert!(bits_per_pair(chance.as_bytes()) > Some(5.0), "{chance}");
        }
        assert_eq!(bits_per_pair(b"1234"), None);
    }
}
