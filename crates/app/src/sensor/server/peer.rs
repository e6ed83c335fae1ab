//! One connection to the sensor: greeting, requests in, answers out.
//!
//! **Invariant:** two threads for each peer and a limit on peers, of all and of each user; a peer
//! that says nothing for [`SILENCE`], or does not listen for [`PATIENCE`], is given up.

use super::Said;
use super::outbox::Outbox;
use ringfence_sense::wire::{self, Answer, Request, WireError};
use rustix::net::sockopt::socket_peercred;
use std::collections::BTreeMap;
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a peer may take to say hello, and to take a frame.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a peer may be silent: a daemon says every two seconds that it is there.
const SILENCE: Duration = Duration::from_secs(30);
/// Most peers of all users, and of one.
const MOST: (usize, usize) = (64, 8);

/// How many peers each user has.
#[derive(Clone, Default)]
struct Count(Arc<Mutex<BTreeMap<u32, usize>>>);

/// Takes peers until the process ends.
pub(super) fn accept(listener: &UnixListener, sender: &SyncSender<Said>) {
    let count = Count::default();
    let mut number = 0;
    for stream in listener.incoming() {
        // A connection that breaks before it is taken is its peer's loss.
        let Ok(stream) = stream else { continue };
        let Ok(who) = socket_peercred(&stream) else {
            continue;
        };
        number += 1;
        let peer = number;
        let user = who.uid.as_raw();
        let Some(place) = count.take(user) else {
            refuse(&stream, "too many connections");
            continue;
        };
        let sender = sender.clone();
        let started = thread::Builder::new()
            .name(format!("peer {peer}"))
            .spawn(move || {
                serve(&stream, peer, user, &sender);
                drop(place);
            });
        // Without a thread the stream is closed, and the peer comes again.
        drop(started);
    }
}

fn serve(stream: &UnixStream, peer: u64, user: u32, sender: &SyncSender<Said>) {
    if let Err(why) = greet(stream) {
        return refuse(stream, &why);
    }
    let outbox = Arc::new(Outbox::default());
    let came = Said::Came {
        peer,
        user,
        outbox: Arc::clone(&outbox),
    };
    if sender.send(came).is_err() {
        return;
    }
    thread::scope(|scope| {
        let writer = thread::Builder::new()
            .name(format!("peer {peer}: answers"))
            .spawn_scoped(scope, || write(stream, &outbox));
        if writer.is_ok() {
            let mut reader = stream;
            while let Ok(request) = wire::receive::<Request>(&mut reader) {
                if sender.send(Said::Wants { peer, request }).is_err() {
                    break;
                }
            }
        }
        outbox.close();
        stream.shutdown(Shutdown::Both).unwrap_or_default();
    });
    // The process ends if nobody hears it.
    sender.send(Said::Left { peer }).unwrap_or_default();
}

/// Exchanges hellos; says why not, in words.
fn greet(stream: &UnixStream) -> Result<(), String> {
    let failed = |error: WireError| error.to_string();
    let limit = |error: std::io::Error| error.to_string();
    stream.set_read_timeout(Some(PATIENCE)).map_err(limit)?;
    stream.set_write_timeout(Some(PATIENCE)).map_err(limit)?;
    let mut both = stream;
    match wire::receive::<Request>(&mut both).map_err(failed)? {
        Request::Hello { version } if version == wire::VERSION => {}
        Request::Hello { version } => {
            return Err(format!(
                "this sensor speaks version {}, not {version}: run the same `ringfence` as sensor and daemon",
                wire::VERSION
            ));
        }
        _ => return Err("the first word must be hello".to_owned()),
    }
    stream.set_read_timeout(Some(SILENCE)).map_err(limit)?;
    let hello = Answer::Hello {
        version: wire::VERSION,
    };
    wire::send(&mut both, &hello).map_err(failed)
}

fn refuse(mut stream: &UnixStream, why: &str) {
    let refused = Answer::Refused {
        why: why.to_owned(),
    };
    // A peer that is gone is nobody to be told.
    wire::send(&mut stream, &refused).unwrap_or_default();
}

fn write(mut stream: &UnixStream, outbox: &Outbox) {
    while let Some(answer) = outbox.next() {
        if wire::send(&mut stream, &answer).is_err() {
            // The reader wakes up too.
            stream.shutdown(Shutdown::Both).unwrap_or_default();
            return;
        }
    }
}

impl Count {
    /// Counts one more peer of a user, as long as the place is kept; `None` if there are too many.
    fn take(&self, user: u32) -> Option<Place> {
        let mut users = self.users();
        let all: usize = users.values().sum();
        let own = users.get(&user).copied().unwrap_or_default();
        if all >= MOST.0 || own >= MOST.1 {
            return None;
        }
        users.insert(user, own + 1);
        drop(users);
        Some(Place {
            count: self.clone(),
            user,
        })
    }

    fn users(&self) -> MutexGuard<'_, BTreeMap<u32, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A peer's place among those that are counted.
struct Place {
    count: Count,
    user: u32,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut users = self.count.users();
        if let Some(own) = users.get_mut(&self.user) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                users.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_can_not_take_all_places() {
        let count = Count::default();
        let mut places: Vec<Place> = Vec::new();
        while let Some(place) = count.take(1000) {
            places.push(place);
        }
        assert_eq!(places.len(), MOST.1);
        assert!(count.take(1001).is_some());
        places.pop();
        assert!(count.take(1000).is_some());
        for user in 0..100 {
            places.extend(count.take(user));
        }
        assert_eq!(places.len(), MOST.0);
        drop(places);
        assert!(count.users().is_empty());
    }
}
