//! One event as rules see it: for each category none, one or several records with fields.
//!
//! **Invariant:** nothing is copied or put into lower case before a rule asks for it.

use crate::field::{Category, Field};
use ringfence_event::{
    Action, AgentKind, Command, Event, FileAccess, FileClass, HostAccess, HostClass, Operation,
    Tool,
};
use std::borrow::Cow;
use std::cell::OnceCell;

/// Longest evidence, in bytes.
const LONGEST_EVIDENCE: usize = 300;

/// One record of an event: what a Sigma rule calls an event.
pub(crate) struct View<'a> {
    event: &'a Event,
    subject: Subject<'a>,
    cells: [OnceCell<Vec<Text<'a>>>; Field::COUNT],
}

/// What a record is about.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Command(&'a Command),
    File(&'a FileAccess),
    Host(&'a HostAccess),
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

/// The records of an event in one category.
pub(crate) fn views(event: &Event, category: Category) -> Vec<View<'_>> {
    let judged = is_judged(&event.action);
    let labels = &event.labels;
    let subjects: Vec<Subject<'_>> = match category {
        Category::Command if judged => labels.commands.iter().map(Subject::Command).collect(),
        Category::File if judged => labels.files.iter().map(Subject::File).collect(),
        Category::Network if judged => labels.hosts.iter().map(Subject::Host).collect(),
        Category::Tool if judged => vec![Subject::Event],
        Category::Command | Category::File | Category::Network | Category::Tool => Vec::new(),
        Category::Prompt => match event.action {
            Action::Prompt { .. } => vec![Subject::Event],
            _ => Vec::new(),
        },
        Category::Event => vec![Subject::Event],
    };
    let view = |subject| View {
        event,
        subject,
        cells: [const { OnceCell::new() }; Field::COUNT],
    };
    subjects.into_iter().map(view).collect()
}

/// Only what has not run yet is judged: a result would repeat the findings of its call.
fn is_judged(action: &Action) -> bool {
    matches!(
        action,
        Action::ToolCall { .. } | Action::PermissionRequest { .. }
    )
}

impl<'a> View<'a> {
    /// The values of a field: none if it is absent or empty.
    pub(crate) fn values(&self, field: Field) -> &[Text<'a>] {
        match self.cells.get(field.place()) {
            Some(cell) => cell.get_or_init(|| self.look_up(field)),
            None => &[],
        }
    }

    fn look_up(&self, field: Field) -> Vec<Text<'a>> {
        let event = self.event;
        let found: Vec<Cow<'a, str>> = match field {
            Field::Agent => one(event.agent.map(AgentKind::name)),
            Field::Tool => one(event.action.tool().map(|tool| tool.name.as_str())),
            Field::Does => one(operation(event).map(Operation::name)),
            Field::Kind => one(Some(event.action.kind())),
            Field::Cwd => one(event.cwd.as_deref()),
            Field::Moment => one(event.moment.as_deref()),
            Field::Unclear => all(&event.labels.unclear),
            Field::Typed => one(typed(event)),
            Field::Server => one(mcp(event).map(|(server, _)| server)),
            Field::ServerTool => one(mcp(event).map(|(_, tool)| tool)),
            Field::Text => self.texts(),
            field => match self.subject {
                Subject::Command(command) if field == Field::SourceHosts => sources(event, command)
                    .flat_map(|source| all(&source.hosts))
                    .collect(),
                Subject::Command(command) if field == Field::SourceClasses => {
                    sources(event, command)
                        .flat_map(|source| names(&source.host_classes, HostClass::name))
                        .collect()
                }
                Subject::Command(command) => command_values(command, field),
                Subject::File(file) => file_values(file, field),
                Subject::Host(host) => host_values(host, field),
                Subject::Event => Vec::new(),
            },
        };
        found.into_iter().map(Text::new).collect()
    }

    /// The prompt, or the text that is put into the file.
    fn texts(&self) -> Vec<Cow<'a, str>> {
        if let Action::Prompt { text } = &self.event.action {
            return one(Some(text));
        }
        let (Subject::File(file), Some(Operation::Write { changes })) =
            (self.subject, operation(self.event))
        else {
            return Vec::new();
        };
        let here = changes.iter().filter(|change| change.path == file.path);
        here.filter_map(|change| change.text.as_deref())
            .map(Cow::Borrowed)
            .collect()
    }

    /// What to show a person of this record, on one line.
    pub(crate) fn evidence(&self) -> String {
        match self.subject {
            Subject::Command(command) => one_line(&command.line),
            Subject::File(file) => one_line(&format!("{} {}", file.by, file.path)),
            Subject::Host(host) => one_line(&format!("{} {}", host.by, host.host)),
            Subject::Event => match &self.event.action {
                Action::Prompt { text } => one_line(text),
                action => one_line(action.tool().map_or(action.kind(), |tool| &tool.name)),
            },
        }
    }
}

fn operation(event: &Event) -> Option<&Operation> {
    event.action.tool().map(|tool| &tool.operation)
}

/// The command line as the agent gave it.
fn typed(event: &Event) -> Option<&str> {
    match operation(event) {
        Some(Operation::Shell { command, .. }) => Some(command),
        _ => None,
    }
}

/// The programs from which a program gets its input, or by which it was itself downloaded.
///
/// They are told apart by name only: of two `curl` in one line, both count.
fn sources<'a>(event: &'a Event, command: &'a Command) -> impl Iterator<Item = &'a Command> {
    event.labels.commands.iter().filter(|other| {
        command.fed_by.contains(&other.program)
            || command.runs_written_by.as_ref() == Some(&other.program)
    })
}

fn mcp(event: &Event) -> Option<(&str, &str)> {
    match event.action.tool() {
        Some(Tool {
            operation: Operation::Mcp { server, tool },
            ..
        }) => Some((server, tool)),
        _ => None,
    }
}

fn command_values(command: &Command, field: Field) -> Vec<Cow<'_, str>> {
    match field {
        Field::Program => one(Some(&command.program)),
        Field::Image => vec![format!("/{}", command.program).into()],
        Field::CommandLine => one(Some(&command.line)),
        Field::Args => all(&command.args),
        Field::Through => all(&command.through),
        Field::FedBy => all(&command.fed_by),
        Field::Carries => names(&command.carries, FileClass::name),
        Field::Changes => names(&command.changes, FileClass::name),
        Field::Hosts => all(&command.hosts),
        Field::HostClasses => names(&command.host_classes, HostClass::name),
        Field::Computed => all(&command.computed),
        Field::RunsWrittenBy => one(command.runs_written_by.as_deref()),
        _ => Vec::new(),
    }
}

fn file_values(file: &FileAccess, field: Field) -> Vec<Cow<'_, str>> {
    match field {
        Field::Path => one(Some(&file.path)),
        Field::FullPath => one(Some(&file.full)),
        Field::FileName => one(file.full.rsplit('/').next()),
        Field::Access => one(Some(file.access.name())),
        Field::Class => one(Some(file.class.name())),
        Field::By => one(Some(&file.by)),
        _ => Vec::new(),
    }
}

fn host_values(host: &HostAccess, field: Field) -> Vec<Cow<'_, str>> {
    match field {
        Field::Host => one(Some(&host.host)),
        Field::Class => one(Some(host.class.name())),
        Field::By => one(Some(&host.by)),
        _ => Vec::new(),
    }
}

fn one(value: Option<&str>) -> Vec<Cow<'_, str>> {
    value.map(Cow::Borrowed).into_iter().collect()
}

fn all(values: &[String]) -> Vec<Cow<'_, str>> {
    values.iter().map(|value| value.as_str().into()).collect()
}

fn names<T: Copy>(values: &[T], name: fn(T) -> &'static str) -> Vec<Cow<'static, str>> {
    values.iter().map(|value| name(*value).into()).collect()
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
