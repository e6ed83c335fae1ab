//! Lines of JSON (NDJSON, JSON-RPC over a pipe).

use super::Held;

/// Reads lines out of pieces.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    line: Held,
}

impl Lines {
    /// Takes the next piece and tells each line that it ends, without its end; `None` is one that
    /// was too long. Empty lines are not told.
    pub fn push(&mut self, piece: &[u8], tell: &mut dyn FnMut(Option<Vec<u8>>)) {
        let mut rest = piece;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(end);
            self.line.add(line);
            self.end(tell);
            rest = after.get(1..).unwrap_or_default();
        }
        self.line.add(rest);
    }

    /// Bytes that are held.
    pub(crate) fn held(&self) -> usize {
        self.line.len()
    }

    /// Ends the stream; a last line needs no end.
    pub fn finish(mut self, tell: &mut dyn FnMut(Option<Vec<u8>>)) {
        self.end(tell);
    }

    fn end(&mut self, tell: &mut dyn FnMut(Option<Vec<u8>>)) {
        if self.line.is_empty() {
            return;
        }
        let mut line = self.line.take();
        if let Some(line) = &mut line {
            let end = line.trim_ascii_end().len();
            line.truncate(end);
        }
        if line
            .as_ref()
            .is_none_or(|line| !line.trim_ascii().is_empty())
        {
            tell(line);
        }
    }
}
