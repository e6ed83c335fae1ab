//! What became of each event, and which layer delivered.
//!
//! **Invariant:** of each kind, `attempted` is the sum of what was sent, suppressed and lost. Only the
//! kernel's side counts; what user space drops after a closer look moves from sent to suppressed.

use super::layout::Fields;
use super::maps::Maps;
use super::record::{Kind, Record};
use super::{Sensor, SensorError, processes};
use crate::{Layer, LayerState, Report, Tally, Tier};
use std::collections::BTreeMap;

/// What user space adds to the kernel's account.
#[derive(Default)]
pub(super) struct Account {
    dropped: BTreeMap<Kind, u64>,
    delivered: BTreeMap<Kind, (u64, i64)>,
    /// Denials of fanotify, and when the last one was.
    watcher: (u64, i64),
}

impl Account {
    /// A record came through, and was told.
    pub(super) fn note(&mut self, record: &Record<'_>, at: i64) {
        let (count, last) = self.delivered.entry(record.kind).or_default();
        *count += 1;
        *last = at;
    }

    /// A record came through, but nobody had asked for it.
    pub(super) fn suppress(&mut self, kind: Kind) {
        *self.dropped.entry(kind).or_default() += 1;
    }

    /// The watcher has denied an opening.
    pub(super) fn denied_by_watcher(&mut self, at: i64) {
        self.watcher.0 += 1;
        self.watcher.1 = at;
    }

    /// The account of one kind, all processors together.
    pub(super) fn read(&self, maps: &Maps, kind: Kind) -> Result<Tally, SensorError> {
        let mut tally = Tally {
            kind: kind.name().to_owned(),
            ..Tally::default()
        };
        for value in maps.each("tallies", &u32::from(kind as u8).to_ne_bytes())? {
            let mut fields = Fields(&value);
            tally.attempted += fields.long();
            tally.sent += fields.long();
            tally.suppressed += fields.long();
            tally.lost.ring_full += fields.long();
            tally.lost.map_full += fields.long();
            tally.lost.fault += fields.long();
            tally.denied += fields.long();
        }
        let dropped = self.dropped.get(&kind).copied().unwrap_or(0);
        tally.sent = tally.sent.saturating_sub(dropped);
        tally.suppressed += dropped;
        Ok(tally)
    }

    fn layer(&self, name: &str, kinds: &[Kind], blind: &[&str]) -> Layer {
        let came = kinds.iter().filter_map(|kind| self.delivered.get(kind));
        let delivered: u64 = came.clone().map(|(count, _)| count).sum();
        let state = match came.map(|(_, last)| *last).max() {
            Some(last) => LayerState::Delivering { last },
            None => LayerState::Attached,
        };
        Layer {
            name: name.to_owned(),
            state,
            delivered,
            blind: blind.iter().map(|&line| line.to_owned()).collect(),
        }
    }
}

const PROCESSES: [Kind; 3] = [Kind::Fork, Kind::Exec, Kind::Exit];
const FILES: [Kind; 7] = [
    Kind::Open,
    Kind::Rename,
    Kind::Unlink,
    Kind::Link,
    Kind::Make,
    Kind::Attributes,
    Kind::Truncate,
];
const ADDRESSES: [Kind; 5] = [
    Kind::Connect,
    Kind::Send,
    Kind::Unix,
    Kind::Listen,
    Kind::Accept,
];
const SYSTEM: [Kind; 6] = [
    Kind::Trace,
    Kind::Signal,
    Kind::Mount,
    Kind::Module,
    Kind::Program,
    Kind::Queue,
];

/// What no hook shows, whatever the tier.
const BLIND_NAMES: [&str; 2] = [
    "names asked for over TCP, TLS or HTTPS, of which only the connection is seen",
    "names that a resolver asks for on a process's behalf over a Unix socket",
];

/// What is not seen and not denied without security hooks.
const BLIND_FILES: [&str; 4] = [
    "what io_uring opens, renames or deletes: only that it does is seen",
    "system calls of 32-bit programs",
    "renames, links and deletions are seen after they are done, and not denied",
    "a file is open for a moment before who must not write it is ended",
];

/// Says how a sensor does.
pub(super) fn report(sensor: &Sensor, owner: u32) -> Report {
    let account = &sensor.account;
    let hooks = sensor.tier == Tier::A;
    let files: &[&str] = if hooks { &[] } else { &BLIND_FILES };
    let mut layers = vec![
        account.layer("processes", &PROCESSES, &[]),
        account.layer("files", &FILES, files),
        account.layer("addresses", &ADDRESSES, &[]),
        account.layer("names", &[Kind::Query], &BLIND_NAMES),
        account.layer("system", &SYSTEM, &[]),
    ];
    if let Some(files) = layers.iter_mut().find(|layer| layer.name == "files") {
        let missing = sensor.missing.iter();
        files
            .blind
            .extend(missing.map(|name| format!("this kernel has no {name}")));
    }
    layers.push(Layer {
        name: "security hooks".to_owned(),
        state: match &sensor.refused {
            Some(why) => LayerState::Refused { why: why.clone() },
            None => LayerState::Attached,
        },
        delivered: 0,
        blind: Vec::new(),
    });
    layers.push(Layer {
        name: "fanotify".to_owned(),
        state: match (&sensor.watcher, account.watcher) {
            (Ok(_), (0, _)) => LayerState::Attached,
            (Ok(_), (_, last)) => LayerState::Delivering { last },
            (Err(_), _) if hooks => LayerState::Off,
            (Err(why), _) => LayerState::Refused { why: why.clone() },
        },
        delivered: account.watcher.0,
        blind: Vec::new(),
    });
    let tallies = Kind::ALL
        .into_iter()
        .filter_map(|kind| account.read(&sensor.maps, kind).ok());
    let members = sensor
        .maps
        .get("population", &0_u32.to_ne_bytes())
        .ok()
        .flatten();
    let members = members.map_or(0, |bytes| Fields(&bytes).long());
    Report {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        tier: sensor.tier,
        layers,
        tallies: tallies.filter(|tally| tally.attempted > 0).collect(),
        processes: (
            u32::try_from(members).unwrap_or(u32::MAX),
            sensor.options.processes,
        ),
        enforcing: sensor
            .owners
            .get(&owner)
            .is_some_and(|owner| owner.enforcing),
        resident: processes::resident(),
    }
}
