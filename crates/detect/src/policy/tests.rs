use super::*;
use crate::builtin::Pack;
use crate::samples::{command, done, prompts, reads, rule, runs};
use crate::set::RuleSet;
use ringfence_event::{Decision, FileClass, Finding};

const RULE: &str = "s: {program: bad}\ncondition: s";

fn judge(text: &str, event: &Event, policy: &Policy) -> Vec<Finding> {
    let pack = Pack {
        name: "t.yml",
        text,
    };
    RuleSet::compile(&[pack]).unwrap().evaluate(event, policy)
}

fn verdict(action: &str, policy: &Policy) -> Option<Verdict> {
    let text = rule("t", "command", RULE).replace("action: deny", &format!("action: {action}"));
    let findings = judge(&text, &runs(vec![command("bad")]), policy);
    findings.first().map(|finding| finding.verdict)
}

#[test]
fn mode_and_choice_make_the_verdict() {
    use Verdict::{Alert, Allow, Ask, Deny};
    let cases = [
        ("deny", Mode::Monitor, None, Some(Alert)),
        ("ask", Mode::Monitor, None, Some(Alert)),
        ("alert", Mode::Monitor, None, Some(Alert)),
        ("deny", Mode::Guard, None, Some(Deny)),
        ("ask", Mode::Guard, None, Some(Ask)),
        ("alert", Mode::Guard, None, Some(Alert)),
        ("deny", Mode::Enforce, None, Some(Deny)),
        ("ask", Mode::Enforce, None, Some(Deny)),
        ("alert", Mode::Enforce, None, Some(Alert)),
        ("deny", Mode::Enforce, Some(Choice::Off), None),
        (
            "deny",
            Mode::Guard,
            Some(Choice::Mode(Mode::Monitor)),
            Some(Alert),
        ),
        (
            "ask",
            Mode::Monitor,
            Some(Choice::Mode(Mode::Enforce)),
            Some(Deny),
        ),
        ("alert", Mode::Guard, Some(Choice::Action(Ask)), Some(Ask)),
        (
            "alert",
            Mode::Monitor,
            Some(Choice::Action(Deny)),
            Some(Alert),
        ),
        (
            "deny",
            Mode::Guard,
            Some(Choice::Action(Allow)),
            Some(Allow),
        ),
    ];
    for (action, mode, choice, wanted) in cases {
        let policy = Policy {
            mode,
            rules: choice
                .map(|choice| ("t".into(), choice))
                .into_iter()
                .collect(),
            allowances: Vec::new(),
        };
        assert_eq!(
            verdict(action, &policy),
            wanted,
            "{action} {mode:?} {choice:?}"
        );
    }
}

fn allowing(rule: &str, scope: AllowScope) -> Policy {
    let allowance = Allowance {
        finding: "k7m2qx4t".into(),
        rule: rule.into(),
        scope,
        expires: None,
        reason: None,
        lifts: None,
    };
    Policy {
        allowances: vec![allowance],
        ..Policy::default()
    }
}

#[test]
fn an_allowance_keeps_the_finding_and_lets_the_action_run() {
    let event = runs(vec![command("bad")]);
    let project = |root: &str| AllowScope::Project {
        root: root.to_owned(),
    };
    let once = |event: &Event| AllowScope::Once {
        subject: subject(event),
    };
    let other = runs(vec![command("bad other")]);
    let cases = [
        ("project", "t", project("/home/dev/project"), true),
        ("project", "t", project("/home/dev/"), true),
        ("project", "t", project("/home/dev/proj"), false),
        ("project", "t", project("/"), false),
        ("project", "t", project(""), false),
        ("project", "t", project("/home/dev/x/../project"), false),
        ("project", "u", project("/home/dev/project"), false),
        ("project", "t", once(&event), true),
        ("project", "t", once(&other), false),
        ("once", "t", project("/home/dev/project"), false),
        ("once", "t", once(&event), true),
    ];
    for (limit, name, scope, allowed) in cases {
        let text = rule("t", "command", RULE)
            .replace("  name: t", &format!("  name: t\n  allow: {limit}"));
        let policy = allowing(name, scope);
        let findings = judge(&text, &event, &policy);
        let case = format!("{limit} {:?}", policy.allowances);
        assert_eq!(findings.len(), 1, "{case}");
        let expected = if allowed {
            Verdict::Allow
        } else {
            Verdict::Deny
        };
        assert_eq!(findings[0].verdict, expected, "{case}");
        assert_eq!(findings[0].allowed_by.is_some(), allowed, "{case}");
        assert_eq!(
            Decision::from_findings(findings).verdict,
            expected,
            "{case}"
        );
    }
}

#[test]
fn a_directory_that_climbs_is_below_nothing() {
    let mut event = runs(vec![command("bad")]);
    event.cwd = Some("/home/dev/project/../other".to_owned());
    let root = "/home/dev/project".to_owned();
    let findings = judge(
        &rule("t", "command", RULE),
        &event,
        &allowing("t", AllowScope::Project { root }),
    );
    assert_eq!(findings[0].verdict, Verdict::Deny);
}

#[test]
fn a_subject_is_the_same_for_the_same_action_only() {
    let event = runs(vec![command("cat x")]);
    assert_eq!(subject(&event), subject(&done(event.clone())));
    let mut elsewhere = event.clone();
    elsewhere.cwd = Some("/".to_owned());
    let others = [
        elsewhere,
        runs(vec![command("cat y")]),
        reads("cat x", FileClass::Other),
        prompts("cat x"),
    ];
    for other in &others {
        assert_ne!(subject(&event), subject(other));
    }
    let readable = subject(&runs(vec![command("echo \u{1b}[2J")]));
    assert!(readable.starts_with("shell echo  [2J #"), "{readable}");
}

#[test]
fn an_allowance_ends_when_it_expires() {
    let mut event = runs(vec![command("bad")]);
    let root = "/home/dev/project".to_owned();
    let mut policy = allowing("t", AllowScope::Project { root });
    policy.allowances[0].expires = Some(Timestamp(100));
    policy.allowances[0].reason = Some("the release needs it".to_owned());
    let text = serde_json::to_string(&policy.allowances[0]).unwrap();
    assert_eq!(
        serde_json::from_str::<Allowance>(&text).unwrap(),
        policy.allowances[0]
    );
    for (at, wanted) in [(99, Verdict::Allow), (100, Verdict::Deny)] {
        event.at = Timestamp(at);
        let findings = judge(&rule("t", "command", RULE), &event, &policy);
        assert_eq!(findings[0].verdict, wanted, "{at}");
    }
    let old = r#"{"finding":"k7m2qx4t","rule":"t","scope":"once","subject":"x"}"#;
    let old: Allowance = serde_json::from_str(old).unwrap();
    assert!(old.is_in_force(Timestamp(i64::MAX)));
}
