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
    /// Counts up what happened at a moment or later and before another, or all that is kept.
    pub fn stats(
        &self,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Result<Stats, StoreError> {
        let since = since.map_or(i64::MIN, |moment| moment.0);
        let last = until.map_or(Some(i64::MAX), |moment| moment.0.checked_sub(1));
        let Some(last) = last.filter(|last| since <= *last) else {
            return Ok(Stats::default());
        };
        let at = (since, last);
        let mut stats = Stats::default();
        let may_hold = |listed: &super::segments::Listed| listed.may_hold(ALL, at);
        self.visit(false, may_hold, |segment| {
            count_events(segment, at, &mut stats)?;
            for (newest, end) in [(false, &mut stats.first), (true, &mut stats.last)] {
                let found = end_of(segment, at, newest)?;
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
        self.count_findings(at, &mut stats).map_err(failed())?;
        Ok(stats)
    }

    fn count_findings(&self, at: (i64, i64), stats: &mut Stats) -> rusqlite::Result<()> {
        let condition = if at == ALL {
            "?1 <= ?2"
        } else {
            "at BETWEEN ?1 AND ?2"
        };
        let mut statement = self.main.prepare_cached(&format!(
            "SELECT rule, severity, count(*) FROM finding WHERE {condition} GROUP BY 1, 2"
        ))?;
        let mut rows = statement.query([at.0, at.1])?;
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

const SORTS: &str = "SELECT kind, does, agent, verdict";

/// Counts from the hours, from the minutes around the whole hours, and from the events around the
/// whole minutes.
fn count_events(segment: &Segment, at: (i64, i64), stats: &mut Stats) -> Result<(), StoreError> {
    // Whole minutes and hours, the last ones not counted in.
    let first_minute = minute(at.0.saturating_sub(1)) + 1;
    let end_minute = if at.1 == i64::MAX {
        i64::MAX
    } else {
        minute(at.1 + 1)
    };
    if first_minute > end_minute {
        return add_minute(segment, end_minute, at, stats);
    }
    let first_hour = (first_minute - 1).div_euclid(MINUTES_PER_HOUR) + 1;
    let end_hour = end_minute.div_euclid(MINUTES_PER_HOUR);
    let mut minutes = vec![(first_minute, end_minute)];
    if first_hour < end_hour {
        let sql =
            format!("{SORTS}, sum(n) FROM hour WHERE hour >= ? AND hour < ? GROUP BY 1, 2, 3, 4");
        add_all(
            segment,
            &sql,
            vec![first_hour.into(), end_hour.into()],
            stats,
        )?;
        minutes = vec![
            (first_minute, first_hour * MINUTES_PER_HOUR),
            (end_hour * MINUTES_PER_HOUR, end_minute),
        ];
    }
    for (first, end) in minutes {
        let sql = format!(
            "{SORTS}, sum(n) FROM minute WHERE minute >= ? AND minute < ? GROUP BY 1, 2, 3, 4"
        );
        add_all(segment, &sql, vec![first.into(), end.into()], stats)?;
    }
    add_minute(segment, first_minute - 1, at, stats)?;
    if end_minute != i64::MAX {
        add_minute(segment, end_minute, at, stats)?;
    }
    Ok(())
}

/// Counts from the events of one minute.
fn add_minute(
    segment: &Segment,
    minute: i64,
    at: (i64, i64),
    stats: &mut Stats,
) -> Result<(), StoreError> {
    let sql = format!(
        "{SORTS}, count(*) FROM event NOT INDEXED
         WHERE seq BETWEEN (SELECT first FROM minute_seq WHERE minute = ?1)
                AND (SELECT last FROM minute_seq WHERE minute = ?1)
            AND at BETWEEN ?2 AND ?3 GROUP BY 1, 2, 3, 4"
    );
    let begin = minute.saturating_mul(MICROS_PER_MINUTE);
    let end = begin.saturating_add(MICROS_PER_MINUTE - 1);
    let values = [minute, begin.max(at.0), end.min(at.1)];
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

/// The first or last moment of a segment that lies between two.
fn end_of(segment: &Segment, at: (i64, i64), newest: bool) -> Result<Option<i64>, StoreError> {
    let direction = super::filter::direction(newest);
    // The minutes in which the ends lie may have only what is outside; the next has not.
    let minutes = segment.numbers(
        &format!(
            "SELECT minute FROM minute_seq WHERE minute BETWEEN ? AND ?
             ORDER BY minute {direction} LIMIT 3"
        ),
        vec![minute(at.0).into(), minute(at.1).into()],
    )?;
    for minute in minutes {
        let begin = minute.saturating_mul(MICROS_PER_MINUTE);
        let end = begin.saturating_add(MICROS_PER_MINUTE - 1);
        let sql = format!(
            "SELECT {}(at) FROM event NOT INDEXED
             WHERE seq BETWEEN (SELECT first FROM minute_seq WHERE minute = ?1)
                    AND (SELECT last FROM minute_seq WHERE minute = ?1)
                AND at BETWEEN ?2 AND ?3",
            if newest { "max" } else { "min" }
        );
        let values = [minute, begin.max(at.0), end.min(at.1)].map(Value::from);
        let found = segment.number(&sql, values.to_vec())?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
