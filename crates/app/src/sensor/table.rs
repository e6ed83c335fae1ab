//! Stands in for the process table of `enrich`.

use ringfence_event::{AgentKind, CallRef, Join, SessionId, Timestamp, ToolCallId};
use ringfence_sense::Process;
use std::collections::HashMap;

#[derive(Clone, Debug, Default)]
pub(crate) struct Attribution {
    pub(crate) agent: Option<AgentKind>,
    pub(crate) session: Option<SessionId>,
    pub(crate) call: Option<CallRef>,
    pub(crate) executable: Option<String>,
}

#[derive(Default)]
pub(crate) struct Processes {
    known: HashMap<Process, Attribution>,
    open: HashMap<SessionId, ToolCallId>,
}

impl Processes {
    pub(crate) fn session_root(&mut self, process: Process, agent: AgentKind, session: &SessionId) {
        let known = self.known.entry(process).or_default();
        known.agent = Some(agent);
        known.session = Some(session.clone());
    }
    pub(crate) fn call_began(&mut self, session: &SessionId, call: &ToolCallId, _at: Timestamp) {
        self.open.insert(session.clone(), call.clone());
    }
    pub(crate) fn call_ended(&mut self, session: &SessionId, _call: &ToolCallId, _at: Timestamp) {
        self.open.remove(session);
    }
    pub(crate) fn forked(&mut self, parent: Process, child: Process) {
        let mut known = self.of(parent);
        if known.call.is_none()
            && let Some(session) = &known.session
        {
            known.call = self.open.get(session).map(|id| CallRef {
                id: id.clone(),
                join: Join::Inferred,
            });
        }
        self.known.insert(child, known);
    }
    pub(crate) fn executed(&mut self, process: Process, executable: &str) -> Attribution {
        let known = self.known.entry(process).or_default();
        known.executable = Some(executable.to_owned());
        known.clone()
    }
    pub(crate) fn exited(&mut self, process: Process) {
        self.known.remove(&process);
    }
    pub(crate) fn of(&self, process: Process) -> Attribution {
        self.known.get(&process).cloned().unwrap_or_default()
    }
}
