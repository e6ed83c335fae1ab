//! Lines between what is said and done: what began, ended or changed.

use super::Builder;
use crate::step::{Note, What};
use crate::{Recorded, likeness};
use ringfence_event::{Action, Event, Source};
use serde_json::Value;

/// The modes in which Claude Code and Gemini CLI ask about nothing; others tell it themselves.
const UNGUARDED: [&str; 2] = ["bypassPermissions", "yolo"];

impl Builder {
    /// Adds a line of its own, if the event is worth one.
    pub(super) fn note(&mut self, record: Recorded, agent: Option<String>) {
        if let Action::SessionStart {
            model: Some(model), ..
        } = &record.event.action
        {
            let model = model.clone();
            self.notice_model(&record, &model);
        }
        let Some((note, text)) = line(&record.event) else {
            return;
        };
        let known = match note {
            // Where only a file beside tells of it, it is told when the subagent has long spoken.
            Note::SubagentStart => self.first_of(agent.as_deref()),
            _ => None,
        };
        let known = known.or_else(|| self.same_note(&record.event, note, agent.as_deref()));
        if let Some(place) = known {
            if let Some(step) = self.step_mut(place) {
                step.told(
                    record.seq,
                    record.event.source,
                    record.verdict,
                    record.findings,
                );
            }
            return;
        }
        self.push(record, agent, What::Note { note, text });
    }

    /// Adds what the kernel saw outside of calls.
    pub(super) fn deed_alone(&mut self, record: Recorded) {
        let text = crate::words::deed(&record.event.action);
        let what = What::Note {
            note: Note::Deed,
            text,
        };
        self.push(record, None, what);
    }

    /// Tells that the permission mode changed. Hooks have the mode beside each event.
    pub(super) fn notice_mode(&mut self, record: &Recorded) {
        let event = &record.event;
        let (mode, unguarded) = match &event.action {
            Action::PermissionMode { mode, unguarded } => (mode.as_str(), *unguarded),
            _ => match event.rest.get("permission_mode").and_then(Value::as_str) {
                Some(mode) if event.source == Source::Hook => (mode, UNGUARDED.contains(&mode)),
                _ => return,
            },
        };
        let before = self.frame.mode.as_deref();
        if before == Some(mode) {
            return;
        }
        let text = match before {
            Some(before) => format!("{before} → {mode}"),
            None => mode.to_owned(),
        };
        let is_first = before.is_none();
        self.frame.mode = Some(mode.to_owned());
        // How it began is a fact of the session; a line only where it is worth one.
        if is_first && !(unguarded && self.frame.is_first) {
            return;
        }
        let note = if unguarded {
            Note::Unguarded
        } else {
            Note::PermissionMode
        };
        let own = matches!(event.action, Action::PermissionMode { .. });
        let mut told = record.clone();
        if !own {
            told.findings.clear();
            told.verdict = ringfence_event::Verdict::Allow;
        }
        self.push(told, None, What::Note { note, text });
    }

    /// Finds the first step of a subagent.
    fn first_of(&self, agent: Option<&str>) -> Option<super::StepPlace> {
        let agent = agent?;
        let own = |step: &crate::step::Step| step.agent.as_deref() == Some(agent);
        let mut turns = self.turns.iter().enumerate();
        turns.find_map(|(turn, found)| {
            let step = found.steps.iter().position(own)?;
            Some(super::StepPlace { turn, step })
        })
    }

    /// Finds the same line, told by another source a moment ago.
    fn same_note(
        &self,
        event: &Event,
        note: Note,
        agent: Option<&str>,
    ) -> Option<super::StepPlace> {
        let turn = self.turns.len().checked_sub(1)?;
        let steps = &self.turns.get(turn)?.steps;
        let found = steps.iter().rposition(|known| {
            let same = matches!(&known.what, What::Note { note: other, .. } if *other == note);
            let near = event.at.0.saturating_sub(known.at.0) <= likeness::NEAR;
            let other = !known.sources.contains(&event.source);
            same && near && other && known.agent.as_deref() == agent
        });
        found.map(|step| super::StepPlace { turn, step })
    }
}

fn line(event: &Event) -> Option<(Note, String)> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Some(match &event.action {
        Action::SessionStart { reason, model } => {
            let parts = [reason.as_deref(), model.as_deref()];
            let parts: Vec<&str> = parts.into_iter().flatten().collect();
            (Note::SessionStart, parts.join(", "))
        }
        Action::SessionEnd { reason } => (Note::SessionEnd, text(reason)),
        Action::SubagentStart { name } => (Note::SubagentStart, text(name)),
        Action::SubagentEnd { name } => (Note::SubagentEnd, text(name)),
        Action::Compaction { trigger } => (Note::Compaction, text(trigger)),
        Action::Notification { text } => (Note::Notification, text.clone()),
        Action::ConfigChange { path, changes, .. } => {
            let mut told = vec![text(path)];
            told.extend(changes.iter().map(|change| change.text.clone()));
            (Note::ConfigChange, told.join("; "))
        }
        Action::Lost { counts } => {
            let counts: Vec<String> = (counts.iter())
                .map(|(cause, count)| format!("{cause} {count}"))
                .collect();
            (Note::Lost, counts.join(", "))
        }
        // How hooks went is worth a line where they did not run as they should.
        Action::HookRun {
            moment,
            name,
            counts,
        } if counts.failed + counts.cancelled > 0 => {
            let name = name.as_deref().unwrap_or(moment);
            let text = format!(
                "{name}: {} failed, {} cancelled of {}",
                counts.failed, counts.cancelled, counts.hooks
            );
            (Note::Hooks, text)
        }
        Action::Other if event.source == Source::Host => {
            (Note::Other, event.moment.clone().unwrap_or_default())
        }
        _ => return None,
    })
}
