//! Which files with histories there are, and which of them belong together.
//!
//! **Invariant:** bounded in number and depth; follows no symbolic link; reads nothing but the
//! beginning of a file.

use anyhow::{Context, Result};
use ringfence_agents::{HistoryFormat, TranscriptForm, transcript_places};
use ringfence_event::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Most files that are looked at.
const MOST: usize = 100_000;
/// Deepest directory below a place.
const DEEPEST: usize = 12;
/// Longest first line that tells a format, in bytes.
const HEAD: u64 = 256 * 1024;

/// How far the first id of an entry is looked for, in bytes.
const BEGINNING: u64 = 16 * 1024;
/// What stands before it.
const ID: &[u8] = b"\"uuid\":\"";

/// A file with a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) format: HistoryFormat,
    pub(crate) length: u64,
    pub(crate) modified: Timestamp,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Each once.
    pub(crate) sources: Vec<Source>,
    /// The directories that were looked into.
    pub(crate) folders: BTreeSet<PathBuf>,
    /// Files that are no history.
    pub(crate) others: usize,
    /// Set if there was more than is looked at.
    pub(crate) cut: bool,
}

/// Finds what the agents of this home wrote down.
pub(crate) fn of_agents(agents: &ringfence_agents::Places) -> Found {
    let mut found = Found::default();
    let mut seen = BTreeSet::new();
    for place in transcript_places(agents) {
        if place.form == TranscriptForm::Database {
            if let Some(folder) = place.path.parent().filter(|folder| folder.is_dir()) {
                found.folders.insert(folder.to_owned());
            }
            found.file(&place.path, of_path);
        } else if seen.insert(place.path.clone()) {
            found.below(&place.path, DEEPEST, of_path);
            found.awaited(&place.path, &agents.home);
        }
    }
    found.tidy();
    found
}

/// Finds what lies at a path that somebody named, by what its first line looks like, too.
pub(crate) fn at(path: &Path) -> Result<Found> {
    let failed = || format!("failed to read `{}`", path.display());
    let path = path.canonicalize().with_context(failed)?;
    let mut found = Found::default();
    if path.is_dir() {
        found.below(&path, DEEPEST, of_path_or_head);
    } else {
        found.file(&path, of_path_or_head);
    }
    found.tidy();
    Ok(found)
}

/// The same for several paths.
pub(crate) fn all(paths: &[PathBuf]) -> Result<Found> {
    let mut all = Found::default();
    for path in paths {
        let found = at(path)?;
        all.sources.extend(found.sources);
        all.others += found.others;
        all.cut |= found.cut;
    }
    all.sources.sort_by(|one, other| one.path.cmp(&other.path));
    all.sources.dedup_by(|one, other| one.path == other.path);
    Ok(all)
}

impl Found {
    fn below(&mut self, path: &Path, deeper: usize, format: fn(&Path) -> Option<HistoryFormat>) {
        // What cannot be read is not ours, or gone.
        let Ok(entries) = fs::read_dir(path) else {
            return self.file(path, format);
        };
        self.folders.insert(path.to_owned());
        for entry in entries.flatten() {
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() && deeper > 0 {
                self.below(&entry.path(), deeper - 1, format);
            } else if kind.is_file() {
                self.file(&entry.path(), format);
            }
        }
    }

    /// Where a place is not there yet: the directory in which it, or what it lies in, would appear.
    fn awaited(&mut self, place: &Path, home: &Path) {
        let mut above = place.ancestors().skip(1);
        if !place.exists()
            && let Some(folder) = above.find(|folder| folder.is_dir())
            && folder.starts_with(home)
        {
            self.folders.insert(folder.to_owned());
        }
    }

    fn file(&mut self, path: &Path, format: fn(&Path) -> Option<HistoryFormat>) {
        if self.sources.len() >= MOST {
            self.cut = true;
            return;
        }
        let Some(data) = fs::symlink_metadata(path).ok().filter(Metadata::is_file) else {
            return;
        };
        match format(path) {
            Some(format) => self.sources.push(Source {
                path: path.to_owned(),
                format,
                length: data.len(),
                modified: modified(&data),
            }),
            None => self.others += 1,
        }
    }

    /// Leaves out the second copies that some agents write.
    fn tidy(&mut self) {
        let first: BTreeSet<PathBuf> = self
            .sources
            .iter()
            .filter(|source| matches!(source.format, HistoryFormat::Cline | HistoryFormat::Roo))
            .filter_map(|source| source.path.parent().map(Path::to_owned))
            .collect();
        self.sources.retain(|source| {
            let is_copy = matches!(
                source.format,
                HistoryFormat::ClineApi | HistoryFormat::RooApi
            );
            !is_copy || !source.path.parent().is_some_and(|at| first.contains(at))
        });
    }
}

/// Puts the files of one session together, newest session first: what a subagent did belongs
/// behind what started it. Sessions that began as one are together, too, the one that was left
/// first before the others: what they have in common is told by it.
pub(crate) fn sessions(sources: Vec<Source>) -> Vec<Vec<Source>> {
    let mut groups: BTreeMap<PathBuf, Vec<Source>> = BTreeMap::new();
    for source in sources {
        groups
            .entry(session(&source.path))
            .or_default()
            .push(source);
    }
    let newest = |group: &[Source]| group.iter().map(|source| source.modified).max();
    let mut families: BTreeMap<String, Vec<Vec<Source>>> = BTreeMap::new();
    for (path, mut group) in groups {
        group.sort_by(|one, other| {
            let depth = |source: &Source| source.path.components().count();
            (depth(one), &one.path).cmp(&(depth(other), &other.path))
        });
        let alone = || format!("file {}", path.display());
        let name = group.first().and_then(first_entry).unwrap_or_else(alone);
        families.entry(name).or_default().push(group);
    }
    let mut families: Vec<Vec<Vec<Source>>> = families.into_values().collect();
    for family in &mut families {
        family.sort_by_key(|group| newest(group));
    }
    let mut all: Vec<Vec<Source>> = families.into_iter().map(|one| one.concat()).collect();
    all.sort_by_key(|group| std::cmp::Reverse(newest(group)));
    all
}

/// The id of the first entry of a session of Claude Code: one that was resumed under a new name begins
/// with a copy of the other.
fn first_entry(source: &Source) -> Option<String> {
    if source.format != HistoryFormat::Claude {
        return None;
    }
    let mut head = Vec::new();
    let file = File::open(&source.path).ok()?;
    file.take(BEGINNING).read_to_end(&mut head).ok()?;
    let place = head.windows(ID.len()).position(|at| at == ID)? + ID.len();
    let rest = head.get(place..)?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    Some(format!("id {}", String::from_utf8_lossy(rest.get(..end)?)))
}

/// Claude Code puts what belongs to `<session>.jsonl` below `<session>/`.
fn session(path: &Path) -> PathBuf {
    let beside = path
        .ancestors()
        .find(|above| above.ends_with("subagents") || above.ends_with("tool-results"));
    match beside.and_then(Path::parent) {
        Some(folder) => folder.with_extension("jsonl"),
        None => path.to_owned(),
    }
}

/// Tells the format of a file by where it lies.
pub(crate) fn of_path(path: &Path) -> Option<HistoryFormat> {
    match path.file_name()?.to_str()? {
        "opencode.db" => Some(HistoryFormat::Opencode),
        "state.vscdb" => Some(HistoryFormat::CursorRows),
        _ => HistoryFormat::of_path(path.to_str()?),
    }
}

fn of_path_or_head(path: &Path) -> Option<HistoryFormat> {
    of_path(path).or_else(|| {
        let mut head = Vec::new();
        let file = File::open(path).ok()?;
        file.take(HEAD).read_to_end(&mut head).ok()?;
        let line = head.split(|byte| *byte == b'\n').next()?;
        HistoryFormat::of_entry(line)
    })
}

/// When a file was changed last.
pub(crate) fn modified(data: &Metadata) -> Timestamp {
    let changed = data.modified().ok();
    let since = changed.and_then(|changed| changed.duration_since(UNIX_EPOCH).ok());
    let micros = since.map_or(0, |since| since.as_micros());
    Timestamp(i64::try_from(micros).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(root: &Path, name: &str, text: &str) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn names(root: &Path, sources: &[Source]) -> Vec<String> {
        let mut names: Vec<String> = sources
            .iter()
            .map(|source| source.path.strip_prefix(root).unwrap())
            .map(|path| path.display().to_string())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_agents_of_a_home_wrote_is_found_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path().canonicalize().unwrap();
        let wanted = [
            ".claude/projects/-x/a.jsonl",
            ".claude/projects/-x/a/subagents/agent-1.jsonl",
            ".codex/sessions/2026/01/02/rollout-2026-0a.jsonl",
            ".config/Cursor/User/globalStorage/state.vscdb",
            ".gemini/tmp/x/chats/session-2026-0a.jsonl",
            ".local/share/opencode/opencode.db",
        ];
        let storage = ".config/Code/User/globalStorage/saoudrizwan.claude-dev/tasks";
        for name in wanted {
            put(&home, name, "{}");
        }
        put(&home, &format!("{storage}/1/ui_messages.json"), "[]");
        put(
            &home,
            &format!("{storage}/1/api_conversation_history.json"),
            "[]",
        );
        put(
            &home,
            &format!("{storage}/2/api_conversation_history.json"),
            "[]",
        );
        put(&home, ".claude/projects/-x/notes.md", "no");
        put(&home, "elsewhere/projects/a.jsonl", "no");
        std::os::unix::fs::symlink("/etc", home.join(".claude/projects/link")).unwrap();
        let found = of_agents(&ringfence_agents::Places {
            home: home.clone(),
            claude_config_dir: None,
            codex_home: None,
        });
        let mut expected: Vec<String> = wanted.map(str::to_owned).into();
        expected.push(format!("{storage}/1/ui_messages.json"));
        expected.push(format!("{storage}/2/api_conversation_history.json"));
        expected.sort();
        assert_eq!(names(&home, &found.sources), expected);
        assert!(found.folders.contains(&home.join(".claude/projects/-x")));
    }

    #[test]
    fn a_session_has_its_subagents_behind_it() {
        let source = |path: &str, modified| Source {
            path: path.into(),
            format: HistoryFormat::Claude,
            length: 1,
            modified: Timestamp(modified),
        };
        let sources = vec![
            source("/p/-x/a/subagents/agent-1.jsonl", 9),
            source("/p/-x/b.jsonl", 5),
            source("/p/-x/a.jsonl", 1),
        ];
        let groups: Vec<Vec<String>> = sessions(sources)
            .into_iter()
            .map(|group| {
                group
                    .into_iter()
                    .map(|one| one.path.display().to_string())
                    .collect()
            })
            .collect();
        assert_eq!(
            groups,
            [
                vec!["/p/-x/a.jsonl", "/p/-x/a/subagents/agent-1.jsonl"],
                vec!["/p/-x/b.jsonl"]
            ]
        );
    }
    #[test]
    fn sessions_that_began_as_one_are_together() {
        let root = tempfile::tempdir().unwrap();
        let source = |name: &str, text: &str, modified| {
            put(root.path(), name, text);
            Source {
                path: root.path().join(name),
                format: HistoryFormat::Claude,
                length: 1,
                modified: Timestamp(modified),
            }
        };
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let begin = "{\"type\":\"mode\"}\n{\"uuid\":\"u1\",\"type\":\"user\"}\n";
        let sources = vec![
            source("a-fork.jsonl", begin, 9),
            source("b-other.jsonl", "{\"uuid\":\"u2\"}\n", 5),
            source("c-first.jsonl", begin, 1),
            source("d-cut.jsonl", "{\"uuid\":\"u1", 2),
        ];
        let groups: Vec<Vec<String>> = sessions(sources)
            .iter()
            .map(|group| group.iter().map(|one| name(&one.path)).collect())
            .collect();
        assert_eq!(
            groups,
            [
                vec!["c-first.jsonl", "a-fork.jsonl"],
                vec!["b-other.jsonl"],
                vec!["d-cut.jsonl"]
            ]
        );
    }
}
