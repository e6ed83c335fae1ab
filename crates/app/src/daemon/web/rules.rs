//! What rules do here, and what a person chooses for them in the dashboard.

use super::super::{Shared, log};
use super::{keep, source};
use crate::config::{self, choice_name};
use crate::decided::Decided;
use crate::packs;
use anyhow::{Result, bail};
use ringfence_api::{RuleAnswer, RuleChoice, RuleState, Ruled};
use ringfence_detect::{Choice, Policy, Rule};
use ringfence_event::{Mode, RuleId, Verdict};

/// All rules, and what they do here.
pub(super) fn list(shared: &Shared) -> Ruled {
    let judge = shared.judge();
    let policy = judge.policy();
    Ruled {
        mode: policy.mode,
        rules: judge
            .rules
            .rules()
            .map(|rule| state(rule, &policy))
            .collect(),
        problems: judge.own.sentences(),
    }
}

fn state(rule: &Rule, policy: &Policy) -> RuleState {
    RuleState {
        id: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        action: rule.action,
        here: RuleAnswer::from(policy.answer(rule)),
        choice: policy.rules.get(&rule.id).map(|choice| name(*choice)),
        builtin: !packs::is_own(rule),
        source: source(rule),
        techniques: rule.techniques.clone(),
    }
}

fn name(choice: Choice) -> RuleChoice {
    match choice {
        Choice::Off => RuleChoice::Off,
        Choice::Mode(Mode::Monitor) => RuleChoice::Monitor,
        Choice::Mode(Mode::Guard) => RuleChoice::Guard,
        Choice::Mode(Mode::Enforce) => RuleChoice::Enforce,
        Choice::Action(Verdict::Allow | Verdict::Alert) => RuleChoice::Alert,
        Choice::Action(Verdict::Ask) => RuleChoice::Ask,
        Choice::Action(Verdict::Deny) => RuleChoice::Deny,
    }
}

/// What is meant by a choice; `None` is the rule as it comes.
pub(super) fn meaning(choice: RuleChoice) -> Option<Choice> {
    match choice {
        RuleChoice::Default => None,
        RuleChoice::Off => Some(Choice::Off),
        RuleChoice::Monitor => Some(Choice::Mode(Mode::Monitor)),
        RuleChoice::Guard => Some(Choice::Mode(Mode::Guard)),
        RuleChoice::Enforce => Some(Choice::Mode(Mode::Enforce)),
        RuleChoice::Alert => Some(Choice::Action(Verdict::Alert)),
        RuleChoice::Ask => Some(Choice::Action(Verdict::Ask)),
        RuleChoice::Deny => Some(Choice::Action(Verdict::Deny)),
    }
}

/// Writes down what a person chose for a rule, and does it from now on.
pub(super) fn choose(shared: &Shared, rule: &RuleId, choice: RuleChoice) -> Result<()> {
    if shared.judge().rules.find(rule.as_str()).is_none() {
        bail!("no rule is called `{rule}`");
    }
    let chosen = meaning(choice).map(choice_name);
    let before = shared.judge().config.rules.get(rule).copied();
    config::choose(&shared.places.config_file(), rule, chosen)?;
    keep(
        shared,
        &Decided::choice(rule, before.map(choice_name), chosen),
    );
    log(&format!(
        "in the dashboard: `{rule}` is {} now",
        chosen.unwrap_or("as it comes")
    ));
    shared.reload();
    Ok(())
}

/// Writes down how far a person wants to go on this machine, and does it from now on.
pub(super) fn choose_mode(shared: &Shared, mode: Mode) -> Result<()> {
    let before = shared.judge().config.mode;
    config::choose_mode(&shared.places.config_file(), mode)?;
    keep(shared, &Decided::mode(before, mode));
    log(&format!(
        "in the dashboard: the mode is {} now",
        mode.name()
    ));
    shared.reload();
    Ok(())
}
