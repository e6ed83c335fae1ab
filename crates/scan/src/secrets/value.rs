//! Whether a piece of text can be a secret at all: entropy, alphabets, placeholders.
//!
//! **Invariant:** pure functions over bytes; their time is linear in the value.

use super::wordlike::bits_per_pair;

/// Longest value that these tests look at.
pub(crate) const LONGEST: usize = 4096;

/// Which characters a value is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Shape {
    pub(crate) length: usize,
    pub(crate) digits: usize,
    pub(crate) upper: usize,
    pub(crate) lower: usize,
    pub(crate) distinct: usize,
    /// Shannon entropy in bits per byte.
    pub(crate) entropy: f32,
}

impl Shape {
    pub(crate) fn of(value: &[u8]) -> Shape {
        let mut counts = [0_u32; 256];
        let mut shape = Shape {
            length: value.len(),
            ..Shape::default()
        };
        for byte in value {
            if let Some(count) = counts.get_mut(usize::from(*byte)) {
                *count += 1;
            }
            shape.digits += usize::from(byte.is_ascii_digit());
            shape.upper += usize::from(byte.is_ascii_uppercase());
            shape.lower += usize::from(byte.is_ascii_lowercase());
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts of one value, far under 2^24"
        )]
        for count in counts.into_iter().filter(|count| *count > 0) {
            shape.distinct += 1;
            let share = count as f32 / value.len() as f32;
            shape.entropy -= share * share.log2();
        }
        shape
    }
}

/// Shannon entropy of a value in bits per byte, as gitleaks counts it.
pub(crate) fn entropy(value: &[u8]) -> f32 {
    Shape::of(value).entropy
}

/// Whether the value is `8-4-4-4-12` letters and digits.
pub(crate) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_alphanumeric(),
        })
}

pub(crate) fn is_hex(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(u8::is_ascii_hexdigit)
}

/// Words that no real secret holds. Lower case; looked for in the whole value.
const EXAMPLE_WORDS: &[&[u8]] = &[
    b"example",
    b"placeholder",
    b"changeme",
    b"change_me",
    b"change-me",
    b"redacted",
    b"your_",
    b"your-",
    b"yourkey",
    b"yourtoken",
    b"yoursecret",
    b"yourpass",
    b"yourapi",
    b"my_secret",
    b"my-secret",
    b"mysecret",
    b"my_token",
    b"insert_",
    b"insert-",
    b"replace_",
    b"replaceme",
    b"dummy",
    b"xxxx",
    b"****",
    b"...",
    b"####",
    b"____",
    b"-----",
    b"00000000",
    b"<your",
    b"todo",
    b"sample",
    b"foobar",
    b"_here",
    b"-here",
    b"notreal",
    b"not_real",
    b"not-a-",
    b"test_key",
    b"test-key",
    b"testkey",
    b"fake",
    b"process.env",
    b"os.environ",
    b"getenv",
    b"secrets.",
    b"lorem",
];

/// Whether the value is visibly no secret: an example, a variable, repeated characters.
pub(crate) fn is_placeholder(value: &[u8]) -> bool {
    let value = value.get(..LONGEST).unwrap_or(value);
    is_reference(value) || is_repetitive(value) || has_example_word(value)
}

/// Whether one of the words of examples stands in it.
pub(crate) fn has_example_word(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    EXAMPLE_WORDS.iter().any(|word| contains(&lower, word))
}

/// Whether the value is taken from elsewhere: `$NAME`, `${…}`, `{{ … }}`, `<…>`, `%s`.
pub(crate) fn is_reference(value: &[u8]) -> bool {
    let starts: &[&[u8]] = &[
        b"${", b"$(", b"{{", b"#{", b"%{", b"<%", b"@{", b"((", b"[[",
    ];
    if starts.iter().any(|start| value.starts_with(start)) {
        return true;
    }
    if contains(value, b"${") || contains(value, b"{{") || contains(value, b"$(") {
        return true;
    }
    match value {
        [b'<', .., b'>'] | [b'[', .., b']'] | [b'{', .., b'}'] | [b'(', .., b')'] => true,
        [b'%', rest @ .., b'%'] => rest.iter().all(|byte| is_name(*byte)),
        [b'%', rest @ ..] if rest.len() <= 3 => true,
        [b'$', b':', ..] => true,
        [b'$', rest @ ..] => rest.iter().all(|byte| is_name(*byte)) && !digits_mixed(rest),
        [b'@' | b'&', rest @ ..] => rest.iter().all(|byte| is_name(*byte)),
        _ => false,
    }
}

fn digits_mixed(name: &[u8]) -> bool {
    let shape = Shape::of(name);
    shape.digits >= 3 && shape.lower > 0 && shape.upper > 0
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.'
}

/// Whether the value repeats few characters: `xxxx`, `000000`, `abababab`.
pub(crate) fn is_repetitive(value: &[u8]) -> bool {
    let shape = Shape::of(value);
    if shape.length >= 8 && shape.distinct <= shape.length.min(20) / 4 {
        return true;
    }
    let longest_run = value
        .chunk_by(u8::eq_ignore_ascii_case)
        .map(<[u8]>::len)
        .max()
        .unwrap_or_default();
    longest_run >= 4 && longest_run * 3 >= shape.length
}

/// Whether the value is a run of the alphabet or of digits, forwards: `abcdef`, `12345678`.
pub(crate) fn is_sequence(value: &[u8]) -> bool {
    let steps = value
        .windows(2)
        .filter(|pair| matches!(pair, [first, second] if first.checked_add(1) == Some(*second)))
        .count();
    value.len() >= 6 && steps * 4 >= (value.len() - 1) * 3
}

/// Whether the value reads like words: letters in the order that words have.
pub(crate) fn is_wordlike(value: &[u8], limit: f32) -> bool {
    bits_per_pair(value).is_none_or(|bits| bits < limit)
}

/// Whether `needle` stands in `text`.
pub(crate) fn contains(text: &[u8], needle: &[u8]) -> bool {
    text.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::{is_placeholder, is_sequence, is_uuid};

    #[test]
    fn placeholders_are_known() {
        for value in [
            "AKIAIOSFODNN7EXAMPLE",
            "xxxxxxxx",
            "<your-key>",
            "${TOKEN}",
            "$TOKEN",
            "{{ .Values.x }}",
            "%s",
            "%PASSWORD%",
            "your_api_key",
            "0000000000000000",
            "ghp_xxxxxxxxxxxxxxxxxxxx",
            "changeme",
            "$(cat file)",
            "********",
        ] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
        for value in [
            "k7Fq9ZpL2mXw",
            "$9n$64$7vWCMPO1mXZ",
            "fvczztkrm",
            "b07f10a40ab51b",
        ] {
            assert!(!is_placeholder(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn sequences_and_uuids_are_known() {
        assert!(is_sequence(b"abcdefghijkl"));
        assert!(is_sequence(b"12345678"));
        assert!(!is_sequence(b"k7Fq9ZpL2mXw"));
        assert!(is_uuid(b"994ff1be-c416-78f6-6ac8-5fd85eb82e9a"));
        assert!(!is_uuid(b"994ff1be-c416-78f6-6ac8-5fd85eb82e9"));
    }
}
