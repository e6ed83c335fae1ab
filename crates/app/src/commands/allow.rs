//! `ringfence allow <finding>|list|remove`: exceptions, once or for a project, with an end and a reason.

use super::narrow::reader;
use super::person;
use crate::allowances;
use crate::cli::{Allow, Allowed};
use crate::daemon::now;
use crate::decided::{self, Decided};
use crate::judge::Judge;
use crate::output::{self, BOLD, DIM, Exit, YELLOW, clock, print, print_json, table};
use crate::places::Places;
use anyhow::{Context, Result, bail};
use ringfence_detect::{AllowScope, Allowance};
use ringfence_event::{FindingId, Timestamp};
use ringfence_store::visible;
use serde::Serialize;

pub(super) fn run(args: &Allow, places: &Places) -> Result<Exit> {
    match (&args.what, &args.finding) {
        (Some(Allowed::List(args)), _) => list(args.json, places),
        (Some(Allowed::Remove { finding, .. }), _) => remove(finding.as_deref(), places),
        (None, Some(id)) => allow(id, args, places),
        (None, None) => Ok(Exit::Usage),
    }
}

fn allow(id: &str, args: &Allow, places: &Places) -> Result<Exit> {
    person::only(places)?;
    let judge = Judge::load(places)?;
    let allowance = allowance(id, args, &judge, places)?;
    allowances::add(places, &allowance)?;
    decided::put(&judge, &Decided::allowed(&allowance))?;
    if args.json {
        print_json("allowance", &allowance)?;
        return Ok(Exit::Done);
    }
    let until = match allowance.expires {
        Some(expires) => format!(" until {}", clock(expires, now())),
        None => String::new(),
    };
    let what = match &allowance.scope {
        AllowScope::Once { .. } => {
            format!(
                "The same call is allowed once{until}, by this rule. Tell the agent to try again."
            )
        }
        AllowScope::Project { root } => format!(
            "Rule {} is silent below {} from now on{until}. `ringfence allow remove {}` takes it back.",
            allowance.rule,
            visible(root),
            allowance.finding
        ),
    };
    print(&format!("{what}\n"))?;
    Ok(Exit::Done)
}

fn allowance(id: &str, args: &Allow, judge: &Judge, places: &Places) -> Result<Allowance> {
    let expires = args.span.as_deref().map(|span| output::after(span, now()));
    let allowance = what(id, args.project, judge, places)?;
    allowances::until(allowance, expires.transpose()?, args.reason.clone())
}

/// What is allowed: a finding's call, its rule in its project, or a rule in the project of today.
fn what(id: &str, project: bool, judge: &Judge, places: &Places) -> Result<Allowance> {
    if let Some(rule) = judge.rules.find(id) {
        if !project {
            bail!("`{id}` is a rule, and a rule is allowed for a project\nhint: add `--project`");
        }
        let cwd = std::env::current_dir().context("failed to find the working directory")?;
        return allowances::of_rule(judge, rule, cwd.to_str().map(str::to_owned));
    }
    let found = match reader(places)? {
        Some(store) => allowances::of_finding(judge, &store, id, project)?,
        None => None,
    };
    found.with_context(|| {
        format!(
            "no finding is called `{id}`\nhint: `ringfence alerts` lists them; while the daemon is away, start it first: `ringfence up --detach`"
        )
    })
}

/// Takes one back, or all that have expired.
fn remove(finding: Option<&str>, places: &Places) -> Result<Exit> {
    person::only(places)?;
    let Some(finding) = finding else {
        let now = now();
        let expired = allowances::load(places)
            .into_iter()
            .filter(|allowance| !allowance.is_in_force(now))
            .filter(|allowance| allowances::take(places, &allowance.finding));
        print(&format!("Removed: {} that had expired.\n", expired.count()))?;
        return Ok(Exit::Done);
    };
    let id = FindingId::from(finding);
    if !allowances::take(places, &id) {
        bail!("nothing is allowed under `{finding}`\nhint: `ringfence allow list` shows what is");
    }
    decided::put(&Judge::load(places)?, &Decided::no_longer_allowed(&id))?;
    print(&format!("Removed: {finding}.\n"))?;
    Ok(Exit::Done)
}

/// An allowance as it is shown.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    allowance: &'a Allowance,
    expired: bool,
}

fn list(json: bool, places: &Places) -> Result<Exit> {
    let now = now();
    let mut allowed = allowances::load(places);
    allowed.sort_by(|one, other| (&one.rule, &one.finding).cmp(&(&other.rule, &other.finding)));
    let shown: Vec<Shown<'_>> = allowed
        .iter()
        .map(|allowance| Shown {
            allowance,
            expired: !allowance.is_in_force(now),
        })
        .collect();
    if json {
        print_json("allowances", &shown)?;
        return Ok(Exit::Done);
    }
    if shown.is_empty() {
        print(
            "Nothing is allowed beyond the rules.\nhint: a denial names its finding; `ringfence allow <finding>` allows the same call once\n",
        )?;
        return Ok(Exit::Done);
    }
    let head = ["finding", "rule", "until", "what", "why"];
    let mut rows: Vec<Vec<String>> = vec![
        head.iter()
            .map(|name| format!("{BOLD}{name}{BOLD:#}"))
            .collect(),
    ];
    rows.extend(shown.iter().map(|shown| row(shown, now)));
    let mut text = table(&rows);
    if shown.iter().any(|shown| shown.expired) {
        text.push_str("hint: what has expired allows nothing; `ringfence allow remove --expired` clears it away\n");
    }
    print(&text)?;
    Ok(Exit::Done)
}

fn row(shown: &Shown<'_>, now: Timestamp) -> Vec<String> {
    let allowance = shown.allowance;
    let scope = match &allowance.scope {
        AllowScope::Once { subject } => format!("once: {}", visible(subject)),
        AllowScope::Project { root } => format!("below {}", visible(root)),
    };
    let until = match allowance.expires {
        None => "-".to_owned(),
        Some(at) if shown.expired => format!("{YELLOW}expired {}{YELLOW:#}", clock(at, now)),
        Some(at) => clock(at, now),
    };
    vec![
        allowance.finding.to_string(),
        allowance.rule.to_string(),
        until,
        format!("{DIM}{scope}{DIM:#}"),
        visible(allowance.reason.as_deref().unwrap_or_default()),
    ]
}
