use crate::testing::{Browser, Instance, TOKEN, denied, record};
use serde_json::{Value, json};

#[test]
fn a_person_allows_and_takes_it_back() {
    let instance = Instance::start();
    let browser = Browser::new(&instance);
    let mut letting = denied(2, &["rule-a"]);
    letting.decision.findings[0].allowed_by = Some("made-up0".into());
    instance.keep([letting, denied(4, &["rule-a"]), record(5)]);
    let body = json!({ "rule": "rule-a", "project": "/p", "until": "2099-01-01T00:00:00Z", "reason": "ours" });
    let made = browser.send("POST", "/api/v1/exceptions", &body.to_string());
    assert_eq!(made.status, 200, "{}", made.body);
    let row = json!({ "id": "made-up0", "rule": "rule-a", "project": "/p", "call": null, "once": false,
        "until": "2099-01-01T00:00:00Z", "reason": "ours", "made": "2026-11-18T10:26:40Z", "expired": false,
        "used": 1 });
    assert_eq!(made.json()["used"], 1);
    let list = instance.read("/api/v1/exceptions");
    let mut told = list["items"][0].clone();
    for time in ["until", "made"] {
        assert!(told[time].is_string());
        told[time] = row[time].clone();
    }
    assert_eq!(told, row);
    let gone = browser.send("DELETE", "/api/v1/exceptions/made-up0", "");
    assert_eq!((gone.status, &gone.json()["reason"]), (200, &json!("ours")));
    assert_eq!(instance.read("/api/v1/exceptions")["items"], json!([]));
    let again = browser.send("DELETE", "/api/v1/exceptions/made-up0", "");
    assert_eq!(again.status, 404);
}

#[test]
fn what_is_not_meant_is_refused() {
    let instance = Instance::start();
    let browser = Browser::new(&instance);
    instance.keep([record(1)]);
    for (body, status) in [
        (json!({ "finding": "k7m2qx4t", "once": true }), 200),
        (json!({ "finding": "k7m2qx4t" }), 200),
        (json!({ "finding": "nothing0" }), 404),
        (json!({}), 400),
        (json!({ "rule": "rule-a" }), 400),
        (json!({ "project": "/p" }), 400),
        (
            json!({ "rule": "rule-a", "project": "/p", "once": true }),
            400,
        ),
        (json!({ "rule": "rule-a", "finding": "k7m2qx4t" }), 400),
        (
            json!({ "finding": "k7m2qx4t", "until": "2001-01-01T00:00:00Z" }),
            400,
        ),
        (json!({ "finding": "k7m2qx4t", "for": "ever" }), 400),
    ] {
        let answer = browser.send("POST", "/api/v1/exceptions", &body.to_string());
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
    }
}

#[test]
fn a_token_allows_nothing() {
    let instance = Instance::start();
    instance.keep([record(1)]);
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("Authorization", bearer.as_str())];
    let body = json!({ "finding": "k7m2qx4t" }).to_string();
    for (method, path) in [
        ("POST", "/api/v1/exceptions"),
        ("DELETE", "/api/v1/exceptions/k7m2qx4t"),
        ("PUT", "/api/v1/rules/mine"),
        ("DELETE", "/api/v1/rules/mine"),
    ] {
        let answer = instance.ask(method, path, &headers, &body);
        assert_eq!(answer.status, 403, "{method} {path}");
    }
    let none: Value = instance.read("/api/v1/exceptions")["items"].clone();
    assert_eq!(none, json!([]));
}
