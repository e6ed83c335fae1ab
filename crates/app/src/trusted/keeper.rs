//! Looks at trusted files, compares them with what is known, and makes an event of each change.
//!
//! **Invariant:** a content is told once: what is approved, or was told, is silent until it changes.

use super::approval::{approval, is_told_at_first, needs_approval};
use super::baseline::{self, BaseRecord, Baseline, Entry, Version};
use super::content::{self, Before, Content};
use super::inventory::{self, Base, Found, Layer, Stamp};
use super::status::FilesStatus;
use super::tree::Place;
use super::watcher::Watcher;
use super::writers::{Writer, Writers};
use crate::daemon::now;
use crate::judge::Judge;
use crate::places::Places;
use anyhow::Result;
use ringfence_event::{
    Action, CallRef, Difference, DifferenceKind, Event, EventKey, Join, Labels, Source, Timestamp,
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Most projects that are looked at; those where no session was seen for longest go.
const MOST_PROJECTS: usize = 200;
/// Most files of all bases together.
const MOST_FILES: usize = 20_000;
/// Most directories of one project that are watched.
const MOST_WATCHED: usize = 64;
/// How often a base is looked at again because directories in it were new.
const MOST_ROUNDS: usize = 3;

/// A base that is looked at.
struct Open {
    base: Base,
    /// Directories inside with files of their own.
    inside: Vec<PathBuf>,
    folders: Vec<(PathBuf, Place)>,
    cut: bool,
}

/// All that is looked at, and what is known of it.
pub(crate) struct Keeper {
    places: Places,
    open: BTreeMap<PathBuf, Open>,
    baseline: Baseline,
    changed: bool,
    watcher: Watcher,
    /// Watched directories, with what may lie there and whose they are.
    folders: HashMap<PathBuf, Vec<(Place, PathBuf)>>,
    unwatched: usize,
}

/// What a look needs beside the files.
pub(crate) struct Look<'a> {
    pub(crate) judge: &'a Judge,
    pub(crate) writers: &'a Writers,
    /// Whether it is the first since the daemon started.
    pub(crate) at_start: bool,
    /// Takes each event.
    pub(crate) tell: &'a mut dyn FnMut(Event),
}

impl Keeper {
    /// Loads what is known; a broken index is made anew, and said.
    pub(crate) fn new(
        places: &Places,
        touched: impl Fn(Option<PathBuf>) + Send + 'static,
    ) -> (Keeper, Option<String>) {
        let (baseline, problem) = match Baseline::load(places) {
            Ok(known) => (known.unwrap_or_default(), None),
            Err(error) => (
                Baseline::default(),
                Some(format!(
                    "what trusted files were is not known any more: {error:#}"
                )),
            ),
        };
        let mut keeper = Keeper {
            places: places.clone(),
            open: BTreeMap::new(),
            baseline,
            changed: false,
            watcher: Watcher::new(touched),
            folders: HashMap::new(),
            unwatched: 0,
        };
        for base in inventory::standing(places) {
            keeper.add(base);
        }
        let projects: Vec<(PathBuf, Timestamp)> = (keeper.baseline.bases.iter())
            .filter(|(_, record)| record.layer == Layer::Project)
            .map(|(path, record)| (path.clone(), record.seen))
            .collect();
        for (path, seen) in projects {
            keeper.open(&path, seen);
        }
        (keeper, problem)
    }

    fn add(&mut self, base: Base) -> PathBuf {
        let path = base.path.clone();
        self.open.entry(path.clone()).or_insert(Open {
            base,
            inside: Vec::new(),
            folders: Vec::new(),
            cut: false,
        });
        path
    }

    /// Takes in that a session was seen in a directory; returns its project if that is new.
    pub(crate) fn open(&mut self, cwd: &Path, seen: Timestamp) -> Option<PathBuf> {
        let base = inventory::project_of(cwd, &self.places.home)?;
        if let Some(record) = self.baseline.bases.get_mut(&base.path) {
            record.seen = record.seen.max(seen);
        }
        if self.open.contains_key(&base.path) {
            return None;
        }
        self.make_room();
        let (inside, cut) = base.search();
        let path = self.add(base);
        if let Some(open) = self.open.get_mut(&path) {
            open.inside = inside;
            open.cut = cut;
        }
        Some(path)
    }

    fn make_room(&mut self) {
        let projects = self.open.values();
        let projects = projects.filter(|open| open.base.layer == Layer::Project);
        let seen = |path: &Path| self.baseline.bases.get(path).map(|record| record.seen);
        let paths: Vec<&PathBuf> = projects.map(|open| &open.base.path).collect();
        if paths.len() >= MOST_PROJECTS
            && let Some(oldest) = paths.into_iter().min_by_key(|path| seen(path)).cloned()
        {
            self.forget(&oldest);
        }
    }

    fn forget(&mut self, base: &Path) {
        self.open.remove(base);
        self.baseline.bases.remove(base);
        self.baseline.files.retain(|_, entry| entry.base != base);
        self.changed = true;
    }

    /// The bases to which something that happened to a path matters.
    pub(crate) fn concerned(&mut self, path: &Path) -> BTreeSet<PathBuf> {
        let mut bases = BTreeSet::new();
        if let Some(known) = self.folders.get(path) {
            bases.extend(known.iter().map(|(_, base)| base.clone()));
            // It was made, moved or deleted: its watch may be one of a directory that is gone.
            self.watcher.forget(path);
        }
        let name = path.file_name().and_then(|name| name.to_str());
        if let (Some(folder), Some(name)) = (path.parent(), name)
            && let Some(known) = self.folders.get(folder)
        {
            let concerned = known.iter().filter(|(place, _)| place.cares(name));
            bases.extend(concerned.map(|(_, base)| base.clone()));
        }
        bases
    }

    /// Looks at everything, also for directories that have files since.
    pub(crate) fn look_at_all(&mut self, look: &mut Look<'_>) -> Result<()> {
        let gone: Vec<PathBuf> = (self.open.values())
            .filter(|open| open.base.layer == Layer::Project && !open.base.path.is_dir())
            .map(|open| open.base.path.clone())
            .collect();
        for path in gone {
            self.forget(&path);
        }
        for open in self.open.values_mut() {
            (open.inside, open.cut) = open.base.search();
        }
        let all: BTreeSet<PathBuf> = self.open.keys().cloned().collect();
        self.look_at(&all, look)
    }

    /// Looks at some bases.
    pub(crate) fn look_at(&mut self, bases: &BTreeSet<PathBuf>, look: &mut Look<'_>) -> Result<()> {
        for _round in 0..MOST_ROUNDS {
            for path in bases {
                self.survey(path, look);
            }
            // What was put into a new directory before it was watched is found in another round.
            if !self.watch() {
                break;
            }
        }
        if std::mem::take(&mut self.changed) {
            self.baseline.save(&self.places)?;
        }
        Ok(())
    }

    /// Watches what was found; says whether any directory is new.
    fn watch(&mut self) -> bool {
        let mut wanted = Vec::new();
        self.folders.clear();
        let before = self.watcher.count();
        let (standing, projects): (Vec<&Open>, Vec<&Open>) =
            (self.open.values()).partition(|open| open.base.layer != Layer::Project);
        for open in standing.into_iter().chain(projects) {
            let limit = match open.base.layer {
                Layer::Project => MOST_WATCHED,
                Layer::User | Layer::System => usize::MAX,
            };
            for (path, place) in open.folders.iter().take(limit) {
                wanted.push(path.clone());
                let whose = self.folders.entry(path.clone()).or_default();
                whose.push((*place, open.base.path.clone()));
            }
        }
        let all: usize = self.open.values().map(|open| open.folders.len()).sum();
        let left_out = all - wanted.len();
        self.unwatched = self.watcher.watch_only(&wanted) + left_out;
        self.watcher.count() > before
    }

    fn survey(&mut self, path: &Path, look: &mut Look<'_>) {
        let Some(open) = self.open.get_mut(path) else {
            return;
        };
        let survey = open.base.survey(&open.inside);
        open.folders = survey.folders;
        open.cut |= survey.cut;
        let layer = open.base.layer;
        let is_new = !self.baseline.bases.contains_key(path);
        for found in &survey.files {
            self.check(path, layer, is_new, found, look);
        }
        let there: BTreeSet<&Path> = (survey.files.iter())
            .map(|found| found.path.as_path())
            .collect();
        let gone: Vec<PathBuf> = (self.baseline.files.iter())
            .filter(|(file, entry)| {
                entry.base == path && entry.last.is_there() && !there.contains(file.as_path())
            })
            .map(|(file, _)| file.clone())
            .collect();
        for file in gone {
            if !file.exists() {
                self.gone(&file, look);
            }
        }
        if is_new {
            let seen = now();
            let record = BaseRecord { layer, seen };
            self.baseline.bases.insert(path.to_owned(), record);
            self.changed = true;
        }
    }

    fn check(
        &mut self,
        base: &Path,
        layer: Layer,
        is_new: bool,
        found: &Found,
        look: &mut Look<'_>,
    ) {
        let known = self.baseline.files.get(&found.path);
        if known.is_some_and(|entry| entry.stamp == found.stamp && entry.last.is_there()) {
            return;
        }
        if known.is_none() && self.baseline.files.len() >= MOST_FILES {
            if let Some(open) = self.open.get_mut(base) {
                open.cut = true;
            }
            return;
        }
        // One that cannot be read now is tried again when it changes, or at the next look.
        let Ok(content) = content::read(&found.path, look.judge) else {
            return;
        };
        let Some(version) = self.keep(&content) else {
            return;
        };
        self.changed = true;
        let entry = self.baseline.files.get_mut(&found.path);
        if let Some(entry) = entry.filter(|entry| entry.last == version) {
            entry.stamp = found.stamp;
            return;
        }
        let mut entry = match self.baseline.files.remove(&found.path) {
            Some(entry) => entry,
            None => {
                let was = if is_new {
                    version.clone()
                } else {
                    Version::default()
                };
                Entry::new(found.kind, layer, base, found.stamp, was)
            }
        };
        entry.stamp = found.stamp;
        self.judge(&found.path, entry, version, is_new, &content, look);
    }

    /// Decides what a new content means, and makes it the last one known.
    fn judge(
        &mut self,
        path: &Path,
        mut entry: Entry,
        version: Version,
        is_new: bool,
        content: &Content,
        look: &mut Look<'_>,
    ) {
        let name = approval(look.judge, path, &version.digest);
        let silent = version == entry.approved || baseline::is_approved(&self.places, &name);
        let moment = match (is_new, entry.last.is_there()) {
            (true, _) => Moment::FirstSight,
            (false, true) => Moment::Changed,
            (false, false) => Moment::Appeared,
        };
        let told = match moment {
            Moment::FirstSight => {
                let mut told = content::compared(path, entry.kind(), Before::Absent, content);
                told.retain(|difference| is_told_at_first(entry.layer, difference.kind));
                told
            }
            _ if silent => Vec::new(),
            _ => {
                let before = if entry.last.is_there() {
                    &entry.last
                } else {
                    &entry.approved
                };
                let old = baseline::text(&self.places, before);
                let old = Before::of(before, old.as_deref());
                content::compared(path, entry.kind(), old, content)
            }
        };
        let was_pending = entry.is_pending();
        entry.last = version;
        if silent || (!was_pending && !needs_approval(entry.kind(), &told)) {
            entry.approved = entry.last.clone();
        }
        if !told.is_empty() {
            tell(path, &mut entry, moment, told, look);
        }
        self.baseline.files.insert(path.to_owned(), entry);
    }

    fn gone(&mut self, path: &Path, look: &mut Look<'_>) {
        let Some(mut entry) = self.baseline.files.remove(path) else {
            return;
        };
        self.changed = true;
        entry.last = Version::default();
        entry.stamp = Stamp::default();
        // Its text stays approved: a branch that comes back brings nothing new.
        if !baseline::is_approved(&self.places, &approval(look.judge, path, "")) {
            let mut told = content::differences(path, entry.kind(), None, None);
            let old = baseline::text(&self.places, &entry.approved);
            let without = content::differences(path, entry.kind(), old.as_deref(), Some(""));
            told.extend(
                without
                    .into_iter()
                    .filter(|one| one.kind == DifferenceKind::GuardLoosened),
            );
            told.sort_by_key(|difference| difference.kind);
            tell(path, &mut entry, Moment::Gone, told, look);
        }
        self.baseline.files.insert(path.to_owned(), entry);
    }

    fn keep(&self, content: &Content) -> Option<Version> {
        let kept = match &content.text {
            // A disk that is full now is looked at again; without the text there is no comparing.
            Some(text) => {
                baseline::keep(&self.places, &content.digest, text).ok()?;
                true
            }
            None => false,
        };
        Some(Version {
            digest: content.digest.clone(),
            bytes: content.bytes,
            kept,
        })
    }

    /// What is watched, and what is not.
    pub(crate) fn status(&self) -> FilesStatus {
        let files = self.baseline.files.values();
        let there = files.filter(|entry| entry.last.is_there());
        let cut = self.open.values().filter(|open| open.cut);
        FilesStatus {
            files: there.clone().count(),
            projects: self.open.len().saturating_sub(2),
            watched: self.watcher.count(),
            unwatched: self.unwatched,
            refused: self.watcher.refused.clone(),
            cut: cut
                .map(|open| open.base.path.display().to_string())
                .collect(),
            pending: there.filter(|entry| entry.is_pending()).count(),
            ..FilesStatus::default()
        }
    }

    /// Takes in what a command has approved since.
    pub(crate) fn take_approvals(&mut self, judge: &Judge) {
        for (path, entry) in &mut self.baseline.files {
            let name = || approval(judge, path, &entry.last.digest);
            if entry.is_pending() && baseline::is_approved(&self.places, &name()) {
                entry.approved = entry.last.clone();
                self.changed = true;
            }
        }
    }
}

/// Makes an event of what changed.
fn tell(
    path: &Path,
    entry: &mut Entry,
    moment: Moment,
    changes: Vec<Difference>,
    look: &mut Look<'_>,
) {
    let at = now();
    let writer = match moment {
        Moment::FirstSight => None,
        Moment::Gone => writer_of(path, entry, at.0, look.writers),
        Moment::Changed | Moment::Appeared => {
            writer_of(path, entry, entry.stamp.at(), look.writers)
        }
    };
    entry.changed = Some(at);
    entry.writer = writer.as_ref().map(Writer::words);
    let mut rest = Map::new();
    if moment != Moment::FirstSight {
        let words = entry.writer.clone().unwrap_or_else(|| "unknown".to_owned());
        rest.insert("writer".to_owned(), Value::from(words));
        if look.at_start {
            rest.insert("changed_while_away".to_owned(), Value::from(true));
        }
    }
    let (agent, session, call, process) = match writer {
        Some(writer) => (writer.agent, writer.session, writer.call, writer.process),
        None => (None, None, None, None),
    };
    let is_project = entry.layer == Layer::Project;
    let cwd = is_project.then(|| entry.base.to_string_lossy().into_owned());
    (look.tell)(Event {
        key: EventKey(Uuid::now_v7()),
        at,
        source: Source::Watcher,
        agent,
        moment: Some(moment.name().to_owned()),
        session,
        call: call.map(|call| CallRef {
            join: Join::Inferred,
            ..call
        }),
        process,
        cwd,
        action: Action::ConfigChange {
            path: Some(path.to_string_lossy().into_owned()),
            layer: Some(format!("{}_{}", entry.layer.name(), entry.kind().name())),
            changes,
        },
        labels: Labels::default(),
        rest,
    });
}

/// Who wrote a file, by what sessions did then.
fn writer_of(path: &Path, entry: &Entry, at: i64, writers: &Writers) -> Option<Writer> {
    let real = fs::canonicalize(path).ok();
    let names: Vec<&str> = [Some(path), real.as_deref()]
        .into_iter()
        .flatten()
        .filter_map(Path::to_str)
        .collect();
    writers.of(&names, &entry.base, at)
}

/// How an event came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// Its project was looked at for the first time.
    FirstSight,
    Changed,
    /// It was not there before.
    Appeared,
    Gone,
}

impl Moment {
    fn name(self) -> &'static str {
        match self {
            Moment::FirstSight => "first_sight",
            Moment::Changed => "changed",
            Moment::Appeared => "appeared",
            Moment::Gone => "gone",
        }
    }
}

#[cfg(test)]
mod tests;
