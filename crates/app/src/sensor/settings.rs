//! What sensors are to look for, from what the other crates know of agents and files.
//!
//! **Invariant:** no list of its own: agents' programs and marks come from `agents`, files worth
//! telling of from `enrich`.

use super::joined;
use crate::ancestry;
use crate::judge::Judge;
use ringfence_event::Access;
use ringfence_sense::{Interest, Process, Settings};

/// Returns what sensors are to look for. What is written is always told; these are the files of
/// which reading is told too.
pub(crate) fn of(judge: &Judge) -> Settings {
    let home = judge.places.home.to_string_lossy();
    let spots = ringfence_enrich::spots(&home).into_iter();
    let mut interests: Vec<Interest> = spots
        .filter(|spot| spot.access == Access::Read)
        .map(|spot| Interest {
            path: spot.path,
            ending: spot.ending,
        })
        .collect();
    let exact = judge.decoys().into_iter().chain(judge.places.guarded());
    interests.extend(exact.map(|path| Interest {
        path,
        ending: false,
    }));
    let texts = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect();
    Settings {
        programs: texts(&ringfence_agents::program_names()),
        variables: texts(&joined::marks().variables()),
        interests,
        guarded: own_process().into_iter().collect(),
    }
}

/// This process, as sensors name it.
fn own_process() -> Option<Process> {
    let (pid, started) = ancestry::line_of(std::process::id()).first().copied()?;
    Some(Process { pid, started })
}
