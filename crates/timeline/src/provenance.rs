//! Where the words of a call came from: which earlier page, file or tool said them first.
//!
//! Calls are compared by runs of three words and by words that are rare by themselves (addresses,
//! paths, long names). Who says something first owns it: what the user, the model or the project's
//! own commands said before a page did is not taken for the page's.
//!
//! **Invariant:** bounded, whatever comes: texts are cut, and the oldest words are forgotten first.
//! A text explains; it never judges.

mod heard;
mod words;

use heard::{Heard, Place};
use ringfence_event::{Action, Event, Operation, Tool};
use serde::Serialize;
use std::collections::HashMap;
use words::Word;

/// Texts of a call that are looked at, in bytes.
const MOST_OF_CALL: usize = 32 << 10;

/// Origins that are told of one call.
const MOST_ORIGINS: usize = 4;

/// How long a run must be to be told, in bytes, if no word of it is rare by itself.
const LEAST_RUN: usize = 24;

/// The longest piece that is shown, in bytes.
const LONGEST_PIECE: usize = 200;

/// What kind of text something came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A web page.
    WebPage,
    /// What a search engine found.
    WebSearch,
    /// A tool of an MCP server.
    Mcp,
    /// A file outside of the project.
    OutsideFile,
    /// A file that came with a package.
    Package,
    /// A file of the project.
    ProjectFile,
}

impl Origin {
    /// The words for people.
    pub fn title(self) -> &'static str {
        match self {
            Origin::WebPage => "web page",
            Origin::WebSearch => "web search",
            Origin::Mcp => "MCP tool",
            Origin::OutsideFile => "file outside of the project",
            Origin::Package => "file of a package",
            Origin::ProjectFile => "file of the project",
        }
    }

    /// Whether others than the project's people write it.
    pub fn is_foreign(self) -> bool {
        self != Origin::ProjectFile
    }
}

/// Where words of a call came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CameFrom {
    /// What kind of text.
    pub origin: Origin,
    /// Its address, path, or server and tool.
    pub name: String,
    /// The line in it, counted from 1.
    pub line: u32,
    /// The event that brought it, by its number in the record.
    pub event: i64,
    /// The words, as the call has them.
    pub piece: String,
}

/// What a session has heard so far.
#[derive(Debug, Default)]
pub struct Provenance {
    heard: Heard,
}

impl Provenance {
    /// Takes in an event: what it brings, or what it says.
    pub fn hear(&mut self, seq: i64, event: &Event) {
        match &event.action {
            Action::Prompt { text } | Action::Message { text } | Action::Thinking { text } => {
                self.heard.own(text);
            }
            Action::TurnEnd { text: Some(text) } => self.heard.own(text),
            Action::ToolCall { tool } | Action::PermissionRequest { tool } => {
                for text in texts(tool) {
                    self.heard.own(text);
                }
            }
            Action::ToolResult { tool, output, .. } => {
                // What was asked for does not come from the answer.
                for text in texts(tool) {
                    self.heard.own(text);
                }
                match place_of(seq, event, tool) {
                    Some(place) => self.heard.foreign(&place, output),
                    None => self.heard.own_value(output),
                }
            }
            _ => {}
        }
    }

    /// Returns where the words of a call came from, the longest first.
    pub fn of(&self, tool: &Tool) -> Vec<CameFrom> {
        let mut found: HashMap<usize, Match> = HashMap::new();
        let is_edit = matches!(tool.operation, Operation::Write { .. });
        for text in texts(tool) {
            self.look(text, &mut found);
        }
        let own = own_paths(tool);
        let mut found: Vec<(Match, &Place)> = (found.into_iter())
            .filter_map(|(document, found)| Some((found, self.heard.place(document)?)))
            .filter(|(found, place)| found.is_told(place.origin, is_edit))
            .filter(|(_, place)| !own.iter().any(|path| same_path(path, &place.name)))
            .collect();
        found.sort_by_key(|(found, place)| (std::cmp::Reverse(found.bytes), place.event));
        found.truncate(MOST_ORIGINS);
        let told = found.into_iter().map(|(found, place)| CameFrom {
            origin: place.origin,
            name: place.name.clone(),
            line: found.line,
            event: place.event,
            piece: found.piece,
        });
        told.collect()
    }

    /// Looks for runs of words of a text that one document said first.
    fn look(&self, text: &str, found: &mut HashMap<usize, Match>) {
        let text = text.get(..text.floor_char_boundary(MOST_OF_CALL));
        let words: Vec<Word<'_>> = words::words(text.unwrap_or_default()).collect();
        let mut run: Option<Run> = None;
        for place in 0..words.len() {
            let of_three = self.heard.run_of(words.get(place..).unwrap_or_default());
            let alone = words.get(place).and_then(|word| self.heard.rare(word));
            let hit = of_three.map(|hit| (hit, 3)).or(alone.map(|hit| (hit, 1)));
            let Some(((document, line), length)) = hit else {
                continue;
            };
            let rare = alone.is_some_and(|(other, _)| other == document);
            match &mut run {
                Some(run) if run.document == document && place <= run.end => {
                    run.end = run.end.max(place + length);
                    run.rare |= rare;
                }
                _ => {
                    if let Some(run) = run.take() {
                        run.close(&words, found);
                    }
                    run = Some(Run {
                        document,
                        line,
                        begin: place,
                        end: place + length,
                        rare,
                    });
                }
            }
        }
        if let Some(run) = run {
            run.close(&words, found);
        }
    }
}

/// Words in a row that one document has.
struct Run {
    document: usize,
    line: u32,
    begin: usize,
    end: usize,
    rare: bool,
}

/// What of a call one document has.
#[derive(Default)]
struct Match {
    bytes: usize,
    longest: usize,
    rare: bool,
    line: u32,
    piece: String,
}

impl Run {
    fn close(self, words: &[Word<'_>], found: &mut HashMap<usize, Match>) {
        let run = words.get(self.begin..self.end.min(words.len()));
        let texts: Vec<&str> = run
            .unwrap_or_default()
            .iter()
            .map(|word| word.text)
            .collect();
        let piece = texts.join(" ");
        let known = found.entry(self.document).or_default();
        known.bytes += piece.len();
        known.rare |= self.rare;
        if piece.len() > known.longest {
            known.longest = piece.len();
            known.line = self.line;
            let shown = piece.get(..piece.floor_char_boundary(LONGEST_PIECE));
            shown.unwrap_or_default().clone_into(&mut known.piece);
        }
    }
}

impl Match {
    /// Code of a project is like the project's other code: what its own files say is told of
    /// commands only. From elsewhere a few common words are not enough.
    fn is_told(&self, origin: Origin, is_edit: bool) -> bool {
        let enough = self.rare || self.longest >= LEAST_RUN;
        enough && (origin.is_foreign() || !is_edit)
    }
}

/// The texts of a call that could have been said before.
fn texts(tool: &Tool) -> Vec<&str> {
    match &tool.operation {
        Operation::Shell { command, .. } => vec![command.as_str()],
        Operation::Write { changes } => (changes.iter())
            .filter_map(|change| change.text.as_deref())
            .collect(),
        Operation::Fetch { urls } => urls.iter().map(String::as_str).collect(),
        Operation::WebSearch { query: text } | Operation::Subagent { prompt: text } => {
            vec![text.as_str()]
        }
        Operation::Read { paths } => paths.iter().map(String::as_str).collect(),
        Operation::Mcp { .. } | Operation::Other => {
            let mut texts = Vec::new();
            words::texts_of(&tool.input, &mut texts);
            texts
        }
        Operation::Search { .. } => Vec::new(),
    }
}

/// The files that a call is about: what it says of a file may come from that file.
fn own_paths(tool: &Tool) -> Vec<&str> {
    match &tool.operation {
        Operation::Write { changes } => changes.iter().map(|one| one.path.as_str()).collect(),
        Operation::Read { paths } => paths.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

fn same_path(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|path| path.trim_start_matches("./"));
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|before| before.is_empty() || before.ends_with('/'))
    };
    !one.is_empty() && (ends(one, other) || ends(other, one))
}

/// Who says what a tool gave back; `None` if it is the machine's own answer.
fn place_of(seq: i64, event: &Event, tool: &Tool) -> Option<Place> {
    let (origin, name) = match &tool.operation {
        Operation::Fetch { urls } => (Origin::WebPage, urls.first().cloned().unwrap_or_default()),
        Operation::WebSearch { query } => (Origin::WebSearch, query.clone()),
        Operation::Mcp { server, tool } => (Origin::Mcp, format!("{server}/{tool}")),
        Operation::Read { paths } => {
            let path = paths.first()?;
            let full = event.labels.files.first().map(|file| file.full.as_str());
            (
                of_path(full.unwrap_or(path), event.cwd.as_deref()),
                path.clone(),
            )
        }
        Operation::Shell { command, .. } => of_command(event, command)?,
        Operation::Write { .. }
        | Operation::Search { .. }
        | Operation::Subagent { .. }
        | Operation::Other => return None,
    };
    Some(Place {
        origin,
        name,
        event: seq,
    })
}

/// A command speaks for the hosts that it asked, else for the files that it read.
fn of_command(event: &Event, command: &str) -> Option<(Origin, String)> {
    use ringfence_event::{Access, HostClass};
    let labels = &event.labels;
    let asked = labels
        .hosts
        .iter()
        .find(|host| host.class != HostClass::Loopback);
    if let Some(asked) = asked {
        let url = words::words(command).find(|word| word.text.contains(&asked.host));
        let name = url.map_or(asked.host.as_str(), |word| word.text);
        return Some((Origin::WebPage, name.to_owned()));
    }
    let file = labels
        .files
        .iter()
        .find(|file| file.access == Access::Read)?;
    Some((of_path(&file.full, event.cwd.as_deref()), file.path.clone()))
}

/// Directories into which package managers put what others wrote.
const PACKAGES: [&str; 8] = [
    "/node_modules/",
    "/site-packages/",
    "/dist-packages/",
    "/.cargo/registry/",
    "/go/pkg/mod/",
    "/vendor/",
    "/.venv/",
    "/.gem/",
];

fn of_path(path: &str, cwd: Option<&str>) -> Origin {
    let rooted = format!("/{}", path.trim_start_matches("./"));
    if PACKAGES.iter().any(|part| rooted.contains(part)) {
        return Origin::Package;
    }
    let is_absolute = path.starts_with('/') || path.starts_with('~');
    let inside = cwd.is_some_and(|cwd| {
        path.strip_prefix(cwd.trim_end_matches('/'))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    if (is_absolute && !inside) || path.starts_with("../") {
        Origin::OutsideFile
    } else {
        Origin::ProjectFile
    }
}

#[cfg(test)]
mod tests;
