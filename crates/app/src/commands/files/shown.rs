//! How trusted files are shown to a person.

use super::{File, State};
use crate::output::{BOLD, DIM, GREEN, YELLOW, ago, count, table};
use crate::places::Places;
use crate::trusted::FilesStatus;
use ringfence_event::Timestamp;
use ringfence_store::visible;
use serde::Serialize;
use similar::TextDiff;
use std::path::Path;

/// The list as JSON.
#[derive(Serialize)]
pub(super) struct Listed {
    /// How much is watched; absent without a daemon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) watch: Option<FilesStatus>,
    pub(super) files: Vec<File>,
}

/// All bases, each with what changed in it, or with all of its files.
pub(super) fn list(
    files: &[File],
    watch: Option<&FilesStatus>,
    all: bool,
    places: &Places,
    now: Timestamp,
) -> String {
    let mut text = String::new();
    let mut changed = 0;
    for group in files.chunk_by(|one, other| one.base == other.base) {
        let Some(first) = group.first() else { continue };
        let own = number(group.len());
        let title = match first.layer {
            "user" => "Yours".to_owned(),
            "system" => "Everybody's".to_owned(),
            _ => homely(&first.base, places),
        };
        text.push_str(&format!("{BOLD}{title}{BOLD:#}  {}\n", count(own, "file")));
        let shown: Vec<&File> = (group.iter())
            .filter(|file| all || file.state != State::Approved)
            .collect();
        changed += shown.iter().filter(|file| is_pending(file)).count();
        let rows: Vec<Vec<String>> = shown.iter().map(|file| row(file, places, now)).collect();
        text.push_str(&table(&rows));
    }
    text.push('\n');
    text.push_str(&watched(watch));
    text.push_str(&match changed {
        0 => format!("{GREEN}Every trusted file is as it was approved.{GREEN:#}\n"),
        _ => format!(
            "{YELLOW}{} not as approved.{YELLOW:#}\nhint: `ringfence files diff` shows what changed, `ringfence files approve PATH` accepts it\n",
            match changed {
                1 => "1 file is".to_owned(),
                many => format!("{many} files are"),
            }
        ),
    });
    if !all {
        text.push_str(&format!(
            "{DIM}`ringfence files list --all` names every file.{DIM:#}\n"
        ));
    }
    text
}

fn is_pending(file: &File) -> bool {
    matches!(file.state, State::Changed | State::New)
}

fn row(file: &File, places: &Places, now: Timestamp) -> Vec<String> {
    let state = match file.state {
        State::Approved => format!("{DIM}as approved{DIM:#}"),
        State::Changed => format!("{YELLOW}changed{YELLOW:#}"),
        State::New => format!("{YELLOW}new{YELLOW:#}"),
        State::Unreadable => format!("{YELLOW}cannot be read{YELLOW:#}"),
    };
    let when = file.changed.map(|at| ago(at, now)).unwrap_or_default();
    vec![
        format!("  {}", visible(&below(&file.path, &file.base, places))),
        file.kind.to_owned(),
        state,
        when,
    ]
}

/// What is watched and what is not.
fn watched(watch: Option<&FilesStatus>) -> String {
    let Some(watch) = watch else {
        return format!(
            "{YELLOW}Daemon away{YELLOW:#}: nothing is watched; what changes meanwhile is told at its next start.\n"
        );
    };
    if !watch.ready {
        return "The daemon is still looking for them.\n".to_owned();
    }
    let mut text = format!(
        "{} in {} watched, and looked at every {} s ({} ms each time)\n",
        count(number(watch.files), "file"),
        match watch.watched {
            1 => "1 directory".to_owned(),
            many => format!("{many} directories"),
        },
        watch.every_s,
        watch.look_ms
    );
    if watch.unwatched > 0 {
        text.push_str(&format!(
            "{YELLOW}{} more directories are not watched:{YELLOW:#} changes there are seen at the next look\n",
            watch.unwatched
        ));
    }
    if let Some(why) = &watch.refused {
        text.push_str(&format!(
            "{YELLOW}The system refuses watches:{YELLOW:#} {}\n",
            visible(why)
        ));
    }
    for base in &watch.cut {
        text.push_str(&format!(
            "{YELLOW}Too much in{YELLOW:#} {}: some files there are not looked at\n",
            visible(base)
        ));
    }
    text
}

/// What changed in each file.
pub(super) fn differences(files: &[File], lines: bool, places: &Places, now: Timestamp) -> String {
    let mut text = String::new();
    for file in files {
        let state = if file.state == State::New {
            "new"
        } else {
            "changed"
        };
        let when = file.changed.map(|at| format!(" {}", ago(at, now)));
        let writer = match &file.writer {
            Some(writer) => format!("by {writer}"),
            None => "writer unknown".to_owned(),
        };
        text.push_str(&format!(
            "{BOLD}{}{BOLD:#}  {DIM}{}, {state}{}, {}{DIM:#}\n",
            visible(&homely(&file.path, places)),
            file.kind,
            when.unwrap_or_default(),
            visible(&writer)
        ));
        for change in &file.changes {
            text.push_str(&format!("  {}\n", visible(&change.text)));
        }
        if lines {
            text.push_str(&changed_lines(file));
        }
    }
    text
}

fn changed_lines(file: &File) -> String {
    let (old, new) = &file.texts;
    let old = old.as_deref().unwrap_or_default();
    let new = new.as_deref().unwrap_or_default();
    let diff = TextDiff::from_lines(old, new);
    let diff = diff.unified_diff().to_string();
    let lines = diff.lines().map(|line| format!("    {}\n", visible(line)));
    lines.collect()
}

/// A path with `~` for the home directory.
fn homely(path: &Path, places: &Places) -> String {
    match path.strip_prefix(&places.home) {
        Ok(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
        Ok(rest) => format!("~/{}", rest.display()),
        Err(_) => path.display().to_string(),
    }
}

/// A path inside of its project; else as [`homely`] says it.
fn below(path: &Path, base: &Path, places: &Places) -> String {
    match path.strip_prefix(base) {
        Ok(rest) if base != places.home && base != Path::new("/") => rest.display().to_string(),
        _ => homely(path, places),
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
