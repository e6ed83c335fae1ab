//! When each agent was last heard of.

use super::{Reader, failed};
use crate::{StoreError, codes};
use ringfence_event::{AgentKind, SessionId, Timestamp};
use serde::Serialize;

/// When an agent's hook was last heard of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LastHook {
    /// Whose.
    pub agent: AgentKind,
    /// When.
    pub at: Timestamp,
    /// What it reported, in the agent's word.
    pub moment: Option<String>,
    /// In which session.
    pub session: Option<SessionId>,
    /// How many events came from it.
    pub total: u64,
}

impl Reader {
    /// Returns when each agent's hook was last heard of, for those that ever were; up
    /// to a second behind the events.
    pub fn last_hooks(&self) -> Result<Vec<LastHook>, StoreError> {
        let hooks: Vec<Option<LastHook>> = self
            .main
            .prepare_cached("SELECT agent, at, moment, session, total FROM hook ORDER BY agent")
            .and_then(|mut statement| {
                statement
                    .query_map([], |row| {
                        let session: Option<String> = row.get(3)?;
                        let hook = |agent| {
                            Ok(LastHook {
                                agent,
                                at: Timestamp(row.get(1)?),
                                moment: row.get(2)?,
                                session: session.map(SessionId),
                                total: row.get(4)?,
                            })
                        };
                        codes::agent_of(row.get(0)?).map(hook).transpose()
                    })?
                    .collect()
            })
            .map_err(failed())?;
        Ok(hooks.into_iter().flatten().collect())
    }
}
