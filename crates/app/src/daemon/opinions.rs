//! The thread that asks for second opinions, and the queue before it.
//!
//! **Invariant:** nobody waits for it: what finds the queue full is not asked about, and is counted.

use super::{Shared, now};
use crate::config::Config;
use crate::opinion::{self, Budget, Client, May, Opinion, Settings};
use anyhow::{Context, Result};
use ringfence_event::{
    Action, AgentKind, CallRef, Event, EventKey, InjectionLevel, InjectionMark, Labels, SessionId,
    Source,
};
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Texts that wait to be asked about.
const WAITING: usize = 64;

/// What spoke, in the rules of a mark.
const RULE: &str = "second-opinion";

/// A text to ask about, and whose it was.
struct Question {
    about: EventKey,
    agent: Option<AgentKind>,
    session: Option<SessionId>,
    call: Option<CallRef>,
    cwd: Option<String>,
    mark: InjectionMark,
    passage: String,
}

/// The door to the thread.
#[derive(Default)]
pub(super) struct Opinions {
    sender: Mutex<Option<SyncSender<Question>>>,
    unasked: AtomicU64,
    /// Why the last question got no answer.
    failed: Mutex<Option<String>>,
}

impl Opinions {
    /// Takes what is suspicious in an event as it will be kept, its secrets masked.
    pub(super) fn offer(&self, event: &Event, config: &Config) {
        if config.second_opinion.is_none() {
            return;
        }
        for mark in &event.labels.injections {
            let question = Question {
                about: event.key,
                agent: event.agent,
                session: event.session.clone(),
                call: event.call.clone(),
                cwd: event.cwd.clone(),
                mark: mark.clone(),
                passage: opinion::in_event(event, &mark.excerpt),
            };
            let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
            let taken = sender
                .as_ref()
                .is_some_and(|sender| sender.try_send(question).is_ok());
            if !taken {
                self.unasked.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// What keeps it from working, in one sentence.
    pub(super) fn problem(&self) -> Option<String> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let unasked = self.unasked.load(Ordering::Relaxed);
        match failed.as_ref() {
            Some(why) => Some(format!("no second opinion on suspicious texts: {why}")),
            None if unasked > 0 => Some(format!(
                "suspicious texts without a second opinion, since there were too many: {unasked}"
            )),
            None => None,
        }
    }
}

/// Starts the thread. It may wait for an answer when the daemon ends: what comes then is not kept.
pub(super) fn start(shared: &Arc<Shared>) -> Result<()> {
    let (sender, receiver) = sync_channel(WAITING);
    *(shared.opinions.sender.lock()).unwrap_or_else(PoisonError::into_inner) = Some(sender);
    let shared = Arc::clone(shared);
    thread::Builder::new()
        .name("second opinion".to_owned())
        .spawn(move || run(&shared, &receiver))
        .context("failed to start a thread")?;
    Ok(())
}

fn run(shared: &Shared, receiver: &Receiver<Question>) {
    let mut budget = Budget::default();
    let mut client: Option<(Settings, Client)> = None;
    for question in receiver {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        let asked = ask(shared, &mut budget, &mut client, &question);
        let failed = match asked {
            Ok(Some(opinion)) => {
                keep(shared, question, &opinion);
                None
            }
            Ok(None) => continue,
            Err(error) => {
                budget.give_back(&question.passage);
                // Its key may be another by now.
                client = None;
                Some(format!("{error:#}").replace('\n', " "))
            }
        };
        *(shared.opinions.failed.lock()).unwrap_or_else(PoisonError::into_inner) = failed;
    }
}

/// Asks, unless it was asked before or too often, or is no longer wanted.
fn ask(
    shared: &Shared,
    budget: &mut Budget,
    client: &mut Option<(Settings, Client)>,
    question: &Question,
) -> Result<Option<Opinion>> {
    let judge = shared.judge();
    let Some(settings) = &judge.config.second_opinion else {
        return Ok(None);
    };
    match budget.take(&question.passage, settings.per_hour, now()) {
        May::Ask => {}
        May::Known => return Ok(None),
        May::Spent => {
            shared.opinions.unasked.fetch_add(1, Ordering::Relaxed);
            return Ok(None);
        }
    }
    let ready = match client.take() {
        Some((made_of, client)) if made_of == *settings => client,
        _ => Client::new(settings, &shared.places.config)?,
    };
    let (_, ready) = client.insert((settings.clone(), ready));
    ready.ask(&question.mark, &question.passage).map(Some)
}

/// Keeps an opinion as an event of its own, and judges it.
fn keep(shared: &Shared, question: Question, opinion: &Opinion) {
    let judge = shared.judge();
    let mut mark = question.mark;
    mark.level = if opinion.injection {
        InjectionLevel::Alert
    } else {
        InjectionLevel::Taint
    };
    mark.rules.push(RULE.to_owned());
    let sentence = judge.harmless(&opinion.sentence());
    let rest = json!({ "about": question.about, "model": opinion.model,
        "injection": opinion.injection, "confidence": opinion.confidence });
    let event = Event {
        key: EventKey(uuid::Uuid::now_v7()),
        at: now(),
        source: Source::Host,
        agent: question.agent,
        moment: Some(if opinion.injection {
            "InjectionConfirmed".to_owned()
        } else {
            "InjectionDoubted".to_owned()
        }),
        session: question.session,
        call: question.call,
        process: None,
        cwd: question.cwd,
        action: Action::Notification {
            text: format!("“{}”: {sentence}", mark.excerpt),
        },
        labels: Labels {
            injections: vec![mark],
            ..Labels::default()
        },
        rest: serde_json::Map::from_iter([("second_opinion".to_owned(), rest)]),
    };
    let record = judge.found_out(event, &shared.memory);
    // What the journal cannot take is told by the store's health.
    shared.store.append(record).map(drop).unwrap_or_default();
}
