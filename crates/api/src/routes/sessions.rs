//! `GET /api/v1/sessions`, one session, and its events.

mod touched;

use super::events;
use crate::extract::{Asked, Named};
use crate::failure::Failure;
use crate::host::Host;
use crate::page;
use crate::readers::Json;
use crate::recording::spent_by;
use crate::schema;
use crate::shared::Shared;
use crate::types::{ErrorAnswer, EventList, SessionList, SessionRow};
use axum::extract::State;
use ringfence_event::{AgentKind, Cost, SessionId, Timestamp};
use ringfence_store::{EventFilter, Reader, SessionFilter};
use ringfence_timeline::CostRow;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// Requests to models that are added up for one list.
const REQUESTS: usize = 5000;

/// How many of the latest sessions are looked through for a text.
const SEARCHED: usize = 10_000;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SessionQuery {
    /// Of this agent.
    #[param(value_type = Option<schema::AgentKind>)]
    agent: Option<AgentKind>,
    /// With an event at this moment or later.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// That began before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// In this directory or below it.
    project: Option<String>,
    /// With this text in the id, the directory or the first prompt.
    text: Option<String>,
    /// That used a model with this text in its name.
    model: Option<String>,
    /// That cost so many dollars or more.
    #[param(minimum = 0)]
    cost: Option<f64>,
    /// That touched this file: its whole path, or words of it.
    file: Option<String>,
    /// That talked to this host, or wanted to: its whole name, or words of it.
    host: Option<String>,
    /// That ran this program, or wanted to.
    process: Option<String>,
    /// Also what each session's model used, as long as that needs few requests in all.
    spent: Option<bool>,
    /// At most so many: 1 to 500, 100 if absent.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// Whose last event came before this moment: `next` of the page before.
    #[param(value_type = Option<String>, format = DateTime)]
    before: Option<Timestamp>,
}

/// Sessions, the latest first.
#[utoipa::path(get, path = "/api/v1/sessions", operation_id = "sessions", tag = "sessions", params(SessionQuery),
    responses((status = 200, body = SessionList), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn list(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<SessionQuery>,
) -> Result<Json, Failure> {
    let limit = page::limit(query.limit)?;
    let host = Arc::clone(&shared.host);
    shared
        .readers
        .json(move |reader| read(reader, &*host, &query, limit))
        .await
}

fn read(
    reader: &Reader,
    host: &dyn Host,
    query: &SessionQuery,
    limit: usize,
) -> Result<SessionList, Failure> {
    let wanted = Wanted::new(reader, query)?;
    let filter = SessionFilter {
        agent: query.agent,
        session: None,
        since: query.since,
        before: query.before,
        limit: Some(if wanted.narrows() {
            SEARCHED
        } else {
            limit + 1
        }),
    };
    let mut list = SessionList {
        items: Vec::new(),
        next: None,
        more: wanted.touched.as_ref().is_some_and(|touched| touched.more),
    };
    let mut left = REQUESTS;
    for session in reader.sessions(&filter)? {
        let last = session.last;
        if list.items.len() > limit {
            break;
        }
        let mut row = SessionRow::new(session, host);
        if !wanted.fits(&row) {
            continue;
        }
        if wanted.asks_spent() {
            let Some(spent) = spent(reader, &row.session, &mut left)? else {
                // Goes on with this one, unless it alone is too much.
                list.more = true;
                let again = i64::from(left < REQUESTS);
                list.next = Some(Timestamp(last.0.saturating_add(again)));
                return Ok(list);
            };
            if !wanted.fits_spent(&spent) {
                continue;
            }
            row.spent = Some(spent).filter(|spent| spent.spent.requests > 0);
        }
        list.items.push(row);
    }
    list.next = page::cut(&mut list.items, limit, |session| session.last);
    if query.spent == Some(true) && !wanted.asks_spent() {
        add_spent(reader, &mut list.items)?;
    }
    Ok(list)
}

/// What sessions are narrowed by, beyond what the record does.
struct Wanted<'a> {
    query: &'a SessionQuery,
    /// In lower case.
    text: Option<String>,
    /// In lower case.
    model: Option<String>,
    cost: Option<Cost>,
    touched: Option<touched::Sessions>,
}

impl Wanted<'_> {
    fn new<'a>(reader: &Reader, query: &'a SessionQuery) -> Result<Wanted<'a>, Failure> {
        let dollars = |dollars| {
            Cost::from_dollars(dollars)
                .ok_or_else(|| Failure::bad_request("`cost` is an amount of dollars"))
        };
        Ok(Wanted {
            text: query.text.as_deref().map(str::to_lowercase),
            model: query.model.as_deref().map(str::to_lowercase),
            cost: query.cost.map(dollars).transpose()?,
            touched: touched::sessions(reader, query)?,
            query,
        })
    }

    fn narrows(&self) -> bool {
        let cheap = self.text.is_some() || self.query.project.is_some();
        cheap || self.query.until.is_some() || self.touched.is_some() || self.asks_spent()
    }

    fn asks_spent(&self) -> bool {
        self.model.is_some() || self.cost.is_some()
    }

    fn fits(&self, session: &SessionRow) -> bool {
        let cwd = session.cwd.as_deref();
        self.query.until.is_none_or(|until| session.first < until)
            && (self.query.project.as_ref()).is_none_or(|top| page::is_below(cwd, top))
            && (self.text.as_ref()).is_none_or(|text| mentions(session, text))
            && (self.touched.as_ref()).is_none_or(|touched| touched.ids.contains(&session.session))
    }

    fn fits_spent(&self, spent: &CostRow) -> bool {
        let named = |model: &String| {
            (spent.models.iter()).any(|name| name.to_lowercase().contains(model.as_str()))
        };
        self.model.as_ref().is_none_or(named)
            && self.cost.is_none_or(|least| spent.spent.cost >= least)
    }
}

/// Adds what the models used, until that takes too long.
fn add_spent(reader: &Reader, items: &mut [SessionRow]) -> Result<(), Failure> {
    let mut left = REQUESTS;
    for item in items {
        let Some(spent) = spent(reader, &item.session, &mut left)? else {
            return Ok(());
        };
        item.spent = Some(spent).filter(|spent| spent.spent.requests > 0);
    }
    Ok(())
}

/// What one session spent; `None` if that would need more requests than are left.
fn spent(
    reader: &Reader,
    session: &SessionId,
    left: &mut usize,
) -> Result<Option<CostRow>, Failure> {
    let Some(spent) = spent_by(reader, session, *left)? else {
        return Ok(None);
    };
    let requests = usize::try_from(spent.spent.requests).unwrap_or(usize::MAX);
    *left = left.saturating_sub(requests);
    Ok(Some(spent))
}

fn mentions(session: &SessionRow, text: &str) -> bool {
    [
        Some(session.session.as_str()),
        session.cwd.as_deref(),
        session.prompt.as_deref(),
    ]
    .into_iter()
    .flatten()
    .any(|field| field.to_lowercase().contains(text))
}

/// One session.
#[utoipa::path(get, path = "/api/v1/sessions/{session}", operation_id = "session", tag = "sessions",
    params(("session" = String, Path, description = "The agent's own id, whole.")),
    responses((status = 200, body = SessionRow), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn one(
    State(shared): State<Arc<Shared>>,
    Named(session): Named,
) -> Result<Json, Failure> {
    let host = Arc::clone(&shared.host);
    let find = move |reader: &Reader| {
        let found = reader.session(&session)?;
        let found = found.ok_or_else(|| Failure::not_found("session"))?;
        Ok(SessionRow::new(found, &*host))
    };
    shared.readers.json(find).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SessionEventQuery {
    /// Stored after this one: `next` of the page before.
    after: Option<i64>,
    /// At most so many: 1 to 500, 100 if absent.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// The events of one session, the oldest first.
#[utoipa::path(get, path = "/api/v1/sessions/{session}/events", operation_id = "session_events",
    tag = "sessions",
    params(("session" = String, Path, description = "The agent's own id, whole."), SessionEventQuery),
    responses((status = 200, body = EventList), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn events(
    State(shared): State<Arc<Shared>>,
    Named(session): Named,
    Asked(query): Asked<SessionEventQuery>,
) -> Result<Json, Failure> {
    let filter = EventFilter {
        session: Some(session.clone()),
        after_seq: query.after,
        limit: Some(page::limit(query.limit)?),
        ..EventFilter::default()
    };
    let read = move |reader: &Reader| {
        let mut list = events::read(reader, filter)?;
        // The record finds sessions by the beginning of their id.
        list.items
            .retain(|row| row.session.as_ref().is_some_and(|own| own.0 == session));
        Ok(list)
    };
    shared.readers.json(read).await
}

#[cfg(test)]
mod tests;
