//! What agents wrote down of their sessions: each line's texts, told apart by who speaks.
//!
//! **Invariant:** what cannot be read is told by name, never passed over in silence.

use super::files::Walk;
use super::look::{Lines, Looker, Text};
use super::report::{Report, count};
use crate::places::Places;
use ignore::WalkBuilder;
use ringfence_agents::{Speaker, TranscriptForm, TranscriptPlace, spoken, transcript_places};
use ringfence_scan::injection::Origin;
use ringfence_store::visible;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

/// Longest line that is read, in bytes.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;

/// A file and how it is written.
type Transcript = (PathBuf, TranscriptForm);

/// Looks through all transcripts of this user.
pub(crate) fn look(places: &Places, walk: Walk, looker: &Looker, report: &Report) {
    let mut waiting = Vec::new();
    for place in transcript_places(&places.agents()) {
        if !place.path.exists() {
            continue;
        }
        if place.form == TranscriptForm::Database {
            report.problem(format!(
                "{} keeps sessions in a database, which is not read: {}",
                place.agent,
                visible(&place.path.to_string_lossy())
            ));
            continue;
        }
        waiting.extend(list(&place));
    }
    if waiting.is_empty() {
        report.problem("no transcripts of an agent were found for this user".to_owned());
    }
    let threads = match walk.threads {
        0 => thread::available_parallelism().map_or(1, usize::from),
        number => number,
    };
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        for _thread in 0..threads {
            scope.spawn(|| {
                while let Some(next) = take(&waiting) {
                    visit(&next, walk, looker, report);
                }
            });
        }
    });
}

fn take(waiting: &Mutex<Vec<Transcript>>) -> Option<Transcript> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

fn list(place: &TranscriptPlace) -> impl Iterator<Item = Transcript> {
    let (ending, form) = (place.ending, place.form);
    WalkBuilder::new(&place.path)
        .standard_filters(false)
        .build()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(ignore::DirEntry::into_path)
        .filter(move |path| path.to_string_lossy().ends_with(ending))
        .map(move |path| (path, form))
}

fn visit((path, form): &Transcript, walk: Walk, looker: &Looker, report: &Report) {
    if let Some(most) = walk.max_size
        && path.metadata().is_ok_and(|found| found.len() > most)
    {
        count(&report.too_large, 1);
        return;
    }
    let read = match form {
        TranscriptForm::Lines => lines(path, looker, report),
        TranscriptForm::Text | TranscriptForm::Database => text(path, looker, report),
    };
    match read {
        Ok(()) => count(&report.files, 1),
        Err(error) => {
            count(&report.unreadable, 1);
            report.problem(format!("{}: {error}", visible(&path.to_string_lossy())));
        }
    }
}

/// A file whose speakers cannot be told apart: secrets only.
fn text(path: &Path, looker: &Looker, report: &Report) -> io::Result<()> {
    let about = Text {
        path: &path.to_string_lossy(),
        origin: None,
        lines: Lines::Own,
    };
    let bytes = looker.look(|| File::open(path), &about, report)?;
    count(&report.bytes, bytes.unwrap_or_default());
    Ok(())
}

fn lines(path: &Path, looker: &Looker, report: &Report) -> io::Result<()> {
    let name = path.to_string_lossy();
    let mut reader = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        if reader
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)?
            == 0
        {
            break;
        }
        count(&report.bytes, line.len());
        if !line.ends_with(b"\n") && reader.fill_buf().is_ok_and(|rest| !rest.is_empty()) {
            report.problem(format!(
                "{}: line {number} is too long; only its parts of {LONGEST_LINE} bytes are looked at",
                visible(&name)
            ));
        }
        let parts = match serde_json::from_slice::<Value>(&line) {
            Ok(value) => by_origin(&value),
            Err(_) => BTreeMap::from([(None, String::from_utf8_lossy(&line).into_owned())]),
        };
        for (speaker, text) in parts {
            let about = Text {
                path: &name,
                origin: speaker.map(origin),
                lines: Lines::Decoded(number),
            };
            looker.look(|| Ok(text.as_bytes()), &about, report)?;
        }
    }
    Ok(())
}

fn by_origin(line: &Value) -> BTreeMap<Option<Speaker>, String> {
    let mut parts: BTreeMap<Option<Speaker>, String> = BTreeMap::new();
    for (speaker, text) in spoken(line) {
        let part = parts.entry(speaker).or_default();
        part.push_str(text);
        part.push('\n');
    }
    parts
}

fn origin(speaker: Speaker) -> Origin {
    match speaker {
        Speaker::User => Origin::UserPrompt,
        Speaker::Model => Origin::ModelOutput,
        Speaker::Tool => Origin::ToolResult,
    }
}
