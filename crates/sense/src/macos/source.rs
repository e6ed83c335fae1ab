//! Starts `eslogger` and `lsof`, and asks the kernel for the list of processes: macOS only, type-checked
//! and never run.

use super::{EVENTS, LONGEST_LINE, Listed};
use crate::Process;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

/// What `eslogger` says without Full Disk Access (`ES_NEW_CLIENT_RESULT_ERR_NOT_PERMITTED`).
const NOT_PERMITTED: &str = "NOT_PERMITTED";

/// Most bytes of complaints that are read, and of a listing.
const LONGEST_COMPLAINT: u64 = 64 * 1024;
const LONGEST_LISTING: u64 = 16 * 1024 * 1024;

/// A running `eslogger`; ends with this value.
#[derive(Debug)]
pub struct Events {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Events {
    /// Starts it: as root, and only where the program that started us has Full Disk Access.
    pub fn start() -> io::Result<Events> {
        let mut child = Command::new("/usr/bin/eslogger")
            .args(EVENTS)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Events {
            child,
            lines: BufReader::new(stdout),
        })
    }

    /// The next line into `line`; says whether there was one. What is longer than [`LONGEST_LINE`] is
    /// cut, so that reading it fails, and the rest of it is passed over.
    pub fn next(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        line.clear();
        let limit = LONGEST_LINE as u64 + 1;
        self.lines.by_ref().take(limit).read_until(b'\n', line)?;
        if line.len() > LONGEST_LINE {
            loop {
                let part = self.lines.fill_buf()?;
                let end = part.iter().position(|byte| *byte == b'\n');
                let (length, is_last) = match end {
                    Some(end) => (end + 1, true),
                    None => (part.len(), part.is_empty()),
                };
                self.lines.consume(length);
                if is_last {
                    break;
                }
            }
        }
        Ok(!line.is_empty())
    }

    /// Why it ended, in words.
    pub fn complaint(&mut self) -> String {
        let mut text = String::new();
        if let Some(stderr) = self.child.stderr.take() {
            let read = stderr.take(LONGEST_COMPLAINT).read_to_string(&mut text);
            if read.is_err() {
                text.push_str(" (not readable)");
            }
        }
        if text.contains(NOT_PERMITTED) {
            "eslogger needs Full Disk Access for the program that started it: System Settings, Privacy & Security".to_owned()
        } else {
            text.trim().to_owned()
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().unwrap_or_default();
        drop(self.child.wait());
    }
}

/// Lists connections of all processes that this user may see.
pub fn listing() -> io::Result<String> {
    let mut child = Command::new("/usr/sbin/lsof")
        .args(["-nP", "-i", "-FpcntPT"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut text = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(LONGEST_LISTING).read_to_end(&mut text)?;
    }
    child.wait()?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Lists all processes (`proc_listallpids`, `proc_pidinfo`; libproc.h).
#[expect(unsafe_code, reason = "libproc has no safe interface")]
pub fn processes() -> Vec<Listed> {
    // SAFETY: without a buffer it only says how many there are.
    let count = unsafe { libc::proc_listallpids(std::ptr::null_mut(), 0) };
    let room = usize::try_from(count).unwrap_or_default().saturating_mul(2);
    let mut ids: Vec<libc::c_int> = vec![0; room];
    let bytes = i32::try_from(room * size_of::<libc::c_int>()).unwrap_or_default();
    // SAFETY: it writes no more than as many bytes as it is told the buffer has.
    let count = unsafe { libc::proc_listallpids(ids.as_mut_ptr().cast(), bytes) };
    ids.truncate(usize::try_from(count).unwrap_or_default());
    ids.into_iter().filter_map(listed).collect()
}

#[expect(unsafe_code, reason = "libproc has no safe interface")]
fn listed(pid: libc::c_int) -> Option<Listed> {
    // SAFETY: all zeroes are a valid structure.
    let mut info: libc::proc_bsdinfo = unsafe { std::mem::zeroed() };
    let size = i32::try_from(size_of::<libc::proc_bsdinfo>()).ok()?;
    // SAFETY: it writes no more than the size of the structure that it gets.
    let written =
        unsafe { libc::proc_pidinfo(pid, libc::PROC_PIDTBSDINFO, 0, (&raw mut info).cast(), size) };
    if written < size {
        return None;
    }
    let seconds = info.pbi_start_tvsec.saturating_mul(1_000_000);
    Some(Listed {
        process: Process {
            pid: info.pbi_pid,
            started: seconds.saturating_add(info.pbi_start_tvusec),
        },
        parent: info.pbi_ppid,
    })
}
