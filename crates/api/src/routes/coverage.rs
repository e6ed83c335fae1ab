//! `GET /api/v1/coverage`: what is seen of each agent, from what came, never from what should come.

use crate::failure::Failure;
use crate::host::{Hooked, Host};
use crate::readers::Json;
use crate::routes::status;
use crate::shared::{Shared, now_seconds};
use crate::types::{
    AgentStatus, Channel, ChannelId, Coverage, CoverageCell, CoverageRow, ErrorAnswer, Sight,
    SourceSeen,
};
use axum::extract::State;
use ringfence_event::{AgentKind, Source, Timestamp};
use ringfence_store::{EventFilter, EventRow, Reader};
use std::sync::Arc;

mod wire;

/// Of how many exchanges of an agent it is looked which were read.
const LATEST: usize = 100;

/// What starts the sensor in the kernel.
const SENSOR: &str = "sudo ringfence sensor";

/// What can be seen of an agent, with the kind of event that shows it.
const CHANNELS: [(ChannelId, Source, &str); 7] = [
    (ChannelId::Prompt, Source::Hook, "prompt"),
    (ChannelId::Tool, Source::Hook, "tool_call"),
    (ChannelId::Said, Source::Transcript, "message"),
    (ChannelId::Request, Source::Proxy, "http_exchange"),
    (ChannelId::Process, Source::Kernel, "exec"),
    (ChannelId::File, Source::Kernel, "file"),
    (ChannelId::Network, Source::Kernel, "connect"),
];

/// Every sensor.
const SOURCES: [Source; 7] = [
    Source::Hook,
    Source::Host,
    Source::Kernel,
    Source::Watcher,
    Source::Transcript,
    Source::Telemetry,
    Source::Proxy,
];

/// What is seen of each agent, channel by channel, each with its last event.
#[utoipa::path(get, path = "/api/v1/coverage", operation_id = "coverage", tag = "overview",
    responses((status = 200, body = Coverage), (status = 500, body = ErrorAnswer)))]
pub(crate) async fn coverage(State(shared): State<Arc<Shared>>) -> Result<Json, Failure> {
    let host = Arc::clone(&shared.host);
    shared
        .readers
        .json(move |reader| gather(reader, &*host))
        .await
}

fn gather(reader: &Reader, host: &dyn Host) -> Result<Coverage, Failure> {
    let hooks = reader.last_hooks()?;
    let now = Timestamp(now_seconds().saturating_mul(1_000_000));
    let sensed = host.processes().sensed;
    let mut items = Vec::new();
    for agent in host.status().agents {
        let agent = status::describe(agent, &hooks, now);
        let mut cells = Vec::new();
        for (channel, source, kind) in CHANNELS {
            cells.push(if source == Source::Proxy {
                request(reader, agent.agent)?
            } else {
                let last = last(reader, agent.agent, kind)?;
                cell(channel, source, &agent, sensed, last)
            });
        }
        items.push(CoverageRow {
            agent: agent.agent,
            title: agent.title,
            found: agent.found,
            hooked: agent.hooked,
            state: agent.state,
            cells,
            blind_spots: agent.blind_spots,
        });
    }
    let mut sources = Vec::new();
    for source in SOURCES {
        let filter = EventFilter {
            source: Some(source),
            ..newest()
        };
        let last = reader.rows(&filter)?.pop();
        sources.push(SourceSeen {
            source,
            last: last.as_ref().map(|row| row.at),
            event: last.map(|row| row.id),
        });
    }
    let channels = CHANNELS.map(|(id, source, _)| Channel { id, source });
    Ok(Coverage {
        channels: channels.to_vec(),
        items,
        sources,
        sensed,
    })
}

fn newest() -> EventFilter {
    EventFilter {
        newest_first: true,
        limit: Some(1),
        ..EventFilter::default()
    }
}

fn last(reader: &Reader, agent: AgentKind, kind: &str) -> Result<Option<EventRow>, Failure> {
    let filter = EventFilter {
        agent: Some(agent),
        kind: Some(kind.to_owned()),
        ..newest()
    };
    Ok(reader.rows(&filter)?.pop())
}

fn cell(
    channel: ChannelId,
    source: Source,
    agent: &AgentStatus,
    sensed: bool,
    last: Option<EventRow>,
) -> CoverageCell {
    let came = last.is_some();
    let (sight, why, fix) = match source {
        Source::Kernel => from_kernel(channel, sensed, came),
        Source::Transcript if came => (Sight::Full, None, None),
        Source::Transcript => {
            none("Nothing that its model said is in the record: no transcript of it was read.")
        }
        Source::Proxy | Source::Hook | Source::Host | Source::Watcher | Source::Telemetry => {
            from_hooks(agent, came)
        }
    };
    CoverageCell {
        channel,
        sight,
        last: last.as_ref().map(|row| row.at),
        event: last.map(|row| row.id),
        why,
        fix,
    }
}

/// What the proxy reads of an agent.
fn request(reader: &Reader, agent: AgentKind) -> Result<CoverageCell, Failure> {
    let latest = reader.events(&EventFilter {
        agent: Some(agent),
        kind: Some("http_exchange".to_owned()),
        limit: Some(LATEST),
        ..newest()
    })?;
    let (last, (sight, why, fix)) = wire::look(agent, &latest);
    Ok(CoverageCell {
        channel: ChannelId::Request,
        sight,
        last: last.map(|stored| stored.event.at),
        event: last.map(|stored| stored.id),
        why,
        fix,
    })
}

/// How much is seen, why not all, and the command that helps.
type Seen = (Sight, Option<String>, Option<String>);

fn none(why: &str) -> Seen {
    (Sight::None, Some(why.to_owned()), None)
}

fn from_hooks(agent: &AgentStatus, came: bool) -> Seen {
    let install = || Some(format!("ringfence install {}", agent.agent.name()));
    let so_far = if came { Sight::Partial } else { Sight::None };
    let said = |why: &str| Some(why.to_owned());
    match (agent.hooked, &agent.note) {
        (Hooked::No, _) if came => (
            so_far,
            said("It was heard before; its hooks are not installed now."),
            install(),
        ),
        (Hooked::No, _) => (so_far, said("Its hooks are not installed."), install()),
        (Hooked::Partly, note) => {
            let some = || "Only some of its hooks are installed.".to_owned();
            (so_far, Some(note.clone().unwrap_or_else(some)), install())
        }
        (Hooked::Unknown, note) => {
            let unread = || "Its settings could not be read.".to_owned();
            (so_far, Some(note.clone().unwrap_or_else(unread)), None)
        }
        (Hooked::Whole, Some(note)) => (so_far, Some(note.clone()), None),
        (Hooked::Whole, None) if came => (Sight::Full, None, None),
        (Hooked::Whole, None) => none("Its hooks are installed, and nothing of this has come yet."),
    }
}

fn from_kernel(channel: ChannelId, sensed: bool, came: bool) -> Seen {
    let sensor = || Some(SENSOR.to_owned());
    let said = |why: &str| Some(why.to_owned());
    match (sensed, came) {
        (true, true) => (Sight::Full, None, None),
        (true, false) => (
            Sight::Partial,
            said("The sensor runs, and nothing of this has come yet."),
            None,
        ),
        (false, true) => (
            Sight::Partial,
            said("It was seen before; no sensor runs now."),
            sensor(),
        ),
        (false, false) if channel == ChannelId::Process => (
            Sight::Partial,
            said("No sensor runs: processes are only looked for."),
            sensor(),
        ),
        (false, false) => (Sight::None, said("No sensor runs in the kernel."), sensor()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Instance, record};
    use serde_json::{Value, json};

    #[test]
    fn each_channel_is_told_with_its_last_event() {
        let instance = Instance::start();
        instance.keep([record(1), record(2)]);
        let coverage = instance.read("/api/v1/coverage");
        assert_eq!(
            coverage["channels"][1],
            json!({ "id": "tool", "source": "hook" })
        );
        let agent = &coverage["items"][0];
        assert_eq!(agent["agent"], "claude-code");
        assert_eq!(agent["blind_spots"], json!(["a blind spot"]));
        let cells: Vec<(&str, &str, bool)> = agent["cells"]
            .as_array()
            .unwrap()
            .iter()
            .map(|cell| {
                let text = |name: &str| cell[name].as_str().unwrap();
                (text("channel"), text("sight"), cell["why"].is_null())
            })
            .collect();
        assert_eq!(
            cells,
            [
                ("prompt", "none", false),
                ("tool", "full", true),
                ("said", "none", false),
                ("request", "none", false),
                ("process", "partial", false),
                ("file", "none", false),
                ("network", "none", false),
            ]
        );
        assert_eq!(agent["cells"][1]["event"], "1-2");
        assert_eq!(agent["cells"][5]["fix"], SENSOR);
        assert_eq!(coverage["sources"][0]["event"], "1-2");
        assert_eq!(coverage["sources"][1]["last"], Value::Null);
    }

    #[test]
    fn what_is_not_seen_says_why() {
        let seen = |sensed, came| from_kernel(ChannelId::File, sensed, came);
        assert_eq!(seen(true, true), (Sight::Full, None, None));
        assert_eq!(seen(true, false).0, Sight::Partial);
        assert_eq!(seen(false, true).0, Sight::Partial);
        assert_eq!(seen(false, false).2.as_deref(), Some(SENSOR));
    }
}
