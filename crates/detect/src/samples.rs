//! Events and rules for this crate's tests.

use crate::example::{Example, ExampleAction};
use ringfence_event::{
    Access, Action, Command, Event, FileAccess, FileClass, HostAccess, HostClass, Outcome,
};

/// A tool call that runs these programs.
pub(crate) fn runs(commands: Vec<Command>) -> Event {
    let lines: Vec<&str> = commands.iter().map(|one| one.line.as_str()).collect();
    let example = Example {
        action: ExampleAction::Command(lines.join("; ")),
        cwd: None,
    };
    let mut event = example.event();
    event.labels.commands = commands;
    event
}

/// A program with arguments, split at spaces.
pub(crate) fn command(line: &str) -> Command {
    let mut words = line.split(' ').map(str::to_owned);
    Command {
        program: words.next().unwrap_or_default(),
        args: words.collect(),
        line: line.to_owned(),
        ..Command::default()
    }
}

/// A tool call that reads a file of this class.
pub(crate) fn reads(path: &str, class: FileClass) -> Event {
    let example = Example {
        action: ExampleAction::Read(path.to_owned()),
        cwd: None,
    };
    let mut event = example.event();
    event.labels.files.push(FileAccess {
        path: path.to_owned(),
        full: path.to_owned(),
        access: Access::Read,
        class,
        by: "Read".to_owned(),
    });
    event
}

/// A tool call that writes a text to a file of this class.
pub(crate) fn writes(path: &str, text: &str, class: FileClass) -> Event {
    let example = Example {
        action: ExampleAction::Write {
            path: path.to_owned(),
            text: Some(text.to_owned()),
        },
        cwd: None,
    };
    let mut event = example.event();
    event.labels.files.push(FileAccess {
        path: path.to_owned(),
        full: path.to_owned(),
        access: Access::Write,
        class,
        by: "Write".to_owned(),
    });
    event
}

/// A tool call that gets a page.
pub(crate) fn fetches(host: &str, class: HostClass) -> Event {
    let example = Example {
        action: ExampleAction::Fetch(format!("https://{host}/")),
        cwd: None,
    };
    let mut event = example.event();
    event.labels.hosts.push(HostAccess {
        host: host.to_owned(),
        class,
        by: "WebFetch".to_owned(),
    });
    event
}

/// A prompt.
pub(crate) fn prompts(text: &str) -> Event {
    let action = ExampleAction::Prompt(text.to_owned());
    Example { action, cwd: None }.event()
}

/// The same tool call after it has run.
pub(crate) fn done(mut event: Event) -> Event {
    if let Some(tool) = event.action.tool() {
        event.action = Action::ToolResult {
            tool: tool.clone(),
            outcome: Outcome::Success,
            output: serde_json::Value::Null,
        };
    }
    event
}

/// A rule's YAML with this category and detection (its lines, unindented).
pub(crate) fn rule(name: &str, category: &str, detection: &str) -> String {
    let uuid = uuid::Uuid::from_u64_pair(0, name.bytes().map(u64::from).sum());
    let detection = detection.trim().replace('\n', "\n  ");
    format!(
        "title: A test
id: {uuid}
description: Only for tests.
logsource:
  product: agent
  category: {category}
detection:
  {detection}
level: high
ringfence:
  name: {name}
  action: deny
  reason: 'Found {{evidence}}.'
  examples:
    - command: bad
  negative_examples:
    - command: good
"
    )
}

/// A stock Sigma rule's YAML: no `ringfence` block.
pub(crate) fn stock(title: &str, logsource: &str, detection: &str) -> String {
    let detection = detection.trim().replace('\n', "\n  ");
    format!("title: {title}\nlogsource: {logsource}\ndetection:\n  {detection}\n")
}

/// Rules out of these documents.
pub(crate) fn set(documents: &[String]) -> crate::RuleSet {
    let text = documents.join("\n---\n");
    let pack = crate::Pack {
        name: "t.yml",
        text: &text,
    };
    crate::RuleSet::compile(&[pack]).unwrap()
}

/// The names of the rules that match, in rule order.
pub(crate) fn names(set: &crate::RuleSet, event: &Event) -> Vec<String> {
    let findings = set.evaluate(event, &crate::Policy::default());
    findings.into_iter().map(|finding| finding.rule.0).collect()
}
