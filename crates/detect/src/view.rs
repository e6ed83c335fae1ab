//! One event as rules see it: for each kind none, one or several records with fields.
//!
//! **Invariant:** nothing is copied or put into lower case before a rule asks for it, and what
//! all records share is read once, so that many records of a long line cost no more than it.

mod values;

use crate::field::{Category, Field, Kind};
use crate::package::installed;
use ringfence_event::{
    Access, Action, Command, Event, FileAccess, FileClass, HostAccess, Operation,
};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::net::IpAddr;

/// Longest evidence, in bytes.
const LONGEST_EVIDENCE: usize = 300;
/// Most packages of one event that are looked at.
const MOST_PACKAGES: usize = 256;

/// The records of one event.
pub(crate) struct Records<'a> {
    pub(crate) event: &'a Event,
    cells: [OnceCell<Vec<Text<'a>>>; Field::COUNT],
    by_program: OnceCell<HashMap<&'a str, Vec<&'a Command>>>,
    packages: OnceCell<Vec<Subject<'a>>>,
}

/// One record of an event: what a Sigma rule calls an event.
pub(crate) struct View<'a, 'r> {
    records: &'r Records<'a>,
    subject: Subject<'a>,
    cells: [OnceCell<Vec<Text<'a>>>; Field::COUNT],
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

/// A value of a field, as it is and in lower case.
pub(crate) struct Text<'a> {
    pub(crate) raw: Cow<'a, str>,
    /// `None` if `raw` is in lower case already.
    lower: Option<String>,
}

impl<'a> Text<'a> {
    pub(crate) fn new(raw: Cow<'a, str>) -> Text<'a> {
        let lower = lower_case(&raw);
        Text { raw, lower }
    }

    pub(crate) fn lower(&self) -> &str {
        self.lower.as_deref().unwrap_or(&self.raw)
    }
}

/// The text in lower case, character by character; `None` if it is so already.
pub(crate) fn lower_case(text: &str) -> Option<String> {
    if text.is_ascii() {
        let mixed = text.bytes().any(|byte| byte.is_ascii_uppercase());
        return mixed.then(|| text.to_ascii_lowercase());
    }
    let lower: String = text.chars().flat_map(char::to_lowercase).collect();
    (lower != text).then_some(lower)
}

impl<'a> Records<'a> {
    /// Prepares an event to be asked.
    pub(crate) fn new(event: &'a Event) -> Records<'a> {
        Records {
            event,
            cells: [const { OnceCell::new() }; Field::COUNT],
            by_program: OnceCell::new(),
            packages: OnceCell::new(),
        }
    }

    /// The records of a kind.
    pub(crate) fn of(&self, kind: Kind) -> Vec<View<'a, '_>> {
        let labels = &self.event.labels;
        let judged = is_judged(&self.event.action) || is_seen(&self.event.action);
        let subjects: Vec<Subject<'a>> = match kind {
            Kind::Event => vec![Subject::Event],
            _ if !judged => Vec::new(),
            Kind::Command => labels.commands.iter().map(Subject::Command).collect(),
            Kind::File => labels.files.iter().map(Subject::File).collect(),
            Kind::Host => labels.hosts.iter().map(Subject::Host).collect(),
            Kind::Package => self.packages().to_vec(),
        };
        let view = |subject| View {
            records: self,
            subject,
            cells: [const { OnceCell::new() }; Field::COUNT],
        };
        subjects.into_iter().map(view).collect()
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

    /// The values of a field that all records share.
    pub(crate) fn values(&self, field: Field) -> &[Text<'a>] {
        match self.cells.get(field.place()) {
            Some(cell) => cell.get_or_init(|| texts(values::of_event(self.event, field))),
            None => &[],
        }
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

fn texts(values: Vec<Cow<'_, str>>) -> Vec<Text<'_>> {
    values.into_iter().map(Text::new).collect()
}

impl<'a> View<'a, '_> {
    /// The values of a field: none if it is absent.
    pub(crate) fn values(&self, field: Field) -> &[Text<'a>] {
        if field.is_common() {
            return self.records.values(field);
        }
        match self.cells.get(field.place()) {
            Some(cell) => cell.get_or_init(|| texts(self.look_up(field))),
            None => &[],
        }
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

    fn look_up(&self, field: Field) -> Vec<Cow<'a, str>> {
        if let Some(seen) = self.seen(field) {
            return seen;
        }
        match (self.subject, field) {
            (Subject::Command(command), Field::SourceHosts) => self
                .sources(command)
                .flat_map(|source| values::all(&source.hosts))
                .collect(),
            (Subject::Command(command), Field::SourceClasses) => self
                .sources(command)
                .flat_map(|source| {
                    let classes = source.host_classes.iter();
                    classes.map(|class| Cow::Borrowed(class.name()))
                })
                .collect(),
            (Subject::Command(command), field) => values::of_command(command, field),
            (Subject::File(file), Field::Text) => values::put_into(self.records.event, file),
            (Subject::File(file), field) => values::of_file(file, field),
            (Subject::Host(host), Field::Port) => {
                let named = self.records.running(&host.by);
                values::ports(self.records.event, named, &host.host)
            }
            (Subject::Host(host), field) => values::of_host(host, field),
            (Subject::Package(command, name), field) => values::of_package(command, name, field),
            (Subject::Event, field) => values::of_record(self.records.event, field),
        }
    }

    /// What the kernel knows better than a name does.
    fn seen(&self, field: Field) -> Option<Vec<Cow<'a, str>>> {
        let itself = match self.subject {
            Subject::Command(command) => command.through.is_empty(),
            Subject::File(_) | Subject::Host(_) => true,
            Subject::Package(..) | Subject::Event => false,
        };
        match field {
            Field::Image if itself => values::seen_image(self.records.event),
            // Of what stands in the line of a shell, whoever started the shell is a parent too.
            Field::ParentImage => match self.subject {
                Subject::Command(command) => {
                    let mut parents = values::seen_parent(self.records.event)?;
                    parents.extend(values::of_command(command, field));
                    Some(parents)
                }
                _ => None,
            },
            _ => None,
        }
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
            Subject::Event => match &self.records.event.action {
                Action::Prompt { text } => one_line(text),
                Action::ConfigChange {
                    path: Some(path), ..
                } => one_line(path),
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
    let mut line = String::new();
    for character in text.chars() {
        if line.len() + character.len_utf8() > LONGEST_EVIDENCE - '…'.len_utf8() {
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

    #[test]
    fn lower_case_is_made_only_where_it_differs() {
        assert_eq!(lower_case("cat -r"), None);
        assert_eq!(lower_case("rm -R"), Some("rm -r".to_owned()));
        assert_eq!(lower_case("ÄÖ"), Some("äö".to_owned()));
        assert_eq!(lower_case("äö"), None);
    }
}
