//! What agents put into the environment of the processes they start, and into the lines that
//! their shells get: a table that whoever knows the agents fills.

use ringfence_event::AgentKind;
use std::collections::BTreeMap;

/// The signs of one agent in what it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentMarks {
    /// Which agent.
    pub agent: AgentKind,
    /// Variables that hold the tool call's id.
    pub call: &'static [&'static str],
    /// Variables that hold the session's id.
    pub session: &'static [&'static str],
    /// Variables that only tell that some session of the agent is above.
    pub any: &'static [&'static str],
    /// Texts that stand in the line of a shell which the agent starts for a tool call, and in no
    /// line that it starts for itself.
    pub shell: &'static [&'static str],
}

/// The signs of all agents.
#[derive(Clone, Debug, Default)]
pub struct Marks(pub Vec<AgentMarks>);

/// What the environment of one process tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marked {
    /// The agent and its session, of every agent that tells one.
    pub(super) sessions: Vec<(AgentKind, String)>,
    /// The agent and the tool call.
    pub(super) calls: Vec<(AgentKind, String)>,
    /// Agents of which some session is above.
    pub(super) agents: Vec<AgentKind>,
}

/// Longest id that is believed, in bytes.
const LONGEST: usize = 256;

impl Marks {
    /// The names of all variables, for who asks the sensor to tell of them.
    pub fn variables(&self) -> Vec<&'static str> {
        let lists = self
            .0
            .iter()
            .flat_map(|one| [one.call, one.session, one.any]);
        lists.flatten().copied().collect()
    }

    pub(super) fn read(&self, environment: &BTreeMap<String, String>) -> Marked {
        let value = |name: &&str| {
            let value = environment.get(*name)?;
            (!value.is_empty() && value.len() <= LONGEST).then(|| value.clone())
        };
        let mut marked = Marked::default();
        for one in &self.0 {
            let call = one.call.iter().find_map(value);
            let session = one.session.iter().find_map(value);
            let any = one.any.iter().find_map(value);
            if call.is_some() || session.is_some() || any.is_some() {
                marked.agents.push(one.agent);
            }
            marked.calls.extend(call.map(|id| (one.agent, id)));
            marked.sessions.extend(session.map(|id| (one.agent, id)));
        }
        marked
    }

    /// Says whether the line of a shell has the form that an agent gives it for a tool call.
    pub(super) fn is_of_a_tool(&self, agent: Option<AgentKind>, text: &str) -> bool {
        let of_agent = self.0.iter().filter(|one| agent == Some(one.agent));
        of_agent
            .flat_map(|one| one.shell)
            .any(|sign| text.contains(sign))
    }
}
