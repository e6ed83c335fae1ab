//! What programs in a fence did while no daemon heard of it: each fence leaves a file when it ends.
//!
//! **Invariant:** a file is taken in once; one that cannot be taken away is not read.

use super::{Shared, log};
use ringfence_sense::wire::{self, Answer};
use std::fs;
use std::io::{BufReader, Read};

/// Most files of fences that are read at once, and most that is read of each, in bytes.
const MOST_LEFT: usize = 256;
const LARGEST_LEFT: u64 = 64 << 20;

/// Takes in what fences left behind that ended while no daemon heard them. It is told late, so that
/// nothing is held against what was said.
pub(super) fn take_in(shared: &Shared) {
    let Ok(entries) = fs::read_dir(shared.places.unheard()) else {
        return;
    };
    let paths = entries.flatten().map(|entry| entry.path());
    let left = paths.filter(|path| path.extension().is_some_and(|ending| ending == "frames"));
    for path in left.take(MOST_LEFT) {
        let mut file = match fs::File::open(&path) {
            Ok(file) => BufReader::new(file).take(LARGEST_LEFT),
            Err(error) => {
                log(&format!(
                    "warning: `{}` is not read: {error}",
                    path.display()
                ));
                continue;
            }
        };
        // Gone first: what can't be taken away would be taken in for ever.
        if fs::remove_file(&path).is_err() {
            continue;
        }
        while let Ok(answer) = wire::receive::<Answer>(&mut file) {
            if let Answer::Seen(seen) = answer {
                shared.kernel.hub.inbox.polled(seen);
            }
        }
    }
}
