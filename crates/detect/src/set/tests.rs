use super::*;
use crate::builtin::builtin;
use crate::policy::{AllowScope, Allowance, Choice};
use crate::samples::{command, fetches, prompts, reads, rule, runs, writes};
use crate::yaml::LONGEST;
use proptest::prelude::*;
use ringfence_event::{
    Access, Command, EventKey, FileAccess, FileClass, HostAccess, HostClass, Mode, RuleId,
    Severity, Timestamp,
};
use std::sync::LazyLock;

fn compile(text: &str) -> Result<RuleSet, LoadError> {
    RuleSet::compile(&[Pack {
        name: "t.yml",
        text,
    }])
}

#[test]
fn a_finding_says_what_and_why() {
    let set = compile(&rule(
        "bad-read",
        "file",
        "s: {class: credential}\ncondition: s",
    ))
    .unwrap();
    let mut event = reads("~/.ssh/id_rsa", FileClass::Credential);
    event.at = Timestamp(7);
    let findings = set.evaluate(&event, &Policy::default());
    let expected = Finding {
        id: FindingId::of(EventKey(uuid::Uuid::nil()), &RuleId::from("bad-read")),
        event: EventKey(uuid::Uuid::nil()),
        at: Timestamp(7),
        rule: "bad-read".into(),
        title: "A test".to_owned(),
        severity: Severity::High,
        verdict: Verdict::Deny,
        reason: "Found Read ~/.ssh/id_rsa.".to_owned(),
        evidence: "Read ~/.ssh/id_rsa".to_owned(),
        techniques: Vec::new(),
        steps: Vec::new(),
        allowed_by: None,
    };
    assert_eq!(findings, [expected]);
}

#[test]
fn findings_come_in_rule_order_and_once_for_each_rule() {
    let detection = "s: {program: [a, b]}\ncondition: s";
    let text = format!(
        "{}---\n{}---\n{}",
        rule("third", "command", detection),
        rule("second", "command", detection),
        rule("first", "tool", "s: {does: shell}\ncondition: s")
    );
    let set = compile(&text).unwrap();
    let event = runs(vec![command("b"), command("a")]);
    let findings = set.evaluate(&event, &Policy::default());
    let names: Vec<(&str, &str)> = findings
        .iter()
        .map(|finding| (finding.rule.as_str(), finding.evidence.as_str()))
        .collect();
    assert_eq!(names, [("third", "b"), ("second", "b"), ("first", "Bash")]);
}

#[test]
fn a_rule_is_found_by_name_and_by_uuid() {
    let set = compile(&rule("one", "command", "s: {program: a}\ncondition: s")).unwrap();
    let uuid = set.rules().next().unwrap().uuid.clone();
    assert_eq!(set.find("one").unwrap().uuid, uuid);
    assert_eq!(set.find(&uuid.to_uppercase()).unwrap().id.0, "one");
    assert!(set.find("two").is_none());
}

#[test]
fn the_same_name_twice_is_an_error() {
    let text = rule("one", "command", "s: {program: a}\ncondition: s");
    let packs = ["a.yml", "b.yml"].map(|name| Pack { name, text: &text });
    let message = RuleSet::compile(&packs).unwrap_err().to_string();
    assert!(
        message.starts_with("b.yml:1:1: rule `one`: `one` is already defined in a.yml"),
        "{message}"
    );
}

#[test]
fn a_file_that_is_too_long_is_refused() {
    let text = "#".repeat(LONGEST + 1);
    assert!(matches!(compile(&text), Err(LoadError::TooLong { .. })));
}

#[test]
fn examples_are_checked_both_ways() {
    let text = rule("one", "command", "s: {program: bad}\ncondition: s");
    let set = compile(&text).unwrap();
    let with_program = |program: &'static str| {
        move |example: &Example| {
            let mut event = example.event();
            event.labels.commands = vec![command(program)];
            event
        }
    };
    let honest = |example: &Example| match &example.action {
        crate::ExampleAction::Command(line) => runs(vec![command(line)]),
        _ => example.event(),
    };
    assert_eq!(set.wrong_examples(honest), []);
    let wrong = |program| {
        let wrong = set.wrong_examples(with_program(program));
        wrong.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        wrong("good"),
        ["t.yml:1:1: rule `one` does not match its own example `command: bad`"]
    );
    assert_eq!(
        wrong("bad"),
        ["t.yml:1:1: rule `one` matches its own negative example `command: good`"]
    );
}

#[test]
fn the_built_in_rules_load_with_every_expression_checked() {
    // Another address than the built-in text, so that nothing is taken on trust.
    let copies: Vec<(&str, String)> = builtin()
        .iter()
        .map(|pack| (pack.name, pack.text.to_owned()))
        .collect();
    let packs: Vec<Pack<'_>> = copies
        .iter()
        .map(|(name, text)| Pack { name, text })
        .collect();
    let set = RuleSet::compile(&packs).unwrap();
    assert_eq!(set.rules().count(), BUILTIN.rules().count());
    for (rule, shipped) in set.rules().zip(BUILTIN.rules()) {
        let name = &rule.id;
        assert_eq!(rule.source, shipped.source);
        assert_eq!(rule.examples(), shipped.examples(), "{name}");
        assert_eq!(
            rule.negative_examples(),
            shipped.negative_examples(),
            "{name}: its examples must stand last"
        );
        let (good, bad) = match (rule.correlation(), rule.alone) {
            (Some(_), _) => (
                rule.example_sequences().len(),
                rule.negative_sequences().len(),
            ),
            (None, true) => (
                rule.examples().len() - 2,
                rule.negative_examples().len() - 1,
            ),
            (None, false) => (rule.examples().len(), rule.negative_examples().len()),
        };
        assert!(good >= 1, "{name} needs three examples, or one sequence");
        assert!(
            bad >= 2 || !rule.alone,
            "{name} needs two or three negative examples"
        );
        let told = !rule.techniques.is_empty() || !rule.alone;
        assert!(told, "{name} needs a technique");
        assert!(
            !rule.falsepositives().is_empty(),
            "{name} needs falsepositives"
        );
    }
}

static BUILTIN: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::compile(builtin()).unwrap());

fn any_command() -> impl Strategy<Value = Command> {
    let word = || prop::collection::vec("[\\PC\\n]{0,12}|-e|curl|\\$\\(id\\)|/dev/tcp/a/1", 0..4);
    let program = "nc|curl|bash|rm|dig|\\PC{0,6}";
    let classes = prop::collection::vec(
        prop::sample::select(vec![
            FileClass::Credential,
            FileClass::Guard,
            FileClass::Tree,
            FileClass::Autostart,
            FileClass::ProjectSecret,
        ]),
        0..3,
    );
    let hosts = prop::collection::vec(
        prop::sample::select(vec![HostClass::Drop, HostClass::Known, HostClass::Metadata]),
        0..3,
    );
    (program, word(), word(), word(), classes, hosts).prop_map(
        |(program, args, fed_by, computed, classes, host_classes)| Command {
            line: format!("{program} {}", args.join(" ")),
            program,
            args,
            fed_by,
            computed,
            carries: classes.clone(),
            changes: classes,
            host_classes,
            ..Command::default()
        },
    )
}

fn any_event() -> impl Strategy<Value = Event> {
    let base = prop_oneof![
        prop::collection::vec(any_command(), 0..4).prop_map(runs),
        "\\PC{0,40}".prop_map(|path| reads(&path, FileClass::Credential)),
        ("\\PC{0,20}", "\\PC{0,40}").prop_map(|(path, text)| writes(
            &path,
            &text,
            FileClass::AgentConfig
        )),
        "\\PC{0,20}".prop_map(|host| fetches(&host, HostClass::Unknown)),
        "\\PC{0,40}".prop_map(|text| prompts(&text)),
    ];
    (base, "\\PC{0,30}").prop_map(|(mut event, odd)| {
        event.labels.files.push(FileAccess {
            path: odd.clone(),
            full: odd.clone(),
            access: Access::Write,
            class: FileClass::Autostart,
            by: odd.clone(),
        });
        event.labels.hosts.push(HostAccess {
            host: odd.clone(),
            class: HostClass::Metadata,
            by: odd.clone(),
        });
        event.labels.unclear.push(odd);
        event
    })
}

proptest! {
    #[test]
    fn a_stricter_mode_is_never_milder(event in any_event()) {
        let verdicts = |mode| -> Vec<(RuleId, Verdict)> {
            let policy = Policy { mode, ..Policy::default() };
            let findings = BUILTIN.evaluate(&event, &policy);
            findings.into_iter().map(|finding| (finding.rule, finding.verdict)).collect()
        };
        let monitor = verdicts(Mode::Monitor);
        let guard = verdicts(Mode::Guard);
        let enforce = verdicts(Mode::Enforce);
        prop_assert_eq!(monitor.len(), guard.len());
        for ((mild, middle), strict) in monitor.iter().zip(&guard).zip(&enforce) {
            prop_assert_eq!(&mild.0, &strict.0);
            prop_assert!(mild.1 <= middle.1 && middle.1 <= strict.1);
            prop_assert!(mild.1 <= Verdict::Alert && strict.1 != Verdict::Ask);
        }
    }

    #[test]
    fn choices_and_allowances_never_add_a_finding(event in any_event()) {
        let set = &*BUILTIN;
        let all = set.evaluate(&event, &Policy::default());
        if let Some(first) = all.first() {
            let off = Policy {
                rules: [(first.rule.clone(), Choice::Off)].into_iter().collect(),
                ..Policy::default()
            };
            prop_assert_eq!(set.evaluate(&event, &off), &all[1..]);
            let scope = AllowScope::Once { subject: crate::subject(&event) };
            let allowance = Allowance { finding: first.id.clone(), rule: first.rule.clone(), scope, expires: None, reason: None, lifts: None };
            let allowed = Policy { allowances: vec![allowance], ..Policy::default() };
            let found = set.evaluate(&event, &allowed);
            prop_assert_eq!(found[0].verdict, Verdict::Allow);
            prop_assert_eq!(found[0].allowed_by.as_ref(), Some(&first.id));
            prop_assert_eq!(&found[1..], &all[1..]);
        }
    }

    #[test]
    fn random_bytes_load_or_fail(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = String::from_utf8_lossy(&bytes);
        let _outcome = compile(&text);
    }

    #[test]
    fn a_rule_with_a_scar_loads_or_fails(at in 0usize..400, cut in 0usize..40, scar in "\\PC{0,6}|\\n") {
        let mut characters: Vec<char> =
            rule("one", "command", "s: {program|re: '^a+$'}\ncondition: s").chars().collect();
        let at = at.min(characters.len());
        let end = (at + cut).min(characters.len());
        characters.splice(at..end, scar.chars());
        let text: String = characters.into_iter().collect();
        if let Ok(set) = compile(&text) {
            set.evaluate(&runs(vec![command("aaa")]), &Policy::default());
        }
    }
}

#[test]
fn a_rule_that_asks_for_the_time_is_known_and_ours_do_not() {
    let asks = |detection: &str| {
        let set = compile(&rule("a-rule", "file", detection)).unwrap();
        set.asks_when()
    };
    let cases = [
        ("s: {class: credential}\ncondition: s", false),
        ("s: {at|startswith: '2026-'}\ncondition: s", true),
        ("s: {at|exists: true}\ncondition: s", true),
        ("s: ['2026-']\ncondition: s", true),
        (
            "s: {class: credential}\nt: {at|endswith: Z}\ncondition: s and not t",
            true,
        ),
    ];
    for (detection, wanted) in cases {
        assert_eq!(asks(detection), wanted, "{detection}");
    }
    assert!(!RuleSet::compile(builtin()).unwrap().asks_when());
}
