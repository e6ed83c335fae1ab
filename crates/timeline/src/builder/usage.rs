//! What the model used, each request once, from one source.

use super::Builder;
use crate::Recorded;
use crate::step::{Note, What};
use ringfence_agents::{Counted, Spent, prices};
use ringfence_event::Action;

impl Builder {
    /// Counts a request.
    pub(super) fn usage(&mut self, record: &Recorded, agent: Option<&str>) {
        let event = &record.event;
        let Action::Usage { usage } = &event.action else {
            return;
        };
        let counts = self.frame.usage_from;
        if counts.is_some_and(|source| source != event.source) {
            // The same request again; what the agent says of its cost stands beside.
            let recorded = Spent {
                recorded: usage.cost.unwrap_or_default(),
                ..Spent::default()
            };
            self.spent.add(&recorded);
            let turn = self.turn(event.at);
            if let Some(turn) = self.turns.get_mut(turn) {
                turn.spent.add(&recorded);
            }
            return;
        }
        if let Some(model) = &usage.model
            && agent.is_none()
            && !usage.aside
        {
            self.notice_model(record, model);
        }
        let turn = self.turn(event.at);
        let Some(kind) = event.agent else {
            return;
        };
        let counted = self.ledger.count(kind, usage, prices());
        let subagent = agent.and_then(|id| self.subagents.iter_mut().find(|known| known.id == id));
        if let Some(subagent) = subagent {
            add(&mut subagent.spent, counted);
        }
        if let Some(turn) = self.turns.get_mut(turn) {
            add(&mut turn.spent, counted);
        }
        add(&mut self.spent, counted);
    }

    /// Tells that another model answers, if one did before.
    pub(super) fn notice_model(&mut self, record: &Recorded, model: &str) {
        let before = self.frame.model.replace(model.to_owned());
        let Some(before) = before.filter(|before| before != model) else {
            return;
        };
        let what = What::Note {
            note: Note::Model,
            text: format!("{before} → {model}"),
        };
        self.push(record.clone(), None, what);
    }
}

fn add(spent: &mut Spent, counted: Counted) {
    match counted {
        Counted::New(more) => spent.add(&more),
        Counted::Instead(before, after) => {
            spent.take_back(&before);
            spent.add(&after);
        }
        Counted::Again => {}
    }
}
