//! The four questions that a person asks first: what was exposed, did it leave, does something stay,
//! and do the sources agree?

use crate::Evidence;
use crate::fate::{Fate, fate, never_happened};
use ringfence_event::{Access, Action, FileClass, HostClass, Source, Unsaid, Verdict};
use serde::Serialize;

/// Techniques (MITRE ATT&CK) by which data leaves: exfiltration over a channel, a web service, another
/// protocol, the application layer, by transfer to an account, or by itself.
const SENDING: [&str; 6] = ["T1041", "T1567", "T1048", "T1071", "T1537", "T1020"];

/// What is told of each fact, at most.
const MANY: usize = 20;

/// What a story comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Secrets that were in what ran: the model, or a program, had them.
    pub exposed: Vec<Exposed>,
    /// Files with keys or stored logins that were read, or that a command was let read.
    pub read: Vec<String>,
    /// Whether something left the machine.
    pub left: Left,
    /// How many attempts to send something were stopped.
    pub stopped: u64,
    /// The hosts that are concerned, but for this machine's.
    pub hosts: Vec<String>,
    /// Files that run by themselves, let others in or are obeyed by agents, and were changed.
    pub persistence: Vec<String>,
    /// Who saw it.
    pub sources: Vec<Source>,
    /// What was done and not said.
    pub unsaid: Vec<Unsaid>,
}

/// A secret, masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exposed {
    /// What it is (`aws-access-key-id`).
    pub kind: String,
    /// First and last characters.
    pub masked: String,
    /// The same secret has the same one.
    pub fingerprint: String,
}

/// Whether something left the machine, as far as it was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// No step of the story is known to send anything.
    #[default]
    Nothing,
    /// Each attempt was stopped, or failed.
    Stopped,
    /// A command that sends something was let run; whether it got through, nobody saw.
    Perhaps,
    /// A connection to such a host, or a request, was seen.
    Seen,
}

impl Left {
    /// The same for people.
    pub fn words(self) -> &'static str {
        match self {
            Left::Nothing => "no step is known to send anything",
            Left::Stopped => "nothing that was seen; each attempt was stopped or failed",
            Left::Perhaps => "perhaps: a command that sends was let run",
            Left::Seen => "yes: a connection or a request was seen",
        }
    }
}

/// Returns what a story comes to.
pub(crate) fn facts(evidence: &[&Evidence]) -> Facts {
    let mut facts = Facts::default();
    for one in evidence {
        take_in(&mut facts, one);
    }
    facts.left = left(evidence);
    facts
}

fn take_in(facts: &mut Facts, one: &Evidence) {
    let labels = &one.event.labels;
    add(&mut facts.sources, one.event.source);
    for unsaid in &labels.unsaid {
        add(&mut facts.unsaid, unsaid.clone());
    }
    for host in &labels.hosts {
        if host.class != HostClass::Loopback {
            add(&mut facts.hosts, host.host.clone());
        }
    }
    let fate = fate(one);
    if sends(one) && fate == Fate::Stopped {
        facts.stopped += 1;
    }
    if fate == Fate::Stopped || never_happened(one) {
        return;
    }
    for secret in labels.secrets.iter().filter(|secret| !secret.generic) {
        let exposed = Exposed {
            kind: secret.kind.clone(),
            masked: secret.masked.clone(),
            fingerprint: secret.fingerprint.clone(),
        };
        add(&mut facts.exposed, exposed);
    }
    for file in &labels.files {
        match file.access {
            Access::Read if keeps_secrets(file.class) => add(&mut facts.read, file.full.clone()),
            Access::Write if stays(file.class) => add(&mut facts.persistence, file.full.clone()),
            _ => {}
        }
    }
    if let Action::ConfigChange {
        path: Some(path), ..
    } = &one.event.action
    {
        add(&mut facts.persistence, path.clone());
    }
}

fn keeps_secrets(class: FileClass) -> bool {
    matches!(
        class,
        FileClass::Canary
            | FileClass::Credential
            | FileClass::ProjectSecret
            | FileClass::SystemSecret
            | FileClass::PrivateStore
    )
}

fn stays(class: FileClass) -> bool {
    matches!(
        class,
        FileClass::Autostart
            | FileClass::AccessGrant
            | FileClass::GitHook
            | FileClass::AgentConfig
            | FileClass::AgentInstructions
    )
}

/// Whether an event is an attempt to send something that should stay.
pub(crate) fn sends(one: &Evidence) -> bool {
    let technique = |name: &String| {
        let base = name.split('.').next().unwrap_or_default();
        SENDING.contains(&base)
    };
    !one.event.labels.leaks.is_empty()
        || one
            .alarms()
            .any(|finding| finding.techniques.iter().any(technique))
}

fn left(evidence: &[&Evidence]) -> Left {
    let all = evidence.iter().map(|one| left_by(one));
    all.max().unwrap_or_default()
}

/// Whether something left the machine by one event.
pub(crate) fn left_by(one: &Evidence) -> Left {
    if !sends(one) {
        return Left::Nothing;
    }
    match &one.event.action {
        _ if fate(one) == Fate::Stopped || never_happened(one) => Left::Stopped,
        Action::HttpExchange { .. } => Left::Seen,
        // What a person was asked about may not have happened, also where the kernel tells of it.
        Action::Connect { .. } | Action::DnsQuery { .. } if one.verdict < Verdict::Ask => {
            Left::Seen
        }
        _ => Left::Perhaps,
    }
}

/// By what it was seen that something left.
pub(crate) enum Sent {
    /// The proxy read the request.
    Request,
    /// The kernel saw a connection.
    Connection,
    /// The kernel saw a question for a name.
    Name,
}

/// Returns the surer one of several.
pub(crate) fn sent(those: &[&Evidence]) -> Sent {
    let is_request = |one: &&Evidence| matches!(one.event.action, Action::HttpExchange { .. });
    let is_connection = |one: &&Evidence| matches!(one.event.action, Action::Connect { .. });
    if those.iter().any(is_request) {
        Sent::Request
    } else if those.iter().any(is_connection) {
        Sent::Connection
    } else {
        Sent::Name
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if list.len() < MANY && !list.contains(&item) {
        list.push(item);
    }
}
