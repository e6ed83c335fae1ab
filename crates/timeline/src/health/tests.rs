use super::*;
use ringfence_event::{CallRef, Join, Labels, Operation, Tool};
use serde_json::Value;
use uuid::Uuid;

fn event(key: u128, source: Source, session: &str, call: Option<&str>, action: Action) -> Event {
    Event {
        key: EventKey(Uuid::from_u128(key)),
        at: Timestamp(i64::try_from(key).unwrap()),
        source,
        agent: Some(AgentKind::ClaudeCode),
        moment: None,
        session: Some(SessionId::from(session)),
        call: call.map(|id| CallRef {
            id: ToolCallId::from(id),
            join: Join::Exact,
        }),
        process: None,
        cwd: None,
        action,
        labels: Labels::default(),
        rest: serde_json::Map::new(),
    }
}

fn shell() -> Tool {
    Tool {
        name: "Bash".to_owned(),
        operation: Operation::Shell {
            command: "id".to_owned(),
            argv: None,
            cwd: None,
        },
        input: Value::Null,
    }
}

fn ran(outcome: Outcome) -> Action {
    Action::ToolResult {
        tool: shell(),
        outcome,
        output: Value::Null,
    }
}

fn told(health: &mut Health, counts: HookCounts) {
    let call = || Action::ToolCall { tool: shell() };
    let run = Action::HookRun {
        moment: "PreToolUse".to_owned(),
        name: None,
        counts,
    };
    let registered = Action::HookRegistered {
        moment: "PreToolUse".to_owned(),
        matcher: None,
        layer: None,
    };
    for one in [
        event(1, Source::Telemetry, "a", None, registered),
        event(2, Source::Hook, "a", Some("1"), call()),
        event(3, Source::Transcript, "a", Some("1"), call()),
        event(4, Source::Telemetry, "a", Some("1"), run),
        event(5, Source::Transcript, "a", Some("1"), ran(Outcome::Success)),
        // Twice told is once ran.
        event(6, Source::Telemetry, "a", Some("1"), ran(Outcome::Success)),
        event(7, Source::Transcript, "a", Some("2"), ran(Outcome::Success)),
        event(8, Source::Transcript, "a", Some("3"), ran(Outcome::Failure)),
        event(9, Source::Hook, "b", Some("1"), call()),
    ] {
        health.take(&one);
    }
    health.answered(&event(2, Source::Hook, "a", None, call()), 1500);
    health.answered(&event(9, Source::Hook, "b", None, call()), 500);
}

#[test]
fn what_came_is_held_against_what_was_expected() {
    let mut health = Health::default();
    let counts = HookCounts {
        hooks: 2,
        succeeded: 1,
        cancelled: 1,
        milliseconds: 30,
        ..HookCounts::default()
    };
    told(&mut health, counts);
    let first = Heard {
        expected: 2,
        announced: 1,
        events: 1,
        last: Some(Timestamp(2)),
        registered: 1,
        runs: counts,
        answers: 1,
        answer_time: 1500,
        slowest: 1500,
    };
    let second = Heard {
        events: 1,
        last: Some(Timestamp(9)),
        answers: 1,
        answer_time: 500,
        slowest: 500,
        ..Heard::default()
    };
    let mut all = first.clone();
    all.add(&second);
    assert_eq!((all.missing(), all.mean()), (1, Some(1000)));
    let session = |name: &str, heard: &Heard| SessionHealth {
        session: SessionId::from(name),
        heard: heard.clone(),
    };
    let expected = HookHealth {
        all,
        sessions: vec![session("b", &second), session("a", &first)],
    };
    let report = health.report();
    assert_eq!(report, BTreeMap::from([(AgentKind::ClaudeCode, expected)]));
    let json = serde_json::to_string(&report).unwrap();
    let again: BTreeMap<AgentKind, HookHealth> = serde_json::from_str(&json).unwrap();
    assert_eq!(again, report);
    assert_eq!(Heard::default().mean(), None);
}

#[test]
fn calls_without_ids_are_known_by_what_they_repeat() {
    let mut health = Health::default();
    let call = || Action::ToolCall { tool: shell() };
    health.take(&event(1, Source::Hook, "a", None, call()));
    let mut wrote = event(2, Source::Transcript, "a", Some("7"), call());
    wrote.labels.repeats = Some(EventKey(Uuid::from_u128(1)));
    health.take(&wrote);
    health.take(&event(
        3,
        Source::Transcript,
        "a",
        Some("7"),
        ran(Outcome::Success),
    ));
    let heard = &health.report()[&AgentKind::ClaudeCode].all;
    assert_eq!((heard.expected, heard.announced), (1, 1));
}

#[test]
fn what_is_forgotten_still_counts() {
    let mut health = Health::default();
    let sessions = 2 * MOST_SESSIONS as u128;
    for number in 0..sessions {
        let action = Action::ToolCall { tool: shell() };
        health.take(&event(
            number + 1,
            Source::Hook,
            &number.to_string(),
            Some("1"),
            action,
        ));
    }
    assert_eq!(health.sessions.len(), MOST_SESSIONS);
    let report = health.report();
    let report = &report[&AgentKind::ClaudeCode];
    assert_eq!(u128::from(report.all.events), sessions);
    assert_eq!(report.sessions.len(), MOST_SHOWN);
}
