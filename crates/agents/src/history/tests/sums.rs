//! What sessions used and cost, against what ccusage 20.0.24 says of the same files
//! (`ccusage <agent> daily --mode calculate`, and `display` for what agents recorded).

use super::*;
use crate::Counted;
use ringfence_event::Cost;

/// The sum over files, each request counted once; `model` takes the place of one that ccusage does
/// not know.
fn spent(names: &[&str], model: Option<&str>) -> Spent {
    let mut ledger = Ledger::default();
    let mut sum = Spent::default();
    for (name, format) in transcripts() {
        if !names.iter().any(|wanted| name.starts_with(wanted)) {
            continue;
        }
        for told in read(&name, format).1 {
            let Action::Usage { mut usage } = told.event.action else {
                continue;
            };
            if let (Some(model), Some(known)) = (model, &usage.model)
                && prices().of(known).is_some()
            {
                usage.model = Some(model.to_owned());
            }
            match ledger.count(format.agent(), &usage, prices()) {
                Counted::New(spent) => sum.add(&spent),
                Counted::Instead(before, after) => {
                    sum.take_back(&before);
                    sum.add(&after);
                }
                Counted::Again => {}
            }
        }
    }
    sum
}

/// Files, then: input, output, read from and written to a cache; cost and what was recorded, in
/// billionths of a dollar.
type Row<'a> = (&'a [&'a str], [u64; 4], u64, u64);

#[test]
fn sums_are_those_of_ccusage() {
    let table: [Row<'_>; 10] = [
        (
            &["claude-code/sums/"],
            [253_435, 6180, 305_000, 2640],
            1_339_735_000,
            0,
        ),
        (
            &["claude-code/1.0.0/session-alpha"],
            [600, 250, 70, 75],
            13_526_250,
            1_020_000_000,
        ),
        (
            &["claude-code/1.0.0/representative"],
            [218, 445, 0, 0],
            7_329_000,
            0,
        ),
        (
            &["claude-code/1.0.108/"],
            [129, 3629, 324_259, 47_747],
            331_150_950,
            0,
        ),
        (
            &["claude-code/shapes/session.jsonl"],
            [17, 93, 5, 0],
            1_403_500,
            0,
        ),
        (&["codex/0.169.0/"], [8218, 998, 2054, 0], 28_712_950, 0),
        (&["codex/0.8/"], [2750, 425, 750, 0], 10_893_750, 0),
        (&["copilot/1.0.102/"], [4666, 326, 998, 0], 16_804_500, 0),
        // In these two thoughts stand beside the output.
        (
            &["gemini/0.61.0/"],
            [9920, 1320 + 36, 2560, 0],
            26_280_000,
            0,
        ),
        (
            &["opencode/1.18.33/"],
            [13_028, 1872 + 36, 3484, 0],
            35_800_500,
            0,
        ),
    ];
    for (names, tokens, cost, recorded) in table {
        let sum = spent(names, None);
        let found = [sum.input, sum.output, sum.cache_read, sum.cache_write];
        assert_eq!(found, tokens, "{names:?}");
        assert_eq!(
            (sum.cost, sum.recorded),
            (Cost(cost), Cost(recorded)),
            "{names:?}"
        );
    }
}

#[test]
fn a_fork_adds_only_what_is_new() {
    let main = format!("{CLAUDE}/3f25237b");
    let fork = format!("{CLAUDE}/926f27d7");
    let alone = spent(&[&main], None);
    // What Claude Code itself counted, in the line `cost-state`.
    assert_eq!((alone.requests, alone.cost), (4, Cost(39_192_000)));
    assert_eq!(spent(&[&main, &fork], None).requests, 5);
}

#[test]
fn subagents_are_counted_once() {
    // The session, and three subagents, each started by the one before.
    let session = spent(&[&format!("{CLAUDE}/1329013f")], Some("claude-opus-4-8"));
    let main = spent(
        &[&format!(
            "{CLAUDE}/1329013f-a911-4ca5-96e3-83de55be30d3.jsonl"
        )],
        None,
    );
    assert_eq!((main.requests, session.requests), (3, 9));
}
