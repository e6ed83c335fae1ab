//! The door to the record: every route asks who it is, by what name it was called and
//! from which page; nothing but the dashboard's own files lies outside of it.

use crate::hooks::denying_rule;
use ringfence_event::{AgentKind, Timestamp};
use ringfence_tests::home::Home;
use ringfence_tests::http::{Ask, Door};
use ringfence_tests::payload::ShellCall;
use serde_json::Value;
use std::net::TcpListener;

const STATUS: &str = "/api/v1/status";
const STREAM: &str = "/api/v1/stream";
const LOGOUT: &str = "/api/v1/logout";
/// In microseconds.
const HOUR: i64 = 3_600_000_000;

const THEFT: &str = "cat ~/.ssh/id_rsa";

fn up() -> Home {
    let home = Home::new().with_key();
    home.up();
    home
}

/// Every method and path of the OpenAPI document, with something in place of the parameters.
fn routes(home: &Home) -> Vec<(String, String)> {
    let document = home.ringfence(&["openapi"]).ok().stdout;
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("methods").keys() {
            let path = path
                .split('/')
                .map(|part| if part.starts_with('{') { "1-1" } else { part })
                .collect::<Vec<_>>()
                .join("/");
            routes.push((method.to_uppercase(), path));
        }
    }
    routes
}

#[test]
fn every_route_wants_a_credential() {
    let home = up();
    let door = home.door();
    let routes = routes(&home);
    let (api, open): (Vec<_>, Vec<_>) = routes
        .into_iter()
        .partition(|(_, path)| path.starts_with("/api/"));
    assert!(api.len() >= 15, "{api:?}");
    assert_eq!(open, [("GET".to_owned(), "/auth".to_owned())]);
    let wrong = "0".repeat(64);
    for (method, path) in api {
        let ask = || door.ask(&method, &path).header("X-Ringfence", "1");
        let query = door.ask(&method, &format!("{path}?token={}", door.token));
        for (name, ask) in [
            ("nothing", ask()),
            ("a wrong token", ask().bearer(&wrong)),
            ("no token", ask().bearer("")),
            (
                "another scheme",
                ask().header("Authorization", &format!("Basic {}", door.token)),
            ),
            ("a wrong key", ask().header("X-AgentsLeak-Key", &wrong)),
            (
                "a wrong cookie",
                ask().cookie(&format!("ringfence=9999999999.{wrong}")),
            ),
            (
                "the token as a cookie",
                ask().cookie(&format!("ringfence={}", door.token)),
            ),
            ("the token in the address", query),
        ] {
            let answer = ask.send();
            assert_eq!(answer.status, 401, "{method} {path} with {name}");
            assert_eq!(answer.json()["error"]["code"], "not_signed_in");
        }
        let right = ask().bearer(&door.token).status();
        assert_ne!(right, 401, "{method} {path}");
    }
}

#[test]
fn the_document_is_the_one_that_the_dashboard_was_made_from() {
    let home = up();
    let printed = home.ringfence(&["openapi"]).ok().stdout;
    let served = home.door().script("GET", "/api/v1/openapi.json").send();
    assert_eq!(served.text(), printed);
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/openapi.json");
    let kept = std::fs::read_to_string(kept).expect("ui/openapi.json");
    assert!(
        kept == printed,
        "ui/openapi.json is not current\nhint: ringfence openapi > ui/openapi.json, then npm run types"
    );
}

#[test]
fn the_keys_of_hooks_open_only_what_hooks_need() {
    let home = up();
    let door = home.door();
    let with_key = |path| {
        let ask = door.ask("GET", path);
        ask.header("X-AgentsLeak-Key", &door.token).send().status
    };
    assert_eq!(with_key("/api/collect/health"), 200);
    assert_eq!(with_key(STATUS), 401);
}

#[test]
fn it_answers_to_its_own_names_only() {
    let home = up();
    let door = home.door();
    let port = door.address.port();
    let paths = ["/", "/live", "/assets/x.js", STATUS, STREAM, "/auth?code=x"];
    let named = |path: &str, host: &str| {
        let ask = door.script("GET", path).without("Host");
        ask.header("Host", host)
    };
    for path in paths {
        for host in [
            "example.org".to_owned(),
            format!("example.org:{port}"),
            format!("127.0.0.1.example.org:{port}"),
            format!("localhost.example.org:{port}"),
            format!("0.0.0.0:{port}"),
            format!("127.0.0.2:{port}"),
            "127.0.0.1".to_owned(),
            "localhost:1".to_owned(),
            String::new(),
        ] {
            let status = named(path, &host).send().status;
            assert_eq!(status, 421, "{path} of {host:?}");
        }
        let twice = named(path, &door.address.to_string()).header("Host", "example.org");
        for ask in [twice, door.script("GET", path).without("Host")] {
            let status = ask.send().status;
            assert!([400, 421].contains(&status), "{path}: {status}");
        }
    }
    for name in ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"] {
        let answer = named(STATUS, &format!("{name}:{port}")).send();
        assert_eq!(answer.status, 200, "{name}: {answer:?}");
    }
}

#[test]
fn pages_of_other_sites_get_nothing() {
    let home = up();
    let door = home.door();
    let cookie = home.sign_in();
    let foreign = [
        "https://example.org".to_owned(),
        "null".to_owned(),
        "http://127.0.0.1:1".to_owned(),
        format!("https://{}", door.address),
        format!("http://{}.example.org", door.address),
        "file://".to_owned(),
    ];
    let asks: [fn(&Door) -> Ask; 4] = [
        |door| door.ask("GET", STATUS),
        |door| door.ask("POST", LOGOUT).header("X-Ringfence", "1"),
        |door| door.ask("POST", "/api/collect/pre-tool-use").body("{}"),
        |door| door.upgrade(STREAM),
    ];
    for origin in &foreign {
        for ask in asks {
            for ask in [ask(&door).cookie(&cookie), ask(&door).bearer(&door.token)] {
                let ask = ask.header("Origin", origin);
                assert_eq!(ask.clone().status(), 403, "{origin}: {ask:?}");
            }
        }
    }
    // What a browser says of a request from another local server's page.
    for site in ["cross-site", "same-site"] {
        let ask = door.ask("GET", STATUS).cookie(&cookie);
        let status = ask.header("Sec-Fetch-Site", site).send().status;
        assert_eq!(status, 403, "{site}");
    }
    assert_eq!(door.ask("GET", STATUS).cookie(&cookie).send().status, 200);
}

#[test]
fn a_websocket_needs_a_sign_in_from_our_own_page() {
    let home = up();
    let door = home.door();
    let cookie = home.sign_in();
    let own = door.origin();
    for (name, ask, status) in [
        ("nobody", door.upgrade(STREAM), 401),
        (
            "nobody's page",
            door.upgrade(STREAM).header("Origin", &own),
            401,
        ),
        ("no page", door.upgrade(STREAM).cookie(&cookie), 403),
        ("a script", door.upgrade(STREAM).bearer(&door.token), 101),
        (
            "our page",
            door.upgrade(STREAM).cookie(&cookie).header("Origin", &own),
            101,
        ),
        ("no upgrade", door.script("GET", STREAM), 400),
    ] {
        assert_eq!(ask.status(), status, "{name}");
    }
}

#[test]
fn a_change_needs_more_than_the_cookie() {
    let home = up();
    let door = home.door();
    let cookie = home.sign_in();
    let own = door.origin();
    let post = |path: &str| door.ask("POST", path).cookie(&cookie).body("{}");
    for path in [
        LOGOUT,
        "/api/collect/pre-tool-use",
        "/api/collect/claude-code",
    ] {
        for (name, ask) in [
            ("a form", post(path)),
            ("a form of ours", post(path).header("Origin", &own)),
            ("no page", post(path).header("X-Ringfence", "1")),
            (
                "a wrong header",
                post(path).header("Origin", &own).header("X-Ringfence", "0"),
            ),
        ] {
            assert_eq!(ask.send().status, 403, "{path}: {name}");
        }
    }
    assert_eq!(home.calls(), [], "nothing of it is on record");
    let out = post(LOGOUT)
        .header("Origin", &own)
        .header("X-Ringfence", "1");
    let out = out.send();
    assert_eq!(out.status, 204, "{out:?}");
    assert!(
        out.header("set-cookie")
            .is_some_and(|set| set.contains("Max-Age=0"))
    );
}

#[test]
fn only_the_dashboards_own_files_are_served() {
    let home = up();
    home.write("project/secret.txt", "not-for-the-web");
    let door = home.door();
    for path in [
        "/../../../../etc/passwd",
        "/assets/../../../../etc/passwd",
        "/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/assets/..%5c..%5cetc%5cpasswd",
        "//etc/passwd",
        "/etc/passwd",
        "/proc/self/environ",
        "/secret.txt",
        "/assets/.%00./passwd",
        "/assets/",
        "/.git/config",
        "/x/../api/v1/status",
        "/assets/../api/v1/status",
        "/API/v1/status",
        "/%61pi/v1/status",
        "/api%2fv1%2fstatus",
        "//api/v1/status",
        "/./api/v1/status",
    ] {
        let answer = door.ask("GET", path).send();
        let text = answer.text();
        let is_page = text.starts_with("<!doctype html>") || text.starts_with("<!DOCTYPE html>");
        assert!(
            answer.status == 404 || answer.status == 401 || (answer.status == 200 && is_page),
            "{path}: {answer:?}"
        );
        for inside in ["root:", "HOME=", "not-for-the-web", "\"mode\""] {
            assert!(!text.contains(inside), "{path} holds {inside}");
        }
    }
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        assert_eq!(door.ask(method, "/").send().status, 405, "{method}");
    }
}

#[test]
fn every_answer_tells_the_browser_to_trust_nobody() {
    let home = up();
    let door = home.door();
    let policy = format!("connect-src 'self' ws://{};", door.address);
    for (ask, status, cached) in [
        (door.ask("GET", "/"), 200, "no-cache"),
        (door.ask("GET", "/alerts"), 200, "no-cache"),
        (door.ask("GET", "/nothing.js"), 404, "no-cache"),
        (door.ask("GET", STATUS), 401, "no-store"),
        (door.script("GET", STATUS), 200, "no-store"),
        (door.script("GET", "/api/nothing"), 404, "no-store"),
        (door.ask("GET", "/auth"), 403, "no-store"),
    ] {
        let answer = ask.clone().send();
        assert_eq!(answer.status, status, "{ask:?}");
        assert_eq!(answer.header("cache-control"), Some(cached), "{ask:?}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{ask:?}");
        }
        let sent = answer.header("content-security-policy").unwrap_or_default();
        for part in [
            policy.as_str(),
            "default-src 'self';",
            "frame-ancestors 'none';",
            "require-trusted-types-for 'script';",
        ] {
            assert!(sent.contains(part), "{ask:?}: {sent}");
        }
        assert!(!sent.contains("unsafe"), "{sent}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

/// One call that ran, and one that was denied.
fn two_calls() -> Home {
    let home = up();
    let cwd = home.project().display().to_string();
    for (call, command) in [("call-1", "cargo test"), ("call-2", THEFT)] {
        let call = ShellCall {
            session: "session-1",
            call,
            cwd: &cwd,
            command,
        };
        let payload = call.payload(AgentKind::ClaudeCode);
        drop(home.hook("claude-code", &payload).ok());
    }
    home.wait_for_calls(2);
    home
}

#[test]
fn an_event_and_its_explanation_lead_to_each_other() {
    let home = two_calls();
    let door = home.door();
    let events = door.json("/api/v1/events?kind=tool_call&order=oldest");
    let [allowed, denied] = list(&events) else {
        panic!("not two calls: {events:#}");
    };
    assert_eq!(
        (&allowed["verdict"], &denied["verdict"]),
        (&"allow".into(), &"deny".into())
    );
    assert_eq!(
        (&denied["agent"], &denied["session"]),
        (&"claude-code".into(), &"session-1".into())
    );
    assert!(denied["severity"].is_string(), "{denied:#}");

    let id = denied["id"].as_str().expect("an id");
    let event = door.json(&format!("/api/v1/events/{id}"));
    let command = &event["event"]["action"]["tool"]["operation"]["command"];
    assert_eq!(command, THEFT);
    let finding = event["findings"][0]["id"].as_str().expect("a finding");

    let findings = door.json("/api/v1/findings?verdict=deny");
    let ids: Vec<&Value> = list(&findings)
        .iter()
        .map(|row| &row["finding"]["id"])
        .collect();
    assert_eq!(ids, [finding], "{findings:#}");
    let explained = door.json(&format!("/api/v1/findings/{finding}"));
    assert_eq!(explained["rule"]["id"], denying_rule(&home));
    assert_eq!(explained["event"], event);
    assert_eq!(explained["before"], Value::Array(vec![allowed.clone()]));
    let undo = explained["undo"].as_str().expect("a way out");
    assert!(undo.contains("ringfence allow "), "{undo}");

    let inside = door.json("/api/v1/sessions/session-1/events");
    assert_eq!(list(&inside), list(&events));
}

#[test]
fn what_happened_is_counted() {
    let home = two_calls();
    let door = home.door();
    let session = door.json("/api/v1/sessions/session-1");
    assert_eq!(
        (&session["tool_calls"], &session["denied"]),
        (&2.into(), &1.into())
    );
    assert_eq!(list(&door.json("/api/v1/sessions")), [session]);

    let stats = door.json("/api/v1/stats");
    assert_eq!((&stats["events"], &stats["denied"]), (&2.into(), &1.into()));
    let now = std::time::UNIX_EPOCH
        .elapsed()
        .expect("a clock")
        .as_micros();
    let now = i64::try_from(now).expect("a moment");
    let [since, until] = [now - HOUR, now + HOUR].map(Timestamp);
    let activity = door.json(&format!(
        "/api/v1/activity?since={since}&until={until}&step=60"
    ));
    let buckets = activity["buckets"].as_array().expect("buckets");
    let counts = buckets
        .iter()
        .filter_map(|bucket| bucket["events"].as_u64());
    assert_eq!(counts.sum::<u64>(), 2, "{activity:#}");

    let status = door.json(STATUS);
    assert_eq!(status["address"], door.address.to_string());
    assert_eq!(status["problems"], Value::Array(Vec::new()), "{status:#}");
}

fn list(document: &Value) -> &[Value] {
    let items = document["items"].as_array();
    items.unwrap_or_else(|| panic!("no list: {document:#}"))
}

#[test]
fn what_is_asked_wrongly_is_told() {
    let home = up();
    let door = home.door();
    for (path, status) in [
        ("/api/v1/events/9-9", 404),
        ("/api/v1/events/nonsense", 404),
        ("/api/v1/sessions/nobody", 404),
        ("/api/v1/findings/zzzzzzzz", 404),
        ("/api/v1/events?limit=nonsense", 400),
        ("/api/v1/events?kind=dance", 400),
        ("/api/v1/events?since=yesterday", 400),
        ("/api/v1/activity?step=60", 400),
        ("/api/v1/nothing", 404),
        ("/api/collect/nothing", 404),
    ] {
        let ask = |method| door.script(method, path).send();
        let answer = if path.starts_with("/api/collect/") {
            ask("POST")
        } else {
            ask("GET")
        };
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        let error = &answer.json()["error"];
        assert!(
            error["code"].is_string() && error["message"].is_string(),
            "{error}"
        );
    }
    // A script may not even try to change something.
    let refused = door.script("DELETE", STATUS).send();
    assert_eq!(refused.status, 403);
    assert_eq!(refused.json()["error"]["code"], "only_in_person");
}

#[test]
fn a_taken_port_stops_the_dashboard_not_the_guard() {
    let home = Home::new().with_key();
    let other = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = other.local_addr().expect("its address").port();
    home.write(
        ".config/ringfence/config.toml",
        &format!("port = {taken}\n"),
    );
    home.up();
    let door = home.door();
    assert_ne!(door.address.port(), taken);
    for document in [
        home.json(&["status", "--json"])["status"]["daemon"].clone(),
        door.json(STATUS),
    ] {
        let problems = document["problems"].to_string();
        assert!(problems.contains(&taken.to_string()), "{problems}");
    }
    let told = home.ringfence(&["status"]).ok().stdout;
    assert!(told.contains(&taken.to_string()), "{told}");
    let call = ShellCall {
        session: "session-1",
        call: "call-1",
        cwd: "/",
        command: THEFT,
    };
    let run = home.hook("claude-code", &call.payload(AgentKind::ClaudeCode));
    assert!(run.stdout.contains("deny"), "{run:#?}");
    other.set_nonblocking(true).expect("it can be asked");
    assert!(other.accept().is_err(), "nothing is sent to a stranger");
}
