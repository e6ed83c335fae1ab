//! What each wire format says. Made by hand after the public documentation of each service, but for
//! the answers of Gemini, which its command line recorded.

use super::wire::{Socket, amazon, base64, sse};
use super::{Traffic, envelope, examiner, lines, traffic};
use crate::reading::Readers;
use ringfence_event::{Action, Ending, Sign};
use serde_json::{Value, json};

/// Traffic, what is said in it, and in which format.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) traffic: Traffic,
    pub(super) format: &'static str,
    pub(super) said: Vec<&'static str>,
}

pub(super) fn check(cases: Vec<Case>) {
    for case in cases {
        let mut before = None;
        for step in [0, 1, 3, 100] {
            let actions = case.traffic.clone().step(step).actions();
            assert_eq!(lines(&actions), case.said, "{}, step {step}", case.name);
            let exchange = envelope(&actions);
            assert_eq!(
                exchange.format.as_deref(),
                Some(case.format),
                "{}",
                case.name
            );
            assert_eq!(exchange.ending, Ending::Whole, "{}", case.name);
            assert!(!exchange.truncated, "{}", case.name);
            let sizes = sizes(&actions);
            let wanted = (case.traffic.request.len(), case.traffic.response.len());
            assert_eq!(sizes, (wanted.0 as u64, wanted.1 as u64), "{}", case.name);
            // Times apart, any cutting tells the same.
            let mut actions = actions;
            if case.traffic.status == 101 {
                // Control frames behind the last answer may have an envelope of their own.
                actions.retain(|action| !matches!(action, Action::HttpExchange { .. }));
            }
            for action in &mut actions {
                if let Action::HttpExchange { exchange } = action {
                    exchange.milliseconds = 0;
                    exchange.first_byte = None;
                    exchange.first_token = None;
                    (exchange.sent, exchange.received) = (0, 0);
                }
            }
            assert_eq!(
                *before.get_or_insert_with(|| actions.clone()),
                actions,
                "{}",
                case.name
            );
        }
    }
}

/// Bytes both ways, of all envelopes: a WebSocket has one for each answer.
fn sizes(actions: &[Action]) -> (u64, u64) {
    let envelopes = actions.iter().filter_map(|action| match action {
        Action::HttpExchange { exchange } => Some((exchange.sent, exchange.received)),
        _ => None,
    });
    envelopes.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

pub(super) fn anthropic_request() -> String {
    json!({
        "model": "claude-x", "max_tokens": 100, "stream": true, "system": "You help.",
        "tools": [{"name": "Bash", "description": "Runs it", "input_schema": {}}],
        "messages": [
            {"role": "user", "content": "old"},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_0", "name": "Read", "input": {}}]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "toolu_0", "content": [{"type": "text", "text": "file"}]},
                {"type": "text", "text": "and now?"},
            ]},
        ],
    })
    .to_string()
}

pub(super) fn anthropic_stream() -> Vec<Value> {
    let delta = |index: u8, delta: Value| json!({"type": "content_block_delta", "index": index, "delta": delta});
    let start = |index: u8, block: Value| json!({"type": "content_block_start", "index": index, "content_block": block});
    let stop = |index: u8| json!({"type": "content_block_stop", "index": index});
    vec![
        json!({"type": "message_start", "message": {"id": "msg_1", "model": "claude-x-20261101",
            "usage": {"input_tokens": 10, "cache_creation_input_tokens": 7, "cache_read_input_tokens": 100,
                "cache_creation": {"ephemeral_5m_input_tokens": 5, "ephemeral_1h_input_tokens": 2},
                "output_tokens": 1}}}),
        start(
            0,
            json!({"type": "thinking", "thinking": "", "signature": ""}),
        ),
        delta(0, json!({"type": "thinking_delta", "thinking": "let me "})),
        delta(0, json!({"type": "thinking_delta", "thinking": "see"})),
        delta(0, json!({"type": "signature_delta", "signature": "EqQB"})),
        stop(0),
        json!({"type": "ping"}),
        start(1, json!({"type": "text", "text": ""})),
        delta(1, json!({"type": "text_delta", "text": "I will "})),
        delta(1, json!({"type": "text_delta", "text": "look"})),
        stop(1),
        start(
            2,
            json!({"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {}}),
        ),
        delta(2, json!({"type": "input_json_delta", "partial_json": ""})),
        delta(
            2,
            json!({"type": "input_json_delta", "partial_json": "{\"command\": \"l"}),
        ),
        delta(
            2,
            json!({"type": "input_json_delta", "partial_json": "s\"}"}),
        ),
        stop(2),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"},
            "usage": {"output_tokens": 55, "output_tokens_details": {"thinking_tokens": 20}}}),
        json!({"type": "message_stop"}),
    ]
}

const ANTHROPIC_SAID: [&str; 6] = [
    r#"result Read Success: [{"text":"file","type":"text"}]"#,
    "prompt: and now?",
    "thinking: let me see",
    "message: I will look",
    r#"call Bash: {"command":"ls"}"#,
    "usage claude-x-20261101: 10 in, 55 out, 100 cached, 5+2 written, 20 thoughts",
];

#[test]
fn anthropic_messages() {
    let mut said = ANTHROPIC_SAID.to_vec();
    // The call that this result answers was not seen: its tool is not known.
    said[0] = r#"result  Success: [{"text":"file","type":"text"}]"#;
    let whole = json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x",
        "content": [{"type": "text", "text": "yes"},
            {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "ls"}}],
        "usage": {"input_tokens": 3, "output_tokens": 4}});
    let request = json!({"model": "claude-x", "max_tokens": 1,
        "messages": [{"role": "user", "content": "go"}]});
    check(vec![
        Case {
            name: "streamed",
            traffic: traffic("api.anthropic.com", "/v1/messages?beta=true")
                .asks(anthropic_request())
                .answers("text/event-stream; charset=utf-8", sse(&anthropic_stream())),
            format: "anthropic_messages",
            said: said.clone(),
        },
        Case {
            name: "whole, through a gateway of another name",
            traffic: traffic("gateway.example", "/proxy/anthropic/v1/messages")
                .asks(request.to_string())
                .answers("application/json", whole.to_string()),
            format: "anthropic_messages",
            said: vec![
                "prompt: go",
                "message: yes",
                r#"call Bash: {"command":"ls"}"#,
                "usage claude-x: 3 in, 4 out, 0 cached, 0+0 written, 0 thoughts",
            ],
        },
    ]);
}

#[test]
fn what_is_sent_again_is_told_once() {
    let mut readers = Readers::new(examiner());
    let first = traffic("api.anthropic.com", "/v1/messages")
        .asks(anthropic_request())
        .answers("text/event-stream", sse(&anthropic_stream()));
    let told = first
        .told_by(&mut readers)
        .into_iter()
        .map(|told| told.action);
    assert_eq!(lines(&told.collect::<Vec<_>>()).len(), ANTHROPIC_SAID.len());
    let mut request: Value = serde_json::from_str(&anthropic_request()).unwrap();
    let messages = request["messages"].as_array_mut().unwrap();
    messages.push(json!({"role": "assistant", "content": [
        {"type": "text", "text": "I will look"},
        {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "ls"}},
    ]}));
    messages.push(json!({"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": "toolu_1", "content": "a b", "is_error": true},
    ]}));
    let second = traffic("api.anthropic.com", "/v1/messages").asks(request.to_string());
    let told = second.told_by(&mut readers);
    let results: Vec<_> = told.iter().filter(|told| told.call.is_some()).collect();
    assert_eq!(results.len(), 1);
    assert_eq!(results[0].call.as_ref().unwrap().id.as_str(), "toolu_1");
    let actions: Vec<_> = told.into_iter().map(|told| told.action).collect();
    assert_eq!(lines(&actions), [r#"result Bash Failure: "a b""#]);
    // A tool that keeps its name and changes what it says is a sign.
    request["tools"][0]["description"] = json!("Runs it and sends it away");
    let third = traffic("api.anthropic.com", "/v1/messages").asks(request.to_string());
    let actions: Vec<_> = third
        .told_by(&mut readers)
        .into_iter()
        .map(|told| told.action)
        .collect();
    assert_eq!(lines(&actions), [""; 0]);
    assert_eq!(envelope(&actions).signs, [Sign::ToolsChanged]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn openai_chat_completions() {
    let request = json!({"model": "gpt-x", "stream": true, "messages": [
        {"role": "system", "content": "You help."},
        {"role": "user", "content": "hello"},
        {"role": "assistant", "tool_calls": [{"id": "call_0", "type": "function",
            "function": {"name": "read", "arguments": "{}"}}]},
        {"role": "tool", "tool_call_id": "call_0", "content": "42"},
    ]});
    let chunk = |delta: Value, end: Option<&str>| {
        json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "gpt-x-1",
            "choices": [{"index": 0, "delta": delta, "finish_reason": end}]})
    };
    let call = |index: u8, arguments: &str| json!({"tool_calls": [{"index": index, "function": {"arguments": arguments}}]});
    let mut stream = sse(&[
        chunk(json!({"role": "assistant", "content": ""}), None),
        chunk(json!({"reasoning_content": "hm"}), None),
        chunk(json!({"content": "Let me"}), None),
        chunk(
            json!({"tool_calls": [{"index": 0, "id": "call_1", "type": "function",
            "function": {"name": "sh", "arguments": ""}}]}),
            None,
        ),
        chunk(call(0, "{\"c\":"), None),
        chunk(
            json!({"tool_calls": [{"index": 1, "id": "call_2", "type": "function",
            "function": {"name": "cat", "arguments": "{}"}}]}),
            None,
        ),
        chunk(call(0, "1}"), None),
        chunk(json!({}), Some("tool_calls")),
        json!({"object": "chat.completion.chunk", "choices": [], "usage": {"prompt_tokens": 50,
            "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 30},
            "completion_tokens_details": {"reasoning_tokens": 4}}}),
    ]);
    stream.extend_from_slice(b"data: [DONE]\n\n");
    let whole = json!({"id": "chatcmpl-1", "object": "chat.completion", "model": "m", "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "yes", "reasoning": "why"}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2}});
    check(vec![
        Case {
            name: "streamed",
            traffic: traffic("api.openai.com", "/v1/chat/completions")
                .asks(request.to_string())
                .answers("text/event-stream", stream),
            format: "openai_chat",
            said: vec![
                r#"result  Unknown: "42""#,
                "thinking: hm",
                "message: Let me",
                r#"call sh: {"c":1}"#,
                "call cat: {}",
                "usage gpt-x-1: 20 in, 9 out, 30 cached, 0+0 written, 4 thoughts",
            ],
        },
        Case {
            name: "whole, of a compatible service",
            traffic: traffic("openrouter.ai", "/api/v1/chat/completions")
                .asks(r#"{"model":"m","messages":[{"role":"user","content":"q"}]}"#)
                .answers("application/json", whole.to_string()),
            format: "openai_chat",
            said: vec![
                "prompt: q",
                "thinking: why",
                "message: yes",
                "usage m: 1 in, 2 out, 0 cached, 0+0 written, 0 thoughts",
            ],
        },
    ]);
}

fn responses_events() -> Vec<Value> {
    vec![
        json!({"type": "response.created", "response": {"id": "resp_1", "model": "gpt-x"}}),
        json!({"type": "response.output_item.added", "output_index": 0,
            "item": {"type": "reasoning", "id": "rs_1", "summary": []}}),
        json!({"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "plan"}),
        json!({"type": "response.output_item.done", "output_index": 0,
            "item": {"type": "reasoning", "summary": [{"type": "summary_text", "text": "plan"}]}}),
        json!({"type": "response.output_item.added", "output_index": 1,
            "item": {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "shell"}}),
        json!({"type": "response.function_call_arguments.delta", "output_index": 1, "delta": "{\"command\":"}),
        json!({"type": "response.function_call_arguments.delta", "output_index": 1, "delta": "[\"ls\"]}"}),
        json!({"type": "response.function_call_arguments.done", "output_index": 1, "arguments": "{\"command\":[\"ls\"]}"}),
        json!({"type": "response.output_item.done", "output_index": 1,
            "item": {"type": "function_call", "call_id": "call_1", "name": "shell", "arguments": "{\"command\":[\"ls\"]}"}}),
        json!({"type": "response.output_item.done", "output_index": 2,
            "item": {"type": "local_shell_call", "call_id": "call_2", "action": {"command": ["id"]}}}),
        json!({"type": "response.output_text.delta", "output_index": 3, "content_index": 0, "delta": "done"}),
        json!({"type": "response.output_item.done", "output_index": 3,
            "item": {"type": "message", "content": [{"type": "output_text", "text": "done"}]}}),
        json!({"type": "response.completed", "response": {"id": "resp_1", "model": "gpt-x-1",
            "usage": {"input_tokens": 100, "input_tokens_details": {"cached_tokens": 60},
                "output_tokens": 30, "output_tokens_details": {"reasoning_tokens": 12}}}}),
    ]
}

const RESPONSES_SAID: [&str; 6] = [
    "prompt: go on",
    "thinking: plan",
    r#"call shell: {"command":["ls"]}"#,
    r#"call local_shell: {"command":["id"]}"#,
    "message: done",
    "usage gpt-x-1: 40 in, 30 out, 60 cached, 0+0 written, 12 thoughts",
];

fn responses_request(kind: Option<&str>) -> String {
    let mut request = json!({"model": "gpt-x", "instructions": "You help.", "input": [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "go on"}]},
    ]});
    if let Some(kind) = kind {
        request["type"] = json!(kind);
    }
    request.to_string()
}

#[test]
fn openai_responses() {
    check(vec![
        Case {
            name: "events",
            traffic: traffic("api.openai.com", "/v1/responses")
                .asks(responses_request(None))
                .answers("text/event-stream", sse(&responses_events())),
            format: "openai_responses",
            said: RESPONSES_SAID.to_vec(),
        },
        Case {
            name: "whole",
            traffic: traffic("x.openai.azure.com", "/openai/responses")
                .asks(responses_request(None))
                .answers(
                    "application/json",
                    json!({"object": "response", "id": "resp_1", "model": "gpt-x", "output": [
                        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                        {"type": "message", "content": [{"type": "output_text", "text": "hi"}]},
                        {"type": "mcp_call", "id": "mcp_1", "server_label": "wiki", "name": "ask",
                            "arguments": "{\"q\":1}", "output": "found"},
                    ], "usage": {"input_tokens": 1, "output_tokens": 2}})
                    .to_string(),
                ),
            format: "openai_responses",
            said: vec![
                "prompt: go on",
                "call f: {}",
                "message: hi",
                r#"call ask: {"q":1}"#,
                r#"result ask Unknown: "found""#,
                "usage gpt-x: 1 in, 2 out, 0 cached, 0+0 written, 0 thoughts",
            ],
        },
    ]);
}

#[test]
fn openai_responses_over_a_websocket() {
    let mut client = Socket {
        mask: Some([1, 2, 3, 4]),
        deflate: None,
        fragment: 100_000,
    };
    let mut server = Socket {
        mask: None,
        deflate: None,
        fragment: 100_000,
    };
    let answers = responses_events();
    let answers = answers
        .iter()
        .flat_map(|event| server.message(event.to_string().as_bytes()));
    check(vec![Case {
        name: "socket",
        traffic: Traffic {
            response: answers.collect(),
            ..traffic("chatgpt.com", "/backend-api/codex/responses")
                .status(101)
                .asks(client.message(responses_request(Some("response.create")).as_bytes()))
        },
        format: "openai_responses",
        said: RESPONSES_SAID.to_vec(),
    }]);
}

#[test]
fn openai_realtime() {
    let mut socket = Socket {
        mask: None,
        deflate: None,
        fragment: 100_000,
    };
    let mut messages = |list: &[Value]| -> Vec<u8> {
        list.iter()
            .flat_map(|event| socket.message(event.to_string().as_bytes()))
            .collect()
    };
    let asked = messages(&[
        json!({"type": "session.update", "session": {"tools": [{"type": "function", "name": "f"}]}}),
        json!({"type": "conversation.item.create", "item": {"type": "message", "role": "user",
            "content": [{"type": "input_text", "text": "say it"}]}}),
        json!({"type": "response.create"}),
    ]);
    let answered = messages(&[
        json!({"type": "session.created", "session": {"model": "gpt-realtime"}}),
        json!({"type": "response.output_audio_transcript.delta", "output_index": 0, "delta": "it "}),
        json!({"type": "response.output_audio_transcript.delta", "output_index": 0, "delta": "is"}),
        json!({"type": "response.done", "response": {"id": "resp_1", "usage": {"input_tokens": 5,
            "output_tokens": 6, "input_token_details": {"cached_tokens": 2}}}}),
    ]);
    let realtime = traffic("api.openai.com", "/v1/realtime?model=gpt-realtime");
    check(vec![Case {
        name: "realtime",
        traffic: Traffic {
            response: answered,
            ..realtime.status(101).asks(asked)
        },
        format: "openai_realtime",
        said: vec![
            "prompt: say it",
            "message: it is",
            "usage ?: 3 in, 6 out, 2 cached, 0+0 written, 0 thoughts",
        ],
    }]);
}

/// Answers that Gemini CLI recorded for its own tests (its repository, Apache-2.0).
fn recorded() -> Vec<Vec<Value>> {
    let lines = include_str!("../../../fixtures/gemini-cli-recorded.jsonl").lines();
    let answers = lines.map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["response"].as_array().unwrap().clone()
    });
    answers.collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn gemini() {
    let chunks = &recorded()[0];
    let request = json!({"contents": [
        {"role": "user", "parts": [{"text": "make a file"}]},
        {"role": "model", "parts": [{"functionCall": {"name": "ls", "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "ls", "response": {"output": "a"}}}]},
    ], "tools": [{"functionDeclarations": [{"name": "ls"}]}]});
    let wrapped: Vec<Value> = chunks
        .iter()
        .map(|chunk| json!({"response": chunk}))
        .collect();
    let said = |model: &'static str| -> Vec<&'static str> {
        vec![
            r#"result ls Unknown: {"output":"a"}"#,
            "thinking: ",
            r#"call write_file: {"content":"testing multiple events","file_path":"multi-event-test.txt"}"#,
            model,
        ]
    };
    let cases = [
        (
            "events",
            traffic(
                "generativelanguage.googleapis.com",
                "/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse",
            )
            .asks(request.to_string())
            .answers("text/event-stream", sse(chunks)),
        ),
        (
            "an array",
            traffic(
                "generativelanguage.googleapis.com",
                "/v1beta/models/gemini-3-pro:streamGenerateContent",
            )
            .asks(request.to_string())
            .answers(
                "application/json",
                serde_json::to_vec_pretty(chunks).unwrap(),
            ),
        ),
        (
            "Code Assist",
            traffic(
                "cloudcode-pa.googleapis.com",
                "/v1internal:streamGenerateContent?alt=sse",
            )
            .asks(json!({"model": "gemini-3-pro", "project": "p", "request": request}).to_string())
            .answers("text/event-stream", sse(&wrapped)),
        ),
    ];
    for (name, traffic) in cases {
        for step in [0, 1, 64] {
            let actions = traffic.clone().step(step).actions();
            let mut told = lines(&actions);
            // The thoughts are long: their beginning is enough here.
            for line in told.iter_mut().filter(|line| line.starts_with("thinking")) {
                assert!(
                    line.starts_with("thinking: **Formulating a Plan**"),
                    "{line}"
                );
                line.truncate("thinking: ".len());
            }
            let wanted =
                said("usage gemini-3-pro: 12622 in, 119 out, 0 cached, 0+0 written, 91 thoughts");
            assert_eq!(told, wanted, "{name}, step {step}");
            assert_eq!(
                envelope(&actions).format.as_deref(),
                Some("gemini"),
                "{name}"
            );
        }
    }
}

#[test]
fn ollama() {
    let answer = [
        json!({"model": "llama", "message": {"role": "assistant", "content": "Hel"}, "done": false}),
        json!({"model": "llama", "message": {"role": "assistant", "content": "lo"}, "done": false}),
        json!({"model": "llama", "message": {"content": "", "tool_calls": [
            {"function": {"name": "sh", "arguments": {"c": 1}}}]}, "done": false}),
        json!({"model": "llama", "message": {"content": ""}, "done": true,
            "prompt_eval_count": 26, "eval_count": 9}),
    ];
    let answer = answer
        .iter()
        .fold(String::new(), |lines, line| lines + &format!("{line}\n"));
    let generated = "{\"model\":\"llama\",\"response\":\"a\",\"done\":false}\n{\"model\":\"llama\",\"response\":\"b\",\"done\":true,\"eval_count\":2}\n";
    check(vec![
        Case {
            name: "chat",
            traffic: traffic("127.0.0.1", "/api/chat")
                .asks(r#"{"model":"llama","messages":[{"role":"user","content":"hi"}]}"#)
                .answers("application/x-ndjson", answer),
            format: "ollama",
            said: vec![
                "prompt: hi",
                r#"call sh: {"c":1}"#,
                "message: Hello",
                "usage llama: 26 in, 9 out, 0 cached, 0+0 written, 0 thoughts",
            ],
        },
        Case {
            name: "generate, whose lines are announced as one JSON",
            traffic: traffic("127.0.0.1", "/api/generate")
                .asks(r#"{"model":"llama","prompt":"say ab"}"#)
                .answers("application/json", generated),
            format: "ollama",
            said: vec![
                "prompt: say ab",
                "message: ab",
                "usage llama: 0 in, 2 out, 0 cached, 0+0 written, 0 thoughts",
            ],
        },
    ]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn bedrock() {
    let host = "bedrock-runtime.eu-west-1.amazonaws.com";
    let request = json!({"messages": [{"role": "user", "content": [{"text": "go"}]}],
        "toolConfig": {"tools": [{"toolSpec": {"name": "f"}}]}});
    let stream: Vec<u8> = [
        ("messageStart", json!({"role": "assistant"})),
        ("contentBlockDelta", json!({"contentBlockIndex": 0, "delta": {"text": "o"}})),
        ("contentBlockDelta", json!({"contentBlockIndex": 0, "delta": {"text": "k"}})),
        ("contentBlockStop", json!({"contentBlockIndex": 0})),
        ("contentBlockStart", json!({"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "t1", "name": "f"}}})),
        ("contentBlockDelta", json!({"contentBlockIndex": 1, "delta": {"toolUse": {"input": "{\"a\":"}}})),
        ("contentBlockDelta", json!({"contentBlockIndex": 1, "delta": {"toolUse": {"input": "1}"}}})),
        ("contentBlockStop", json!({"contentBlockIndex": 1})),
        ("messageStop", json!({"stopReason": "tool_use"})),
        ("metadata", json!({"usage": {"inputTokens": 5, "outputTokens": 6, "cacheReadInputTokens": 7, "cacheWriteInputTokens": 8}})),
    ]
    .iter()
    .flat_map(|(kind, payload)| amazon(kind, "event", payload.to_string().as_bytes()))
    .collect();
    let invoked: Vec<u8> = anthropic_stream()
        .iter()
        .flat_map(|event| {
            let payload = json!({"bytes": base64(event.to_string().as_bytes()), "p": "abcd"});
            amazon("chunk", "event", payload.to_string().as_bytes())
        })
        .collect();
    let mut said = ANTHROPIC_SAID.to_vec();
    said[0] = r#"result  Success: [{"text":"file","type":"text"}]"#;
    check(vec![
        Case {
            name: "converse-stream",
            traffic: traffic(host, "/model/eu.anthropic.claude-x/converse-stream")
                .asks(request.to_string())
                .answers("application/vnd.amazon.eventstream", stream),
            format: "bedrock",
            said: vec![
                "prompt: go",
                "message: ok",
                r#"call f: {"a":1}"#,
                "usage eu.anthropic.claude-x: 5 in, 6 out, 7 cached, 8+0 written, 0 thoughts",
            ],
        },
        Case {
            name: "invoke-with-response-stream",
            traffic: traffic(host, "/model/x/invoke-with-response-stream")
                .asks(anthropic_request())
                .answers("application/vnd.amazon.eventstream", invoked),
            format: "bedrock",
            said,
        },
        Case {
            name: "converse",
            traffic: traffic(host, "/model/x/converse")
                .asks(request.to_string())
                .answers(
                    "application/json",
                    json!({"output": {"message": {"content": [{"text": "hm"},
                    {"toolUse": {"toolUseId": "t", "name": "f", "input": {"b": 2}}}]}},
                    "usage": {"inputTokens": 1, "outputTokens": 2}})
                    .to_string(),
                ),
            format: "bedrock",
            said: vec![
                "prompt: go",
                r#"call f: {"b":2}"#,
                "message: hm",
                "usage x: 1 in, 2 out, 0 cached, 0+0 written, 0 thoughts",
            ],
        },
    ]);
}
