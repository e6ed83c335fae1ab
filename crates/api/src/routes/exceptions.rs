//! `GET`, `POST` and `DELETE` of `/api/v1/exceptions`: what a person allows beyond the rules.

use crate::body;
use crate::extract::Named;
use crate::failure::Failure;
use crate::host::{AllowWhat, Exception, NewException};
use crate::readers::Json;
use crate::shared::{Shared, now_seconds};
use crate::types::{Allow, ErrorAnswer, ExceptionList, ExceptionRow};
use axum::body::Body;
use axum::extract::State;
use ringfence_event::FindingId;
use ringfence_store::{FindingFilter, Reader};
use std::sync::Arc;

/// Findings of a rule that are looked through for those that an exception let through.
const LOOKED_THROUGH: usize = 1000;

/// What is allowed beyond the rules, the latest first.
#[utoipa::path(get, path = "/api/v1/exceptions", operation_id = "exceptions", tag = "rules",
    responses((status = 200, body = ExceptionList)))]
pub(crate) async fn list(State(shared): State<Arc<Shared>>) -> Result<Json, Failure> {
    let host = Arc::clone(&shared.host);
    let list = move |reader: &Reader| {
        let mut all = host.exceptions();
        all.sort_by(|one, other| (other.made, &other.id).cmp(&(one.made, &one.id)));
        let rows = all.into_iter().map(|exception| row(reader, exception));
        Ok(ExceptionList {
            items: rows.collect::<Result<_, Failure>>()?,
        })
    };
    shared.readers.json(list).await
}

fn row(reader: &Reader, exception: Exception) -> Result<ExceptionRow, Failure> {
    let findings = reader.findings(&FindingFilter {
        rule: Some(exception.rule.clone()),
        limit: Some(LOOKED_THROUGH),
        newest_first: true,
        ..FindingFilter::default()
    })?;
    let by_it = findings
        .iter()
        .filter(|found| found.finding.allowed_by.as_ref() == Some(&exception.id));
    Ok(ExceptionRow {
        used: by_it.count() as u64,
        exception,
    })
}

/// Allows something beyond the rules.
#[utoipa::path(post, path = "/api/v1/exceptions", operation_id = "allow", tag = "rules",
    request_body = Allow,
    responses((status = 200, body = ExceptionRow), (status = 400, body = ErrorAnswer), (status = 403, body = ErrorAnswer),
        (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer)))]
pub(crate) async fn allow(State(shared): State<Arc<Shared>>, body: Body) -> Result<Json, Failure> {
    let wanted = wanted(body::json(&shared, body).await?)?;
    let host = Arc::clone(&shared.host);
    let allow = move |reader: &Reader| row(reader, host.except(wanted)?);
    shared.readers.json(allow).await
}

fn wanted(allow: Allow) -> Result<NewException, Failure> {
    let what = match (allow.finding, allow.rule, allow.project) {
        (Some(finding), None, None) if allow.once => AllowWhat::Once(finding),
        (Some(finding), None, None) => AllowWhat::Project(finding),
        (None, Some(rule), Some(project)) if !allow.once => AllowWhat::Rule(rule, project),
        _ => {
            return Err(Failure::bad_request(
                "either `finding`, or `rule` and `project`; only a finding can be allowed `once`",
            ));
        }
    };
    let now = now_seconds().saturating_mul(1_000_000);
    if allow.until.is_some_and(|until| until.0 <= now) {
        return Err(Failure::bad_request("`until` lies in the past"));
    }
    Ok(NewException {
        what,
        until: allow.until,
        reason: allow.reason.filter(|reason| !reason.trim().is_empty()),
    })
}

/// Takes an exception back.
#[utoipa::path(delete, path = "/api/v1/exceptions/{id}", operation_id = "withdraw", tag = "rules",
    params(("id" = String, Path, description = "Its name.")),
    responses((status = 200, body = ExceptionRow), (status = 403, body = ErrorAnswer), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn withdraw(
    State(shared): State<Arc<Shared>>,
    Named(id): Named,
) -> Result<Json, Failure> {
    let host = Arc::clone(&shared.host);
    let withdraw = move |reader: &Reader| row(reader, host.withdraw(&FindingId(id))?);
    shared.readers.json(withdraw).await
}

#[cfg(test)]
mod tests;
