//! `ringfence rules lint`: rules that load and yet are odd, by their text and by the record.

use super::super::narrow::reader;
use super::check::load;
use super::list::days_ago;
use crate::config::Config;
use crate::output::{self, DIM, Exit, GREEN, YELLOW, print, print_json};
use crate::packs::{imagine, is_own};
use crate::places::Places;
use anyhow::Result;
use ringfence_detect::{Choice, History, Lint, LintKind, Rule, RuleSet};
use ringfence_event::{Event, RuleId, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// What is left out, and does not keep a rule from working.
const UNSAID: [LintKind; 3] = [LintKind::NoBlock, LintKind::NoLevel, LintKind::NoTags];

/// How many rules are named in one line.
const NAMED: usize = 5;

pub(super) fn run(
    path: Option<&Path>,
    builtin: bool,
    days: u16,
    json: bool,
    places: &Places,
) -> Result<Exit> {
    let (rules, own) = load(path, places)?;
    let is_meant = |file: &str, is_own: bool| match path {
        Some(_) => own.in_force.contains_key(file),
        None => builtin || is_own,
    };
    let meant: BTreeSet<&RuleId> = rules
        .rules()
        .filter(|rule| is_meant(&rule.file, is_own(rule)))
        .map(|rule| &rule.id)
        .collect();
    let mut lints = rules.lint();
    let builtin = RuleSet::compile(ringfence_detect::builtin())?;
    let imagine = imagine();
    let harmless = builtin.rules().flat_map(Rule::negative_examples);
    let harmless: Vec<Event> = harmless.map(imagine).collect();
    lints.extend(rules.lint_broad(&harmless));
    let (history, long_enough) = history(&rules, days, places)?;
    lints.extend(rules.lint_history(&history));
    lints.retain(|lint| meant.contains(&lint.rule));
    lints.sort_by(|one, other| {
        (&one.file, one.line, one.column, one.kind).cmp(&(
            &other.file,
            other.line,
            other.column,
            other.kind,
        ))
    });
    if json {
        let lints: Vec<Value> = lints.iter().map(in_json).collect();
        let lint = json!({
            "rules": meant.len(), "days": days, "record_is_long_enough": long_enough, "lints": lints,
        });
        print_json("lint", &lint)?;
    } else {
        print(&text(&lints, meant.len(), days, long_enough, places))?;
    }
    Ok(Exit::Done)
}

/// What the record says, and whether it goes back that far.
fn history(rules: &RuleSet, days: u16, places: &Places) -> Result<(History, bool)> {
    let since = days_ago(days);
    let config = Config::load(&places.config_file()).unwrap_or_default();
    let store = reader(places)?;
    let begin = match &store {
        Some(store) => store.begins()?,
        None => None,
    };
    let long_enough = begin.is_some_and(|begin| begin <= since);
    let is_young = |rule: &&Rule| {
        !long_enough
            || config.rules.get(&rule.id) == Some(&Choice::Off)
            || (is_own(rule) && changed(&rule.file).is_none_or(|at| at > since))
    };
    let young = rules.rules().filter(is_young).map(|rule| rule.id.clone());
    let mut history = History {
        days: days.into(),
        young: young.collect(),
        ..History::default()
    };
    if let Some(store) = &store {
        history.events = store.stats(Some(since), None)?.events;
        let hits = store.rule_hits(since)?.into_iter();
        history.hits = hits.map(|(rule, hits)| (rule, hits.recent)).collect();
    }
    Ok((history, long_enough))
}

/// When a file was changed last.
fn changed(file: &str) -> Option<Timestamp> {
    let changed = std::fs::metadata(file).ok()?.modified().ok()?;
    let since = changed.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp(i64::try_from(since.as_micros()).ok()?))
}

fn in_json(lint: &Lint) -> Value {
    json!({
        "rule": lint.rule, "file": lint.file, "line": lint.line, "column": lint.column,
        "kind": lint.kind.name(), "message": lint.message, "advice": lint.kind.advice(),
    })
}

/// What a rule leaves out, in one line for all rules: stock Sigma rules leave out the same.
fn summed(kind: LintKind, unsaid: &[&Lint]) -> String {
    let of_kind: Vec<&&Lint> = unsaid.iter().filter(|lint| lint.kind == kind).collect();
    let Some(first) = of_kind.first() else {
        return String::new();
    };
    let names: Vec<&str> = of_kind.iter().map(|lint| lint.rule.as_str()).collect();
    let shown = names
        .iter()
        .take(NAMED)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    let more = if names.len() > NAMED { ", …" } else { "" };
    format!(
        "{YELLOW}{}{YELLOW:#} {}: {shown}{more}: {}\n  {DIM}{}{DIM:#}\n",
        kind.name(),
        output::count(names.len() as u64, "rule"),
        first.message,
        kind.advice()
    )
}

fn text(lints: &[Lint], rules: usize, days: u16, long_enough: bool, places: &Places) -> String {
    let mut text = String::new();
    let (unsaid, odd): (Vec<&Lint>, Vec<&Lint>) =
        lints.iter().partition(|lint| UNSAID.contains(&lint.kind));
    for lint in &odd {
        text.push_str(&format!(
            "{YELLOW}{}{YELLOW:#} {lint}\n  {DIM}{}{DIM:#}\n",
            lint.kind.name(),
            lint.kind.advice()
        ));
    }
    for kind in UNSAID {
        text.push_str(&summed(kind, &unsaid));
    }
    let count = output::count(rules as u64, "rule");
    match (rules, lints.len()) {
        (0, _) => text.push_str(&format!(
            "No rules of your own stand in `{}`.\nhint: `ringfence rules lint FILE` looks at others, `--builtin` at those that come with Ringfence\n",
            places.rules().display()
        )),
        (_, 0) => text.push_str(&format!("{GREEN}{count}: nothing odd.{GREEN:#}\n")),
        (_, odd) => text.push_str(&format!("{count}, {odd} odd things.\n")),
    }
    if rules > 0 && !long_enough {
        text.push_str(&format!(
            "{DIM}The record does not go back {days} days: which rules never fire is told when it does.{DIM:#}\n"
        ));
    }
    text
}
