//! `GET /api/v1/activity` and `GET /api/v1/stats`: the record counted up.

use crate::extract::Asked;
use crate::failure::Failure;
use crate::readers::Json;
use crate::shared::Shared;
use crate::types::{Activity, Bucket, ErrorAnswer};
use axum::extract::State;
use ringfence_event::Timestamp;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// The most buckets of one answer.
const MAX_BUCKETS: i64 = 2_000;

/// How long a bucket may be, in seconds.
const STEPS: std::ops::RangeInclusive<u32> = 60..=86_400;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActivityQuery {
    /// From this moment.
    #[param(value_type = String, format = DateTime)]
    since: Timestamp,
    /// Up to this moment.
    #[param(value_type = String, format = DateTime)]
    until: Timestamp,
    /// How long a bucket is, in seconds: 60 to 86,400.
    #[param(minimum = 60, maximum = 86_400)]
    step: u32,
}

/// Events counted over time, in at most 2,000 buckets.
#[utoipa::path(get, path = "/api/v1/activity", tag = "overview", params(ActivityQuery),
    responses((status = 200, body = Activity), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn activity(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<ActivityQuery>,
) -> Result<Json, Failure> {
    let ActivityQuery { since, until, step } = query;
    check(since, until, step)?;
    let activity = move |reader: &ringfence_store::Reader| {
        let buckets = reader.activity(since, until, step)?;
        let buckets = buckets.into_iter().map(|bucket| Bucket {
            at: bucket.at,
            events: bucket.events,
            alerted: bucket.alerted,
            asked: bucket.asked,
            denied: bucket.denied,
        });
        Ok(Activity {
            step,
            buckets: buckets.collect(),
        })
    };
    shared.readers.json(activity).await
}

fn check(since: Timestamp, until: Timestamp, step: u32) -> Result<(), Failure> {
    if !STEPS.contains(&step) {
        return Err(Failure::bad_request(
            "`step` is a number of seconds from 60 to 86400",
        ));
    }
    if since >= until {
        return Err(Failure::bad_request("`since` must lie before `until`"));
    }
    let span = until.0.saturating_sub(since.0);
    if span / (i64::from(step) * 1_000_000) >= MAX_BUCKETS {
        return Err(Failure::bad_request(format!(
            "that would be more than {MAX_BUCKETS} buckets; ask for a longer `step`"
        )));
    }
    Ok(())
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatsQuery {
    /// From this moment; all that is kept if absent.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

/// The record counted up.
#[utoipa::path(get, path = "/api/v1/stats", tag = "overview", params(StatsQuery),
    responses((status = 200, body = crate::schema::Stats), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn stats(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<StatsQuery>,
) -> Result<Json, Failure> {
    let count = move |reader: &ringfence_store::Reader| Ok(reader.stats(query.since, query.until)?);
    shared.readers.json(count).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_buckets_is_bounded() {
        let check = |seconds: i64, step| {
            let since = Timestamp(1_795_000_000_000_000);
            check(since, Timestamp(since.0 + seconds * 1_000_000), step).is_ok()
        };
        for (seconds, step, fine) in [
            (3600, 60, true),
            (3600, 59, false),
            (3600, 86_401, false),
            (0, 60, false),
            (-60, 60, false),
            (60 * 1_999, 60, true),
            (60 * 2_000, 60, false),
        ] {
            assert_eq!(
                check(seconds, step),
                fine,
                "{seconds} s in steps of {step} s"
            );
        }
        assert!(super::check(Timestamp(i64::MIN), Timestamp(i64::MAX), 86_400).is_err());
    }
}
