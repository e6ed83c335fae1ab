//! Any event that is appended or spooled comes back equal.

use super::*;
use crate::Record;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use ringfence_event::{
    Action, AgentKind, CallRef, Change, ChangeKind, Decision, Event, EventKey, Finding, Join,
    Labels, Operation, Outcome, ProcessRef, SecretMark, SessionId, Severity, Source, Tool,
    ToolCallId, Verdict,
};
use serde_json::{Map, Value};
use uuid::Uuid;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,300}",
        Just("\0\u{1b}[2J\u{202e}\n".to_owned())
    ]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(text(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn change() -> impl Strategy<Value = Change> {
    let kinds = [ChangeKind::Create, ChangeKind::Update, ChangeKind::Delete];
    (
        text(),
        prop::sample::select(kinds.to_vec()),
        option::of(text()),
    )
        .prop_map(|(path, change, text)| Change { path, change, text })
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        (text(), option::of(vec(text(), 0..3)), option::of(text()))
            .prop_map(|(command, argv, cwd)| Operation::Shell { command, argv, cwd }),
        vec(text(), 0..3).prop_map(|paths| Operation::Read { paths }),
        vec(change(), 0..3).prop_map(|changes| Operation::Write { changes }),
        (option::of(text()), option::of(text()))
            .prop_map(|(path, pattern)| Operation::Search { path, pattern }),
        vec(text(), 0..3).prop_map(|urls| Operation::Fetch { urls }),
        text().prop_map(|query| Operation::WebSearch { query }),
        (text(), text()).prop_map(|(server, tool)| Operation::Mcp { server, tool }),
        text().prop_map(|prompt| Operation::Subagent { prompt }),
        Just(Operation::Other),
    ]
}

fn tool() -> impl Strategy<Value = Tool> {
    (text(), operation(), json()).prop_map(|(name, operation, input)| Tool {
        name,
        operation,
        input,
    })
}

fn action() -> impl Strategy<Value = Action> {
    let outcomes = [Outcome::Success, Outcome::Failure, Outcome::Unknown];
    prop_oneof![
        (option::of(text()), option::of(text()))
            .prop_map(|(reason, model)| Action::SessionStart { reason, model }),
        option::of(text()).prop_map(|reason| Action::SessionEnd { reason }),
        text().prop_map(|text| Action::Prompt { text }),
        option::of(text()).prop_map(|text| Action::TurnEnd { text }),
        tool().prop_map(|tool| Action::ToolCall { tool }),
        tool().prop_map(|tool| Action::PermissionRequest { tool }),
        (tool(), prop::sample::select(outcomes.to_vec()), json()).prop_map(
            |(tool, outcome, output)| Action::ToolResult {
                tool,
                outcome,
                output
            }
        ),
        option::of(text()).prop_map(|name| Action::SubagentStart { name }),
        option::of(text()).prop_map(|name| Action::SubagentEnd { name }),
        option::of(text()).prop_map(|trigger| Action::Compaction { trigger }),
        text().prop_map(|text| Action::Notification { text }),
        (option::of(text()), option::of(text()))
            .prop_map(|(path, layer)| Action::ConfigChange { path, layer }),
        Just(Action::Other),
    ]
}

prop_compose! {
    fn event()(
        key in any::<u128>(),
        at in *crate::record::TIMES.start()..=*crate::record::TIMES.end(),
        source in prop::sample::select(vec![Source::Hook, Source::Host]),
        agent in option::of(prop::sample::select(AgentKind::ALL.to_vec())),
        texts in vec(option::of(text()), 5),
        join in prop::sample::select(vec![Join::Exact, Join::Inferred]),
        process in option::of((any::<u32>(), any::<u64>())),
        action in action(),
        unclear in vec(text(), 0..3),
        rest in btree_map(text(), json(), 0..3),
    ) -> Event {
        let text = |place: usize| texts[place].clone();
        Event {
            key: EventKey(Uuid::from_u128(key)),
            at: Timestamp(at),
            source,
            agent,
            moment: text(0),
            session: text(1).map(SessionId),
            call: text(2).map(|id| CallRef { id: ToolCallId(id), join }),
            process: process.map(|(pid, started)| ProcessRef { pid, started, executable: text(3) }),
            cwd: text(4),
            action,
            labels: Labels {
                secrets: unclear.iter().map(|text| SecretMark {
                    kind: text.clone(),
                    masked: text.clone(),
                    fingerprint: text.clone(),
                    generic: true,
                }).collect(),
                unclear,
                ..Labels::default()
            },
            rest: Map::from_iter(rest),
        }
    }
}

prop_compose! {
    fn any_record()(
        event in event(),
        findings in vec((
            text(),
            prop::sample::select(Severity::ALL.to_vec()),
            prop::sample::select(Verdict::ALL.to_vec()),
        ), 0..3),
    ) -> Record {
        let findings = findings.into_iter().map(|(text, severity, verdict)| Finding {
            title: text.clone(),
            reason: text.clone(),
            severity,
            verdict,
            ..crate::samples::finding(&event, &text)
        }).collect();
        Record { decision: Decision::from_findings(findings), event }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_goes_in_comes_out(records in vec((any_record(), any::<bool>()), 1..12)) {
        let root = tempfile::tempdir().unwrap();
        // The times are any times; none of them is too old.
        let for_ever = Options { retention_days: 0, ..Options::default() };
        let store = Store::open(folders(root.path()), for_ever).unwrap();
        for (record, is_spooled) in &records {
            if *is_spooled {
                spool::put(&folders(root.path()), record).unwrap();
            } else {
                store.append(record.clone()).unwrap();
            }
        }
        store.take_spool().unwrap();
        store.flush().unwrap();
        let reader = store.reader().unwrap();
        for (record, _) in &records {
            let stored = reader.event(&record.event.key.to_string()).unwrap().unwrap();
            let back = Record {
                event: stored.event,
                decision: Decision { verdict: stored.verdict, findings: stored.findings },
            };
            prop_assert_eq!(&back, record);
        }
        prop_assert_eq!(reader.last_seq().unwrap(), i64::try_from(records.len()).unwrap());
        let listed = reader.events(&EventFilter::default()).unwrap();
        prop_assert_eq!(listed.len(), records.len());
    }
}
