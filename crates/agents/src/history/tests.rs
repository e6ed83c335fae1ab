use super::*;
use crate::{Ledger, Spent, Stamp, prices, read_hook};
use ringfence_event::{Action, AgentKind, CallRef, EventKey};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

mod garbage;
mod sums;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Every transcript among the fixtures, by its name below them.
fn transcripts() -> BTreeMap<String, HistoryFormat> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![fixtures()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let name = path.strip_prefix(fixtures()).unwrap();
            let name = name.to_str().unwrap().to_owned();
            if name.starts_with("telemetry/") || name.ends_with("hooks.jsonl") {
                continue;
            }
            let content = fs::read(&path).unwrap();
            let first = content.split(|byte| *byte == b'\n').next().unwrap();
            let format = HistoryFormat::of_path(&format!("/{name}"));
            if let Some(format) = format.or_else(|| HistoryFormat::of_entry(first)) {
                found.insert(name, format);
            }
        }
    }
    found
}

fn reader(name: &str, format: HistoryFormat) -> HistoryReader {
    let origin = Origin {
        path: format!("/{name}"),
        time: Timestamp::parse("2025-01-01T00:00:00Z"),
        cwd: None,
    };
    HistoryReader::new(format, origin)
}

fn content(name: &str) -> Vec<u8> {
    fs::read(fixtures().join(name)).unwrap()
}

fn read(name: &str, format: HistoryFormat) -> (HistoryReader, Vec<Told>) {
    read_bytes(name, format, &content(name))
}

fn read_bytes(name: &str, format: HistoryFormat, bytes: &[u8]) -> (HistoryReader, Vec<Told>) {
    let mut reader = reader(name, format);
    let mut told = Vec::new();
    if format.kind() == EntryKind::Whole {
        reader.whole(bytes, &mut told);
    } else {
        let mut tail = Tail::new();
        tail.take(bytes, |line| reader.line(line, &mut told));
        tail.end(|line| reader.line(line, &mut told));
    }
    reader.finish(&mut told);
    (reader, told)
}

fn is_accounted(counts: HistoryCounts) -> bool {
    counts.entries == counts.understood + counts.unknown + counts.too_long + counts.empty
}

/// An event in one line, without its key and what is the same all over the file.
fn line(told: &Told) -> String {
    let event = &told.event;
    let mut json = serde_json::to_value(event).unwrap();
    let fields = json.as_object_mut().unwrap();
    for name in [
        "key", "source", "agent", "labels", "session", "cwd", "action", "at",
    ] {
        fields.remove(name);
    }
    let action = serde_json::to_string(&event.action).unwrap();
    let call = event
        .call
        .as_ref()
        .map(|CallRef { id, join }| format!(" {id} {join:?}"));
    fields.remove("call");
    fields.remove("moment");
    let rest = fields.remove("rest").map(|rest| format!(" + {rest}"));
    assert!(fields.is_empty(), "{fields:?}");
    let shown: String = action.chars().take(400).collect();
    let rest: String = rest.unwrap_or_default().chars().take(300).collect();
    format!(
        "{:>3} {} {}{} {shown}{rest}",
        told.place.entry,
        event.at,
        event.moment.as_deref().unwrap_or("-"),
        call.unwrap_or_default(),
    )
}

#[test]
fn every_fixture_is_told_as_it_was() {
    let found = transcripts();
    let formats: BTreeSet<HistoryFormat> = found.values().copied().collect();
    let missing: Vec<_> = HistoryFormat::ALL
        .into_iter()
        .filter(|format| !formats.contains(format))
        .collect();
    // Written by no program that could be run, and read as others are.
    assert_eq!(missing, [HistoryFormat::RooApi, HistoryFormat::QwenFile]);
    for (name, format) in found {
        let (reader, told) = read(&name, format);
        let counts = reader.counts();
        assert!(is_accounted(counts), "{name}: {counts:?}");
        let session = told.iter().find_map(|told| told.event.session.clone());
        let cwd = told.iter().rev().find_map(|told| told.event.cwd.clone());
        let mut text = format!(
            "{format:?}: {} entries, {} understood, {} unknown, {} too long, {} empty\nsession {}, in {}\n",
            counts.entries,
            counts.understood,
            counts.unknown,
            counts.too_long,
            counts.empty,
            session.map_or_else(|| "-".to_owned(), |session| session.0),
            cwd.unwrap_or_else(|| "-".to_owned()),
        );
        for one in &told {
            text.push_str(&line(one));
            text.push('\n');
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
fn no_two_events_of_a_file_have_one_key() {
    for (name, format) in transcripts() {
        let (_, told) = read(&name, format);
        let keys: BTreeSet<EventKey> = told.iter().map(|told| told.event.key).collect();
        assert_eq!(keys.len(), told.len(), "{name}");
        let (_, again) = read(&name, format);
        assert_eq!(told, again, "{name}");
    }
}

const CLAUDE: &str = "claude-code/2.1.329/projects/-home-dev-project";

#[test]
fn copied_lines_have_the_keys_that_they_had() {
    let main = format!("{CLAUDE}/3f25237b-6b96-496d-aa1a-06de6b26af7c.jsonl");
    let fork = format!("{CLAUDE}/926f27d7-3087-4d23-bd9a-ef1ad7bc575c.jsonl");
    let keys = |name: &str| -> BTreeSet<EventKey> {
        let (_, told) = read(name, HistoryFormat::Claude);
        let said = told.iter().filter(|told| {
            !matches!(
                told.event.action,
                Action::SessionStart { .. } | Action::Other | Action::Usage { .. }
            )
        });
        said.map(|told| told.event.key).collect()
    };
    let (main, fork) = (keys(&main), keys(&fork));
    assert!(main.is_subset(&fork));
    // The prompt, the thought and the answer that are new.
    assert_eq!(fork.len() - main.len(), 3);
}

#[test]
fn a_tool_call_is_the_one_that_the_hook_told() {
    let name = format!("{CLAUDE}/3f25237b-6b96-496d-aa1a-06de6b26af7c.jsonl");
    let (_, told) = read(&name, HistoryFormat::Claude);
    let calls = |wanted: &dyn Fn(&Event) -> bool, events: Vec<Event>| -> BTreeMap<_, _> {
        let events = events.into_iter().filter(|event| wanted(event));
        events
            .filter_map(|event| Some((event.call?.id, event.action.tool()?.clone())))
            .collect()
    };
    let is_call = |event: &Event| matches!(event.action, Action::ToolCall { .. });
    let written = calls(&is_call, told.into_iter().map(|told| told.event).collect());
    let hooks = content("claude-code/2.1.329/hooks.jsonl");
    let stamp = || Stamp {
        key: EventKey(uuid::Uuid::nil()),
        at: Timestamp(0),
        process: None,
    };
    // Payloads were written one after the other, without an end of line.
    let payloads = serde_json::Deserializer::from_slice(&hooks).into_iter::<Value>();
    let events = payloads.map(|payload| {
        let payload = serde_json::to_vec(&payload.unwrap()).unwrap();
        let call = read_hook(AgentKind::ClaudeCode, &payload, stamp()).unwrap();
        call.event
    });
    let hooked = calls(&is_call, events.collect());
    let both: Vec<_> = written
        .keys()
        .filter(|id| hooked.contains_key(*id))
        .collect();
    assert_eq!(both.len(), 4);
    for id in both {
        assert_eq!(written[id], hooked[id], "{id}");
    }
}

#[test]
fn a_file_that_is_written_whole_tells_only_what_is_new() {
    for (name, format) in transcripts() {
        if format.kind() != EntryKind::Whole || format == HistoryFormat::ClaudeResult {
            continue;
        }
        let bytes = content(&name);
        let Ok(Value::Array(all)) = serde_json::from_slice(&bytes) else {
            continue;
        };
        let (_, at_once) = read(&name, format);
        let mut reader = reader(&name, format);
        let mut told = Vec::new();
        for length in 1..=all.len() {
            let part = serde_json::to_vec(&all[..length]).unwrap();
            reader.whole(&part, &mut told);
            reader.finish(&mut told);
            let json = serde_json::to_string(&reader).unwrap();
            reader = serde_json::from_str(&json).unwrap();
        }
        let known = |told: &[Told]| -> BTreeSet<EventKey> {
            let known = told
                .iter()
                .filter(|told| told.event.action != Action::Other);
            known.map(|told| told.event.key).collect()
        };
        assert_eq!(known(&told), known(&at_once), "{name}");
    }
}

#[test]
fn a_line_that_is_too_long_is_told_by_its_place() {
    let mut reader = reader("x.jsonl", HistoryFormat::Claude);
    let mut told = Vec::new();
    let line = Line {
        number: 7,
        offset: 900,
        bytes: b"",
        missing: 99_000_000,
    };
    reader.line(&line, &mut told);
    assert_eq!(reader.counts().too_long, 1);
    assert_eq!(
        told[0].place,
        Place {
            entry: 7,
            offset: 900
        }
    );
    assert_eq!(
        told[0].event.rest["unread"]["why"],
        "too long: 99000000 bytes more"
    );
}

/// opencode's subagents are sessions of their own, whose rows come first.
#[test]
fn a_subagent_of_opencode_is_part_of_the_session_that_started_it() {
    let row = |table: &str, id: &str, more: Value| {
        let mut row = json!({"table": table, "id": id, "time_created": 1_795_279_148_497_i64});
        let fields = more.as_object().unwrap().clone();
        row.as_object_mut().unwrap().extend(fields);
        format!("{row}\n")
    };
    let part = |id: &str, session: &str, tool: &str, call: &str, metadata: Value| {
        let input = json!({"command": "ls", "prompt": "look around"});
        let state = json!({"status": "completed", "input": input, "output": "done",
            "metadata": metadata});
        let data = json!({"type": "tool", "tool": tool, "callID": call, "state": state});
        let own = json!({"session_id": session, "message_id": "m", "data": data.to_string()});
        row("part", id, own)
    };
    let rows = [
        row(
            "session",
            "child",
            json!({"parent_id": "main", "agent": "explore"}),
        ),
        part("p1", "child", "bash", "c1", json!({})),
        row("session", "main", json!({})),
        part("p2", "main", "task", "c2", json!({"sessionId": "child"})),
        part("p3", "main", "bash", "c3", json!({})),
    ];
    let (_, told) = read_bytes(
        "rows.jsonl",
        HistoryFormat::Opencode,
        rows.concat().as_bytes(),
    );
    let events: Vec<String> = (told.iter().map(|told| &told.event))
        .map(|event| {
            let session = event.session.as_ref().map_or("", |id| id.as_str());
            let agent = event.rest.get("agent_id").and_then(Value::as_str);
            let call = event.call.as_ref().map_or("", |call| call.id.as_str());
            let kind = event.action.kind();
            format!("{session} {} {kind} {call}", agent.unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        events,
        [
            "main child subagent_start ",
            "main child tool_call c1",
            "main child tool_result c1",
            "main - session_start ",
            "main - tool_call c2",
            "main child subagent_start c2",
            "main - tool_result c2",
            "main - tool_call c3",
            "main - tool_result c3",
        ]
    );
}
