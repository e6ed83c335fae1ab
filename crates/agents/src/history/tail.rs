//! Lines of a file that grows: what to read next, and which lines are whole.
//!
//! **Invariant:** no I/O. However the bytes are cut into pieces, and wherever this is put away and
//! taken up again, the same lines come out; a line longer than [`LONGEST_LINE`] takes no more
//! memory than that, and its rest is counted.

use serde::{Deserialize, Serialize};

/// Longest line that is handed out whole, in bytes.
pub const LONGEST_LINE: usize = crate::payload::LARGEST_PAYLOAD;

/// How many bytes of the beginning of a file tell whether it is still the same.
pub(crate) const HEAD: usize = 256;

/// Which file it is, as the operating system tells (`st_dev`, `st_ino` of stat(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileIdentity {
    /// The device.
    pub device: u64,
    /// The file on it.
    pub inode: u64,
}

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Counted from 1.
    pub number: u64,
    /// Where it begins, in bytes.
    pub offset: u64,
    /// Its bytes, without the end of the line.
    pub bytes: &'a [u8],
    /// How many bytes more it has, if it is too long.
    pub missing: u64,
}

/// What is to be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// There is nothing new.
    Nothing,
    /// Read on from here.
    Read {
        /// In bytes.
        from: u64,
    },
    /// It is another file, or was written anew: read it from its beginning, with a new reader.
    Again,
}

/// How far a file was read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tail {
    file: Option<FileIdentity>,
    head: Vec<u8>,
    /// Where the line begins that is not whole yet.
    begin: u64,
    /// How many lines were handed out.
    lines: u64,
    /// How many bytes of a line that is too long were passed over.
    passed: u64,
    /// Set when the last line was handed out before its end came.
    ahead: bool,
    /// The beginning of the line that is not whole yet. It is read again after a restart.
    #[serde(skip)]
    partial: Vec<u8>,
}

impl Tail {
    /// Begins with a file.
    pub fn new() -> Tail {
        Tail::default()
    }

    /// Says what to do with a file of this length, of which these are the first bytes (as many as
    /// there are, 256 at the most).
    pub fn look(&mut self, file: FileIdentity, length: u64, head: &[u8]) -> Look {
        let head = head.get(..HEAD).unwrap_or(head);
        let position = self.position();
        let known = self.file.is_some();
        if known && (self.file != Some(file) || length < position || !head.starts_with(&self.head))
        {
            *self = Tail::default();
            self.file = Some(file);
            head.clone_into(&mut self.head);
            return Look::Again;
        }
        self.file = Some(file);
        if head.len() > self.head.len() {
            head.clone_into(&mut self.head);
        }
        if length == position {
            return Look::Nothing;
        }
        Look::Read { from: position }
    }

    /// Returns where to read on, in bytes.
    pub fn position(&self) -> u64 {
        if self.passed > 0 {
            return self.begin.saturating_add(self.passed);
        }
        self.begin.saturating_add(self.partial.len() as u64)
    }

    /// Takes the bytes that stand at [`Tail::position`], and hands out the lines that are whole.
    pub fn take(&mut self, mut bytes: &[u8], mut each: impl FnMut(&Line<'_>)) {
        if self.ahead && !bytes.is_empty() {
            self.ahead = false;
            if let Some(rest) = bytes.strip_prefix(b"\n") {
                self.begin = self.begin.saturating_add(1);
                bytes = rest;
            }
        }
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            let (before, from) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
            self.line(before, 1, &mut each);
            bytes = from.get(1..).unwrap_or_default();
        }
        let room = LONGEST_LINE.saturating_sub(self.partial.len());
        if self.passed > 0 {
            self.passed = self.passed.saturating_add(bytes.len() as u64);
        } else if bytes.len() > room {
            self.passed = (self.partial.len() as u64).saturating_add(bytes.len() as u64);
            // What is known of it by now is enough to tell what it was.
            self.partial = Vec::new();
        } else {
            self.partial.extend_from_slice(bytes);
        }
    }

    /// Hands out the last line, which has no end: the file is complete.
    pub fn end(&mut self, mut each: impl FnMut(&Line<'_>)) {
        if !self.partial.is_empty() || self.passed > 0 {
            self.line(b"", 0, &mut each);
        }
    }

    /// Hands out the last line, which has no end yet, if it says everything already: the file may
    /// never get that end.
    pub fn end_if(&mut self, is_whole: impl Fn(&[u8]) -> bool, mut each: impl FnMut(&Line<'_>)) {
        if self.passed == 0 && !self.partial.is_empty() && is_whole(&self.partial) {
            self.line(b"", 0, &mut each);
            self.ahead = true;
        }
    }

    fn line(&mut self, rest: &[u8], newline: u64, each: &mut impl FnMut(&Line<'_>)) {
        self.lines = self.lines.saturating_add(1);
        let whole = self.partial.len().saturating_add(rest.len());
        let mut line = Line {
            number: self.lines,
            offset: self.begin,
            bytes: rest,
            missing: 0,
        };
        let length = if self.passed > 0 || whole > LONGEST_LINE {
            let length = self.passed.max(self.partial.len() as u64) + rest.len() as u64;
            line.bytes = b"";
            line.missing = length;
            each(&line);
            length
        } else if self.partial.is_empty() {
            line.bytes = without_return(rest);
            each(&line);
            rest.len() as u64
        } else {
            self.partial.extend_from_slice(rest);
            line.bytes = without_return(&self.partial);
            each(&line);
            whole as u64
        };
        self.begin = self.begin.saturating_add(length).saturating_add(newline);
        self.passed = 0;
        self.partial.clear();
    }
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests;
