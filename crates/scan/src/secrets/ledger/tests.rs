//! Each shape in which a secret leaves, with a harmless twin.
use super::super::validate::URL_SAFE;
use super::*;
use std::io::Write;

const SECRET: &[u8] = b"k7Fq9ZpL2mXw/R4tY+8sVb3N";
const TWIN: &[u8] = b"k7Fq9ZpL2nXw/R4tY+8sVb3N";

fn ledger() -> Ledger {
    let mut ledger = Ledger::new(Key::new([3; 32]));
    assert!(ledger.note(SECRET));
    ledger
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text).unwrap();
    packer.finish().unwrap()
}

fn percent(text: &[u8]) -> Vec<u8> {
    text.iter()
        .flat_map(|byte| format!("%{byte:02X}").into_bytes())
        .collect()
}

fn labels(text: &[u8]) -> Vec<u8> {
    let hex = hexadecimal(text);
    let mut name = hex.chunks(15).collect::<Vec<_>>().join(&b'.');
    name.extend_from_slice(b".x.example.net");
    name
}

/// Every way to write the text, with the form that it is told as.
fn written(text: &[u8]) -> Vec<(&'static str, Form, Vec<u8>)> {
    let mut ways = vec![
        ("plain", Form::Plain, text.to_vec()),
        (
            "reversed",
            Form::Reversed,
            text.iter().rev().copied().collect(),
        ),
        (
            "hex",
            Form::Hex,
            text.iter()
                .flat_map(|byte| format!("{byte:02X}").into_bytes())
                .collect(),
        ),
        ("percent", Form::Plain, percent(text)),
        ("gzip", Form::Plain, gzip(text)),
        (
            "gzip and base64",
            Form::Plain,
            encode_base64(&gzip(text), STANDARD),
        ),
        ("labels", Form::Hex, labels(text)),
        (
            "lines",
            Form::Plain,
            text.chunks(5).collect::<Vec<_>>().join(&b'\n'),
        ),
    ];
    for (name, before) in [
        ("base64", "a"),
        ("base64 at one", "ab"),
        ("base64 at two", "abc"),
    ] {
        let long = [before.as_bytes(), text, b" and more"].concat();
        ways.push((name, Form::Base64, encode_base64(&long, STANDARD)));
        ways.push((name, Form::Base64, encode_base64(&long, URL_SAFE)));
    }
    ways
}

#[test]
fn each_shape_is_found_and_its_twin_is_not() {
    for (name, form, body) in written(SECRET) {
        let message = [b"POST /in?d=".as_slice(), &body, b"&x=1"].concat();
        let message = if name == "gzip" { body } else { message };
        let leaks = ledger().look(&message);
        let owner = Key::new([3; 32]).fingerprint(SECRET);
        assert_eq!(
            leaks
                .iter()
                .map(|leak| (leak.fingerprint, leak.form))
                .collect::<Vec<_>>(),
            [(owner, form)],
            "{name}"
        );
    }
    for (name, _, body) in written(TWIN) {
        assert_eq!(ledger().look(&body), [], "{name}");
    }
}

#[test]
fn parts_over_several_requests_are_joined() {
    let mut ledger = ledger();
    let (first, second) = SECRET.split_at(11);
    assert_eq!(ledger.look(&[b"a=".as_slice(), first].concat()), []);
    let leaks = ledger.look(second);
    assert_eq!(leaks.len(), 1);
    assert!(leaks[0].split);
    assert_eq!(ledger.look(b"nothing more"), []);
}

#[test]
fn nothing_readable_is_kept_and_the_oldest_goes_first() {
    let mut ledger = ledger();
    assert!(!format!("{ledger:?}").to_lowercase().contains("k7fq9zpl"));
    assert!(!ledger.note(b"short"));
    for number in 0..MOST_SECRETS {
        assert!(ledger.note(format!("another secret {number:06}").as_bytes()));
    }
    assert_eq!(ledger.len(), MOST_SECRETS);
    assert_eq!(ledger.look(SECRET), []);
    assert_eq!(ledger.look(b"another secret 000255").len(), 1);
}

#[test]
fn places_are_those_of_the_text_as_it_came() {
    let mut ledger = Ledger::new(Key::new([1; 32]));
    let secret = "k7Fq9ZpL2mXw41Ab";
    assert!(ledger.note(secret.as_bytes()));
    let hex = String::from_utf8(hexadecimal(secret.as_bytes())).unwrap();
    let (one, other) = hex.split_at(8);
    let split = format!("{one}.{other}");
    let text = format!("a {secret} b {split} c");
    let places = ledger.places(text.as_bytes()).into_iter();
    let found: Vec<&str> = places.map(|place| text.get(place).unwrap()).collect();
    assert_eq!(found, [secret, &split]);
    assert!(ledger.places(b"nothing of it").is_empty());
}
