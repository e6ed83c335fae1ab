//! Takes events in order of time and makes turns of them.
//!
//! **Invariant:** what is remembered is what comes out, and a window of the calls that were heard of
//! last. Texts are cut as they come in, so that a page of huge results stays small.

mod calls;
mod notes;
mod texts;
mod usage;

use crate::cost::Teller;
use crate::step::{Step, What};
use crate::turn::{Subagent, Timeline, Turn};
use crate::{Recorded, deed};
use calls::Calls;
use ringfence_agents::{Ledger, Spent};
use ringfence_event::{Action, Event, Source, Timestamp};

/// What is known of a session beside the events of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Which source counts what was used: the others tell the same again.
    pub usage_from: Option<Source>,
    /// The number of the turn in which the page begins.
    pub turn: u64,
    /// Set where nothing comes before.
    pub is_first: bool,
    /// The longest text that is kept, in bytes; `None` keeps all.
    pub longest_text: Option<usize>,
    /// The model before the page.
    pub model: Option<String>,
    /// The permission mode before the page.
    pub mode: Option<String>,
}

impl Frame {
    /// Returns which source tells best what was used: what the agent wrote down, else what it
    /// exported.
    pub fn best_usage<'a>(events: impl Iterator<Item = &'a Event>) -> Option<Source> {
        let told = events.filter(|event| matches!(event.action, Action::Usage { .. }));
        told.fold(None, |best, event| Some(Teller::better(best, event.source)))
    }
}

/// Takes events in order of time and makes turns of them.
pub struct Builder {
    frame: Frame,
    turns: Vec<Turn>,
    subagents: Vec<Subagent>,
    spent: Spent,
    calls: Calls,
    ledger: Ledger,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StepPlace {
    turn: usize,
    step: usize,
}

impl Builder {
    /// Begins a session, or a page of one.
    pub fn new(frame: Frame) -> Builder {
        Builder {
            frame,
            turns: Vec::new(),
            subagents: Vec::new(),
            spent: Spent::default(),
            calls: Calls::default(),
            ledger: Ledger::default(),
        }
    }

    /// Returns what was made.
    pub fn finish(self) -> Timeline {
        Timeline {
            turns: self.turns,
            subagents: self.subagents,
            spent: self.spent,
        }
    }

    /// Takes the next event.
    pub fn add(&mut self, mut record: Recorded) {
        if let Some(most) = self.frame.longest_text {
            texts::cut(&mut record.event, most);
        }
        let agent = agent_id(&record.event).map(str::to_owned);
        self.meet(agent.as_deref(), &record.event);
        self.notice_mode(&record);
        if deed::is_deed(&record.event) {
            self.deed(record);
            return;
        }
        match &record.event.action {
            Action::Prompt { .. } => self.prompt(record, agent),
            Action::Message { .. } | Action::Thinking { .. } | Action::TurnEnd { .. } => {
                self.said(record, agent);
            }
            Action::ToolCall { .. }
            | Action::PermissionRequest { .. }
            | Action::ToolResult { .. }
            | Action::Decision { .. } => self.call(record, agent),
            Action::Usage { .. } => self.usage(&record, agent.as_deref()),
            _ => self.note(record, agent),
        }
    }

    /// The turn in which an event is: the last one, which is made if there is none.
    fn turn(&mut self, at: Timestamp) -> usize {
        if self.turns.is_empty() {
            let continued = self.frame.turn > 0;
            self.open(at, continued);
        }
        self.turns.len().saturating_sub(1)
    }

    fn open(&mut self, at: Timestamp, continued: bool) {
        let number = match self.turns.last() {
            Some(turn) => turn.number,
            None => self.frame.turn,
        };
        self.turns.push(Turn {
            number,
            continued,
            began: at,
            ended: at,
            steps: Vec::new(),
            spent: Spent::default(),
        });
    }

    /// Begins the turn of a prompt.
    fn next_turn(&mut self, at: Timestamp) {
        self.open(at, false);
        if let Some(turn) = self.turns.last_mut() {
            turn.number += 1;
        }
    }

    /// Adds a step to the last turn.
    fn push(&mut self, record: Recorded, agent: Option<String>, what: What) -> StepPlace {
        let mut step = Step::new(record.event.at, agent, what);
        step.told(
            record.seq,
            record.event.source,
            record.verdict,
            record.findings,
        );
        self.place(step)
    }

    fn place(&mut self, step: Step) -> StepPlace {
        let turn = self.turn(step.at);
        let mut place = StepPlace { turn, step: 0 };
        if let Some(turn) = self.turns.get_mut(turn) {
            turn.ended = turn.ended.max(step.at);
            place.step = turn.steps.len();
            turn.steps.push(step);
        }
        place
    }

    fn step_mut(&mut self, place: StepPlace) -> Option<&mut Step> {
        self.turns.get_mut(place.turn)?.steps.get_mut(place.step)
    }

    /// Makes the acquaintance of a subagent.
    fn meet(&mut self, id: Option<&str>, event: &Event) {
        let Some(id) = id else {
            return;
        };
        let place = match self.subagents.iter().position(|known| known.id == id) {
            Some(place) => place,
            None => {
                self.subagents.push(Subagent {
                    id: id.to_owned(),
                    ..Subagent::default()
                });
                self.subagents.len() - 1
            }
        };
        let Some(subagent) = self.subagents.get_mut(place) else {
            return;
        };
        if let Action::SubagentStart { name } = &event.action {
            subagent.name = subagent.name.take().or_else(|| name.clone());
            let parent = event.rest.get("parentAgentId").and_then(|id| id.as_str());
            subagent.parent = subagent.parent.take().or(parent.map(str::to_owned));
            let call = event.call.as_ref().map(|call| call.id.clone());
            subagent.call = subagent.call.take().or(call);
        }
        let kind = event.rest.get("agent_type").and_then(|kind| kind.as_str());
        subagent.name = subagent.name.take().or(kind.map(str::to_owned));
    }
}

/// The subagent that an event is of: Claude Code's hooks name it so, and readers of transcripts do.
pub(crate) fn agent_id(event: &Event) -> Option<&str> {
    let id = event.rest.get("agent_id")?.as_str()?;
    (!id.is_empty()).then_some(id)
}
