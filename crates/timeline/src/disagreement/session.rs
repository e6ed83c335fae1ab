//! One session: its calls, by who told of them, and how its hooks went.

use super::{Circumstances, Found, Hooks, unguarded};
use ringfence_agents::announces;
use ringfence_event::{
    Action, AgentKind, CallRef, Event, EventKey, Operation, Outcome, Source, Timestamp, Tool,
    ToolCallId, UnsaidKind, Verdict,
};
use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};

/// Most calls of a session that are remembered; the oldest goes first.
const MOST_CALLS: usize = 512;
/// Longest piece of a command that is told, in bytes.
const LONGEST_TOLD: usize = 400;
/// How each reason that a hook of ours gives begins.
const OUR_REASON: &str = "Ringfence: ";
/// The moments before a tool is used, in the agents' words.
const BEFORE_TOOL: [&str; 3] = ["PreToolUse", "BeforeTool", "preToolUse"];

/// One call.
#[derive(Debug)]
struct Call {
    /// All events about it.
    keys: Vec<EventKey>,
    reference: Option<CallRef>,
    /// What the hook was told, and what it answered.
    hook: Option<(Verdict, Option<String>)>,
    /// What the agent wrote down.
    written: Option<String>,
    /// What it does, in a few words.
    what: String,
    /// When it had run, and until when a hook may still tell of it.
    ran: Option<(Timestamp, Timestamp)>,
    /// What the kernel saw of it.
    seen: Option<String>,
    /// How the hooks before it went, as telemetry tells.
    trouble: Option<&'static str>,
}

/// One session.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) used: u64,
    pub(super) cwd: Option<String>,
    /// When anybody told of it last.
    pub(super) last: Option<Timestamp>,
    /// Set when it asks about nothing, until that is told.
    pub(super) unguarded: Option<String>,
    calls: VecDeque<Call>,
    /// When it began, as far as it is told.
    first: Option<Timestamp>,
    has_hooks: bool,
    tells_hooks: bool,
    registered: BTreeSet<String>,
    trouble: Option<&'static str>,
    is_missing_told: bool,
}

impl Session {
    /// Takes in what a hook told.
    pub(super) fn hooked(&mut self, event: &Event, verdict: Verdict) -> Option<Found> {
        self.begins(event);
        self.has_hooks = true;
        self.unguarded = unguarded(event).or(self.unguarded.take());
        let announces = match &event.action {
            Action::ToolCall { .. } | Action::PermissionRequest { .. } => true,
            // Where no call has an id, a result may be all that is known for it.
            Action::ToolResult { .. } => event.call.is_none(),
            _ => return None,
        };
        let tool = event.action.tool()?;
        let call = self.call(event, tool)?;
        if announces {
            let text = comparable(tool);
            call.hook = Some((verdict, text));
        }
        call.contradicts()
    }

    /// Takes in what a transcript or telemetry told. A call that is not fresh is only remembered.
    pub(super) fn told(
        &mut self,
        event: &Event,
        is_fresh: bool,
        until: Timestamp,
    ) -> Option<Found> {
        self.begins(event);
        // Of all agents only this one tells which hooks it knows, when a session begins.
        self.tells_hooks |=
            event.source == Source::Telemetry && event.agent == Some(AgentKind::ClaudeCode);
        self.unguarded = unguarded(event).or(self.unguarded.take());
        match &event.action {
            Action::HookRegistered { moment, .. } => {
                self.registered.insert(moment.clone());
                None
            }
            Action::HookRun { moment, counts, .. } if BEFORE_TOOL.contains(&moment.as_str()) => {
                let trouble = if counts.cancelled > 0 {
                    Some("the hook was stopped at its time limit")
                } else if counts.failed > 0 {
                    Some("the hook failed")
                } else {
                    None
                };
                self.trouble = trouble;
                if let Some(place) = self.place(event)
                    && let Some(call) = self.calls.get_mut(place)
                {
                    call.trouble = trouble;
                }
                None
            }
            Action::ToolCall { tool } => {
                let trouble = self.trouble;
                let call = self.call(event, tool)?;
                if event.source == Source::Transcript {
                    call.written = comparable(tool);
                }
                call.trouble = call.trouble.or(trouble);
                is_fresh.then(|| call.contradicts()).flatten()
            }
            Action::ToolResult { .. } => self.result(event, is_fresh, until),
            _ => None,
        }
    }

    /// Takes in what came of a call.
    fn result(&mut self, event: &Event, is_fresh: bool, until: Timestamp) -> Option<Found> {
        let Action::ToolResult {
            tool,
            outcome,
            output,
        } = &event.action
        else {
            return None;
        };
        let agent = event.agent?;
        let trouble = self.trouble;
        let is_known = self.place(event).is_some();
        // What repeats an event that is not remembered was told by a hook, perhaps.
        if event.labels.repeats.is_some() && !is_known {
            return None;
        }
        let call = self.call(event, tool)?;
        call.trouble = call.trouble.or(trouble);
        let counts = *outcome == Outcome::Success && announces(agent, tool);
        // Whether its subagents fire hooks is not known.
        let is_aside = agent == AgentKind::Codex && event.rest.contains_key("agent_id");
        if !counts || is_aside || !is_fresh {
            return None;
        }
        call.ran = Some((event.at, until));
        if tells_a_denial(output) {
            return None;
        }
        call.denied_and_ran()
    }

    /// Takes in what the kernel saw.
    pub(super) fn seen(&mut self, event: &Event) {
        let Some(place) = self.place(event) else {
            return;
        };
        let unsaid = event.labels.unsaid.first().map(|one| one.done.clone());
        let seen = unsaid.or_else(|| match &event.action {
            Action::Exec {
                argv, error: None, ..
            } => Some(argv.join(" ")),
            _ => None,
        });
        if let (Some(call), Some(seen)) = (self.calls.get_mut(place), seen) {
            call.seen.get_or_insert(short(&seen));
        }
    }

    fn begins(&mut self, event: &Event) {
        self.last = self.last.max(Some(event.at));
        let first = self.first.get_or_insert(event.at);
        *first = (*first).min(event.at);
    }

    /// The call that an event is about, if it is known: by its id, or as the same as another event.
    fn place(&self, event: &Event) -> Option<usize> {
        let named = event.call.as_ref().and_then(|own| {
            let is_it = |call: &Call| call.reference.as_ref().is_some_and(|one| one.id == own.id);
            self.calls.iter().rposition(is_it)
        });
        let repeated = || {
            let repeats = event.labels.repeats?;
            let is_it = |call: &Call| call.keys.contains(&repeats);
            self.calls.iter().rposition(is_it)
        };
        named.or_else(repeated)
    }

    fn call(&mut self, event: &Event, tool: &Tool) -> Option<&mut Call> {
        let place = self.place(event).unwrap_or_else(|| {
            if self.calls.len() >= MOST_CALLS {
                self.calls.pop_front();
            }
            self.calls.push_back(Call {
                keys: Vec::new(),
                reference: None,
                hook: None,
                written: None,
                what: String::new(),
                ran: None,
                seen: None,
                trouble: None,
            });
            self.calls.len() - 1
        });
        let call = self.calls.get_mut(place)?;
        if call.keys.len() < 8 {
            call.keys.push(event.key);
        }
        if let Some(reference) = &event.call {
            call.reference.get_or_insert_with(|| reference.clone());
        }
        if call.what.is_empty() || call.what == tool.name {
            call.what = words(tool);
        }
        Some(call)
    }

    /// Whether a call has run of which no hook told until now.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        let due = |call: &Call| call.ran.is_some_and(|(_, until)| until <= now);
        !self.is_missing_told
            && self
                .calls
                .iter()
                .any(|call| call.hook.is_none() && due(call))
    }

    pub(super) fn is_waiting(&self) -> bool {
        let waits = |call: &Call| call.hook.is_none() && call.ran.is_some();
        !self.is_missing_told && self.calls.iter().any(waits)
    }

    /// The first call of the session that ran and that no hook announced, though it should have.
    pub(super) fn missing(
        &mut self,
        now: Timestamp,
        known: &Circumstances,
        announced: &VecDeque<ToolCallId>,
    ) -> Option<Found> {
        let settings = &known.hooks;
        let began = self.first.into_iter().chain(known.began).min();
        let expected = match settings {
            Hooks::Absent => self.has_hooks,
            Hooks::Installed { since } => self.has_hooks || began >= Some(*since),
            Hooks::Off { .. } => true,
        };
        let mut found = None;
        for call in &mut self.calls {
            let Some((at, until)) = call.ran else {
                continue;
            };
            if call.hook.is_some() || until > now {
                continue;
            }
            call.ran = None;
            let id = call.reference.as_ref().map(|reference| &reference.id);
            if id.is_some_and(|id| announced.contains(id)) {
                continue;
            }
            found.get_or_insert((
                at,
                call.what.clone(),
                call.reference.clone(),
                call.keys.clone(),
                call.seen.clone(),
                call.trouble,
            ));
        }
        let (at, what, reference, events, seen, trouble) = found.filter(|_| expected)?;
        self.is_missing_told = true;
        let why = self.why(trouble, settings);
        let seen = seen.map_or_else(String::new, |seen| format!("; the kernel saw {seen}"));
        Some(Found {
            kind: UnsaidKind::CallUnannounced,
            at,
            call: reference,
            said: format!("no hook announced it: {why}"),
            done: format!("{what} ran{seen}"),
            events,
        })
    }

    /// Why no hook told, as far as anybody says.
    fn why(&self, trouble: Option<&str>, settings: &Hooks) -> String {
        if let Hooks::Off { why } = settings {
            return why.clone();
        }
        if let Some(trouble) = trouble {
            return trouble.to_owned();
        }
        let is_registered = (self.registered.iter()).any(|one| BEFORE_TOOL.contains(&one.as_str()));
        if !self.registered.is_empty() && !is_registered {
            return "the agent has registered none before tools".to_owned();
        }
        if self.tells_hooks && self.registered.is_empty() && !self.has_hooks {
            return "the agent has registered no hook".to_owned();
        }
        if *settings == Hooks::Absent {
            return "the hooks are not in its settings any more".to_owned();
        }
        if self.has_hooks {
            return "other hooks of the session came".to_owned();
        }
        "no hook of this session came at all; perhaps the user has not trusted them, or they are switched off".to_owned()
    }
}

impl Call {
    /// What the hook was told and what the agent wrote down are different.
    fn contradicts(&mut self) -> Option<Found> {
        let (_, hook) = self.hook.as_ref()?;
        let (hook, written) = (hook.as_deref()?, self.written.as_deref()?);
        if alike(hook, written) {
            return None;
        }
        let found = self.found(
            UnsaidKind::CallDiffers,
            Timestamp(0),
            format!("the hook was told `{}`", short(hook)),
            format!("the transcript has `{}`", short(written)),
        );
        self.written = None;
        Some(found)
    }

    /// The hook denied it, and it ran.
    fn denied_and_ran(&mut self) -> Option<Found> {
        let (Verdict::Deny, _) = self.hook.as_ref()? else {
            return None;
        };
        let (at, _) = self.ran.take()?;
        Some(self.found(
            UnsaidKind::DeniedRan,
            at,
            format!("the hook denied {}", self.what),
            "the agent reports that it ran".to_owned(),
        ))
    }

    fn found(&self, kind: UnsaidKind, at: Timestamp, said: String, done: String) -> Found {
        Found {
            kind,
            at,
            call: self.reference.clone(),
            said,
            done,
            events: self.keys.clone(),
        }
    }
}

/// Whether a result is the reason of a denial, which the agent hands to its model instead of one (Codex
/// calls that a success), or says nothing of what it is.
fn tells_a_denial(output: &Value) -> bool {
    output.is_null() || output.to_string().contains(OUR_REASON)
}

/// The text of a call by which two sources can be held against each other: a command.
fn comparable(tool: &Tool) -> Option<String> {
    match &tool.operation {
        Operation::Shell { command, .. } => Some(command.clone()),
        _ => None,
    }
}

/// Whether two sources tell the same command: some wrap it, some cut it short.
fn alike(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (one, other) = (plain(one), plain(other));
    one.contains(&other) || other.contains(&one)
}

fn words(tool: &Tool) -> String {
    let what = match &tool.operation {
        Operation::Shell { command, .. } => Some(command.clone()),
        Operation::Read { paths } => paths.first().cloned(),
        Operation::Write { changes } => changes.first().map(|change| change.path.clone()),
        Operation::Fetch { urls } => urls.first().cloned(),
        _ => None,
    };
    match what.filter(|what| !what.is_empty()) {
        Some(what) => format!("{} `{}`", tool.name, short(&what)),
        None => tool.name.clone(),
    }
}

fn short(text: &str) -> String {
    let end = text
        .char_indices()
        .map(|(place, _)| place)
        .take_while(|place| *place <= LONGEST_TOLD)
        .last();
    match end {
        Some(end) if text.len() > LONGEST_TOLD => {
            format!("{}…", text.get(..end).unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}
