//! How far a long scan is, on a terminal's standard error.

use super::report::Report;
use super::show::bytes;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// A scan that is done before this needs no word.
const FIRST: Duration = Duration::from_millis(700);
const EVERY: Duration = Duration::from_millis(200);

/// Runs the work, and tells how far it is if a person looks.
pub(crate) fn during<T>(report: &Report, work: impl FnOnce() -> T) -> T {
    if !io::stderr().is_terminal() {
        return work();
    }
    let (done, waits) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut told = false;
            let mut pause = FIRST;
            while waits.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pause = EVERY;
                told = true;
                let files = report.files.load(Ordering::Relaxed);
                let read = bytes(report.bytes.load(Ordering::Relaxed));
                // Without a terminal there is nobody to tell.
                write!(io::stderr(), "\r\u{1b}[K{files} files, {read}").unwrap_or_default();
            }
            if told {
                write!(io::stderr(), "\r\u{1b}[K").unwrap_or_default();
            }
        });
        let result = work();
        drop(done);
        result
    })
}
