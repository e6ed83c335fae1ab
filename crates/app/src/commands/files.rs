//! `ringfence files`: what agents obey, what changed in it, and saying that it may be so.
//!
//! **Invariant:** what is shown is read from the files themselves at that moment; what is approved
//! is what was read.

mod shown;

use super::person::{self, ask};
use crate::cli::{Files, FilesList, FilesWhat};
use crate::daemon::now;
use crate::judge::Judge;
use crate::output::{Exit, print, print_json};
use crate::places::Places;
use crate::trusted::approval::{approval, needs_approval};
use crate::trusted::baseline::{self, Baseline, Entry, Version};
use crate::trusted::content::{self, Before};
use crate::trusted::inventory::{self, Layer};
use crate::wire::{Request, Response};
use anyhow::{Result, bail};
use ringfence_event::{Difference, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A trusted file, as it is now.
#[derive(Serialize)]
struct File {
    path: PathBuf,
    kind: &'static str,
    layer: &'static str,
    /// The project, or the home directory.
    base: PathBuf,
    state: State,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Difference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<Timestamp>,
    /// Who changed it, as far as that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    writer: Option<String>,
    #[serde(skip)]
    digest: String,
    #[serde(skip)]
    texts: (Option<String>, Option<String>),
}

/// How a file stands to what was approved.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// It is what was approved, or what was there first.
    Approved,
    /// It is not.
    Changed,
    /// There was none.
    New,
    /// It cannot be read.
    Unreadable,
}

pub(super) fn run(args: &Files, places: &Places) -> Result<Exit> {
    match &args.what {
        None => list(&args.list, places),
        Some(FilesWhat::List(args)) => list(args, places),
        Some(FilesWhat::Diff { paths, lines, json }) => diff(paths, *lines, *json, places),
        Some(FilesWhat::Approve { paths, json, .. }) => approve(paths, *json, places),
    }
}

fn list(args: &FilesList, places: &Places) -> Result<Exit> {
    let daemon = match ask(places, &Request::Ping) {
        Ok(Response::Pong { status }) => Some(status.files),
        _ => None,
    };
    let files = gather(places)?;
    if args.json {
        let document = shown::Listed {
            watch: daemon,
            files: files.unwrap_or_default(),
        };
        print_json("files", &document)?;
        return Ok(Exit::Done);
    }
    print(&match files {
        Some(files) => shown::list(&files, daemon.as_ref(), args.all, places, now()),
        None => NOTHING.to_owned(),
    })?;
    Ok(Exit::Done)
}

const NOTHING: &str =
    "No trusted file is known yet: the daemon finds them.\nhint: `ringfence up --detach`\n";

fn diff(paths: &[PathBuf], lines: bool, json: bool, places: &Places) -> Result<Exit> {
    let Some(files) = gather(places)? else {
        print(NOTHING)?;
        return Ok(Exit::Done);
    };
    let mut changed = pending(files);
    only(&mut changed, paths)?;
    if json {
        print_json("files", &changed)?;
    } else if changed.is_empty() {
        print("Every trusted file is as it was approved.\n")?;
    } else {
        print(&shown::differences(&changed, lines, places, now()))?;
    }
    Ok(Exit::Done)
}

fn approve(paths: &[PathBuf], json: bool, places: &Places) -> Result<Exit> {
    person::only(places)?;
    let mut changed = pending(gather(places)?.unwrap_or_default());
    only(&mut changed, paths)?;
    let judge = Judge::load(places)?;
    for file in &changed {
        baseline::approve(places, &approval(&judge, &file.path, &file.digest))?;
    }
    // Without a daemon, the next start takes it in.
    ask(places, &Request::LookAtFiles)
        .map(drop)
        .unwrap_or_default();
    if json {
        print_json("approved", &changed)?;
    } else if changed.is_empty() {
        print("Nothing to approve: every trusted file is as it was approved.\n")?;
    } else {
        let mut text = shown::differences(&changed, false, places, now());
        text.push_str(&match changed.len() {
            1 => "1 file is approved as it is now.\n".to_owned(),
            many => format!("{many} files are approved as they are now.\n"),
        });
        print(&text)?;
    }
    Ok(Exit::Done)
}

fn pending(mut files: Vec<File>) -> Vec<File> {
    files.retain(|file| matches!(file.state, State::Changed | State::New));
    files
}

/// Keeps the files that were named, or lie below what was named; a name that fits none is an error.
fn only(files: &mut Vec<File>, paths: &[PathBuf]) -> Result<()> {
    if paths.is_empty() {
        return Ok(());
    }
    let mut wanted = Vec::new();
    for path in paths {
        let full = std::path::absolute(path)?;
        let real = path.canonicalize().unwrap_or_else(|_| full.clone());
        let fits = |file: &File| file.path.starts_with(&full) || file.path.starts_with(&real);
        if !files.iter().any(fits) {
            bail!(
                "no trusted file that changed is called `{}`\nhint: `ringfence files` lists them",
                path.display()
            );
        }
        wanted.extend([full, real]);
    }
    files.retain(|file| wanted.iter().any(|path| file.path.starts_with(path)));
    Ok(())
}

/// Reads what is known, and the files that changed since; `None` if nothing is known yet.
fn gather(places: &Places) -> Result<Option<Vec<File>>> {
    let Some(known) = Baseline::load(places)? else {
        return Ok(None);
    };
    let judge = Judge::load(places)?;
    let fresh = unknown(&known, places);
    let there = known.files.iter();
    let there = there.filter(|(_, entry)| entry.last.is_there());
    let mut files: Vec<File> = there
        .chain(&fresh)
        .filter_map(|(path, entry)| look(path, entry, &judge, places))
        .collect();
    // The user's own first.
    let rank = |file: &File| (file.layer != Layer::User.name(), file.layer);
    files.sort_by(|one, other| {
        let key = (rank(one), &one.base, &one.path);
        key.cmp(&(rank(other), &other.base, &other.path))
    });
    Ok(Some(files))
}

/// Files that are there and that no daemon has seen yet.
fn unknown(known: &Baseline, places: &Places) -> BTreeMap<PathBuf, Entry> {
    let mut bases = inventory::standing(places);
    bases.retain(|base| known.bases.contains_key(&base.path));
    let projects = (known.bases.iter()).filter(|(_, record)| record.layer == Layer::Project);
    bases.extend(projects.filter_map(|(path, _)| inventory::project_of(path, &places.home)));
    let mut fresh = BTreeMap::new();
    for base in bases {
        let (inside, _) = base.search();
        for found in base.survey(&inside).files {
            let is_known = known.files.get(&found.path);
            if is_known.is_none_or(|entry| !entry.last.is_there()) {
                let none = Version::default();
                let entry = Entry::new(found.kind, base.layer, &base.path, found.stamp, none);
                fresh.insert(found.path, is_known.cloned().unwrap_or(entry));
            }
        }
    }
    fresh
}

/// One file as it is now; `None` if it is gone.
fn look(path: &Path, entry: &Entry, judge: &Judge, places: &Places) -> Option<File> {
    let mut file = File {
        path: path.to_owned(),
        kind: entry.kind().name(),
        layer: entry.layer.name(),
        base: entry.base.clone(),
        state: State::Approved,
        changes: Vec::new(),
        changed: None,
        writer: None,
        digest: String::new(),
        texts: (None, None),
    };
    let content = match content::read(path, judge) {
        Ok(content) => content,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(_) => {
            file.state = State::Unreadable;
            return Some(file);
        }
    };
    let name = approval(judge, path, &content.digest);
    file.digest.clone_from(&content.digest);
    if file.digest == entry.approved.digest || baseline::is_approved(places, &name) {
        return Some(file);
    }
    let old = baseline::text(places, &entry.approved);
    let before = Before::of(&entry.approved, old.as_deref());
    let changes = content::compared(path, entry.kind(), before, &content);
    if needs_approval(entry.kind(), &changes) {
        file.state = if entry.approved.is_there() {
            State::Changed
        } else {
            State::New
        };
        file.changes = changes;
        file.texts = (old, content.text);
        if file.digest == entry.last.digest {
            file.changed = entry.changed;
            file.writer.clone_from(&entry.writer);
        }
    }
    Some(file)
}
