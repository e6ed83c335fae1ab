use crate::testing::{Browser, Instance, TOKEN, denied, record};
use serde_json::{Value, json};

fn filled() -> Instance {
    let instance = Instance::start();
    instance.keep([denied(2, &["rule-a"]), record(3), denied(4, &["rule-a"])]);
    instance
}

fn post(instance: &Instance, body: &Value) -> (u16, Value) {
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("Authorization", bearer.as_str())];
    let answer = instance.ask("POST", "/api/v1/rules/test", &headers, &body.to_string());
    (answer.status, answer.json())
}

#[test]
fn rules_are_listed_with_what_they_do_here() {
    let instance = filled();
    let list = instance.read("/api/v1/rules?days=3650");
    assert_eq!(
        (&list["mode"], &list["days"]),
        (&json!("guard"), &json!(3650))
    );
    assert_eq!(list["problems"], json!(["a problem"]));
    let [first, second] = list["items"].as_array().unwrap().as_slice() else {
        panic!("{list}");
    };
    assert_eq!(
        (&first["id"], &first["here"]),
        (&json!("rule-a"), &json!("deny"))
    );
    assert_eq!(
        (&first["hits"]["all"], &first["choice"]),
        (&json!(2), &Value::Null)
    );
    assert!(first["hits"]["last"].is_string());
    assert_eq!(
        second["hits"],
        json!({ "all": 0, "recent": 0, "last": null })
    );

    let detail = instance.read("/api/v1/rules/rule-a");
    assert_eq!(detail["rule"]["text"], "id: rule-a");
    assert_eq!(detail["state"]["hits"]["all"], 2);
    for (path, status) in [
        ("rules/nothing", 404),
        ("rules/rule-a?days=0", 400),
        ("rules?days=3651", 400),
        ("rules?day=1", 400),
    ] {
        assert_eq!(
            instance.get(&format!("/api/v1/{path}")).status,
            status,
            "{path}"
        );
    }
}

#[test]
fn a_person_chooses_and_can_take_it_back() {
    let instance = filled();
    let browser = Browser::new(&instance);
    let choose = |mode: &str| {
        let body = json!({ "mode": mode }).to_string();
        browser
            .send("PUT", "/api/v1/rules/rule-a/mode", &body)
            .json()
    };
    let off = choose("off");
    assert_eq!(off["before"], "default");
    assert_eq!(
        (&off["rule"]["here"], &off["rule"]["choice"]),
        (&json!("off"), &json!("off"))
    );
    let back = choose("default");
    assert_eq!(
        (&back["before"], &back["rule"]["here"]),
        (&json!("off"), &json!("deny"))
    );

    let machine =
        |mode: &str| browser.send("PUT", "/api/v1/mode", &json!({ "mode": mode }).to_string());
    assert_eq!(
        machine("monitor").json(),
        json!({ "mode": "monitor", "before": "guard" })
    );
    assert_eq!(instance.read("/api/v1/rules")["mode"], "monitor");
    assert_eq!(machine("off").status, 400);
    for (path, body, status) in [
        ("/api/v1/rules/nothing/mode", r#"{"mode":"off"}"#, 404),
        ("/api/v1/rules/rule-a/mode", r#"{"mode":"loud"}"#, 400),
        ("/api/v1/rules/rule-a/mode", "", 400),
    ] {
        assert_eq!(
            browser.send("PUT", path, body).status,
            status,
            "{path} {body}"
        );
    }
}

#[test]
fn a_token_chooses_nothing() {
    let instance = filled();
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("Authorization", bearer.as_str())];
    for (path, body) in [
        ("/api/v1/rules/rule-a/mode", r#"{"mode":"off"}"#),
        ("/api/v1/mode", r#"{"mode":"monitor"}"#),
    ] {
        let answer = instance.ask("PUT", path, &headers, body);
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(answer.json()["error"]["code"], "only_in_person");
    }
    let list = instance.read("/api/v1/rules");
    assert_eq!(
        (&list["mode"], &list["items"][0]["choice"]),
        (&json!("guard"), &Value::Null)
    );
}

#[test]
fn one_event_is_tried() {
    let instance = filled();
    let off = json!({ "rule-a": "off" });
    let (status, tried) = post(&instance, &json!({ "choices": off, "event": "1-1" }));
    assert_eq!(status, 200);
    assert_eq!(
        (&tried["problems"], &tried["replay"]),
        (&json!([]), &Value::Null)
    );
    assert_eq!(tried["one"]["before"]["verdict"], "deny");
    assert_eq!(
        tried["one"]["after"],
        json!({ "verdict": "allow", "findings": [] })
    );
    let whole = instance.read("/api/v1/events/1-1")["event"].clone();
    let (_, made_up) = post(&instance, &json!({ "choices": off, "event": whole }));
    assert_eq!(made_up["one"]["before"]["verdict"], "deny");
    let payload = json!({ "agent": "claude-code", "body": { "tool_name": "Bash" } });
    let (_, told) = post(&instance, &json!({ "rules": "wrong", "payload": payload }));
    assert_eq!(told["problems"][0]["message"], "it is wrong");
    assert_eq!(told["one"]["before"], told["one"]["after"]);
}

#[test]
fn the_last_days_are_tried() {
    let instance = Instance::start();
    let now = ringfence_event::Timestamp(crate::shared::now_seconds() / 60 * 60_000_000);
    let recent = |number: u64| {
        let mut record = record(number);
        record.event.at.0 = now.0 - i64::try_from(number).unwrap() * 1_000_000;
        record
    };
    instance.keep((1..=300).map(recent).chain([recent(3 * 86_400)]));
    let body = json!({ "choices": { "rule-a": "off" }, "days": 1 });
    let (_, tried) = post(&instance, &body);
    let replay = &tried["replay"];
    assert_eq!(replay["looked"]["events"], 300);
    assert_eq!(replay["looked"]["more"], false);
    assert_eq!(
        replay["before"],
        json!({ "allow": 150, "alert": 0, "ask": 0, "deny": 150 })
    );
    assert_eq!(
        replay["after"],
        json!({ "allow": 300, "alert": 0, "ask": 0, "deny": 0 })
    );
    assert_eq!(replay["changed"], 150);
    let changes = replay["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 100);
    assert_eq!(changes[0]["event"], "1-300");
    assert_eq!(changes[0]["rules"], json!(["rule-a"]));
    assert_eq!(
        (&changes[0]["before"], &changes[0]["after"]),
        (&json!("deny"), &json!("allow"))
    );
    let (_, same) = post(&instance, &json!({ "days": 1 }));
    assert_eq!(
        (&same["replay"]["changed"], &same["replay"]["changes"]),
        (&json!(0), &json!([]))
    );
}

#[test]
fn what_cannot_be_tried_is_said() {
    let instance = filled();
    let payload = json!({ "agent": "claude-code", "body": {} });
    for (body, status) in [
        (json!({ "days": 0 }), 400),
        (json!({ "days": 91 }), 400),
        (json!({ "days": 1, "event": "1-1" }), 400),
        (json!({ "event": "1-1", "payload": payload }), 400),
        (json!({ "payload": payload }), 400),
        (json!({ "event": "1-99" }), 404),
        (json!({ "event": { "kind": "nothing" } }), 400),
        (json!({ "days": 1, "choices": { "rule-a": "loud" } }), 400),
        (json!({ "days": 1, "mode": "off" }), 400),
        (
            json!({ "days": 1, "rules": "x".repeat((1 << 20) + 1) }),
            400,
        ),
        (json!({ "days": 1, "more": true }), 400),
    ] {
        let (found, answer) = post(&instance, &body);
        let short: String = body.to_string().chars().take(80).collect();
        assert_eq!(found, status, "{short}");
        assert!(answer["error"]["message"].is_string(), "{short}");
    }
}

#[test]
fn mistakes_are_told_without_anything_to_try_on() {
    let instance = filled();
    for (body, problems) in [(json!({}), 0), (json!({ "rules": "wrong" }), 1)] {
        let (status, answer) = post(&instance, &body);
        assert_eq!(status, 200);
        assert_eq!(answer["problems"].as_array().map(Vec::len), Some(problems));
        assert_eq!(
            (&answer["one"], &answer["replay"]),
            (&Value::Null, &Value::Null)
        );
    }
}

#[test]
fn a_rule_of_ones_own_is_saved_and_taken_away() {
    let instance = filled();
    let browser = Browser::new(&instance);
    let save = |id: &str, text: &str| {
        let body = json!({ "text": text }).to_string();
        browser.send("PUT", &format!("/api/v1/rules/{id}"), &body)
    };
    assert_eq!(
        save("mine", "first").json(),
        json!({ "saved": true, "file": "/rules/mine.yml", "before": null, "problems": [] })
    );
    assert_eq!(save("mine", "second").json()["before"], "first");
    let wrong = save("mine", "wrong").json();
    assert_eq!(
        (&wrong["saved"], &wrong["before"]),
        (&json!(false), &json!("second"))
    );
    assert_eq!(wrong["problems"][0]["line"], 1);

    let ours = save("rule-a", "text");
    assert_eq!(ours.status, 409);
    assert_eq!(
        ours.json()["error"],
        json!({ "code": "refused", "message": "it is ours", "hint": "leave it" })
    );
    assert_eq!(save("mine", &"x".repeat(65 * 1024)).status, 400);
    let drop = || browser.send("DELETE", "/api/v1/rules/mine", "");
    assert_eq!(drop().json()["before"], "second");
    assert_eq!(drop().status, 404);
}
