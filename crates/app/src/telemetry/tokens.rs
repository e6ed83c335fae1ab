//! A token for each agent, from this installation's key: whoever can read one agent's settings can
//! speak in that agent's name, and in no other's.

use crate::key;
use crate::places::Places;
use anyhow::Result;
use ringfence_event::AgentKind;

/// What agents show the receiver.
#[derive(Clone)]
pub(crate) struct Tokens {
    each: [(AgentKind, String); AgentKind::ALL.len()],
}

impl Tokens {
    /// Derives them; the first call makes the key.
    pub(crate) fn load(places: &Places) -> Result<Tokens> {
        Ok(Tokens::of(&key::load_or_make(&places.telemetry_key())?))
    }

    pub(crate) fn of(key: &[u8; 32]) -> Tokens {
        Tokens {
            each: AgentKind::ALL.map(|agent| {
                let hash = blake3::keyed_hash(key, agent.name().as_bytes());
                let text = hash.to_hex().chars().take(32).collect();
                (agent, text)
            }),
        }
    }

    pub(crate) fn token(&self, agent: AgentKind) -> &str {
        let mut each = self.each.iter();
        let found = each.find(|(own, _)| *own == agent);
        found.map_or("", |(_, token)| token)
    }

    /// Whose token this is. Hashes are compared, so that the time tells nothing.
    pub(crate) fn whose(&self, token: &str) -> Option<AgentKind> {
        let given = blake3::hash(token.as_bytes());
        let mut each = self.each.iter();
        let found = each.find(|(_, own)| blake3::hash(own.as_bytes()) == given);
        found.map(|(agent, _)| *agent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_agent_has_its_own() {
        let tokens = Tokens::of(&[7; 32]);
        for agent in AgentKind::ALL {
            let token = tokens.token(agent);
            assert_eq!(token.len(), 32);
            assert_eq!(tokens.whose(token), Some(agent));
            assert_eq!(Tokens::of(&[8; 32]).whose(token), None);
        }
        assert_eq!(tokens.whose(""), None);
    }
}
