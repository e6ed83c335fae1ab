use super::*;
use proptest::prelude::*;

/// A record as the kernel writes it.
pub(in super::super) fn bytes(kind: Kind, change: impl FnOnce(&mut Fixture)) -> Vec<u8> {
    let mut fixture = Fixture::default();
    change(&mut fixture);
    let mut bytes = Vec::new();
    for long in [fixture.at, 20, 10, 30] {
        bytes.extend_from_slice(&u64::to_ne_bytes(long));
    }
    for word in [2, 1, 1000, 1001, fixture.other] {
        bytes.extend_from_slice(&u32::to_ne_bytes(word));
    }
    bytes.extend_from_slice(&fixture.result.to_ne_bytes());
    bytes.extend_from_slice(&fixture.rule.to_ne_bytes());
    bytes.extend_from_slice(&1_u32.to_ne_bytes());
    bytes.extend_from_slice(&fixture.address);
    bytes.extend_from_slice(&fixture.port.to_ne_bytes());
    bytes.extend_from_slice(&[kind as u8, fixture.detail]);
    bytes.extend_from_slice(&fixture.flags.to_ne_bytes());
    for part in fixture.parts {
        bytes.extend_from_slice(&u16::try_from(part.len()).unwrap().to_ne_bytes());
    }
    for part in fixture.parts {
        bytes.extend_from_slice(part);
    }
    bytes
}

/// What differs from record to record.
#[derive(Default)]
pub(in super::super) struct Fixture {
    pub(in super::super) at: u64,
    pub(in super::super) other: u32,
    pub(in super::super) result: i32,
    pub(in super::super) rule: u32,
    pub(in super::super) address: [u8; 16],
    pub(in super::super) port: u16,
    pub(in super::super) detail: u8,
    pub(in super::super) flags: u16,
    pub(in super::super) parts: [&'static [u8]; 5],
}

#[test]
fn a_record_is_read_as_it_was_written() {
    let bytes = bytes(Kind::Rename, |record| {
        record.at = 5_000_000;
        record.other = 7;
        record.result = -13;
        record.rule = 3;
        record.address = [9; 16];
        record.port = 443;
        record.detail = 1;
        record.flags = flag::AS_NAMED | flag::DENIED;
        record.parts = [b"a", b"b/c", b"/home", b"", b""];
    });
    let expected = Record {
        at: 5_000_000,
        process: Process {
            pid: 2,
            started: 20,
        },
        tree: Process {
            pid: 1,
            started: 10,
        },
        other: Process {
            pid: 7,
            started: 30,
        },
        owner: 1000,
        user: 1001,
        result: -13,
        rule: 3,
        times: 1,
        address: [9; 16],
        port: 443,
        kind: Kind::Rename,
        detail: 1,
        flags: flag::AS_NAMED | flag::DENIED,
        parts: [b"a", b"b/c", b"/home", b"", b""],
    };
    assert_eq!(read(&bytes), Some(expected));
}

#[test]
fn what_is_cut_short_is_no_record() {
    let bytes = bytes(Kind::Unlink, |record| record.parts[0] = b"/tmp/a");
    for length in 0..bytes.len() {
        assert_eq!(read(&bytes[..length]), None, "{length} bytes");
    }
}

#[test]
fn an_unknown_kind_is_no_record() {
    let mut bytes = bytes(Kind::Fork, |_| ());
    for kind in [0, 23, 255] {
        bytes[82] = kind;
        assert_eq!(read(&bytes), None, "{kind}");
    }
}

proptest! {
    #[test]
    fn garbage_is_nothing_or_a_record_within_its_bytes(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        kind in 0_u8..24,
        lengths in proptest::array::uniform5(0_u8..80),
    ) {
        let mut bytes = bytes;
        // Lengths of parts that can be there, so that not all is refused for them.
        if let Some(head) = bytes.get_mut(82..HEAD) {
            head[0] = kind;
            for (place, length) in head[4..].chunks_exact_mut(2).zip(lengths) {
                place.copy_from_slice(&u16::from(length).to_ne_bytes());
            }
        }
        if let Some(record) = read(&bytes) {
            let parts: usize = record.parts.iter().map(|part| part.len()).sum();
            prop_assert!(HEAD + parts <= bytes.len());
        }
    }
}
