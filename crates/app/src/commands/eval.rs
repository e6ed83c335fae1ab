//! `ringfence eval FILE…`: what the rules say of labelled commands, counted.
//!
//! Each row goes through the whole pipeline, from an agent's payload to the decision, as
//! one tool call of a session of its own. Nothing of it is run or recorded.

use crate::cli::{Eval, EvalList};
use crate::judge::Judge;
use crate::output::{BOLD, Exit, print, print_json, table};
use crate::places::Places;
use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;
use ringfence_agents::Stamp;
use ringfence_enrich::Links;
use ringfence_event::{AgentKind, Decision, EventKey, Severity, Timestamp, Verdict};
use ringfence_store::visible;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::Path;
use uuid::Uuid;

/// Longest row that is read, in bytes.
const LONGEST: u64 = 4 << 20;

/// Rows between two words about how far it is.
const TELL_EVERY: u64 = 1000;

/// Where the commands seem to run.
const FOLDER: &str = "/home/dev/project";

/// One line of a file.
#[derive(Debug, Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    cwd: Option<String>,
}

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
}

impl Counts {
    fn add(&mut self, outcome: Outcome) {
        self.rows += 1;
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
    outcome: Outcome,
    rules: Vec<String>,
    text: String,
}

#[derive(Default, Serialize)]
struct Evaluation {
    all: Counts,
    by_file: BTreeMap<String, Counts>,
    by_label: BTreeMap<String, Counts>,
    by_source: BTreeMap<String, Counts>,
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
        decision: &Decision,
        list: Option<EvalList>,
    ) {
        let outcome = Outcome::of(decision);
        let rules = || {
            decision
                .findings
                .iter()
                .map(|finding| finding.rule.to_string())
        };
        self.all.add(outcome);
        for (counts, name) in [
            (&mut self.by_file, file),
            (&mut self.by_label, &line.label),
            (&mut self.by_source, &line.source),
        ] {
            counts.entry(name.to_owned()).or_default().add(outcome);
        }
        for rule in rules() {
            *self.by_rule.entry(rule).or_default() += 1;
        }
        let wanted = match list {
            Some(EvalList::Missed) => outcome < Outcome::Alert,
            Some(EvalList::Flagged) => outcome >= Outcome::Alert,
            None => false,
        };
        if wanted {
            self.listed.push(Listed {
                file: file.to_owned(),
                line: number,
                label: line.label,
                source: line.source,
                outcome,
                rules: rules().collect(),
                text: line.text,
            });
        }
    }
}

pub(super) fn run(args: &Eval, places: &Places) -> Result<Exit> {
    let judge = Judge::load(places)?.imagining();
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
        let decision = decide(&line, judge, number)?;
        into.add(&name, number, line, &decision, args.list);
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

/// The row as an agent would tell it, judged.
fn decide(line: &Line, judge: &Judge, number: u64) -> Result<Decision> {
    let payload = json!({
        "hook_event_name": "PreToolUse",
        "session_id": format!("eval-{number}"),
        "cwd": line.cwd.as_deref().unwrap_or(FOLDER),
        "tool_name": "Bash",
        "tool_input": { "command": line.text },
    });
    let stamp = Stamp {
        key: EventKey(Uuid::nil()),
        at: Timestamp(0),
        process: None,
    };
    let call =
        ringfence_agents::read_hook(AgentKind::ClaudeCode, payload.to_string().as_bytes(), stamp);
    let mut event = match call {
        Ok(call) => call.event,
        Err(error) => bail!("line {number} cannot be told as a tool call: {error}"),
    };
    judge.enrich(&mut event, &Nowhere);
    Ok(judge.consider(&event))
}

/// The commands are imagined: no link of this machine leads anywhere for them.
struct Nowhere;

impl Links for Nowhere {
    fn real(&self, _path: &str) -> Option<String> {
        None
    }
}

fn text(evaluation: &Evaluation) -> String {
    let mut text = String::new();
    for (what, counts) in [
        ("file", &evaluation.by_file),
        ("label", &evaluation.by_label),
        ("source", &evaluation.by_source),
    ] {
        let head = [
            what, "rows", "deny", "ask", "alert", "note", "none", "noticed",
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
            "{}:{} [{}] {}\n    {}\n",
            listed.file,
            listed.line,
            visible(&listed.label),
            listed.rules.join(", "),
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
    row
}
