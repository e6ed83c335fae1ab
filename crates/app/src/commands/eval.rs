//! `ringfence eval FILE…`: what is said of labelled commands and texts, counted.
//!
//! Each row goes through the whole pipeline, from an agent's payload to the decision, as
//! one call or result of a session of its own. Nothing of it is run or recorded.

mod row;

use crate::cli::{Eval, EvalList};
use crate::judge::Judge;
use crate::output::{BOLD, Exit, print, print_json, table};
use crate::places::Places;
use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;
use ringfence_event::{Decision, Labels, SecretMark, Severity, Verdict};
use ringfence_store::visible;
use row::Line;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::Path;

/// Longest row that is read, in bytes.
const LONGEST: u64 = 4 << 20;

/// Rows between two words about how far it is.
const TELL_EVERY: u64 = 1000;

/// What came of a row, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// No rule spoke.
    None,
    /// A rule noted something that is no alarm by itself.
    Note,
    Alert,
    Ask,
    Deny,
}

impl Outcome {
    fn of(decision: &Decision) -> Outcome {
        let worst = decision.findings.iter().map(|finding| finding.severity);
        match (decision.verdict, worst.max()) {
            (Verdict::Deny, _) => Outcome::Deny,
            (Verdict::Ask, _) => Outcome::Ask,
            (_, None) => Outcome::None,
            (_, Some(severity)) if severity >= Severity::Medium => Outcome::Alert,
            (_, Some(_)) => Outcome::Note,
        }
    }
}

/// How many rows came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Counts {
    rows: u64,
    deny: u64,
    ask: u64,
    alert: u64,
    note: u64,
    none: u64,
    /// Rows in which a secret was found.
    found: u64,
    /// Rows in which personal data was found.
    personal: u64,
}

impl Counts {
    fn add(&mut self, outcome: Outcome, labels: &Labels) {
        self.rows += 1;
        self.found += u64::from(!labels.secrets.is_empty());
        self.personal += u64::from(!labels.personal.is_empty());
        *match outcome {
            Outcome::Deny => &mut self.deny,
            Outcome::Ask => &mut self.ask,
            Outcome::Alert => &mut self.alert,
            Outcome::Note => &mut self.note,
            Outcome::None => &mut self.none,
        } += 1;
    }

    fn noticed(self) -> u64 {
        self.deny + self.ask + self.alert
    }
}

/// A row that was asked for with `--list`.
#[derive(Serialize)]
struct Listed {
    file: String,
    line: u64,
    label: String,
    source: String,
    kind: String,
    group: String,
    outcome: Outcome,
    rules: Vec<String>,
    /// Secrets that were found, masked.
    secrets: Vec<String>,
    /// Kinds of personal data that were found.
    personal: Vec<String>,
    /// How much it gives orders to a model, in tenths; absent if not at all.
    score: Option<i32>,
    text: String,
}

#[derive(Default, Serialize)]
struct Evaluation {
    all: Counts,
    by_file: BTreeMap<String, Counts>,
    by_label: BTreeMap<String, Counts>,
    by_source: BTreeMap<String, Counts>,
    by_kind: BTreeMap<String, Counts>,
    by_rule: BTreeMap<String, u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    listed: Vec<Listed>,
}

impl Evaluation {
    fn add(
        &mut self,
        file: &str,
        number: u64,
        line: Line,
        (labels, decision): (&Labels, &Decision),
        list: Option<EvalList>,
    ) {
        let outcome = Outcome::of(decision);
        let rules = || {
            decision
                .findings
                .iter()
                .map(|finding| finding.rule.to_string())
        };
        self.all.add(outcome, labels);
        for (counts, name) in [
            (&mut self.by_file, file),
            (&mut self.by_label, &line.label),
            (&mut self.by_source, &line.source),
            (&mut self.by_kind, &line.kind),
        ] {
            let counts = counts.entry(name.to_owned()).or_default();
            counts.add(outcome, labels);
        }
        for rule in rules() {
            *self.by_rule.entry(rule).or_default() += 1;
        }
        let wanted = match list {
            Some(EvalList::Missed) => outcome < Outcome::Alert,
            Some(EvalList::Flagged) => outcome >= Outcome::Alert,
            Some(EvalList::All) => true,
            None => false,
        };
        if wanted {
            self.listed.push(Listed {
                file: file.to_owned(),
                line: number,
                label: line.label,
                source: line.source,
                kind: line.kind,
                group: line.split_key,
                outcome,
                rules: rules().collect(),
                secrets: labels.secrets.iter().map(masked).collect(),
                personal: (labels.personal.iter())
                    .map(|mark| mark.kind.clone())
                    .collect(),
                score: labels.injections.iter().map(|mark| mark.score).max(),
                text: line.text,
            });
        }
    }
}

pub(super) fn run(args: &Eval, places: &Places) -> Result<Exit> {
    let judge = Judge::load(places)?.imagining().counting_personal_data();
    let mut evaluation = Evaluation::default();
    for path in &args.files {
        evaluate(path, args, &judge, &mut evaluation)
            .with_context(|| format!("failed to evaluate `{}`", path.display()))?;
    }
    if args.json {
        print_json("eval", &evaluation)?;
    } else {
        print(&text(&evaluation))?;
    }
    Ok(Exit::Done)
}

fn evaluate(path: &Path, args: &Eval, judge: &Judge, into: &mut Evaluation) -> Result<()> {
    let name = path.display().to_string();
    let tells = std::io::stderr().is_terminal() && !args.json;
    let mut reader = open(path)?;
    for number in 1_u64.. {
        let mut bytes = Vec::new();
        if reader
            .by_ref()
            .take(LONGEST)
            .read_until(b'\n', &mut bytes)?
            == 0
        {
            break;
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let line: Line = serde_json::from_slice(&bytes).with_context(|| {
            format!(
                "line {number} is no row\nhint: each is an object with `text`, `label` and `source`"
            )
        })?;
        let event = row::event(&line, judge, number)?;
        let decision = judge.consider(&event);
        into.add(&name, number, line, (&event.labels, &decision), args.list);
        if tells && number % TELL_EVERY == 0 {
            write!(std::io::stderr(), "\r{name}: {number} rows").unwrap_or_default();
        }
    }
    if tells {
        writeln!(std::io::stderr(), "\r").unwrap_or_default();
    }
    Ok(())
}

fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    let file = File::open(path)?;
    Ok(if path.extension().is_some_and(|ending| ending == "gz") {
        Box::new(BufReader::new(MultiGzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    })
}

fn masked(mark: &SecretMark) -> String {
    format!("{} {}", mark.kind, mark.masked)
}

fn text(evaluation: &Evaluation) -> String {
    let mut text = String::new();
    for (what, counts) in [
        ("file", &evaluation.by_file),
        ("label", &evaluation.by_label),
        ("source", &evaluation.by_source),
        ("kind", &evaluation.by_kind),
    ] {
        if counts.keys().all(String::is_empty) {
            continue;
        }
        let head = [
            what, "rows", "deny", "ask", "alert", "note", "none", "noticed", "secrets", "personal",
        ];
        let mut rows = vec![
            head.iter()
                .map(|name| format!("{BOLD}{name}{BOLD:#}"))
                .collect(),
        ];
        rows.extend(counts.iter().map(|(name, counts)| row(name, *counts)));
        text.push_str(&table(&rows));
        text.push('\n');
    }
    for listed in &evaluation.listed {
        text.push_str(&format!(
            "{}:{} [{}] {} {}\n    {}\n",
            listed.file,
            listed.line,
            visible(&listed.label),
            listed.rules.join(", "),
            listed.secrets.join(", "),
            visible(&listed.text)
        ));
    }
    text
}

fn row(name: &str, counts: Counts) -> Vec<String> {
    let name = if name.is_empty() {
        "-".to_owned()
    } else {
        visible(name)
    };
    let numbers = [
        counts.rows,
        counts.deny,
        counts.ask,
        counts.alert,
        counts.note,
        counts.none,
    ];
    let mut row = vec![name];
    row.extend(numbers.iter().map(u64::to_string));
    // In tenths of a percent, without a float.
    let share = counts.noticed() * 1000 / counts.rows.max(1);
    row.push(format!("{}.{} %", share / 10, share % 10));
    row.push(counts.found.to_string());
    row.push(counts.personal.to_string());
    row
}
