//! What `status` says of the histories that agents write, and of what an import found in them.

use crate::history::status::HistoryStatus;
use crate::output::{GREEN, YELLOW, ago, count};
use ringfence_event::Timestamp;

pub(super) fn lines(history: &HistoryStatus, now: Timestamp) -> String {
    if history.off {
        return "Histories are not read (`history = false`)\n".to_owned();
    }
    let mut text = match &history.import {
        Some(going) => format!("{YELLOW}Importing histories{YELLOW:#}: {}\n", going.line()),
        None => format!(
            "{GREEN}Histories{GREEN:#}: {} followed, {} taken in\n",
            count(history.files, "file"),
            count(history.events, "event")
        ),
    };
    if history.unannounced > 0 {
        text.push_str(&format!(
            "{YELLOW}warning:{YELLOW:#} {} that no hook announced\n",
            count(history.unannounced, "step")
        ));
    }
    if let Some(ended) = history.ended.filter(|_| !history.found.is_empty()) {
        text.push_str(&format!("Found in histories {}:\n", ago(ended, now)));
        for sentence in &history.found {
            text.push_str(&format!("  {sentence}\n"));
        }
    }
    if let Some(problem) = &history.problem {
        text.push_str(&format!(
            "{YELLOW}warning:{YELLOW:#} histories: {problem}\n"
        ));
    }
    text
}
