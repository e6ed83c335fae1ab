//! Rules, held against the record: what new ones would have found, and which never find anything.

use crate::rules::{OWN, denying, run, stock};
use ringfence_event::Timestamp;
use ringfence_tests::home::Home;
use ringfence_tests::run::until;
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A home with a record of five calls, and beside it a file with two rules that are not in force.
fn with_a_record() -> (Home, String) {
    let home = Home::new();
    home.up();
    let commands = [
        "alpha 1",
        "rm -rf ~/",
        "alpha 2",
        "alpha 3; rm -rf ~/",
        "echo alpha",
    ];
    for command in commands {
        run(&home, command);
    }
    home.wait_for_calls(commands.len());
    let text = format!(
        "{}---\n{}",
        denying("new", "alpha"),
        stock("Silent", "omega")
    );
    home.write("project/new.yml", &text);
    let file = home.project().join("new.yml").display().to_string();
    (home, file)
}

#[test]
fn a_new_rule_is_tried_on_the_record() {
    let (home, file) = with_a_record();
    let report = home.json(&[
        "rules", "backtest", &file, "--since", "1d", "-n", "2", "--json",
    ]);
    let report = &report["backtest"];
    let counted = ["events", "matched", "already_found", "by_verdict"].map(|name| &report[name]);
    assert_eq!(
        counted,
        [&json!(5), &json!(3), &json!(1), &json!({"deny": 3})]
    );
    let new = &report["rules"][0];
    let counted = ["rule", "matches", "verdict", "already_found"].map(|name| &new[name]);
    assert_eq!(
        counted,
        [&json!("new"), &json!(3), &json!("deny"), &json!(1)]
    );
    let samples = new["samples"].as_array().expect("a list");
    let told: Vec<(&Value, &Value)> = samples
        .iter()
        .map(|sample| (&sample["summary"], &sample["already_found_by"]))
        .collect();
    let both = json!(["tree-deleted"]);
    assert_eq!(
        told,
        [
            (&json!("alpha 2"), &json!([])),
            (&json!("alpha 3; rm -rf ~/"), &both),
        ]
    );
    let silent = &report["rules"][1];
    assert_eq!(
        (&silent["rule"], &silent["matches"]),
        (&json!("silent"), &json!(0))
    );
}

#[test]
fn a_trial_names_events_that_can_be_looked_up_and_changes_nothing() {
    let (home, file) = with_a_record();
    let before = home.json(&["alerts", "--json"]);
    let told = home.ringfence(&["rules", "backtest", &file]).ok().stdout;
    assert!(
        told.contains("5 events looked at, 3 matched (deny 3)"),
        "{told}"
    );
    assert!(told.contains("1 rule without a match: silent"), "{told}");
    assert!(told.contains("(found by tree-deleted)"), "{told}");
    assert_eq!(home.json(&["alerts", "--json"]), before);

    // In force and switched off: tried all the same, and not called found already.
    home.write(OWN, &home.read("project/new.yml"));
    drop(home.ringfence(&["rules", "mode", "new", "off"]).ok());
    let own = home.path().join(OWN).display().to_string();
    let report = home.json(&["rules", "backtest", &own, "--json"]);
    let new = &report["backtest"]["rules"][0];
    assert_eq!(
        (&new["matches"], &new["already_found"]),
        (&json!(3), &json!(1))
    );
}

#[test]
fn a_correlation_is_tried_on_the_record() {
    let (home, _) = with_a_record();
    let text = format!(
        "{}---
title: Often
correlation:
  type: event_count
  rules: [step]
  timespan: 1h
  condition: {{gte: 3}}
level: high
",
        stock("Step", "alpha").replace("logsource", "name: step\nlogsource")
    );
    home.write("project/often.yml", &text);
    let file = home.project().join("often.yml").display().to_string();
    let report = home.json(&["rules", "backtest", &file, "--json"]);
    let rules = report["backtest"]["rules"].as_array().expect("a list");
    let often = rules.iter().find(|rule| rule["rule"] == "often");
    let often = often.unwrap_or_else(|| panic!("it is tried: {report:#}"));
    assert_eq!(often["matches"], 1, "{often}");
    assert_eq!(often["samples"][0]["summary"], "alpha 3; rm -rf ~/");
}

#[test]
fn a_rule_that_was_silent_for_long_is_named() {
    let home = Home::new();
    let old = |home: &Home, below: &str| {
        let file = std::fs::File::open(home.path().join(below)).expect("it is there");
        let long_ago = SystemTime::now() - Duration::from_hours(60 * 24);
        file.set_modified(long_ago).expect("its time can be set");
    };
    let young = ".config/ringfence/rules/young.yml";
    home.write(
        OWN,
        &format!(
            "{}---\n{}",
            denying("loud", "alpha"),
            denying("silent", "beta")
        ),
    );
    home.write(young, &denying("young", "gamma"));
    old(&home, OWN);

    // An event of forty days ago, by way of the spool, and one of today.
    let spool = home.state().join("spool");
    // What begins with a dot beside it is no event: the tally, or one that is being written.
    let is_event =
        |entry: &std::fs::DirEntry| !entry.file_name().to_string_lossy().starts_with('.');
    let waiting = || std::fs::read_dir(&spool).ok()?.flatten().find(is_event);
    // A machine under load may let a hook's time run out.
    until("an event waits", || {
        run(&home, "true");
        waiting().is_some()
    });
    let spooled = waiting().expect("the event waits").path();
    let text = std::fs::read_to_string(&spooled).expect("it can be read");
    let mut record: Value = serde_json::from_str(&text).expect("JSON");
    let before = Timestamp(now() - 40 * 86_400_000_000);
    record["event"]["at"] = json!(before);
    std::fs::write(&spooled, record.to_string()).expect("it is written");
    home.up();
    run(&home, "alpha");
    home.wait_for_calls(2);
    home.down();

    let silent = |arguments: &[&str]| -> Vec<String> {
        let lint = home.json(&[&["rules", "lint", "--json"], arguments].concat())["lint"].clone();
        let lints = lint["lints"].as_array().expect("a list");
        let never = lints.iter().filter(|lint| lint["kind"] == "never_fires");
        never
            .map(|lint| lint["rule"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(silent(&[]), ["silent"]);
    assert_eq!(
        silent(&["--days", "50"]),
        [""; 0],
        "the record does not go back that far"
    );
    assert!(silent(&["--builtin"]).contains(&"tree-deleted".to_owned()));
    drop(home.ringfence(&["rules", "mode", "silent", "off"]).ok());
    assert_eq!(silent(&[]), [""; 0], "what is off is not expected to fire");
}

/// The clock, in microseconds.
fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    i64::try_from(since.as_micros()).expect("before the year 290000")
}
