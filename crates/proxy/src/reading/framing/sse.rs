//! Server-sent events (HTML standard, section 9.2.6).

use super::Held;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Its name; empty if it has none.
    pub name: String,
    /// Its lines of data, joined by line ends; `None` if they were too long.
    pub data: Option<Vec<u8>>,
}

/// The longest name of an event, in bytes; agents' are some twenty.
const LONGEST_NAME: usize = 256;

/// Reads events out of pieces.
#[derive(Clone, Debug, Default)]
pub struct Events {
    line: Held,
    /// The last byte was a carriage return, so that a line feed belongs to it.
    returned: bool,
    begun: bool,
    name: String,
    data: Held,
    /// Whether a line of data came.
    told: bool,
}

impl Events {
    /// Takes the next piece and tells each event that it ends.
    pub fn push(&mut self, piece: &[u8], tell: &mut dyn FnMut(Event)) {
        if piece.is_empty() {
            return;
        }
        let mut rest = piece;
        if std::mem::take(&mut self.returned) && rest.first() == Some(&b'\n') {
            rest = rest.get(1..).unwrap_or_default();
        }
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, after) = rest.split_at(end);
            self.line.add(line);
            let line = self.line.take();
            self.take_line(line.as_deref(), tell);
            let returned = after.first() == Some(&b'\r');
            rest = after.get(1..).unwrap_or_default();
            if returned && rest.first() == Some(&b'\n') {
                rest = rest.get(1..).unwrap_or_default();
            } else {
                self.returned = returned && rest.is_empty();
            }
        }
        self.line.add(rest);
    }

    /// Bytes that are held.
    pub(crate) fn held(&self) -> usize {
        self.line.len() + self.data.len()
    }

    /// Ends the stream. A last event without its empty line is told too: a model's answer that was
    /// cut was still said.
    pub fn finish(mut self, tell: &mut dyn FnMut(Event)) {
        if !self.line.is_empty() {
            let line = self.line.take();
            self.take_line(line.as_deref(), tell);
        }
        self.dispatch(tell);
    }

    fn take_line(&mut self, line: Option<&[u8]>, tell: &mut dyn FnMut(Event)) {
        let begun = std::mem::replace(&mut self.begun, true);
        let line = match line {
            Some(line) if !begun => line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line),
            Some(line) => line,
            None => return self.lose(),
        };
        if line.is_empty() {
            return self.dispatch(tell);
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let (field, value) = line.split_at(colon.unwrap_or(line.len()));
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => {
                if self.told {
                    self.data.add(b"\n");
                }
                self.told = true;
                self.data.add(value);
            }
            b"event" if value.len() <= LONGEST_NAME => {
                self.name = String::from_utf8_lossy(value).into_owned();
            }
            _ => {}
        }
    }

    /// A line was too long: its event is told without data.
    fn lose(&mut self) {
        self.told = true;
        self.data.over = true;
        self.data.bytes = Vec::new();
    }

    fn dispatch(&mut self, tell: &mut dyn FnMut(Event)) {
        let name = std::mem::take(&mut self.name);
        let data = self.data.take();
        if std::mem::take(&mut self.told) {
            tell(Event { name, data });
        }
    }
}
