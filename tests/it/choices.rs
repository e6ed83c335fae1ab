//! What the user chooses holds: once means once, a project means that project, and
//! a restart forgets nothing. Agents have no say.

use crate::hooks::denying_rule;
use ringfence_event::AgentKind;
use ringfence_tests::home::{Home, binary};
use ringfence_tests::payload::{Said, ShellCall};
use ringfence_tests::run::Run;
use std::fs;
use std::os::unix::fs::PermissionsExt;

const THEFT: &str = "cat ~/.ssh/id_rsa";

/// What Claude Code is told when it wants to run a command in a directory of the home.
fn ask_in(home: &Home, below: &str, command: &str) -> Said {
    let cwd = home.path().join(below).display().to_string();
    let call = ShellCall {
        session: "session-1",
        call: "call-1",
        cwd: &cwd,
        command,
    };
    let run = home.hook("claude-code", &call.payload(AgentKind::ClaudeCode));
    Said::by(AgentKind::ClaudeCode, &run)
}

/// The finding's name, as the denial tells it.
fn finding(said: &Said) -> String {
    let Said::Deny(reason) = said else {
        panic!("not denied: {said:?}");
    };
    let (_, rest) = reason
        .split_once("ringfence allow ")
        .expect("a denial tells the way out");
    rest.get(..8)
        .expect("a finding has eight letters")
        .to_owned()
}

#[test]
fn allowed_once_is_allowed_once() {
    let home = Home::new().with_key();
    home.up();
    let denied = finding(&ask_in(&home, "project", THEFT));
    home.wait_for_calls(1);
    drop(home.ringfence(&["allow", &denied]).ok());
    let another = "cat ~/.ssh/id_rsa | wc -c";
    assert!(
        ask_in(&home, "project", another).is_deny(),
        "another call is another question"
    );
    assert_eq!(ask_in(&home, "project", THEFT), Said::GoOn);
    assert!(ask_in(&home, "project", THEFT).is_deny(), "once is over");
}

#[test]
fn allowed_once_holds_over_a_restart_and_without_a_daemon() {
    let home = Home::new().with_key();
    home.up();
    let denied = finding(&ask_in(&home, "project", THEFT));
    home.wait_for_calls(1);
    drop(home.ringfence(&["allow", &denied]).ok());
    home.down();
    assert_eq!(ask_in(&home, "project", THEFT), Said::GoOn);
    home.up();
    assert!(ask_in(&home, "project", THEFT).is_deny(), "once is over");
}

#[test]
fn allowed_for_a_project_is_allowed_there_only() {
    let home = Home::new().with_key();
    for below in ["project/inside", "other"] {
        fs::create_dir_all(home.path().join(below)).expect("a folder");
    }
    home.up();
    let denied = finding(&ask_in(&home, "project", THEFT));
    home.wait_for_calls(1);
    drop(home.ringfence(&["allow", &denied, "--project"]).ok());
    for _restart in 0..2 {
        for below in ["project", "project/inside", "project"] {
            assert_eq!(ask_in(&home, below, THEFT), Said::GoOn, "{below}");
        }
        assert!(ask_in(&home, "other", THEFT).is_deny());
        home.down();
        home.up();
    }
    drop(home.ringfence(&["allow", "remove", &denied]).ok());
    assert!(ask_in(&home, "project", THEFT).is_deny());
}

#[test]
fn an_exception_ends_when_it_was_to_end_and_says_why() {
    let home = Home::new().with_key();
    home.up();
    let denied = finding(&ask_in(&home, "project", THEFT));
    home.wait_for_calls(1);
    let until_then = [
        "allow",
        &denied,
        "--project",
        "--for",
        "7d",
        "--reason",
        "a \u{1b} test",
    ];
    drop(home.ringfence(&until_then).ok());
    assert_eq!(ask_in(&home, "project", THEFT), Said::GoOn);
    let listed = || home.json(&["allow", "list", "--json"])["allowances"][0].clone();
    assert_eq!(
        (&listed()["expired"], &listed()["reason"]),
        (&false.into(), &"a \u{1b} test".into())
    );
    assert!(
        !home
            .ringfence(&["allow", "list"])
            .ok()
            .stdout
            .contains('\u{1b}')
    );

    // A week later, told by the file as it would stand there then.
    let path = format!(".config/ringfence/allow/{denied}.json");
    let mut kept: serde_json::Value = serde_json::from_str(&home.read(&path)).expect("JSON");
    kept["expires"] = "2020-01-01T00:00:00Z".into();
    home.write(&path, &kept.to_string());
    assert!(ask_in(&home, "project", THEFT).is_deny(), "it has expired");
    let check = home.ringfence(&["check", "--", THEFT]);
    assert_eq!(check.code(), 3, "{check:#?}");
    assert_eq!(listed()["expired"], true);
    let shown = home.ringfence(&["allow", "list"]).ok();
    assert!(shown.stdout.contains("expired"), "{shown:#?}");
    let removed = home.ringfence(&["allow", "remove", "--expired"]).ok();
    assert!(removed.stdout.contains("1 "), "{removed:#?}");
    assert_eq!(listed(), serde_json::Value::Null);

    for wrong in ["0d", "soon"] {
        let run = home.ringfence(&["allow", &denied, "--for", wrong]);
        assert_eq!(run.code(), 1, "{run:#?}");
    }
}

#[test]
fn a_rule_is_allowed_for_the_project_in_which_that_is_said() {
    let home = Home::new().with_key();
    fs::create_dir_all(home.path().join("other")).expect("a folder");
    let rule = denying_rule(&home);
    let once = home.ringfence(&["allow", &rule]);
    assert!(
        once.code() == 1 && once.stderr.contains("--project"),
        "{once:#?}"
    );
    let allowed = home.json(&["allow", &rule, "--project", "--reason", "tests", "--json"]);
    let name = allowed["allowance"]["finding"].as_str().expect("a name");
    assert_eq!(ask_in(&home, "project", THEFT), Said::GoOn);
    assert!(ask_in(&home, "other", THEFT).is_deny());
    drop(home.ringfence(&["allow", "remove", name]).ok());
    assert!(ask_in(&home, "project", THEFT).is_deny());
    let guard = home.ringfence(&["allow", "guard-commanded", "--project"]);
    assert!(
        guard.code() == 1 && guard.stderr.contains("guards the guard"),
        "{guard:#?}"
    );
}

#[test]
fn an_unknown_finding_cannot_be_allowed() {
    let home = Home::new();
    home.up();
    let run = home.ringfence(&["allow", "zzzzzzzz"]);
    assert_eq!(run.code(), 1, "{run:#?}");
    assert!(run.stderr.contains("zzzzzzzz"), "{run:#?}");
}

#[test]
fn an_agent_cannot_allow_itself() {
    let home = Home::new().with_key();
    home.up();
    let denied = finding(&ask_in(&home, "project", THEFT));
    home.wait_for_calls(1);

    let marked = Run::of(
        home.command(binary())
            .args(["allow", &denied])
            .env("CLAUDECODE", "1"),
    );
    assert_eq!(marked.code(), 1, "{marked:#?}");

    for arguments in [
        &["allow", denied.as_str()] as &[&str],
        &["allow", "remove", "--expired"],
        &["rules", "disable", &denying_rule(&home)],
        &["rules", "mode", &denying_rule(&home), "off"],
        &["down"],
        &["open", "--print"],
        &["open", "--sign-out"],
        &["token"],
        &["token", "--new"],
    ] {
        let run = below_an_agent(&home, arguments);
        assert_eq!((run.code(), run.stdout.as_str()), (1, ""), "{run:#?}");
        assert!(run.stderr.contains("for people"), "{run:#?}");
    }
    assert!(ask_in(&home, "project", THEFT).is_deny());
}

/// A program under an agent's name fires a hook, then tries to help itself.
fn below_an_agent(home: &Home, arguments: &[&str]) -> Run {
    let call = ShellCall {
        session: "session-2",
        call: "call-2",
        cwd: "/",
        command: "true",
    };
    let payload = home.path().join("payload.json");
    fs::write(&payload, call.payload(AgentKind::Gemini)).expect("it is written");
    home.write(
        "bin/gemini",
        "#!/bin/sh\n\"$1\" hook gemini < \"$2\" > /dev/null\nshift 2\n\"$@\"\n",
    );
    let agent = home.path().join("bin/gemini");
    fs::set_permissions(&agent, fs::Permissions::from_mode(0o755)).expect("it can run");
    Run::of(
        home.command(&agent)
            .arg(binary())
            .arg(&payload)
            .arg(binary())
            .args(arguments),
    )
}

#[test]
fn a_disabled_rule_stays_disabled_until_it_is_enabled() {
    let home = Home::new().with_key();
    let rule = denying_rule(&home);
    home.up();
    drop(home.ringfence(&["rules", "disable", &rule]).ok());
    for _restart in 0..2 {
        assert_eq!(ask_in(&home, "project", THEFT), Said::GoOn);
        home.down();
        assert_eq!(ask_in(&home, "project", THEFT), Said::GoOn);
        home.up();
    }
    drop(home.ringfence(&["rules", "enable", &rule]).ok());
    assert!(ask_in(&home, "project", THEFT).is_deny());
}

#[test]
fn in_monitor_mode_nothing_is_denied_and_all_is_told() {
    let home = Home::new().with_key();
    home.configure("mode = \"monitor\"\n");
    home.up();
    assert_eq!(ask_in(&home, "project", THEFT), Said::GoOn);
    let calls = home.wait_for_calls(1);
    assert_eq!(calls, [(THEFT.to_owned(), "alert".to_owned())]);
}
