//! The record counted up: sessions, totals, and when each agent was last heard of.

use super::filter::{SessionFilter, order};
use super::{Reader, failed};
use crate::StoreError;
use crate::schema::{severity_of, verdict_of, verdict_rank};
use ringfence_event::{AgentKind, SessionId, Timestamp, Verdict};
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use serde::Serialize;
use std::collections::BTreeMap;

/// One session of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionSummary {
    /// Whose.
    pub agent: Option<AgentKind>,
    /// Which.
    pub session: SessionId,
    /// Its first event that is still kept.
    pub first: Timestamp,
    /// Its last event.
    pub last: Timestamp,
    /// Where it last worked.
    pub cwd: Option<String>,
    /// How many events are kept of it.
    pub events: u64,
    /// How many of those are tool calls.
    pub tool_calls: u64,
    /// How many were denied.
    pub denied: u64,
    /// How many findings, by severity.
    pub findings: BTreeMap<String, u64>,
}

/// The record counted up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// How many events.
    pub events: u64,
    /// The first of them.
    pub first: Option<Timestamp>,
    /// The last of them.
    pub last: Option<Timestamp>,
    /// Events by agent; those of no agent under `none`.
    pub by_agent: BTreeMap<String, u64>,
    /// Events by kind.
    pub by_kind: BTreeMap<String, u64>,
    /// Tool events by what the tool does.
    pub by_operation: BTreeMap<String, u64>,
    /// Events by verdict.
    pub by_verdict: BTreeMap<String, u64>,
    /// How many events were denied.
    pub denied: u64,
    /// How many events a person was asked about.
    pub asked: u64,
    /// How many findings.
    pub findings: u64,
    /// Findings by rule.
    pub by_rule: BTreeMap<String, u64>,
    /// Findings by severity.
    pub by_severity: BTreeMap<String, u64>,
}

/// When an agent's hook was last heard of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LastHook {
    /// Whose.
    pub agent: AgentKind,
    /// When.
    pub at: Timestamp,
    /// What it reported, in the agent's word.
    pub moment: Option<String>,
    /// In which session.
    pub session: Option<SessionId>,
    /// How many of its hook events are kept.
    pub total: u64,
}

impl Reader {
    /// Returns the sessions that a filter asks for, the latest first.
    pub fn sessions(&self, filter: &SessionFilter) -> Result<Vec<SessionSummary>, StoreError> {
        let mut conditions = filter.conditions();
        let and = if conditions.clause().is_empty() {
            " WHERE"
        } else {
            " AND"
        };
        let since = filter.since.map_or(i64::MIN, |moment| moment.0);
        let sql = format!(
            "SELECT agent, session, min(at), max(at) AS last, count(*),
                sum(kind = 'tool_call'), sum(verdict = ?)
             FROM event{}{and} session IS NOT NULL
             GROUP BY session, agent HAVING last >= ?{}",
            conditions.clause(),
            order(true, ["last", "session"], filter.limit),
        );
        conditions
            .values
            .insert(0, verdict_rank(Verdict::Deny).into());
        conditions.values.push(since.into());
        let view = self.connection.unchecked_transaction().map_err(failed())?;
        let mut sessions: Vec<SessionSummary> = view
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                let values = params_from_iter(conditions.values);
                statement.query_map(values, session)?.collect()
            })
            .map_err(failed())?;
        for session in &mut sessions {
            self.complete(session).map_err(failed())?;
        }
        Ok(sessions)
    }

    fn complete(&self, session: &mut SessionSummary) -> rusqlite::Result<()> {
        let agent = session.agent.map(AgentKind::name);
        let id = session.session.as_str();
        session.cwd = self
            .connection
            .prepare_cached(
                "SELECT cwd FROM event WHERE session = ?1 AND agent IS ?2 AND cwd IS NOT NULL
                 ORDER BY at DESC LIMIT 1",
            )?
            .query_map(params![id, agent], |row| row.get(0))?
            .next()
            .transpose()?;
        let found = self
            .connection
            .prepare_cached(
                "SELECT finding.severity, count(*) FROM event
                 JOIN finding ON finding.event = event.seq
                 WHERE session = ?1 AND agent IS ?2 GROUP BY 1",
            )?
            .query_map(params![id, agent], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<Vec<(i64, u64)>>>()?;
        session.findings = found
            .into_iter()
            .map(|(rank, count)| (severity_of(rank).name().to_owned(), count))
            .collect();
        Ok(())
    }

    /// Counts up what happened at a moment or later, or all that is kept.
    pub fn stats(&self, since: Option<Timestamp>) -> Result<Stats, StoreError> {
        self.count_up(since).map_err(failed())
    }

    fn count_up(&self, since: Option<Timestamp>) -> rusqlite::Result<Stats> {
        let view = self.connection.unchecked_transaction()?;
        let since = since.map_or(i64::MIN, |moment| moment.0);
        let (events, first, last): (u64, Option<i64>, Option<i64>) = view.query_row(
            "SELECT count(*), min(at), max(at) FROM event WHERE at >= ?",
            [since],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let verdicts = self.numbers(
            "SELECT verdict, count(*) FROM event WHERE at >= ? GROUP BY 1",
            since,
        )?;
        let severities = self.numbers(
            "SELECT severity, count(*) FROM finding WHERE at >= ? GROUP BY 1",
            since,
        )?;
        let of = |verdict| verdicts.get(&verdict_rank(verdict)).copied().unwrap_or(0);
        Ok(Stats {
            events,
            first: first.map(Timestamp),
            last: last.map(Timestamp),
            by_agent: self.words(
                "SELECT coalesce(agent, 'none'), count(*) FROM event WHERE at >= ? GROUP BY 1",
                since,
            )?,
            by_kind: self.words(
                "SELECT kind, count(*) FROM event WHERE at >= ? GROUP BY 1",
                since,
            )?,
            by_operation: self.words(
                "SELECT does, count(*) FROM event WHERE at >= ? AND does IS NOT NULL GROUP BY 1",
                since,
            )?,
            denied: of(Verdict::Deny),
            asked: of(Verdict::Ask),
            by_verdict: named(&verdicts, |rank| verdict_of(rank).name()),
            findings: severities.values().sum(),
            by_rule: self.words(
                "SELECT rule, count(*) FROM finding WHERE at >= ? GROUP BY 1",
                since,
            )?,
            by_severity: named(&severities, |rank| severity_of(rank).name()),
        })
    }

    fn words(&self, sql: &str, since: i64) -> rusqlite::Result<BTreeMap<String, u64>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        statement
            .query_map([since], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    }

    fn numbers(&self, sql: &str, since: i64) -> rusqlite::Result<BTreeMap<i64, u64>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        statement
            .query_map([since], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    }

    /// Returns when each agent's hook was last heard of, for those that ever were.
    pub fn last_hooks(&self) -> Result<Vec<LastHook>, StoreError> {
        let view = self.connection.unchecked_transaction().map_err(failed())?;
        let hooks = AgentKind::ALL.into_iter();
        hooks
            .filter_map(|agent| last_hook(&view, agent).transpose())
            .collect::<rusqlite::Result<_>>()
            .map_err(failed())
    }
}

fn last_hook(connection: &Connection, agent: AgentKind) -> rusqlite::Result<Option<LastHook>> {
    let name = agent.name();
    let total = connection
        .prepare_cached("SELECT count(*) FROM event WHERE agent = ? AND source = 'hook'")?
        .query_row([name], |row| row.get(0))?;
    connection
        .prepare_cached(
            "SELECT at, moment, session FROM event WHERE agent = ? AND source = 'hook'
             ORDER BY at DESC, seq DESC LIMIT 1",
        )?
        .query_row([name], |row| {
            Ok(LastHook {
                agent,
                at: Timestamp(row.get(0)?),
                moment: row.get(1)?,
                session: row.get::<_, Option<String>>(2)?.map(SessionId),
                total,
            })
        })
        .optional()
}

fn session(row: &Row<'_>) -> rusqlite::Result<SessionSummary> {
    let agent: Option<String> = row.get(0)?;
    Ok(SessionSummary {
        agent: agent.as_deref().and_then(AgentKind::from_name),
        session: SessionId(row.get(1)?),
        first: Timestamp(row.get(2)?),
        last: Timestamp(row.get(3)?),
        cwd: None,
        events: row.get(4)?,
        tool_calls: row.get(5)?,
        denied: row.get(6)?,
        findings: BTreeMap::new(),
    })
}

fn named(counts: &BTreeMap<i64, u64>, name: impl Fn(i64) -> &'static str) -> BTreeMap<String, u64> {
    let entries = counts.iter();
    entries
        .map(|(rank, count)| (name(*rank).to_owned(), *count))
        .collect()
}
