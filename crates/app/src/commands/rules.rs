//! `ringfence rules list|show|enable|disable|test`.

use super::person::{self, ask};
use crate::cli::{Rules, To};
use crate::config::choose;
use crate::judge::Judge;
use crate::output::{self, BOLD, DIM, Exit, GREEN, YELLOW, print, print_json, table};
use crate::packs;
use crate::places::Places;
use crate::wire::Request;
use anyhow::{Context, Result, bail};
use ringfence_detect::{Choice, Rule};
use ringfence_event::RuleId;
use serde_json::json;
use std::path::Path;

pub(super) fn run(args: &Rules, places: &Places) -> Result<Exit> {
    match args {
        Rules::List(args) => list(args.json, places)?,
        Rules::Show { rule } => {
            let judge = Judge::load(places)?;
            print(&format!("{}\n", find(&judge, rule)?.source.trim_end()))?;
        }
        Rules::Enable { rule } => set(rule, None, places)?,
        Rules::Disable { rule, to } => {
            let chosen = match to {
                None => "off",
                Some(To::Alert) => "alert",
                Some(To::Ask) => "ask",
                Some(To::Deny) => "deny",
            };
            set(rule, Some(chosen), places)?;
        }
        Rules::Test { file } => test(file.as_deref(), places)?,
    }
    Ok(Exit::Done)
}

fn find<'a>(judge: &'a Judge, name: &str) -> Result<&'a Rule> {
    judge.rules.find(name).with_context(|| {
        format!("no rule is called `{name}`\nhint: `ringfence rules list` shows all")
    })
}

fn set(name: &str, chosen: Option<&str>, places: &Places) -> Result<()> {
    person::only(places)?;
    let judge = Judge::load(places)?;
    let rule = find(&judge, name)?;
    let id: RuleId = rule.id.clone();
    choose(&places.config_file(), &id, chosen)?;
    // A daemon that does not answer sees the change by itself.
    drop(ask(places, &Request::Reload));
    print(&match chosen {
        None => format!("{id}: as it comes ({}).\n", rule.action.name()),
        Some("off") => format!("{id}: off.\n"),
        Some(chosen) => format!("{id}: {chosen}.\n"),
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

fn list(json: bool, places: &Places) -> Result<()> {
    let judge = Judge::load(places)?;
    if json {
        let rules: Vec<_> = judge
            .rules
            .rules()
            .map(|rule| {
                json!({
                    "rule": rule.id, "uuid": rule.uuid, "title": rule.title, "severity": rule.severity,
                    "action": rule.action, "techniques": rule.techniques, "file": rule.file,
                    "here": anstream::adapter::strip_str(&here(&judge, rule)).to_string(),
                })
            })
            .collect();
        return print_json("rules", &rules);
    }
    let mut rows: Vec<Vec<String>> = vec![
        ["rule", "severity", "here", "what"]
            .iter()
            .map(|name| format!("{BOLD}{name}{BOLD:#}"))
            .collect(),
    ];
    for rule in judge.rules.rules() {
        rows.push(vec![
            rule.id.to_string(),
            output::severity(rule.severity),
            here(&judge, rule),
            rule.title.clone(),
        ]);
    }
    let mut text = table(&rows);
    for problem in &judge.problems {
        text.push_str(&format!("{YELLOW}warning:{YELLOW:#} {problem}\n"));
    }
    text.push_str(&format!(
        "{DIM}Mode of this machine: {}.{DIM:#}\n",
        judge.config.mode.name()
    ));
    print(&text)
}

fn test(file: Option<&Path>, places: &Places) -> Result<()> {
    let Some(file) = file else {
        let mut problems = Vec::new();
        let rules = packs::compile(places, &mut problems)?;
        packs::try_examples(&rules)?;
        let examples: usize = rules
            .rules()
            .map(|rule| rule.examples().len() + rule.negative_examples().len())
            .sum();
        if !problems.is_empty() {
            bail!("{}", problems.join("\n"));
        }
        return print(&format!(
            "{GREEN}{} rules, {examples} examples: all as they should be.{GREEN:#}\n",
            rules.rules().count()
        ));
    };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("failed to read `{}`", file.display()))?;
    let rules = packs::test(&(file.display().to_string(), text))?;
    print(&format!(
        "{GREEN}{}: {} rules, all as they should be.{GREEN:#}\nhint: put the file into `{}` to use it\n",
        file.display(),
        rules.rules().count(),
        places.rules().display()
    ))
}
