//! How many connections there is room for: each takes two of the files that the system gives a process.
//!
//! **Invariant:** [`LEFT`] files stay free for the rest of the process, or half of them where it has few,
//! so that accepting never runs into the limit by itself.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Files of a connection: the client's socket and the service's.
const EACH: u64 = 2;

/// Files for everything else: listeners, the store, lookups of names, clients that are turned away.
const LEFT: u64 = 512;

/// Raises the limit of files as far as so many connections want it and the system allows it. Returns how
/// many there is room for.
pub(crate) fn room_for(connections: usize) -> usize {
    let wanted = u64::try_from(connections)
        .unwrap_or(u64::MAX)
        .saturating_mul(EACH)
        .saturating_add(LEFT);
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(wanted, |most| most.min(wanted));
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = Some(wanted);
        // Where it is refused, what stands is asked for below.
        setrlimit(Resource::Nofile, limit).unwrap_or_default();
    }
    match getrlimit(Resource::Nofile).current {
        None => connections,
        Some(files) => room(files).min(connections),
    }
}

/// How many connections fit into so many files.
fn room(files: u64) -> usize {
    let free = files.saturating_sub(LEFT).max(files / 2);
    usize::try_from((free / EACH).max(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_the_process_keeps_its_files() {
        let cases = [
            (0, 1),
            (64, 16),
            (256, 64),
            (1024, 256),
            (20_000, 9744),
            (65_536, 32_512),
        ];
        for (files, connections) in cases {
            assert_eq!(room(files), connections, "{files}");
        }
    }

    #[test]
    fn nobody_gets_more_than_he_wants() {
        assert_eq!(room_for(3), 3);
        assert!(room_for(usize::MAX) >= 3);
    }
}
