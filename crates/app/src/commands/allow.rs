//! `ringfence allow <finding>`: once, or for this project.

use super::narrow::reader;
use super::person;
use crate::allowances;
use crate::cli::Allow;
use crate::output::{DIM, Exit, print, print_json, table};
use crate::places::Places;
use anyhow::{Context, Result, bail};
use ringfence_detect::{AllowLimit, AllowScope, Allowance, subject};
use ringfence_event::FindingId;
use ringfence_store::visible;

pub(super) fn run(args: &Allow, places: &Places) -> Result<Exit> {
    let Some(id) = args.finding.as_deref().filter(|_| !args.list) else {
        return list(args, places);
    };
    person::only(places)?;
    if args.withdraw {
        let id = FindingId::from(id);
        if !allowances::take(places, &id) {
            bail!("nothing is allowed under `{id}`\nhint: `ringfence allow --list` shows what is");
        }
        print(&format!("Withdrawn: {id}.\n"))?;
        return Ok(Exit::Done);
    }
    let allowance = allowance(id, args.project, places)?;
    allowances::add(places, &allowance)?;
    if args.json {
        print_json("allowance", &allowance)?;
        return Ok(Exit::Done);
    }
    let what = match &allowance.scope {
        AllowScope::Once { .. } => {
            "The same call is allowed once, by this rule. Tell the agent to try again.".to_owned()
        }
        AllowScope::Project { root } => format!(
            "Rule {} is silent below {} from now on. `ringfence allow --withdraw {}` takes it back.",
            allowance.rule,
            visible(root),
            allowance.finding
        ),
    };
    print(&format!("{what}\n"))?;
    Ok(Exit::Done)
}

fn allowance(id: &str, project: bool, places: &Places) -> Result<Allowance> {
    let missing = || {
        format!(
            "no finding is called `{id}`\nhint: `ringfence alerts` lists them; while the daemon is away, start it first: `ringfence up --detach`"
        )
    };
    let store = reader(places)?.with_context(missing)?;
    let stored = store.finding(id)?.with_context(missing)?;
    let finding = stored.finding;
    let event = store
        .event(&finding.event.to_string())?
        .with_context(|| format!("the event of `{id}` is not kept any more"))?
        .event;
    let scope = if project {
        let judge = crate::judge::Judge::load(places)?;
        let rule = judge.rules.find(finding.rule.as_str());
        if rule.is_none_or(|rule| rule.allow_limit == AllowLimit::Once) {
            bail!(
                "rule `{}` can only be allowed once at a time: it guards the guard\nhint: leave out `--project`",
                finding.rule
            );
        }
        let root = event
            .cwd
            .filter(|cwd| cwd != "/" && *cwd != places.home.to_string_lossy())
            .context("the finding's directory is no project\nhint: leave out `--project`")?;
        AllowScope::Project { root }
    } else {
        AllowScope::Once {
            subject: subject(&event),
        }
    };
    Ok(Allowance {
        finding: finding.id,
        rule: finding.rule,
        scope,
        expires: None,
        reason: None,
    })
}

fn list(args: &Allow, places: &Places) -> Result<Exit> {
    let allowed = allowances::load(places);
    if args.json {
        print_json("allowances", &allowed)?;
        return Ok(Exit::Done);
    }
    if allowed.is_empty() {
        print(
            "Nothing is allowed beyond the rules.\nhint: a denial names its finding; `ringfence allow <finding>` allows the same call once\n",
        )?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = allowed
        .iter()
        .map(|allowance| {
            let scope = match &allowance.scope {
                AllowScope::Once { subject } => format!("once: {}", visible(subject)),
                AllowScope::Project { root } => format!("below {}", visible(root)),
            };
            vec![
                allowance.finding.to_string(),
                allowance.rule.to_string(),
                format!("{DIM}{scope}{DIM:#}"),
            ]
        })
        .collect();
    print(&table(&rows))?;
    Ok(Exit::Done)
}
