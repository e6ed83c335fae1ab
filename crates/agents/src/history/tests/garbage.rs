//! No bytes make a reader panic, lose an entry, or tell something else when they come in pieces.

use super::*;
use proptest::prelude::*;
use serde_json::Number;

/// JSON that is made of the words of all formats.
fn value() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(WORDS);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|float| Number::from_f64(float).map_or(Value::Null, Value::Number)),
        words.prop_map(|word| Value::String(word.to_owned())),
        "\\PC{0,8}".prop_map(Value::String),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((prop::sample::select(WORDS), inner), 0..8).prop_map(|fields| {
                let fields = fields.into_iter();
                Value::Object(
                    fields
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect(),
                )
            }),
        ]
    })
}

const WORDS: &[&str] = &[
    "type",
    "role",
    "user",
    "assistant",
    "system",
    "message",
    "content",
    "text",
    "thinking",
    "tool_use",
    "tool_result",
    "id",
    "uuid",
    "sessionId",
    "timestamp",
    "2026-05-01T10:00:00Z",
    "input",
    "name",
    "usage",
    "input_tokens",
    "output_tokens",
    "payload",
    "response_item",
    "event_msg",
    "token_count",
    "info",
    "last_token_usage",
    "function_call",
    "call_id",
    "arguments",
    "output",
    "session_meta",
    "data",
    "session.start",
    "session.usage_record",
    "tool.execution_start",
    "tool.execution_complete",
    "toolCallId",
    "toolName",
    "table",
    "part",
    "session",
    "state",
    "status",
    "completed",
    "tool",
    "callID",
    "key",
    "value",
    "composerData:1",
    "bubbleId:1:2",
    "toolFormerData",
    "rawArgs",
    "say",
    "ask",
    "ts",
    "command",
    "command_output",
    "api_req_started",
    "gemini",
    "toolCalls",
    "args",
    "result",
    "$set",
    "messages",
    "$rewindTo",
    "tokens",
    "parts",
    "functionCall",
    "functionResponse",
    "trajectory",
    "history",
    "action",
    "observation",
    "thought",
    "progress",
    "agent_progress",
    "attachment",
    "file",
    "hook_success",
    "subtype",
    "compact_boundary",
    "source",
    "subagent",
    "thread_spawn",
    "cost",
];

fn counted(format: HistoryFormat, bytes: &[u8]) -> Result<(), TestCaseError> {
    let (reader, told) = read_bytes("a/b.jsonl", format, bytes);
    let counts = reader.counts();
    prop_assert!(is_accounted(counts));
    prop_assert!(counts.unknown <= told.len() as u64);
    for one in told {
        prop_assert!(one.place.entry >= 1 && one.place.entry <= counts.entries);
    }
    Ok(())
}

proptest! {
    #[test]
    fn bytes_are_counted(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for format in HistoryFormat::ALL {
            counted(format, &bytes)?;
        }
    }

    #[test]
    fn json_is_counted(values in prop::collection::vec(value(), 1..6)) {
        let lines: Vec<String> = values.iter().map(Value::to_string).collect();
        let list = Value::Array(values).to_string();
        for format in HistoryFormat::ALL {
            counted(format, lines.join("\n").as_bytes())?;
            counted(format, list.as_bytes())?;
        }
    }

    #[test]
    fn spoiled_files_are_counted(
        place in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 1..5),
    ) {
        let found: Vec<_> = transcripts().into_iter().collect();
        let (name, format) = place.get(&found);
        let mut spoiled = content(name);
        let at = at.index(spoiled.len());
        let end = spoiled.len().min(at + bytes.len());
        spoiled.splice(at..end, bytes);
        let (reader, _) = read_bytes(name, *format, &spoiled);
        prop_assert!(is_accounted(reader.counts()));
    }

    #[test]
    fn pieces_tell_what_the_whole_tells(
        place in any::<prop::sample::Index>(),
        sizes in prop::collection::vec(1_usize..20_000, 1..8),
        put_away in any::<bool>(),
    ) {
        let found: Vec<_> = transcripts()
            .into_iter()
            .filter(|(_, format)| format.kind() != EntryKind::Whole)
            .collect();
        let (name, format) = place.get(&found);
        let bytes = content(name);
        let (wanted, whole) = read(name, *format);
        let mut reader = reader(name, *format);
        let mut told = Vec::new();
        let mut tail = Tail::new();
        let mut at = 0;
        for size in sizes.iter().cycle() {
            if at == bytes.len() {
                break;
            }
            let end = bytes.len().min(at + size);
            tail.take(&bytes[at..end], |line| reader.line(line, &mut told));
            at = end;
            if put_away {
                let json = serde_json::to_string(&(&reader, &tail)).unwrap();
                (reader, tail) = serde_json::from_str(&json).unwrap();
                at = usize::try_from(tail.position()).unwrap();
                // A piece without the end of a line would be read for ever.
                if !bytes[at..end].contains(&b'\n') && end < bytes.len() {
                    tail.take(&bytes[at..end], |line| reader.line(line, &mut told));
                    at = end;
                }
                if end == bytes.len() {
                    tail.take(&bytes[at..end], |line| reader.line(line, &mut told));
                    at = end;
                }
            }
        }
        tail.end(|line| reader.line(line, &mut told));
        reader.finish(&mut told);
        prop_assert_eq!(reader.counts(), wanted.counts());
        prop_assert_eq!(told, whole);
    }
}

#[test]
fn deep_nesting_is_told_and_no_overflow() {
    let deep = format!("{{\"type\":\"user\",\"message\":{}", "[".repeat(100_000));
    for format in HistoryFormat::ALL {
        let (reader, _) = read_bytes("a/b.jsonl", format, deep.as_bytes());
        assert_eq!(reader.counts().entries, 1, "{format:?}");
    }
}

#[test]
fn what_is_no_list_of_objects_is_unknown() {
    for (bytes, unknown) in [
        (&b"[1, null]"[..], 2),
        (b"{}", 1),
        (b"", 1),
        // What was written before the file broke off is told.
        (b"[1, 2, {", 3),
        (b"[] []", 1),
    ] {
        let (reader, told) = read_bytes("x/ui_messages.json", HistoryFormat::Cline, bytes);
        let counts = reader.counts();
        assert_eq!((counts.entries, counts.unknown), (unknown, unknown));
        assert_eq!(told.len() as u64, unknown);
    }
}
