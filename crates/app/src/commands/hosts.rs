//! `ringfence hosts`: what the user says of hosts, kept in `[proxy]` of the configuration.
//!
//! **Invariant:** a host stands in one list at the most, and only a person changes them.

use super::person;
use crate::cli::{Hosts, HostsWhat};
use crate::config::{self, Config, Standing};
use crate::output::{Exit, print};
use crate::places::Places;
use crate::wire::Request;
use anyhow::Result;
use serde_json::json;

pub(super) fn run(args: &Hosts, places: &Places) -> Result<Exit> {
    let (host, standing, told) = match &args.what {
        None => return list(places, args.json.json),
        Some(HostsWhat::Trust { host }) => (host, Some(Standing::Trusted), "is trusted"),
        Some(HostsWhat::Flag { host }) => (host, Some(Standing::Flagged), "is flagged"),
        Some(HostsWhat::Allow { host }) => (host, None, "is neither trusted nor flagged"),
    };
    person::only(places)?;
    config::classify(&places.config_file(), host, standing)?;
    // A daemon that is away reads it when it starts.
    drop(person::ask(places, &Request::Reload));
    print(&format!("{host} {told}\n"))?;
    Ok(Exit::Done)
}

fn list(places: &Places, as_json: bool) -> Result<Exit> {
    let config = Config::load(&places.config_file())?.proxy;
    let texts = |standing| -> Vec<String> {
        let patterns = config.classified(standing).iter();
        patterns.map(ToString::to_string).collect()
    };
    let (trusted, flagged) = (texts(Standing::Trusted), texts(Standing::Flagged));
    if as_json {
        let shown = json!({ "trusted": trusted, "flagged": flagged });
        print(&format!("{shown:#}\n"))?;
        return Ok(Exit::Done);
    }
    let line = |name: &str, hosts: &[String]| {
        let hosts = if hosts.is_empty() {
            "none".to_owned()
        } else {
            hosts.join("\n         ")
        };
        format!("{name}  {hosts}\n")
    };
    print(&(line("trusted", &trusted) + &line("flagged", &flagged)))?;
    Ok(Exit::Done)
}
