//! What agents export, and how their hooks do, for `status` and `doctor`.
//!
//! **Invariant:** telemetry works because records came, hooks because calls were announced; never
//! because something stands in settings.

use crate::hooked::read;
use crate::output::{YELLOW, ago};
use crate::places::Places;
use crate::telemetry::installed::{self, Installed};
use crate::telemetry::status::{Delivered, TelemetryStatus};
use crate::wire::DaemonStatus;
use ringfence_event::{AgentKind, Timestamp};
use ringfence_timeline::{Heard, HookHealth};
use serde::Serialize;
use std::collections::BTreeMap;

/// An agent that was told to export.
#[derive(Serialize)]
pub(in crate::commands) struct Exporting {
    pub(in crate::commands) agent: AgentKind,
    /// Set once a record came since the daemon started.
    pub(in crate::commands) delivers: bool,
    /// Why none can come, as far as settings tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::commands) why: Option<String>,
    #[serde(flatten)]
    pub(in crate::commands) delivered: Delivered,
}

/// The agents that were told to export, and what came.
pub(super) fn gather(places: &Places, daemon: Option<&DaemonStatus>) -> Vec<Exporting> {
    let status = daemon.map(|daemon| daemon.telemetry.clone());
    let status = status.unwrap_or_default();
    installed::agents(places)
        .into_iter()
        .map(|agent| {
            let delivered = status.agents.get(&agent).cloned().unwrap_or_default();
            Exporting {
                agent,
                delivers: delivered.bodies > 0,
                why: why_not(agent, places, &status),
                delivered,
            }
        })
        .collect()
}

fn why_not(agent: AgentKind, places: &Places, status: &TelemetryStatus) -> Option<String> {
    let found = match installed::load(agent, places) {
        Err(error) => return Some(format!("{error:#}")),
        Ok(found) => found?,
    };
    let Installed {
        edit: Some(edit), ..
    } = found
    else {
        return None;
    };
    let text = match read(&edit.path) {
        Err(error) => return Some(format!("{error:#}")),
        Ok(text) => text,
    };
    let stands = ringfence_agents::still_exports(agent, text.as_deref(), &edit.replaced);
    if let Err(why) = stands {
        return Some(format!("{why} in `{}`", edit.path.display()));
    }
    let address = status.address.as_deref()?;
    let is_named = edit.after.contains(&format!("//{address}/"));
    (!is_named).then(|| format!("it was told another address than {address}"))
}

/// The lines of `status`.
pub(super) fn lines(exporting: &[Exporting], daemon: &DaemonStatus, now: Timestamp) -> String {
    let mut text = String::new();
    if let Some(address) = &daemon.telemetry.address {
        let agents: Vec<String> = exporting.iter().map(|one| told(one, now)).collect();
        text.push_str(&format!("Telemetry on {address}: {}\n", agents.join("; ")));
    }
    if let Some(forwarded) = &daemon.telemetry.forwarded
        && forwarded.dropped > 0
    {
        text.push_str(&format!(
            "  {YELLOW}{} of {} were not passed on to your own collector{YELLOW:#}: {}\n",
            forwarded.dropped,
            forwarded.dropped + forwarded.taken,
            forwarded.why.as_deref().unwrap_or_default()
        ));
    }
    for (agent, health) in &daemon.hooks {
        if let Some(trouble) = trouble(&health.all) {
            text.push_str(&format!(
                "{YELLOW}Hooks of {}{YELLOW:#}: {trouble}\n",
                agent.title()
            ));
        }
    }
    text
}

fn told(one: &Exporting, now: Timestamp) -> String {
    let came = match (&one.why, one.delivered.last) {
        (Some(why), _) => why.clone(),
        (None, Some(last)) => format!(
            "{} records, {}",
            one.delivered.told + one.delivered.quiet + one.delivered.unknown,
            ago(last, now)
        ),
        (None, None) => "nothing came yet".to_owned(),
    };
    format!("{} {came}", one.agent.title())
}

/// What is wrong with an agent's hooks, by what did not come.
pub(in crate::commands) fn trouble(heard: &Heard) -> Option<String> {
    (heard.missing() > 0).then(|| {
        format!(
            "{} of {} calls ran that none announced",
            heard.missing(),
            heard.expected
        )
    })
}

/// How an agent's hooks do, in a few words; nothing where nothing was heard since the start.
pub(in crate::commands) fn health(
    hooks: &BTreeMap<AgentKind, HookHealth>,
    agent: AgentKind,
) -> Option<String> {
    let heard = &hooks.get(&agent)?.all;
    let mut parts = Vec::new();
    if heard.expected > 0 {
        parts.push(format!(
            "{} of {} calls announced",
            heard.announced, heard.expected
        ));
    }
    if let Some(mean) = heard.mean() {
        let milliseconds = |micros: u64| format!("{}.{} ms", micros / 1000, micros % 1000 / 100);
        parts.push(format!(
            "answers take {}, the slowest {}",
            milliseconds(mean),
            milliseconds(heard.slowest)
        ));
    }
    let runs = &heard.runs;
    if runs.failed + runs.cancelled > 0 {
        // It does not tell whose: the user may have hooks of their own.
        parts.push(format!(
            "of all its hooks {} failed and {} were stopped, as the agent tells",
            runs.failed, runs.cancelled
        ));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}
