use crate::testing::{Browser, Instance, TOKEN, denied, record};
use ringfence_event::{FindingId, RuleId};
use serde_json::{Value, json};

/// The name of the incident that one denied event makes.
fn name(number: u64) -> String {
    let denied = denied(number, &["rule-a"]);
    let id = FindingId::of(denied.event.key, &RuleId::from("rule-a"));
    id.to_string()
}

fn ids(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap()).collect()
}

fn three() -> Instance {
    let instance = Instance::start();
    let harmless = (10..20).map(record);
    instance.keep(
        (1..=3)
            .map(|number| denied(number, &["rule-a"]))
            .chain(harmless),
    );
    instance
}

#[test]
fn incidents_are_listed_the_latest_first_page_by_page() {
    let instance = three();
    let names = [name(3), name(2), name(1)];
    let list = instance.read("/api/v1/incidents");
    assert_eq!(ids(&list), names);
    assert_eq!(
        (&list["open"], &list["closed"], &list["more"], &list["next"]),
        (&json!(3), &json!(0), &json!(false), &Value::Null)
    );
    let first = &list["items"][0];
    assert_eq!(first["status"], "new");
    assert_eq!(first["handled"], Value::Null);
    assert_eq!(first["left"], "nothing");
    assert_eq!(
        (&first["findings"], &first["steps"]),
        (&json!(1), &json!(1))
    );
    let page = instance.read("/api/v1/incidents?limit=2");
    assert_eq!(ids(&page), names[..2]);
    let next = page["next"].as_str().unwrap();
    let rest = instance.read(&format!("/api/v1/incidents?limit=2&before={next}"));
    assert_eq!(
        (ids(&rest), &rest["next"]),
        (vec![names[2].as_str()], &Value::Null)
    );
}

#[test]
fn only_what_fits_is_listed() {
    let instance = three();
    let [third, second, first] = [name(3), name(2), name(1)];
    let all = [third.as_str(), &second, &first];
    for (asked, expected) in [
        ("state=all", &all[..]),
        ("state=closed", &[]),
        ("status=new", &all),
        ("status=snoozed", &[]),
        ("severity=high", &all),
        ("severity=critical", &[]),
        ("agent=claude-code", &all),
        ("agent=codex", &[]),
        ("session=session-0", &all[1..2]),
        ("session=sess", &all),
        ("project=/home/ada", &all),
        ("project=/home/ada/project/", &all),
        ("project=/home/ada/pro", &[]),
        ("text=PRIVATE+KEY", &all),
        ("text=rule-a", &all),
        ("text=nothing+of+the+kind", &[]),
        ("since=2026-11-19T00:00:00Z", &[]),
        ("since=2020-01-01T00:00:00Z", &all),
        ("until=2020-01-01T00:00:00Z", &[]),
    ] {
        let list = instance.read(&format!("/api/v1/incidents?{asked}"));
        assert_eq!(ids(&list), expected, "{asked}");
    }
    for wrong in [
        "state=some",
        "status=gone",
        "limit=0",
        "limit=501",
        "order=up",
        "since=soon",
    ] {
        let answer = instance.get(&format!("/api/v1/incidents?{wrong}"));
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

#[test]
fn an_incident_comes_with_all_that_explains_it() {
    let instance = three();
    let name = name(2);
    let detail = instance.read(&format!("/api/v1/incidents/{name}"));
    assert_eq!(detail["incident"]["id"], json!(name));
    assert_eq!(
        detail["incident"]["narrative"][0],
        "Claude Code, working in /home/ada/project, tried, and was stopped: It reads a private key."
    );
    assert_eq!(detail["incident"]["facts"]["left"], "nothing");
    assert_eq!(detail["incident"]["steps"][0]["place"], "1-2");
    assert_eq!(detail["rules"][0]["id"], "rule-a");
    assert_eq!(
        (&detail["status"], &detail["handled"]),
        (&json!("new"), &Value::Null)
    );
    let short = instance.read(&format!("/api/v1/incidents/{}", name.get(..6).unwrap()));
    assert_eq!(short, detail);
    for missing in ["zzzzzzzz", "-", "%20"] {
        assert_eq!(
            instance.get(&format!("/api/v1/incidents/{missing}")).status,
            404,
            "{missing}"
        );
    }
}

#[test]
fn a_report_is_a_file_to_save() {
    let instance = three();
    let name = name(1);
    for (asked, kind, begin) in [
        ("", "text/markdown; charset=utf-8", "# A title\n"),
        (
            "?format=html",
            "text/html; charset=utf-8",
            "<!doctype html>",
        ),
    ] {
        let answer = instance.get(&format!("/api/v1/incidents/{name}/report{asked}"));
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some(kind));
        let saved = answer.header("content-disposition").unwrap();
        assert!(
            saved.starts_with("attachment; filename=\"incident-"),
            "{saved}"
        );
        assert!(answer.body.contains(begin), "{}", answer.body);
    }
    let wrong = instance.get(&format!("/api/v1/incidents/{name}/report?format=pdf"));
    assert_eq!(wrong.status, 400);
}

#[test]
fn a_person_decides_and_can_take_it_back() {
    let instance = three();
    let browser = Browser::new(&instance);
    let path = format!("/api/v1/incidents/{}/status", name(2));
    let decide = |body: Value| browser.send("POST", &path, &body.to_string());

    let first = decide(json!({ "status": "resolved", "reason": "the key was replaced" })).json();
    assert_eq!(first["before"], Value::Null);
    assert_eq!(first["incident"]["status"], "resolved");
    assert_eq!(
        first["incident"]["handled"]["reason"],
        "the key was replaced"
    );
    let open = instance.read("/api/v1/incidents");
    assert_eq!(ids(&open), [name(3), name(1)]);
    assert_eq!((&open["open"], &open["closed"]), (&json!(2), &json!(1)));
    assert_eq!(
        ids(&instance.read("/api/v1/incidents?state=closed")),
        [name(2)]
    );
    assert_eq!(
        ids(&instance.read("/api/v1/incidents?state=all&status=resolved")),
        [name(2)]
    );

    let second = decide(json!({ "status": "investigating", "reason": "not yet" })).json();
    assert_eq!(second["before"], first["incident"]["handled"]);
    let back = browser.send("DELETE", &path, "").json();
    assert_eq!(back["incident"]["status"], "new");
    assert_eq!(back["before"]["status"], "investigating");
    assert_eq!(ids(&instance.read("/api/v1/incidents")).len(), 3);
}

#[test]
fn what_cannot_be_decided_is_said() {
    let instance = three();
    let browser = Browser::new(&instance);
    let path = format!("/api/v1/incidents/{}/status", name(2));
    let long = "x".repeat(4097);
    for (body, status) in [
        (json!({ "status": "resolved", "reason": "  " }), 400),
        (json!({ "status": "resolved", "reason": long }), 400),
        (json!({ "status": "resolved" }), 400),
        (json!({ "status": "gone", "reason": "why" }), 400),
        (
            json!({ "status": "resolved", "reason": "why", "by": "me" }),
            400,
        ),
        (json!([]), 400),
    ] {
        let answer = browser.send("POST", &path, &body.to_string());
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
    }
    assert_eq!(browser.send("POST", &path, "{").status, 400);
    let good = json!({ "status": "resolved", "reason": "why" }).to_string();
    let nowhere = browser.send("POST", "/api/v1/incidents/zzzzzzzz/status", &good);
    assert_eq!(nowhere.status, 404);
    assert_eq!(instance.read("/api/v1/incidents")["closed"], 0);
}

#[test]
fn a_token_decides_nothing() {
    let instance = three();
    let path = format!("/api/v1/incidents/{}/status", name(2));
    let bearer = format!("Bearer {TOKEN}");
    let token = ("Authorization", bearer.as_str());
    let cookie = instance.sign_in();
    let origin = format!("http://{}", instance.address());
    let body = json!({ "status": "false_positive", "reason": "nothing to see" }).to_string();
    for method in ["POST", "DELETE"] {
        for (headers, code) in [
            (vec![token], "only_in_person"),
            (
                vec![token, ("X-Ringfence", "1"), ("Origin", &origin)],
                "only_in_person",
            ),
            (vec![token, ("Cookie", &cookie)], "not_from_the_dashboard"),
            (
                vec![("Cookie", &cookie), ("X-Ringfence", "1")],
                "not_from_the_dashboard",
            ),
        ] {
            let answer = instance.ask(method, &path, &headers, &body);
            assert_eq!(answer.status, 403, "{method} {headers:?}");
            assert_eq!(answer.json()["error"]["code"], code, "{method} {headers:?}");
        }
    }
    assert_eq!(instance.read("/api/v1/incidents")["closed"], 0);
}

#[test]
fn incidents_are_grouped_anew_only_when_something_was_found() {
    let instance = three();
    let grouped = || instance.server.shared().grouped.made();
    let list = |more: &str| instance.read(&format!("/api/v1/incidents{more}"));
    for more in ["", "?limit=1", "?state=all", "?text=nothing"] {
        list(more);
    }
    assert_eq!(grouped(), 1);
    instance.keep([record(30)]);
    assert_eq!(ids(&list("")).len(), 3);
    assert_eq!(grouped(), 1, "nothing was found in it");

    instance.keep([denied(40, &["rule-a"])]);
    assert_eq!(ids(&list(""))[0], name(40), "a new one shows at once");
    assert_eq!(grouped(), 2);

    let browser = Browser::new(&instance);
    let path = format!("/api/v1/incidents/{}/status", name(40));
    let body = json!({ "status": "resolved", "reason": "we know" }).to_string();
    assert_eq!(browser.send("POST", &path, &body).status, 200);
    let all = list("?state=all");
    assert_eq!(
        (&all["items"][0]["status"], &all["closed"]),
        (&json!("resolved"), &json!(1)),
        "a decision shows at once"
    );
    assert_eq!(browser.send("DELETE", &path, "").status, 200);
    assert_eq!(list("")["open"], 4);
    assert_eq!(grouped(), 2, "decisions are not part of it");
}
