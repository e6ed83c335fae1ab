//! What findings add up to: told in one story, settled by a person, written down for others; and the
//! demo, which touches nothing of the user's.

use ringfence_event::AgentKind;
use ringfence_tests::home::Home;
use ringfence_tests::payload::ShellCall;
use serde_json::Value;
use std::fs;

const THEFT: &str = "cat ~/.ssh/id_rsa";

/// A home in which Claude Code was denied one command; the daemon is away.
pub(crate) fn denied() -> Home {
    let home = Home::new().with_key();
    home.up();
    let call = ShellCall {
        session: "session-1",
        call: "call-1",
        cwd: "/home/dev/project",
        command: THEFT,
    };
    let payload = call.payload(AgentKind::ClaudeCode);
    drop(home.hook("claude-code", &payload).ok());
    home.wait_for_calls(1);
    home.down();
    home
}

fn listed(home: &Home, more: &[&str]) -> Vec<Value> {
    let arguments = [&["incidents", "--json"], more].concat();
    let list = home.json(&arguments);
    list["incidents"].as_array().cloned().unwrap_or_default()
}

#[test]
fn one_is_listed_shown_and_settled() {
    let home = denied();
    let list = listed(&home, &[]);
    assert_eq!(list.len(), 1, "{list:?}");
    let id = list[0]["id"].as_str().unwrap();
    assert_eq!(list[0]["status"], "new");
    assert_eq!(list[0]["verdict"], "deny");

    let shown = home
        .ringfence(&["incidents", "show", id.get(..5).unwrap()])
        .ok()
        .stdout;
    for told in [
        "Claude Code",
        "What happened",
        "Do next",
        "ringfence stop session-1",
        id,
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }

    let no_reason = home.ringfence(&["incidents", "resolve", id, "--reason", " "]);
    assert_eq!(no_reason.code(), 1, "{}", no_reason.stderr);
    let reason = "the key was replaced";
    let settled = home
        .ringfence(&["incidents", "resolve", id, "--reason", reason])
        .ok();
    assert!(
        settled.stdout.contains("resolved now"),
        "{}",
        settled.stdout
    );
    assert_eq!(listed(&home, &[]).len(), 0);
    let all = listed(&home, &["--all"]);
    assert_eq!(all[0]["handling"]["reason"], reason);
}

#[test]
fn one_is_written_down_for_others() {
    let home = denied();
    let list = listed(&home, &[]);
    let id = list[0]["id"].as_str().unwrap();
    let file = home.path().join("incident.html");
    let path = file.to_str().unwrap();
    let export = [
        "incidents",
        "export",
        id,
        "--format",
        "html",
        "--output",
        path,
    ];
    drop(home.ringfence(&export).ok());
    let page = fs::read_to_string(&file).unwrap();
    assert!(
        page.starts_with("<!doctype html>") && page.contains(id),
        "{page}"
    );
    assert_eq!(
        home.ringfence(&export).code(),
        1,
        "a file is never overwritten"
    );
    let text = home.ringfence(&["incidents", "export", id]).ok().stdout;
    assert!(text.starts_with("# ") && text.contains("- [ ] "), "{text}");

    let unknown = home.ringfence(&["incidents", "show", "zzzzzzzz"]);
    assert_eq!(unknown.code(), 1);
    assert!(
        unknown.stderr.contains("no incident is called"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn an_agent_settles_nothing() {
    let home = denied();
    let id = listed(&home, &[])[0]["id"].as_str().unwrap().to_owned();
    let resolve = ["incidents", "resolve", &id, "--reason", "nothing to see"];
    let mut command = home.command(home.program());
    let run = command
        .args(resolve)
        .env("CLAUDECODE", "1")
        .output()
        .unwrap();
    assert!(!run.status.success());
    assert_eq!(listed(&home, &[]).len(), 1);
}

#[test]
fn the_demo_leaves_the_users_own_record_alone() {
    let home = denied();
    let before = home.json(&["events", "--json"]);
    let filled = home.ringfence(&["demo", "--fill-only"]).ok().stdout;
    assert!(filled.starts_with("DEMO: an invented day of "), "{filled}");
    assert_eq!(home.json(&["events", "--json"]), before);
    assert_eq!(listed(&home, &[]).len(), 1);
    let demo = home.data().join("demo");
    assert!(demo.join("data/DEMO").is_file());
    let gone = home.ringfence(&["demo", "--remove"]).ok().stdout;
    assert!(gone.contains("The demo is gone"), "{gone}");
    assert!(!demo.exists());
    assert_eq!(home.json(&["events", "--json"]), before);
}
