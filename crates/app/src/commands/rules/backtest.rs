//! `ringfence rules backtest`: what rules would have found in what was recorded here.
//!
//! **Invariant:** memory is bounded however long the record is: events are read some at a time,
//! and of each rule only the latest matches are kept. Nothing is written.

use super::super::narrow::{nothing_yet, reader};
use super::check::load;
use crate::cli::Backtest;
use crate::daemon::now;
use crate::judge::Judge;
use crate::output::{self, BOLD, DIM, Exit, YELLOW, clock, print, print_json, table};
use crate::packs::sentence;
use crate::places::Places;
use anyhow::{Result, bail};
use ringfence_detect::{Policy, ReportKind, RuleSet, Sessions};
use ringfence_event::{
    AgentKind, Decision, Finding, RuleId, SessionId, Severity, Timestamp, Verdict,
};
use ringfence_store::{EventFilter, EventId, Reader, StoredEvent, summary, visible};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{IsTerminal, Write};

/// Events that are in memory at once.
const AT_ONCE: usize = 256;

/// Events between two words about how far it is.
const TELL_EVERY: u64 = 20 * AT_ONCE as u64;

/// Rules without a match that are named.
const NAMED: usize = 20;

/// What came of it.
#[derive(Default, Serialize)]
struct Report {
    since: Option<Timestamp>,
    /// Events that were looked at.
    events: u64,
    /// Events that at least one rule matched.
    matched: u64,
    /// Those of them that an enabled rule matches as well.
    already_found: u64,
    /// Events by the strictest verdict.
    by_verdict: BTreeMap<&'static str, u64>,
    rules: Vec<PerRule>,
    /// Rules that could not be used.
    unusable: usize,
}

#[derive(Serialize)]
struct PerRule {
    rule: RuleId,
    title: String,
    severity: Severity,
    /// What each match would have been answered with.
    verdict: Option<Verdict>,
    matches: u64,
    already_found: u64,
    samples: VecDeque<Sample>,
}

/// One match.
#[derive(Serialize)]
struct Sample {
    event: EventId,
    at: Timestamp,
    agent: Option<AgentKind>,
    session: Option<SessionId>,
    summary: String,
    evidence: String,
    /// Enabled rules that match it as well.
    already_found_by: Vec<RuleId>,
}

pub(super) fn run(args: &Backtest, places: &Places) -> Result<Exit> {
    let (rules, own) = load(Some(&args.path), places)?;
    let mistakes: Vec<String> = own.of_kind(ReportKind::Mistake).map(sentence).collect();
    if own.in_force.is_empty() {
        let why = mistakes
            .first()
            .map_or("no rules stand there", String::as_str);
        bail!("nothing in `{}` can be used: {why}", args.path.display());
    }
    let since = output::since(&args.since, now())?;
    let mut run = Run::new(&rules, &own.in_force.into_keys().collect(), args, places)?;
    run.report.since = Some(since);
    run.report.unusable = own.problems.len();
    let store = reader(places)?;
    if let Some(store) = &store {
        run.all(store, since)?;
    }
    let report = run.report;
    if args.json {
        print_json("backtest", &report)?;
    } else if report.events == 0 && store.is_none() {
        print(&nothing_yet(places))?;
    } else {
        print(&text(&report, &mistakes))?;
    }
    Ok(Exit::Done)
}

/// One walk through the record.
struct Run<'a> {
    rules: &'a RuleSet,
    policy: Policy,
    sessions: Sessions,
    /// Where the tried rules stand in the report.
    tried: BTreeMap<RuleId, usize>,
    report: Report,
    samples: usize,
    tells: bool,
}

impl<'a> Run<'a> {
    fn new(
        rules: &'a RuleSet,
        files: &BTreeSet<String>,
        args: &Backtest,
        places: &Places,
    ) -> Result<Run<'a>> {
        let mut policy = Judge::load(places)?.policy();
        let mut report = Report::default();
        let mut tried = BTreeMap::new();
        for rule in rules.rules().filter(|rule| files.contains(&rule.file)) {
            tried.insert(rule.id.clone(), report.rules.len());
            // What is switched off is tried all the same.
            policy.rules.remove(&rule.id);
            report.rules.push(PerRule {
                rule: rule.id.clone(),
                title: rule.title.clone(),
                severity: rule.severity,
                verdict: None,
                matches: 0,
                already_found: 0,
                samples: VecDeque::new(),
            });
        }
        Ok(Run {
            rules,
            policy,
            sessions: Sessions::new(),
            tried,
            report,
            samples: args.limit.into(),
            tells: std::io::stderr().is_terminal(),
        })
    }

    /// Goes through all events since a moment, up to now.
    fn all(&mut self, store: &Reader, since: Timestamp) -> Result<()> {
        let total = if self.tells {
            store.stats(Some(since), None)?.events
        } else {
            0
        };
        let mut filter = EventFilter {
            since: Some(since),
            until: Some(now()),
            after_seq: Some(0),
            limit: Some(AT_ONCE),
            ..EventFilter::default()
        };
        loop {
            let events = store.events(&filter)?;
            let Some(last) = events.last() else {
                break;
            };
            filter.after_seq = Some(last.id.seq);
            for stored in &events {
                self.one(stored);
            }
            let done = self.report.events;
            if self.tells && done.is_multiple_of(TELL_EVERY) {
                write!(std::io::stderr(), "\r{done} of {total} events").unwrap_or_default();
            }
        }
        if self.tells {
            write!(std::io::stderr(), "\r{:40}\r", "").unwrap_or_default();
        }
        Ok(())
    }

    /// Judges an event by the labels that it was stored with: those that a rule would have seen.
    fn one(&mut self, stored: &StoredEvent) {
        self.report.events += 1;
        let event = &stored.event;
        // Judged once, whoever tells of it.
        if event.labels.repeats.is_some() {
            return;
        }
        let (mut findings, steps) = self.rules.evaluate_with_steps(event, &self.policy);
        let observed = self.rules.observe(&mut self.sessions, event, &steps);
        findings.extend(self.rules.completed(&observed, event, &self.policy));
        if stored.verdict == Verdict::Deny {
            let sessions = &mut self.sessions;
            let observed = (self.rules).observe_denied(sessions, event, &steps, &observed);
            findings.extend(self.rules.completed(&observed, event, &self.policy));
        }
        let is_tried = |finding: &Finding| self.tried.contains_key(&finding.rule);
        let (tried, others): (Vec<Finding>, Vec<Finding>) =
            findings.into_iter().partition(is_tried);
        if tried.is_empty() {
            return;
        }
        let others: Vec<RuleId> = others.into_iter().map(|finding| finding.rule).collect();
        self.report.matched += 1;
        self.report.already_found += u64::from(!others.is_empty());
        for finding in &tried {
            self.count(finding, stored, &others);
        }
        let verdict = Decision::from_findings(tried).verdict.name();
        *self.report.by_verdict.entry(verdict).or_default() += 1;
    }

    fn count(&mut self, finding: &Finding, stored: &StoredEvent, others: &[RuleId]) {
        let place = self.tried.get(&finding.rule);
        let Some(rule) = place.and_then(|place| self.report.rules.get_mut(*place)) else {
            return;
        };
        rule.matches += 1;
        rule.already_found += u64::from(!others.is_empty());
        rule.verdict = Some(finding.verdict);
        if self.samples == 0 {
            return;
        }
        if rule.samples.len() == self.samples {
            rule.samples.pop_front();
        }
        rule.samples.push_back(Sample {
            event: stored.id,
            at: stored.event.at,
            agent: stored.event.agent,
            session: stored.event.session.clone(),
            summary: summary(&stored.event),
            evidence: finding.evidence.clone(),
            already_found_by: others.to_vec(),
        });
    }
}

fn text(report: &Report, mistakes: &[String]) -> String {
    let mut text = String::new();
    for mistake in mistakes {
        let mistake = mistake.replace('\n', "\n  ");
        text.push_str(&format!("{YELLOW}wrong:{YELLOW:#} {mistake}\n"));
    }
    let verdicts: Vec<String> = report
        .by_verdict
        .iter()
        .map(|(verdict, count)| format!("{verdict} {count}"))
        .collect();
    text.push_str(&format!(
        "{BOLD}{} looked at, {} matched{BOLD:#}",
        output::count(report.events, "event"),
        report.matched
    ));
    if report.matched > 0 {
        text.push_str(&format!(
            " ({}); {} of them are found by enabled rules already",
            verdicts.join(", "),
            report.already_found
        ));
    }
    text.push_str(".\n");
    let (mut loud, silent): (Vec<&PerRule>, Vec<&PerRule>) =
        report.rules.iter().partition(|rule| rule.matches > 0);
    loud.sort_by_key(|rule| std::cmp::Reverse(rule.matches));
    if !loud.is_empty() {
        text.push_str(&table(&rows(&loud)));
    }
    let now = now();
    for rule in &loud {
        text.push_str(&samples(rule, now));
    }
    if !silent.is_empty() {
        let names: Vec<&str> = silent
            .iter()
            .take(NAMED)
            .map(|rule| rule.rule.as_str())
            .collect();
        let more = if silent.len() > names.len() {
            ", …"
        } else {
            ""
        };
        text.push_str(&format!(
            "{DIM}{} without a match: {}{more}{DIM:#}\n",
            output::count(silent.len() as u64, "rule"),
            names.join(", ")
        ));
    }
    text
}

fn rows(loud: &[&PerRule]) -> Vec<Vec<String>> {
    let head = [
        "rule",
        "severity",
        "verdict",
        "matches",
        "already found",
        "what",
    ];
    let mut rows: Vec<Vec<String>> = vec![
        head.iter()
            .map(|name| format!("{BOLD}{name}{BOLD:#}"))
            .collect(),
    ];
    rows.extend(loud.iter().map(|rule| {
        vec![
            rule.rule.to_string(),
            output::severity(rule.severity),
            rule.verdict.map(output::verdict).unwrap_or_default(),
            rule.matches.to_string(),
            rule.already_found.to_string(),
            rule.title.clone(),
        ]
    }));
    rows
}

fn samples(rule: &PerRule, now: Timestamp) -> String {
    let mut text = String::new();
    if !rule.samples.is_empty() {
        text.push_str(&format!("\n{BOLD}{}{BOLD:#}\n", rule.rule));
    }
    for sample in &rule.samples {
        let found: Vec<&str> = sample.already_found_by.iter().map(RuleId::as_str).collect();
        let found = if found.is_empty() {
            String::new()
        } else {
            format!("  (found by {})", found.join(", "))
        };
        text.push_str(&format!(
            "  {} {}  {}{DIM}{found}{DIM:#}\n",
            sample.event,
            clock(sample.at, now),
            visible(&sample.summary)
        ));
    }
    text
}
