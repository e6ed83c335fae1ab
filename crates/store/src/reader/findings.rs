//! Findings as they come back, with what they are about.

use super::filter::{Conditions, FindingFilter, anywhere, direction, range, rows};
use super::keys::MAX_CANDIDATES;
use super::{Reader, failed};
use crate::id::Identity;
use crate::{EventId, StoreError, codes};
use ringfence_event::{AgentKind, Finding, SessionId};
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};
use serde::Serialize;

const COLUMNS: &str = "SELECT event, agent, session, summary, detail FROM finding";

/// One finding, and the event it is about in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoredFinding {
    /// The event's place in the record.
    pub event_id: EventId,
    /// The agent that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentKind>,
    /// Its session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// The event in one line, as [`summary`](crate::summary()) gives it.
    pub summary: String,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
}

/// Says whether the findings of the record are still the same ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingsMark {
    identity: Identity,
    first: Option<i64>,
    last: Option<i64>,
    /// The last event that is gone for its age.
    pruned: Option<i64>,
}

struct FindingRow {
    seq: i64,
    agent: i64,
    session: Option<String>,
    summary: String,
    detail: String,
}

impl FindingRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<FindingRow> {
        Ok(FindingRow {
            seq: row.get(0)?,
            agent: row.get(1)?,
            session: row.get(2)?,
            summary: row.get(3)?,
            detail: row.get(4)?,
        })
    }
}

impl Reader {
    /// Returns a mark that is another one as soon as a finding came, or was deleted for its age.
    pub fn findings_mark(&self) -> Result<FindingsMark, StoreError> {
        // Each end is one step down the tree of numbers.
        let ends = "SELECT (SELECT min(number) FROM finding), (SELECT max(number) FROM finding),
            (SELECT value FROM meta WHERE name = 'pruned')";
        self.main
            .prepare_cached(ends)
            .and_then(|mut statement| {
                statement.query_row([], |row| {
                    Ok(FindingsMark {
                        identity: self.identity,
                        first: row.get(0)?,
                        last: row.get(1)?,
                        pruned: row.get(2)?,
                    })
                })
            })
            .map_err(failed())
    }

    /// Returns the findings that a filter asks for, in the order in which they were stored.
    pub fn findings(&self, filter: &FindingFilter) -> Result<Vec<StoredFinding>, StoreError> {
        let conditions = filter.conditions();
        let direction = direction(filter.newest_first);
        // Only numbers are put in order, not the findings with all their texts.
        let rest = format!(
            " WHERE number IN (SELECT number FROM finding{} ORDER BY number {direction} LIMIT {})
             ORDER BY number {direction}",
            conditions.clause(),
            rows(filter.limit),
        );
        self.select_findings(&rest, conditions.values)
    }

    /// Returns the finding that a person means by its id or the beginning of it; of
    /// several with the same id, the newest.
    pub fn finding(&self, id_or_prefix: &str) -> Result<Option<StoredFinding>, StoreError> {
        let name = id_or_prefix.trim().to_ascii_lowercase();
        if name.is_empty() {
            return Ok(None);
        }
        let candidates = self.ids_beginning(&name)?;
        let id = match candidates.as_slice() {
            [] => return Ok(None),
            [only] => only,
            [exact, ..] if *exact == name => exact,
            [_, ..] => {
                return Err(StoreError::Ambiguous {
                    prefix: name,
                    candidates,
                });
            }
        };
        let rest = " WHERE id = ? ORDER BY number DESC LIMIT 1";
        Ok(self.select_findings(rest, vec![id.clone().into()])?.pop())
    }

    fn ids_beginning(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.main
            .prepare_cached(&format!(
                "SELECT DISTINCT id FROM finding WHERE id >= ? AND id < ? ORDER BY id
                 LIMIT {MAX_CANDIDATES}"
            ))
            .and_then(|mut statement| {
                statement
                    .query_map(params_from_iter(range(prefix)), |row| row.get(0))?
                    .collect()
            })
            .map_err(failed())
    }

    fn select_findings(
        &self,
        rest: &str,
        values: Vec<Value>,
    ) -> Result<Vec<StoredFinding>, StoreError> {
        let rows: Vec<FindingRow> = self
            .main
            .prepare_cached(&format!("{COLUMNS}{rest}"))
            .and_then(|mut statement| {
                statement
                    .query_map(params_from_iter(values), FindingRow::read)?
                    .collect()
            })
            .map_err(failed())?;
        rows.into_iter()
            .map(|row| self.stored_finding(row))
            .collect()
    }

    fn stored_finding(&self, row: FindingRow) -> Result<StoredFinding, StoreError> {
        let seq = row.seq;
        let damaged = |source| StoreError::Damaged { seq, source };
        Ok(StoredFinding {
            event_id: self.id(seq),
            agent: codes::agent_of(row.agent),
            session: row.session.map(SessionId),
            summary: row.summary,
            finding: serde_json::from_str(&row.detail).map_err(damaged)?,
        })
    }
}

impl FindingFilter {
    fn conditions(&self) -> Conditions {
        let mut all = Conditions::default();
        let severity = self
            .severity
            .map(|severity| codes::severity(Some(severity)));
        all.add("rule = ?", self.rule.as_ref().map(|rule| rule.0.clone()));
        all.add("severity >= ?", severity);
        all.add("verdict >= ?", self.verdict.map(codes::verdict));
        all.add(
            "agent = ?",
            self.agent.map(|agent| codes::agent(Some(agent))),
        );
        all.begins("session >= ? AND session < ?", self.session.as_deref());
        all.add(
            "session IN (SELECT session FROM session
                WHERE cwd = ? OR substr(cwd, 1, length(?) + 1) = ? || '/')",
            (self.project.as_deref()).map(|top| top.trim_end_matches('/').to_owned()),
        );
        all.add(
            r"(summary LIKE ? ESCAPE '\' OR title LIKE ? ESCAPE '\'
                OR reason LIKE ? ESCAPE '\' OR evidence LIKE ? ESCAPE '\')",
            self.text.as_deref().map(anywhere),
        );
        all.add("at >= ?", self.since.map(|moment| moment.0));
        all.add("at < ?", self.until.map(|moment| moment.0));
        all.add("event > ?", self.after_seq);
        all.add("event < ?", self.before_seq);
        all
    }
}
