//! Standard input, which can be read only once: in parts that are cut at line ends.

use super::look::{Lines, Looker, Text};
use super::report::{Report, count};
use ringfence_scan::injection::Origin;
use std::io::{self, BufRead, Read};

/// Bytes of a part; what is cut between two parts is not found.
const PART: u64 = 8 * 1024 * 1024;

/// How it is told.
const NAME: &str = "(standard input)";

/// Looks through all of it.
pub(crate) fn look(mut input: impl BufRead, looker: &Looker, report: &Report) -> io::Result<()> {
    let mut part = Vec::new();
    let mut line = 1_u64;
    loop {
        part.clear();
        if input.by_ref().take(PART).read_to_end(&mut part)? == 0 {
            break;
        }
        input.by_ref().take(PART).read_until(b'\n', &mut part)?;
        let ends = part.split(|byte| *byte == b'\n').count() - 1;
        let after = line + u64::try_from(ends).unwrap_or(u64::MAX);
        let lines: Vec<u64> = (line..=after).collect();
        let text = Text {
            path: NAME,
            origin: Some(Origin::ToolResult),
            lines: Lines::Picked(&lines),
        };
        match looker.look(|| Ok(part.as_slice()), &text, report)? {
            Some(bytes) => count(&report.bytes, bytes),
            None => {
                count(&report.binary, 1);
                return Ok(());
            }
        }
        line = after;
    }
    count(&report.files, 1);
    Ok(())
}
