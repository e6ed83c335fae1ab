//! `GET /api/v1/sessions/{session}/timeline`, `GET /api/v1/events/{id}/why` and `GET /api/v1/cost`.

use crate::extract::{Asked, Named};
use crate::failure::Failure;
use crate::page;
use crate::readers::Json;
use crate::recording::{Recording, recorded, spending};
use crate::schema;
use crate::shared::Shared;
use crate::types::{CostAnswer, ErrorAnswer, SessionTimeline};
use axum::extract::State;
use ringfence_event::{AgentKind, Timestamp};
use ringfence_store::{EventFilter, Reader};
use ringfence_timeline::{By, Cursor, Session, why};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// The longest text on a page, in bytes: the whole event has the rest.
const LONGEST_TEXT: usize = 16 << 10;

/// Minutes of a day, in which offsets of time zones lie.
const DAY_MINUTES: i64 = 24 * 60;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TimelineQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// Begin with this turn instead.
    turn: Option<u64>,
    /// About so many events: 1 to 500, 100 if absent. Calls are never parted, so a page may have more.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// One session as it went: turns, with one step for all who told of the same thing.
///
/// The first page also has what is known of the session as a whole.
#[utoipa::path(get, path = "/api/v1/sessions/{session}/timeline", operation_id = "session_timeline",
    tag = "sessions",
    params(("session" = String, Path, description = "The agent's own id, whole."), TimelineQuery),
    responses((status = 200, body = SessionTimeline), (status = 400, body = ErrorAnswer),
        (status = 404, body = ErrorAnswer)))]
pub(crate) async fn timeline(
    State(shared): State<Arc<Shared>>,
    Named(session): Named,
    Asked(query): Asked<TimelineQuery>,
) -> Result<Json, Failure> {
    let limit = page::limit(query.limit)?;
    let after = query.after.as_deref().map(|text| {
        Cursor::parse(text)
            .ok_or_else(|| Failure::bad_request("`after` is `next` of the page before".to_owned()))
    });
    let after = after.transpose()?;
    let read = move |reader: &Reader| {
        let recording = Recording(reader);
        let opened = Session::open(&recording, &session)?;
        let opened = opened.ok_or_else(|| Failure::not_found("session"))?;
        let from = match query.turn {
            Some(turn) => Some(
                opened
                    .turn(turn)
                    .ok_or_else(|| Failure::not_found("turn"))?,
            ),
            None => after,
        };
        let facts = match from {
            None => Some(opened.facts()?),
            Some(_) => None,
        };
        Ok(SessionTimeline {
            facts,
            page: opened.page(from, limit, Some(LONGEST_TEXT))?,
        })
    };
    shared.readers.json(read).await
}

/// Why an event happened: its call, turn and prompt, where its words came from, and what led to it.
#[utoipa::path(get, path = "/api/v1/events/{id}/why", operation_id = "why", tag = "events",
    params(("id" = String, Path, description = "Its place in the record, `1-42`, or the beginning of its key.")),
    responses((status = 200, body = schema::Why), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn explain(
    State(shared): State<Arc<Shared>>,
    Named(id): Named,
) -> Result<Json, Failure> {
    let read = move |reader: &Reader| {
        let event = reader.event(&id)?;
        let event = event.ok_or_else(|| Failure::not_found("event"))?;
        Ok(why(&Recording(reader), &recorded(event))?)
    };
    shared.readers.json(read).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CostQuery {
    /// What the sums are for; days if absent.
    by: Option<CostBy>,
    /// Of this agent.
    #[param(value_type = Option<schema::AgentKind>)]
    agent: Option<AgentKind>,
    /// Of requests at this moment or later.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Of requests before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// How many minutes the user's clock is ahead of UTC: tells where days begin.
    #[param(minimum = -1440, maximum = 1440)]
    offset: Option<i64>,
}

/// What the sums of costs are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CostBy {
    /// A day of the user's calendar.
    Day,
    /// A model.
    Model,
    /// The directory in which a session worked.
    Project,
    /// An agent.
    Agent,
    /// A session.
    Session,
}

impl From<CostBy> for By {
    fn from(by: CostBy) -> By {
        match by {
            CostBy::Day => By::Day,
            CostBy::Model => By::Model,
            CostBy::Project => By::Project,
            CostBy::Agent => By::Agent,
            CostBy::Session => By::Session,
        }
    }
}

/// What was spent, each request counted once.
#[utoipa::path(get, path = "/api/v1/cost", operation_id = "cost", tag = "overview", params(CostQuery),
    responses((status = 200, body = CostAnswer), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn cost(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<CostQuery>,
) -> Result<Json, Failure> {
    let offset = query.offset.unwrap_or_default();
    if !(-DAY_MINUTES..=DAY_MINUTES).contains(&offset) {
        return Err(Failure::bad_request(
            "`offset` is a number of minutes from -1440 to 1440".to_owned(),
        ));
    }
    let filter = EventFilter {
        agent: query.agent,
        since: query.since,
        until: query.until,
        ..EventFilter::default()
    };
    let by = query.by.map_or(By::Day, By::from);
    let day = move |at: Timestamp| {
        let local = Timestamp(at.0.saturating_add(offset * 60_000_000));
        local.to_string().chars().take(10).collect()
    };
    let read = move |reader: &Reader| {
        let spent = spending(reader, &filter, day)?;
        Ok(CostAnswer {
            report: spent.costs.report(by),
            more: spent.more,
        })
    };
    shared.readers.json(read).await
}

#[cfg(test)]
mod tests;
