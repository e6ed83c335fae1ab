//! What the user chose, and how it turns a rule's action into a verdict.
//!
//! **Invariant:** a stricter mode never gives a milder verdict.

use crate::rule::Rule;
use ringfence_event::{
    Action, Event, Exchange, FindingId, Mode, Operation, RuleId, Source, Timestamp, Verdict,
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What the user chose: the mode of the machine, choices for single rules, and what is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// For every rule without a choice of its own.
    pub mode: Mode,
    /// Choices for single rules.
    pub rules: BTreeMap<RuleId, Choice>,
    /// What the user allowed.
    pub allowances: Vec<Allowance>,
}

/// A choice for one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It is not judged.
    Off,
    /// It has a mode of its own.
    Mode(Mode),
    /// It has another action, still subject to the machine's mode.
    Action(Verdict),
}

/// Something a user allowed after a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    /// The finding that the user answered.
    pub finding: FindingId,
    /// The rule that it is about.
    pub rule: RuleId,
    /// How far it goes.
    #[serde(flatten)]
    pub scope: AllowScope,
    /// From when on it counts no more; for good if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Why, in the user's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the kernel lets through for it, where it was the kernel that denied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifts: Option<Lifts>,
}

/// What a process did, as the kernel knows it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifts {
    /// A file, by its real path.
    File(String),
    /// An address.
    Address(std::net::IpAddr),
    /// A name that is asked for.
    Name(String),
}

impl Lifts {
    /// What an event of the kernel's was about, if a rule of the kernel's can hold it.
    pub fn of(event: &Event) -> Option<Lifts> {
        if event.source != Source::Kernel {
            return None;
        }
        match &event.action {
            Action::File { path, .. } => Some(Lifts::File(path.clone())),
            Action::Connect { address, .. } => address.parse().ok().map(Lifts::Address),
            Action::DnsQuery { name, .. } => Some(Lifts::Name(name.clone())),
            _ => None,
        }
    }
}

impl Allowance {
    /// Says whether it still counts at a moment.
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        self.expires.is_none_or(|expires| at < expires)
    }
}

/// How far an allowance goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "scope", rename_all = "snake_case")]
pub enum AllowScope {
    /// For the same action; the caller takes it out after use.
    Once {
        /// What [`subject`] said of the event.
        subject: String,
    },
    /// For everything below a directory.
    Project {
        /// Its absolute path.
        root: String,
    },
}

/// How far an allowance may go for a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllowLimit {
    /// Only once: what guards the guard stays guarded.
    Once,
    /// Also for a project.
    Project,
}

impl AllowLimit {
    /// The names in a rule.
    pub(crate) const NAMES: &'static [&'static str] = &["once", "project"];

    /// Reads one of [`AllowLimit::NAMES`].
    pub(crate) fn from_name(name: &str) -> Option<AllowLimit> {
        match name {
            "once" => Some(AllowLimit::Once),
            "project" => Some(AllowLimit::Project),
            _ => None,
        }
    }
}

impl Policy {
    /// Says whether a rule is judged at all.
    pub(crate) fn judges(&self, rule: &RuleId) -> bool {
        self.rules.get(rule) != Some(&Choice::Off)
    }

    /// What a match of the rule is answered with, before allowances; `None` where it is not judged.
    pub fn answer(&self, rule: &Rule) -> Option<Verdict> {
        self.judges(&rule.id).then(|| self.verdict(rule))
    }

    /// The verdict for a match of the rule, before allowances.
    pub(crate) fn verdict(&self, rule: &Rule) -> Verdict {
        let (mode, action) = match self.rules.get(&rule.id) {
            Some(Choice::Mode(mode)) => (*mode, rule.action),
            Some(Choice::Action(action)) => (self.mode, *action),
            Some(Choice::Off) | None => (self.mode, rule.action),
        };
        in_mode(mode, action)
    }

    /// The allowance that covers a match of the rule on this event.
    pub(crate) fn allowance(&self, rule: &Rule, event: &Event) -> Option<&Allowance> {
        self.allowances.iter().find(|allowance| {
            allowance.rule == rule.id
                && allowance.is_in_force(event.at)
                && match &allowance.scope {
                    AllowScope::Once { subject: allowed } => *allowed == subject(event),
                    AllowScope::Project { root } => {
                        rule.allow_limit == AllowLimit::Project
                            && event.cwd.as_deref().is_some_and(|cwd| is_below(cwd, root))
                    }
                }
        })
    }
}

fn in_mode(mode: Mode, action: Verdict) -> Verdict {
    match (mode, action) {
        (Mode::Monitor, Verdict::Ask | Verdict::Deny) => Verdict::Alert,
        (Mode::Enforce, Verdict::Ask) => Verdict::Deny,
        (Mode::Monitor | Mode::Guard | Mode::Enforce, verdict) => verdict,
    }
}

/// Says whether a directory is the root or below it, by text alone.
fn is_below(directory: &str, root: &str) -> bool {
    let climbs = |path: &str| path.split('/').any(|name| name == "..");
    let root = root.trim_end_matches('/');
    if root.is_empty() || climbs(directory) || climbs(root) {
        return false;
    }
    directory
        .strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Longest readable part of a subject, in characters.
const READABLE: usize = 80;

/// Returns a stable text of what an event is about: the same for the same action in the same
/// directory, whichever hook tells it, and different for any other.
pub fn subject(event: &Event) -> String {
    let mut print = Print::default();
    let (kind, head): (&str, Cow<'_, str>) = match event.action.tool() {
        Some(tool) => match &tool.operation {
            Operation::Shell { command, argv, cwd } => {
                print.json(argv);
                print.json(cwd);
                let words = argv.as_ref().map(|argv| argv.join(" ").into());
                ("shell", words.unwrap_or(command.into()))
            }
            operation => {
                print.text(&tool.name);
                print.json(operation);
                print.json(&tool.input);
                let name = tool.name.as_str().into();
                (operation.name(), head(operation).unwrap_or(name))
            }
        },
        None => match &event.action {
            Action::HttpExchange { exchange } => ("http_exchange", asked(exchange, &mut print)),
            action => {
                print.json(action);
                let head = match action {
                    Action::Prompt { text } => text.as_str(),
                    _ => "",
                };
                (action.kind(), head.into())
            }
        },
    };
    print.text(kind);
    print.text(&head);
    print.text(event.cwd.as_deref().unwrap_or_default());
    let readable = head.chars().take(READABLE);
    let readable = readable.map(|letter| if letter.is_control() { ' ' } else { letter });
    let mut text = format!("{kind} ");
    text.extend(readable);
    text.push_str(" #");
    text.push_str(&print.hasher.finalize().to_hex());
    text
}

/// What an exchange asks for and what it carries, wherever in a conversation that grows it stands; how
/// it went is another matter.
fn asked<'a>(exchange: &Exchange, print: &mut Print) -> Cow<'a, str> {
    let carried: BTreeSet<_> = (exchange.found.iter())
        .map(|found| {
            (
                found.what,
                found.direction,
                &found.pattern,
                &found.fingerprint,
            )
        })
        .collect();
    print.json(&carried);
    print.json(&exchange.port);
    let Exchange {
        method,
        scheme,
        host,
        path,
        ..
    } = exchange;
    format!("{method} {scheme}://{host}{path}").into()
}

/// A hash of what makes an event different from others.
#[derive(Default)]
struct Print {
    hasher: blake3::Hasher,
    written: Vec<u8>,
}

impl Print {
    fn text(&mut self, part: &str) {
        self.part(part.as_bytes());
    }

    fn json<T: Serialize>(&mut self, value: &T) {
        let mut written = std::mem::take(&mut self.written);
        written.clear();
        // A value that cannot be written counts as nothing.
        if serde_json::to_writer(&mut written, value).is_err() {
            written.clear();
        }
        self.part(&written);
        self.written = written;
    }

    fn part(&mut self, part: &[u8]) {
        // The length keeps `a` `bc` apart from `ab` `c`.
        self.hasher.update(&part.len().to_le_bytes());
        self.hasher.update(part);
    }
}

/// What a person knows an operation by.
fn head(operation: &Operation) -> Option<Cow<'_, str>> {
    Some(match operation {
        Operation::Shell { command: text, .. }
        | Operation::WebSearch { query: text }
        | Operation::Subagent { prompt: text } => Cow::Borrowed(text),
        Operation::Read { paths: texts } | Operation::Fetch { urls: texts } => {
            Cow::Owned(texts.join(" "))
        }
        Operation::Write { changes } => {
            let paths: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
            Cow::Owned(paths.join(" "))
        }
        Operation::Search { pattern, .. } => Cow::Borrowed(pattern.as_deref()?),
        Operation::Mcp { server, tool } => Cow::Owned(format!("{server} {tool}")),
        Operation::Other => return None,
    })
}

#[cfg(test)]
mod tests;
