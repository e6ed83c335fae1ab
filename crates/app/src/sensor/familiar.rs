//! What the kernel tells again and again: the same program started in the same place with the same
//! words, and its end. Its labels are those of the first time, and no rule had anything to say.
//!
//! **Invariant:** two events with the same sign differ only in what neither labels nor rules look
//! at: key, moment and ids of processes. What held a secret, or a rule spoke of, is never familiar.
//! Bounded in number; for one set of choices and rules only.

use crate::judge::Judge;
use ringfence_event::{Action, AgentKind, Event, Labels, SessionId};
use std::collections::HashMap;
use std::sync::Arc;

/// Most that is remembered; then it begins anew.
const MOST: usize = 4096;
/// Longest text of a start that is remembered, in bytes.
const LONGEST: usize = 4096;

/// What stands for an event's texts: nobody finds two for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sign([u8; 32]);

/// What was understood before.
#[derive(Default)]
pub(crate) struct Familiar {
    known: HashMap<Sign, Labels>,
    judge: Option<Arc<Judge>>,
    /// A rule asks for the time: nothing is twice the same.
    is_off: bool,
}

impl Familiar {
    /// Forgets everything if choices or rules have changed.
    pub(crate) fn follow(&mut self, judge: &Arc<Judge>) {
        if self
            .judge
            .as_ref()
            .is_some_and(|one| Arc::ptr_eq(one, judge))
        {
            return;
        }
        self.known.clear();
        self.is_off = judge.rules.asks_when();
        self.judge = Some(Arc::clone(judge));
    }

    /// Gives an event the labels that it had the last time; false if it is new.
    pub(crate) fn recall(&self, sign: Sign, event: &mut Event) -> bool {
        let Some(labels) = self.known.get(&sign) else {
            return false;
        };
        event.labels = Labels {
            ancestors: std::mem::take(&mut event.labels.ancestors),
            ..labels.clone()
        };
        true
    }

    /// Remembers the labels of an event of which no rule had anything to say.
    pub(crate) fn learn(&mut self, sign: Sign, labels: &Labels) {
        if self.is_off || !labels.secrets.is_empty() {
            return;
        }
        if self.known.len() >= MOST {
            self.known.clear();
        }
        let labels = Labels {
            ancestors: Vec::new(),
            ..labels.clone()
        };
        self.known.insert(sign, labels);
    }
}

/// The sign of a start or an end, before it is enriched; none of anything else, and none where
/// something was done and not said.
pub(crate) fn sign(event: &Event) -> Option<Sign> {
    if !event.labels.unsaid.is_empty() {
        return None;
    }
    let mut texts = Texts::default();
    match &event.action {
        Action::Exec {
            argv,
            parent,
            environment,
            script,
            error,
        } => {
            texts.add("exec");
            texts.number(argv.len());
            for word in argv {
                texts.add(word);
            }
            texts.number(environment.len());
            for (name, value) in environment {
                texts.add(name);
                texts.add(value);
            }
            texts.perhaps(script.as_deref());
            texts.add(&format!("{error:?}"));
            let parent = parent.as_ref().and_then(|one| one.executable.as_deref());
            texts.perhaps(parent);
        }
        Action::Exit { code, signal } => {
            texts.add("exit");
            texts.add(&format!("{code:?} {signal:?}"));
        }
        _ => return None,
    }
    texts.add(event.source.name());
    texts.add(event.agent.map_or("", AgentKind::name));
    texts.perhaps(event.moment.as_deref());
    texts.perhaps(event.session.as_ref().map(SessionId::as_str));
    texts.perhaps(event.call.as_ref().map(|call| call.id.0.as_str()));
    let program = event.process.as_ref();
    texts.perhaps(program.and_then(|one| one.executable.as_deref()));
    texts.perhaps(event.cwd.as_deref());
    let ancestors = &event.labels.ancestors;
    texts.number(ancestors.len());
    for name in ancestors {
        texts.add(name);
    }
    if !event.rest.is_empty() {
        texts.add(&serde_json::to_string(&event.rest).ok()?);
    }
    texts.sign()
}

/// Texts behind each other, so that no two lists of texts are the same bytes.
#[derive(Default)]
struct Texts(Vec<u8>);

impl Texts {
    fn number(&mut self, number: usize) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn add(&mut self, text: &str) {
        self.number(text.len());
        if self.0.len() <= LONGEST {
            self.0.extend_from_slice(text.as_bytes());
        }
    }

    fn perhaps(&mut self, text: Option<&str>) {
        self.number(usize::from(text.is_some()));
        self.add(text.unwrap_or_default());
    }

    /// None where not all of them found room.
    fn sign(self) -> Option<Sign> {
        (self.0.len() <= LONGEST).then(|| Sign(*blake3::hash(&self.0).as_bytes()))
    }
}

#[cfg(test)]
mod tests;
