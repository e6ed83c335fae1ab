//! Reads and writes the memory of a process that waits for its answer (`/proc/<pid>/mem`, proc(5)).
//!
//! **Invariant:** what is read is a copy: it is judged and used as it is, never read twice, since
//! another thread may change it at any time. Lengths that the process names are cut to limits.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;

/// Memory is mapped in pages of at least this; a read never asks for a page that it may not need.
const PAGE: u64 = 4096;

/// Longest path that the kernel takes (`PATH_MAX`, limits.h).
pub(super) const LONGEST_PATH: usize = 4096;

/// Most strings that are looked at in one list.
pub(super) const MOST_STRINGS: usize = 4096;

/// Strings that lie closer together than this are read at once.
const WINDOW: u64 = 512 * 1024;

/// The memory of one process, as it was when it was opened.
pub(super) struct Memory {
    file: File,
}

impl Memory {
    pub(super) fn open(thread: u32) -> io::Result<Memory> {
        let path = format!("/proc/{thread}/mem");
        // Only what must be written needs the right to write.
        let file = File::open(path)?;
        Ok(Memory { file })
    }

    /// Writes a number where the process expects it.
    pub(super) fn write(thread: u32, address: u64, bytes: &[u8]) -> io::Result<()> {
        let file = OpenOptions::new()
            .write(true)
            .open(format!("/proc/{thread}/mem"))?;
        file.write_all_at(bytes, address)
    }

    /// Reads exactly so many bytes.
    pub(super) fn exact(&self, address: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, address)?;
        Ok(bytes)
    }

    /// Reads as much as there is, at most so many bytes.
    fn some(&self, address: u64, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, address.wrapping_add(filled as u64)) {
                Ok(0) | Err(_) => break,
                Ok(more) => filled += more,
            }
        }
        bytes.truncate(filled);
        bytes
    }

    /// Reads a text that ends with a zero, at most so many bytes of it; says whether there was more.
    pub(super) fn text(&self, address: u64, longest: usize) -> io::Result<(Vec<u8>, bool)> {
        let mut text = Vec::new();
        while text.len() < longest {
            let at = address.wrapping_add(text.len() as u64);
            let to_page = usize::try_from(PAGE - at % PAGE).unwrap_or(longest);
            let part = self.some(at, to_page.min(longest - text.len()));
            if part.is_empty() {
                return Err(io::Error::from_raw_os_error(libc::EFAULT));
            }
            if let Some(end) = part.iter().position(|byte| *byte == 0) {
                text.extend(part.into_iter().take(end));
                return Ok((text, false));
            }
            text.extend(part);
        }
        Ok((text, true))
    }

    /// The addresses in a list that ends with a zero; says whether there were more.
    pub(super) fn list(&self, address: u64) -> io::Result<(Vec<u64>, bool)> {
        let mut found = Vec::new();
        if address == 0 {
            return Ok((found, false));
        }
        while found.len() < MOST_STRINGS {
            let at = address.wrapping_add(8 * found.len() as u64);
            let to_page = usize::try_from(PAGE - at % PAGE).unwrap_or(8).max(8);
            let part = self.some(at, to_page);
            let (words, _) = part.as_chunks::<8>();
            if words.is_empty() {
                return Err(io::Error::from_raw_os_error(libc::EFAULT));
            }
            for word in words {
                match u64::from_ne_bytes(*word) {
                    0 => return Ok((found, false)),
                    address => found.push(address),
                }
            }
        }
        found.truncate(MOST_STRINGS);
        Ok((found, true))
    }

    /// Reads what strings lie between, if that is not too much: they mostly stand in one place.
    pub(super) fn around(&self, addresses: &[u64]) -> Window<'_> {
        let low = addresses.iter().min().copied().unwrap_or_default();
        let high = addresses.iter().max().copied().unwrap_or_default();
        let end = high.saturating_add(PAGE) / PAGE * PAGE;
        let length = end.saturating_sub(low);
        let bytes = if low > 0 && length <= WINDOW {
            self.some(low, usize::try_from(length).unwrap_or_default())
        } else {
            Vec::new()
        };
        Window {
            memory: self,
            low,
            bytes,
        }
    }
}

/// A part of memory that was read at once, and the rest of it behind.
pub(super) struct Window<'a> {
    memory: &'a Memory,
    low: u64,
    bytes: Vec<u8>,
}

impl Window<'_> {
    /// Reads a text that ends with a zero; see [`Memory::text`].
    pub(super) fn text(&self, address: u64, longest: usize) -> io::Result<(Vec<u8>, bool)> {
        let start = address
            .checked_sub(self.low)
            .and_then(|offset| usize::try_from(offset).ok());
        let rest = start
            .and_then(|start| self.bytes.get(start..))
            .unwrap_or_default();
        let rest = rest.get(..longest).unwrap_or(rest);
        match rest.iter().position(|byte| *byte == 0) {
            Some(end) => Ok((rest.iter().take(end).copied().collect(), false)),
            None => self.memory.text(address, longest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Memory {
        Memory::open(std::process::id()).unwrap()
    }

    #[test]
    fn texts_and_lists_are_read_from_memory() {
        let long = "x".repeat(10_000);
        let texts = [
            c"one".to_owned(),
            c"".to_owned(),
            std::ffi::CString::new(long).unwrap(),
        ];
        let mut list: Vec<u64> = texts.iter().map(|text| text.as_ptr() as u64).collect();
        list.push(0);
        let memory = own();
        let (addresses, more) = memory.list(list.as_ptr() as u64).unwrap();
        assert_eq!((addresses.as_slice(), more), (&list[..3], false));
        for window in [memory.around(&addresses), memory.around(&[])] {
            let read = |place: usize, longest| window.text(addresses[place], longest).unwrap();
            assert_eq!(read(0, 100), (b"one".to_vec(), false));
            assert_eq!(read(1, 100), (Vec::new(), false));
            assert_eq!(read(2, 5000), (vec![b'x'; 5000], true));
            assert_eq!(read(2, 20_000), (vec![b'x'; 10_000], false));
        }
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        let memory = own();
        for address in [0, 8, u64::MAX - 8, u64::MAX] {
            assert!(memory.text(address, 100).is_err(), "{address:#x}");
            assert!(memory.exact(address, 8).is_err(), "{address:#x}");
        }
        assert!(memory.list(8).is_err());
        assert_eq!(memory.list(0).unwrap(), (Vec::new(), false));
    }

    #[test]
    fn a_list_without_end_is_cut() {
        let list = vec![1_u64; MOST_STRINGS * 2];
        let (addresses, more) = own().list(list.as_ptr() as u64).unwrap();
        assert_eq!((addresses.len(), more), (MOST_STRINGS, true));
    }
}
