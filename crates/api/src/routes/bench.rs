//! `POST /api/v1/rules/test`: what other rules or choices would answer.
//!
//! **Invariant:** nothing is kept, nothing is used up, and at most [`MOST_EVENTS`] events of the
//! record are judged.

use super::rules::days_ago;
use crate::body;
use crate::failure::Failure;
use crate::host::{Trial, Tried, TryRules};
use crate::readers::Json;
use crate::shared::Shared;
use crate::types::{
    Bench, BenchAnswer, BenchEvent, ChangedEvent, ErrorAnswer, Payload, Replay, TriedEvent,
};
use axum::body::Body;
use axum::extract::State;
use ringfence_event::{Decision, Event, RuleId, Timestamp, Verdict};
use ringfence_store::{EventFilter, Reader, StoredEvent, summary};
use std::collections::VecDeque;
use std::sync::Arc;

/// Events that are judged again, the newest ones: a few seconds.
const MOST_EVENTS: usize = 50_000;

/// Events that are in memory at once.
const AT_ONCE: usize = 256;

/// Changes that are told one by one.
const TOLD: usize = 100;

/// The most days that are replayed.
const MOST_DAYS: u32 = 90;

/// Longest rule file that is tried, in bytes.
const LONGEST_RULES: usize = 1 << 20;

/// Tries rules, choices or a mode: on one event, or on the last days of the record.
#[utoipa::path(post, path = "/api/v1/rules/test", operation_id = "try_rules", tag = "rules",
    request_body = Bench,
    responses((status = 200, body = BenchAnswer), (status = 400, body = ErrorAnswer), (status = 404, body = ErrorAnswer)))]
pub(crate) async fn test(State(shared): State<Arc<Shared>>, body: Body) -> Result<Json, Failure> {
    let mut bench: Bench = body::json(&shared, body).await?;
    let subject = subject(&mut bench)?;
    let host = Arc::clone(&shared.host);
    let answer = move |reader: &Reader| {
        let mut trial = host
            .try_rules(TryRules {
                rules: bench.rules,
                choices: bench.choices,
                mode: bench.mode,
            })
            .map_err(Failure::bad_request)?;
        let mut answer = BenchAnswer {
            problems: trial.problems(),
            one: None,
            replay: None,
        };
        match subject {
            Subject::Event(event) => answer.one = Some(event_of(reader, &mut *trial, event)?),
            Subject::Payload(payload) => answer.one = Some(payload_of(&mut *trial, &payload)?),
            Subject::Days(days) => answer.replay = Some(replay(reader, &mut *trial, days)?),
            Subject::Nothing => {}
        }
        Ok(answer)
    };
    shared.readers.json(answer).await
}

/// What the rules are tried on.
enum Subject {
    Event(BenchEvent),
    Payload(Payload),
    Days(u32),
    /// Only what is wrong with them is asked for.
    Nothing,
}

fn subject(bench: &mut Bench) -> Result<Subject, Failure> {
    if bench
        .rules
        .as_ref()
        .is_some_and(|text| text.len() > LONGEST_RULES)
    {
        return Err(Failure::bad_request(format!(
            "`rules` has at most {LONGEST_RULES} bytes"
        )));
    }
    match (bench.event.take(), bench.payload.take(), bench.days) {
        (Some(event), None, None) => Ok(Subject::Event(event)),
        (None, Some(payload), None) => Ok(Subject::Payload(payload)),
        (None, None, Some(days @ 1..=MOST_DAYS)) => Ok(Subject::Days(days)),
        (None, None, Some(_)) => Err(Failure::bad_request(format!(
            "`days` is a number from 1 to {MOST_DAYS}"
        ))),
        (None, None, None) => Ok(Subject::Nothing),
        _ => Err(Failure::bad_request(
            "only one of `event`, `payload` and `days` says what the rules are tried on",
        )),
    }
}

fn event_of(
    reader: &Reader,
    trial: &mut dyn Trial,
    event: BenchEvent,
) -> Result<TriedEvent, Failure> {
    match event {
        BenchEvent::Place(place) => {
            let found = reader.event(&place)?;
            let found = found.ok_or_else(|| Failure::not_found("event"))?;
            Ok(one(trial, &found.event, found.verdict))
        }
        BenchEvent::Whole(mut event) => {
            trial.enrich(&mut event);
            Ok(one(trial, &event, Verdict::Allow))
        }
    }
}

fn payload_of(trial: &mut dyn Trial, payload: &Payload) -> Result<TriedEvent, Failure> {
    let text = payload.body.to_string();
    let mut event = trial
        .read(payload.agent, text.as_bytes())
        .map_err(Failure::bad_request)?;
    trial.enrich(&mut event);
    Ok(one(trial, &event, Verdict::Allow))
}

fn one(trial: &mut dyn Trial, event: &Event, answered: Verdict) -> TriedEvent {
    let Tried { before, after } = trial.judge(event, answered);
    TriedEvent {
        summary: summary(event),
        before: before.into(),
        after: after.into(),
    }
}

fn replay(reader: &Reader, trial: &mut dyn Trial, days: u32) -> Result<Replay, Failure> {
    let since = days_ago(days);
    let (begin, more) = beginning(reader, since)?;
    let mut replay = Replay::default();
    let mut changes = VecDeque::new();
    let mut filter = EventFilter {
        since: Some(since),
        after_seq: Some(begin),
        limit: Some(AT_ONCE),
        ..EventFilter::default()
    };
    loop {
        let left = MOST_EVENTS.saturating_sub(usize::try_from(replay.looked.events).unwrap_or(0));
        filter.limit = Some(left.min(AT_ONCE));
        let events = reader.events(&filter)?;
        let Some(last) = events.last() else { break };
        filter.after_seq = Some(last.id.seq);
        for stored in &events {
            note(&mut replay, &mut changes, trial, stored);
        }
    }
    replay.looked.more = more;
    replay.changes = changes.into_iter().rev().collect();
    Ok(replay)
}

/// The number before the first event that is judged, and whether older ones are left out.
fn beginning(reader: &Reader, since: Timestamp) -> Result<(i64, bool), Failure> {
    let newest = reader.last_seq()?;
    let most = i64::try_from(MOST_EVENTS).unwrap_or(i64::MAX);
    let begin = newest.saturating_sub(most).max(0);
    let older = reader.rows(&EventFilter {
        since: Some(since),
        before_seq: Some(begin.saturating_add(1)),
        limit: Some(1),
        newest_first: true,
        ..EventFilter::default()
    })?;
    Ok((begin, !older.is_empty()))
}

fn note(
    replay: &mut Replay,
    changes: &mut VecDeque<ChangedEvent>,
    trial: &mut dyn Trial,
    stored: &StoredEvent,
) {
    let event = &stored.event;
    replay.looked.events += 1;
    replay.looked.since = replay.looked.since.or(Some(event.at)).min(Some(event.at));
    // Judged once, whoever tells of it.
    if event.labels.repeats.is_some() {
        return;
    }
    let Tried { before, after } = trial.judge(event, stored.verdict);
    replay.before.add(before.verdict);
    replay.after.add(after.verdict);
    if before.verdict == after.verdict {
        return;
    }
    replay.changed += 1;
    if changes.len() == TOLD {
        changes.pop_front();
    }
    changes.push_back(ChangedEvent {
        event: stored.id,
        at: event.at,
        agent: event.agent,
        session: event.session.clone(),
        summary: summary(event),
        before: before.verdict,
        after: after.verdict,
        rules: different(&before, &after),
    });
}

/// The rules that found something on one side only, or would be answered otherwise.
fn different(before: &Decision, after: &Decision) -> Vec<RuleId> {
    let answers = |decision: &Decision| -> Vec<(RuleId, Verdict)> {
        let findings = decision.findings.iter();
        findings
            .map(|finding| (finding.rule.clone(), finding.verdict))
            .collect()
    };
    let (before, after) = (answers(before), answers(after));
    let only = |these: &[(RuleId, Verdict)], others: &[(RuleId, Verdict)]| -> Vec<RuleId> {
        let lonely = these.iter().filter(|one| !others.contains(one));
        lonely.map(|(rule, _)| rule.clone()).collect()
    };
    let mut rules = only(&before, &after);
    rules.extend(only(&after, &before));
    rules.sort();
    rules.dedup();
    rules
}
