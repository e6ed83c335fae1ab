//! What a person has allowed of what rules deny: one thing until it was done, or a rule in the trees
//! of a project.
//!
//! **Invariant:** a rule that can only be allowed once is lifted for no project, and a project never
//! takes in what lies beside it.

use super::{Circumstances, number_of};
use crate::judge::Judge;
use ringfence_detect::{AllowLimit, AllowScope, Lifts};
use ringfence_sense::{Lift, Process, RuleNumber};
use std::path::{Component, Path};

/// What is lifted in the kernel.
pub(super) fn of(judge: &Judge, around: &Circumstances) -> Vec<Lift> {
    let mut lifted = Vec::new();
    for allowance in &around.allowances {
        let Some(number) = number_of(&allowance.rule) else {
            continue;
        };
        match (&allowance.scope, &allowance.lifts) {
            (AllowScope::Once { .. }, what) => {
                lifted.extend(what.as_ref().map(|what| one(number, what)));
            }
            (AllowScope::Project { root }, _) => {
                let rule = judge.rules.find(allowance.rule.as_str());
                if rule.is_some_and(|rule| rule.allow_limit == AllowLimit::Project) {
                    let trees = around.trees.iter();
                    let there = trees.filter(|(_, place)| is_below(place, root));
                    lifted.extend(there.map(|(tree, _)| in_tree(number, *tree)));
                }
            }
        }
    }
    lifted
}

fn one(number: RuleNumber, what: &Lifts) -> Lift {
    match what {
        Lifts::File(path) => Lift::File {
            number,
            path: path.clone(),
        },
        Lifts::Address(address) => Lift::Address(*address),
        Lifts::Name(name) => Lift::Name(name.clone()),
    }
}

fn in_tree(number: RuleNumber, tree: Process) -> Lift {
    Lift::Tree { number, tree }
}

fn is_below(place: &str, root: &str) -> bool {
    let place = Path::new(place);
    let climbs = place.components().any(|part| part == Component::ParentDir);
    place.starts_with(root) && !climbs
}
