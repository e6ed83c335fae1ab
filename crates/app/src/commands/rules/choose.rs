//! `ringfence rules mode|enable|disable`: what a person chooses for one rule.

use super::super::person::{self, ask};
use crate::cli::{RuleMode, To};
use crate::config::{choice_name, choose};
use crate::decided::{self, Decided};
use crate::judge::Judge;
use crate::output::{Exit, print};
use crate::places::Places;
use crate::wire::Request;
use anyhow::Result;
use ringfence_detect::Choice;
use ringfence_event::RuleId;

pub(super) fn mode(name: &str, mode: RuleMode, places: &Places) -> Result<Exit> {
    let chosen = match mode {
        RuleMode::Monitor => Some("monitor"),
        RuleMode::Guard => Some("guard"),
        RuleMode::Enforce => Some("enforce"),
        RuleMode::Off => Some("off"),
        RuleMode::Default => None,
    };
    set(name, chosen, places)
}

pub(super) fn enable(name: &str, places: &Places) -> Result<Exit> {
    set(name, None, places)
}

pub(super) fn disable(name: &str, to: Option<To>, places: &Places) -> Result<Exit> {
    let chosen = match to {
        None => "off",
        Some(To::Alert) => "alert",
        Some(To::Ask) => "ask",
        Some(To::Deny) => "deny",
    };
    set(name, Some(chosen), places)
}

fn set(name: &str, chosen: Option<&str>, places: &Places) -> Result<Exit> {
    person::only(places)?;
    let judge = Judge::load(places)?;
    let left_over = RuleId::from(name);
    // A choice may outlive its rule: it can be taken back all the same.
    let is_left_over = chosen.is_none() && judge.config.rules.contains_key(&left_over);
    let (id, as_it_comes) = match super::find(&judge, name) {
        Ok(rule) => (rule.id.clone(), rule.action.name()),
        Err(_) if is_left_over => (left_over, "not there any more"),
        Err(error) => return Err(error),
    };
    choose(&places.config_file(), &id, chosen)?;
    let before = judge.config.rules.get(&id).copied().map(choice_name);
    decided::put(&judge, &Decided::choice(&id, before, chosen))?;
    // A daemon that does not answer sees the change by itself.
    drop(ask(places, &Request::Reload));
    let mut text = match chosen {
        None => format!("{id}: as it comes ({as_it_comes}).\n"),
        Some(chosen) => format!("{id}: {chosen}.\n"),
    };
    if chosen.is_some() {
        let undo = undo(judge.config.rules.get(&id), &id);
        text.push_str(&format!("hint: `{undo}` takes it back\n"));
    }
    print(&text)?;
    Ok(Exit::Done)
}

/// The command that brings back what was chosen before.
fn undo(before: Option<&Choice>, rule: &RuleId) -> String {
    match before {
        None => format!("ringfence rules enable {rule}"),
        Some(Choice::Off) => format!("ringfence rules mode {rule} off"),
        Some(Choice::Mode(mode)) => format!("ringfence rules mode {rule} {}", mode.name()),
        Some(Choice::Action(action)) => {
            format!("ringfence rules disable {rule} --to {}", action.name())
        }
    }
}
