//! `ringfence ca`: the authority that signs for the hosts whose traffic the proxy reads.
//!
//! **Invariant:** nothing here changes what the system trusts: that takes a person with root, who is told
//! the commands and how they are undone.

use super::person;
use crate::cli::Ca;
use crate::config::Config;
use crate::output::{Exit, print};
use crate::places::Places;
use crate::wire::Request;
use anyhow::{Context, Result};
use ringfence_event::Timestamp;
use ringfence_proxy::{Authority, Standing, write_bundle};
use serde_json::json;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

pub(super) fn run(what: &Ca, places: &Places) -> Result<Exit> {
    match what {
        Ca::Show(args) => show(places, args.json),
        Ca::Trust => {
            let standing = standing(places)?;
            print(&commands(
                &places.authority(),
                standing.version,
                Wish::Trust,
            ))?;
            Ok(Exit::Done)
        }
        Ca::Untrust => {
            let standing = standing(places)?;
            print(&commands(
                &places.authority(),
                standing.version,
                Wish::Untrust,
            ))?;
            Ok(Exit::Done)
        }
        Ca::Rotate => rotate(places),
    }
}

fn standing(places: &Places) -> Result<Standing> {
    Authority::standing_in(&places.authority())?
        .context("there is no authority yet\nhint: put `[proxy]` with `enabled = true` into the configuration, and run `ringfence up`")
}

fn show(places: &Places, as_json: bool) -> Result<Exit> {
    let standing = standing(places)?;
    let folder = places.authority();
    let certificate = certificate(&folder, standing.version);
    if as_json {
        let shown = json!({
            "version": standing.version,
            "names": standing.names,
            "addresses": standing.addresses,
            "expires": standing.expires,
            "certificate": certificate,
            "bundle": folder.join("bundle.pem"),
        });
        print(&format!("{shown:#}\n"))?;
        return Ok(Exit::Done);
    }
    let addresses = standing.addresses.iter().map(ToString::to_string);
    let all: Vec<String> = standing.names.iter().cloned().chain(addresses).collect();
    print(&format!(
        "authority    {}, until {}\ncertificate  {certificate}\nbundle       {}\nsigns for    {}\n",
        standing.version,
        standing.expires,
        folder.join("bundle.pem").display(),
        all.join("\n             "),
    ))?;
    Ok(Exit::Done)
}

fn rotate(places: &Places) -> Result<Exit> {
    person::only(places)?;
    let config = Config::load(&places.config_file())?;
    let folder = places.authority();
    let authority = Authority::rotate(&folder, &config.proxy.hosts(), now())?;
    write_bundle(&folder, authority.standing(), &config.proxy.roots)?;
    let version = authority.standing().version;
    // A daemon that is away reads the new one when it starts.
    drop(person::ask(places, &Request::Reload));
    print(&format!(
        "authority {version} stands. Where the one before was trusted, `ringfence ca trust` says how to trust this one.\n"
    ))?;
    Ok(Exit::Done)
}

fn certificate(folder: &Path, version: u32) -> String {
    let path = folder.join(format!("authority-{version}.pem"));
    path.to_string_lossy().into_owned()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Trust,
    Untrust,
}

/// For each kind of system: its name, how to trust, how to undo that.
const SYSTEMS: [(&str, &str, &str); 4] = [
    (
        "Debian, Ubuntu",
        "sudo cp CERT /usr/local/share/ca-certificates/ringfence-N.crt && sudo update-ca-certificates",
        "sudo rm /usr/local/share/ca-certificates/ringfence-N.crt && sudo update-ca-certificates --fresh",
    ),
    (
        "Fedora, RHEL",
        "sudo cp CERT /etc/pki/ca-trust/source/anchors/ringfence-N.pem && sudo update-ca-trust",
        "sudo rm /etc/pki/ca-trust/source/anchors/ringfence-N.pem && sudo update-ca-trust",
    ),
    (
        "Arch",
        "sudo trust anchor --store CERT",
        "sudo trust anchor --remove CERT",
    ),
    (
        "macOS",
        "security add-trusted-cert -k ~/Library/Keychains/login.keychain-db CERT",
        "security remove-trusted-cert CERT",
    ),
];

fn commands(folder: &Path, version: u32, wish: Wish) -> String {
    let certificate = format!("'{}'", certificate(folder, version).replace('\'', "'\\''"));
    let fill = |text: &str| {
        text.replace("CERT", &certificate)
            .replace("ringfence-N", &format!("ringfence-{version}"))
    };
    let mut text = String::new();
    if wish == Wish::Trust {
        text.push_str(
            "`ringfence exec -- AGENT` needs none of this: it tells one program alone. To let all programs of this system trust the authority:\n",
        );
    }
    for (system, trust, undo) in SYSTEMS {
        text.push_str(&format!("\n{system}\n"));
        if wish == Wish::Trust {
            text.push_str(&format!("  {}\n  undo: ", fill(trust)));
        } else {
            text.push_str("  ");
        }
        text.push_str(&fill(undo));
        text.push('\n');
    }
    text
}

fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_trusting_comes_with_its_undo() {
        let text = commands(Path::new("/home/o'hara/authority"), 3, Wish::Trust);
        assert_eq!(text.matches("undo: ").count(), SYSTEMS.len());
        assert!(text.contains("'/home/o'\\''hara/authority/authority-3.pem'"));
        assert!(text.contains("ringfence-3.crt"));
        assert!(!text.contains("CERT") && !text.contains("ringfence-N"));
        let undo = commands(Path::new("/a"), 3, Wish::Untrust);
        assert!(!undo.contains("add-trusted") && undo.contains("remove-trusted-cert"));
    }
}
