//! `ringfence release`: lifts all denials in the kernel at once, whether the daemon runs or not.

use super::person::{ask, only};
use crate::cli::Release;
use crate::config::Config;
use crate::output::{Exit, GREEN, YELLOW, print};
use crate::places::Places;
use crate::sensor::{link, locks};
use crate::wire::Request;
use anyhow::Result;

pub(super) fn run(args: &Release, places: &Places) -> Result<Exit> {
    only(places)?;
    if args.undo {
        locks::release(places, false)?;
        let told = ask(places, &Request::Reload).is_ok();
        print(if told {
            "What rules and locks deny in the kernel is denied again.\n"
        } else {
            "What rules and locks deny in the kernel is denied again, once the daemon is up.\n"
        })?;
        return Ok(Exit::Done);
    }
    // First of all the sensor: it needs nobody else. The mark keeps the daemon from denying again.
    let marked = locks::release(places, true);
    let socket = Config::load(&places.config_file())
        .map(|config| config.sensor)
        .unwrap_or_default();
    let sensor = link::release(&socket);
    let daemon = ask(places, &Request::Reload);
    marked?;
    let mut text = format!("{GREEN}Released{GREEN:#}: nothing is denied in the kernel.\n");
    match (&sensor, &daemon) {
        (Err(error), Err(_)) => text.push_str(&format!(
            "{YELLOW}warning:{YELLOW:#} neither sensor nor daemon answered ({error:#}); a sensor lifts denials by itself ten seconds after its daemon is gone\n"
        )),
        _ => text.push_str("Hooks go on judging. `ringfence release --undo` takes it back.\n"),
    }
    print(&text)?;
    Ok(Exit::Done)
}
