//! `ringfence rules …`: one file per command; here only which is which, and what they share.

mod backtest;
mod check;
mod choose;
mod lint;
mod list;
mod test;

use crate::cli::Rules;
use crate::judge::Judge;
use crate::output::{self, DIM, Exit, YELLOW};
use crate::places::Places;
use anyhow::{Context, Result};
use ringfence_detect::{Choice, Rule};

pub(super) fn run(args: &Rules, places: &Places) -> Result<Exit> {
    match args {
        Rules::List { days, json } => list::list(*days, *json, places),
        Rules::Show { rule, json } => list::show(rule, *json, places),
        Rules::Mode { rule, mode } => choose::mode(rule, *mode, places),
        Rules::Enable { rule } => choose::enable(rule, places),
        Rules::Disable { rule, to } => choose::disable(rule, *to, places),
        Rules::Check { path, json } => check::run(path.as_deref(), *json, places),
        Rules::Test { path, json } => test::run(path.as_deref(), *json, places),
        Rules::Lint {
            path,
            builtin,
            days,
            json,
        } => lint::run(path.as_deref(), *builtin, *days, *json, places),
        Rules::Backtest(args) => backtest::run(args, places),
    }
}

fn find<'a>(judge: &'a Judge, name: &str) -> Result<&'a Rule> {
    judge.rules.find(name).with_context(|| {
        format!("no rule is called `{name}`\nhint: `ringfence rules list` shows all")
    })
}

/// What a rule does here, after the user's choice.
fn here(judge: &Judge, rule: &Rule) -> String {
    match judge.config.rules.get(&rule.id) {
        None => output::verdict(rule.action),
        Some(Choice::Off) => format!("{DIM}off{DIM:#}"),
        Some(Choice::Mode(mode)) => format!("{YELLOW}{}{YELLOW:#}", mode.name()),
        Some(Choice::Action(action)) => output::verdict(*action),
    }
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}
