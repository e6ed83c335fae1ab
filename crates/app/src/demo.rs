//! An invented day of four agents and an attack in six acts, played through the real decision path.
//!
//! **Invariant:** what agents, the sensor and the proxy would tell is all that is invented; what is found,
//! answered and kept is Ringfence's own work. It lives in places of its own, marked as a demo, and the user's
//! record is neither read nor written.

mod backdrop;
mod payloads;
mod script;
mod senses;
mod stage;

use crate::judge::Judge;
use crate::places::{Places, private_dir, write_private};
use anyhow::{Context, Result, bail};
pub(crate) use backdrop::Backdrop;
use payloads::payloads;
use ringfence_agents::Stamp;
use ringfence_enrich::NoLinks;
use ringfence_event::{AgentKind, Event, EventKey, Timestamp, Verdict};
use ringfence_sense::Process;
use script::{Does, Session, day};
use serde_json::{Value, json};
use stage::Stage;
use std::fs;
use uuid::{NoContext, Uuid};

/// Says at once whose places these are.
const MARK: &str = "Everything here is invented: `ringfence demo` made it, and `ringfence demo --remove` takes it away.\n";

/// What came of playing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Played {
    /// Sessions that were played.
    pub(crate) sessions: u64,
    /// What agents did or were told.
    pub(crate) moments: u64,
    /// How many of them were denied.
    pub(crate) denied: u64,
}

/// One thing that is done in a session, as its hook tells it.
pub(crate) struct Moment {
    /// In which session.
    session: Session,
    /// The number of the step.
    number: usize,
    does: Does,
    /// When, in microseconds before now.
    before: i64,
    /// What its hook tells.
    pub(crate) payload: Value,
    /// What it tells after that, unless that was stopped.
    pub(crate) then: Option<Value>,
}

impl Moment {
    /// Whose hook.
    pub(crate) fn agent(&self) -> AgentKind {
        self.session.agent
    }

    /// What its hook tells, with its facts.
    pub(crate) fn event(&self, judge: &Judge, at: Timestamp) -> Result<Event> {
        let stamp = Stamp {
            key: key(at),
            at,
            process: None,
        };
        let payload = self.payload.to_string();
        let call = ringfence_agents::read_hook(self.agent(), payload.as_bytes(), stamp);
        let mut event = call.context("the demo's own script is broken")?.event;
        judge.enrich(&mut event, &NoLinks);
        Ok(event)
    }

    /// The agent's own process; no process of this machine has so high an id.
    pub(crate) fn root(&self) -> Process {
        senses::root(&self.session)
    }

    /// When it happened.
    pub(crate) fn at(&self, now: Timestamp) -> Timestamp {
        Timestamp(now.0.saturating_sub(self.before))
    }
}

/// Makes the demo's places anew: empty, marked, and with settings that reach for nothing of the user's.
pub(crate) fn make(places: &Places, port: u16) -> Result<()> {
    remove(places)?;
    let folders = [
        &places.home,
        &places.config,
        &places.data,
        &places.state,
        &places.runtime,
    ];
    for folder in folders {
        private_dir(folder)?;
    }
    write_private(&places.demo_mark(), MARK.as_bytes(), 0o600)
        .with_context(|| format!("failed to write `{}`", places.demo_mark().display()))?;
    let nobody = places.runtime.join("no-sensor.sock");
    let config = format!(
        "port = {port}\ntelemetry_port = 0\nhistory = false\n\n[sensor]\nsocket = {}\n",
        Value::from(nobody.to_string_lossy())
    );
    write_private(&places.config_file(), config.as_bytes(), 0o600)
        .with_context(|| format!("failed to write `{}`", places.config_file().display()))?;
    settings(places)
}

/// Writes the settings that the four agents would have, with our hooks and an MCP server in them.
fn settings(places: &Places) -> Result<()> {
    let agents = places.agents();
    let program = std::env::current_exe().context("failed to find our own program")?;
    for agent in AgentKind::HOOKED {
        private_dir(&ringfence_agents::home_of(agent, &agents))?;
        let path = ringfence_agents::settings_path(agent, &agents);
        let text = ringfence_agents::install(agent, None, &program.to_string_lossy())
            .context("the demo's settings cannot be made")?;
        write_private(&path, text.as_bytes(), 0o600)
            .with_context(|| format!("failed to write `{}`", path.display()))?;
    }
    let servers = json!({ "mcpServers": {
        "github": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-github"] } } });
    for path in ringfence_agents::mcp_files(AgentKind::ClaudeCode, &agents) {
        write_private(&path, servers.to_string().as_bytes(), 0o600)
            .with_context(|| format!("failed to write `{}`", path.display()))?;
    }
    Ok(())
}

/// Takes the demo away, if there is one.
pub(crate) fn remove(places: &Places) -> Result<()> {
    let root = places.data.parent().context("the demo has no place")?;
    if root.exists() {
        if !places.is_demo() {
            bail!(
                "`{}` is not what a demo made, and stays\nhint: look what it is, and move it away",
                root.display()
            );
        }
        fs::remove_dir_all(root)
            .with_context(|| format!("failed to remove `{}`", root.display()))?;
    }
    if places.runtime.exists() {
        fs::remove_dir_all(&places.runtime)
            .with_context(|| format!("failed to remove `{}`", places.runtime.display()))?;
    }
    Ok(())
}

/// What hooks tell in the sessions of the day that `wanted` takes, in order of time.
fn moments(wanted: impl Fn(&Session) -> bool) -> Result<(u64, Vec<Moment>)> {
    let sessions: Vec<Session> = day()?.into_iter().filter(wanted).collect();
    let mut all = Vec::new();
    for session in &sessions {
        for (number, does) in session.steps().into_iter().enumerate() {
            let (payload, then) = payloads(session, number, &does);
            all.push(Moment {
                session: session.clone(),
                number,
                does,
                before: session.before(number),
                payload,
                then,
            });
        }
    }
    all.sort_by_key(|moment| std::cmp::Reverse(moment.before));
    Ok((sessions.len() as u64, all))
}

/// The attack in six acts, as hooks tell it.
pub(crate) fn attack() -> Result<Vec<Moment>> {
    Ok(moments(|session| session.attack)?.1)
}

/// Plays the day into the demo's record: all of it, or what came before the attack.
pub(crate) fn fill(places: &Places, now: Timestamp, with_attack: bool) -> Result<Played> {
    let mut stage = Stage::open(Judge::load(places)?)?;
    let (sessions, moments) = moments(|session| with_attack || !session.attack)?;
    let mut played = Played {
        sessions,
        ..Played::default()
    };
    for moment in moments {
        let at = moment.at(now);
        let (verdict, event) = stage.hook(&moment.session, &moment.payload, at)?;
        played.moments += 1;
        played.denied += u64::from(verdict == Verdict::Deny);
        // What was stopped gives nothing back, and nobody is there to say yes.
        let then = moment.then.as_ref().filter(|_| verdict < Verdict::Ask);
        stage.others(&moment, (&event, then), at)?;
        if let Some(then) = then {
            let done = Timestamp(at.0.saturating_add(2_000_000));
            stage.hook(&moment.session, then, done)?;
        }
    }
    stage.close()?;
    Ok(played)
}

/// A key as it would have been made then (RFC 9562, version 7).
fn key(at: Timestamp) -> EventKey {
    let seconds = u64::try_from(at.0 / 1_000_000).unwrap_or_default();
    let nanoseconds = u32::try_from(at.0 % 1_000_000 * 1000).unwrap_or_default();
    let moment = uuid::Timestamp::from_unix(NoContext, seconds, nanoseconds);
    EventKey(Uuid::new_v7(moment))
}

#[cfg(test)]
mod tests;
