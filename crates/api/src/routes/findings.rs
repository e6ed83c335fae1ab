//! `GET /api/v1/findings`, and one finding with all that explains it.

use super::events::rows;
use crate::extract::{Asked, Named};
use crate::failure::Failure;
use crate::host::Host;
use crate::page;
use crate::readers::Json;
use crate::schema;
use crate::shared::Shared;
use crate::types::{ErrorAnswer, EventDetail, EventRow, FindingDetail, FindingList, FindingRow};
use axum::extract::State;
use ringfence_event::{AgentKind, EventKey, RuleId, SessionId, Severity, Timestamp, Verdict};
use ringfence_store::{EventFilter, FindingFilter, Reader};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// Earlier events of a sequence that are told.
const STEPS: usize = 16;

/// How many events of the session are told before and after a finding's own.
const AROUND: usize = 10;

/// More findings than one event ever has: read beyond the limit, so that those of
/// one event are not parted.
const OF_ONE_EVENT: usize = 200;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FindingQuery {
    /// Of this rule.
    #[param(value_type = Option<String>)]
    rule: Option<RuleId>,
    /// This bad or worse.
    #[param(value_type = Option<schema::Severity>)]
    severity: Option<Severity>,
    /// With this verdict or a stricter one.
    #[param(value_type = Option<schema::Verdict>)]
    verdict: Option<Verdict>,
    /// By this agent.
    #[param(value_type = Option<schema::AgentKind>)]
    agent: Option<AgentKind>,
    /// In the session whose id begins so.
    session: Option<String>,
    /// In a session that last worked in this directory or below it.
    project: Option<String>,
    /// With this text in the event's summary, the title, the reason or the evidence.
    text: Option<String>,
    /// At this moment or later.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// On events stored before this one: `next` of the page before.
    before: Option<i64>,
    /// At most so many: 1 to 500, 100 if absent.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Findings, the newest first.
#[utoipa::path(get, path = "/api/v1/findings", operation_id = "findings", tag = "findings", params(FindingQuery),
    responses((status = 200, body = FindingList), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn list(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<FindingQuery>,
) -> Result<Json, Failure> {
    let limit = page::limit(query.limit)?;
    let filter = FindingFilter {
        rule: query.rule,
        severity: query.severity,
        verdict: query.verdict,
        agent: query.agent,
        session: query.session,
        project: query.project,
        text: query.text,
        since: query.since,
        until: query.until,
        after_seq: None,
        before_seq: query.before,
        limit: Some(limit + OF_ONE_EVENT),
        newest_first: true,
    };
    let read = move |reader: &Reader| {
        let found = reader.findings(&filter)?;
        Ok(cut(
            found.into_iter().map(FindingRow::from).collect(),
            limit,
        ))
    };
    shared.readers.json(read).await
}

/// A page ends where an event ends.
fn cut(mut items: Vec<FindingRow>, limit: usize) -> FindingList {
    let seq = |row: &FindingRow| row.event_id.seq;
    let last = items.get(limit.saturating_sub(1)).map(seq);
    let end = items
        .iter()
        .enumerate()
        .skip(limit)
        .find(|(_, row)| Some(seq(row)) != last)
        .map(|(place, _)| place);
    let next = end.and(last);
    items.truncate(end.unwrap_or(items.len()));
    FindingList { items, next }
}

/// One finding: its event, its rule, how to allow it, and what the session did around it.
#[utoipa::path(get, path = "/api/v1/findings/{id}", operation_id = "finding", tag = "findings",
    params(("id" = String, Path, description = "Its short name, `k7m2qx4t`.")),
    responses((status = 200, body = FindingDetail), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn one(
    State(shared): State<Arc<Shared>>,
    Named(id): Named,
) -> Result<Json, Failure> {
    let host = Arc::clone(&shared.host);
    shared
        .readers
        .json(move |reader| explain(reader, &*host, &id))
        .await
}

fn explain(reader: &Reader, host: &dyn Host, id: &str) -> Result<FindingDetail, Failure> {
    let missing = || Failure::not_found("finding");
    let finding = reader.finding(id)?.ok_or_else(missing)?;
    let event = reader.event(&finding.event_id.to_string())?;
    let event = event.ok_or_else(missing)?;
    let seq = finding.event_id.seq;
    let (before, after) = match &finding.session {
        Some(session) => (
            around(reader, session, (None, Some(seq)))?,
            around(reader, session, (Some(seq), None))?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    let steps = steps(reader, &finding.finding.steps)?;
    Ok(FindingDetail {
        steps,
        rule: host.rule(&finding.finding.rule),
        undo: host.undo(&finding.finding),
        finding: FindingRow::from(finding),
        event: EventDetail::from(event),
        before,
        after,
    })
}

/// Returns the events with these keys, as far as they are kept.
fn steps(reader: &Reader, keys: &[EventKey]) -> Result<Vec<EventRow>, Failure> {
    let mut found = Vec::new();
    for key in keys.iter().take(STEPS) {
        let Some(event) = reader.event(&key.to_string())? else {
            continue;
        };
        let filter = EventFilter {
            after_seq: event.id.seq.checked_sub(1),
            before_seq: event.id.seq.checked_add(1),
            ..EventFilter::default()
        };
        found.extend(rows(reader, &filter)?);
    }
    Ok(found)
}

/// Returns the nearest events of a session after one and before another, oldest first.
fn around(
    reader: &Reader,
    session: &SessionId,
    (after_seq, before_seq): (Option<i64>, Option<i64>),
) -> Result<Vec<EventRow>, Failure> {
    let newest_first = after_seq.is_none();
    let filter = EventFilter {
        session: Some(session.0.clone()),
        after_seq,
        before_seq,
        limit: Some(AROUND),
        newest_first,
        ..EventFilter::default()
    };
    let mut found = rows(reader, &filter)?;
    // The record finds sessions by the beginning of their id.
    found.retain(|row| row.session.as_ref() == Some(session));
    if newest_first {
        found.reverse();
    }
    Ok(found)
}
