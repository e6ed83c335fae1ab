//! What an import came to, in numbers and in plain words.
//!
//! **Invariant:** bounded, whatever is imported; of each session only facts are remembered, no text.

use super::status::size;
use ringfence_agents::HistoryCounts;
use ringfence_event::{
    Action, AgentKind, Command, Event, FileClass, HostClass, RuleId, SessionId, Severity, Timestamp,
};
use ringfence_store::Record;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Most sessions whose facts are remembered.
const MOST_SESSIONS: usize = 50_000;
/// Most hosts of which the first use is remembered.
const MOST_HOSTS: usize = 20_000;
/// Most deliveries that are remembered of one session.
const MOST_SENT: usize = 16;
/// Most files that are told of one by one.
const MOST_FILES: usize = 10_000;
/// Most rules that are told of one by one.
const MOST_RULES: usize = 10;

/// What an import came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Report {
    pub(crate) begun: Option<Timestamp>,
    pub(crate) ended: Option<Timestamp>,
    /// What was found, one sentence each.
    pub(crate) found: Vec<String>,
    /// What became of all entries: lines, rows or elements.
    pub(crate) entries: HistoryCounts,
    pub(crate) bytes: u64,
    /// Events that are in the record now and were not before.
    pub(crate) events: u64,
    /// Events that were there already.
    pub(crate) known: u64,
    /// Events that are older than what is kept, and were left out.
    pub(crate) too_old: u64,
    /// Files that were not read since all in them is older than that.
    pub(crate) old_files: u64,
    /// Files that were read to their end before.
    pub(crate) unchanged: u64,
    /// What was looked at and is no history.
    pub(crate) others: u64,
    pub(crate) files: Vec<FileReport>,
    /// Set if the import ended early, and why.
    pub(crate) problem: Option<String>,
}

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct FileReport {
    pub(crate) path: String,
    pub(crate) format: String,
    /// Of the whole file, also what was read before.
    pub(crate) entries: HistoryCounts,
    pub(crate) bytes: u64,
    pub(crate) events: u64,
    pub(crate) known: u64,
    pub(crate) too_old: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

impl Report {
    /// Adds a file.
    pub(crate) fn add(&mut self, file: FileReport) {
        let FileReport { entries, .. } = &file;
        self.entries.entries += entries.entries;
        self.entries.understood += entries.understood;
        self.entries.unknown += entries.unknown;
        self.entries.too_long += entries.too_long;
        self.entries.empty += entries.empty;
        self.bytes += file.bytes;
        self.events += file.events;
        self.known += file.known;
        self.too_old += file.too_old;
        if self.files.len() < MOST_FILES {
            self.files.push(file);
        }
    }

    /// Where everything went, in one sentence.
    pub(crate) fn balance(&self) -> String {
        let HistoryCounts {
            entries,
            understood,
            unknown,
            too_long,
            empty,
        } = self.entries;
        format!(
            "{} files, {}: {entries} entries = {understood} understood + {unknown} unknown + \
             {too_long} too long + {empty} empty; {} new events, {} known already, {} too old",
            self.files.len(),
            size(self.bytes),
            self.events,
            self.known,
            self.too_old
        )
    }
}

/// What is remembered of a session.
#[derive(Debug, Default)]
struct Facts {
    project_secrets: bool,
    credentials: bool,
    /// Where it sent what it had read, and when.
    sent: Vec<(String, Timestamp)>,
}

#[derive(Debug)]
struct Hits {
    title: String,
    severity: Severity,
    sessions: BTreeSet<SessionId>,
    last: Timestamp,
}

/// Facts while they are gathered.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    sessions: HashMap<(Option<AgentKind>, SessionId), Facts>,
    /// When each host was used first.
    hosts: HashMap<String, Timestamp>,
    rules: BTreeMap<RuleId, Hits>,
    calls: u64,
    span: Option<(Timestamp, Timestamp)>,
}

impl Gathered {
    /// Takes in an event, as it is kept.
    pub(crate) fn note(&mut self, record: &Record) {
        let Record { event, decision } = record;
        if event.is_copy() {
            // It counts where it happened.
            return;
        }
        let (first, last) = self.span.unwrap_or((event.at, event.at));
        self.span = Some((first.min(event.at), last.max(event.at)));
        self.calls += u64::from(matches!(event.action, Action::ToolCall { .. }));
        for host in far_hosts(event) {
            if let Some(first) = self.hosts.get_mut(host) {
                *first = (*first).min(event.at);
            } else if self.hosts.len() < MOST_HOSTS {
                self.hosts.insert(host.to_owned(), event.at);
            }
        }
        let Some(session) = &event.session else {
            return;
        };
        for finding in &decision.findings {
            let hits = self.rules.entry(finding.rule.clone()).or_insert(Hits {
                title: finding.title.clone(),
                severity: finding.severity,
                sessions: BTreeSet::new(),
                last: finding.at,
            });
            hits.last = hits.last.max(finding.at);
            if hits.sessions.len() < MOST_SESSIONS {
                hits.sessions.insert(session.clone());
            }
        }
        let name = (event.agent, session.clone());
        if self.sessions.len() >= MOST_SESSIONS && !self.sessions.contains_key(&name) {
            return;
        }
        self.sessions.entry(name).or_default().note(event);
    }

    /// Says what was found.
    pub(crate) fn found(&self) -> Vec<String> {
        let Some((first, last)) = self.span else {
            return Vec::new();
        };
        let mut found = vec![self.heading(first, last)];
        let secrets: Vec<&Facts> = self.having(|facts| facts.project_secrets);
        found.extend(self.reading(&secrets, "read `.env` or a file like it"));
        let credentials: Vec<&Facts> = self.having(|facts| facts.credentials);
        found.extend(self.reading(&credentials, "read keys or stored logins"));
        let mut rules: Vec<&Hits> = self.rules.values().collect();
        rules.sort_by_key(|hits| {
            (
                std::cmp::Reverse((hits.severity, hits.sessions.len())),
                &hits.title,
            )
        });
        for hits in rules.iter().take(MOST_RULES) {
            found.push(format!(
                "{} ({}): {}, the last on {}.",
                hits.title,
                hits.severity.name(),
                sessions(hits.sessions.len()),
                day(hits.last)
            ));
        }
        if rules.len() > MOST_RULES {
            found.push(format!(
                "… and {} other rules matched.",
                rules.len() - MOST_RULES
            ));
        }
        if rules.is_empty() {
            found.push("No rule matched.".to_owned());
        }
        found
    }

    fn heading(&self, first: Timestamp, last: Timestamp) -> String {
        let mut agents: BTreeMap<&str, usize> = BTreeMap::new();
        for (agent, _) in self.sessions.keys() {
            *agents
                .entry(agent.map_or("others", AgentKind::title))
                .or_default() += 1;
        }
        let agents: Vec<String> = agents
            .into_iter()
            .map(|(agent, count)| format!("{agent} ({count})"))
            .collect();
        format!(
            "{} of {}, {} to {}: {} tool calls.",
            sessions(self.sessions.len()),
            agents.join(", "),
            day(first),
            day(last),
            self.calls
        )
    }

    fn having(&self, what: impl Fn(&Facts) -> bool) -> Vec<&Facts> {
        self.sessions.values().filter(|facts| what(facts)).collect()
    }

    /// "3 sessions read `.env`; one sent it to a host that was never used before: x.example."
    fn reading(&self, those: &[&Facts], what: &str) -> Option<String> {
        if those.is_empty() {
            return None;
        }
        let mut text = format!("{} {what}", sessions(those.len()));
        let senders: Vec<&&Facts> = those
            .iter()
            .filter(|facts| !facts.sent.is_empty())
            .collect();
        let is_new = |(host, at): &&(String, Timestamp)| {
            self.hosts.get(host).is_none_or(|first| first >= at)
        };
        let new: BTreeSet<&str> = senders
            .iter()
            .flat_map(|facts| facts.sent.iter().filter(is_new))
            .map(|(host, _)| host.as_str())
            .collect();
        if senders.is_empty() {
            text.push_str("; none sent it anywhere, as far as its commands tell");
        } else {
            let many = if senders.len() == 1 {
                "one".to_owned()
            } else {
                senders.len().to_string()
            };
            let hosts: Vec<&str> = new.iter().copied().take(3).collect();
            text.push_str(&if hosts.is_empty() {
                format!("; {many} sent it on, to hosts that had been used before")
            } else {
                format!(
                    "; {many} sent it to a host that was never used before: {}",
                    hosts.join(", ")
                )
            });
        }
        text.push('.');
        Some(text)
    }
}

impl Facts {
    fn note(&mut self, event: &Event) {
        let labels = &event.labels;
        let is_read = |class| {
            labels
                .files
                .iter()
                .any(|file| file.class == class && file.access == ringfence_event::Access::Read)
        };
        self.project_secrets |= is_read(FileClass::ProjectSecret);
        self.credentials |= is_read(FileClass::Credential);
        let sends = !labels.leaks.is_empty() || labels.commands.iter().any(carries_secrets);
        if sends {
            for host in far_hosts(event) {
                if self.sent.len() < MOST_SENT {
                    self.sent.push((host.to_owned(), event.at));
                }
            }
        }
    }
}

fn carries_secrets(command: &Command) -> bool {
    let secret =
        |class: &FileClass| matches!(class, FileClass::ProjectSecret | FileClass::Credential);
    !command.hosts.is_empty() && command.carries.iter().any(secret)
}

fn far_hosts(event: &Event) -> impl Iterator<Item = &str> {
    let hosts = event.labels.hosts.iter();
    hosts
        .filter(|host| host.class != HostClass::Loopback)
        .map(|host| host.host.as_str())
}

fn sessions(count: usize) -> String {
    match count {
        1 => "One session".to_owned(),
        count => format!("{count} sessions"),
    }
}

fn day(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(..10).unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests;
