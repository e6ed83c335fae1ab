use super::*;
use crate::modifier::Change::{
    Base64, Base64Offset, Expand, Utf16Big, Utf16Little, Utf16Marked, Windash,
};

fn placeholders() -> Placeholders {
    let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    Placeholders::from([
        ("servers".to_owned(), values(&["srv*", "db1"])),
        ("user".to_owned(), values(&["root"])),
    ])
}

fn texts(value: &str, changes: &[Change]) -> Vec<String> {
    let values = changed("f", value, changes, &placeholders()).unwrap();
    let text = |value| match value {
        Changed::Text(text) => text,
        Changed::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
    };
    values.into_iter().map(text).collect()
}

#[test]
fn values_are_changed_as_sigma_says() {
    let cases: [(&str, &[Change], &[&str]); 16] = [
        ("foobar", &[Base64], &["Zm9vYmFy"]),
        ("foob", &[Base64], &["Zm9vYg=="]),
        ("fooba", &[Base64], &["Zm9vYmE="]),
        (r"a\*", &[Base64], &["YSo="]),
        (
            "foobar",
            &[Base64Offset],
            &["Zm9vYmFy", "Zvb2Jhc", "mb29iYX"],
        ),
        ("x", &[Base64Offset], &["e", "4"]),
        ("cmd", &[Utf16Little], &["c\0m\0d\0"]),
        ("cmd", &[Utf16Big], &["\0c\0m\0d"]),
        ("cmd", &[Utf16Little, Base64], &["YwBtAGQA"]),
        ("cmd", &[Utf16Marked, Base64], &["//5jAG0AZAA="]),
        ("-a", &[Windash], &["-a", "/a", "–a", "—a", "―a"]),
        ("a-b", &[Windash], &["a-b"]),
        ("%user%@x", &[Expand], &["root@x"]),
        ("%servers%.%user%", &[Expand], &["srv*.root", "db1.root"]),
        (r"\%user%user%", &[Expand], &["%userroot"]),
        ("100%", &[Expand], &["100%"]),
    ];
    for (value, changes, wanted) in cases {
        assert_eq!(texts(value, changes), wanted, "{value} {changes:?}");
    }
    assert_eq!(texts(" -a -b", &[Windash]).len(), 25);
}

#[test]
fn the_text_is_found_in_base64_wherever_it_stands() {
    for before in ["", "x", "xy", "xyz"] {
        for after in ["", "q", "qr", "qrs"] {
            let whole = base64(format!("{before}/dev/tcp{after}").as_bytes());
            let whole = String::from_utf8(whole).unwrap();
            let found = texts("/dev/tcp", &[Base64Offset]);
            assert!(found.iter().any(|part| whole.contains(part)), "{whole}");
        }
    }
}

#[test]
fn what_cannot_be_changed_is_named() {
    let many = "-a ".repeat(8);
    let cases: [(&str, &[Change], &str); 5] = [
        ("a*", &[Base64], "a wildcard cannot be encoded"),
        ("a?", &[Utf16Little], "a wildcard cannot be encoded"),
        ("%none% %nor%", &[Expand], "`none`, `nor`"),
        ("a", &[Base64, Windash], "before the encodings"),
        (&many, &[Windash], "too many dashes"),
    ];
    for (value, changes, wanted) in cases {
        let error = changed("f", value, changes, &placeholders()).unwrap_err();
        assert!(error.to_string().contains(wanted), "{error}");
    }
}
