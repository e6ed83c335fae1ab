//! Numbers that belong to persons, each with a twin that does not.
use super::*;
use proptest::prelude::*;

fn kinds(text: &str) -> Vec<&'static str> {
    personal(&Key::new([1; 32]), text.as_bytes())
        .iter()
        .map(|found| found.kind.name())
        .collect()
}

#[test]
fn numbers_of_persons_are_found() {
    for (text, kind) in [
        ("card 4539 1488 0343 6467 exp 04/29", "payment-card"),
        ("pan=5425233430109903", "payment-card"),
        ("Jo,4539148803436467,04/29", "payment-card"),
        ("name,card\nJo,4539148803436467", "payment-card"),
        ("GB94BARC10201530093459", "iban"),
        ("amex 3714-496353-98456.", "payment-card"),
        ("SSN: 536-22-8726", "social-security-number"),
        ("social security 536228726", "social-security-number"),
        ("to AT611904300234573201 please", "iban"),
        ("BE68 5390 0754 7034", "iban"),
    ] {
        assert_eq!(kinds(text), [kind], "{text}");
    }
}

#[test]
fn other_numbers_are_left_alone() {
    for text in [
        "card 4539 1488 0343 6468",
        "4111 1111 1111 1111",
        "order id: 4539148803436467",
        "\"trace\": 4539148803436467",
        "a4539148803436467",
        "14539148803436467",
        "0.4539148803436467",
        "536-22-8726-11",
        "SSN: 000-22-8726",
        "SSN: 666-22-8726",
        "SSN: 078-05-1120",
        "536228726",
        "AT611904300234573202",
        "GB13236266951087954555",
        "536-22-8726 is the part number",
        "\"parent\": 4539148803436467",
        "DE89370400440532013000",
        "2026-11-21 10:11:12",
    ] {
        assert_eq!(kinds(text), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn addresses_and_phones_count_only_in_bulk() {
    let lines =
        |count: usize, line: fn(usize) -> String| -> String { (0..count).map(line).collect() };
    let address = |number| format!("person{number}@mail{number}.net\n");
    let phone = |number| format!("+43 664 {}\n", 1_234_500 + number);
    assert_eq!(kinds(&lines(BULK - 1, address)), Vec::<&str>::new());
    assert_eq!(kinds(&lines(BULK, address)), ["email-addresses"]);
    assert_eq!(kinds(&lines(BULK - 1, phone)), Vec::<&str>::new());
    assert_eq!(kinds(&lines(BULK, phone)), ["phone-numbers"]);
    assert_eq!(kinds(&"person@mail.net\n".repeat(BULK)), Vec::<&str>::new());
}

#[test]
fn the_writing_does_not_change_the_fingerprint() {
    let key = Key::new([1; 32]);
    let one = personal(&key, b"pan 4539 1488 0343 6467");
    let two = personal(&key, b"pan 4539148803436467");
    assert_eq!(one[0].fingerprint, two[0].fingerprint);
    assert_eq!(one[0].masked, "4539…6467");
}

proptest! {
    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        for found in personal(&Key::new([1; 32]), &bytes) {
            prop_assert!(found.place.end <= bytes.len());
        }
    }
}
