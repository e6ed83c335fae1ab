//! Each check with tokens made here: a sound one, a broken one, garbage.
use super::*;

fn github(random: &str) -> String {
    format!("ghp_{random}{}", checksum(random.as_bytes()))
}

#[test]
fn crc32_is_that_of_the_standard() {
    assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
}

#[test]
fn github_checksums_are_recognised() {
    let token = github("aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0");
    assert_eq!(Check::Crc32.holds(token.as_bytes()), Some(true));
    let broken = token.replace("aB3d", "aB4d");
    assert_eq!(Check::Crc32.holds(broken.as_bytes()), Some(false));
    assert_eq!(Check::Crc32.holds(b"_"), Some(false));
}

#[test]
fn jwt_headers_must_decode() {
    let header = encode_base64(br#"{"alg":"HS256"}"#, encoding::URL_SAFE);
    let token = [header.as_slice(), b".e30.c2ln"].concat();
    assert_eq!(Check::Jwt.holds(&token), Some(true));
    assert_eq!(Check::Jwt.holds(b"eyJmb28iOjF9.e30.c2ln"), None);
}

#[test]
fn account_numbers_are_read_from_key_ids() {
    assert_eq!(aws_account(b"ASIAQNZGKIQY56JQ7WML"), Some(29_608_264_753));
    assert_eq!(aws_account(b"AKIA!!!!!!!!!!!!!!!!"), None);
}

#[test]
fn luhn_knows_the_test_cards() {
    assert!(luhn(b"4111111111111111"));
    assert!(!luhn(b"4111111111111112"));
    assert!(!luhn(b""));
    assert!(!luhn(b"41x1"));
}

#[test]
fn base64_goes_there_and_back() {
    for length in 0..40_u8 {
        let bytes: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(37)).collect();
        for alphabet in [encoding::STANDARD, encoding::URL_SAFE] {
            assert_eq!(
                decode_base64(&encode_base64(&bytes, alphabet)),
                Some(bytes.clone())
            );
        }
    }
}
