//! `GET /api/v1/injections`: texts that give orders where they should only inform.

use super::{query, walk};
use crate::extract::Asked;
use crate::failure::Failure;
use crate::readers::Json;
use crate::schema;
use crate::shared::Shared;
use crate::types::{After, ErrorAnswer, InjectionList, InjectionRow};
use axum::extract::State;
use ringfence_event::{InjectionLevel, InjectionMark, SessionId, Timestamp, Verdict};
use ringfence_store::{EventFilter, EventId, Reader, StoredEvent, summary};
use std::sync::Arc;

/// What carries texts.
const KINDS: [&str; 5] = [
    "tool_result",
    "config_change",
    "prompt",
    "tool_call",
    "http_exchange",
];

/// Events of each kind that are looked at: whole texts are read with them.
const MOST_EVENTS: usize = 4000;

/// Texts that are kept while the others are looked for.
const MOST_ROWS: usize = 5000;

/// After a text was read, what alarms within this time may be for it, in microseconds.
const OBEYING: i64 = 30 * 60 * 1_000_000;

/// Events that are counted after a text.
const MOST_AFTER: usize = 500;

query! { InjectionQuery {
    /// At least so sure; all if absent.
    #[param(value_type = Option<schema::InjectionLevel>)]
    level: Option<InjectionLevel>,
} }

/// Texts that give orders or hide something, the latest first, and what alarmed after each.
#[utoipa::path(get, path = "/api/v1/injections", operation_id = "injections", tag = "inspect",
    params(InjectionQuery),
    responses((status = 200, body = InjectionList), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn injections(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<InjectionQuery>,
) -> Result<Json, Failure> {
    let narrow = query.narrow()?;
    let read = move |reader: &Reader| {
        let mut items: Vec<InjectionRow> = Vec::new();
        let mut left_out = 0;
        let looked = walk(reader, &narrow, &KINDS, MOST_EVENTS, |stored| {
            for mark in &stored.event.labels.injections {
                let is_sure = query.level.is_none_or(|level| mark.level >= level);
                if !is_sure
                    || narrow
                        .text
                        .as_ref()
                        .is_some_and(|text| !mentions(mark, stored, text))
                {
                    continue;
                }
                if items.len() < MOST_ROWS {
                    items.push(row(stored, mark));
                } else {
                    left_out += 1;
                }
            }
        })?;
        items.sort_by_key(|row| std::cmp::Reverse((row.at, row.event.seq)));
        left_out += items.len().saturating_sub(narrow.limit) as u64;
        items.truncate(narrow.limit);
        for row in &mut items {
            if let Some(session) = &row.session {
                row.after = after(reader, session, row.event, row.at)?;
            }
        }
        Ok(InjectionList {
            items,
            left_out,
            looked,
        })
    };
    shared.readers.json(read).await
}

fn mentions(mark: &InjectionMark, stored: &StoredEvent, text: &str) -> bool {
    let told = [&mark.excerpt, &mark.origin, &summary(&stored.event)]
        .map(|field| field.to_lowercase().contains(text));
    told.contains(&true) || mark.rules.iter().any(|rule| rule.contains(text))
}

fn row(stored: &StoredEvent, mark: &InjectionMark) -> InjectionRow {
    let event = &stored.event;
    let findings = stored.findings.iter();
    InjectionRow {
        event: stored.id,
        at: event.at,
        agent: event.agent,
        session: event.session.clone(),
        source: event.source,
        summary: summary(event),
        origin: mark.origin.clone(),
        level: mark.level,
        score: mark.score,
        rules: mark.rules.clone(),
        excerpt: mark.excerpt.clone(),
        hidden: mark.hidden.clone(),
        verdict: stored.verdict,
        findings: findings.map(|finding| finding.id.clone()).collect(),
        after: After::default(),
    }
}

/// What alarmed in a session after an event, shortly.
fn after(
    reader: &Reader,
    session: &SessionId,
    event: EventId,
    at: Timestamp,
) -> Result<After, Failure> {
    let rows = reader.rows(&EventFilter {
        session: Some(session.0.clone()),
        verdict: Some(Verdict::Alert),
        since: Some(at),
        until: Some(Timestamp(at.0.saturating_add(OBEYING))),
        after_seq: Some(event.seq),
        limit: Some(MOST_AFTER),
        ..EventFilter::default()
    })?;
    let mut after = After::default();
    for row in rows
        .iter()
        .filter(|row| row.session.as_ref() == Some(session))
    {
        match row.verdict {
            Verdict::Allow => {}
            Verdict::Alert => after.alerted += 1,
            Verdict::Ask => after.asked += 1,
            Verdict::Deny => after.denied += 1,
        }
    }
    Ok(after)
}
