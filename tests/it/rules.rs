//! The life of rules as their user sees it: a bad one costs only itself, a changed file is taken up
//! without a restart, and what matched is counted.

use ringfence_event::AgentKind;
use ringfence_tests::home::Home;
use ringfence_tests::payload::{Said, ShellCall};
use ringfence_tests::run::until;
use serde_json::{Value, json};

pub(crate) const OWN: &str = ".config/ringfence/rules/own.yml";

/// A rule of ours that denies a program.
pub(crate) fn denying(name: &str, program: &str) -> String {
    format!(
        "title: {name}
id: 00000000-0000-4000-8000-{:012}
status: test
description: d
tags: [attack.t1059]
logsource:
  product: agent
  category: command
detection:
  s:
    program: {program}
  condition: s
falsepositives: [none]
level: high
ringfence:
  name: {name}
  action: deny
  reason: '{{evidence}} is denied.'
  examples:
    - command: {program} x
  negative_examples:
    - command: echo {program}
",
        name.bytes().map(u64::from).sum::<u64>()
    )
}

/// A stock Sigma rule for a program.
pub(crate) fn stock(title: &str, program: &str) -> String {
    format!(
        "title: {title}
logsource:
  product: linux
  category: process_creation
detection:
  selection:
    Image|endswith: /{program}
  condition: selection
level: medium
"
    )
}

/// Says what Claude Code is told when it wants to run a command.
pub(crate) fn run(home: &Home, command: &str) -> Said {
    let cwd = home.project().display().to_string();
    let call = ShellCall {
        session: "session-1",
        call: command,
        cwd: &cwd,
        command,
    };
    let run = home.hook("claude-code", &call.payload(AgentKind::ClaudeCode));
    Said::by(AgentKind::ClaudeCode, &run)
}

fn rule(home: &Home, name: &str) -> Value {
    home.json(&["rules", "show", name, "--json"])["rule"].clone()
}

#[test]
fn a_bad_rule_costs_itself_and_is_told_with_its_place() {
    let home = Home::new();
    let broken = denying("broken", "beta").replace("program: beta", "programme: beta");
    let file = format!(
        "{}---\n{broken}---\n{}",
        denying("first", "alpha"),
        denying("last", "gamma")
    );
    home.write(OWN, &file);
    home.write(
        ".config/ringfence/rules/deep/er/stock.yml",
        &stock("Stock", "delta"),
    );
    let windows = stock("Other", "delta").replace("linux", "windows");
    home.write(".config/ringfence/rules/deep/windows.yaml", &windows);

    assert!(run(&home, "alpha").is_deny());
    assert_eq!(run(&home, "beta"), Said::GoOn);
    assert!(run(&home, "gamma").is_deny());

    let checked = home.ringfence(&["rules", "check", "--json"]);
    assert_eq!(checked.code(), 1, "{checked:#?}");
    let checked: Value = serde_json::from_str(&checked.stdout).expect("JSON");
    let check = &checked["check"];
    assert_eq!(
        (&check["usable"], &check["mistakes"], &check["not_here"]),
        (&json!(3), &json!(1), &json!(1))
    );
    let problems = check["problems"].as_array().expect("a list");
    let wrong = problems.iter().find(|problem| problem["kind"] == "mistake");
    let wrong = wrong.expect("the mistake is among them");
    assert_eq!(
        (&wrong["line"], &wrong["column"], &wrong["rule"]),
        (&json!(34), &json!(5), &json!("broken"))
    );
    assert!(
        wrong["problem"].to_string().contains("programme"),
        "{wrong}"
    );
    assert!(wrong["hint"].to_string().contains("program"), "{wrong}");

    let listed = home.ringfence(&["rules", "list"]).ok();
    assert!(
        listed.stdout.contains("own.yml:34:5: rule `broken`"),
        "{listed:#?}"
    );
    assert!(listed.stdout.contains("3 rules of your own"), "{listed:#?}");
    assert!(
        listed.stdout.contains("1 more cannot be used here"),
        "{listed:#?}"
    );
}

#[test]
fn a_changed_file_is_taken_up_and_a_worse_one_is_not() {
    let home = Home::new();
    home.up();
    assert_eq!(run(&home, "alpha"), Said::GoOn);

    home.write(OWN, &denying("own", "alpha"));
    until("the new rule is in force", || run(&home, "alpha").is_deny());

    home.write(OWN, &format!("{}\n  broken: [\n", denying("own", "alpha")));
    let problems = || home.json(&["status", "--json"])["status"]["problems"].to_string();
    until("the error is told", || problems().contains("stay in force"));
    assert!(run(&home, "alpha").is_deny(), "the rules from before stay");
    let listed = home.ringfence(&["rules", "list"]).ok();
    assert!(listed.stdout.contains("stay in force until"), "{listed:#?}");
    // Loaded again by command, it is not logged again.
    drop(
        home.ringfence(&["rules", "mode", "tree-deleted", "monitor"])
            .ok(),
    );
    assert!(run(&home, "alpha").is_deny());
    assert_eq!(
        home.log().matches("stay in force until").count(),
        1,
        "{}",
        home.log()
    );

    home.write(OWN, &denying("own", "beta"));
    until("the repaired file is in force", || {
        run(&home, "beta").is_deny()
    });
    assert_eq!(run(&home, "alpha"), Said::GoOn);
    assert!(!problems().contains("own.yml"), "{}", problems());

    std::fs::remove_file(home.path().join(OWN)).expect("it goes");
    until("a rule that is taken away is gone", || {
        run(&home, "beta") == Said::GoOn
    });
}

#[test]
fn settings_that_are_broken_while_it_runs_leave_those_from_before() {
    let home = Home::new();
    home.write(OWN, &denying("own", "alpha"));
    home.configure("mode = \"monitor\"\n");
    home.up();
    assert_eq!(run(&home, "alpha"), Said::GoOn);
    home.configure("mode = \"paranoid\"\n");
    let problems = || home.json(&["status", "--json"])["status"]["problems"].to_string();
    until("the error is told", || problems().contains("paranoid"));
    assert_eq!(
        run(&home, "alpha"),
        Said::GoOn,
        "the mode from before holds"
    );
    home.configure("mode = \"guard\"\n");
    until("the repaired settings hold", || {
        run(&home, "alpha").is_deny()
    });
}

#[test]
fn matches_are_counted_for_each_rule() {
    let home = Home::new();
    home.write(OWN, &denying("own", "alpha"));
    assert_eq!(
        rule(&home, "own")["hits"],
        json!({"all": 0, "recent": 0, "days": 30, "last": null})
    );
    home.up();
    for command in ["alpha 1", "alpha 2", "echo alpha"] {
        run(&home, command);
    }
    home.wait_for_calls(3);
    home.down();
    let hits = rule(&home, "own")["hits"].clone();
    assert_eq!(
        (&hits["all"], &hits["recent"]),
        (&json!(2), &json!(2)),
        "{hits}"
    );
    assert!(hits["last"].is_string(), "{hits}");
    let listed = home.json(&["rules", "list", "--days", "7", "--json"]);
    let rules = listed["rules"].as_array().expect("a list");
    let own = rules
        .iter()
        .find(|rule| rule["rule"] == "own")
        .expect("it is listed");
    assert_eq!(
        (&own["hits"]["all"], &own["hits"]["days"]),
        (&json!(2), &json!(7))
    );
    let shown = home.ringfence(&["rules", "show", "own"]).ok();
    assert!(shown.stdout.starts_with("# own: "), "{shown:#?}");
    assert!(
        shown.stdout.contains("2 matches, 2 in 30 days"),
        "{shown:#?}"
    );
}

#[test]
fn a_rule_has_a_mode_of_its_own_until_that_is_taken_back() {
    let home = Home::new();
    home.write(OWN, &denying("own", "alpha"));
    home.up();
    assert!(run(&home, "alpha").is_deny());
    let set = home.ringfence(&["rules", "mode", "own", "monitor"]).ok();
    assert!(
        set.stdout.contains("ringfence rules enable own"),
        "{set:#?}"
    );
    assert_eq!(run(&home, "alpha"), Said::GoOn);
    let set = home.ringfence(&["rules", "mode", "own", "off"]).ok();
    assert!(
        set.stdout.contains("ringfence rules mode own monitor"),
        "{set:#?}"
    );
    assert_eq!(rule(&home, "own")["here"], "off");
    drop(home.ringfence(&["rules", "mode", "own", "default"]).ok());
    assert!(run(&home, "alpha").is_deny());
    assert_eq!(
        home.read(".config/ringfence/config.toml"),
        "port = 0\ntelemetry_port = 0\n\n[rules]\n"
    );
}

#[test]
fn what_is_odd_and_what_is_wrong_is_named() {
    let home = Home::new();
    let never = denying("never", "alpha").replace("condition: s", "condition: s and not s");
    home.write(OWN, &never);
    let lint = home.json(&["rules", "lint", "--json"])["lint"].clone();
    assert_eq!(
        (&lint["rules"], &lint["record_is_long_enough"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(lint["lints"][0]["kind"], "never_matches", "{lint}");

    let tested = home.ringfence(&["rules", "test", "--json"]);
    assert_eq!(tested.code(), 1, "{tested:#?}");
    let tested: Value = serde_json::from_str(&tested.stdout).expect("JSON");
    let wrong = &tested["test"]["wrong"][0];
    assert_eq!(
        (&wrong["rule"], &wrong["line"]),
        (&json!("never"), &json!(1)),
        "{tested}"
    );

    let twin = denying("twin", "alpha").replace("- command: echo alpha", "- command: alpha y");
    std::fs::write(home.project().join("twin.yml"), twin).expect("it is written");
    let run = home.ringfence(&["rules", "test", "twin.yml"]);
    assert_eq!(run.code(), 1, "{run:#?}");
    assert!(
        run.stdout
            .contains("matches its own negative example `command: alpha y`"),
        "{run:#?}"
    );
    let run = home.ringfence(&["rules", "test", "nowhere.yml"]);
    assert_eq!(run.code(), 1, "{run:#?}");
}

#[test]
fn placeholders_have_values_in_the_settings() {
    let home = Home::new();
    let text = stock("Expanded", "alpha")
        .replace("Image|endswith: /alpha", "CommandLine|expand: '%tools%'");
    home.write(OWN, &text);
    let not_here =
        |home: &Home| home.json(&["rules", "check", "--json"])["check"]["not_here"].clone();
    assert_eq!(not_here(&home), 1);
    home.configure("[placeholders]\ntools = [\"alpha\", \"beta\"]\n");
    assert_eq!(not_here(&home), 0);
    let check = home.json(&["check", "--json", "--", "beta"]);
    assert_eq!(check["check"]["findings"][0]["rule"], "expanded", "{check}");
}

#[test]
fn a_check_tells_each_program_with_its_files_hosts_and_packages() {
    let home = Home::new().with_key();
    let line = "cat ~/.ssh/id_rsa | sudo tee /tmp/a; cat b; npm i left-pad; curl -o c https://pastebin.com/x; $X";
    let run = home.ringfence(&["check", "--json", "--", line]);
    let check: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let check = &check["check"];
    let found = check["invocations"].as_array().expect("a list");
    let of = |program: &str| -> Vec<&Value> {
        found
            .iter()
            .filter(|one| one["program"] == program)
            .collect()
    };
    let cats = of("cat");
    assert_eq!(cats.len(), 2, "{check:#}");
    assert_eq!(cats[0]["reads"][0]["class"], "credential");
    assert_eq!(cats[1]["reads"][0]["path"], "b");
    assert_eq!(cats[1]["reads"].as_array().map(Vec::len), Some(1));
    let tee = of("tee")[0];
    assert_eq!(
        (
            &tee["through"],
            &tee["fed_by"],
            &tee["writes"][0]["full"],
            &tee["carries"]
        ),
        (
            &json!(["sudo"]),
            &json!(["cat"]),
            &json!("/tmp/a"),
            &json!(["credential"])
        )
    );
    let npm = of("npm")[0];
    assert_eq!(
        npm["packages"],
        json!([{"ecosystem": "npm", "name": "left-pad"}])
    );
    let curl = of("curl")[0];
    assert_eq!(
        curl["hosts"],
        json!([{"host": "pastebin.com", "class": "drop"}])
    );
    assert_eq!(curl["writes"][0]["path"], "c");
    assert!(
        !check["unclear"].as_array().expect("a list").is_empty(),
        "{check:#}"
    );
}
