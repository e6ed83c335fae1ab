//! `GET /api/v1/events` and `GET /api/v1/events/{id}`.

use crate::extract::{Asked, Named};
use crate::failure::Failure;
use crate::page;
use crate::readers::Json;
use crate::schema;
use crate::shared::Shared;
use crate::types::{ErrorAnswer, EventDetail, EventList, EventRow};
use axum::extract::State;
use ringfence_event::{Action, AgentKind, Operation, Source, Timestamp, Verdict};
use ringfence_store::{EventFilter, Reader};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventQuery {
    /// By this agent.
    #[param(value_type = Option<schema::AgentKind>)]
    agent: Option<AgentKind>,
    /// In the session whose id begins so.
    session: Option<String>,
    /// Seen by this sensor.
    #[param(value_type = Option<schema::Source>)]
    source: Option<Source>,
    /// In this directory or below it.
    project: Option<String>,
    /// Of this kind.
    #[param(value_type = Option<schema::Kind>)]
    kind: Option<String>,
    /// With a tool that does this.
    #[param(value_type = Option<schema::Does>)]
    does: Option<String>,
    /// With this verdict or a stricter one.
    #[param(value_type = Option<schema::Verdict>)]
    verdict: Option<Verdict>,
    /// With this text.
    text: Option<String>,
    /// At this moment or later.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Stored before this one: `next` of the page before, newest first.
    before: Option<i64>,
    /// Stored after this one: `next` of the page before, oldest first.
    after: Option<i64>,
    /// At most so many: 1 to 500, 100 if absent.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// Where to begin; the newest if absent.
    order: Option<Order>,
}

/// Where a list begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// With what was stored last.
    #[default]
    Newest,
    /// With what was stored first.
    Oldest,
}

impl EventQuery {
    fn filter(self) -> Result<EventFilter, Failure> {
        let known = |name: &str, value: &Option<String>, all: &[&str]| match value {
            Some(value) if !all.contains(&value.as_str()) => Err(Failure::bad_request(format!(
                "`{name}` is one of {}",
                all.join(", ")
            ))),
            Some(_) | None => Ok(()),
        };
        known("kind", &self.kind, &Action::KINDS)?;
        known("does", &self.does, &Operation::NAMES)?;
        Ok(EventFilter {
            agent: self.agent,
            session: self.session,
            source: self.source,
            project: self.project,
            kind: self.kind,
            does: self.does,
            verdict: self.verdict,
            text: self.text,
            since: self.since,
            until: self.until,
            after_seq: self.after,
            before_seq: self.before,
            limit: Some(page::limit(self.limit)?),
            newest_first: self.order.unwrap_or_default() == Order::Newest,
            ..EventFilter::default()
        })
    }
}

/// Events, the newest first if not asked otherwise.
#[utoipa::path(get, path = "/api/v1/events", operation_id = "events", tag = "events", params(EventQuery),
    responses((status = 200, body = EventList), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn list(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<EventQuery>,
) -> Result<Json, Failure> {
    let filter = query.filter()?;
    shared
        .readers
        .json(move |reader| read(reader, filter))
        .await
}

/// Returns a page of events.
pub(super) fn read(reader: &Reader, mut filter: EventFilter) -> Result<EventList, Failure> {
    let limit = filter.limit.unwrap_or(page::MAX_LIMIT);
    filter.limit = Some(limit + 1);
    let mut items = rows(reader, &filter)?;
    let next = page::cut(&mut items, limit, |row| row.seq);
    Ok(EventList { items, next })
}

/// Returns the rows of events.
pub(crate) fn rows(reader: &Reader, filter: &EventFilter) -> Result<Vec<EventRow>, Failure> {
    let rows = reader.rows(filter)?;
    Ok(rows.into_iter().map(EventRow::from).collect())
}

/// One event whole, with what was found.
#[utoipa::path(get, path = "/api/v1/events/{id}", operation_id = "event", tag = "events",
    params(("id" = String, Path, description = "Its place in the record, `1-42`, or its key.")),
    responses((status = 200, body = EventDetail), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn one(
    State(shared): State<Arc<Shared>>,
    Named(id): Named,
) -> Result<Json, Failure> {
    let find = move |reader: &Reader| {
        let found = reader.event(&id)?;
        let found = found.ok_or_else(|| Failure::not_found("event"))?;
        Ok(EventDetail::from(found))
    };
    shared.readers.json(find).await
}
