//! Nine shapes of one secret, as agents really send them: all found, none in what is told.

use super::wire::{Socket, amazon, base64, frame, gzip, sse};
use super::{SECRET, Traffic, envelope, traffic};
use flate2::{Compress, Compression};
use ringfence_event::{Action, Direction, FoundKind};
use serde_json::{Value, json};

fn delta(kind: &str, member: &str, piece: &str) -> Value {
    json!({"type": "content_block_delta", "index": 0, "delta": {"type": kind, member: piece}})
}

fn streamed(kind: &str, block: &Value, member: &str, text: &str) -> Vec<u8> {
    // The cut goes through the secret.
    let (head, tail) = text.split_at(text.find(SECRET).unwrap() + 7);
    sse(&[
        json!({"type": "message_start", "message": {"id": "msg_1", "model": "claude-x"}}),
        json!({"type": "content_block_start", "index": 0, "content_block": block}),
        delta(kind, member, head),
        json!({"type": "ping"}),
        delta(kind, member, tail),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_stop"}),
    ])
}

fn asked(content: &Value) -> Vec<u8> {
    let body = json!({"model": "claude-x", "max_tokens": 9,
        "messages": [{"role": "user", "content": content}]});
    body.to_string().into_bytes()
}

fn anthropic() -> Traffic {
    traffic("api.anthropic.com", "/v1/messages")
}

fn pem() -> String {
    let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDZ7vJ5kFq2xQbX";
    let body = [line; 12].join("\n");
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

/// The shape, the traffic, which way it goes, and what had to be undone.
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn shapes() -> Vec<(&'static str, Traffic, Direction, &'static [&'static str])> {
    let said = format!("the key is {SECRET} as you asked");
    let file = format!("[default]\naws_access_key_id = {SECRET}\nregion = eu-west-1\n");
    let text = json!({"type": "text", "text": ""});
    let tool = json!({"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {}});
    let arguments = json!({"command": format!("echo {SECRET}")}).to_string();
    let escaped = String::from_utf8(asked(&json!(said))).unwrap();
    let escaped = escaped.replace("AKIA", "\\u0041\\u004bIA");
    let inner = json!({"type": "content_block_delta", "index": 0,
        "delta": {"type": "text_delta", "text": said}});
    let bedrock = json!({"bytes": base64(inner.to_string().as_bytes())}).to_string();
    let mut protobuf = vec![0x0a, u8::try_from(said.len()).unwrap()];
    protobuf.extend_from_slice(said.as_bytes());
    let create = json!({"type": "response.create", "model": "gpt-x", "input": [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": said}]},
    ]});
    let mut socket = Socket {
        mask: Some([1, 2, 3, 4]),
        deflate: Some(Compress::new(Compression::default(), false)),
        fragment: 50,
    };
    let mut frames = socket.message(br#"{"type":"session.update"}"#);
    frames.extend(socket.message(create.to_string().as_bytes()));
    let connect = traffic("api2.cursor.sh", "/aiserver.v1.ChatService/StreamChat");
    vec![
        (
            "split over two events",
            anthropic().asks(asked(&json!("hi"))).answers(
                "text/event-stream",
                streamed("text_delta", &text, "text", &said),
            ),
            Direction::Incoming,
            &[],
        ),
        (
            "split in the arguments of a tool",
            anthropic().asks(asked(&json!("hi"))).answers(
                "text/event-stream",
                streamed("input_json_delta", &tool, "partial_json", &arguments),
            ),
            Direction::Incoming,
            &[],
        ),
        (
            "escaped",
            anthropic().asks(escaped),
            Direction::Outgoing,
            &[],
        ),
        (
            "Bedrock's base 64",
            traffic(
                "bedrock-runtime.eu-west-1.amazonaws.com",
                "/model/x/invoke-with-response-stream",
            )
            .asks(r#"{"messages":[],"anthropic_version":"bedrock-2023-05-31"}"#)
            .answers(
                "application/vnd.amazon.eventstream",
                amazon("chunk", "event", bedrock.as_bytes()),
            ),
            Direction::Incoming,
            &[],
        ),
        (
            "gzip",
            anthropic()
                .with("content-encoding", "gzip")
                .asks(gzip(&asked(&json!(said)))),
            Direction::Outgoing,
            &["gzip"],
        ),
        (
            "base 64 of a file",
            anthropic().asks(asked(&json!([{"type": "document",
                "source": {"type": "base64", "data": base64(file.as_bytes())}}]))),
            Direction::Outgoing,
            &["base64"],
        ),
        (
            "a frame of Connect",
            Traffic {
                request_headers: vec![
                    ("content-type", "application/connect+proto".to_owned()),
                    ("connect-content-encoding", "gzip".to_owned()),
                ],
                ..connect.asks(frame(1, &gzip(&protobuf)))
            },
            Direction::Outgoing,
            &[],
        ),
        (
            "a key file with its line ends written out",
            anthropic().asks(asked(&json!(json!({"content": pem()}).to_string()))),
            Direction::Outgoing,
            &[],
        ),
        (
            "a compressed WebSocket",
            traffic("chatgpt.com", "/backend-api/codex/responses")
                .status(101)
                .asks(frames)
                .answered_with(
                    "sec-websocket-extensions",
                    "permessage-deflate; server_no_context_takeover",
                ),
            Direction::Outgoing,
            &[],
        ),
    ]
}

#[test]
fn all_nine_shapes_are_found_and_none_is_told() {
    let shapes = shapes();
    assert_eq!(shapes.len(), 9);
    for (name, traffic, direction, through) in shapes {
        for step in [0, 1, 7, 64] {
            let traffic = traffic.clone().step(step);
            let actions = traffic.actions();
            let found: Vec<_> = envelope(&actions)
                .found
                .iter()
                .filter(|found| found.what == FoundKind::Secret && found.direction == direction)
                .collect();
            assert!(
                !found.is_empty(),
                "{name}, {step} bytes at a time: not found in {actions:#?}"
            );
            let one = found[0];
            assert!(
                ["aws-access-key-id", "private-key"].contains(&one.pattern.as_str()),
                "{name}: {one:?}"
            );
            assert_eq!(one.through, through, "{name}: {one:?}");
            assert!(!one.place.is_empty(), "{name}");
            let told = serde_json::to_string(&actions).unwrap();
            assert!(!told.contains(SECRET), "{name}: told in {told}");
            assert!(
                !told.contains("MIIEvQIBADANBgkqhkiG9w0B"),
                "{name}: told in {told}"
            );
            assert!(
                !told.contains(base64(SECRET.as_bytes()).get(..20).unwrap()),
                "{name}: told in {told}"
            );
        }
    }
}

#[test]
fn the_place_is_exact() {
    let body = asked(&json!([{"type": "text", "text": "first"},
        {"type": "text", "text": format!("key {SECRET}")}]));
    let actions = anthropic().asks(body).actions();
    let found = &envelope(&actions).found[0];
    assert_eq!(
        (found.place.as_str(), found.offset, found.snippet.as_str()),
        ("messages[0].content[1].text", 4, "AKIA…ZAM2")
    );
    let prompts: Vec<_> = actions
        .iter()
        .filter_map(|action| match action {
            Action::Prompt { text } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(prompts, ["first", "key AKIA…ZAM2"]);
}
