//! What was noted of events and is not in the main database yet, added up.
//!
//! **Invariant:** it is written as often as it takes, and forgotten once it is stored.

use crate::codes;
use crate::record::Row;
use ringfence_event::{Finding, Severity, Source, Verdict};
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Sessions that are remembered as known, so that a new one is seen at once.
const KNOWN: usize = 4096;

/// What was noted.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// Segments whose line in the list has changed.
    pub(super) touched: BTreeSet<u32>,
    /// By agent and name.
    sessions: BTreeMap<i64, HashMap<String, Session>>,
    hooks: BTreeMap<i64, Hook>,
    rules: BTreeMap<String, Rule>,
    findings: Vec<Found>,
    known: HashSet<(i64, String)>,
}

/// What is added to a session.
#[derive(Debug)]
struct Session {
    first: i64,
    last: i64,
    last_seq: i64,
    cwd: Option<String>,
    prompt: Option<String>,
    events: i64,
    tool_calls: i64,
    denied: i64,
    losses: i64,
    /// Findings by severity.
    findings: [i64; Severity::ALL.len()],
}

#[derive(Debug, Default)]
struct Hook {
    at: Option<i64>,
    moment: Option<String>,
    session: Option<String>,
    total: i64,
}

#[derive(Debug, Default)]
struct Rule {
    hits: i64,
    last: i64,
}

#[derive(Debug)]
struct Found {
    seq: i64,
    agent: i64,
    session: Option<String>,
    summary: String,
    finding: Finding,
}

impl Pending {
    /// Adds an event; returns whether somebody should see it at once.
    pub(super) fn note(&mut self, seq: i64, row: &Row) -> bool {
        for finding in &row.findings {
            let rule = self.rules.entry(finding.rule.0.clone()).or_default();
            rule.hits += 1;
            rule.last = rule.last.max(finding.at.0);
            self.findings.push(Found {
                seq,
                agent: row.agent,
                session: row.texts.session().map(str::to_owned),
                summary: row.texts.summary().to_owned(),
                finding: finding.clone(),
            });
        }
        if row.source == codes::source(Source::Hook) && row.agent > 0 {
            self.hooks.entry(row.agent).or_default().note(row);
        }
        let is_new = self.note_session(seq, row);
        is_new || !row.findings.is_empty()
    }

    fn note_session(&mut self, seq: i64, row: &Row) -> bool {
        let Some(name) = row.texts.session() else {
            return false;
        };
        let sessions = self.sessions.entry(row.agent).or_default();
        if let Some(session) = sessions.get_mut(name) {
            session.note(seq, row);
            return false;
        }
        let session = sessions.entry(name.to_owned()).or_insert(Session::at(row));
        session.note(seq, row);
        if self.known.len() >= KNOWN {
            self.known.clear();
        }
        self.known.insert((row.agent, name.to_owned()))
    }

    /// It is stored.
    pub(super) fn written(&mut self) {
        self.touched.clear();
        self.sessions.clear();
        self.hooks.clear();
        self.rules.clear();
        self.findings.clear();
    }

    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        for (agent, sessions) in &self.sessions {
            for (name, session) in sessions {
                session.write(connection, *agent, name)?;
            }
        }
        for (agent, hook) in &self.hooks {
            hook.write(connection, *agent)?;
        }
        for (id, rule) in &self.rules {
            connection
                .prepare_cached(
                    "INSERT INTO rule (id, hits, last) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE
                     SET hits = hits + excluded.hits, last = max(last, excluded.last)",
                )?
                .execute(params![id, rule.hits, rule.last])?;
        }
        for found in &self.findings {
            found.write(connection)?;
        }
        Ok(())
    }
}

impl Session {
    fn at(row: &Row) -> Session {
        Session {
            first: row.at,
            last: row.at,
            last_seq: 0,
            cwd: None,
            prompt: None,
            events: 0,
            tool_calls: 0,
            denied: 0,
            losses: 0,
            findings: [0; Severity::ALL.len()],
        }
    }

    fn note(&mut self, seq: i64, row: &Row) {
        let is_latest = row.at >= self.last;
        self.first = self.first.min(row.at);
        self.last = self.last.max(row.at);
        self.last_seq = seq;
        // A process of the session may work elsewhere than the session does.
        let cwd = row.texts.cwd();
        let cwd = cwd.filter(|_| row.source != codes::source(Source::Kernel));
        if cwd.is_some() && (is_latest || self.cwd.is_none()) && cwd != self.cwd.as_deref() {
            self.cwd = cwd.map(str::to_owned);
        }
        if row.kind == codes::PROMPT && self.prompt.is_none() {
            self.prompt = Some(row.texts.summary().to_owned());
        }
        self.events += 1;
        self.tool_calls += i64::from(row.kind == codes::TOOL_CALL && !row.repeats);
        self.denied += i64::from(row.verdict == codes::verdict(Verdict::Deny));
        self.losses += i64::from(row.kind == codes::LOST);
        for finding in &row.findings {
            let place = Severity::ALL
                .iter()
                .position(|severity| *severity == finding.severity);
            if let Some(count) = place.and_then(|place| self.findings.get_mut(place)) {
                *count += 1;
            }
        }
    }

    fn write(&self, connection: &Connection, agent: i64, name: &str) -> rusqlite::Result<()> {
        let [informational, low, medium, high, critical] = self.findings;
        connection
            .prepare_cached(
                "INSERT INTO session (agent, session, first, last, last_seq, cwd, prompt, events,
                    tool_calls, denied, informational, low, medium, high, critical, losses)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
                 ON CONFLICT DO UPDATE SET
                    first = min(first, excluded.first),
                    last = max(last, excluded.last),
                    last_seq = excluded.last_seq,
                    cwd = CASE WHEN excluded.last >= last THEN coalesce(excluded.cwd, cwd)
                        ELSE coalesce(cwd, excluded.cwd) END,
                    prompt = coalesce(prompt, excluded.prompt),
                    events = events + excluded.events,
                    tool_calls = tool_calls + excluded.tool_calls,
                    denied = denied + excluded.denied,
                    informational = informational + excluded.informational,
                    low = low + excluded.low,
                    medium = medium + excluded.medium,
                    high = high + excluded.high,
                    critical = critical + excluded.critical,
                    losses = losses + excluded.losses",
            )?
            .execute(params![
                agent,
                name,
                self.first,
                self.last,
                self.last_seq,
                self.cwd,
                self.prompt,
                self.events,
                self.tool_calls,
                self.denied,
                informational,
                low,
                medium,
                high,
                critical,
                self.losses,
            ])?;
        Ok(())
    }
}

/// Mostly it is the same again.
fn set(text: &mut Option<String>, new: Option<&str>) {
    if text.as_deref() != new {
        *text = new.map(str::to_owned);
    }
}

impl Hook {
    fn note(&mut self, row: &Row) {
        self.total += 1;
        if self.at.is_none_or(|at| row.at >= at) {
            self.at = Some(row.at);
            set(&mut self.moment, row.texts.moment());
            set(&mut self.session, row.texts.session());
        }
    }

    fn write(&self, connection: &Connection, agent: i64) -> rusqlite::Result<()> {
        connection
            .prepare_cached(
                "INSERT INTO hook (agent, at, moment, session, total)
                 VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET
                    moment = CASE WHEN excluded.at >= at THEN excluded.moment ELSE moment END,
                    session = CASE WHEN excluded.at >= at THEN excluded.session ELSE session END,
                    at = max(at, excluded.at),
                    total = total + excluded.total",
            )?
            .execute(params![
                agent,
                self.at.unwrap_or_default(),
                self.moment,
                self.session,
                self.total
            ])?;
        Ok(())
    }
}

impl Found {
    fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let finding = &self.finding;
        let detail = serde_json::to_string(finding)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        connection
            .prepare_cached(
                "INSERT INTO finding (id, event, at, agent, session, rule, severity, verdict,
                    summary, title, reason, evidence, detail)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute(params![
                finding.id.as_str(),
                self.seq,
                finding.at.0,
                self.agent,
                self.session,
                finding.rule.as_str(),
                codes::severity(Some(finding.severity)),
                codes::verdict(finding.verdict),
                self.summary,
                finding.title,
                finding.reason,
                finding.evidence,
                detail,
            ])?;
        Ok(())
    }
}
