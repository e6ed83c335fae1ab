//! One session of the record, page by page.
//!
//! **Invariant:** what is read for a page is bounded by its size, but for the marks of the session's
//! events. Where the record lies is the caller's business: it comes through [`Records`].

use crate::builder::{Builder, agent_id};
use crate::outline::{Counts, Cursor, Mark, Outline, prompt_mark};
use crate::provenance::{CameFrom, Provenance};
use crate::taint::{Taint, Taints};
use crate::{Recorded, Timeline, What};
use ringfence_agents::{Counted, Ledger, Spent, prices};
use ringfence_event::{
    Action, AgentKind, Event, EventKey, SessionId, Source, Timestamp, ToolCallId,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Events that are read at once.
const AT_ONCE: usize = 500;

/// Events before a page whose words its calls may repeat.
const LOOK_BACK: usize = 400;

/// Most subagents that are asked for as sessions of their own.
const MOST_JOINED: usize = 64;

/// The kinds of those events.
const SPEAKING: [&str; 5] = ["prompt", "message", "tool_call", "tool_result", "turn_end"];

/// Where events are read from.
pub trait Records {
    /// What can go wrong.
    type Error;

    /// Returns the marks of a session's events; their `prompt` is filled in later.
    fn marks(&self, session: &str) -> Result<Vec<Mark>, Self::Error>;

    /// Returns the events with these numbers, as far as they are kept, in the given order.
    fn read(&self, seqs: &[i64]) -> Result<Vec<Recorded>, Self::Error>;

    /// Returns the hash by which marks know a call.
    fn mark_of_call(&self, id: &ToolCallId) -> i64;

    /// Returns the event with this key, if it is kept.
    fn by_key(&self, key: EventKey) -> Result<Option<Recorded>, Self::Error>;

    /// Returns the last event of another session that changed a file, before a moment.
    fn writer(
        &self,
        path: &str,
        before: Timestamp,
        session: &SessionId,
    ) -> Result<Option<Recorded>, Self::Error>;
}

/// One session of the record. What a subagent did that is told as a session of its own, under the
/// subagent's id, belongs to it.
pub struct Session<'a, R> {
    pub(crate) records: &'a R,
    pub(crate) outline: Outline,
    /// The ids of those subagents.
    joined: BTreeSet<String>,
}

/// What is known of a session as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Facts {
    /// How many there are.
    #[serde(flatten)]
    pub counts: Counts,
    /// What the model used.
    pub spent: Spent,
    /// The day on which the prices were taken.
    pub prices_of: &'static str,
    /// What each model used.
    pub models: BTreeMap<String, Spent>,
    /// Permission modes, in the agent's words, as far as they were told by themselves.
    pub modes: BTreeSet<String>,
}

/// A page of a session.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SessionPage {
    /// Turns, the oldest first.
    #[serde(flatten)]
    pub timeline: Timeline,
    /// What to ask for next; absent at the end.
    pub next: Option<String>,
}

impl<'a, R: Records> Session<'a, R> {
    /// Looks at a session from afar; `None` if it has no events.
    pub fn open(records: &'a R, session: &str) -> Result<Option<Session<'a, R>>, R::Error> {
        let mut marks = records.marks(session)?;
        if marks.is_empty() {
            return Ok(None);
        }
        let mut opened = Session {
            records,
            outline: Outline::default(),
            joined: BTreeSet::new(),
        };
        opened.join(session, &mut marks)?;
        let prompts: Vec<i64> = (marks.iter())
            .filter(|mark| mark.kind == "prompt")
            .map(|mark| mark.seq)
            .collect();
        let mut begins: HashMap<i64, u64> = HashMap::new();
        for part in prompts.chunks(AT_ONCE) {
            for record in opened.read(part)? {
                if let Action::Prompt { text } = &record.event.action
                    && agent_id(&record.event).is_none()
                {
                    begins.insert(record.seq, prompt_mark(text));
                }
            }
        }
        for mark in &mut marks {
            mark.prompt = begins.get(&mark.seq).copied();
        }
        opened.outline = Outline::of(marks);
        Ok(Some(opened))
    }

    /// Adds the marks of subagents that are sessions of their own, and of theirs.
    fn join(&mut self, session: &str, marks: &mut Vec<Mark>) -> Result<(), R::Error> {
        let mut asked = BTreeSet::from([session.to_owned()]);
        let mut from = 0;
        while from < marks.len() && asked.len() <= MOST_JOINED {
            let new = marks.get(from..).unwrap_or_default().iter();
            let starts: Vec<i64> = new
                .filter(|mark| mark.kind == "subagent_start")
                .map(|mark| mark.seq)
                .take(MOST_JOINED)
                .collect();
            from = marks.len();
            for record in self.records.read(&starts)? {
                let Some(id) = agent_id(&record.event) else {
                    continue;
                };
                if asked.insert(id.to_owned()) {
                    let own = self.records.marks(id)?;
                    if !own.is_empty() {
                        self.joined.insert(id.to_owned());
                        marks.extend(own);
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads events; those of a joined session are its subagent's.
    pub(crate) fn read(&self, seqs: &[i64]) -> Result<Vec<Recorded>, R::Error> {
        let mut records = self.records.read(seqs)?;
        if self.joined.is_empty() {
            return Ok(records);
        }
        for record in &mut records {
            let event = &mut record.event;
            let own = event.session.as_ref().map(SessionId::as_str);
            let subagent = own.filter(|own| self.joined.contains(*own));
            if let (None, Some(subagent)) = (agent_id(event), subagent) {
                let subagent = subagent.into();
                event.rest.insert("agent_id".to_owned(), subagent);
            }
        }
        Ok(records)
    }

    /// Returns how many events, turns and calls there are.
    pub fn counts(&self) -> &Counts {
        self.outline.counts()
    }

    /// Returns where a turn begins.
    pub fn turn(&self, number: u64) -> Option<Cursor> {
        self.outline.cursor_of_turn(number)
    }

    /// Adds up what is known of the whole session.
    pub fn facts(&self) -> Result<Facts, R::Error> {
        let mut facts = Facts {
            counts: self.outline.counts().clone(),
            prices_of: prices().date(),
            ..Facts::default()
        };
        let mut ledger = Ledger::default();
        let kinds = ["usage", "permission_mode"];
        let seqs: Vec<i64> = (kinds.iter())
            .flat_map(|kind| self.outline.of_kind(kind))
            .collect();
        for part in seqs.chunks(AT_ONCE) {
            for record in self.read(part)? {
                facts.add(&record.event, self.outline.usage_from(), &mut ledger);
            }
        }
        Ok(facts)
    }

    /// Returns the page that begins here, or at the beginning, with about so many events.
    pub fn page(
        &self,
        from: Option<Cursor>,
        size: usize,
        longest_text: Option<usize>,
    ) -> Result<SessionPage, R::Error> {
        let page = self.outline.page(from, size);
        let mut context = self.context(from)?;
        let mut frame = page.frame.clone();
        frame.longest_text = longest_text;
        let mut builder = Builder::new(frame);
        for part in page.seqs.chunks(AT_ONCE) {
            let mut records = self.read(part)?;
            records.sort_by_key(|record| (record.event.at, record.seq));
            for record in records {
                context.explain(&record);
                builder.add(record);
            }
        }
        let mut timeline = builder.finish();
        context.note(&mut timeline);
        Ok(SessionPage {
            timeline,
            next: page.next.map(|next| next.to_string()),
        })
    }

    /// Returns which call started a subagent, and the subagent that made that call.
    pub(crate) fn starts(&self) -> Result<HashMap<String, Started>, R::Error> {
        let seqs: Vec<i64> = self
            .outline
            .of_kind("subagent_start")
            .take(AT_ONCE)
            .collect();
        let mut starts = HashMap::new();
        for record in self.read(&seqs)? {
            let Some(id) = agent_id(&record.event) else {
                continue;
            };
            let parent = record.event.rest.get("parentAgentId");
            let started = Started {
                call: record.event.call.as_ref().map(|call| call.id.clone()),
                parent: parent.and_then(|id| id.as_str()).map(str::to_owned),
            };
            starts.insert(id.to_owned(), started);
        }
        Ok(starts)
    }

    /// What was heard before a page.
    fn context(&self, from: Option<Cursor>) -> Result<Context, R::Error> {
        let mut context = Context::default();
        let before = self.outline.before(from, &SPEAKING, LOOK_BACK);
        for part in before.chunks(AT_ONCE) {
            let mut records = self.read(part)?;
            records.sort_by_key(|record| (record.event.at, record.seq));
            for record in records {
                context.hear(record.seq, &record.event);
            }
        }
        Ok(context)
    }
}

impl Facts {
    fn add(&mut self, event: &Event, from: Option<Source>, ledger: &mut Ledger) {
        let (usage, agent) = match &event.action {
            Action::PermissionMode { mode, .. } => {
                self.modes.insert(mode.clone());
                return;
            }
            Action::Usage { usage } => (usage, event.agent),
            _ => return,
        };
        if from != Some(event.source) {
            self.spent.recorded = self.spent.recorded.plus(usage.cost.unwrap_or_default());
            return;
        }
        let Some(agent) = agent else {
            return;
        };
        let model = usage.model.clone().unwrap_or_default();
        let of_model = self.models.entry(model).or_default();
        match ledger.count(agent, usage, prices()) {
            Counted::New(spent) => {
                of_model.add(&spent);
                self.spent.add(&spent);
            }
            Counted::Instead(before, after) => {
                for sum in [of_model, &mut self.spent] {
                    sum.take_back(&before);
                    sum.add(&after);
                }
            }
            Counted::Again => {}
        }
    }
}

/// Who started a subagent.
pub(crate) struct Started {
    pub(crate) call: Option<ToolCallId>,
    pub(crate) parent: Option<String>,
}

/// What explains calls: who said their words before, and what is in the air.
#[derive(Default)]
pub(crate) struct Context {
    provenance: Provenance,
    taints: Taints,
    told: HashMap<i64, (Vec<CameFrom>, Vec<Taint>)>,
}

impl Context {
    pub(crate) fn hear(&mut self, seq: i64, event: &Event) {
        self.provenance.hear(seq, event);
        self.taints.hear(seq, event);
    }

    /// Notes where a call came from, then hears what the event says.
    pub(crate) fn explain(&mut self, record: &Recorded) {
        let event = &record.event;
        if let Action::ToolCall { tool } | Action::PermissionRequest { tool } = &event.action {
            let came_from = self.provenance.of(tool);
            let taints = self.taints.of(event);
            if !came_from.is_empty() || !taints.is_empty() {
                self.told.insert(record.seq, (came_from, taints));
            }
        }
        self.hear(record.seq, event);
    }

    /// Writes what was noted into the calls.
    pub(crate) fn note(&mut self, timeline: &mut Timeline) {
        for step in timeline.turns.iter_mut().flat_map(|turn| &mut turn.steps) {
            let What::Call(call) = &mut step.what else {
                continue;
            };
            for seq in &step.events {
                let Some((came_from, taints)) = self.told.remove(seq) else {
                    continue;
                };
                for one in came_from {
                    if !call.came_from.contains(&one) {
                        call.came_from.push(one);
                    }
                }
                for one in taints {
                    if !call.taints.contains(&one) {
                        call.taints.push(one);
                    }
                }
            }
        }
    }
}

/// Whose session an event is of.
pub(crate) fn whose(event: &Event) -> Option<(Option<AgentKind>, &SessionId)> {
    Some((event.agent, event.session.as_ref()?))
}
