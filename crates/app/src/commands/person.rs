//! Commands that loosen the guard are for people: an agent must not allow itself
//! what was denied to it.

use crate::places::Places;
use crate::wire::{Request, Response};
use anyhow::{Result, bail};

/// Fails if an agent is among this process' ancestors, or if it carries an agent's marks.
pub(super) fn only(places: &Places) -> Result<()> {
    let marked = ringfence_agents::child_markers()
        .iter()
        .find(|name| std::env::var_os(name).is_some());
    if let Some(name) = marked {
        bail!(
            "this command is for people, and `{name}` says that an agent runs it\nhint: run it in a terminal of your own"
        );
    }
    let starter = match ask(places, &Request::Whoami) {
        Ok(Response::Whoami {
            agent: Some(agent), ..
        }) => agent.title(),
        Ok(Response::Whoami { fenced: true, .. }) => "a fenced program",
        _ => return Ok(()),
    };
    bail!(
        "this command is for people, and {starter} started it\nhint: run it in a terminal of your own"
    );
}

/// Asks the daemon; an error if it is not there.
pub(super) fn ask(places: &Places, request: &Request) -> std::io::Result<Response> {
    use crate::wire;
    use std::os::unix::net::UnixStream;
    use std::time::Duration;
    let mut stream = UnixStream::connect(places.socket())?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    wire::send_json(&mut stream, request)?;
    wire::receive_json(&mut stream)
}
