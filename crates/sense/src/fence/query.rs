//! The name that a datagram asks for (RFC 1035, section 4).
//!
//! **Invariant:** answers and anything that is no plain question are `None`; the length of the name
//! is bounded, whatever the bytes say.

/// Longest name in bytes (RFC 1035, section 2.3.4).
const LONGEST_NAME: usize = 255;

/// A question for a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// In lower case, without the last dot; bytes that are no letters as `\ddd` (section 5.1).
    pub(super) name: String,
    /// The type of record.
    pub(super) record: u16,
}

/// Reads the first question of a query.
pub(super) fn read(bytes: &[u8]) -> Option<Question> {
    let (head, mut rest) = bytes.split_first_chunk::<12>()?;
    let [_, _, flags, _, count_high, count_low, ..] = head;
    let is_question = flags & 0b1111_1000 == 0;
    if !is_question || (*count_high, *count_low) == (0, 0) {
        return None;
    }
    let mut name = String::new();
    let mut length = 0;
    loop {
        let (&size, after) = rest.split_first()?;
        // The two highest bits would point elsewhere, which a question's first name has no use for.
        if size & 0b1100_0000 != 0 {
            return None;
        }
        let label = after.get(..usize::from(size))?;
        rest = after.get(usize::from(size)..)?;
        if size == 0 {
            break;
        }
        length += usize::from(size) + 1;
        if length > LONGEST_NAME {
            return None;
        }
        if !name.is_empty() {
            name.push('.');
        }
        for byte in label {
            push(&mut name, *byte);
        }
    }
    let (record, rest) = rest.split_first_chunk()?;
    let (_class, _) = rest.split_first_chunk::<2>()?;
    Some(Question {
        name,
        record: u16::from_be_bytes(*record),
    })
}

fn push(name: &mut String, byte: u8) {
    if byte.is_ascii_graphic() && byte != b'.' && byte != b'\\' {
        name.push(char::from(byte.to_ascii_lowercase()));
    } else {
        name.push_str(&format!("\\{byte:03}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ask(flags: u8, labels: &[&[u8]], record: u16) -> Vec<u8> {
        let mut bytes = vec![7, 7, flags, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        for label in labels {
            bytes.push(u8::try_from(label.len()).unwrap());
            bytes.extend_from_slice(label);
        }
        bytes.push(0);
        bytes.extend(record.to_be_bytes());
        bytes.extend([0, 1]);
        bytes
    }

    #[test]
    fn questions_are_read() {
        let question = |name: &str, record| {
            Some(Question {
                name: name.to_owned(),
                record,
            })
        };
        let long = [b'a'; 63];
        let cases = [
            (
                ask(1, &[b"ExFil", b"evil", b"COM"], 1),
                question("exfil.evil.com", 1),
            ),
            (
                ask(0, &[b"a.b", b"\\\x07"], 28),
                question("a\\046b.\\092\\007", 28),
            ),
            (ask(0, &[], 2), question("", 2)),
            (ask(0x80, &[b"answer"], 1), None),
            (ask(0x28, &[b"update"], 1), None),
            (ask(0, &[&long, &long, &long, &long], 1), None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(read(&bytes), expected);
            for end in 0..bytes.len() {
                assert_eq!(read(&bytes[..end]), None, "cut at {end}");
            }
        }
        let mut pointer = ask(0, &[b"a"], 1);
        pointer[14] = 0xc0;
        assert_eq!(read(&pointer), None);
    }

    proptest! {
        #[test]
        fn garbage_is_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            if let Some(question) = read(&bytes) {
                prop_assert!(question.name.len() <= 4 * LONGEST_NAME);
            }
        }
    }
}
