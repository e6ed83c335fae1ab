use super::{Does, Kind};
use ringfence_event as real;
use ringfence_event::{
    Access, Action, AgentKind, CallRef, Change, ChangeKind, Command, EventKey, FileAccess,
    FileActivity, FileClass, FindingId, HostAccess, HostClass, InjectionLevel, InjectionMark, Join,
    Labels, LeakMark, Mode, Operation, Outcome, Package, PersonalMark, ProcessRef, RuleId,
    SecretMark, SessionId, Severity, Source, SystemActivity, Timestamp, Tool, ToolCallId,
    Transport, Unsaid, UnsaidKind, Verdict,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Reads the real type's JSON as the described type and writes it again: nothing may
/// be refused, lost or added.
pub(super) fn is_described_by<Described: Serialize + DeserializeOwned>(
    value: &impl Serialize,
) -> Value {
    let json = serde_json::to_value(value).unwrap();
    let described: Described =
        serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{error}: {json}"));
    assert_eq!(serde_json::to_value(described).unwrap(), json);
    json
}

fn text() -> String {
    "text".to_owned()
}

fn operations() -> Vec<Operation> {
    vec![
        Operation::Shell {
            command: "id".to_owned(),
            argv: Some(vec!["id".to_owned()]),
            cwd: Some(text()),
        },
        Operation::Shell {
            command: "id".to_owned(),
            argv: None,
            cwd: None,
        },
        Operation::Read {
            paths: vec!["a".to_owned()],
        },
        Operation::Write {
            changes: [ChangeKind::Create, ChangeKind::Update, ChangeKind::Delete]
                .into_iter()
                .map(|change| Change {
                    path: "a".to_owned(),
                    change,
                    text: (change != ChangeKind::Delete).then(|| "text".to_owned()),
                })
                .collect(),
        },
        Operation::Search {
            path: None,
            pattern: Some(text()),
        },
        Operation::Fetch {
            urls: vec!["https://example.com".to_owned()],
        },
        Operation::WebSearch {
            query: "rust".to_owned(),
        },
        Operation::Mcp {
            server: "files".to_owned(),
            tool: "read".to_owned(),
        },
        Operation::Subagent {
            prompt: "look".to_owned(),
        },
        Operation::Other,
    ]
}

fn tool(operation: Operation) -> Tool {
    Tool {
        name: "Bash".to_owned(),
        operation,
        input: json!({ "command": ["id", 1, null] }),
    }
}

fn actions() -> Vec<Action> {
    let mut actions = vec![
        Action::SessionStart {
            reason: Some(text()),
            model: None,
        },
        Action::SessionEnd { reason: None },
        Action::Prompt {
            text: "hello".to_owned(),
        },
        Action::TurnEnd { text: Some(text()) },
        Action::PermissionRequest {
            tool: Tool {
                input: Value::Null,
                ..tool(Operation::Other)
            },
        },
        Action::SubagentStart { name: Some(text()) },
        Action::SubagentEnd { name: None },
        Action::Compaction {
            trigger: Some(text()),
        },
        Action::Notification {
            text: "done".to_owned(),
        },
        Action::ConfigChange {
            path: Some(text()),
            layer: None,
            changes: Vec::new(),
        },
        Action::Other,
    ];
    actions.extend(seen());
    actions.extend(operations().into_iter().map(|operation| Action::ToolCall {
        tool: tool(operation),
    }));
    let outcomes = [Outcome::Success, Outcome::Failure, Outcome::Unknown];
    actions.extend(outcomes.map(|outcome| Action::ToolResult {
        tool: tool(Operation::Other),
        outcome,
        output: json!([1, { "a": null }]),
    }));
    actions
}

/// What the sensor in the kernel tells.
fn seen() -> Vec<Action> {
    let mut actions = vec![
        Action::Exec {
            argv: vec!["a".to_owned()],
            parent: None,
            environment: [("A".to_owned(), "b".to_owned())].into(),
            script: None,
            error: None,
        },
        Action::Exit {
            code: Some(1),
            signal: None,
        },
        Action::DnsQuery {
            name: text(),
            record: "A".to_owned(),
            error: None,
        },
    ];
    let activities = [
        FileActivity::Create,
        FileActivity::Read,
        FileActivity::Update,
        FileActivity::Delete,
        FileActivity::Rename,
        FileActivity::Link,
        FileActivity::SetAttributes,
    ];
    actions.extend(activities.map(|activity| Action::File {
        path: text(),
        activity,
        to: Some(text()),
        error: Some(13),
    }));
    let transports = [Transport::Tcp, Transport::Udp, Transport::Unix];
    actions.extend(transports.map(|transport| Action::Connect {
        address: text(),
        port: 443,
        transport,
        error: None,
    }));
    actions.extend(reached());
    actions
}

/// What the sensor tells of others than files.
fn reached() -> Vec<Action> {
    let activities = [
        SystemActivity::Trace,
        SystemActivity::Signal,
        SystemActivity::Mount,
        SystemActivity::LoadModule,
        SystemActivity::LoadProgram,
        SystemActivity::Queue,
    ];
    let mut actions: Vec<Action> = activities
        .map(|activity| Action::System {
            activity,
            target: text(),
            error: Some(1),
        })
        .into();
    actions.extend([
        Action::Listen {
            address: text(),
            port: 8080,
            transport: Transport::Tcp,
        },
        Action::Accept {
            address: text(),
            port: 8080,
            transport: Transport::Tcp,
        },
        Action::Lost {
            counts: [("ring_full".to_owned(), 3)].into(),
        },
    ]);
    actions.extend(told());
    actions
}

/// What agents write down or export.
fn told() -> Vec<Action> {
    let usage = real::Usage {
        model: Some(text()),
        request: Some(text()),
        message: Some(text()),
        input: 1,
        output: 2,
        cache_read: 3,
        cache_write: 4,
        cache_write_hour: 5,
        reasoning: 6,
        fast: true,
        aside: true,
        cost: Some(real::Cost(7)),
    };
    vec![
        Action::Message { text: text() },
        Action::Thinking { text: text() },
        Action::Usage { usage },
        Action::Usage {
            usage: real::Usage::default(),
        },
        Action::PermissionMode {
            mode: text(),
            unguarded: true,
        },
        Action::Decision {
            tool: text(),
            accepted: true,
            by: None,
        },
        Action::HookRegistered {
            moment: text(),
            matcher: Some(text()),
            layer: None,
        },
        Action::HookRun {
            moment: text(),
            name: None,
            counts: real::HookCounts::default(),
        },
        Action::HttpExchange {
            exchange: Box::default(),
        },
        Action::HttpExchange {
            exchange: Box::new(exchange()),
        },
    ]
}

fn exchange() -> real::Exchange {
    real::Exchange {
        protocol: text(),
        scheme: text(),
        host: text(),
        port: 443,
        peer: real::Peer::Provider,
        method: text(),
        path: text(),
        status: Some(200),
        sent: 1,
        received: 2,
        milliseconds: 3,
        first_byte: Some(4),
        first_token: Some(5),
        format: Some(text()),
        provider: Some(text()),
        model: Some(text()),
        request: Some(text()),
        error: Some(real::ExchangeError {
            kind: text(),
            message: text(),
        }),
        limits: [(text(), text())].into(),
        ending: real::Ending::Cut,
        handling: real::Handling::Redacted,
        signs: real::Sign::ALL.to_vec(),
        found: [
            real::FoundKind::Secret,
            real::FoundKind::Leak,
            real::FoundKind::Injection,
        ]
        .map(|what| real::Found {
            what,
            direction: real::Direction::Outgoing,
            pattern: text(),
            place: text(),
            offset: 7,
            through: vec![text()],
            snippet: text(),
            fingerprint: text(),
            at_home: true,
        })
        .to_vec(),
        truncated: true,
        not_read: real::NotRead::ALL.into(),
    }
}

fn injections(list: &[String]) -> Vec<InjectionMark> {
    [InjectionLevel::Taint, InjectionLevel::Alert]
        .into_iter()
        .map(|level| InjectionMark {
            origin: "tool_result".to_owned(),
            level,
            score: -5,
            rules: list.to_vec(),
            excerpt: "ignore".to_owned(),
            place: 7,
            hidden: list.to_vec(),
        })
        .collect()
}

fn unsaid() -> Vec<Unsaid> {
    UnsaidKind::ALL
        .into_iter()
        .map(|kind| Unsaid {
            kind,
            said: "npm test".to_owned(),
            done: "node reads a key".to_owned(),
        })
        .collect()
}

#[expect(clippy::too_many_lines, reason = "one of each")]
fn labels() -> Labels {
    let list = vec!["a".to_owned()];
    Labels {
        commands: vec![
            Command::default(),
            Command {
                program: "cat".to_owned(),
                args: list.clone(),
                line: "cat a".to_owned(),
                through: list.clone(),
                fed_by: list.clone(),
                carries: vec![FileClass::Credential],
                changes: vec![FileClass::Guard],
                hosts: list.clone(),
                host_classes: vec![HostClass::Drop],
                computed: list.clone(),
                runs_written_by: Some(text()),
            },
        ],
        files: [Access::Read, Access::Write, Access::Delete]
            .into_iter()
            .map(|access| FileAccess {
                path: "a".to_owned(),
                full: "/a".to_owned(),
                access,
                class: FileClass::Other,
                by: "cat".to_owned(),
            })
            .collect(),
        hosts: vec![HostAccess {
            host: "example.com".to_owned(),
            class: HostClass::Unknown,
            by: "curl".to_owned(),
        }],
        packages: vec![Package {
            ecosystem: "npm".to_owned(),
            name: "left-pad".to_owned(),
            version: Some("1.3.0".to_owned()),
            by: "npm".to_owned(),
        }],
        secrets: vec![SecretMark {
            kind: "private-key".to_owned(),
            masked: "a…z".to_owned(),
            fingerprint: "00".to_owned(),
            generic: true,
        }],
        leaks: vec![LeakMark {
            fingerprint: "00".to_owned(),
            form: "base64".to_owned(),
            split: true,
        }],
        injections: injections(&list),
        personal: vec![PersonalMark {
            kind: "iban".to_owned(),
            count: 2,
            told: true,
        }],
        unclear: list.clone(),
        ancestors: list,
        unsaid: unsaid(),
        repeats: Some(EventKey(uuid::Uuid::nil())),
    }
}

fn event(action: Action) -> real::Event {
    real::Event {
        key: EventKey(uuid::Uuid::from_u128(1)),
        at: Timestamp(1_795_000_000_000_000),
        source: Source::Hook,
        agent: None,
        moment: None,
        session: None,
        call: None,
        process: None,
        cwd: None,
        action,
        labels: Labels::default(),
        rest: serde_json::Map::new(),
    }
}

fn full_event() -> real::Event {
    real::Event {
        source: Source::Host,
        agent: Some(AgentKind::ClaudeCode),
        moment: Some(text()),
        session: Some(SessionId::from("session")),
        call: Some(CallRef {
            id: ToolCallId::from("call"),
            join: Join::Exact,
        }),
        process: Some(ProcessRef {
            pid: 1,
            started: 2,
            executable: Some(text()),
        }),
        cwd: Some(text()),
        labels: labels(),
        rest: serde_json::Map::from_iter([("other".to_owned(), json!({ "a": [1] }))]),
        ..event(Action::Other)
    }
}

#[test]
fn every_event_is_described() {
    let mut kinds = BTreeSet::new();
    let mut names = BTreeSet::new();
    for action in actions() {
        kinds.insert(action.kind());
        names.extend(action.tool().map(|tool| tool.operation.name()));
        is_described_by::<super::Event>(&event(action));
    }
    assert_eq!(kinds, BTreeSet::from(Action::KINDS));
    assert_eq!(names, BTreeSet::from(Operation::NAMES));
    is_described_by::<super::Event>(&full_event());
}

#[test]
fn every_finding_is_described() {
    let rule = RuleId::from("rule");
    let key = EventKey(uuid::Uuid::from_u128(1));
    let bare = real::Finding {
        id: FindingId::of(key, &rule),
        event: key,
        at: Timestamp(0),
        rule,
        title: String::new(),
        severity: Severity::High,
        verdict: Verdict::Deny,
        reason: String::new(),
        evidence: String::new(),
        techniques: Vec::new(),
        steps: Vec::new(),
        allowed_by: None,
    };
    is_described_by::<super::Finding>(&bare);
    is_described_by::<super::Finding>(&real::Finding {
        techniques: vec!["T1552.004".to_owned()],
        steps: Vec::new(),
        allowed_by: Some(bare.id.clone()),
        ..bare
    });
}

#[test]
fn every_word_is_described() {
    for kind in Action::KINDS {
        is_described_by::<Kind>(&kind);
    }
    for name in Operation::NAMES {
        is_described_by::<Does>(&name);
    }
    for severity in Severity::ALL {
        is_described_by::<super::Severity>(&severity);
    }
    for verdict in Verdict::ALL {
        is_described_by::<super::Verdict>(&verdict);
    }
    for agent in AgentKind::ALL {
        is_described_by::<super::AgentKind>(&agent);
    }
    for mode in [Mode::Monitor, Mode::Guard, Mode::Enforce] {
        is_described_by::<super::Mode>(&mode);
    }
    for join in [Join::Exact, Join::Inferred] {
        is_described_by::<super::Join>(&join);
    }
    for class in FILE_CLASSES {
        is_described_by::<super::labels::FileClass>(&class);
    }
    for class in HOST_CLASSES {
        is_described_by::<super::labels::HostClass>(&class);
    }
}

const FILE_CLASSES: [FileClass; 17] = [
    FileClass::Canary,
    FileClass::Credential,
    FileClass::ProjectSecret,
    FileClass::SystemSecret,
    FileClass::PrivateStore,
    FileClass::Autostart,
    FileClass::AccessGrant,
    FileClass::GitHook,
    FileClass::AgentConfig,
    FileClass::AgentInstructions,
    FileClass::Guard,
    FileClass::Disk,
    FileClass::Tree,
    FileClass::System,
    FileClass::Project,
    FileClass::Temporary,
    FileClass::Other,
];

const HOST_CLASSES: [HostClass; 7] = [
    HostClass::Loopback,
    HostClass::Private,
    HostClass::Metadata,
    HostClass::Known,
    HostClass::Drop,
    HostClass::Address,
    HostClass::Unknown,
];

#[test]
fn the_counts_are_described() {
    is_described_by::<super::Stats>(&ringfence_store::Stats::default());
    is_described_by::<super::Stats>(&ringfence_store::Stats {
        first: Some(Timestamp(0)),
        by_rule: [("rule".to_owned(), 1)].into(),
        ..ringfence_store::Stats::default()
    });
}
