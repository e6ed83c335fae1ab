//! One call, three sources.

use super::{history, hooks, recorded, shown, telemetry};
use crate::{Call, Spent, Timeline};
use ringfence_event::{Event, Source, Timestamp};

const SESSION: &str = "3f25237b-6b96-496d-aa1a-06de6b26af7c";

fn of_session(events: Vec<Event>) -> Vec<Event> {
    let own = |event: &Event| (event.session.as_ref()).is_some_and(|own| own.as_str() == SESSION);
    events.into_iter().filter(own).collect()
}

fn all() -> [Vec<Event>; 3] {
    let start = Timestamp::parse("2026-11-21T16:38:24.384Z").unwrap();
    [
        of_session(hooks("claude-code/2.1.329/hooks.jsonl", start)),
        of_session(history(&format!(
            "claude-code/2.1.329/projects/-home-dev-project/{SESSION}.jsonl"
        ))),
        of_session(telemetry("claude-code/logs.pb")),
    ]
}

fn calls(timeline: &Timeline) -> Vec<(&[Source], &Call)> {
    let steps = timeline.turns.iter().flat_map(|turn| &turn.steps);
    steps
        .filter_map(|step| Some((step.sources.as_slice(), step.call()?)))
        .collect()
}

#[test]
fn hook_transcript_and_telemetry_of_one_call_are_one_call() {
    let timeline = Timeline::of(recorded(all().concat()));
    for (sources, call) in calls(&timeline) {
        assert_eq!(
            sources,
            [Source::Hook, Source::Transcript, Source::Telemetry],
            "{call:?}"
        );
    }
    assert_eq!(calls(&timeline).len(), 4);
    insta::assert_snapshot!("three_sources", shown(&timeline));
}

#[test]
fn what_was_used_is_counted_from_one_source() {
    let [hooks, transcript, telemetry] = all();
    let alone = Timeline::of(recorded(transcript.clone())).spent;
    let both = Timeline::of(recorded([hooks, transcript, telemetry.clone()].concat())).spent;
    let exported = Timeline::of(recorded(telemetry)).spent;
    let expected = Spent {
        recorded: exported.recorded,
        ..alone
    };
    assert_eq!(both, expected);
    assert_eq!(exported.requests, alone.requests);
    assert_eq!(exported.cost, alone.cost);
}

#[test]
fn without_ids_calls_are_joined_by_likeness() {
    let mut events = all().concat();
    for event in &mut events {
        if event.source == Source::Telemetry {
            event.call = None;
        }
    }
    let timeline = Timeline::of(recorded(events));
    let calls = calls(&timeline);
    assert_eq!(calls.len(), 4);
    for (sources, call) in calls {
        assert_eq!(sources.len(), 3, "{call:?}");
        assert_eq!(call.join, ringfence_event::Join::Inferred);
    }
}

#[test]
fn what_names_the_event_that_it_repeats_is_joined_to_it() {
    let tool = crate::tests::made::shell("make");
    let first = crate::tests::made::call(1, "c1", tool.clone());
    let mut again = crate::tests::made::call(500, "c2", tool);
    again.source = Source::Telemetry;
    again.call = None;
    let alone = Timeline::of(recorded(vec![first.clone(), again.clone()]));
    assert_eq!(calls(&alone).len(), 2);
    again.labels.repeats = Some(first.key);
    let joined = Timeline::of(recorded(vec![first, again]));
    assert_eq!(calls(&joined).len(), 1);
}

#[test]
fn a_subagent_that_is_announced_late_began_where_it_first_spoke() {
    use crate::tests::made::{by, event, message};
    let start = ringfence_event::Action::SubagentStart { name: None };
    let said = by("s1", None, message(1, "I look around."));
    let told = by("s1", None, event(500, start));
    let timeline = Timeline::of(recorded(vec![said, told]));
    let steps: Vec<_> = timeline.turns.iter().flat_map(|turn| &turn.steps).collect();
    assert_eq!(steps.len(), 1);
    assert_eq!(steps[0].events, [1, 2]);
}
