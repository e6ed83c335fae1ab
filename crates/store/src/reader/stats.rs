//! The record counted up: events from the rollups, findings from the main database.

use super::segment::Segment;
use super::select::ALL;
use super::{Reader, failed};
use crate::segment::minute;
use crate::{StoreError, codes};
use ringfence_event::{AgentKind, Timestamp, Verdict};
use rusqlite::params_from_iter;
use rusqlite::types::Value;
use serde::Serialize;
use std::collections::BTreeMap;

const MICROS_PER_MINUTE: i64 = 60_000_000;
const MINUTES_PER_HOUR: i64 = 60;

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

impl Reader {
    /// Counts up what happened at a moment or later, or all that is kept.
    pub fn stats(&self, since: Option<Timestamp>) -> Result<Stats, StoreError> {
        let since = since.map(|moment| moment.0);
        let at = (since.unwrap_or(i64::MIN), i64::MAX);
        let mut stats = Stats::default();
        let may_hold = |listed: &super::segments::Listed| listed.may_hold(ALL, at);
        self.visit(false, may_hold, |segment| {
            count_events(segment, since, &mut stats)?;
            for (newest, end) in [(false, &mut stats.first), (true, &mut stats.last)] {
                let found = end_of(segment, at.0, newest)?;
                let outer = |one: i64, other: i64| {
                    if newest {
                        one.max(other)
                    } else {
                        one.min(other)
                    }
                };
                let before = end.map(|moment| moment.0);
                let both = found.map(|found| before.map_or(found, |before| outer(before, found)));
                *end = both.or(before).map(Timestamp);
            }
            Ok(false)
        })?;
        self.count_findings(since, &mut stats).map_err(failed())?;
        Ok(stats)
    }

    fn count_findings(&self, since: Option<i64>, stats: &mut Stats) -> rusqlite::Result<()> {
        let condition = if since.is_some() { "WHERE at >= ?" } else { "" };
        let mut statement = self.main.prepare_cached(&format!(
            "SELECT rule, severity, count(*) FROM finding {condition} GROUP BY 1, 2"
        ))?;
        let mut rows = statement.query(params_from_iter(since))?;
        while let Some(row) = rows.next()? {
            let (rule, n): (String, u64) = (row.get(0)?, row.get(2)?);
            stats.findings += n;
            *stats.by_rule.entry(rule).or_default() += n;
            if let Some(severity) = codes::severity_of(row.get(1)?) {
                add(&mut stats.by_severity, severity.name(), n);
            }
        }
        Ok(())
    }
}

fn add(counts: &mut BTreeMap<String, u64>, name: &str, n: u64) {
    match counts.get_mut(name) {
        Some(count) => *count += n,
        None => drop(counts.insert(name.to_owned(), n)),
    }
}

/// Counts from the hours, from the minutes before the first whole hour, and from the
/// events before the first whole minute.
fn count_events(
    segment: &Segment,
    since: Option<i64>,
    stats: &mut Stats,
) -> Result<(), StoreError> {
    const SORTS: &str = "SELECT kind, does, agent, verdict";
    let Some(since) = since else {
        let sql = format!("{SORTS}, sum(n) FROM hour GROUP BY 1, 2, 3, 4");
        return add_all(segment, &sql, Vec::new(), stats);
    };
    let first_minute = minute(since.saturating_sub(1)) + 1;
    let first_hour = (first_minute - 1).div_euclid(MINUTES_PER_HOUR) + 1;
    let sql = format!("{SORTS}, sum(n) FROM hour WHERE hour >= ? GROUP BY 1, 2, 3, 4");
    add_all(segment, &sql, vec![first_hour.into()], stats)?;
    let sql =
        format!("{SORTS}, sum(n) FROM minute WHERE minute >= ? AND minute < ? GROUP BY 1, 2, 3, 4");
    let values = [first_minute, first_hour * MINUTES_PER_HOUR];
    add_all(segment, &sql, values.map(Value::from).to_vec(), stats)?;
    let sql = format!(
        "{SORTS}, count(*) FROM event NOT INDEXED
         WHERE seq BETWEEN (SELECT first FROM minute_seq WHERE minute = ?1)
                AND (SELECT last FROM minute_seq WHERE minute = ?1)
            AND at >= ?2 AND at < ?3 GROUP BY 1, 2, 3, 4"
    );
    let end = first_minute.saturating_mul(MICROS_PER_MINUTE);
    let values = [first_minute - 1, since, end];
    add_all(segment, &sql, values.map(Value::from).to_vec(), stats)
}

fn add_all(
    segment: &Segment,
    sql: &str,
    values: Vec<Value>,
    stats: &mut Stats,
) -> Result<(), StoreError> {
    let added = || {
        let mut statement = segment.events.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let n: u64 = row.get(4)?;
            let verdict = codes::verdict_of(row.get(3)?);
            stats.events += n;
            add(&mut stats.by_kind, codes::kind_name(row.get(0)?), n);
            if let Some(does) = codes::does_name(row.get(1)?) {
                add(&mut stats.by_operation, does, n);
            }
            let agent = codes::agent_of(row.get(2)?).map_or("none", AgentKind::name);
            add(&mut stats.by_agent, agent, n);
            add(&mut stats.by_verdict, verdict.name(), n);
            match verdict {
                Verdict::Allow | Verdict::Alert => {}
                Verdict::Ask => stats.asked += n,
                Verdict::Deny => stats.denied += n,
            }
        }
        Ok(())
    };
    added().map_err(failed())
}

/// The first or last moment of a segment that is not before another.
fn end_of(segment: &Segment, since: i64, newest: bool) -> Result<Option<i64>, StoreError> {
    let direction = super::filter::direction(newest);
    // The minute in which `since` lies may have only what is before it; the next has not.
    let minutes = segment.numbers(
        &format!(
            "SELECT minute FROM minute_seq WHERE minute >= ? ORDER BY minute {direction} LIMIT 2"
        ),
        vec![minute(since).into()],
    )?;
    for minute in minutes {
        let begin = minute.saturating_mul(MICROS_PER_MINUTE);
        let end = begin.saturating_add(MICROS_PER_MINUTE);
        let sql = format!(
            "SELECT {}(at) FROM event NOT INDEXED
             WHERE seq BETWEEN (SELECT first FROM minute_seq WHERE minute = ?1)
                    AND (SELECT last FROM minute_seq WHERE minute = ?1)
                AND at >= ?2 AND at < ?3",
            if newest { "max" } else { "min" }
        );
        let values = [minute, begin.max(since), end].map(Value::from);
        let found = segment.number(&sql, values.to_vec())?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
