//! What is told of a moment beside its hook, as raw as the sensor, a transcript, an exporter and the
//! proxy bring it.

use super::script::Does;
use super::{Moment, key, senses};
use crate::judge::Judge;
use crate::overheard;
use ringfence_agents::{HistoryFormat, HistoryReader, Line, Origin};
use ringfence_event::{Action, AgentKind, Event, Timestamp};
use ringfence_sense::Observation;
use serde_json::Value;
use std::collections::HashMap;

/// How long before a step the model had answered, in microseconds.
const ANSWERED: i64 = 400_000;

/// What is told of one moment.
pub(crate) struct Others {
    /// By the sensor.
    pub(crate) seen: Vec<Observation>,
    /// By all others that tell afterwards.
    pub(crate) told: Vec<Event>,
}

/// What each session wrote down so far, and how many lines.
#[derive(Default)]
pub(crate) struct Backdrop {
    transcripts: HashMap<String, (HistoryReader, u64)>,
}

impl Backdrop {
    /// Returns what is told of a moment; `event` is what its hook told, with its facts, `after` what
    /// it told when that was done.
    pub(crate) fn of(
        &mut self,
        judge: &Judge,
        moment: &Moment,
        (event, after): (&Event, Option<&Value>),
        at: Timestamp,
    ) -> Others {
        let seen = match after {
            Some(_) => senses::Sensor::new(&moment.session, moment.number, event)
                .see(moment.does.secretly()),
            None => Vec::new(),
        };
        let mut told = self.written(moment, after, at);
        if !matches!(moment.does, Does::Start | Does::Prompt(_)) {
            told.extend(answered(judge, moment, at));
        }
        Others { seen, told }
    }

    /// What Claude Code wrote down; the others' sessions are told otherwise.
    fn written(&mut self, moment: &Moment, after: Option<&Value>, at: Timestamp) -> Vec<Event> {
        let session = &moment.session;
        if session.agent != AgentKind::ClaudeCode {
            return Vec::new();
        }
        let payloads = (&moment.payload, after);
        let lines = senses::lines(session, moment.number, &moment.does, payloads, at);
        let origin = || Origin {
            path: format!("projects/demo/{}.jsonl", session.id),
            ..Origin::default()
        };
        let (reader, count) = self
            .transcripts
            .entry(session.id.clone())
            .or_insert_with(|| (HistoryReader::new(HistoryFormat::Claude, origin()), 0));
        let mut told = Vec::new();
        for line in lines {
            *count += 1;
            let bytes = line.to_string();
            let line = Line {
                number: *count,
                offset: 0,
                bytes: bytes.as_bytes(),
                missing: 0,
            };
            reader.line(&line, &mut told);
        }
        reader.finish(&mut told);
        told.into_iter().map(|told| told.event).collect()
    }
}

/// What is exported and read on the wire when a model has answered.
fn answered(judge: &Judge, moment: &Moment, at: Timestamp) -> Vec<Event> {
    let session = &moment.session;
    let when = Timestamp(at.0.saturating_sub(ANSWERED));
    let mut told = senses::exported(session, moment.number, when);
    told.extend(senses::overheard(session, moment.number, when).map(|told| {
        let mut event = overheard::event(told, Some(session.agent), None);
        event.key = key(when);
        if let Action::HttpExchange { exchange } = &mut event.action {
            exchange.peer = judge.config.proxy.peer(&exchange.host);
        }
        event
    }));
    told
}
