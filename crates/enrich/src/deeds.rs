//! Said against done: what the kernel saw, held against what the tool call said.
//!
//! **Invariant:** a deed that the call, the program's own work or ordinary building explains has no
//! label. Bounded in sessions and in what is remembered of one.

mod known;
mod names;

use crate::commands::is_interpreter;
use crate::processes::shortened;
use crate::{Attribution, Links, Place, ProcessKey, Processes, Said};
use known::{
    Owner, build_output, installs_for_system, is_builder, is_daemon, is_installing, is_lister,
    is_quiet_tool, is_reader, may_change, owns, socket,
};
use names::Names;
use ringfence_event::{
    Access, Action, Event, FileAccess, FileActivity, FileClass, HostClass, SessionId, Timestamp,
    ToolCallId, Transport, Unsaid, UnsaidKind,
};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// Most sessions that are remembered.
const MOST_SESSIONS: usize = 512;
/// Most files that a session is known to have written.
const MOST_WRITTEN: usize = 1024;
/// Longest path that is remembered, in bytes.
const LONGEST_PATH: usize = 512;
/// For so long a file counts as written a moment ago, in microseconds.
const FRESH: i64 = 30 * 60 * 1_000_000;
/// So long a process may go on after its call, in microseconds.
const AFTER_CALL: i64 = 5 * 1_000_000;
/// Most calls of a session whose outliving processes were told of.
const MOST_OUTLIVED: usize = 256;

/// Says whether a path is where builds and package managers put what they make: nobody reads it, and
/// what is put there explains nothing.
pub fn is_build_output(path: &str) -> bool {
    build_output(path)
}

/// What sessions did before, as far as it explains or taints what they do now.
#[derive(Debug, Default)]
pub struct Deeds(HashMap<SessionId, Session>);

#[derive(Debug, Default)]
struct Session {
    latest: Option<Timestamp>,
    /// The agent's own directory.
    cwd: Option<String>,
    /// Oldest first.
    written: VecDeque<(String, Timestamp)>,
    outlived: BTreeSet<String>,
    names: Names,
}

/// One deed, and what is known of who did it.
struct Deed<'a> {
    event: &'a Event,
    of: &'a Attribution,
    /// The name of the program itself, without its verb.
    program: &'a str,
    said: Option<&'a Said>,
    /// Where it is not known for which call it is: those that are open.
    open: Vec<Arc<Said>>,
    place: &'a Place<'a>,
    links: &'a dyn Links,
}

impl Deeds {
    /// Takes in what a hook told, after enrichment.
    pub fn told(&mut self, event: &Event) {
        let Some(id) = &event.session else {
            return;
        };
        let session = self.session(id, event.at);
        if let Some(cwd) = &event.cwd {
            session.cwd.get_or_insert_with(|| cwd.clone());
        }
    }

    /// Adds to a kernel event, after enrichment, what nobody said. `processes` must have taken it.
    pub fn compare(
        &mut self,
        event: &mut Event,
        processes: &Processes,
        place: &Place<'_>,
        links: &dyn Links,
    ) {
        let process = event.process.as_ref().map(ProcessKey::from);
        let Some(of) = process.and_then(|key| processes.of(key)) else {
            return;
        };
        let Some((id, _)) = &of.session else {
            return;
        };
        let session = self.session(id, event.at);
        let deed = Deed {
            event,
            of: &of,
            program: of.name.split(' ').next().unwrap_or_default(),
            said: of.call.as_ref().map(|(said, _)| said.as_ref()),
            open: match of.call {
                Some(_) => Vec::new(),
                None => processes.open_calls(id, event.at),
            },
            place,
            links,
        };
        let mut unsaid = Vec::new();
        deed.files(session, &mut unsaid);
        unsaid.extend(deed.network(session));
        unsaid.extend(deed.socket());
        unsaid.extend(deed.fresh_program(session));
        unsaid.extend(deed.outlives(session));
        deed.remember(session);
        event.labels.unsaid.extend(unsaid);
    }

    fn session(&mut self, id: &SessionId, at: Timestamp) -> &mut Session {
        if !self.0.contains_key(id) && self.0.len() >= MOST_SESSIONS {
            let quiet = self.0.iter().min_by_key(|(_, one)| one.latest);
            if let Some(quiet) = quiet.map(|(id, _)| id.clone()) {
                self.0.remove(&quiet);
            }
        }
        let session = self.0.entry(id.clone()).or_default();
        session.latest = session.latest.max(Some(at));
        session
    }
}

impl Session {
    fn wrote(&mut self, path: &str, at: Timestamp) {
        if path.len() > LONGEST_PATH || build_output(path) {
            return;
        }
        self.written.retain(|(known, _)| known != path);
        if self.written.len() >= MOST_WRITTEN {
            self.written.pop_front();
        }
        self.written.push_back((path.to_owned(), at));
    }

    fn wrote_lately(&self, path: &str, at: Timestamp) -> bool {
        let mut newest = self.written.iter().rev();
        newest.any(|(known, when)| known == path && at.0.saturating_sub(when.0) < FRESH)
    }
}

impl Deed<'_> {
    fn unsaid(&self, kind: UnsaidKind, done: &str) -> Unsaid {
        Unsaid {
            kind,
            said: match self.said {
                Some(said) => said.text.clone(),
                None => "no tool call".to_owned(),
            },
            done: shortened(done),
        }
    }

    /// Whether the call, or one of those that it may be, says so.
    fn says(&self, so: impl Fn(&Said) -> bool) -> bool {
        let open = self.open.iter().map(AsRef::as_ref);
        self.said.into_iter().chain(open).any(so)
    }

    /// The program's name and those of the programs above it, without their verbs.
    fn line(&self) -> impl Iterator<Item = &str> {
        let names = std::iter::once(&self.of.name).chain(&self.of.ancestors);
        names.map(|name| name.split(' ').next().unwrap_or_default())
    }

    /// Whether a package is being installed: its code runs, and nobody has read it.
    fn is_installing(&self) -> bool {
        is_installing(&self.of.name) || self.of.ancestors.iter().any(|name| is_installing(name))
    }

    fn files(&self, session: &Session, unsaid: &mut Vec<Unsaid>) {
        let Action::File { error, .. } = &self.event.action else {
            return;
        };
        for file in &self.event.labels.files {
            if self.says(|said| said.names_file(&file.full)) {
                continue;
            }
            let kind = match file.access {
                Access::Read => self.reads(file),
                Access::Write | Access::Delete if error.is_some() => None,
                Access::Write | Access::Delete => self.changes(file, session),
            };
            if let Some((kind, verb)) = kind {
                let done = format!("{} {verb} {}", self.of.name, file.full);
                unsaid.push(self.unsaid(kind, &done));
            }
        }
    }

    fn reads(&self, file: &FileAccess) -> Option<(UnsaidKind, &'static str)> {
        let secret = [
            FileClass::Canary,
            FileClass::Credential,
            FileClass::SystemSecret,
            FileClass::PrivateStore,
        ];
        if !secret.contains(&file.class) || is_lister(self.program) {
            return None;
        }
        let expected = match owns(self.program, &file.full) {
            _ if file.class == FileClass::Canary => false,
            Owner::Own => true,
            // Programs of the project use the cloud's libraries; installers have no business there.
            Owner::Library => !is_reader(self.program) && !self.is_installing(),
            Owner::Stranger => false,
        };
        (!expected).then_some((UnsaidKind::Credential, "reads"))
    }

    fn changes(&self, file: &FileAccess, session: &Session) -> Option<(UnsaidKind, &'static str)> {
        if self.of.is_root {
            return None;
        }
        let verb = match file.access {
            Access::Delete => "deletes",
            Access::Read | Access::Write => "changes",
        };
        match file.class {
            FileClass::Autostart
            | FileClass::AccessGrant
            | FileClass::GitHook
            | FileClass::AgentConfig
            | FileClass::AgentInstructions
            | FileClass::Guard => {
                let of_system =
                    [FileClass::Autostart, FileClass::AccessGrant].contains(&file.class);
                let expected = may_change(self.program, file.class)
                    || build_output(&file.full)
                    || of_system && self.line().any(installs_for_system);
                (!expected).then_some((UnsaidKind::TrustedFile, verb))
            }
            FileClass::Other => self
                .is_of_another_repository(&file.full, session)
                .then_some((UnsaidKind::OtherRepository, verb)),
            FileClass::Canary
            | FileClass::Credential
            | FileClass::ProjectSecret
            | FileClass::SystemSecret
            | FileClass::PrivateStore
            | FileClass::Disk
            | FileClass::Tree
            | FileClass::System
            | FileClass::Project
            | FileClass::Temporary => None,
        }
    }

    fn is_of_another_repository(&self, path: &str, session: &Session) -> bool {
        let Some(cwd) = session.cwd.as_deref() else {
            return false;
        };
        // Programs keep their things in hidden directories; worktrees share what git keeps.
        let home = self.place.home.and_then(|home| path.strip_prefix(home));
        let is_hidden = home.is_some_and(|rest| rest.starts_with("/."));
        if is_hidden || path.contains("/.git/") || build_output(path) || below(path, cwd) {
            return false;
        }
        let Some(other) = self.links.repository(path) else {
            return false;
        };
        let own = self.links.repository(cwd);
        let name = other.rsplit('/').next().unwrap_or_default();
        let is_named = self.says(|said| {
            let mut words = said.words.iter().chain(&said.files);
            words.any(|word| word.contains(name))
        });
        own.is_some_and(|own| own != other) && !is_named
    }

    fn network(&self, session: &mut Session) -> Option<Unsaid> {
        let (name, port) = match &self.event.action {
            Action::Connect {
                address,
                port,
                transport: Transport::Tcp | Transport::Udp,
                ..
            } => (address, Some(port)),
            Action::DnsQuery { name, .. } => (name, None),
            _ => return None,
        };
        if port.is_none()
            && let Some(spent) = session.names.ask(name)
        {
            let done = format!(
                "{} asked for {} names below {} that hold {} bits: {}",
                self.of.name,
                spent.count,
                spent.domain,
                spent.bits,
                spent.names.join(", ")
            );
            return Some(self.unsaid(UnsaidKind::NamesCarryData, &done));
        }
        let host = self.event.labels.hosts.first()?;
        let is_said = self.says(|said| {
            said.hosts.contains(&host.host)
                || said.names_program(self.program) && !is_quiet_tool(self.program)
        });
        if host.class == HostClass::Loopback || is_said {
            return None;
        }
        // What a builder starts is not the doing of who started the builder.
        let mut near = self
            .line()
            .take_while(|name| !is_builder(name) || is_quiet_tool(name));
        let tool = near.find(|name| is_quiet_tool(name))?;
        let port = port.map(|port| format!(" port {port}")).unwrap_or_default();
        let done = if tool == self.program {
            format!("{tool} reaches {name}{port}")
        } else {
            format!("{}, started by {tool}, reaches {name}{port}", self.of.name)
        };
        Some(self.unsaid(UnsaidKind::NetworkByFormatter, &done))
    }

    fn socket(&self) -> Option<Unsaid> {
        let Action::Connect {
            address,
            transport: Transport::Unix,
            error: None,
            ..
        } = &self.event.action
        else {
            return None;
        };
        let kind = socket(address)?;
        let names = |said: &Said| {
            let mut words = said.programs.iter().chain(&said.words);
            words.any(|word| kind.is_for(word) || word.contains(kind.word()))
        };
        let is_owner = self.line().any(|name| kind.is_for(name));
        if self.of.is_root || is_owner || self.says(names) {
            return None;
        }
        let done = format!("{} uses {address}", self.of.name);
        Some(self.unsaid(UnsaidKind::ControlSocket, &done))
    }

    fn fresh_program(&self, session: &Session) -> Option<Unsaid> {
        let Action::Exec {
            argv,
            script,
            error: None,
            ..
        } = &self.event.action
        else {
            return None;
        };
        let executable = self.event.process.as_ref()?.executable.as_deref()?;
        // What an interpreter is given is a program too where programs are not kept.
        let interprets = is_interpreter(executable.rsplit('/').next().unwrap_or_default());
        let given = argv
            .iter()
            .skip(1)
            .filter(|_| interprets)
            .find(|word| !word.starts_with('-'));
        let given =
            given.map(|typed| crate::resolve(typed, self.event.cwd.as_deref(), self.place.home));
        let given = given.filter(|path| is_out_of_place(path));
        let mut files = [script.as_deref(), Some(executable), given.as_deref()]
            .into_iter()
            .flatten();
        let path = files.find(|path| session.wrote_lately(path, self.event.at))?;
        let named = self.says(|said| said.names_file(path));
        if named || build_output(path) || is_builder(self.program) {
            return None;
        }
        let done = format!("{path} runs, which this session wrote a moment ago");
        Some(self.unsaid(UnsaidKind::FreshProgram, &done))
    }

    fn outlives(&self, session: &mut Session) -> Option<Unsaid> {
        let does = match &self.event.action {
            Action::Exec { argv, .. } => format!("starts {}", argv.join(" ")),
            Action::Connect {
                address,
                port,
                transport: Transport::Tcp | Transport::Udp,
                ..
            } => format!("reaches {address} port {port}"),
            _ => return None,
        };
        let said = self.said?;
        let after = self.event.at.0.saturating_sub(said.ended()?.0);
        let is_daemon = self.line().any(is_daemon);
        if after < AFTER_CALL || said.in_background || is_daemon {
            return None;
        }
        let ToolCallId(id) = &said.id;
        if session.outlived.len() >= MOST_OUTLIVED || !session.outlived.insert(id.clone()) {
            return None;
        }
        let seconds = after / 1_000_000;
        let done = format!(
            "{} {does}, {seconds} seconds after the call ended",
            self.of.name
        );
        Some(self.unsaid(UnsaidKind::OutlivesCall, &done))
    }

    /// Remembers what was written, for when it is run.
    fn remember(&self, session: &mut Session) {
        let Action::File {
            path,
            activity,
            to,
            error: None,
        } = &self.event.action
        else {
            return;
        };
        // What a command names was told, and so was what it put there.
        let said = self.says(|said| said.names_file(to.as_deref().unwrap_or(path)));
        let installs = self.is_installing() && !is_out_of_place(path);
        if said || installs || is_builder(self.program) {
            return;
        }
        match activity {
            FileActivity::Create | FileActivity::Update => session.wrote(path, self.event.at),
            FileActivity::Rename | FileActivity::Link => {
                if let Some(to) = to {
                    session.wrote(to, self.event.at);
                }
            }
            FileActivity::Read | FileActivity::Delete | FileActivity::SetAttributes => {}
        }
    }
}

/// Where programs are put that nobody is to find: temporary and hidden directories.
fn is_out_of_place(path: &str) -> bool {
    ["/tmp/", "/var/tmp/", "/dev/shm/", "/private/tmp/"]
        .iter()
        .any(|top| path.starts_with(top))
        || path.contains("/.")
}

fn below(path: &str, top: &str) -> bool {
    let rest = path.strip_prefix(top.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
