//! What is read off the wire beside what hooks and transcripts tell.

use super::*;
use ringfence_event::{ProcessRef, SessionId, Source, Usage};

/// The same events as they are read off the wire, by a process whose session is not known yet.
fn on_the_wire(events: Vec<Event>) -> Vec<Event> {
    let mut events = exported(events);
    for event in &mut events {
        event.source = Source::Proxy;
        event.session = None;
        event.process = Some(ProcessRef {
            pid: 1,
            started: 1,
            executable: None,
        });
    }
    events
}

#[test]
fn what_is_said_on_the_wire_waits_for_a_slow_hook() {
    let stage = Stage::new();
    let mut events = on_the_wire(written(AT_NOON, "toolu_1", BAD));
    events[0].session = Some(SessionId::from("s1"));
    stage.take(NOON, true, events);
    let later = NOON + 20 * PATIENCE;
    assert_eq!(stage.due(later), [], "it has not run");
    let hook = stage.hook(later, &before_use("toolu_1", BAD));
    let again = call(Heard::Again(hook.key), Verdict::Allow);
    assert_eq!(stage.due(later + 1), [again]);
}

#[test]
fn what_ran_and_no_hook_told_is_judged_as_the_wire_tells_it() {
    let stage = Stage::new();
    let said = [
        written(AT_NOON, "toolu_1", BAD),
        came_back(AT_NOON, "toolu_1"),
    ];
    for mut events in said.map(on_the_wire) {
        events[0].session = Some(SessionId::from("s1"));
        stage.take(NOON, true, events);
    }
    assert_eq!(stage.due(NOON + PATIENCE - 1), []);
    let seen = stage.due(NOON + PATIENCE);
    assert_eq!(seen[0], call(Heard::First, Verdict::Alert));
    assert_eq!(seen.len(), 2, "with its result");
}

#[test]
fn a_call_on_the_wire_names_its_session() {
    let stage = Stage::new();
    stage.take(NOON, true, on_the_wire(written(AT_NOON, "toolu_1", "ls")));
    assert_eq!(stage.due(NOON + 1), [], "nobody knows whose it is");
    let hook = stage.hook(NOON + 1, &before_use("toolu_1", "ls"));
    let again = call(Heard::Again(hook.key), Verdict::Allow);
    assert_eq!(stage.due(NOON + 2), [again]);
    let sessions: Vec<_> = stage.kept().into_iter().map(|one| one.session).collect();
    assert_eq!(sessions, [hook.session.clone(), hook.session]);
}

#[test]
fn a_process_names_the_session_of_what_it_said() {
    let stage = Stage::new();
    let mut prompts = on_the_wire(written(AT_NOON, "toolu_1", "ls"));
    prompts[0].call = None;
    prompts[0].action = Action::Prompt {
        text: "list it".to_owned(),
    };
    let mut usage = prompts.clone();
    usage[0].key = EventKey(Uuid::from_u128(5));
    usage[0].action = Action::Usage {
        usage: Usage::default(),
    };
    stage.take(NOON, true, [prompts, usage.clone()].concat());
    assert_eq!(stage.due(NOON + 1), [], "nobody knows whose they are");
    stage.told.waiting.lock().unwrap()[1]
        .event
        .process
        .as_mut()
        .unwrap()
        .pid = OURS;
    let first = ("usage".to_owned(), Heard::First, Verdict::Allow);
    assert_eq!(stage.due(NOON + 2), [first]);
    assert_eq!(stage.kept()[0].session, Some(SessionId::from("s1")));
    // Nobody ever says whose the other is.
    let first = ("prompt".to_owned(), Heard::First, Verdict::Allow);
    assert_eq!(stage.due(NOON + PATIENCE), [first]);
    assert_eq!(stage.kept()[1].session, None);
}

#[test]
fn what_a_model_says_is_kept_once_and_waits_for_nobody() {
    let stage = Stage::new();
    let mut wire = on_the_wire(written(AT_NOON, "toolu_1", "ls"));
    wire[0].call = None;
    wire[0].session = Some(SessionId::from("s1"));
    wire[0].action = Action::Message {
        text: "Done.".to_owned(),
    };
    let mut line = wire.clone();
    line[0].source = Source::Transcript;
    line[0].key = EventKey(Uuid::from_u128(5));
    let message = |heard| ("message".to_owned(), heard, Verdict::Allow);
    let (_, seen) = stage.take(NOON, true, wire.clone());
    assert_eq!(seen, [message(Heard::First)]);
    let (_, seen) = stage.take(NOON, true, line);
    assert_eq!(seen, [message(Heard::Again(wire[0].key))]);
}

#[test]
fn a_result_on_the_wire_is_that_of_its_call() {
    let stage = Stage::new();
    let nameless = |mut payload: Value| {
        payload.as_object_mut().unwrap().remove("tool_use_id");
        payload
    };
    let hook = stage.hook(NOON, &nameless(before_use("", "make test")));
    let mut after = nameless(before_use("", "make test"));
    after["hook_event_name"] = json!("PostToolUse");
    after["tool_response"] = json!({"stdout": "done"});
    let end = stage.hook(NOON + 1, &after);
    let said = [
        written(AT_NOON, "toolu_1", "make test"),
        came_back(AT_NOON, "toolu_1"),
    ];
    for (mut events, told) in said.map(on_the_wire).into_iter().zip([&hook, &end]) {
        events[0].session = Some(SessionId::from("s1"));
        let (_, seen) = stage.take(NOON + 2, true, events);
        assert_eq!(seen[0].1, Heard::Again(told.key));
    }
}
