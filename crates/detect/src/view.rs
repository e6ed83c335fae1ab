//! One event as rules see it: for each kind none, one or several records with fields.
//!
//! **Invariant:** values are told as they stand in the event; nothing is copied before a rule asks
//! for it, and what all records share is read once, so that many records of a long line cost no
//! more than it.

mod text;
mod values;

pub(crate) use text::{Text, Value, lower_case, lower_into};

use crate::field::{Category, Field, Kind};
use crate::package::installed;
use ringfence_event::{
    Access, Action, Command, Difference, Event, FileAccess, FileClass, HostAccess, HostClass,
    Operation, Source,
};
use serde_json::Value as Json;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::net::IpAddr;
use text::Texts;

/// Longest evidence, in bytes.
const LONGEST_EVIDENCE: usize = 300;
/// Most packages of one event that are looked at.
const MOST_PACKAGES: usize = 256;

/// The records of one event.
pub(crate) struct Records<'a> {
    pub(crate) event: &'a Event,
    texts: Texts<'a>,
    by_program: OnceCell<HashMap<&'a str, Vec<&'a Command>>>,
    packages: OnceCell<Vec<Subject<'a>>>,
}

/// One record of an event: what a Sigma rule calls an event.
pub(crate) struct View<'a, 'r> {
    records: &'r Records<'a>,
    subject: Subject<'a>,
    texts: Texts<'a>,
}

/// What a record is about.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Command(&'a Command),
    File(&'a FileAccess),
    Host(&'a HostAccess),
    Package(&'a Command, &'a str),
    Event,
}

impl<'a> Records<'a> {
    /// Prepares an event to be asked.
    pub(crate) fn new(event: &'a Event) -> Records<'a> {
        Records {
            event,
            texts: Texts::default(),
            by_program: OnceCell::new(),
            packages: OnceCell::new(),
        }
    }

    /// The records of a kind.
    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = View<'a, '_>> {
        let action = &self.event.action;
        let any = kind == Kind::Event || is_judged(action) || is_seen(action);
        let places = (0..).take_while(move |_| any);
        let subjects = places.map_while(move |place| self.subject(kind, place));
        subjects.map(|subject| View {
            records: self,
            subject,
            texts: Texts::default(),
        })
    }

    fn subject(&self, kind: Kind, place: usize) -> Option<Subject<'a>> {
        let labels = &self.event.labels;
        match kind {
            Kind::Event => (place == 0).then_some(Subject::Event),
            Kind::Command => labels.commands.get(place).map(Subject::Command),
            Kind::File => labels.files.get(place).map(Subject::File),
            Kind::Host => labels.hosts.get(place).map(Subject::Host),
            Kind::Package => self.packages().get(place).copied(),
        }
    }

    fn packages(&self) -> &[Subject<'a>] {
        self.packages.get_or_init(|| {
            let commands = self.event.labels.commands.iter();
            let packages = commands.flat_map(|command| {
                let names = installed(command).into_iter();
                names.map(move |name| Subject::Package(command, name))
            });
            packages.take(MOST_PACKAGES).collect()
        })
    }

    /// Tells the values of a field that all records share.
    pub(crate) fn each(&self, field: Field, tell: &mut dyn FnMut(Value<'a>)) {
        values::of_event(self.event, field, tell);
    }

    /// The commands with this program.
    fn running(&self, program: &str) -> &[&'a Command] {
        let by_program = self.by_program.get_or_init(|| {
            let mut found: HashMap<&str, Vec<&Command>> = HashMap::new();
            for command in &self.event.labels.commands {
                found.entry(&command.program).or_default().push(command);
            }
            found
        });
        by_program.get(program).map_or(&[], Vec::as_slice)
    }
}

/// Only what has not run yet is judged: a result would repeat the findings of its call.
fn is_judged(action: &Action) -> bool {
    matches!(
        action,
        Action::ToolCall { .. } | Action::PermissionRequest { .. }
    )
}

/// Whether the kernel saw it: such events are for Sigma's categories, which speak of what happens.
/// Ours speak of what an agent asks for, and would repeat its findings.
fn is_seen(action: &Action) -> bool {
    matches!(
        action,
        Action::Exec { .. }
            | Action::File { .. }
            | Action::Connect { .. }
            | Action::DnsQuery { .. }
    )
}

impl<'a> View<'a, '_> {
    /// The values of a field, kept for who asks again: none if it is absent.
    pub(crate) fn values(&self, field: Field) -> &[Text<'a>] {
        let texts = if field.is_common() {
            &self.records.texts
        } else {
            &self.texts
        };
        texts.of(field, |tell| self.each(field, tell))
    }

    /// Says whether a category looks at this record.
    pub(crate) fn is_in(&self, category: Category) -> bool {
        let action = &self.records.event.action;
        let judged = is_judged(action);
        match (self.subject, category) {
            (Subject::Command(_), Category::Command) => judged,
            (Subject::Command(_), Category::ProcessCreation) => {
                judged || matches!(action, Action::Exec { .. })
            }
            (Subject::File(file), _) => {
                let seen = matches!(action, Action::File { .. }) && category.is_sigma();
                (judged || seen) && is_file_in(file, category)
            }
            (Subject::Host(_), Category::Network) => judged,
            (Subject::Host(_), Category::NetworkConnection) => {
                judged || matches!(action, Action::Connect { .. })
            }
            (Subject::Host(host), Category::DnsQuery) => {
                let asked = judged || matches!(action, Action::DnsQuery { .. });
                asked && host.host.parse::<IpAddr>().is_err()
            }
            (Subject::Package(..), Category::PackageInstall) => judged,
            (Subject::Event, Category::Event) => true,
            (Subject::Event, Category::Kernel) => self.records.event.source == Source::Kernel,
            (Subject::Event, Category::HttpExchange) => {
                matches!(action, Action::HttpExchange { .. })
            }
            (Subject::Event, Category::LlmRequest) => {
                matches!(action, Action::HttpExchange { exchange } if exchange.format.is_some())
            }
            (Subject::Event, Category::Tool) => judged,
            (Subject::Event, Category::McpCall) => {
                let tool = action.tool().map(|tool| &tool.operation);
                judged && matches!(tool, Some(Operation::Mcp { .. }))
            }
            (Subject::Event, Category::Prompt) => matches!(action, Action::Prompt { .. }),
            (Subject::Event, Category::ToolResult) => matches!(action, Action::ToolResult { .. }),
            (Subject::Event, Category::ConfigChange) => {
                matches!(action, Action::ConfigChange { .. })
            }
            _ => false,
        }
    }

    /// Tells the values of a field.
    pub(crate) fn each(&self, field: Field, tell: &mut dyn FnMut(Value<'a>)) {
        if field.is_common() {
            return self.records.each(field, tell);
        }
        if self.seen(field, tell) {
            return;
        }
        match (self.subject, field) {
            (Subject::Command(command), Field::SourceHosts) => {
                for source in self.sources(command) {
                    values::all(&source.hosts, tell);
                }
            }
            (Subject::Command(command), Field::SourceClasses) => {
                for source in self.sources(command) {
                    values::names(&source.host_classes, HostClass::name, tell);
                }
            }
            (Subject::Command(command), field) => values::of_command(command, field, tell),
            (Subject::File(file), Field::Text) => values::put_into(self.records.event, file, tell),
            (Subject::File(file), field) => values::of_file(file, field, tell),
            (Subject::Host(host), Field::Port) => {
                let named = self.records.running(&host.by);
                values::ports(self.records.event, named, &host.host, tell);
            }
            (Subject::Host(host), field) => values::of_host(host, field, tell),
            (Subject::Package(command, name), field) => {
                values::of_package(command, name, field, tell);
            }
            (Subject::Event, field) => values::of_record(self.records.event, field, tell),
        }
    }

    /// Tells what the kernel knows better than a name does; false if it knows nothing better.
    fn seen(&self, field: Field, tell: &mut dyn FnMut(Value<'a>)) -> bool {
        let event = self.records.event;
        let seen = match (field, self.subject) {
            (Field::Image, Subject::Command(command)) if command.through.is_empty() => {
                values::seen_image(event)
            }
            (Field::Image, Subject::File(_) | Subject::Host(_)) => values::seen_image(event),
            (Field::ParentImage, Subject::Command(_)) => values::seen_parent(event),
            _ => None,
        };
        let Some(seen) = seen else {
            return false;
        };
        tell(Value::Text(seen));
        // Of what stands in the line of a shell, whoever started the shell is a parent too.
        if let (Field::ParentImage, Subject::Command(command)) = (field, self.subject) {
            values::of_command(command, field, tell);
        }
        true
    }

    /// The programs from which a program gets its input, or by which it was itself downloaded.
    ///
    /// They are told apart by name only: of two `curl` in one line, both count.
    fn sources(&self, command: &'a Command) -> impl Iterator<Item = &'a Command> {
        let mut programs: Vec<&str> = command.fed_by.iter().map(String::as_str).collect();
        programs.extend(command.runs_written_by.as_deref());
        programs.sort_unstable();
        programs.dedup();
        let found: Vec<&'a Command> = (programs.into_iter())
            .flat_map(|program| self.records.running(program).iter().copied())
            .collect();
        found.into_iter()
    }

    /// What to show a person of this record, on one line.
    pub(crate) fn evidence(&self) -> String {
        match self.subject {
            Subject::Command(command) => one_line(&command.line),
            Subject::Package(command, _) => one_line(&command.line),
            Subject::File(file) => one_line(&format!("{} {}", file.by, file.path)),
            Subject::Host(host) => one_line(&format!("{} {}", host.by, host.host)),
            Subject::Event if !self.records.event.labels.unsaid.is_empty() => {
                one_line(&values::unsaid(self.records.event))
            }
            Subject::Event if self.records.event.source == Source::Kernel => {
                one_line(&values::seen_deed(self.records.event))
            }
            Subject::Event => match &self.records.event.action {
                Action::Prompt { text } => one_line(text),
                Action::HttpExchange { exchange } => one_line(&values::exchange_told(exchange)),
                Action::ConfigChange {
                    path: Some(path),
                    changes,
                    ..
                } => one_line(&changed(path, changes, &self.records.event.rest)),
                action => {
                    let name = action.tool().map_or(action.kind(), |tool| &tool.name);
                    match self.records.event.labels.injections.first() {
                        Some(mark) => one_line(&format!("{name}: \"{}\"", mark.excerpt)),
                        None => one_line(name),
                    }
                }
            },
        }
    }
}

/// A file, what is different in it, and who wrote that, as far as the watcher tells.
fn changed(path: &str, changes: &[Difference], rest: &serde_json::Map<String, Json>) -> String {
    let texts: Vec<&str> = changes.iter().map(|change| change.text.as_str()).collect();
    let mut line = path.to_owned();
    if let Some(writer) = rest.get("writer").and_then(Json::as_str) {
        line.push_str(&format!(" (writer: {writer})"));
    }
    if !texts.is_empty() {
        line.push_str(&format!(": {}", texts.join("; ")));
    }
    line
}

/// Programs that give files another name.
const RENAMERS: &[&str] = &["mv", "rename", "mmv"];

fn is_file_in(file: &FileAccess, category: Category) -> bool {
    let changes = file.access != Access::Read;
    match category {
        Category::File => true,
        Category::FileEvent => file.access == Access::Write,
        Category::FileAccess => file.access == Access::Read,
        Category::FileDelete => file.access == Access::Delete,
        Category::FileRename => {
            file.access == Access::Write && RENAMERS.contains(&file.by.as_str())
        }
        Category::MemoryChange => changes && file.class == FileClass::AgentInstructions,
        Category::ConfigChange => changes && file.class == FileClass::AgentConfig,
        _ => false,
    }
}

/// Cuts at a character border, and lets no control character through to a terminal.
fn one_line(text: &str) -> String {
    let most = LONGEST_EVIDENCE - '…'.len_utf8();
    if text.len() <= most && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.to_owned();
    }
    let mut line = String::new();
    for character in text.chars() {
        if line.len() + character.len_utf8() > most {
            line.push('…');
            break;
        }
        line.push(match character {
            '\n' | '\t' | '\r' => ' ',
            other if other.is_control() => char::REPLACEMENT_CHARACTER,
            other => other,
        });
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_one_short_line() {
        assert_eq!(one_line("cat a\n\tb\u{1b}[2J"), "cat a  b\u{fffd}[2J");
        let long = one_line(&"é".repeat(400));
        assert!(long.len() <= LONGEST_EVIDENCE && long.ends_with("é…"));
    }
}
