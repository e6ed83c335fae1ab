//! What comes out: turns of steps, and the subagents that took part.

use crate::Recorded;
use crate::builder::{Builder, Frame};
use crate::step::Step;
use ringfence_agents::Spent;
use ringfence_event::{Timestamp, ToolCallId};
use serde::Serialize;

/// A session, or a page of one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Timeline {
    /// In order of time.
    pub turns: Vec<Turn>,
    /// The subagents that took part, in the order in which they were first heard of.
    pub subagents: Vec<Subagent>,
    /// What the model used in these turns.
    pub spent: Spent,
}

/// What happened from one prompt to the next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Turn {
    /// Counted from 1; 0 is what came before the first prompt.
    pub number: u64,
    /// Set when the turn began on the page before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub continued: bool,
    /// When it began.
    pub began: Timestamp,
    /// When the last was heard of it.
    pub ended: Timestamp,
    /// What was said and done, in order of time; the prompt comes first.
    pub steps: Vec<Step>,
    /// What the model used.
    pub spent: Spent,
}

/// A subagent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Subagent {
    /// The agent's own id for it.
    pub id: String,
    /// The agent's name for its kind.
    pub name: Option<String>,
    /// The subagent that started it; absent if the main conversation did.
    pub parent: Option<String>,
    /// The call that started it.
    pub call: Option<ToolCallId>,
    /// How many tool calls it made on this page.
    pub calls: u64,
    /// What it used on this page.
    pub spent: Spent,
}

impl Timeline {
    /// Returns the session that these events are of, in whatever order they come.
    pub fn of(mut records: Vec<Recorded>) -> Timeline {
        records.sort_by_key(|record| (record.event.at, record.seq));
        let frame = Frame {
            usage_from: Frame::best_usage(records.iter().map(|record| &record.event)),
            is_first: true,
            ..Frame::default()
        };
        let mut builder = Builder::new(frame);
        for record in records {
            builder.add(record);
        }
        builder.finish()
    }
}
