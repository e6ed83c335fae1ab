//! Where in a segment there are events of a sort, as the rollups tell.
//!
//! **Invariant:** a span that is left out holds no such event. Spans are handed over
//! in order and do not overlap, also where late events made those of minutes overlap.

use super::filter::Conditions;
use super::segment::Segment;
use super::select::Wanted;
use crate::StoreError;
use crate::segment::minute;

const MINUTES: i64 = 60;

/// The events between two numbers, and the hours that they lie in.
struct Group {
    first: i64,
    last: i64,
    hours: Vec<i64>,
}

/// Between which numbers the events of these moments lie; `None` if there are none.
pub(super) fn around(segment: &Segment, at: (i64, i64)) -> Result<Option<(i64, i64)>, StoreError> {
    in_minutes(segment, [minute(at.0), minute(at.1)])
}

fn in_minutes(segment: &Segment, minutes: [i64; 2]) -> Result<Option<(i64, i64)>, StoreError> {
    // No row, or one of NULLs.
    let sql = "SELECT first, last FROM
            (SELECT min(first) AS first, max(last) AS last FROM minute_seq
             WHERE minute BETWEEN ? AND ?)
         WHERE first NOT NULL";
    let found = segment.pairs(sql, minutes.map(Into::into).to_vec())?;
    Ok(found.first().copied())
}

/// Whether the segment holds any event of the wanted sort, about at the wanted time.
pub(super) fn any(segment: &Segment, wanted: &Wanted) -> Result<bool, StoreError> {
    Ok(!hours(segment, wanted, " LIMIT 1")?.is_empty())
}

/// Hands over, in the wanted order, spans outside of which the window holds no event
/// of the wanted sort, until `take` returns that it has enough.
pub(super) fn each(
    segment: &Segment,
    wanted: &Wanted,
    window: (i64, i64),
    mut take: impl FnMut((i64, i64)) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let mut groups = Vec::new();
    for hour in hours(segment, wanted, "")? {
        let minutes = [hour * MINUTES, hour * MINUTES + MINUTES - 1];
        groups.extend(in_minutes(segment, minutes)?.map(|(first, last)| Group {
            first,
            last,
            hours: vec![hour],
        }));
    }
    let mut groups = merged(groups);
    if wanted.newest_first {
        groups.reverse();
    }
    for group in groups {
        if group.last < window.0 || window.1 < group.first {
            continue;
        }
        for (first, last) in minutes(segment, wanted, &group)? {
            let span = (first.max(window.0), last.min(window.1));
            if span.0 <= span.1 && take(span)? {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The hours in which there is something of the sort.
fn hours(segment: &Segment, wanted: &Wanted, limit: &str) -> Result<Vec<i64>, StoreError> {
    let mut conditions = Conditions::default();
    let (first, last) = wanted.at;
    let hour = |at| minute(at).div_euclid(MINUTES);
    conditions.between("hour BETWEEN ? AND ?", (hour(first), hour(last)));
    wanted.sort.add_to(&mut conditions);
    let sql = format!(
        "SELECT DISTINCT hour FROM hour{}{limit}",
        conditions.clause()
    );
    segment.numbers(&sql, conditions.values)
}

/// The spans of those minutes of a group in which there is something of the sort.
fn minutes(
    segment: &Segment,
    wanted: &Wanted,
    group: &Group,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let mut found = Vec::new();
    for hour in &group.hours {
        let mut conditions = Conditions::default();
        let first = hour * MINUTES;
        conditions.between("minute BETWEEN ? AND ?", (first, first + MINUTES - 1));
        wanted.sort.add_to(&mut conditions);
        let sql = format!(
            "SELECT first, last FROM minute_seq WHERE minute IN (SELECT minute FROM minute{})",
            conditions.clause()
        );
        let spans = segment.pairs(&sql, conditions.values)?;
        found.extend(spans.into_iter().map(|(first, last)| Group {
            first,
            last,
            hours: Vec::new(),
        }));
    }
    let mut spans: Vec<(i64, i64)> = merged(found)
        .iter()
        .map(|group| (group.first, group.last))
        .collect();
    if wanted.newest_first {
        spans.reverse();
    }
    Ok(spans)
}

/// In order, and what overlaps made one.
fn merged(mut groups: Vec<Group>) -> Vec<Group> {
    groups.sort_unstable_by_key(|group| group.first);
    let mut merged: Vec<Group> = Vec::with_capacity(groups.len());
    for mut group in groups {
        match merged.last_mut() {
            Some(before) if group.first <= before.last => {
                before.last = before.last.max(group.last);
                before.hours.append(&mut group.hours);
            }
            _ => merged.push(group),
        }
    }
    merged
}
