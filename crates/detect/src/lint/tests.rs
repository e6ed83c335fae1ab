use super::*;
use crate::samples::{command, rule, runs, set, stock};

fn kinds(text: String) -> Vec<(LintKind, usize)> {
    let lints = set(&[text]).lint();
    lints
        .into_iter()
        .map(|lint| (lint.kind, lint.line))
        .collect()
}

fn own(detection: &str) -> String {
    rule("t", "command", detection).replace("level:", "tags: [attack.t1059]\nlevel:")
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_is_odd_is_named_with_its_line() {
    let cases: [(String, &[(LintKind, usize)]); 12] = [
        (own("s: {program: a}\ncondition: s"), &[]),
        (
            own("a: {program: a}\nb: {program: b}\ncondition: a and b"),
            &[(LintKind::NeverMatches, 1)],
        ),
        (
            own("a: {program: [a, b]}\nb: {program: b}\ncondition: a and b"),
            &[],
        ),
        (
            own("a: {program: a}\ncondition: a and not a"),
            &[(LintKind::NeverMatches, 1)],
        ),
        (own("a: {args: a}\nb: {args: b}\ncondition: a and b"), &[]),
        (
            own("a: {args|re: '[0-9]+'}\ncondition: a"),
            &[(LintKind::Slow, 1)],
        ),
        (own("a: {args|re: '^curl [0-9]+'}\ncondition: a"), &[]),
        (
            own("a: {program: a}\ncondition: not a"),
            &[(LintKind::Slow, 1)],
        ),
        (
            rule("t", "command", "s: {program: a}\ncondition: s"),
            &[(LintKind::NoTags, 1)],
        ),
        (
            stock(
                "T",
                "{category: process_creation}",
                "s: {Image|endswith: /a}\ncondition: s",
            ),
            &[
                (LintKind::NoBlock, 1),
                (LintKind::NoLevel, 1),
                (LintKind::NoTags, 1),
            ],
        ),
        (
            stock(
                "T",
                "{category: process_creation}",
                "s: {Image|endswith: /a}\nu: {User: x}\ncondition: s",
            ),
            &[
                (LintKind::NoBlock, 1),
                (LintKind::NoLevel, 1),
                (LintKind::NoTags, 1),
                (LintKind::Unused, 5),
                (LintKind::Absent, 1),
            ],
        ),
        (
            own("a: {program: a, args: b}\nb: {program: b}\ncondition: a or b"),
            &[],
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(kinds(text.clone()), wanted, "{text}");
    }
}

#[test]
fn a_rule_that_matches_harmless_events_is_too_broad() {
    let rules = set(&[
        own("s: {program: [ls, cat]}\ncondition: s"),
        rule("u", "command", "s: {program: rm}\ncondition: s"),
    ]);
    let harmless: Vec<_> = (0..100)
        .map(|number| runs(vec![command(if number < 3 { "ls" } else { "true" })]))
        .collect();
    let lints = rules.lint_broad(&harmless);
    assert_eq!(lints.len(), 1);
    assert_eq!(
        lints[0].to_string(),
        "t.yml:1:1: rule `t`: it matches 3 of 100 harmless events"
    );
    assert!(!lints[0].kind.advice().is_empty());
    assert!(rules.lint_broad(&harmless[2..]).is_empty());
}
