use super::*;
use crate::RuleHits;

#[test]
fn hits_are_counted_per_rule() {
    let place = place(sample());
    let hits = |since| -> Vec<(String, RuleHits)> {
        let hits = place.reader.rule_hits(since).unwrap();
        hits.into_iter()
            .map(|(rule, hits)| (rule.0, hits))
            .collect()
    };
    let counted = |rule: &str, all, recent, last| {
        let last = Some(at(last));
        (rule.to_owned(), RuleHits { all, recent, last })
    };
    assert_eq!(
        hits(at(4)),
        [
            counted("credential-read", 2, 1, 4),
            counted("push", 1, 1, 6),
            counted("second", 1, 0, 2),
        ]
    );
    assert_eq!(place.reader.begins().unwrap(), Some(at(1)));
}
