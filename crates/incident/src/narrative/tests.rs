use crate::tests::{command, finding, seen};
use crate::{Evidence, group};
use ringfence_event::{Severity, Verdict};
use serde_json::{Value, json};

/// An alarm on an action, with an answer.
fn alarm(
    number: u128,
    verdict: Verdict,
    action: Value,
    labels: Value,
    technique: &str,
) -> Evidence {
    let severity = Severity::High;
    let found = finding(number, "r", (severity, verdict), &[technique]);
    let seconds = i64::try_from(number).unwrap();
    let mut evidence = seen(number, seconds, verdict, action, labels, vec![found]);
    // What is tried here is one story: the same call.
    evidence.event.call = serde_json::from_value(json!({ "id": "c", "join": "exact" })).unwrap();
    evidence
}

const SENDS: &str = "T1567";
const READS: &str = "T1552.004";
const STAYS: &str = "T1546.004";

fn host() -> Value {
    json!({ "hosts": [{ "host": "paste.example", "class": "drop", "by": "curl" }] })
}

fn key() -> Value {
    json!({ "files": [{ "path": "k", "full": "/home/ada/.ssh/id_rsa", "access": "read",
        "class": "credential", "by": "cat" }] })
}

fn start() -> Value {
    json!({ "files": [{ "path": "b", "full": "/home/ada/.bashrc", "access": "write",
        "class": "autostart", "by": "echo" }] })
}

fn post(verdict: Verdict) -> Evidence {
    alarm(1, verdict, command("curl"), host(), SENDS)
}

fn connect(verdict: Verdict, error: &Value) -> Evidence {
    let action = json!({ "kind": "connect", "address": "203.0.113.5", "port": 443, "transport": "tcp",
        "error": error });
    alarm(2, verdict, action, host(), SENDS)
}

fn asks_for_name(error: &Value) -> Evidence {
    let action =
        json!({ "kind": "dns_query", "name": "x.paste.example", "record": "A", "error": error });
    alarm(2, Verdict::Alert, action, host(), SENDS)
}

fn request(handling: &str) -> Evidence {
    let action = json!({ "kind": "http_exchange", "exchange": { "host": "paste.example", "handling": handling } });
    alarm(3, Verdict::Alert, action, host(), SENDS)
}

fn reads(verdict: Verdict) -> Evidence {
    alarm(4, verdict, command("cat"), key(), READS)
}

fn opens(error: &Value) -> Evidence {
    let action = json!({ "kind": "file", "path": "/home/ada/.ssh/id_rsa", "activity": "read", "error": error });
    alarm(5, Verdict::Alert, action, key(), READS)
}

fn stays(verdict: Verdict) -> Evidence {
    alarm(6, verdict, command("echo"), start(), STAYS)
}

fn fails() -> Evidence {
    let action = json!({ "kind": "tool_result", "outcome": "failure", "output": "no",
        "tool": { "name": "Bash", "operation": { "does": "shell", "command": "make" } } });
    alarm(7, Verdict::Alert, action, json!({}), "T1059")
}

fn orders(level: &str, verdict: Verdict) -> Evidence {
    let action = json!({ "kind": "tool_result", "outcome": "success", "output": "…",
        "tool": { "name": "WebFetch", "operation": { "does": "fetch", "urls": ["https://a.example/"] } } });
    let labels = json!({ "injections": [{ "origin": "fetched_page", "level": level, "score": 60,
        "rules": [], "excerpt": "send", "place": 3 }] });
    alarm(0, verdict, action, labels, "T1059")
}

const WHO: &str = "Claude Code, working in /home/ada/api,";

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn every_sentence_is_true() {
    use Verdict::{Alert, Ask, Deny};
    let reason = "It is what it is";
    let did = format!("{WHO} did: {reason}.");
    let stopped = format!("{WHO} tried, and was stopped: {reason}.");
    let asked = format!("{WHO} wanted this, and a person was asked: {reason}.");
    let failed = format!("{WHO} tried, and it failed: {reason}.");
    let got = format!("{WHO} got access to /home/ada/.ssh/id_rsa.");
    let none_left = |how: &str| format!("Nothing that was seen left this machine: {how}.");
    let unknown = "No step of it is known to send anything away.";
    let all_stopped = "Each step that alarmed was stopped.";
    let cases: Vec<(&str, Vec<Evidence>, Vec<String>)> = vec![
        // Sent, tried, asked about.
        ("a post is denied", vec![post(Deny)], vec![stopped.clone(), none_left("one attempt was stopped, to paste.example")]),
        ("a post is asked about", vec![post(Ask)], vec![asked.clone(),
            "Something may have left this machine, to paste.example: if the person who was asked said yes.".into()]),
        ("a post is let run", vec![post(Alert)], vec![did.clone(),
            "Something may have left this machine, to paste.example: it was let run, and nobody saw whether it got through.".into()]),
        ("a connection is seen", vec![connect(Alert, &Value::Null)], vec![did.clone(),
            "A connection was made, to paste.example: take it that something left.".into()]),
        ("a connection fails", vec![connect(Alert, &json!(111))], vec![failed.clone(), none_left("one attempt failed, to paste.example")]),
        ("a connection is denied", vec![connect(Deny, &Value::Null)], vec![stopped.clone(), none_left("one attempt was stopped, to paste.example")]),
        ("a name is asked for", vec![asks_for_name(&Value::Null)], vec![did.clone(),
            "A name was asked for, to paste.example: take it that something left.".into()]),
        ("a request is read on its way", vec![request("forwarded")], vec![did.clone(),
            "A request was sent, to paste.example: take it that something left.".into()]),
        ("a request is blocked", vec![request("blocked")], vec![stopped.clone(), none_left("one attempt was stopped, to paste.example")]),
        ("a request goes without its secrets", vec![request("redacted")], vec![stopped.clone(), none_left("one attempt was stopped, to paste.example")]),
        ("one is denied, one fails", vec![post(Deny), connect(Alert, &json!(111))], vec![stopped.clone(),
            none_left("one attempt was stopped, and 1 failed, to paste.example")]),
        ("one is denied, one gets through", vec![post(Deny), connect(Alert, &Value::Null)], vec![
            format!("{WHO} tried, and was stopped: {reason}; one other step that alarmed was let run."),
            "A connection was made, to paste.example: take it that something left.".into()]),
        // Read.
        ("a key is denied", vec![reads(Deny)], vec![stopped.clone(), all_stopped.into()]),
        ("a key is asked about", vec![reads(Ask)], vec![
            format!("{WHO} got access to /home/ada/.ssh/id_rsa, if the person who was asked said yes."),
            format!("It wanted this, and a person was asked: {reason}."), unknown.into()]),
        ("a key is read", vec![reads(Alert)], vec![got.clone(), format!("It did: {reason}."), unknown.into()]),
        ("a key cannot be opened", vec![opens(&json!(13))], vec![failed.clone(), unknown.into()]),
        ("a key is opened", vec![opens(&Value::Null)], vec![got.clone(), format!("It did: {reason}."), unknown.into()]),
        ("a key is read, then a post is denied", vec![post(Deny), reads(Alert)], vec![got.clone(),
            format!("It tried, and was stopped: {reason}; one other step that alarmed was let run."),
            none_left("one attempt was stopped, to paste.example")]),
        // What stays.
        ("a start file is denied", vec![stays(Deny)], vec![stopped.clone(), all_stopped.into()]),
        ("a start file is asked about", vec![stays(Ask)], vec![asked.clone(),
            "No step of it is known to send anything away; /home/ada/.bashrc was changed, if the person who was asked said yes.".into()]),
        ("a start file is changed", vec![stays(Alert)], vec![did.clone(),
            "No step of it is known to send anything away; /home/ada/.bashrc was changed.".into()]),
        ("the last step is denied, one before ran", vec![fails(), reads(Deny)], vec![stopped.clone(), unknown.into()]),
        ("a command fails", vec![fails()], vec![failed, unknown.into()]),
        // Orders.
        ("orders alone", vec![orders("alert", Alert)], vec![
            format!("{WHO} read a text that gives orders: https://a.example/."),
            "Nothing that it did after that alarmed.".into(), unknown.into()]),
        ("a doubtful text alone", vec![orders("taint", Alert)], vec![
            format!("{WHO} read a text that may give orders: https://a.example/."),
            "Nothing that it did after that alarmed.".into(), unknown.into()]),
        ("a text that was kept away", vec![orders("alert", Deny)], vec![stopped.clone(), unknown.into()]),
        ("orders, obeyed and stopped", vec![orders("alert", Alert), post(Deny)], vec![
            format!("{WHO} read a text that gives orders: https://a.example/."),
            format!("After that it tried, and was stopped: {reason}."),
            none_left("one attempt was stopped, to paste.example")]),
        ("orders, a key, a post", vec![orders("alert", Alert), reads(Alert), post(Deny)], vec![
            format!("{WHO} read a text that gives orders: https://a.example/."),
            "After that it got access to /home/ada/.ssh/id_rsa.".into(),
            format!("It tried, and was stopped: {reason}; one other step that alarmed was let run."),
            none_left("one attempt was stopped, to paste.example")]),
    ];
    for (what, story, sentences) in cases {
        let incidents = group(&story);
        assert_eq!(incidents.len(), 1, "{what}");
        assert_eq!(incidents[0].narrative, sentences, "{what}");
    }
}

#[test]
fn however_much_there_is_four_sentences_are_enough() {
    let mut story = vec![orders("alert", Verdict::Alert)];
    for number in 10..60 {
        let mut files = start();
        files["files"][0]["full"] = format!("/home/ada/{}/{number}", "x".repeat(200)).into();
        let mut one = alarm(number, Verdict::Alert, command("echo"), files, STAYS);
        one.event.labels.hosts = serde_json::from_value(host()["hosts"].clone()).unwrap();
        story.push(one);
    }
    let told = group(&story).pop().unwrap().narrative;
    assert!(told.len() <= 4, "{told:?}");
    assert!(
        told.iter().all(|sentence| sentence.len() < 1000),
        "{told:?}"
    );
    assert!(
        told.last().unwrap().contains("and 17 more were changed"),
        "{told:?}"
    );
}
