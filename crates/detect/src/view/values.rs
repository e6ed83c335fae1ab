//! What stands in each field of each kind of record.

use crate::field::Field;
use crate::policy::subject;
use ringfence_event::{
    Action, AgentKind, Command, Event, FileAccess, FileClass, HostAccess, HostClass, Labels,
    Operation, Outcome, ProcessRef, SessionId, Source, Tool,
};
use serde_json::Value;
use std::borrow::Cow;
use std::net::IpAddr;

/// Where the programs of a system usually are.
const USUAL: [&str; 6] = [
    "/",
    "/bin/",
    "/usr/bin/",
    "/sbin/",
    "/usr/sbin/",
    "/usr/local/bin/",
];
/// Deepest nesting of a tool's output that is read.
const DEEPEST: usize = 24;

/// The values of a field that all records of an event share.
pub(super) fn of_event(event: &Event, field: Field) -> Vec<Cow<'_, str>> {
    match field {
        Field::Agent => one(event.agent.map(AgentKind::name)),
        Field::Tool => one(event.action.tool().map(|tool| tool.name.as_str())),
        Field::Does => one(operation(event).map(Operation::name)),
        Field::Kind => one(Some(event.action.kind())),
        Field::Cwd => one(event.cwd.as_deref()),
        Field::Moment => one(event.moment.as_deref()),
        Field::Unclear => all(&event.labels.unclear),
        Field::Typed => one(typed(event)),
        Field::At => vec![event.at.to_string().into()],
        Field::Session => one(event.session.as_ref().map(SessionId::as_str)),
        Field::Source => one(Some(match event.source {
            Source::Hook => "hook",
            Source::Host => "host",
            Source::Kernel => "kernel",
        })),
        Field::Call => one(event.call.as_ref().map(|call| call.id.as_str())),
        Field::Same => vec![subject(event).into()],
        Field::Server => one(mcp(event).map(|(server, _)| server)),
        Field::ServerTool => one(mcp(event).map(|(_, tool)| tool)),
        Field::Output => match &event.action {
            Action::ToolResult { output, .. } => {
                let mut texts = Vec::new();
                collect_texts(output, 0, &mut texts);
                texts
            }
            _ => Vec::new(),
        },
        Field::Outcome => match &event.action {
            Action::ToolResult { outcome, .. } => one(Some(match outcome {
                Outcome::Success => "success",
                Outcome::Failure => "failure",
                Outcome::Unknown => "unknown",
            })),
            _ => Vec::new(),
        },
        field => of_texts(&event.labels, field),
    }
}

/// What the texts of an event carry.
fn of_texts(labels: &Labels, field: Field) -> Vec<Cow<'_, str>> {
    match field {
        Field::Secrets => {
            let marks = labels.secrets.iter();
            let sure = marks.filter(|mark| !mark.generic);
            sure.map(|mark| mark.fingerprint.as_str().into()).collect()
        }
        Field::SecretKinds => {
            let marks = labels.secrets.iter();
            marks.map(|mark| mark.kind.as_str().into()).collect()
        }
        Field::Leaks => {
            let marks = labels.leaks.iter();
            let forms = marks.flat_map(|mark| {
                let split = mark.split.then_some("split");
                [Some(mark.form.as_str()), split].into_iter().flatten()
            });
            forms.map(Cow::Borrowed).collect()
        }
        Field::InjectionLevel => {
            let marks = labels.injections.iter();
            marks.map(|mark| mark.level.name().into()).collect()
        }
        Field::InjectionOrigin => {
            let marks = labels.injections.iter();
            marks.map(|mark| mark.origin.as_str().into()).collect()
        }
        Field::InjectionRule => {
            let marks = labels.injections.iter();
            marks.flat_map(|mark| all(&mark.rules)).collect()
        }
        Field::Hidden => {
            let marks = labels.injections.iter();
            marks.flat_map(|mark| all(&mark.hidden)).collect()
        }
        Field::Personal => {
            let told = labels.personal.iter().filter(|mark| mark.told);
            told.map(|mark| mark.kind.as_str().into()).collect()
        }
        _ => Vec::new(),
    }
}

fn collect_texts<'a>(value: &'a Value, depth: usize, texts: &mut Vec<Cow<'a, str>>) {
    match value {
        _ if depth > DEEPEST => {}
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => texts.push(value.to_string().into()),
        Value::String(text) => texts.push(text.as_str().into()),
        Value::Array(values) => {
            for value in values {
                collect_texts(value, depth + 1, texts);
            }
        }
        Value::Object(entries) => {
            for value in entries.values() {
                collect_texts(value, depth + 1, texts);
            }
        }
    }
}

/// The values of a field of the event as a record of its own.
pub(super) fn of_record(event: &Event, field: Field) -> Vec<Cow<'_, str>> {
    match (&event.action, field) {
        (Action::Prompt { text }, Field::Text) => one(Some(text)),
        (Action::ConfigChange { path, .. }, Field::Path | Field::FullPath) => one(path.as_deref()),
        (Action::ConfigChange { path, .. }, Field::FileName) => {
            one(path.as_deref().and_then(|path| path.rsplit('/').next()))
        }
        (Action::ConfigChange { layer, .. }, Field::Layer) => one(layer.as_deref()),
        (Action::ConfigChange { .. }, Field::Class) => one(Some(FileClass::AgentConfig.name())),
        _ => Vec::new(),
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

fn mcp(event: &Event) -> Option<(&str, &str)> {
    match event.action.tool() {
        Some(Tool {
            operation: Operation::Mcp { server, tool },
            ..
        }) => Some((server, tool)),
        _ => None,
    }
}

/// The values of a field of one command.
pub(super) fn of_command(command: &Command, field: Field) -> Vec<Cow<'_, str>> {
    match field {
        Field::Program => one(Some(&command.program)),
        Field::Image => images(&command.program, &command.line),
        Field::CommandLine => one(Some(&command.line)),
        Field::ParentImage => match command.through.last().and_then(|by| by.split(' ').next()) {
            Some(program) => images(program, ""),
            None => Vec::new(),
        },
        Field::ParentLine => one(command.through.last().map(String::as_str)),
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

/// The program of a process that the kernel saw: no name, but where it really is.
pub(super) fn seen_image(event: &Event) -> Option<Vec<Cow<'_, str>>> {
    let process = match (&event.source, &event.process) {
        (Source::Kernel, Some(process)) => process,
        (Source::Kernel | Source::Hook | Source::Host, _) => return None,
    };
    path_of(process)
}

/// The program that started the one which the kernel saw.
pub(super) fn seen_parent(event: &Event) -> Option<Vec<Cow<'_, str>>> {
    match &event.action {
        Action::Exec {
            parent: Some(parent),
            ..
        } => path_of(parent),
        _ => None,
    }
}

fn path_of(process: &ProcessRef) -> Option<Vec<Cow<'_, str>>> {
    let path = process.executable.as_deref()?;
    Some(one(Some(path)))
}

/// The program with its directory: as typed, or where programs usually are.
fn images<'a>(program: &str, line: &'a str) -> Vec<Cow<'a, str>> {
    let typed = line.split(' ').next().unwrap_or_default();
    let typed = typed.trim_matches('\'');
    if typed.contains('/') {
        return one(Some(typed));
    }
    let usual = USUAL.iter();
    usual
        .map(|directory| format!("{directory}{program}").into())
        .collect()
}

/// The values of a field of one file.
pub(super) fn of_file(file: &FileAccess, field: Field) -> Vec<Cow<'_, str>> {
    match field {
        Field::Path => one(Some(&file.path)),
        Field::FullPath => one(Some(&file.full)),
        Field::FileName => one(file.full.rsplit('/').next()),
        Field::Access => one(Some(file.access.name())),
        Field::Class => one(Some(file.class.name())),
        Field::By => one(Some(&file.by)),
        Field::Image => images(&file.by, ""),
        _ => Vec::new(),
    }
}

/// The texts that a tool puts into a file.
pub(super) fn put_into<'a>(event: &'a Event, file: &FileAccess) -> Vec<Cow<'a, str>> {
    let Some(Operation::Write { changes }) = operation(event) else {
        return Vec::new();
    };
    let here = changes.iter().filter(|change| change.path == file.path);
    here.filter_map(|change| change.text.as_deref())
        .map(Cow::Borrowed)
        .collect()
}

/// The values of a field of one host.
pub(super) fn of_host(host: &HostAccess, field: Field) -> Vec<Cow<'_, str>> {
    match field {
        Field::Host => one(Some(&host.host)),
        Field::Address => {
            let is_address = host.host.parse::<IpAddr>().is_ok();
            one(is_address.then_some(host.host.as_str()))
        }
        Field::Initiated => one(Some("true")),
        Field::Class => one(Some(host.class.name())),
        Field::By => one(Some(&host.by)),
        Field::Image => images(&host.by, ""),
        _ => Vec::new(),
    }
}

/// The ports at which a host is spoken to, out of the addresses that name it.
pub(super) fn ports<'a>(event: &'a Event, by: &[&'a Command], host: &str) -> Vec<Cow<'a, str>> {
    let mut ports: Vec<Cow<'a, str>> = Vec::new();
    let mut found = |port: Option<Cow<'a, str>>| {
        if let Some(port) = port.filter(|port| !ports.contains(port)) {
            ports.push(port);
        }
    };
    if let Some(Operation::Fetch { urls }) = operation(event) {
        for url in urls {
            found(port_of(url, host));
        }
    }
    for command in by {
        for named in &command.hosts {
            found(port_of(named, host));
        }
        // `nc HOST PORT`
        let after = command.args.iter().skip_while(|word| *word != host).nth(1);
        let number = after.filter(|word| word.parse::<u16>().is_ok());
        found(number.map(|word| word.as_str().into()));
    }
    ports
}

/// The port in `scheme://user@host:port/…` or `host:port`, or the one of the scheme.
fn port_of<'a>(address: &'a str, host: &str) -> Option<Cow<'a, str>> {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None => ("", address),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let place = authority.rsplit('@').next().unwrap_or_default();
    let (name, port) = match place.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => (name, Some(port)),
        _ => (place, None),
    };
    if !name
        .trim_matches(['[', ']'])
        .eq_ignore_ascii_case(host.trim_matches(['[', ']']))
    {
        return None;
    }
    port.map(Cow::Borrowed).or(match scheme {
        "https" | "wss" => Some("443".into()),
        "http" | "ws" => Some("80".into()),
        "ftp" => Some("21".into()),
        "ssh" | "sftp" => Some("22".into()),
        _ => None,
    })
}

/// The values of a field of one package that is installed.
pub(super) fn of_package<'a>(
    command: &'a Command,
    name: &'a str,
    field: Field,
) -> Vec<Cow<'a, str>> {
    match field {
        Field::Manager => one(Some(&command.program)),
        Field::Package => one(Some(name)),
        field => of_command(command, field),
    }
}

fn one(value: Option<&str>) -> Vec<Cow<'_, str>> {
    value.map(Cow::Borrowed).into_iter().collect()
}

/// All of them, as they are.
pub(super) fn all(values: &[String]) -> Vec<Cow<'_, str>> {
    values.iter().map(|value| value.as_str().into()).collect()
}

fn names<T: Copy>(values: &[T], name: fn(T) -> &'static str) -> Vec<Cow<'static, str>> {
    values.iter().map(|value| name(*value).into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_off_addresses() {
        let cases = [
            ("https://a.example/x", "a.example", Some("443")),
            ("https://u:p@A.example:8443/x", "a.example", Some("8443")),
            ("http://b.example/", "a.example", None),
            ("a.example:22", "a.example", Some("22")),
            ("a.example", "a.example", None),
            ("http://[::1]:80/", "::1", Some("80")),
        ];
        for (address, host, wanted) in cases {
            assert_eq!(port_of(address, host).as_deref(), wanted, "{address}");
        }
    }

    #[test]
    fn an_image_is_where_it_was_typed_or_where_programs_are() {
        assert_eq!(images("evil", "/tmp/x/evil --a"), ["/tmp/x/evil"]);
        let usual = images("curl", "curl x");
        assert_eq!(usual.len(), USUAL.len());
        assert!(usual.contains(&Cow::Borrowed("/usr/bin/curl")));
    }
}
