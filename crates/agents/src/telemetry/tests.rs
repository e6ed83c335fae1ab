use super::*;
use proptest::prelude::*;
use ringfence_event::{Action, AgentKind, Cost, EventKey, Source, ToolCallId};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const RECEIVED: Timestamp = Timestamp(1_800_000_000_000_000);

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/telemetry")
}

fn bodies() -> BTreeMap<String, (Signal, Encoding)> {
    let mut found = BTreeMap::new();
    for agent in fs::read_dir(fixtures()).unwrap() {
        for file in fs::read_dir(agent.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path
                .strip_prefix(fixtures())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            let signal = if name.contains("logs") {
                Signal::Logs
            } else if name.contains("traces") {
                Signal::Traces
            } else {
                Signal::Metrics
            };
            let encoding = if path.extension().is_some_and(|ending| ending == "pb") {
                Encoding::Protobuf
            } else {
                Encoding::Json
            };
            found.insert(name, (signal, encoding));
        }
    }
    found
}

fn read(name: &str) -> Telemetry {
    let (signal, encoding) = bodies()[name];
    let body = fs::read(fixtures().join(name)).unwrap();
    read_telemetry(signal, encoding, &body, RECEIVED).unwrap()
}

fn line(event: &ringfence_event::Event) -> String {
    let call = event.call.as_ref().map(|call| format!(" {}", call.id));
    let action: String = serde_json::to_string(&event.action)
        .unwrap()
        .chars()
        .take(300)
        .collect();
    let rest = serde_json::to_string(&event.rest).unwrap();
    let rest: String = rest.chars().take(200).collect();
    format!(
        "{} {}{} {action} + {rest}\n",
        event.at,
        event.moment.as_deref().unwrap_or("-"),
        call.unwrap_or_default(),
    )
}

#[test]
fn every_body_is_told_as_it_was() {
    for name in bodies().keys() {
        let found = read(name);
        assert_eq!(
            found.records,
            found.told + found.quiet + found.unknown + found.foreign,
            "{name}"
        );
        let mut text = format!(
            "{} records: {} told, {} quiet, {} unknown, {} foreign\n",
            found.records, found.told, found.quiet, found.unknown, found.foreign
        );
        for event in &found.events {
            assert_eq!(event.source, Source::Telemetry);
            text.push_str(&line(event));
        }
        let short: String = name
            .chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() {
                    letter
                } else {
                    '_'
                }
            })
            .collect();
        insta::assert_snapshot!(short, text);
    }
}

#[test]
fn the_same_batch_has_the_same_keys() {
    let mut keys: BTreeSet<EventKey> = BTreeSet::new();
    let mut events = 0;
    for name in bodies().keys() {
        let found = read(name);
        assert_eq!(found, read(name), "{name}");
        events += found.events.len();
        keys.extend(found.events.iter().map(|event| event.key));
    }
    assert_eq!(keys.len(), events);
}

#[test]
fn hooks_decisions_and_costs_of_claude_code_become_events() {
    let mut events = read("claude-code/logs-start.json").events;
    events.extend(read("claude-code/logs.json").events);
    let of = |wanted: &str| {
        let found = events.iter().filter(|event| event.action.kind() == wanted);
        found.count()
    };
    assert_eq!(
        (of("hook_registered"), of("hook_run"), of("decision")),
        (2, 5, 4)
    );
    let calls: BTreeSet<&ToolCallId> = events
        .iter()
        .filter_map(|event| event.call.as_ref())
        .map(|call| &call.id)
        .collect();
    assert_eq!(calls.len(), 4);
    let costs = events.iter().filter_map(|event| match &event.action {
        Action::Usage { usage } => usage.cost,
        _ => None,
    });
    let sum = costs.fold(Cost(0), Cost::plus);
    let priced = events.iter().filter_map(|event| match &event.action {
        Action::Usage { usage } => crate::prices().cost(usage),
        _ => None,
    });
    assert_eq!(sum, priced.fold(Cost(0), Cost::plus));
}

#[test]
fn one_call_has_three_sources() {
    // The second run of the same fixture: its transcript, its hooks, its telemetry.
    let telemetry: BTreeSet<String> = read("claude-code/logs.pb")
        .events
        .into_iter()
        .filter_map(|event| Some(event.call?.id.0))
        .collect();
    let base = fixtures().join("../claude-code/2.1.329");
    let session = "projects/-home-dev-project/3f25237b-6b96-496d-aa1a-06de6b26af7c.jsonl";
    let transcript = fs::read_to_string(base.join(session)).unwrap();
    let hooks = fs::read_to_string(base.join("hooks.jsonl")).unwrap();
    assert_eq!(telemetry.len(), 4);
    for call in telemetry {
        assert!(
            transcript.contains(&call) && hooks.contains(&call),
            "{call}"
        );
    }
}

#[test]
fn both_encodings_tell_the_same() {
    // Two runs after the same script: what they are about is equal, times and ids are not.
    let kinds = |name: &str| -> Vec<(String, Option<String>)> {
        let events = read(name).events.into_iter();
        events
            .map(|event| {
                let tool = event.action.tool().map(|tool| tool.name.clone());
                (event.action.kind().to_owned(), tool)
            })
            .collect()
    };
    assert_eq!(kinds("copilot/traces0.json"), kinds("copilot/traces0.pb"));
}

#[test]
fn what_is_not_otlp_is_an_error() {
    let read = |encoding, body: &[u8]| read_telemetry(Signal::Logs, encoding, body, RECEIVED);
    assert_eq!(read(Encoding::Protobuf, b""), Ok(Telemetry::default()));
    assert_eq!(read(Encoding::Json, b"{}"), Ok(Telemetry::default()));
    for body in [&b""[..], b"[]", b"{", b"null"] {
        assert!(read(Encoding::Json, body).is_err(), "{body:?}");
    }
    assert!(read(Encoding::Protobuf, b"\x0a\x7f").is_err());
    let large = vec![0; LARGEST_TELEMETRY + 1];
    assert_eq!(
        read(Encoding::Protobuf, &large),
        Err(TelemetryError::TooLarge {
            limit: LARGEST_TELEMETRY
        })
    );
}

#[test]
fn many_empty_records_are_an_error() {
    // 60,000 empty log records in one scope of one resource.
    let message = |field: u8, inner: &[u8]| {
        let mut bytes = vec![field << 3 | 2];
        let mut length = inner.len();
        while length >= 0x80 {
            bytes.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
            length >>= 7;
        }
        bytes.push(u8::try_from(length).unwrap());
        bytes.extend(inner);
        bytes
    };
    let records = [0x12, 0].repeat(60_000);
    let body = message(1, &message(2, &records));
    let read = read_telemetry(Signal::Logs, Encoding::Protobuf, &body, RECEIVED);
    assert_eq!(
        read,
        Err(TelemetryError::TooMany {
            limit: MOST_RECORDS
        })
    );
}

#[test]
fn programs_that_are_no_agents_are_counted() {
    let body = br#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"nginx"}}]},
        "scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}},{}]}]}]}"#;
    let found = read_telemetry(Signal::Logs, Encoding::Json, body, RECEIVED).unwrap();
    let wanted = Telemetry {
        records: 2,
        foreign: 2,
        ..Telemetry::default()
    };
    assert_eq!(found, wanted);
}

#[test]
fn what_a_user_is_called_is_not_kept() {
    for name in bodies().keys() {
        for event in read(name).events {
            assert!(
                !event.rest.keys().any(|key| key.starts_with("user.")),
                "{name}"
            );
            assert_ne!(event.agent, Some(AgentKind::Cursor));
        }
    }
}

proptest! {
    #[test]
    fn garbage_is_no_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        for signal in [Signal::Logs, Signal::Traces, Signal::Metrics] {
            for encoding in [Encoding::Json, Encoding::Protobuf] {
                let read = read_telemetry(signal, encoding, &body, RECEIVED);
                if let Ok(found) = read {
                    prop_assert!(found.events.len() as u64 <= found.records);
                }
            }
        }
    }

    #[test]
    fn spoiled_bodies_are_no_panic(
        place in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let found: Vec<_> = bodies().into_iter().collect();
        let (name, (signal, encoding)) = place.get(&found);
        let mut body = fs::read(fixtures().join(name)).unwrap();
        let at = at.index(body.len());
        body[at] = byte;
        if let Ok(found) = read_telemetry(*signal, *encoding, &body, RECEIVED) {
            let sum = found.told + found.quiet + found.unknown + found.foreign;
            prop_assert_eq!(found.records, sum);
        }
    }
}
