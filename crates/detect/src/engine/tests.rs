use crate::builtin::Pack;
use crate::field::Kind;
use crate::samples::{command, fetches, names, prompts, reads, rule, runs, set};
use crate::set::RuleSet;
use crate::view::Records;
use proptest::prelude::*;
use ringfence_event::{Event, FileClass, HostClass};
use std::collections::BTreeSet;

/// Selections that the engine reads in different ways, and conditions over them.
const SELECTIONS: [&str; 22] = [
    "{program: [curl, WGET]}",
    "{program: curl, args: x}",
    "[{program: nc}, {carries: credential}]",
    "[{program: nc}, {args: x}]",
    "{program: [curl, null]}",
    "{program|neq: curl}",
    "{program: 'c*'}",
    "{carries|all: [credential, project_secret]}",
    "{CommandLine|contains: [rl X, 'a']}",
    "{CommandLine|contains|all: [c, l]}",
    "{CommandLine|startswith: cu}",
    "{CommandLine|endswith|cased: X}",
    "{CommandLine|cased|contains: uR}",
    "{CommandLine|re: '(cu|wg)[a-z]+ (x|y)'}",
    "{CommandLine|re|i: 'CURL'}",
    "{CommandLine|re: '^$'}",
    "{command|contains: curl}",
    "{command|re: 'w.et'}",
    "{args|exists: false}",
    "{program|fieldref|contains: args}",
    "[curl, 'x y']",
    "{'|all': [c, 'X']}",
];
const CONDITIONS: [&str; 8] = [
    "a",
    "a and b",
    "a or b",
    "not a",
    "a and not b",
    "(a or b) and a",
    "not (a and b)",
    "1 of a or all of b*",
];

/// The places of the rules that match, with the engine and without.
fn both(set: &RuleSet, event: &Event) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let records = Records::new(event);
    let mut quick = BTreeSet::new();
    set.engine().each_match(&records, |place, _| {
        quick.insert(place);
    });
    let mut plain = BTreeSet::new();
    for (place, rule) in set.rules().enumerate() {
        for view in Kind::ALL.iter().flat_map(|kind| records.of(*kind)) {
            if view.is_in(rule.category) && rule.detection().unwrap().matches(&view) {
                plain.insert(place);
            }
        }
    }
    (quick, plain)
}

fn any_rule() -> impl Strategy<Value = String> {
    let selection = || prop::sample::select(SELECTIONS.to_vec());
    (
        selection(),
        selection(),
        prop::sample::select(CONDITIONS.to_vec()),
    )
        .prop_map(|(first, second, condition)| {
            let unused = if condition.contains('b') {
                ""
            } else {
                " or (b and not b)"
            };
            format!("a: {first}\nb: {second}\ncondition: ({condition}){unused}")
        })
}

proptest! {
    /// With all other rules around it, each rule says what it says alone and without the engine.
    #[test]
    fn no_match_is_lost_and_none_is_made(
        detections in prop::collection::vec(any_rule(), 1..8),
        words in prop::collection::vec(
            prop::sample::select(vec!["curl", "CURL", "wget", "nc", "cat", "", "x", "X", "y", "cuRl"]), 1..5),
        classes in prop::collection::vec(
            prop::sample::select(vec![FileClass::Credential, FileClass::ProjectSecret]), 0..3),
    ) {
        let texts: Vec<String> = detections
            .iter()
            .enumerate()
            .map(|(place, detection)| {
                rule(&format!("t-{}", "x".repeat(place)), "command", detection)
            })
            .collect();
        let text = texts.join("\n---\n");
        let loaded = RuleSet::compile_lenient(&[Pack { name: "t.yml", text: &text }], &crate::Placeholders::new());
        let mut one = command(&words.join(" "));
        one.carries = classes;
        let event = runs(vec![one, command("cat x")]);
        let (quick, plain) = both(&loaded.rules, &event);
        prop_assert_eq!(quick, plain);
    }

    #[test]
    fn an_automaton_finds_what_a_plain_search_finds(
        values in prop::collection::vec("[abAB*?äÄ]{1,5}", 1..12),
        places in prop::collection::vec(prop::sample::select(
            vec!["", "|contains", "|startswith", "|endswith", "|contains|cased", "|cased"]), 12),
        line in "[abABäÄ ]{0,16}",
    ) {
        let texts: Vec<String> = values
            .iter()
            .zip(&places)
            .enumerate()
            .map(|(place, (value, modifier))| {
                let detection = format!("s: {{CommandLine{modifier}: '{value}'}}\ncondition: s");
                rule(&format!("t-{}", "x".repeat(place)), "command", &detection)
            })
            .collect();
        let (quick, plain) = both(&set(&texts), &runs(vec![command(&line)]));
        prop_assert_eq!(quick, plain);
    }
}

#[test]
fn what_all_records_share_is_judged_for_each() {
    let texts = [
        rule(
            "shared",
            "command",
            "s: {command|contains: b x}\ncondition: s",
        ),
        rule(
            "both",
            "command",
            "s: {command|re: 'a.*x', program: b}\ncondition: s",
        ),
        rule(
            "file",
            "file",
            "s: {does: read, class: credential}\ncondition: s",
        ),
        rule(
            "net",
            "network",
            "s: {does: fetch, class: drop}\ncondition: s",
        ),
        rule("said", "prompt", "s: {text|contains: ignore}\ncondition: s"),
    ];
    let set = set(&texts);
    set.prepare();
    let cases = [
        (
            runs(vec![command("a"), command("b x")]),
            vec!["shared", "both"],
        ),
        (runs(vec![command("b")]), vec![]),
        (reads("/k", FileClass::Credential), vec!["file"]),
        (reads("/k", FileClass::Project), vec![]),
        (fetches("d.example", HostClass::Drop), vec!["net"]),
        (prompts("Ignore that"), vec!["said"]),
    ];
    for (event, wanted) in cases {
        assert_eq!(names(&set, &event), wanted, "{:?}", event.action);
    }
}

#[test]
fn rules_with_the_same_detection_are_judged_as_one() {
    let texts: Vec<String> = (0..50)
        .map(|number| {
            rule(
                &format!("t{number}-{}", "x".repeat(number)),
                "command",
                "s: {program: a}\ncondition: s",
            )
        })
        .collect();
    let set = set(&texts);
    assert_eq!(set.engine().units.len(), 1);
    set.prepare();
    assert_eq!(names(&set, &runs(vec![command("a")])).len(), 50);
}
