//! How reading histories goes, for `status` and for whoever waits for an import.

use super::report::Report;
use ringfence_event::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};

/// How reading histories goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct HistoryStatus {
    /// Set while the user wants no histories to be read.
    pub(crate) off: bool,
    /// How many files are followed.
    pub(crate) files: u64,
    /// How many directories the system tells of; the others are only looked at now and then.
    pub(crate) watched: u64,
    /// How many events were told since the daemon's start.
    pub(crate) events: u64,
    /// How many of them no hook announced that should have.
    pub(crate) unannounced: u64,
    /// The import that goes on.
    pub(crate) import: Option<Going>,
    /// What the last import found, one sentence each, and when it ended.
    pub(crate) found: Vec<String>,
    pub(crate) ended: Option<Timestamp>,
    /// What does not work.
    pub(crate) problem: Option<String>,
}

impl HistoryStatus {
    /// Takes over what an import found.
    pub(crate) fn ended(&mut self, report: &Report) {
        self.import = None;
        self.found.clone_from(&report.found);
        self.ended = report.ended;
        self.problem.clone_from(&report.problem);
    }
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Going {
    pub(crate) files: u64,
    pub(crate) files_done: u64,
    pub(crate) bytes: u64,
    pub(crate) bytes_done: u64,
    pub(crate) events: u64,
}

impl Going {
    /// In one line.
    pub(crate) fn line(&self) -> String {
        let percent = match self.bytes {
            0 => 100,
            all => self.bytes_done.min(all).saturating_mul(100) / all,
        };
        format!(
            "{percent} % of {} ({} of {} files, {} events)",
            size(self.bytes),
            self.files_done,
            self.files,
            self.events
        )
    }
}

/// A size as people read it.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    for (unit, name) in UNITS {
        if bytes >= unit {
            let tenths = bytes.saturating_mul(10) / unit;
            return format!("{}.{} {name}", tenths / 10, tenths % 10);
        }
    }
    format!("{bytes} bytes")
}

/// The same while it is counted.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) files: AtomicU64,
    pub(crate) files_done: AtomicU64,
    pub(crate) bytes: AtomicU64,
    pub(crate) bytes_done: AtomicU64,
    pub(crate) events: AtomicU64,
}

impl Progress {
    /// How far it has come by now.
    pub(crate) fn going(&self) -> Going {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Going {
            files: of(&self.files),
            files_done: of(&self.files_done),
            bytes: of(&self.bytes),
            bytes_done: of(&self.bytes_done),
            events: of(&self.events),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_one_line() {
        let going = Going {
            files: 40,
            files_done: 3,
            bytes: 2 << 30,
            bytes_done: 1 << 29,
            events: 12,
        };
        assert_eq!(going.line(), "25 % of 2.0 GiB (3 of 40 files, 12 events)");
        assert_eq!(
            Going::default().line(),
            "100 % of 0 bytes (0 of 0 files, 0 events)"
        );
        assert_eq!(
            [size(1023), size(1536), size(3 << 19)],
            ["1023 bytes", "1.5 KiB", "1.5 MiB"]
        );
    }
}
