//! What is kept of a batch: an end that says nothing new stands with its start, and what a program
//! does to the files of one directory of a build's output is one event with all their names.
//!
//! **Invariant:** everything was judged by itself before. What a rule spoke of, what nobody said and
//! what held a secret is kept by itself; nothing that was told is left out, only said in fewer events.

use ringfence_enrich::{ProcessKey, is_build_output};
use ringfence_event::{Action, Event, FileActivity, FileClass};
use ringfence_store::Record;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Most names that one event has.
const MOST_NAMES: usize = 100;

/// The records of a batch, as they come.
#[derive(Default)]
pub(crate) struct Gathered {
    records: Vec<Record>,
    /// Where the last start of each process stands.
    started: HashMap<ProcessKey, usize>,
    /// Where changes of the same kind stand.
    changed: HashMap<Changes, usize>,
    seen: u64,
}

/// Changes of one kind, of files in one directory, by one process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Changes {
    process: ProcessKey,
    activity: FileActivity,
    directory: String,
    /// Where they were moved or linked to.
    to: Option<String>,
}

impl Gathered {
    /// Takes in a record that was judged.
    pub(crate) fn add(&mut self, record: Record) {
        self.seen += 1;
        if is_quiet(&record) && (self.ends(&record.event) || self.is_one_more(&record.event)) {
            return;
        }
        let place = self.records.len();
        let event = &record.event;
        if let (Action::Exec { error: None, .. }, Some(process)) = (&event.action, &event.process) {
            self.started.insert(ProcessKey::from(process), place);
        }
        if is_quiet(&record)
            && let Some((changes, _)) = changes(event)
        {
            self.changed.insert(changes, place);
        }
        self.records.push(record);
    }

    /// The records, and how many there were before some were put together.
    pub(crate) fn finish(self) -> (Vec<Record>, u64) {
        (self.records, self.seen)
    }

    /// Notes a good end with the start of the same process, if that is here.
    fn ends(&mut self, event: &Event) -> bool {
        let (Action::Exit { code: Some(0), .. }, Some(process)) = (&event.action, &event.process)
        else {
            return false;
        };
        let place = self.started.remove(&ProcessKey::from(process));
        let Some(start) = place.and_then(|place| self.records.get_mut(place)) else {
            return false;
        };
        let after = event.at.0.saturating_sub(start.event.at.0);
        let ended = json!({ "code": 0, "microseconds": after });
        start.event.rest.insert("ended".to_owned(), ended);
        true
    }

    /// Adds a change to one of the same kind.
    fn is_one_more(&mut self, event: &Event) -> bool {
        let Some((changes, name)) = changes(event) else {
            return false;
        };
        let place = self.changed.get(&changes);
        let first = place.and_then(|place| self.records.get_mut(*place));
        let Some(first) = first.map(|record| &mut record.event) else {
            return false;
        };
        let own = self::changes(first).map(|(_, name)| name);
        let times = times(first) + times(event);
        let names = first.rest.entry("names");
        let names = names.or_insert_with(|| own.into_iter().map(Value::String).collect());
        let Value::Array(names) = names else {
            return false;
        };
        if names.len() >= MOST_NAMES {
            // The next one begins anew.
            return false;
        }
        names.push(Value::String(name));
        first.rest.insert("times".to_owned(), times.into());
        true
    }
}

fn times(event: &Event) -> u64 {
    let times = event.rest.get("times").and_then(Value::as_u64);
    times.unwrap_or(1)
}

fn is_quiet(Record { event, decision }: &Record) -> bool {
    let labels = &event.labels;
    decision.findings.is_empty() && labels.unsaid.is_empty() && labels.secrets.is_empty()
}

/// What kind of change an event is, if it is one of a build's output, and the file's name.
fn changes(event: &Event) -> Option<(Changes, String)> {
    let Action::File {
        path,
        activity,
        to,
        error: None,
    } = &event.action
    else {
        return None;
    };
    let is_plain =
        |class| [FileClass::Other, FileClass::Project, FileClass::Temporary].contains(&class);
    let mut ends = std::iter::once(path).chain(to);
    if *activity == FileActivity::Read
        || !ends.all(|path| is_build_output(path))
        || !event.labels.files.iter().all(|file| is_plain(file.class))
    {
        return None;
    }
    let (directory, name) = path.rsplit_once('/')?;
    let to = to.as_ref().and_then(|to| to.rsplit_once('/'));
    let name = to.map_or(name, |(_, name)| name).to_owned();
    let changes = Changes {
        process: event.process.as_ref().map(ProcessKey::from)?,
        activity: *activity,
        directory: directory.to_owned(),
        to: to.map(|(directory, _)| directory.to_owned()),
    };
    Some((changes, name))
}

#[cfg(test)]
mod tests;
