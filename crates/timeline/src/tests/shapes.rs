//! One snapshot for each agent and version, and what must hold for all of them.

use super::{history, is_silent, recorded, shown};
use crate::Timeline;
use ringfence_event::Event;
use std::collections::BTreeSet;

const CLAUDE: &str = "claude-code/2.1.329/projects/-home-dev-project";
const WITH_SUBAGENTS: &str = "1329013f-a911-4ca5-96e3-83de55be30d3";

/// Sessions of one file, by name.
const FILES: [(&str, &str); 15] = [
    (
        "claude_code_1",
        "claude-code/1.0.0/representative_messages.jsonl",
    ),
    (
        "claude_code_2_1",
        "claude-code/2.1.329/projects/-home-dev-project/3f25237b-6b96-496d-aa1a-06de6b26af7c.jsonl",
    ),
    (
        "codex_0_169",
        "codex/0.169.0/rollout-2026-11-21T16-38-54-01a1fef9-a0a3-7990-a47e-c3df0e593abe.jsonl",
    ),
    (
        "gemini_0_61",
        "gemini/0.61.0/.gemini/tmp/project/chats/session-2026-11-21T16-38-eda84f07.jsonl",
    ),
    (
        "gemini_shapes",
        "gemini/shapes/chats/parent-session/sub-1.jsonl",
    ),
    (
        "copilot_1_0",
        "copilot/1.0.102/session-state/232f077d-95e4-4fe5-af14-d55ae2234c1b/events.jsonl",
    ),
    (
        "copilot_shapes",
        "copilot/shapes/session-state/0c0ffee0/events.jsonl",
    ),
    (
        "cursor_lines",
        "cursor/agent-transcripts/7d1c0000-0000-4000-8000-000000000001/7d1c0000-0000-4000-8000-000000000001.jsonl",
    ),
    ("cursor_rows", "cursor/rows/rows.jsonl"),
    ("opencode_1_18", "opencode/1.18.33/rows.jsonl"),
    (
        "qwen_0_24",
        "qwen/0.24.4/.qwen/projects/-home-dev-project/chats/e470d7f3-210a-4a53-9f90-bb64271f724e.jsonl",
    ),
    ("cline", "cline/tasks/1760000000000/ui_messages.json"),
    ("roo", "roo-cline/tasks/0b1c/ui_messages.json"),
    ("swe_agent_0_6", "swe-agent/0.6/humanevalfix-python-0.traj"),
    (
        "swe_agent_1_0",
        "swe-agent/1.0/function_calling_simple.traj",
    ),
];

/// Sessions by name, and the files that tell of them.
fn sessions() -> Vec<(&'static str, Vec<String>)> {
    let below = |file: &str| format!("{CLAUDE}/{WITH_SUBAGENTS}/subagents/agent-{file}");
    let mut helpers = vec![format!("{CLAUDE}/{WITH_SUBAGENTS}.jsonl")];
    for id in [
        "a74420769b894a6d2",
        "af498c10d8900d675",
        "af73f3b410c7ff06e",
    ] {
        helpers.push(below(&format!("{id}.jsonl")));
        helpers.push(below(&format!("{id}.meta.json")));
    }
    let mut sessions = vec![("claude_code_2_1_subagents", helpers)];
    sessions.extend(FILES.map(|(name, file)| (name, vec![file.to_owned()])));
    sessions
}

fn events(files: &[String]) -> Vec<Event> {
    files.iter().flat_map(|file| history(file)).collect()
}

#[test]
fn what_agents_wrote_down_becomes_a_session() {
    for (name, files) in sessions() {
        let timeline = Timeline::of(recorded(events(&files)));
        insta::assert_snapshot!(name, shown(&timeline));
    }
}

#[test]
fn nothing_that_was_said_or_done_is_left_out_or_told_twice() {
    for (name, files) in sessions() {
        let events = events(&files);
        let timeline = Timeline::of(recorded(events.clone()));
        let steps: Vec<_> = (timeline.turns.iter())
            .flat_map(|turn| &turn.steps)
            .collect();
        let told: BTreeSet<i64> = steps.iter().flat_map(|step| step.events.clone()).collect();
        for (event, seq) in events.iter().zip(1..) {
            assert!(
                told.contains(&seq) || is_silent(&event.action),
                "{name}: {event:?}"
            );
        }
        let ids: Vec<_> = steps
            .iter()
            .filter_map(|step| step.call()?.id.clone())
            .collect();
        let different: BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), different.len(), "{name}");
    }
}

#[test]
fn the_order_of_arrival_does_not_matter() {
    for (name, files) in sessions() {
        let forward = recorded(events(&files));
        let mut backward = forward.clone();
        backward.reverse();
        assert_eq!(Timeline::of(forward), Timeline::of(backward), "{name}");
    }
}
