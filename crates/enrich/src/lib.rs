//! Who did it, to what, and what its texts carry: adds to an event the facts that rules speak of,
//! then masks every secret in it.
//!
//! **Invariant:** no system calls, no rules. What needs the machine (symlinks)
//! comes through [`Links`].
#![forbid(unsafe_code)]

mod canaries;
mod commands;
mod deeds;
mod files;
mod hosts;
mod origin;
mod outgoing;
mod outside;
mod paths;
mod processes;
mod secrets;

pub use canaries::Canaries;
pub use deeds::{Deeds, is_build_output};
pub use files::{Place, Spot, Trusted, classify, spots};
pub use hosts::{classify as classify_host, drop_hosts, host_of};
pub use origin::origin_of;
pub use paths::resolve;
pub use processes::{AgentMarks, Attribution, Does, Live, Marks, ProcessKey, Processes, Said};
pub use secrets::Masker;

use ringfence_event::{
    Access, Action, ChangeKind, Event, FileAccess, FileActivity, HostAccess, Labels, Operation,
    Tool, Transport,
};
use ringfence_shell::{Context, Reading};

/// Asks the machine where a path really leads.
pub trait Links {
    /// Returns the real path behind symbolic links, if the file or its directory exists.
    fn real(&self, path: &str) -> Option<String>;

    /// Returns the root of the repository that a file lies in, if it lies in one.
    fn repository(&self, _path: &str) -> Option<String> {
        None
    }

    /// Whether names that differ only in upper and lower case are the same file.
    fn ignores_case(&self) -> bool {
        false
    }
}

/// Knows of no links: for texts that are only imagined (`ringfence check`, rule examples).
pub struct NoLinks;

impl Links for NoLinks {
    fn real(&self, _path: &str) -> Option<String> {
        None
    }
}

/// Most files and hosts that one event's labels hold; the rest is counted in `unclear`.
const MOST: usize = 256;

/// What an event carried before its secrets were masked: to be looked at, and not to be kept.
#[derive(Default)]
pub struct Carried {
    /// Secrets that a tool gave back.
    pub read: Vec<String>,
    /// Texts that leave the machine.
    pub outgoing: Vec<String>,
}

/// Fills the event's labels, then masks the secrets in all of its texts.
pub fn enrich(event: &mut Event, place: &Place<'_>, links: &dyn Links, masker: &Masker) -> Carried {
    // Before anything is masked: a decoy is known by its value.
    let decoys = place.canaries.map(|canaries| canaries.marks(event));
    let joined = std::mem::take(&mut event.labels);
    event.labels = Labels {
        ancestors: joined.ancestors,
        unsaid: joined.unsaid,
        ..label(event, place, links)
    };
    outside::label(
        &event.action,
        &mut event.labels,
        masker.key(),
        masker.personal(),
    );
    let outgoing = outgoing::texts(&event.action, &event.labels);
    let read = masker.mask_event(event);
    canaries::add(decoys.unwrap_or_default(), &mut event.labels.secrets);
    Carried { read, outgoing }
}

fn label(event: &Event, place: &Place<'_>, links: &dyn Links) -> Labels {
    let mut collector = Collector {
        place: Place {
            cwd: event.cwd.as_deref().or(place.cwd),
            ..*place
        },
        links,
        labels: Labels::default(),
    };
    match &event.action {
        Action::ToolCall { tool }
        | Action::PermissionRequest { tool }
        | Action::ToolResult { tool, .. } => collector.tool(tool),
        Action::ConfigChange {
            path: Some(path), ..
        } => collector.file(path, Access::Write, "agent"),
        Action::Exec { argv, .. } => collector.program(argv),
        Action::File {
            path, activity, to, ..
        } => collector.touched(path, *activity, to.as_deref(), program(event)),
        Action::Connect {
            address,
            transport: Transport::Tcp | Transport::Udp,
            ..
        } => collector.named(address, program(event)),
        Action::Connect {
            address,
            transport: Transport::Unix,
            ..
        } => collector.file(address, Access::Write, program(event)),
        Action::DnsQuery { name, .. } => collector.named(name, program(event)),
        Action::HttpExchange { exchange } => collector.named(&exchange.host, program(event)),
        Action::ConfigChange { path: None, .. }
        | Action::SessionStart { .. }
        | Action::SessionEnd { .. }
        | Action::Prompt { .. }
        | Action::TurnEnd { .. }
        | Action::SubagentStart { .. }
        | Action::SubagentEnd { .. }
        | Action::Compaction { .. }
        | Action::Notification { .. }
        | Action::Exit { .. }
        | Action::Listen { .. }
        | Action::Accept { .. }
        | Action::System { .. }
        | Action::Lost { .. }
        | Action::Message { .. }
        | Action::Thinking { .. }
        | Action::Usage { .. }
        | Action::PermissionMode { .. }
        | Action::Decision { .. }
        | Action::HookRegistered { .. }
        | Action::HookRun { .. }
        | Action::Other => {}
    }
    collector.labels
}

/// The name of the program that an event of the sensor speaks of.
fn program(event: &Event) -> &str {
    let process = event.process.as_ref();
    let path = process.and_then(|process| process.executable.as_deref());
    let name = path.and_then(|path| path.rsplit('/').next());
    name.unwrap_or("process")
}

/// Returns the labels of each program that a shell call will run, apart from each other and with
/// secrets masked; nothing for any other event.
pub fn label_each(
    event: &Event,
    place: &Place<'_>,
    links: &dyn Links,
    masker: &Masker,
) -> Vec<Labels> {
    let Some(Operation::Shell { command, argv, cwd }) =
        event.action.tool().map(|tool| &tool.operation)
    else {
        return Vec::new();
    };
    let place = Place {
        cwd: event.cwd.as_deref().or(place.cwd),
        ..*place
    };
    let (reading, inside) = read(command, argv.as_deref(), cwd.as_deref(), place, links);
    let place = Place {
        cwd: inside.as_deref(),
        ..place
    };
    let parts = commands::each(&reading, &place, links).into_iter();
    let masked = parts.map(|labels| {
        let mut part = Event {
            labels,
            ..event.clone()
        };
        masker.mask_event(&mut part);
        part.labels
    });
    masked.collect()
}

/// Reads a shell call; also returns the directory in which it runs.
fn read(
    command: &str,
    argv: Option<&[String]>,
    cwd: Option<&str>,
    place: Place<'_>,
    links: &dyn Links,
) -> (Reading, Option<String>) {
    let inside = match cwd {
        Some(typed) => Some(paths::resolve(typed, place.cwd, place.home)),
        None => place.cwd.map(str::to_owned),
    };
    let context = Context {
        cwd: inside.as_deref(),
        home: place.home,
        ignores_case: links.ignores_case(),
    };
    let reading = match argv {
        Some(argv) => ringfence_shell::read_argv(argv, context),
        None => ringfence_shell::read(command, context),
    };
    (reading, inside)
}

/// Gathers the labels of one event.
struct Collector<'a> {
    place: Place<'a>,
    links: &'a dyn Links,
    labels: Labels,
}

impl Collector<'_> {
    fn tool(&mut self, tool: &Tool) {
        match &tool.operation {
            Operation::Shell { command, argv, cwd } => {
                let (reading, inside) = read(
                    command,
                    argv.as_deref(),
                    cwd.as_deref(),
                    self.place,
                    self.links,
                );
                let place = Place {
                    cwd: inside.as_deref(),
                    ..self.place
                };
                commands::label(&reading, &place, self.links, &mut self.labels);
            }
            Operation::Read { paths } => {
                for path in paths {
                    self.file(path, Access::Read, &tool.name);
                }
            }
            Operation::Write { changes } => {
                for change in changes {
                    let access = match change.change {
                        ChangeKind::Create | ChangeKind::Update => Access::Write,
                        ChangeKind::Delete => Access::Delete,
                    };
                    self.file(&change.path, access, &tool.name);
                }
            }
            Operation::Fetch { urls } => {
                for url in urls {
                    self.host(url, &tool.name);
                }
            }
            Operation::Search { path, .. } => {
                if let Some(path) = path {
                    self.file(path, Access::Read, &tool.name);
                }
            }
            Operation::WebSearch { .. }
            | Operation::Mcp { .. }
            | Operation::Subagent { .. }
            | Operation::Other => {}
        }
        bound(&mut self.labels);
    }

    fn file(&mut self, path: &str, access: Access, by: &str) {
        let found = files::access(path, access, by, &self.place, self.links);
        let decoy = files::decoy(&found, &self.place);
        self.labels.files.push(found);
        self.labels.files.extend(decoy);
    }

    fn host(&mut self, url: &str, by: &str) {
        if let Some(host) = hosts::host_of(url) {
            self.named(&host, by);
        }
    }

    fn named(&mut self, host: &str, by: &str) {
        self.labels.hosts.push(HostAccess {
            host: host.to_owned(),
            class: hosts::classify(host),
            by: by.to_owned(),
        });
    }

    /// A program as the kernel started it.
    fn program(&mut self, argv: &[String]) {
        let (reading, _) = read("", Some(argv), None, self.place, self.links);
        commands::label(&reading, &self.place, self.links, &mut self.labels);
        bound(&mut self.labels);
    }

    /// A file as the kernel saw it touched.
    fn touched(&mut self, path: &str, activity: FileActivity, to: Option<&str>, by: &str) {
        match activity {
            FileActivity::Read => self.file(path, Access::Read, by),
            FileActivity::Create | FileActivity::Update | FileActivity::SetAttributes => {
                self.file(path, Access::Write, by);
            }
            FileActivity::Delete => self.file(path, Access::Delete, by),
            FileActivity::Rename => self.file(path, Access::Delete, by),
            FileActivity::Link => self.file(path, Access::Read, by),
        }
        if let Some(to) = to {
            self.file(to, Access::Write, by);
        }
    }
}

/// Keeps the labels of a hostile event small, and says what was left out.
///
/// The sort keeps the most telling files: `FileClass` stands in order of weight.
fn bound(labels: &mut Labels) {
    if labels.files.len() > MOST {
        labels
            .unclear
            .push(format!("{} files in one call", labels.files.len()));
        labels.files.sort_by_key(|file: &FileAccess| file.class);
        labels.files.truncate(MOST);
    }
    if labels.packages.len() > MOST {
        labels
            .unclear
            .push(format!("{} packages in one call", labels.packages.len()));
        labels.packages.truncate(MOST);
    }
    if labels.hosts.len() > MOST {
        labels
            .unclear
            .push(format!("{} hosts in one call", labels.hosts.len()));
        labels.hosts.truncate(MOST);
    }
}

#[cfg(test)]
mod tests;
