use crate::builtin::Pack;
use crate::policy::Policy;
use crate::samples::{command, rule, runs};
use crate::set::RuleSet;
use proptest::prelude::*;
use ringfence_event::FileClass;

/// Selections that the index reads in different ways, and conditions over them.
const SELECTIONS: [&str; 8] = [
    "{program: [curl, WGET]}",
    "{program: curl, args: x}",
    "[{program: nc}, {carries: credential}]",
    "[{program: nc}, {args: x}]",
    "{program: [curl, null]}",
    "{program|neq: curl}",
    "{program: 'c*'}",
    "{carries|all: [credential, project_secret]}",
];
const CONDITIONS: [&str; 7] = [
    "a",
    "a and b",
    "a or b",
    "not a",
    "a and not b",
    "(a or b) and a",
    "1 of a or all of b*",
];

proptest! {
    /// Beside many other rules, a rule says what it says alone without an index.
    #[test]
    fn no_match_is_lost(
        first in prop::sample::select(SELECTIONS.to_vec()),
        second in prop::sample::select(SELECTIONS.to_vec()),
        condition in prop::sample::select(CONDITIONS.to_vec()),
        program in prop::sample::select(vec!["curl", "CURL", "wget", "nc", "cat", ""]),
        argument in prop::sample::select(vec!["x", "y"]),
        classes in prop::collection::vec(
            prop::sample::select(vec![FileClass::Credential, FileClass::ProjectSecret]), 0..3),
    ) {
        let unused = if condition.contains('b') { "" } else { " or (b and not b)" };
        let detection = format!("a: {first}\nb: {second}\ncondition: ({condition}){unused}");
        let text = rule("t", "command", &detection);
        let set = RuleSet::compile(&[Pack { name: "t.yml", text: &text }]).unwrap();
        let mut one = command(&format!("{program} {argument}"));
        one.carries = classes;
        let event = runs(vec![one]);
        let indexed = !set.evaluate(&event, &Policy::default()).is_empty();
        let plain = crate::view::views(&event, crate::Category::Command)
            .iter()
            .any(|view| set.rules().any(|rule| rule.matches(view)));
        prop_assert_eq!(indexed, plain);
    }
}
