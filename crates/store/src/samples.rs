//! Records for tests.

use crate::body::Encoder;
use crate::record::Prepared;
use crate::{Folders, Record};
use ringfence_event::{
    Action, AgentKind, Decision, Event, EventKey, Finding, FindingId, Labels, Operation, RuleId,
    SessionId, Severity, Source, Timestamp, Tool, Verdict,
};
use std::path::Path;
use uuid::Uuid;

/// A shell call whose key, time and session follow from a number.
pub(crate) fn record(number: u64, command: &str) -> Record {
    let event = Event {
        key: EventKey(Uuid::from_u128(
            0x0199_0000_0000_7000_8000_0000_0000_0000 + u128::from(number),
        )),
        at: Timestamp(1_795_000_000_000_000 + i64::try_from(number).unwrap() * 1_000_000),
        source: Source::Hook,
        agent: Some(AgentKind::ClaudeCode),
        moment: Some("PreToolUse".to_owned()),
        session: Some(SessionId(format!("session-{}", number % 3))),
        call: None,
        process: None,
        cwd: Some("/home/ada/project".to_owned()),
        action: Action::ToolCall {
            tool: Tool {
                name: "Bash".to_owned(),
                operation: Operation::Shell {
                    command: command.to_owned(),
                    argv: None,
                    cwd: None,
                },
                input: serde_json::json!({ "command": command }),
            },
        },
        labels: Labels::default(),
        rest: serde_json::Map::new(),
    };
    Record {
        event,
        decision: Decision::from_findings(Vec::new()),
    }
}

/// What a rule says about an event: high, deny.
pub(crate) fn finding(event: &Event, rule: &str) -> Finding {
    let rule = RuleId::from(rule);
    Finding {
        id: FindingId::of(event.key, &rule),
        event: event.key,
        at: event.at,
        rule,
        title: "A title".to_owned(),
        severity: Severity::High,
        verdict: Verdict::Deny,
        reason: "It reads a private key.".to_owned(),
        evidence: "cat id_rsa".to_owned(),
        techniques: vec!["T1552.004".to_owned()],
        steps: Vec::new(),
        allowed_by: None,
    }
}

/// The same with a finding of each rule.
pub(crate) fn denied(number: u64, command: &str, rules: &[&str]) -> Record {
    let Record { event, .. } = record(number, command);
    let findings = rules.iter().map(|rule| finding(&event, rule)).collect();
    Record {
        decision: Decision::from_findings(findings),
        event,
    }
}

/// Folders below a temporary one.
pub(crate) fn folders(root: &Path) -> Folders {
    Folders {
        data: root.join("data"),
        spool: root.join("data/spool"),
        overflow: Some(root.join("runtime/overflow")),
    }
}

/// Ready for the archive.
pub(crate) fn prepared(record: Record) -> Prepared {
    let mut line = Vec::new();
    let prepared = Prepared::new(record, &mut Encoder::new().unwrap(), &mut line).unwrap();
    Prepared { line, ..prepared }
}
