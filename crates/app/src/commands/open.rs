//! `ringfence open`: a link that works once signs a browser in.

use super::person::{self, ask};
use crate::cli::Open;
use crate::key;
use crate::output::{DIM, Exit, print, print_json};
use crate::places::Places;
use crate::wire::{Request, Response};
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::io::IsTerminal;

pub(super) fn run(args: &Open, places: &Places) -> Result<Exit> {
    person::only(places)?;
    if args.sign_out {
        return sign_out(args, places);
    }
    let url = link(places)?;
    if args.json {
        print_json("link", &json!({ "url": url }))?;
        return Ok(Exit::Done);
    }
    // Only a person at a terminal has a browser to open.
    let opened =
        !args.print && std::io::stdout().is_terminal() && open::that_detached(&url).is_ok();
    let how = if opened {
        "If no browser came up, open this link yourself"
    } else {
        "Open this link in a browser"
    };
    print(&format!(
        "{how}; it works once, for ten minutes:\n  {url}\n{DIM}On another machine: forward the port first, with `ssh -L`.{DIM:#}\n"
    ))?;
    Ok(Exit::Done)
}

/// Asks the daemon for a link.
pub(super) fn link(places: &Places) -> Result<String> {
    match ask(places, &Request::Link) {
        Ok(Response::Link { url }) => Ok(url),
        Ok(Response::Refused { why }) => bail!("no link: {why}"),
        Ok(other) => bail!("unexpected answer of the daemon: {other:?}"),
        Err(error) => Err(error).context(
            "the daemon is away, and it serves the dashboard\nhint: `ringfence up --detach`",
        ),
    }
}

fn sign_out(args: &Open, places: &Places) -> Result<Exit> {
    key::renew(&places.cookie_key())?;
    // A daemon that is away reads the new key when it starts.
    drop(ask(places, &Request::Reload));
    if args.json {
        print_json("signed_out", &true)?;
    } else {
        print("Every browser is signed out. `ringfence open` signs one in again.\n")?;
    }
    Ok(Exit::Done)
}
