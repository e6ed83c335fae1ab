//! How much happened when, counted from the rollups.

use super::Reader;
use super::segment::Segment;
use crate::segment::minute;
use crate::{StoreError, codes};
use ringfence_event::{Timestamp, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// The most buckets that one answer holds.
const MAX_BUCKETS: usize = 2000;

const SECONDS_PER_MINUTE: u32 = 60;
const MINUTES_PER_HOUR: i64 = 60;
const MICROS_PER_MINUTE: i64 = 60_000_000;

/// What happened in one stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// When it begins.
    pub at: Timestamp,
    /// How many events.
    pub events: u64,
    /// How many of them a person was told of.
    pub alerted: u64,
    /// How many of them a person was asked about.
    pub asked: u64,
    /// How many of them were denied.
    pub denied: u64,
}

/// A table that tells what happened in each unit of so many minutes.
#[derive(Clone, Copy)]
struct Rollup {
    sql: &'static str,
    minutes: i64,
}

const BY_MINUTE: Rollup = Rollup {
    sql: "SELECT minute, verdict, n FROM minute WHERE minute BETWEEN ? AND ?",
    minutes: 1,
};

const BY_HOUR: Rollup = Rollup {
    sql: "SELECT hour, verdict, n FROM hour WHERE hour BETWEEN ? AND ?",
    minutes: MINUTES_PER_HOUR,
};

impl Reader {
    /// Counts what happened between two moments, for every so many seconds since 1970,
    /// oldest first. Stretches in which nothing happened are left out, and all but the
    /// newest 2,000.
    ///
    /// It is counted by the minute: the step is rounded up to whole minutes, and so is
    /// the time, to the minute in which it begins and the one in which it ends.
    pub fn activity(
        &self,
        since: Timestamp,
        until: Timestamp,
        step_seconds: u32,
    ) -> Result<Vec<Bucket>, StoreError> {
        if since >= until {
            return Ok(Vec::new());
        }
        let step = i64::from(step_seconds.div_ceil(SECONDS_PER_MINUTE).max(1));
        let ends = (minute(since.0), minute(until.0 - 1));
        let mut buckets = BTreeMap::new();
        let may_hold =
            |listed: &super::segments::Listed| listed.may_hold(super::select::ALL, moments(ends));
        self.visit(false, may_hold, |segment| {
            for (rollup, units) in parts(ends, step) {
                count(segment, rollup, units, step, &mut buckets)?;
            }
            Ok(false)
        })?;
        let too_many = buckets.len().saturating_sub(MAX_BUCKETS);
        Ok(buckets.into_values().skip(too_many).collect())
    }
}

/// The moments from the beginning of a minute to the end of another.
fn moments((first, last): (i64, i64)) -> (i64, i64) {
    let begin = |minute: i64| minute.saturating_mul(MICROS_PER_MINUTE);
    (begin(first), begin(last.saturating_add(1)))
}

/// What to read for the minutes from the first to the last: hours where they do.
fn parts((first, last): (i64, i64), step: i64) -> Vec<(Rollup, (i64, i64))> {
    let hours = (
        first.div_euclid(MINUTES_PER_HOUR) + i64::from(first.rem_euclid(MINUTES_PER_HOUR) > 0),
        (last + 1).div_euclid(MINUTES_PER_HOUR) - 1,
    );
    if step % MINUTES_PER_HOUR != 0 || hours.0 > hours.1 {
        return vec![(BY_MINUTE, (first, last))];
    }
    vec![
        (BY_MINUTE, (first, hours.0 * MINUTES_PER_HOUR - 1)),
        (BY_HOUR, hours),
        (BY_MINUTE, ((hours.1 + 1) * MINUTES_PER_HOUR, last)),
    ]
}

fn count(
    segment: &Segment,
    rollup: Rollup,
    (first, last): (i64, i64),
    step: i64,
    buckets: &mut BTreeMap<i64, Bucket>,
) -> Result<(), StoreError> {
    if first > last {
        return Ok(());
    }
    let mut counted = || {
        let mut statement = segment.events.prepare_cached(rollup.sql)?;
        let mut rows = statement.query([first, last])?;
        while let Some(row) = rows.next()? {
            let unit: i64 = row.get(0)?;
            let begin = (unit * rollup.minutes).div_euclid(step) * step;
            let bucket = buckets.entry(begin).or_insert_with(|| Bucket {
                at: Timestamp(begin.saturating_mul(MICROS_PER_MINUTE)),
                events: 0,
                alerted: 0,
                asked: 0,
                denied: 0,
            });
            let n: u64 = row.get(2)?;
            bucket.events += n;
            match codes::verdict_of(row.get(1)?) {
                Verdict::Allow => {}
                Verdict::Alert => bucket.alerted += n,
                Verdict::Ask => bucket.asked += n,
                Verdict::Deny => bucket.denied += n,
            }
        }
        Ok(())
    };
    counted().map_err(super::failed())
}
