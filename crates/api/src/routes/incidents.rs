//! `GET /api/v1/incidents`, one incident, its report, and what a person decides about it.

use crate::body;
use crate::extract::{Asked, Named};
use crate::failure::Failure;
use crate::grouped::All;
use crate::host::Host;
use crate::page;
use crate::readers::Json;
use crate::schema;
use crate::shared::{Shared, now_seconds};
use crate::types::{Decide, Decided, ErrorAnswer, IncidentDetail, IncidentList, IncidentRow};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use ringfence_event::{AgentKind, RuleId, Severity, Timestamp};
use ringfence_incident::{Handling, Incident, Status};
use ringfence_store::Reader;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Longest reason for a decision, in bytes.
const LONGEST_REASON: usize = 4096;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct IncidentQuery {
    /// Open ones, those that are dealt with, or all; open ones if absent.
    state: Option<IncidentState>,
    /// Standing so.
    #[param(value_type = Option<schema::Status>)]
    status: Option<Status>,
    /// This bad or worse.
    #[param(value_type = Option<schema::Severity>)]
    severity: Option<Severity>,
    /// By this agent.
    #[param(value_type = Option<schema::AgentKind>)]
    agent: Option<AgentKind>,
    /// In the session whose id begins so.
    session: Option<String>,
    /// In this directory or below it.
    project: Option<String>,
    /// With this text in the title, the narrative or a rule's name.
    text: Option<String>,
    /// With a step at this moment or later.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// That began before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Whose last step came before this moment: `next` of the page before.
    #[param(value_type = Option<String>, format = DateTime)]
    before: Option<Timestamp>,
    /// At most so many: 1 to 500, 100 if absent.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Which incidents are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IncidentState {
    /// Those for which a person still has to do something.
    #[default]
    Open,
    /// Those that are dealt with or put off.
    Closed,
    /// All.
    All,
}

/// Incidents, the latest first.
#[utoipa::path(get, path = "/api/v1/incidents", operation_id = "incidents", tag = "incidents",
    params(IncidentQuery),
    responses((status = 200, body = IncidentList), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn list(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<IncidentQuery>,
) -> Result<Json, Failure> {
    let limit = page::limit(query.limit)?;
    let host = Arc::clone(&shared.host);
    let grouped = Arc::clone(&shared.grouped);
    let read = move |reader: &Reader| Ok(read(&*grouped.all(reader)?, &*host, &query, limit));
    shared.readers.json(read).await
}

fn read(all: &All, host: &dyn Host, query: &IncidentQuery, limit: usize) -> IncidentList {
    let text = query.text.as_deref().map(str::to_lowercase);
    let mut list = IncidentList {
        items: Vec::new(),
        next: None,
        open: 0,
        closed: 0,
        more: all.more,
    };
    for incident in &all.incidents {
        if !query.fits(incident) || text.as_ref().is_some_and(|text| !mentions(incident, text)) {
            continue;
        }
        let handled = host.handled(&incident.id);
        let status = incident.status(handled.as_ref());
        let fits = match query.state.unwrap_or_default() {
            IncidentState::Open => status.open(),
            IncidentState::Closed => !status.open(),
            IncidentState::All => true,
        };
        if status.open() {
            list.open += 1;
        } else {
            list.closed += 1;
        }
        let comes_later = query.before.is_none_or(|before| incident.last < before);
        let stands_so = query.status.is_none_or(|wanted| wanted == status);
        if fits && comes_later && stands_so && list.items.len() <= limit {
            let row = IncidentRow::new(incident, status, handled);
            list.items.push(row);
        }
    }
    list.next = page::cut(&mut list.items, limit, |row| row.last);
    list
}

impl IncidentQuery {
    /// Whether an incident is asked for, but for where it stands and what it says.
    fn fits(&self, incident: &Incident) -> bool {
        let session = incident.session.as_ref().map_or("", |own| own.as_str());
        self.severity.is_none_or(|least| incident.severity >= least)
            && (self.agent).is_none_or(|agent| incident.agent == Some(agent))
            && (self.session.as_ref()).is_none_or(|begin| session.starts_with(begin.as_str()))
            && (self.project.as_ref())
                .is_none_or(|top| page::is_below(incident.cwd.as_deref(), top))
            && self.since.is_none_or(|since| incident.last >= since)
            && self.until.is_none_or(|until| incident.first < until)
    }
}

fn mentions(incident: &Incident, text: &str) -> bool {
    [&incident.title, &incident.id.0]
        .into_iter()
        .chain(&incident.narrative)
        .chain(&incident.rules)
        .any(|field| field.to_lowercase().contains(text))
}

pub(super) fn find(reader: &Reader, name: &str) -> Result<Incident, Failure> {
    let found = ringfence_incident::find(reader, name)?;
    found.ok_or_else(|| Failure::not_found("incident"))
}

/// One incident: what happened, what it comes to, what to do next.
#[utoipa::path(get, path = "/api/v1/incidents/{id}", operation_id = "incident", tag = "incidents",
    params(("id" = String, Path, description = "Its short name, or that of a finding in it; the beginning is enough.")),
    responses((status = 200, body = IncidentDetail), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn one(
    State(shared): State<Arc<Shared>>,
    Named(id): Named,
) -> Result<Json, Failure> {
    let host = Arc::clone(&shared.host);
    let explain = move |reader: &Reader| {
        let incident = find(reader, &id)?;
        let handled = host.handled(&incident.id);
        let rules = incident.rules.iter();
        Ok(IncidentDetail {
            status: incident.status(handled.as_ref()),
            rules: rules
                .filter_map(|rule| host.rule(&RuleId(rule.clone())))
                .collect(),
            handled,
            incident,
        })
    };
    shared.readers.json(explain).await
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportQuery {
    /// In which form; Markdown if absent.
    format: Option<ReportFormat>,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportFormat {
    /// A text for a ticket.
    #[default]
    Markdown,
    /// One page that needs nothing else.
    Html,
}

/// An incident, written down for others: a file to save, with secrets masked.
#[utoipa::path(get, path = "/api/v1/incidents/{id}/report", operation_id = "incident_report", tag = "incidents",
    params(("id" = String, Path, description = "Its short name."), ReportQuery),
    responses((status = 200, body = String, content_type = "text/markdown"), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn report(
    State(shared): State<Arc<Shared>>,
    Named(id): Named,
    Asked(query): Asked<ReportQuery>,
) -> Result<Response, Failure> {
    let host = Arc::clone(&shared.host);
    let write = move |reader: &Reader| {
        let incident = find(reader, &id)?;
        let status = incident.status(host.handled(&incident.id).as_ref());
        let (kind, ending, text) = match query.format.unwrap_or_default() {
            ReportFormat::Markdown => (
                "text/markdown; charset=utf-8",
                "md",
                ringfence_incident::report::markdown(&incident, status),
            ),
            ReportFormat::Html => (
                "text/html; charset=utf-8",
                "html",
                ringfence_incident::report::html(&incident, status),
            ),
        };
        Ok((kind, file_name(&incident, ending), text))
    };
    let (kind, name, text) = shared.readers.ask(write).await?;
    Ok((
        [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)],
        text,
    )
        .into_response())
}

/// A header that makes a browser save what it gets (RFC 6266).
fn file_name(incident: &Incident, ending: &str) -> String {
    let id = incident.id.as_str();
    let plain: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("attachment; filename=\"incident-{plain}.{ending}\"")
}

/// Takes what a person decided about an incident. One that was closed opens again when it grows.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/status", operation_id = "decide_incident", tag = "incidents",
    params(("id" = String, Path, description = "Its short name.")),
    request_body = Decide,
    responses((status = 200, body = Decided), (status = 400, body = ErrorAnswer), (status = 403, body = ErrorAnswer),
        (status = 404, body = ErrorAnswer)))]
pub(crate) async fn decide(
    State(shared): State<Arc<Shared>>,
    Named(id): Named,
    body: Body,
) -> Result<Json, Failure> {
    let Decide { status, reason } = body::json(&shared, body).await?;
    if reason.trim().is_empty() || reason.len() > LONGEST_REASON {
        return Err(Failure::bad_request(format!(
            "`reason` says why, in 1 to {LONGEST_REASON} bytes"
        )));
    }
    let at = Timestamp(now_seconds().saturating_mul(1_000_000));
    settle(&shared, id, move |incident| {
        Some(Handling {
            status,
            reason,
            at,
            findings: incident.findings.len(),
        })
    })
    .await
}

/// Forgets what was decided about an incident.
#[utoipa::path(delete, path = "/api/v1/incidents/{id}/status", operation_id = "forget_decision", tag = "incidents",
    params(("id" = String, Path, description = "Its short name.")),
    responses((status = 200, body = Decided), (status = 403, body = ErrorAnswer), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn forget(
    State(shared): State<Arc<Shared>>,
    Named(id): Named,
) -> Result<Json, Failure> {
    settle(&shared, id, |_| None).await
}

async fn settle(
    shared: &Shared,
    id: String,
    decide: impl FnOnce(&Incident) -> Option<Handling> + Send + 'static,
) -> Result<Json, Failure> {
    let host = Arc::clone(&shared.host);
    let settle = move |reader: &Reader| {
        let incident = find(reader, &id)?;
        let before = host.handled(&incident.id);
        let handled = decide(&incident);
        host.handle(&incident.id, handled.as_ref())
            .map_err(Failure::internal)?;
        let status = incident.status(handled.as_ref());
        Ok(Decided {
            incident: IncidentRow::new(&incident, status, handled),
            before,
        })
    };
    shared.readers.json(settle).await
}

#[cfg(test)]
mod tests;
