//! What stands in each field of each kind of record.

mod deed;
mod exchange;

pub(super) use deed::told as seen_deed;
pub(super) use exchange::told as exchange_told;

use super::Value;
use crate::field::Field;
use crate::policy::subject;
use ringfence_event::{
    Action, AgentKind, Command, Event, FileAccess, FileClass, HostAccess, HostClass, InjectionMark,
    Labels, Operation, Outcome, SessionId, Source, Tool,
};
use serde_json::Value as Json;
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

/// Takes the values of a field, one after the other.
pub(super) type Tell<'t, 'a> = &'t mut dyn FnMut(Value<'a>);

/// Tells the values of a field that all records of an event share.
pub(super) fn of_event<'a>(event: &'a Event, field: Field, tell: Tell<'_, 'a>) {
    match field {
        Field::Agent => one(event.agent.map(AgentKind::name), tell),
        Field::Tool => one(event.action.tool().map(|tool| tool.name.as_str()), tell),
        Field::Does => one(operation(event).map(Operation::name), tell),
        Field::Kind => one(Some(event.action.kind()), tell),
        Field::Cwd => one(event.cwd.as_deref(), tell),
        Field::Moment => one(event.moment.as_deref(), tell),
        Field::Unclear => all(&event.labels.unclear, tell),
        Field::Typed => one(typed(event), tell),
        Field::At => tell(Value::Made(event.at.to_string())),
        Field::Session => one(event.session.as_ref().map(SessionId::as_str), tell),
        Field::Source => one(Some(event.source.name()), tell),
        Field::Call => one(event.call.as_ref().map(|call| call.id.as_str()), tell),
        Field::Same => tell(Value::Made(subject(event))),
        Field::Server => one(mcp(event).map(|(server, _)| server), tell),
        Field::ServerTool => one(mcp(event).map(|(_, tool)| tool), tell),
        Field::Input => {
            if let Some(tool) = event.action.tool() {
                each_text(&tool.input, 0, tell);
            }
        }
        Field::Repository => {
            if let Some(name) = repository(event) {
                tell(Value::Made(name));
            }
        }
        Field::Output | Field::Outcome => of_result(event, field, tell),
        Field::Ancestors => all(&event.labels.ancestors, tell),
        Field::Unsaid | Field::Said | Field::Done => of_unsaid(&event.labels, field, tell),
        field => of_texts(&event.labels, field, tell),
    }
}

/// Tells what the texts of an event carry.
fn of_texts<'a>(labels: &'a Labels, field: Field, tell: Tell<'_, 'a>) {
    match field {
        Field::Secrets => {
            for mark in labels.secrets.iter().filter(|mark| !mark.generic) {
                tell(Value::Text(&mark.fingerprint));
            }
        }
        Field::SecretKinds => {
            for mark in &labels.secrets {
                tell(Value::Text(&mark.kind));
            }
        }
        Field::Leaks => {
            for mark in &labels.leaks {
                tell(Value::Text(&mark.form));
                if mark.split {
                    tell(Value::Text("split"));
                }
            }
        }
        Field::Personal => {
            for mark in labels.personal.iter().filter(|mark| mark.told) {
                tell(Value::Text(&mark.kind));
            }
        }
        field => {
            for mark in &labels.injections {
                of_injection(mark, field, tell);
            }
        }
    }
}

fn of_injection<'a>(mark: &'a InjectionMark, field: Field, tell: Tell<'_, 'a>) {
    match field {
        Field::InjectionLevel => tell(Value::Text(mark.level.name())),
        Field::InjectionOrigin => tell(Value::Text(&mark.origin)),
        Field::InjectionRule => all(&mark.rules, tell),
        Field::Hidden => all(&mark.hidden, tell),
        _ => {}
    }
}

fn of_unsaid<'a>(labels: &'a Labels, field: Field, tell: Tell<'_, 'a>) {
    for one in &labels.unsaid {
        tell(Value::Text(match field {
            Field::Unsaid => one.kind.name(),
            Field::Said => &one.said,
            _ => &one.done,
        }));
    }
}

/// What was done and not said: both halves of each.
pub(super) fn unsaid(event: &Event) -> String {
    let halves = event.labels.unsaid.iter();
    let halves: Vec<String> = halves
        .map(|one| format!("{} (said: {})", one.done, one.said))
        .collect();
    halves.join("; ")
}

fn of_result<'a>(event: &'a Event, field: Field, tell: Tell<'_, 'a>) {
    let Action::ToolResult {
        output, outcome, ..
    } = &event.action
    else {
        return;
    };
    if field == Field::Output {
        return each_text(output, 0, tell);
    }
    tell(Value::Text(match outcome {
        Outcome::Success => "success",
        Outcome::Failure => "failure",
        Outcome::Unknown => "unknown",
    }));
}

fn each_text<'a>(value: &'a Json, depth: usize, tell: Tell<'_, 'a>) {
    match value {
        _ if depth > DEEPEST => {}
        Json::Null => {}
        Json::Bool(_) | Json::Number(_) => tell(Value::Made(value.to_string())),
        Json::String(text) => tell(Value::Text(text)),
        Json::Array(values) => {
            for value in values {
                each_text(value, depth + 1, tell);
            }
        }
        Json::Object(entries) => {
            for value in entries.values() {
                each_text(value, depth + 1, tell);
            }
        }
    }
}

/// Tells the values of a field of the event as a record of its own.
pub(super) fn of_record<'a>(event: &'a Event, field: Field, tell: Tell<'_, 'a>) {
    if event.source == Source::Kernel {
        return deed::of(event, field, tell);
    }
    match (&event.action, field) {
        (Action::HttpExchange { exchange }, field) => exchange::of(event, exchange, field, tell),
        (Action::Prompt { text }, Field::Text) => one(Some(text), tell),
        (Action::ConfigChange { path, .. }, Field::Path | Field::FullPath) => {
            one(path.as_deref(), tell);
        }
        (Action::ConfigChange { path, .. }, Field::FileName) => {
            one(
                path.as_deref().and_then(|path| path.rsplit('/').next()),
                tell,
            );
        }
        (Action::ConfigChange { layer, .. }, Field::Layer) => one(layer.as_deref(), tell),
        (Action::ConfigChange { .. }, Field::Class) => {
            let file = event.labels.files.first();
            let class = file.map_or(FileClass::AgentConfig, |file| file.class);
            one(Some(class.name()), tell);
        }
        (Action::ConfigChange { changes, .. }, Field::Change) => {
            for change in changes {
                tell(Value::Text(change.kind.name()));
            }
        }
        (Action::ConfigChange { changes, .. }, Field::Text) => {
            for change in changes {
                tell(Value::Text(&change.text));
            }
        }
        _ => {}
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

/// The repository that a call of an MCP server names, as `owner/name`: the words of the servers of
/// GitHub (`owner` and `repo`), GitLab (`project_id`) and Bitbucket (`workspace` and `repo_slug`).
fn repository(event: &Event) -> Option<String> {
    mcp(event)?;
    let input = &event.action.tool()?.input;
    let text = |keys: &[&str]| {
        let mut values = keys.iter().filter_map(|key| input.get(key));
        values.find_map(|value| match value {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            _ => None,
        })
    };
    let name = text(&["repo", "repository", "repo_slug", "project_id"])?;
    let owner = text(&["owner", "workspace"]).filter(|_| !name.contains('/'));
    Some(match owner {
        Some(owner) => format!("{owner}/{name}"),
        None => name,
    })
}

/// Tells the values of a field of one command.
pub(super) fn of_command<'a>(command: &'a Command, field: Field, tell: Tell<'_, 'a>) {
    match field {
        Field::Program => one(Some(&command.program), tell),
        Field::Image => images(&command.program, &command.line, tell),
        Field::CommandLine => one(Some(&command.line), tell),
        Field::ParentImage => {
            if let Some(program) = command.through.last().and_then(|by| by.split(' ').next()) {
                images(program, "", tell);
            }
        }
        Field::ParentLine => one(command.through.last().map(String::as_str), tell),
        Field::Args => all(&command.args, tell),
        Field::Through => all(&command.through, tell),
        Field::FedBy => all(&command.fed_by, tell),
        Field::Carries => names(&command.carries, FileClass::name, tell),
        Field::Changes => names(&command.changes, FileClass::name, tell),
        Field::Hosts => all(&command.hosts, tell),
        Field::HostClasses => names(&command.host_classes, HostClass::name, tell),
        Field::Computed => all(&command.computed, tell),
        Field::RunsWrittenBy => one(command.runs_written_by.as_deref(), tell),
        _ => {}
    }
}

/// The program of a process that the kernel saw: no name, but where it really is.
pub(super) fn seen_image(event: &Event) -> Option<&str> {
    match (&event.source, &event.process) {
        (Source::Kernel, Some(process)) => process.executable.as_deref(),
        _ => None,
    }
}

/// The program that started the one which the kernel saw.
pub(super) fn seen_parent(event: &Event) -> Option<&str> {
    match &event.action {
        Action::Exec {
            parent: Some(parent),
            ..
        } => parent.executable.as_deref(),
        _ => None,
    }
}

/// The program with its directory: as typed, or where programs usually are.
fn images<'a>(program: &'a str, line: &'a str, tell: Tell<'_, 'a>) {
    let typed = line.split(' ').next().unwrap_or_default();
    let typed = typed.trim_matches('\'');
    if typed.contains('/') {
        return tell(Value::Text(typed));
    }
    for directory in USUAL {
        tell(Value::Below(directory, program));
    }
}

/// Tells the values of a field of one file.
pub(super) fn of_file<'a>(file: &'a FileAccess, field: Field, tell: Tell<'_, 'a>) {
    match field {
        Field::Path => one(Some(&file.path), tell),
        Field::FullPath => one(Some(&file.full), tell),
        Field::FileName => one(file.full.rsplit('/').next(), tell),
        Field::Access => one(Some(file.access.name()), tell),
        Field::Class => one(Some(file.class.name()), tell),
        Field::By => one(Some(&file.by), tell),
        Field::Image => images(&file.by, "", tell),
        _ => {}
    }
}

/// Tells the texts that a tool puts into a file.
pub(super) fn put_into<'a>(event: &'a Event, file: &FileAccess, tell: Tell<'_, 'a>) {
    let Some(Operation::Write { changes }) = operation(event) else {
        return;
    };
    let here = changes.iter().filter(|change| change.path == file.path);
    for text in here.filter_map(|change| change.text.as_deref()) {
        tell(Value::Text(text));
    }
}

/// Tells the values of a field of one host.
pub(super) fn of_host<'a>(host: &'a HostAccess, field: Field, tell: Tell<'_, 'a>) {
    match field {
        Field::Host => one(Some(&host.host), tell),
        Field::Address => {
            let is_address = host.host.parse::<IpAddr>().is_ok();
            one(is_address.then_some(host.host.as_str()), tell);
        }
        Field::Initiated => one(Some("true"), tell),
        Field::Class => one(Some(host.class.name()), tell),
        Field::By => one(Some(&host.by), tell),
        Field::Image => images(&host.by, "", tell),
        _ => {}
    }
}

/// Tells the ports at which a host is spoken to, out of the addresses that name it.
pub(super) fn ports<'a>(event: &'a Event, by: &[&'a Command], host: &str, tell: Tell<'_, 'a>) {
    let mut ports: Vec<&'a str> = Vec::new();
    let mut found = |port: Option<&'a str>| {
        if let Some(port) = port.filter(|port| !ports.contains(port)) {
            ports.push(port);
            tell(Value::Text(port));
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
        found(number.map(String::as_str));
    }
}

/// The port in `scheme://user@host:port/…` or `host:port`, or the one of the scheme.
fn port_of<'a>(address: &'a str, host: &str) -> Option<&'a str> {
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
    port.or(match scheme {
        "https" | "wss" => Some("443"),
        "http" | "ws" => Some("80"),
        "ftp" => Some("21"),
        "ssh" | "sftp" => Some("22"),
        _ => None,
    })
}

/// Tells the values of a field of one package that is installed.
pub(super) fn of_package<'a>(
    command: &'a Command,
    name: &'a str,
    field: Field,
    tell: Tell<'_, 'a>,
) {
    match field {
        Field::Manager => one(Some(&command.program), tell),
        Field::Package => one(Some(name), tell),
        field => of_command(command, field, tell),
    }
}

fn one<'a>(value: Option<&'a str>, tell: Tell<'_, 'a>) {
    if let Some(value) = value {
        tell(Value::Text(value));
    }
}

/// Tells all of them, as they are.
pub(super) fn all<'a>(values: &'a [String], tell: Tell<'_, 'a>) {
    for value in values {
        tell(Value::Text(value));
    }
}

/// Tells the names of classes.
pub(super) fn names<T: Copy>(values: &[T], name: fn(T) -> &'static str, tell: Tell<'_, '_>) {
    for value in values {
        tell(Value::Text(name(*value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{Example, ExampleAction};

    #[test]
    fn a_repository_is_named_as_the_servers_of_forges_name_it() {
        let cases = [
            (r#"{"owner":"ada","repo":"notes"}"#, Some("ada/notes")),
            (r#"{"owner":"ada","repo":"bob/notes"}"#, Some("bob/notes")),
            (
                r#"{"workspace":"ada","repo_slug":"notes"}"#,
                Some("ada/notes"),
            ),
            (r#"{"project_id":42}"#, Some("42")),
            (r#"{"owner":"ada"}"#, None),
            (r#"{"repo":["notes"]}"#, None),
            ("null", None),
        ];
        for (input, wanted) in cases {
            let example = Example {
                action: ExampleAction::Tool {
                    name: "get_issue".to_owned(),
                    server: Some("forge".to_owned()),
                    input: Some(serde_json::from_str(input).unwrap()),
                },
                cwd: None,
            };
            let event = example.event();
            assert_eq!(repository(&event).as_deref(), wanted, "{input}");
        }
    }

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
            assert_eq!(port_of(address, host), wanted, "{address}");
        }
    }

    #[test]
    fn an_image_is_where_it_was_typed_or_where_programs_are() {
        let told = |program, line| {
            let mut told = Vec::new();
            images(program, line, &mut |value| told.push(value.into_text()));
            told
        };
        assert_eq!(told("evil", "/tmp/x/evil --a"), ["/tmp/x/evil"]);
        let usual = told("curl", "curl x");
        assert_eq!(usual.len(), USUAL.len());
        assert!(usual.iter().any(|image| image == "/usr/bin/curl"));
    }
}
