//! `ringfence down`.

use super::person::{ask, only};
use crate::output::{Exit, print};
use crate::places::Places;
use crate::wire::{Request, Response};
use anyhow::{Context, Result, bail};
use std::thread;
use std::time::{Duration, Instant};

/// How long the daemon may take to store what is in flight.
const ENDING: Duration = Duration::from_secs(30);

pub(super) fn run(places: &Places) -> Result<Exit> {
    if ask(places, &Request::Ping).is_err() {
        print("Ringfence is not up.\n")?;
        return Ok(Exit::Done);
    }
    only(places)?;
    match ask(places, &Request::Stop).context("failed to reach the daemon")? {
        Response::Stopping => {}
        other => bail!("unexpected answer of the daemon: {other:?}"),
    }
    let deadline = Instant::now() + ENDING;
    while places.socket().exists() {
        if Instant::now() > deadline {
            bail!("the daemon still runs after {} s", ENDING.as_secs());
        }
        thread::sleep(Duration::from_millis(5));
    }
    print(
        "Ringfence is down. Hooks go on judging by themselves, and their events are taken in at the next start.\n",
    )?;
    Ok(Exit::Done)
}
