use super::*;
use crate::policy::Policy;
use crate::samples::{command, rule, runs, set};
use proptest::prelude::*;
use ringfence_event::FindingId;

const MINUTE: i64 = 60 * 1_000_000;

fn finding(rule_name: &str, severity: Severity) -> Finding {
    let rules = set(&[rule(rule_name, "command", "s: {program: a}\ncondition: s")]);
    let mut found = rules.evaluate(&runs(vec![command("a")]), &Policy::default());
    let mut found = found.remove(0);
    found.severity = severity;
    found
}

fn at(minutes: i64) -> Timestamp {
    Timestamp(minutes * MINUTE)
}

fn parts(score: &Score) -> Vec<(&str, u32)> {
    let parts = score.parts.iter();
    parts.map(|part| (part.why.as_str(), part.points)).collect()
}

#[test]
fn a_score_is_the_sum_of_its_parts_and_fades() {
    let mut risk = Risk::default();
    assert_eq!(risk.score(at(0)), Score::default());
    risk.add(&[finding("a", Severity::High)], &[], at(0));
    risk.add(&[finding("b", Severity::Medium)], &[], at(0));
    let score = risk.score(at(0));
    assert_eq!(
        (score.score, parts(&score)),
        (35, vec![("a", 25), ("b", 10)])
    );
    let later = risk.score(at(30));
    assert_eq!(
        (later.score, parts(&later)),
        (18, vec![("a", 13), ("b", 5)])
    );
    assert_eq!(risk.score(at(24 * 60)), Score::default());
    // A clock that goes back adds nothing.
    assert_eq!(risk.score(at(-60)), score);
}

#[test]
fn the_same_over_and_over_and_what_is_only_new_count_little() {
    let mut risk = Risk::default();
    for minute in 0..100 {
        risk.add(&[finding("a", Severity::Medium)], &[], at(minute));
    }
    assert_eq!(risk.score(at(99)).score, 20);
    let mut risk = Risk::default();
    for number in 0..100 {
        for novelty in [
            Novelty::Program,
            Novelty::Host,
            Novelty::Directory,
            Novelty::Tool,
        ] {
            let name = number.to_string();
            risk.add(&[], &[News { novelty, name }], at(0));
        }
    }
    assert_eq!(risk.score(at(0)).score, 20);
}

#[test]
fn what_the_user_allowed_is_no_risk() {
    let mut allowed = finding("a", Severity::Critical);
    allowed.allowed_by = Some(FindingId("x".to_owned()));
    let mut risk = Risk::default();
    risk.add(&[allowed], &[], at(0));
    assert_eq!(risk.score(at(0)).score, 0);
}

proptest! {
    #[test]
    fn it_is_bounded_and_survives_json(
        events in prop::collection::vec((0u8..60, 0usize..5, any::<i64>()), 0..100),
        now in any::<i64>(),
    ) {
        let mut risk = Risk::default();
        let mut sample = finding("a", Severity::Low);
        for (rule, severity, at) in events {
            sample.rule = format!("r{rule}").as_str().into();
            sample.severity = Severity::ALL[severity];
            risk.add(std::slice::from_ref(&sample), &[], Timestamp(at));
        }
        let score = risk.score(Timestamp(now));
        prop_assert!(score.score <= HIGHEST_RISK);
        prop_assert!(score.parts.len() <= MOST_PARTS);
        let sum: u32 = score.parts.iter().map(|part| part.points).sum();
        prop_assert_eq!(score.score, sum.min(HIGHEST_RISK));
        let text = serde_json::to_string(&score).unwrap();
        prop_assert_eq!(serde_json::from_str::<Score>(&text).unwrap(), score);
    }
}
