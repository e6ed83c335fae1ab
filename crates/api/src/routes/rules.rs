//! `GET /api/v1/rules`, one rule, and what a person chooses for it or for the machine.

use crate::body;
use crate::extract::{Asked, Named};
use crate::failure::Failure;
use crate::host::{Host, RuleChoice, SavedRule};
use crate::readers::Json;
use crate::shared::{Shared, now_seconds};
use crate::types::{
    Choose, ChooseMode, Chosen, ChosenMode, ErrorAnswer, RuleDetail, RuleList, RuleRow, SaveRule,
};
use axum::body::Body;
use axum::extract::State;
use ringfence_event::{RuleId, Timestamp};
use ringfence_store::{Reader, RuleHits};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::IntoParams;

/// The days that are counted if none are named.
const DAYS: u32 = 30;

/// The most days that are counted.
const MOST_DAYS: u32 = 3650;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RuleQuery {
    /// Days whose matches are counted apart: 1 to 3650, 30 if absent.
    #[param(minimum = 1, maximum = 3650)]
    days: Option<u32>,
}

impl RuleQuery {
    fn days(&self) -> Result<u32, Failure> {
        match self.days.unwrap_or(DAYS) {
            days @ 1..=MOST_DAYS => Ok(days),
            _ => Err(Failure::bad_request(format!(
                "`days` is a number from 1 to {MOST_DAYS}"
            ))),
        }
    }
}

/// So many days ago.
pub(super) fn days_ago(days: u32) -> Timestamp {
    let seconds = now_seconds().saturating_sub(i64::from(days) * 86_400);
    Timestamp(seconds.saturating_mul(1_000_000))
}

/// All rules: what each does here, and how often it matched.
#[utoipa::path(get, path = "/api/v1/rules", operation_id = "rules", tag = "rules", params(RuleQuery),
    responses((status = 200, body = RuleList), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn list(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<RuleQuery>,
) -> Result<Json, Failure> {
    let days = query.days()?;
    let host = Arc::clone(&shared.host);
    let list = move |reader: &Reader| {
        let hits = reader.rule_hits(days_ago(days))?;
        let ruled = host.rules();
        let rules = ruled.rules.into_iter();
        Ok(RuleList {
            mode: ruled.mode,
            days,
            items: rules
                .map(|rule| {
                    let hits = hits.get(&rule.id);
                    RuleRow::new(rule, hits)
                })
                .collect(),
            problems: ruled.problems,
        })
    };
    shared.readers.json(list).await
}

/// One rule, as it is written.
#[utoipa::path(get, path = "/api/v1/rules/{id}", operation_id = "rule", tag = "rules",
    params(("id" = String, Path, description = "Its name."), RuleQuery),
    responses((status = 200, body = RuleDetail), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn one(
    State(shared): State<Arc<Shared>>,
    Named(id): Named,
    Asked(query): Asked<RuleQuery>,
) -> Result<Json, Failure> {
    let days = query.days()?;
    let host = Arc::clone(&shared.host);
    let explain = move |reader: &Reader| {
        let id = RuleId(id);
        let hits = reader.rule_hits(days_ago(days))?;
        Ok(RuleDetail {
            state: row(&*host, &id, &hits)?,
            rule: host.rule(&id).ok_or_else(|| Failure::not_found("rule"))?,
        })
    };
    shared.readers.json(explain).await
}

fn row(
    host: &dyn Host,
    id: &RuleId,
    hits: &BTreeMap<RuleId, RuleHits>,
) -> Result<RuleRow, Failure> {
    let mut rules = host.rules().rules.into_iter();
    let rule = rules.find(|rule| rule.id == *id);
    let rule = rule.ok_or_else(|| Failure::not_found("rule"))?;
    Ok(RuleRow::new(rule, hits.get(id)))
}

/// Takes what a person chooses for a rule.
#[utoipa::path(put, path = "/api/v1/rules/{id}/mode", operation_id = "choose_rule", tag = "rules",
    params(("id" = String, Path, description = "Its name.")),
    request_body = Choose,
    responses((status = 200, body = Chosen), (status = 400, body = ErrorAnswer), (status = 403, body = ErrorAnswer),
        (status = 404, body = ErrorAnswer)))]
pub(crate) async fn choose(
    State(shared): State<Arc<Shared>>,
    Named(id): Named,
    body: Body,
) -> Result<Json, Failure> {
    let Choose { mode } = body::json(&shared, body).await?;
    let host = Arc::clone(&shared.host);
    let choose = move |reader: &Reader| {
        let id = RuleId(id);
        let hits = reader.rule_hits(days_ago(DAYS))?;
        let before = row(&*host, &id, &hits)?.choice;
        host.choose(&id, mode).map_err(Failure::internal)?;
        Ok(Chosen {
            rule: row(&*host, &id, &hits)?,
            before: before.unwrap_or(RuleChoice::Default),
        })
    };
    shared.readers.json(choose).await
}

/// Longest text of a rule that is kept, in bytes.
const LONGEST_RULE: usize = 64 * 1024;

/// Writes a rule of the user's own into their rules, where it is in force at once. A text with
/// mistakes is not kept, and no rule that comes with Ringfence is written over.
#[utoipa::path(put, path = "/api/v1/rules/{id}", operation_id = "save_rule", tag = "rules",
    params(("id" = String, Path, description = "Its name, as the text says it.")),
    request_body = SaveRule,
    responses((status = 200, body = SavedRule), (status = 400, body = ErrorAnswer), (status = 403, body = ErrorAnswer),
        (status = 409, body = ErrorAnswer)))]
pub(crate) async fn save(
    State(shared): State<Arc<Shared>>,
    Named(id): Named,
    body: Body,
) -> Result<Json, Failure> {
    let SaveRule { text } = body::json(&shared, body).await?;
    if text.len() > LONGEST_RULE {
        return Err(Failure::bad_request(format!(
            "`text` has at most {LONGEST_RULE} bytes"
        )));
    }
    let host = Arc::clone(&shared.host);
    let save = move |_: &Reader| Ok(host.save_rule(&RuleId(id), Some(&text))?);
    shared.readers.json(save).await
}

/// Takes a rule of the user's own away.
#[utoipa::path(delete, path = "/api/v1/rules/{id}", operation_id = "drop_rule", tag = "rules",
    params(("id" = String, Path, description = "Its name.")),
    responses((status = 200, body = SavedRule), (status = 403, body = ErrorAnswer), (status = 404, body = ErrorAnswer),
        (status = 409, body = ErrorAnswer)))]
pub(crate) async fn drop(
    State(shared): State<Arc<Shared>>,
    Named(id): Named,
) -> Result<Json, Failure> {
    let host = Arc::clone(&shared.host);
    let drop = move |_: &Reader| Ok(host.save_rule(&RuleId(id), None)?);
    shared.readers.json(drop).await
}

/// Takes how far a person wants Ringfence to go on this machine.
#[utoipa::path(put, path = "/api/v1/mode", operation_id = "choose_mode", tag = "rules",
    request_body = ChooseMode,
    responses((status = 200, body = ChosenMode), (status = 400, body = ErrorAnswer), (status = 403, body = ErrorAnswer)))]
pub(crate) async fn choose_mode(
    State(shared): State<Arc<Shared>>,
    body: Body,
) -> Result<Json, Failure> {
    let ChooseMode { mode } = body::json(&shared, body).await?;
    let host = Arc::clone(&shared.host);
    let choose = move |_: &Reader| {
        let before = host.rules().mode;
        host.choose_mode(mode).map_err(Failure::internal)?;
        Ok(ChosenMode {
            mode: host.rules().mode,
            before,
        })
    };
    shared.readers.json(choose).await
}

#[cfg(test)]
mod tests;
