//! A fence of Linux: what the command line says, as a plan; what became of it, as an exit code.

use crate::cli::{Exec, ExecNet};
use crate::commands::person;
use crate::output::Exit;
use crate::places::{Places, private_dir};
use crate::proxied;
use crate::wire::{Request, Response};
use anyhow::{Result, bail};
use ringfence_proxy::Authority;
use ringfence_sense::fence::{self, Dial, Ending, FenceError, Net, OWN, Plan};
use ringfence_sense::{AddressRule, Lock, NameRule, Policy, Process};
use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::PathBuf;

/// What programs that start programs end with, as shells and env(1) have it.
const NO_FENCE: u8 = 125;
const NOT_RUNNABLE: u8 = 126;
const NOT_FOUND: u8 = 127;

pub(in crate::commands) fn run(args: Exec, places: &Places) -> Result<Exit> {
    let (policy, inward) = policy(&args)?;
    let environment = match args.net {
        ExecNet::Host => through_the_proxy(places),
        // The fence has a proxy of its own, or no way out at all.
        ExecNet::Proxy | ExecNet::None => Vec::new(),
    };
    let plan = Plan {
        command: args.command,
        refuse_quic: !environment.is_empty(),
        environment,
        net: match args.net {
            ExecNet::Host => Net::Host,
            ExecNet::Proxy => Net::Proxy,
            ExecNet::None => Net::None,
        },
        deny_read: args.deny_read,
        policy,
        inward,
        daemon: Some(dial(places)),
        unheard: unheard(places),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    match fence::run(plan) {
        Ok(Ending::Code(code)) => Ok(passed(code)),
        Ok(Ending::Signal(signal)) => {
            fence::end_by(signal);
            // Only a signal that ends nobody gets here.
            Ok(passed(128 + signal))
        }
        Err(error) => {
            let code = match &error {
                FenceError::NotStarted { source, .. } if source.kind() == ErrorKind::NotFound => {
                    NOT_FOUND
                }
                FenceError::NotStarted { .. } => NOT_RUNNABLE,
                _ => NO_FENCE,
            };
            crate::output::report(&error.into());
            Ok(Exit::Passed(code))
        }
    }
}

/// What the program must be told to go through the daemon's proxy; nothing while there is none.
fn through_the_proxy(places: &Places) -> Vec<(String, String)> {
    let Ok(Response::Pong { status }) = person::ask(places, &Request::Ping) else {
        return Vec::new();
    };
    let standing = Authority::standing_in(&places.authority()).ok().flatten();
    match status.proxy.zip(standing) {
        Some((address, standing)) => proxied::variables(places, address, standing.version),
        None => Vec::new(),
    }
}

fn passed(code: i32) -> Exit {
    Exit::Passed(u8::try_from(code).unwrap_or(u8::MAX))
}

/// Where the fence leaves what no daemon has heard.
fn unheard(places: &Places) -> Option<PathBuf> {
    let folder = places.unheard();
    private_dir(&places.state).ok()?;
    private_dir(&folder).ok()?;
    Some(folder.join(format!("{}.frames", uuid::Uuid::now_v7())))
}

/// Reaches the daemon, as often as it is needed.
fn dial(places: &Places) -> Dial {
    let socket = places.socket();
    Box::new(move || {
        let mut stream = std::os::unix::net::UnixStream::connect(&socket)?;
        crate::wire::send_json(&mut stream, &crate::wire::Request::Sense)?;
        Ok(stream)
    })
}

/// What `--deny` and `--allow` say.
enum Where {
    Network(IpAddr, u8),
    Name(String),
}

/// Reads `192.0.2.0/24`, `2001:db8::1` or `evil.example`.
fn place(text: &str) -> Result<Where> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    if let Ok(address) = address.parse::<IpAddr>() {
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(longest), str::parse::<u8>);
        return match prefix {
            Ok(prefix) if prefix <= longest => Ok(Where::Network(address, prefix)),
            _ => bail!("`{text}` is no network\nhint: write 192.0.2.0/24 or 2001:db8::/32"),
        };
    }
    let is_name = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
    let name = text.trim_matches('.');
    if name.is_empty() || name.len() > 253 || !name.chars().all(is_name) {
        bail!(
            "`{text}` is no network, address or name\nhint: write 192.0.2.0/24, 2001:db8::1 or evil.example, without port or path"
        );
    }
    Ok(Where::Name(name.to_ascii_lowercase()))
}

/// The rules of the command line, and the addresses of this machine that are allowed.
fn policy(args: &Exec) -> Result<(Policy, Vec<IpAddr>)> {
    let mut policy = Policy::default();
    for text in &args.deny {
        match place(text)? {
            Where::Network(network, prefix) => policy.addresses.push(AddressRule {
                number: OWN,
                network,
                prefix,
            }),
            Where::Name(suffix) => policy.names.push(NameRule {
                number: OWN,
                suffix,
            }),
        }
    }
    let mut lock = Lock {
        number: OWN,
        // The fence puts its own tree here.
        tree: Process { pid: 0, started: 0 },
        addresses: Vec::new(),
        names: Vec::new(),
    };
    for text in &args.allow {
        match place(text)? {
            Where::Network(network, prefix) => lock.addresses.push((network, prefix)),
            Where::Name(name) => lock.names.push(name),
        }
    }
    let inward = lock.addresses.iter().map(|(address, _)| *address);
    let inward = inward.filter(IpAddr::is_loopback).collect();
    if !lock.names.is_empty() && args.net == ExecNet::Host {
        bail!(
            "names can be allowed only where nothing else is reachable\nhint: add `--net=proxy`, or allow addresses"
        );
    }
    if !args.allow.is_empty() {
        policy.locks.push(lock);
    }
    Ok((policy, inward))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match place(text) {
            Ok(Where::Network(address, prefix)) => format!("{address}/{prefix}"),
            Ok(Where::Name(name)) => name,
            Err(error) => format!("error: {error}")
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        }
    }

    #[test]
    fn places_are_networks_addresses_or_names() {
        let no_network = |text: &str| format!("error: `{text}` is no network");
        let nothing = |text: &str| format!("error: `{text}` is no network, address or name");
        let cases = [
            ("192.0.2.0/24", "192.0.2.0/24".to_owned()),
            ("192.0.2.1", "192.0.2.1/32".to_owned()),
            ("2001:db8::/32", "2001:db8::/32".to_owned()),
            ("0.0.0.0/0", "0.0.0.0/0".to_owned()),
            ("Evil.Example.", "evil.example".to_owned()),
            ("192.0.2.0/33", no_network("192.0.2.0/33")),
            ("192.0.2.0/x", no_network("192.0.2.0/x")),
            ("https://evil.example", nothing("https://evil.example")),
            ("evil.example:443", nothing("evil.example:443")),
            ("", nothing("")),
            (".", nothing(".")),
        ];
        for (text, expected) in cases {
            assert_eq!(said(text), expected, "{text}");
        }
    }
}
