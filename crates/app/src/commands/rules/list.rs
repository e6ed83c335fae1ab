//! `ringfence rules list|show`: what the rules are, what they do here, and how often they matched.

use super::super::narrow::reader;
use super::super::person::ask;
use super::{find, here, plain};
use crate::daemon::now;
use crate::judge::Judge;
use crate::output::{self, BOLD, DIM, Exit, YELLOW, ago, print, print_json, table};
use crate::packs;
use crate::places::Places;
use crate::wire::{Request, Response};
use anyhow::Result;
use ringfence_detect::{ReportKind, Rule};
use ringfence_event::{RuleId, Timestamp};
use ringfence_store::RuleHits;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Days whose matches `show` counts beside all.
const SHOWN_DAYS: u16 = 30;

/// So many days ago.
pub(super) fn days_ago(days: u16) -> Timestamp {
    Timestamp(now().0 - i64::from(days) * MICROS_PER_DAY)
}

/// How often each rule matched; nothing where nothing was recorded yet.
fn hits(days: u16, places: &Places) -> Result<BTreeMap<RuleId, RuleHits>> {
    Ok(match reader(places)? {
        Some(store) => store.rule_hits(days_ago(days))?,
        None => BTreeMap::new(),
    })
}

pub(super) fn list(days: u16, json: bool, places: &Places) -> Result<Exit> {
    let judge = Judge::load(places)?;
    let hits = hits(days, places)?;
    let of = |rule: &Rule| hits.get(&rule.id).copied().unwrap_or_default();
    if json {
        let rules: Vec<Value> = judge
            .rules
            .rules()
            .map(|rule| in_json(&judge, rule, of(rule), days))
            .collect();
        print_json("rules", &rules)?;
        return Ok(Exit::Done);
    }
    let recent = format!("{days} d");
    let head = ["rule", "severity", "here", "hits", &recent, "last", "what"];
    let mut rows: Vec<Vec<String>> = vec![
        head.iter()
            .map(|name| format!("{BOLD}{name}{BOLD:#}"))
            .collect(),
    ];
    let now = now();
    for rule in judge.rules.rules() {
        let hits = of(rule);
        rows.push(vec![
            rule.id.to_string(),
            output::severity(rule.severity),
            here(&judge, rule),
            hits.all.to_string(),
            hits.recent.to_string(),
            hits.last
                .map_or_else(|| "-".to_owned(), |last| ago(last, now)),
            rule.title.clone(),
        ]);
    }
    print(&format!("{}{}", table(&rows), remarks(&judge, places)))?;
    Ok(Exit::Done)
}

/// What stands below the list: what is wrong, what is not for here, and the mode.
fn remarks(judge: &Judge, places: &Places) -> String {
    // The daemon may go on with rules that do not stand there any more.
    let problems = match ask(places, &Request::Ping) {
        Ok(Response::Pong { status }) => status.problems,
        _ => judge.problems.clone(),
    };
    let mut text = String::new();
    for problem in &problems {
        let problem = problem.replace('\n', "\n  ");
        text.push_str(&format!("{YELLOW}warning:{YELLOW:#} {problem}\n"));
    }
    let own: usize = judge.own.in_force.values().sum();
    let not_here = judge.own.of_kind(ReportKind::NotHere).count();
    if own + not_here > 0 {
        let own = output::count(own as u64, "rule");
        text.push_str(&format!(
            "{DIM}{own} of your own in `{}`",
            places.rules().display()
        ));
        if not_here > 0 {
            text.push_str(&format!(
                "; {not_here} more cannot be used here: `ringfence rules check` says why"
            ));
        }
        text.push_str(&format!(".{DIM:#}\n"));
    }
    text.push_str(&format!(
        "{DIM}Mode of this machine: {}.{DIM:#}\n",
        judge.config.mode.name()
    ));
    text
}

fn in_json(judge: &Judge, rule: &Rule, hits: RuleHits, days: u16) -> Value {
    json!({
        "rule": rule.id, "uuid": rule.uuid, "title": rule.title, "severity": rule.severity,
        "action": rule.action, "techniques": rule.techniques, "file": rule.file,
        "line": rule.line(), "builtin": !packs::is_own(rule), "here": plain(&here(judge, rule)),
        "hits": { "all": hits.all, "recent": hits.recent, "days": days, "last": hits.last },
    })
}

pub(super) fn show(name: &str, json: bool, places: &Places) -> Result<Exit> {
    let judge = Judge::load(places)?;
    let rule = find(&judge, name)?;
    let hits = hits(SHOWN_DAYS, places)?;
    let hits = hits.get(&rule.id).copied().unwrap_or_default();
    if json {
        let mut shown = in_json(&judge, rule, hits, SHOWN_DAYS);
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("description".to_owned(), json!(rule.description()));
            shown.insert("references".to_owned(), json!(rule.references()));
            shown.insert("false_positives".to_owned(), json!(rule.falsepositives()));
            shown.insert("text".to_owned(), json!(rule.source));
        }
        print_json("rule", &shown)?;
        return Ok(Exit::Done);
    }
    // As comments, so that what is printed is a rule file.
    let fired = match hits.last {
        None => "it never matched".to_owned(),
        Some(last) => format!(
            "{}, {} in {SHOWN_DAYS} days, the last {}",
            output::count(hits.all, "match").replace("matchs", "matches"),
            hits.recent,
            ago(last, now())
        ),
    };
    let from = if packs::is_own(rule) {
        format!("{}:{}", rule.file, rule.line())
    } else {
        "comes with Ringfence".to_owned()
    };
    print(&format!(
        "{DIM}# {}: {from}; here: {}; {fired}{DIM:#}\n{}\n",
        rule.id,
        plain(&here(&judge, rule)),
        rule.source.trim_end()
    ))?;
    Ok(Exit::Done)
}
