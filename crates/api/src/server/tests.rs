use super::*;
use crate::shared::now_seconds;
use crate::testing::{Answer, Instance, START, TOKEN, denied, record};
use ringfence_event::Timestamp;
use serde_json::{Value, json};
use std::io::{Read, Write};

mod refusals;
mod slow;

fn seqs(list: &Value) -> Vec<i64> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["seq"].as_i64().unwrap()).collect()
}

fn bearer() -> String {
    format!("Bearer {TOKEN}")
}

#[test]
fn only_loopback_is_served_and_only_with_a_token() {
    let root = tempfile::tempdir().unwrap();
    let start_with = |address: &str, token: &str| {
        let options = Options {
            address: address.parse().unwrap(),
            folders: crate::testing::folders(root.path()),
            cookie_key: [0; 32],
            token: token.to_owned(),
            limits: Limits::default(),
        };
        Server::start(options, Arc::new(crate::testing::TestHost::default()))
    };
    let start = |address: &str| start_with(address, TOKEN);
    let weak = start_with("127.0.0.1:0", "");
    assert!(matches!(weak, Err(ApiError::WeakToken)));
    for address in ["0.0.0.0:0", "192.168.0.1:0", "[::]:0"] {
        let error = start(address).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("not a loopback address"), "{error}");
    }
    let first = start("127.0.0.1:0").unwrap();
    let taken = start(&first.address().to_string());
    assert!(matches!(taken, Err(ApiError::Listen { .. })));
    let address = first.address().to_string();
    first.stop();
    // It has let go of its address.
    start(&address).unwrap().stop();
}

#[test]
fn nothing_was_recorded_yet() {
    let root = tempfile::tempdir().unwrap();
    let reader = ringfence_store::Reader::open(&crate::testing::folders(root.path()));
    assert!(reader.unwrap().is_none());
    let instance = Instance::start();
    assert_eq!(
        instance.read("/api/v1/sessions"),
        json!({ "items": [], "next": null, "more": false })
    );
    for path in ["events", "findings"] {
        let list = instance.read(&format!("/api/v1/{path}"));
        assert_eq!(list, json!({ "items": [], "next": null }), "{path}");
    }
    assert_eq!(instance.read("/api/v1/status")["last_seq"], 0);
}

#[test]
fn the_status_joins_host_and_record() {
    let instance = Instance::start();
    instance.keep([record(1), record(2)]);
    let mut status = instance.read("/api/v1/status");
    assert!(status["store"]["segments"].as_u64().unwrap() >= 1);
    assert!(status["store"]["bytes"].as_u64().unwrap() > 0);
    status["store"] = Value::Null;
    assert_eq!(
        status,
        json!({
            "version": "1.2.3",
            "pid": 42,
            "since": Timestamp(START),
            "demo": true,
            "mode": "guard",
            "rules": 7,
            "decisions": 8,
            "problems": ["a problem"],
            "last_seq": 2,
            "address": instance.address().to_string(),
            "store": null,
            "agents": [{
                "agent": "claude-code",
                "title": "Claude Code",
                "found": true,
                "hooked": "whole",
                "events": 2,
                "last": Timestamp(START + 2_000_000),
                "last_moment": "PreToolUse",
                "state": "quiet",
                "note": null,
                "blind_spots": ["a blind spot"],
                "health": {
                    "expected": 5,
                    "announced": 4,
                    "failed": 1,
                    "cancelled": 0,
                    "answers": 9,
                    "mean_microseconds": 2100,
                    "slowest_microseconds": 9000,
                },
                "telemetry": { "records": 12, "last": Timestamp(START) },
            }],
        })
    );
}

#[test]
fn events_are_listed_page_by_page() {
    let instance = Instance::start();
    instance.keep((1..=5).map(record));
    for (query, expected, next) in [
        ("", vec![5, 4, 3, 2, 1], Value::Null),
        ("?limit=2", vec![5, 4], json!(4)),
        ("?limit=2&before=4", vec![3, 2], json!(2)),
        ("?limit=2&before=2", vec![1], Value::Null),
        ("?limit=2&order=oldest", vec![1, 2], json!(2)),
        ("?limit=3&order=oldest&after=2", vec![3, 4, 5], Value::Null),
        ("?session=session-1", vec![5, 3, 1], Value::Null),
        ("?agent=codex", vec![], Value::Null),
        (
            "?kind=tool_call&does=shell&text=echo%203",
            vec![3],
            Value::Null,
        ),
        ("?verdict=deny", vec![], Value::Null),
        ("?source=kernel", vec![], Value::Null),
        ("?source=hook&limit=1", vec![5], json!(5)),
        ("?project=/home/ada/&limit=2", vec![5, 4], json!(4)),
        ("?project=/home/ada/project&text=2", vec![2], Value::Null),
        ("?project=/home/ada/proj", vec![], Value::Null),
        ("?project=/home/a_a", vec![], Value::Null),
    ] {
        let list = instance.read(&format!("/api/v1/events{query}"));
        assert_eq!((seqs(&list), &list["next"]), (expected, &next), "{query}");
    }
    let all = instance.read("/api/v1/events");
    assert_eq!(
        all["items"][4],
        json!({
            "id": "1-1",
            "seq": 1,
            "at": Timestamp(START + 1_000_000),
            "source": "hook",
            "agent": "claude-code",
            "session": "session-1", "call": null,
            "kind": "tool_call",
            "does": "shell",
            "tool": "Bash",
            "verdict": "allow",
            "severity": null,
            "summary": "echo 1",
        })
    );
}

#[test]
fn what_is_not_understood_is_said() {
    let instance = Instance::start();
    for query in [
        "events?limit=0",
        "events?limit=501",
        "events?limit=many",
        "events?kind=tool",
        "events?does=fly",
        "events?agent=clippy",
        "events?verdict=maybe",
        "events?since=yesterday",
        "events?colour=red",
        "events?order=random",
        "findings?severity=awful",
        "sessions?before=1",
        "activity",
        "activity?since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z&step=1",
        "events/stream?topics=gossip",
        "events/%ff",
    ] {
        let answer = instance.get(&format!("/api/v1/{query}"));
        assert_eq!(answer.status, 400, "{query}");
        let error = &answer.json()["error"];
        assert_eq!(error["code"], "bad_request", "{query}");
        assert!(!error["message"].as_str().unwrap().is_empty(), "{query}");
    }
    for path in [
        "events/1-99",
        "events/x",
        "findings/none",
        "sessions/none",
        "nothing",
    ] {
        let answer = instance.get(&format!("/api/v1/{path}"));
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (404, &json!("not_found"))
        );
    }
    let answer = instance.ask(
        "OPTIONS",
        "/api/v1/status",
        &[("Authorization", &bearer())],
        "",
    );
    assert_eq!(answer.json()["error"]["code"], "method_not_allowed");
}

#[test]
fn an_event_comes_whole() {
    let instance = Instance::start();
    let kept = denied(1, &["rule-a"]);
    instance.keep([kept.clone()]);
    let expected = json!({
        "id": "1-1",
        "verdict": "deny",
        "event": kept.event,
        "findings": kept.decision.findings,
    });
    assert_eq!(instance.read("/api/v1/events/1-1"), expected);
    let by_key = format!("/api/v1/events/{}", kept.event.key);
    assert_eq!(instance.read(&by_key), expected);
}

#[test]
fn a_finding_comes_with_all_that_explains_it() {
    let instance = Instance::start();
    let kept = denied(20, &["rule-a", "rule-b"]);
    let [first, second] = kept.decision.findings.as_slice() else {
        panic!("two rules, two findings");
    };
    instance.keep((1..20).map(record));
    instance.keep([kept.clone()]);
    instance.keep((21..=50).map(record));
    let detail = instance.read(&format!("/api/v1/findings/{}", first.id));
    let around = |field: &str| seqs(&json!({ "items": detail[field] }));
    assert_eq!(around("before"), [2, 4, 6, 8, 10, 12, 14, 16, 18]);
    assert_eq!(
        around("after"),
        (11..=20).map(|seq| seq * 2).collect::<Vec<i64>>()
    );
    assert_eq!(detail["rule"]["text"], "id: rule-a");
    assert_eq!(detail["undo"], format!("ringfence allow {}", first.id));
    assert_eq!(detail["event"]["event"], json!(kept.event));
    let row = json!({
        "event_id": "1-20",
        "agent": "claude-code",
        "session": "session-0",
        "summary": "echo 20",
        "finding": first,
    });
    assert_eq!(detail["finding"], row);
    let other = instance.read(&format!("/api/v1/findings/{}", second.id));
    assert_eq!(other["rule"], Value::Null);
}

#[test]
fn the_findings_of_one_event_are_not_parted() {
    let instance = Instance::start();
    instance.keep([
        denied(1, &["rule-a", "rule-b", "rule-c"]),
        denied(2, &["rule-a", "rule-b"]),
        denied(3, &["rule-a"]),
    ]);
    for (query, events, next) in [
        (
            "",
            vec!["1-3", "1-2", "1-2", "1-1", "1-1", "1-1"],
            Value::Null,
        ),
        ("?limit=1", vec!["1-3"], json!(3)),
        ("?limit=2", vec!["1-3", "1-2", "1-2"], json!(2)),
        ("?limit=2&before=3", vec!["1-2", "1-2"], json!(2)),
        ("?limit=1&before=2", vec!["1-1", "1-1", "1-1"], Value::Null),
        ("?rule=rule-c", vec!["1-1"], Value::Null),
        ("?severity=critical", vec![], Value::Null),
    ] {
        let list = instance.read(&format!("/api/v1/findings{query}"));
        let items = list["items"].as_array().unwrap().iter();
        let found: Vec<&str> = items
            .map(|item| item["event_id"].as_str().unwrap())
            .collect();
        assert_eq!((found, &list["next"]), (events, &next), "{query}");
    }
}

#[test]
fn sessions_are_found_by_their_whole_id() {
    let instance = Instance::start();
    let named = |number, session: &str| {
        let mut record = record(number);
        record.event.session = Some(ringfence_event::SessionId::from(session));
        record
    };
    instance.keep([named(1, "s-1"), named(2, "s-10"), named(3, "s-1")]);
    let all = instance.read("/api/v1/sessions");
    let ids = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap().iter();
        items
            .map(|item| item["session"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&all), ["s-1", "s-10"]);
    assert_eq!(instance.read("/api/v1/sessions/s-1")["events"], 2);
    assert_eq!(instance.read("/api/v1/sessions/s-1")["risk"]["score"], 25);
    assert_eq!(instance.get("/api/v1/sessions/s").status, 404);
    assert_eq!(seqs(&instance.read("/api/v1/sessions/s-1/events")), [1, 3]);
    assert_eq!(
        seqs(&instance.read("/api/v1/sessions/s-1/events?after=1")),
        [3]
    );
    let page = instance.read("/api/v1/sessions?limit=1");
    assert_eq!(ids(&page), ["s-1"]);
    let next = page["next"].as_str().unwrap();
    let page = instance.read(&format!("/api/v1/sessions?limit=1&before={next}"));
    assert_eq!(
        (ids(&page), &page["next"]),
        (vec!["s-10".to_owned()], &Value::Null)
    );
    assert_eq!(ids(&instance.read("/api/v1/sessions?text=S-10")), ["s-10"]);
    let none: [&str; 0] = [];
    for (query, expected) in [
        ("project=/home/ada", &["s-1", "s-10"][..]),
        ("project=/home/ad", &none),
        ("until=2020-01-01T00:00:00Z", &none),
        ("until=2200-01-01T00:00:00Z&limit=1", &["s-1"]),
    ] {
        let list = instance.read(&format!("/api/v1/sessions?{query}"));
        assert_eq!(ids(&list), expected, "{query}");
    }
    assert_eq!(
        ids(&instance.read("/api/v1/sessions?text=ada&limit=1")),
        ["s-1"]
    );
}

#[test]
fn the_record_is_counted_up() {
    let instance = Instance::start();
    instance.keep([record(1), denied(2, &["rule-a"]), record(3700)]);
    let stats = instance.read("/api/v1/stats");
    assert_eq!(
        (&stats["events"], &stats["by_rule"]),
        (&json!(3), &json!({ "rule-a": 1 }))
    );
    let [since, until] = [0, 7_200].map(|seconds| Timestamp(START + seconds * 1_000_000));
    let path = format!("/api/v1/activity?since={since}&until={until}&step=3600");
    let activity = instance.read(&path);
    let buckets = activity["buckets"].as_array().unwrap().iter();
    let counts: Vec<(u64, u64)> = buckets
        .map(|bucket| {
            (
                bucket["events"].as_u64().unwrap(),
                bucket["denied"].as_u64().unwrap(),
            )
        })
        .collect();
    let [events, denied] = counts.iter().fold([0, 0], |[events, denied], count| {
        [events + count.0, denied + count.1]
    });
    assert_eq!(
        (activity["step"].clone(), events, denied),
        (json!(3600), 3, 1)
    );
}

#[test]
fn a_hooks_payload_goes_to_the_host_as_it_came() {
    let instance = Instance::start();
    for (name, route) in crate::CollectRoute::ALL {
        let headers = [
            ("X-AgentsLeak-Key", TOKEN),
            ("X-AgentsLeak-Source", "cursor"),
            ("X-Endpoint-User", "ada"),
        ];
        let body = "{\"not\": json, at all";
        let answer = instance.ask("POST", &format!("/api/collect/{name}"), &headers, body);
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(
            answer.json(),
            json!({
                "route": format!("{route:?}"),
                "source": "cursor",
                "hostname": null,
                "user": "ada",
                "body": body,
            })
        );
    }
    let key = [("X-AgentsLeak-Key", TOKEN)];
    let ask = |method, path: &str| instance.ask(method, path, &key, "").status;
    assert_eq!(ask("POST", "/api/collect/pre-tool-use"), 422);
    assert_eq!(ask("POST", "/api/collect/unknown"), 404);
    assert_eq!(ask("GET", "/api/collect/pre-tool-use"), 405);
    let health = instance.ask("GET", "/api/collect/health", &key, "").json();
    assert_eq!(
        health,
        json!({ "status": "healthy", "service": "ringfence" })
    );
}

#[test]
fn the_dashboard_is_served_to_whoever_asks() {
    let instance = Instance::start();
    for path in ["/", "/live", "/sessions/abc"] {
        let answer = instance.ask("GET", path, &[], "");
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(
            answer.body.contains("<!doctype html>"),
            "{path}: {}",
            answer.body
        );
    }
    for path in [
        "/../../../../etc/passwd",
        "/assets/../../Cargo.toml",
        "/assets/%2e%2e/%2e%2e/Cargo.toml",
        "/assets/..%5c..%5cCargo.toml",
        "/nothing.js",
    ] {
        assert_eq!(instance.ask("GET", path, &[], "").status, 404, "{path}");
    }
    assert_eq!(instance.ask("POST", "/", &[], "").status, 405);
    let head = instance.ask("HEAD", "/", &[], "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}
