//! What is done before a request leaves.

use super::wire::gzip;
use super::{SECRET, examiner, headers, traffic};
use crate::reading::Format;
use crate::reading::guard::{look, redact, redact_json, refusal};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Where no secret is at home.
const ELSEWHERE: &str = "evil.example";

#[test]
fn a_secret_may_go_home_and_nowhere_else() {
    let body = json!({"messages": [{"role": "user", "content": format!("key {SECRET}")}]});
    let hosts = [
        ("api.anthropic.com", 1),
        ("bedrock-runtime.eu-west-1.amazonaws.com", 0),
        ("evil.example", 1),
    ];
    for (host, leaving) in hosts {
        let traffic = traffic(host, "/v1/messages").asks(body.to_string());
        let look = look(&examiner(), &traffic.request_head(), &traffic.request);
        assert_eq!(look.leaving().count(), leaving, "{host}: {look:?}");
        assert!(!look.partly);
    }
}

#[test]
fn a_packed_body_is_looked_at_and_redacted() {
    let body = json!({"messages": [{"role": "user", "content": format!("key {SECRET} end")}]});
    let packed = gzip(body.to_string().as_bytes());
    let pairs = [
        ("content-type", "application/json".to_owned()),
        ("content-encoding", "gzip".to_owned()),
    ];
    let mut head = traffic("evil.example", "/v1/messages").request_head();
    head.headers = headers(&pairs);
    let redacted = redact(&examiner(), &head, &packed).unwrap();
    let after: Value = serde_json::from_slice(&redacted.body).unwrap();
    let wanted = json!({"messages": [{"role": "user",
        "content": "key [secret AKIA…ZAM2 removed] end"}]});
    assert_eq!(after, wanted);
    assert_eq!(redacted.found[0].place, "messages[0].content");
}

#[test]
fn what_a_provider_signed_stays_as_it_is() {
    let thought = format!("the key is {SECRET}");
    let block = json!({"type": "thinking", "thinking": thought, "signature": "c2lnbmVk"});
    let turn = |text: &str| {
        let said = json!({"type": "text", "text": text});
        json!({"messages": [{"role": "assistant", "content": [block, said]}]})
    };
    let body = turn(&format!("use {SECRET}")).to_string();
    let redacted = redact_json(&examiner(), ELSEWHERE, body.as_bytes()).unwrap();
    let after: Value = serde_json::from_slice(&redacted.body).unwrap();
    assert_eq!(after, turn("use [secret AKIA…ZAM2 removed]"));
}

#[test]
fn nothing_else_is_touched() {
    for body in [
        r#"{"a": "b"}"#,
        "not json",
        "",
        "{\"a\": AKIAQYLPMN5HHHFPZAM2",
    ] {
        let redacted = redact_json(&examiner(), ELSEWHERE, body.as_bytes());
        assert_eq!(redacted, None, "{body}");
    }
    let body = format!("{{ \"a\" : 1.50 , \"b\":\"{SECRET}\",\"c\":[ true,null ] }}");
    let redacted = redact_json(&examiner(), ELSEWHERE, body.as_bytes()).unwrap();
    assert_eq!(
        String::from_utf8(redacted.body).unwrap(),
        "{ \"a\" : 1.50 , \"b\":\"[secret AKIA…ZAM2 removed]\",\"c\":[ true,null ] }"
    );
    let home = "bedrock-runtime.eu-west-1.amazonaws.com";
    assert_eq!(redact_json(&examiner(), home, body.as_bytes()), None);
}

#[test]
fn each_dialect_has_its_error() {
    let pointers = [
        (Some(Format::Anthropic), "/error/message"),
        (Some(Format::Chat), "/error/message"),
        (Some(Format::Responses), "/error/message"),
        (Some(Format::Realtime), "/error/message"),
        (Some(Format::Gemini), "/error/message"),
        (Some(Format::Ollama), "/error"),
        (Some(Format::Bedrock), "/message"),
        (Some(Format::Mcp), "/error/message"),
        (None, "/error"),
    ];
    for (format, pointer) in pointers {
        let refusal = refusal(format, "a secret", br#"{"jsonrpc":"2.0","id":7}"#);
        let body: Value = serde_json::from_slice(&refusal.body).unwrap();
        let message = body.pointer(pointer).unwrap();
        assert_eq!(
            message, "Ringfence stopped this request: a secret",
            "{format:?}"
        );
        if format == Some(Format::Mcp) {
            assert_eq!((refusal.status, &body["id"]), (200, &json!(7)));
        } else {
            assert_eq!(refusal.status, 403);
        }
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,30}".prop_map(Value::from),
        "[\\\\\"\\n]{0,4}".prop_map(|text| json!(format!("{text} {SECRET} {text}"))),
        Just(json!(
            json!({"inner": format!("\"{SECRET}\"\n")}).to_string()
        )),
        Just(json!(super::wire::base64(
            format!("the file holds {SECRET} somewhere").as_bytes()
        ))),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map(".{0,8}", inner, 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// The value with all strings emptied.
fn skeleton(value: &Value) -> Value {
    match value {
        Value::String(_) => Value::from(""),
        Value::Array(items) => items.iter().map(skeleton).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            fields
                .map(|(name, value)| (name.clone(), skeleton(value)))
                .collect()
        }
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn json_stays_json_and_no_secret_survives(value in value()) {
        let text = value.to_string();
        match redact_json(&examiner(), ELSEWHERE, text.as_bytes()) {
            None => prop_assert!(!text.contains(SECRET)),
            Some(redacted) => {
                let after: Value = serde_json::from_slice(&redacted.body).unwrap();
                prop_assert_eq!(skeleton(&after), skeleton(&value));
                let again = String::from_utf8(redacted.body).unwrap();
                prop_assert!(!again.contains(SECRET));
                prop_assert_eq!(redact_json(&examiner(), ELSEWHERE, again.as_bytes()), None);
            }
        }
    }
}
