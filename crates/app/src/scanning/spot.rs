//! From offsets in a text to lines and columns, and to what a comment on the line allows.
//!
//! **Invariant:** reads the text once more and holds one line of it, of a long line a part.

use std::io::{self, BufRead, Read};

/// As much of one line is looked at as a whole.
const LONGEST_LINE: u64 = 1024 * 1024;

/// Comments that allow a secret on their line.
const MARKS: [&[u8]; 2] = [b"ringfence:allow", b"gitleaks:allow"];

/// Where an offset lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// From 1.
    pub(super) line: u64,
    /// From 1, in characters.
    pub(super) column: u64,
    /// A comment on the line allows secrets.
    pub(super) allowed: bool,
}

/// Returns the spots of offsets that go up; those beyond the text get its last line.
pub(super) fn spots(text: impl BufRead, offsets: &[usize]) -> io::Result<Vec<Spot>> {
    let mut text = text;
    let mut spots: Vec<Spot> = Vec::with_capacity(offsets.len());
    let mut at = 0;
    let mut line = 1;
    let mut columns_before = 0;
    let mut first_of_line = 0;
    let mut allows = false;
    let mut segment = Vec::new();
    while spots.len() < offsets.len() || first_of_line < spots.len() {
        segment.clear();
        if text
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut segment)?
            == 0
        {
            break;
        }
        allows |= MARKS.iter().any(|mark| holds(&segment, mark));
        let end = at + segment.len();
        while let Some(offset) = offsets.get(spots.len()).filter(|offset| **offset < end) {
            let before = segment.get(..offset - at).unwrap_or_default();
            spots.push(Spot {
                line,
                column: columns_before + characters(before) + 1,
                allowed: false,
            });
        }
        at = end;
        columns_before += characters(&segment);
        if segment.ends_with(b"\n") {
            for spot in spots.iter_mut().skip(first_of_line) {
                spot.allowed = allows;
            }
            first_of_line = spots.len();
            allows = false;
            columns_before = 0;
            line += 1;
        }
    }
    for spot in spots.iter_mut().skip(first_of_line) {
        spot.allowed = allows;
    }
    spots.resize(
        offsets.len(),
        Spot {
            line,
            column: columns_before + 1,
            allowed: false,
        },
    );
    Ok(spots)
}

/// Bytes that do not continue a character, UTF-8 (RFC 3629).
fn characters(text: &[u8]) -> u64 {
    let starts = text.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
    u64::try_from(starts).unwrap_or(u64::MAX)
}

fn holds(text: &[u8], mark: &[u8]) -> bool {
    text.windows(mark.len()).any(|window| window == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines_and_columns() {
        let text = "ab\ncd\u{e9}f # gitleaks:allow\n\nlast".as_bytes();
        let offsets = [0, 1, 3, 7, 26, 27, 100];
        let found = spots(text, &offsets).unwrap();
        let table = [
            (1, 1, false),
            (1, 2, false),
            (2, 1, true),
            (2, 4, true),
            (3, 1, false),
            (4, 1, false),
            (4, 5, false),
        ];
        let wanted = table.map(|(line, column, allowed)| Spot {
            line,
            column,
            allowed,
        });
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_comment_after_the_secret_counts_without_a_line_end() {
        let found = spots(b"x = 1 // ringfence:allow".as_slice(), &[4]).unwrap();
        assert!(found[0].allowed);
        assert_eq!(spots(b"".as_slice(), &[]).unwrap(), []);
    }

    #[test]
    fn a_line_longer_than_the_limit_keeps_its_column() {
        let mut text = vec![b'x'; 3 * 1024 * 1024];
        text.extend(b"\nnext");
        let last = text.len() - 1;
        let found = spots(text.as_slice(), &[2_500_000, last]).unwrap();
        assert_eq!((found[0].line, found[0].column), (1, 2_500_001));
        assert_eq!((found[1].line, found[1].column), (2, 4));
    }
}
