//! `ringfence stop`, `suspend` and `resume`: hold a session's tree still, end it, let it go on.

use super::person::{ask, only};
use crate::cli::Whom;
use crate::output::{Exit, GREEN, YELLOW, count, print, print_json};
use crate::places::Places;
use crate::wire::{Order, Request, Responded, Response};
use anyhow::{Context, Result, bail};
use ringfence_store::visible;

pub(super) fn run(order: Order, args: &Whom, places: &Places) -> Result<Exit> {
    only(places)?;
    let request = Request::Respond {
        order,
        whom: args.whom.clone(),
    };
    let done = match ask(places, &request)
        .context("the daemon does not answer\nhint: start it with `ringfence up --detach`")?
    {
        Response::Responded { done } => done,
        Response::Refused { why } => bail!("{why}"),
        other => bail!("unexpected answer of the daemon: {other:?}"),
    };
    if args.json {
        print_json("done", &done)?;
    } else {
        print(&text(order, &done))?;
    }
    Ok(if done.complete {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn text(order: Order, done: &Responded) -> String {
    let many = count(done.processes.len() as u64, "process");
    let whose = done.session.as_ref().map_or_else(String::new, |session| {
        format!(" of session {}", visible(session.as_str()))
    });
    let mut text = if done.complete {
        format!("{GREEN}{many}{whose} {}.{GREEN:#}\n", order.done())
    } else {
        format!(
            "{YELLOW}{many}{whose}, and they do not come to rest.{YELLOW:#} Look with `ringfence ps`.\n"
        )
    };
    for process in &done.processes {
        let executable = process.executable.as_deref().unwrap_or("?");
        text.push_str(&format!("  {}  {}\n", process.pid, visible(executable)));
    }
    if order == Order::Suspend {
        text.push_str("`ringfence resume` lets them go on; `ringfence stop` ends them.\n");
    }
    if !done.recorded {
        text.push_str(&format!(
            "{YELLOW}warning:{YELLOW:#} the record did not take it; `ringfence status` says why\n"
        ));
    }
    text
}
