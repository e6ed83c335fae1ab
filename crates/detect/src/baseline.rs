//! What is usual in a project: the programs, hosts, directories and tools that an agent used there.
//!
//! **Invariant:** bounded, and only told to the score: that something is new is no finding. What is
//! let go when there is too much is what was not used for longest.

use ringfence_event::{Action, AgentKind, Event};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most projects that are remembered.
const MOST_PROJECTS: usize = 64;
/// Most names of one kind in one project.
const MOST_NAMES: usize = 256;
/// Longest name, in characters.
const LONGEST_NAME: usize = 96;
/// So many calls are learned from before anything in a project can be new.
const LEARNING: u32 = 50;
/// How much of a path tells where work is done.
const DEPTH: usize = 5;

/// What is usual, by agent and project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    projects: BTreeMap<String, Usual>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Usual {
    calls: u32,
    latest: i64,
    /// When each was last used.
    names: BTreeMap<Novelty, BTreeMap<String, i64>>,
}

/// In what way something is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Novelty {
    /// A program that was never run here.
    Program,
    /// A host that was never talked to from here.
    Host,
    /// A directory that was never touched from here.
    Directory,
    /// A tool that was never used here.
    Tool,
}

/// Something that was not there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// In what way.
    pub novelty: Novelty,
    /// Its name.
    pub name: String,
}

impl Baseline {
    /// Learns from a tool call that happens; returns what is new about it.
    pub fn learn(&mut self, event: &Event) -> Vec<News> {
        let (Action::ToolCall { tool }, Some(cwd)) = (&event.action, &event.cwd) else {
            return Vec::new();
        };
        let agent = event.agent.map_or("", AgentKind::name);
        let project = format!("{agent} {cwd}");
        let now = event.at.0;
        if !self.projects.contains_key(&project) && self.projects.len() >= MOST_PROJECTS {
            let quiet = self.projects.iter().min_by_key(|(_, usual)| usual.latest);
            if let Some(quiet) = quiet.map(|(name, _)| name.clone()) {
                self.projects.remove(&quiet);
            }
        }
        let usual = self.projects.entry(project).or_default();
        usual.latest = usual.latest.max(now);
        usual.calls = usual.calls.saturating_add(1);
        let labels = &event.labels;
        let programs = labels.commands.iter().map(|one| one.program.as_str());
        let hosts = labels.hosts.iter().map(|one| one.host.as_str());
        let directories = labels.files.iter().map(|file| directory(&file.full));
        let mut news = Vec::new();
        for (novelty, name) in std::iter::once((Novelty::Tool, tool.name.as_str()))
            .chain(programs.map(|name| (Novelty::Program, name)))
            .chain(hosts.map(|name| (Novelty::Host, name)))
            .chain(directories.map(|name| (Novelty::Directory, name)))
        {
            if !name.is_empty() && usual.is_new(novelty, name, now) {
                let name = shortened(name);
                news.push(News { novelty, name });
            }
        }
        if usual.calls <= LEARNING {
            news.clear();
        }
        news
    }
}

impl Usual {
    fn is_new(&mut self, novelty: Novelty, name: &str, now: i64) -> bool {
        let names = self.names.entry(novelty).or_default();
        let name = shortened(name);
        if let Some(latest) = names.get_mut(&name) {
            *latest = now.max(*latest);
            return false;
        }
        if names.len() >= MOST_NAMES {
            let quiet = names.iter().min_by_key(|(_, latest)| **latest);
            if let Some(quiet) = quiet.map(|(name, _)| name.clone()) {
                names.remove(&quiet);
            }
        }
        names.insert(name, now);
        true
    }
}

fn shortened(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

/// The directory of a file, as far as it tells where work is done.
fn directory(path: &str) -> &str {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut slashes = folder.match_indices('/').map(|(place, _)| place);
    let end = slashes.nth(DEPTH).unwrap_or(folder.len());
    folder.get(..end).unwrap_or(folder)
}

#[cfg(test)]
mod tests;
