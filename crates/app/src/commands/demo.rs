//! `ringfence demo`: an invented day, served apart from the user's own record.

use super::person::ask;
use crate::cli::Demo;
use crate::daemon::{Backstage, Daemon, now};
use crate::demo::{self, Backdrop, Moment};
use crate::output::{DIM, Exit, GREEN, count, print};
use crate::places::Places;
use crate::wire::{self, Request, Response};
use anyhow::{Context, Result, bail};
use ringfence_event::EventKey;
use serde_json::Value;
use std::io::IsTerminal;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;
use uuid::Uuid;

/// Between two moments of the attack, where it is played slowly.
const SLOWLY: Duration = Duration::from_secs(3);

pub(super) fn run(args: &Demo, own: &Places) -> Result<Exit> {
    let places = own.demo();
    if ask(&places, &Request::Ping).is_ok() {
        bail!("a demo runs already\nhint: end it with Ctrl-C where it was started");
    }
    if args.remove {
        demo::remove(&places)?;
        print("The demo is gone.\n")?;
        return Ok(Exit::Done);
    }
    demo::make(&places, args.port)?;
    let played = demo::fill(&places, now(), !args.live)?;
    print(&format!(
        "{GREEN}DEMO{GREEN:#}: an invented day of {}, {} of them stopped. Your own record is untouched.\n",
        count(played.moments, "moment"),
        played.denied
    ))?;
    if args.fill_only {
        print(&format!("It lies in `{}`.\n", places.data.display()))?;
        return Ok(Exit::Done);
    }
    serve(args, places)
}

fn serve(args: &Demo, places: Places) -> Result<Exit> {
    let daemon = Daemon::build(places.clone())?;
    let link = daemon
        .link()
        .context("the demo's dashboard could not be served")?;
    let opened =
        !args.print && std::io::stdout().is_terminal() && open::that_detached(&link).is_ok();
    let how = if opened {
        "If no browser came up, open this link yourself"
    } else {
        "Open this link in a browser"
    };
    print(&format!(
        "{how}; it works once, for ten minutes:\n  {link}\n{DIM}Ctrl-C ends the demo, `ringfence demo --remove` takes it away.{DIM:#}\n"
    ))?;
    if args.live {
        print("An agent is about to read a page that it should not obey: watch the incidents.\n")?;
        let moments = demo::attack()?;
        let backstage = daemon.backstage();
        thread::Builder::new()
            .name("attack".to_owned())
            .spawn(move || play(&places, &backstage, &moments))
            .context("failed to start a thread")?;
    }
    daemon.run()?;
    Ok(Exit::Done)
}

/// Tells the daemon what is told of the attacked agent, one moment after the other, as it happens.
fn play(places: &Places, backstage: &Backstage, moments: &[Moment]) {
    let mut backdrop = Backdrop::default();
    for moment in moments {
        thread::sleep(SLOWLY);
        let at = now();
        let judge = backstage.judge();
        let Ok(event) = moment.event(&judge, at) else {
            return;
        };
        backstage.works(moment, &event);
        let stopped = tell(places, moment, &moment.payload);
        let then = moment
            .then
            .as_ref()
            .filter(|_| matches!(stopped, Ok(false)));
        let others = backdrop.of(&judge, moment, (&event, then), at);
        backstage.see(others.seen);
        if let Some(then) = then {
            thread::sleep(SLOWLY / 3);
            // A daemon that is going away hears no more.
            drop(tell(places, moment, then));
        }
        backstage.hear(others.told);
    }
}

/// Returns whether what was told was stopped.
fn tell(places: &Places, moment: &Moment, payload: &Value) -> Result<bool> {
    let mut stream = UnixStream::connect(places.socket())?;
    let request = Request::Hook {
        version: wire::VERSION,
        agent: moment.agent(),
        key: EventKey(Uuid::now_v7()),
        at: now(),
    };
    wire::send_json(&mut stream, &request)?;
    wire::send(&mut stream, payload.to_string().as_bytes())?;
    match wire::receive_json(&mut stream)? {
        Response::Hook { stdout, .. } => Ok(is_stopped(&stdout)),
        other => bail!("unexpected answer of the daemon: {other:?}"),
    }
}

/// Whether Claude Code is told to deny or to ask (its documentation of hooks, `permissionDecision`).
fn is_stopped(answer: &str) -> bool {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    let decision = answer.pointer("/hookSpecificOutput/permissionDecision");
    matches!(decision.and_then(Value::as_str), Some("deny" | "ask"))
}
