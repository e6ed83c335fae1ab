//! Sessions, added up as their events came in.

use super::filter::{Conditions, SessionFilter, range, rows};
use super::select::ALL;
use super::{Reader, failed};
use crate::{StoreError, codes};
use ringfence_event::{AgentKind, SessionId, Severity, Timestamp};
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};
use serde::Serialize;
use std::collections::BTreeMap;

/// One session of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionSummary {
    /// Whose.
    pub agent: Option<AgentKind>,
    /// Which.
    pub session: SessionId,
    /// When its first event happened.
    pub first: Timestamp,
    /// When its last event happened.
    pub last: Timestamp,
    /// Where it last worked.
    pub cwd: Option<String>,
    /// Its first prompt in one line, as [`summary`](crate::summary()) gives it.
    pub prompt: Option<String>,
    /// How many events came of it.
    pub events: u64,
    /// How many of those are tool calls.
    pub tool_calls: u64,
    /// How many were denied.
    pub denied: u64,
    /// Whether the sensor lost something that the session did.
    pub incomplete: bool,
    /// How many findings, by severity.
    pub findings: BTreeMap<String, u64>,
}

const COLUMNS: &str = "SELECT agent, session, first, last, cwd, prompt, events, tool_calls, denied,
    informational, low, medium, high, critical, losses FROM session";

impl Reader {
    /// Returns the sessions that a filter asks for, the latest first. They are counted
    /// up to a second behind the events.
    pub fn sessions(&self, filter: &SessionFilter) -> Result<Vec<SessionSummary>, StoreError> {
        let mut all = Conditions::default();
        all.add(
            "agent = ?",
            filter.agent.map(|agent| codes::agent(Some(agent))),
        );
        all.begins("session >= ? AND session < ?", filter.session.as_deref());
        all.add("last >= ?", filter.since.map(|moment| moment.0));
        all.add("last < ?", filter.before.map(|moment| moment.0));
        let rest = format!(
            "{} ORDER BY last DESC, session DESC LIMIT {}",
            all.clause(),
            rows(filter.limit)
        );
        self.select_sessions(&rest, all.values)
    }

    /// Returns the session with this id; of several agents', the one heard of last.
    pub fn session(&self, session: &str) -> Result<Option<SessionSummary>, StoreError> {
        let rest = " WHERE session = ? ORDER BY last DESC LIMIT 1";
        let found = self.select_sessions(rest, vec![session.to_owned().into()]);
        Ok(found?.pop())
    }

    fn select_sessions(
        &self,
        rest: &str,
        values: Vec<Value>,
    ) -> Result<Vec<SessionSummary>, StoreError> {
        self.main
            .prepare_cached(&format!("{COLUMNS}{rest}"))
            .and_then(|mut statement| {
                statement
                    .query_map(params_from_iter(values), summary)?
                    .collect()
            })
            .map_err(failed())
    }

    /// The sessions that begin so, at most so many; the prefix itself is one of them, as
    /// a session that has just begun may not be counted yet.
    pub(super) fn sessions_named(
        &self,
        prefix: &str,
        most: usize,
    ) -> Result<Vec<String>, StoreError> {
        let [first, end] = range(prefix);
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let sql = "SELECT DISTINCT session FROM session WHERE session > ? AND session < ? LIMIT ?";
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut statement = self.main.prepare_cached(sql)?;
            let values = params_from_iter([first, end, limit.into()]);
            let rows = statement.query_map(values, |row| row.get(0))?;
            rows.collect()
        };
        let mut names = read().map_err(failed())?;
        names.insert(0, prefix.to_owned());
        Ok(names)
    }

    /// The first and last moment of the sessions that begin so, as far as they were
    /// counted: of what is in sealed segments, all is.
    pub(super) fn sessions_lived(&self, prefix: &str) -> Result<(i64, i64), StoreError> {
        let lived: (Option<i64>, Option<i64>) = self
            .main
            .prepare_cached(
                "SELECT min(first), max(last) FROM session WHERE session >= ? AND session < ?",
            )
            .and_then(|mut statement| {
                statement.query_row(params_from_iter(range(prefix)), |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
            })
            .map_err(failed())?;
        Ok(match lived {
            (Some(first), Some(last)) => (first, last),
            _ => ALL,
        })
    }
}

fn summary(row: &Row<'_>) -> rusqlite::Result<SessionSummary> {
    let mut findings = BTreeMap::new();
    for (place, severity) in (9..).zip(Severity::ALL) {
        let count: u64 = row.get(place)?;
        if count > 0 {
            findings.insert(severity.name().to_owned(), count);
        }
    }
    Ok(SessionSummary {
        agent: codes::agent_of(row.get(0)?),
        session: SessionId(row.get(1)?),
        first: Timestamp(row.get(2)?),
        last: Timestamp(row.get(3)?),
        cwd: row.get(4)?,
        prompt: row.get(5)?,
        events: row.get(6)?,
        tool_calls: row.get(7)?,
        denied: row.get(8)?,
        incomplete: row.get::<_, i64>(14)? > 0,
        findings,
    })
}
