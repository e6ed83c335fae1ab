//! What a fence says of itself: what it sees, and what it can't.

use super::answer::Shared;
use super::told::Teller;
use crate::{Layer, LayerState, Report, Tier};
use std::fs;

/// What does not change while a fence stands.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) version: String,
    /// Files are denied by Landlock.
    pub(super) denies_files: bool,
    pub(super) is_cut_off: bool,
}

/// Name, kinds of deeds, what is not seen.
type Sight = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const LAYERS: [Sight; 4] = [
    (
        "processes",
        &["exec", "fork", "exit"],
        &[
            "arguments are read before the program starts: another thread of the process can change them until then",
            "a process is told of when it first starts a program or talks to somebody",
        ],
    ),
    (
        "addresses",
        &["connect", "send", "listen"],
        &[
            "incoming connections",
            "a datagram whose sender swaps the socket while it waits",
            "what a service of this machine does on request, over its Unix socket",
        ],
    ),
    (
        "names",
        &["query"],
        &["questions by write() or longer than 512 bytes, over TCP, TLS or HTTPS"],
    ),
    (
        "kernel",
        &["system"],
        &["signals to threads, and writing to /proc/<pid>/mem"],
    ),
];

fn layer(name: &str, teller: &Teller, kinds: &[&str], blind: &[&str]) -> Layer {
    let (delivered, last) = teller.delivered(kinds);
    Layer {
        name: name.to_owned(),
        state: match last {
            Some(last) => LayerState::Delivering { last },
            None => LayerState::Attached,
        },
        delivered,
        blind: blind.iter().map(|line| (*line).to_owned()).collect(),
    }
}

pub(super) fn report(facts: &Facts, shared: &Shared, processes: usize) -> Report {
    let teller = &shared.teller;
    let mut layers: Vec<Layer> = LAYERS
        .iter()
        .map(|(name, kinds, blind)| layer(name, teller, kinds, blind))
        .collect();
    if facts.is_cut_off
        && let Some(names) = layers.get_mut(2)
    {
        names.blind = vec!["names that are asked of a service over a Unix socket".to_owned()];
    }
    layers.push(Layer {
        name: "files".to_owned(),
        state: if facts.denies_files {
            LayerState::Attached
        } else {
            LayerState::Off
        },
        delivered: 0,
        blind: vec![if facts.denies_files {
            "files are denied by Landlock, which tells nobody: what was opened is not seen"
                .to_owned()
        } else {
            "files that are opened, changed or deleted".to_owned()
        }],
    });
    Report {
        version: facts.version.clone(),
        tier: Tier::C,
        layers,
        tallies: teller.tallies(),
        processes: (
            u32::try_from(processes).unwrap_or(u32::MAX),
            u32::try_from(crate::proc::MOST_PROCESSES).unwrap_or(u32::MAX),
        ),
        enforcing: facts.denies_files || facts.is_cut_off || shared.rules.enforcing(),
        resident: resident(),
    }
}

/// Bytes of memory that are resident (`/proc/self/statm`, proc(5)).
fn resident() -> u64 {
    let text = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = text
        .split_ascii_whitespace()
        .nth(1)
        .and_then(|pages| pages.parse().ok())
        .unwrap_or_default();
    pages.saturating_mul(rustix::param::page_size() as u64)
}
