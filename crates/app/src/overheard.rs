//! What was read off a wire, made an event: of a model's service, or of an MCP server.
//!
//! **Invariant:** what comes in holds no secret that was recognised; it is labelled, masked once more
//! and judged like any other event.

use crate::places::Places;
use anyhow::{Context, Result};
use ringfence_event::{AgentKind, Event, EventKey, Labels, SessionId, Source};
use ringfence_proxy::reading::{Examiner, Ledger, Told};
use ringfence_scan::secrets::{Key, Scanner};
use std::sync::Arc;
use uuid::Uuid;

/// Makes what texts are examined with, under this installation's key, and beside what sessions read.
pub(crate) fn examiner(places: &Places, ledger: Box<dyn Ledger>) -> Result<Arc<Examiner>> {
    let key = crate::key::load_or_make(&places.key_file())?;
    let secrets = Scanner::new(Key::new(key)).context("the rules for secrets are broken")?;
    Ok(Arc::new(Examiner::new(secrets, ledger)))
}

/// Makes an event of what was told. Whose it is, who attributes it knows.
pub(crate) fn event(told: Told, agent: Option<AgentKind>, session: Option<SessionId>) -> Event {
    let client = told.connection.client.as_ref();
    Event {
        key: EventKey(Uuid::now_v7()),
        at: told.at,
        source: Source::Proxy,
        agent,
        moment: told.format.map(|format| format.name().to_owned()),
        session: session.or_else(|| client?.session.clone()),
        call: told.call,
        process: client.map(|client| client.process.clone()),
        cwd: None,
        action: told.action,
        labels: Labels::default(),
        rest: serde_json::Map::new(),
    }
}
