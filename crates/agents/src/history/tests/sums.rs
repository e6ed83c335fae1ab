//! What sessions used and cost, against ccusage 20.0.24 on the same files.

use super::*;
use crate::Counted;
use ringfence_event::Cost;

fn spent(names: &[&str]) -> Spent {
    let mut ledger = Ledger::default();
    let mut sum = Spent::default();
    for (name, format) in transcripts() {
        if !names.iter().any(|wanted| name.starts_with(wanted)) {
            continue;
        }
        for told in read(&name, format).1 {
            if let Action::Usage { usage } = &told.event.action {
                match ledger.count(format.agent(), usage, prices()) {
                    Counted::New(spent) => sum.add(&spent),
                    Counted::Instead(before, after) => {
                        sum.take_back(&before);
                        sum.add(&after);
                    }
                    Counted::Again => {}
                }
            }
        }
    }
    sum
}

#[test]
fn a_fork_adds_only_what_is_new() {
    let main = format!("{CLAUDE}/3f25237b");
    let fork = format!("{CLAUDE}/926f27d7");
    let both = spent(&[&main, &fork]);
    let alone = spent(&[&main]);
    assert_eq!((alone.requests, both.requests), (4, 5));
    // `cost-state` of the first file, as Claude Code itself counted: 0.0310464.
    assert_eq!(alone.cost, Cost(0));
}
