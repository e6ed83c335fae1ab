use super::*;
use proptest::prelude::*;

const FILE: FileIdentity = FileIdentity {
    device: 1,
    inode: 2,
};

type Read = Vec<(u64, u64, Vec<u8>, u64)>;

fn keep(lines: &mut Read) -> impl FnMut(&Line<'_>) + '_ {
    |line| {
        lines.push((line.number, line.offset, line.bytes.to_vec(), line.missing));
    }
}

/// Reads a file that is there as a whole, piece by piece, and is put away after some pieces.
fn read(bytes: &[u8], pieces: &[(usize, bool)]) -> Read {
    let mut tail = Tail::new();
    let mut lines = Vec::new();
    let mut piece = pieces.iter().copied().cycle();
    loop {
        let length = bytes.len() as u64;
        let from = match tail.look(FILE, length, bytes) {
            Look::Nothing => break,
            Look::Again => panic!("it is the same file"),
            Look::Read { from } => usize::try_from(from).unwrap(),
        };
        let (size, put_away) = piece.next().unwrap_or((usize::MAX, false));
        let end = from.saturating_add(size.max(1)).min(bytes.len());
        tail.take(&bytes[from..end], keep(&mut lines));
        // What is put away within a line reads it again from its beginning.
        let progress = bytes[from..end].contains(&b'\n') || size == usize::MAX;
        if put_away && progress {
            let json = serde_json::to_string(&tail).unwrap();
            tail = serde_json::from_str(&json).unwrap();
        }
    }
    tail.end(keep(&mut lines));
    lines
}

#[test]
fn lines_come_whole() {
    assert_eq!(
        read(b"one\r\n\ntwo\nhalf", &[(2, true)]),
        [
            (1, 0, b"one".to_vec(), 0),
            (2, 5, b"".to_vec(), 0),
            (3, 6, b"two".to_vec(), 0),
            (4, 10, b"half".to_vec(), 0),
        ]
    );
    assert_eq!(read(b"", &[]), []);
}

#[test]
fn a_half_line_waits() {
    let mut tail = Tail::new();
    let mut lines = Vec::new();
    assert_eq!(tail.look(FILE, 3, b"a\nb"), Look::Read { from: 0 });
    tail.take(b"a\nb", keep(&mut lines));
    assert_eq!(tail.look(FILE, 3, b"a\nb"), Look::Nothing);
    assert_eq!(lines.len(), 1);
    assert_eq!(tail.look(FILE, 5, b"a\nbc\n"), Look::Read { from: 3 });
    tail.take(b"c\n", keep(&mut lines));
    assert_eq!(lines[1], (2, 2, b"bc".to_vec(), 0));
}

#[test]
fn a_last_line_that_says_everything_need_not_wait_for_its_end() {
    let whole = |line: &[u8]| line.ends_with(b"}");
    let parts: [&[u8]; 6] = [b"{1}\n{2", b"}", b"", b"\n{3}", b"\n", b"{4}\n\n"];
    let mut tail = Tail::new();
    let mut lines = Vec::new();
    let mut counts = Vec::new();
    for part in parts {
        tail.take(part, keep(&mut lines));
        tail.end_if(whole, keep(&mut lines));
        let json = serde_json::to_string(&tail).unwrap();
        // What is put away within a line would read it again.
        if tail.partial.is_empty() {
            tail = serde_json::from_str(&json).unwrap();
        }
        counts.push(lines.len());
    }
    assert_eq!(counts, [1, 2, 2, 3, 3, 5]);
    assert_eq!(lines, read(&parts.concat(), &[]));
    assert_eq!(tail.position(), parts.concat().len() as u64);
    // Without an end the next one may follow at once.
    tail.take(b"{5}", keep(&mut lines));
    tail.end_if(whole, keep(&mut lines));
    tail.take(b"{6}\n", keep(&mut lines));
    let last: Vec<&[u8]> = lines[5..].iter().map(|line| line.2.as_slice()).collect();
    assert_eq!(last, [b"{5}", b"{6}"]);
}

#[test]
fn a_file_that_is_not_the_same_is_read_again() {
    let begun = || {
        let mut tail = Tail::new();
        assert_eq!(tail.look(FILE, 4, b"one\n"), Look::Read { from: 0 });
        tail.take(b"one\n", |_| {});
        tail
    };
    let other = FileIdentity { inode: 3, ..FILE };
    let table: [(FileIdentity, u64, &[u8]); 3] = [
        // rotated
        (other, 9, b"one\nmore\n"),
        // truncated
        (FILE, 2, b"on"),
        // written anew, and longer
        (FILE, 8, b"new\nmore"),
    ];
    for (file, length, head) in table {
        let mut tail = begun();
        assert_eq!(tail.look(file, length, head), Look::Again);
        assert_eq!(tail.look(file, length, head), Look::Read { from: 0 });
    }
    assert_eq!(
        begun().look(FILE, 9, b"one\nmore\n"),
        Look::Read { from: 4 }
    );
}

#[test]
fn a_line_without_end_takes_no_memory() {
    let piece = vec![b'x'; 1024 * 1024];
    for put_away in [false, true] {
        let mut tail = Tail::new();
        let mut lines = Vec::new();
        tail.look(FILE, u64::MAX, b"x");
        for _ in 0..20 {
            tail.take(&piece, keep(&mut lines));
            assert!(tail.partial.capacity() <= 2 * LONGEST_LINE);
        }
        if put_away {
            let json = serde_json::to_string(&tail).unwrap();
            tail = serde_json::from_str(&json).unwrap();
        }
        assert_eq!(tail.position(), 20 * 1024 * 1024);
        tail.take(b"yz\nnext\n", keep(&mut lines));
        let length = 20 * 1024 * 1024 + 2;
        assert_eq!(
            lines,
            [
                (1, 0, Vec::new(), length),
                (2, length + 1, b"next".to_vec(), 0)
            ]
        );
    }
}

proptest! {
    #[test]
    fn pieces_equal_the_whole(
        bytes in prop::collection::vec(prop_oneof![4 => any::<u8>(), 2 => Just(b'\n'), 1 => Just(b'\r')], 0..400),
        pieces in prop::collection::vec((1_usize..50, any::<bool>()), 1..20),
    ) {
        prop_assert_eq!(read(&bytes, &pieces), read(&bytes, &[(usize::MAX, false)]));
    }
}
