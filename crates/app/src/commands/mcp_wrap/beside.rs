//! The reader beside an MCP server: copies in, events to the daemon.
//!
//! **Invariant:** nobody waits for it. The queue holds [`WAITING`] pieces; what finds no room is
//! counted. Without a daemon nothing is kept, and the server runs on.

use crate::daemon::now;
use crate::overheard;
use crate::places::Places;
use crate::wire::{self, Request, Response};
use bytes::Bytes;
use ringfence_event::Event;
use ringfence_proxy::Direction;
use ringfence_proxy::reading::NoLedger;
use ringfence_proxy::reading::stdio::Pipe;
use std::io;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Pieces that wait to be read: with the largest ones, 16 MiB.
const WAITING: usize = 256;
/// Events that go to the daemon at once.
const BATCH: usize = 64;
/// Events that wait for a daemon.
const MOST: usize = 1024;
/// How often the reader's end is looked for.
const STEP: Duration = Duration::from_millis(2);
/// How long the last events may take.
const LAST: Duration = Duration::from_millis(1500);
/// How long the daemon may take for one batch.
const PATIENCE: Duration = Duration::from_millis(500);
/// After a daemon that was not there, the next one is looked for so much later.
const AGAIN: Duration = Duration::from_secs(2);

enum Message {
    Bytes(Direction, Bytes),
    End(Direction),
    Stop,
}

/// Bytes that passed unread, by direction.
#[derive(Debug, Default)]
struct Lost {
    outgoing: AtomicU64,
    incoming: AtomicU64,
}

impl Lost {
    fn of(&self, direction: Direction) -> &AtomicU64 {
        match direction {
            Direction::Outgoing => &self.outgoing,
            Direction::Incoming => &self.incoming,
        }
    }
}

/// The door to the reader.
pub(super) struct Beside {
    sender: SyncSender<Message>,
    lost: Arc<Lost>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Beside {
    /// Starts the reader of the server with this name.
    pub(super) fn start(name: &str, places: &Places) -> Beside {
        let (sender, receiver) = sync_channel(WAITING);
        let lost = Arc::new(Lost::default());
        let (name, places, unread) = (name.to_owned(), places.clone(), Arc::clone(&lost));
        let thread = thread::spawn(move || {
            // Whoever can't examine says nothing: a secret must not be told.
            if let Ok(examiner) = overheard::examiner(&places, Box::new(NoLedger)) {
                let pipe = Pipe::new(examiner, &name, None, now());
                read(&receiver, pipe, &unread, &mut Sending::new(&places));
            }
        });
        Beside {
            sender,
            lost,
            thread: Mutex::new(Some(thread)),
        }
    }

    /// Takes a copy of what passed.
    pub(super) fn copy(&self, direction: Direction, bytes: &[u8]) {
        let message = Message::Bytes(direction, Bytes::copy_from_slice(bytes));
        if self.sender.try_send(message).is_err() {
            let count = u64::try_from(bytes.len()).unwrap_or(0);
            self.lost.of(direction).fetch_add(count, Ordering::Relaxed);
        }
    }

    /// Notes that a direction is over.
    pub(super) fn end(&self, direction: Direction) {
        self.sender
            .try_send(Message::End(direction))
            .unwrap_or_default();
    }

    /// Waits a moment for the last events.
    pub(super) fn finish(&self) {
        let until = Instant::now() + LAST;
        let mut told = false;
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        while thread.as_ref().is_some_and(|thread| !thread.is_finished()) && Instant::now() < until
        {
            told = told || self.sender.try_send(Message::Stop).is_ok();
            thread::sleep(STEP);
        }
    }
}

/// Reads until it is told to stop.
fn read(messages: &Receiver<Message>, mut pipe: Pipe, lost: &Lost, sending: &mut Sending<'_>) {
    let mut open = vec![Direction::Outgoing, Direction::Incoming];
    while let Ok(message) = messages.recv() {
        for direction in [Direction::Outgoing, Direction::Incoming] {
            match lost.of(direction).swap(0, Ordering::Relaxed) {
                0 => {}
                count => pipe.skip(direction, count, now()),
            }
        }
        let stops = matches!(message, Message::Stop);
        let told = match message {
            Message::Bytes(direction, bytes) => pipe.push(direction, bytes, now()),
            Message::End(direction) => {
                open.retain(|one| *one != direction);
                pipe.end(direction, now())
            }
            Message::Stop => {
                let ends = std::mem::take(&mut open).into_iter();
                ends.flat_map(|direction| pipe.end(direction, now()))
                    .collect()
            }
        };
        let events = told
            .into_iter()
            .map(|told| overheard::event(told, None, None));
        sending.add(events);
        if stops {
            return sending.send();
        }
    }
}

/// Events on their way to the daemon.
struct Sending<'a> {
    places: &'a Places,
    events: Vec<Event>,
    /// When a daemon is looked for again.
    again: Option<Instant>,
}

impl<'a> Sending<'a> {
    fn new(places: &'a Places) -> Sending<'a> {
        Sending {
            places,
            events: Vec::new(),
            again: None,
        }
    }

    fn add(&mut self, events: impl Iterator<Item = Event>) {
        self.events.extend(events);
        if !self.events.is_empty() && self.again.is_none_or(|again| again <= Instant::now()) {
            self.send();
        }
        // Nobody takes them: the oldest go.
        let surplus = self.events.len().saturating_sub(MOST);
        self.events.drain(..surplus);
    }

    fn send(&mut self) {
        while !self.events.is_empty() {
            let batch = self
                .events
                .get(..BATCH.min(self.events.len()))
                .unwrap_or_default();
            if tell(self.places, batch).is_err() {
                self.again = Some(Instant::now() + AGAIN);
                return;
            }
            self.events.drain(..BATCH.min(self.events.len()));
        }
        self.again = None;
    }
}

fn tell(places: &Places, events: &[Event]) -> io::Result<()> {
    let mut stream = UnixStream::connect(places.socket())?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let version = wire::VERSION;
    wire::send_json(&mut stream, &Request::Overheard { version })?;
    wire::send_json(&mut stream, &events)?;
    match wire::receive_json(&mut stream)? {
        Response::Overheard { .. } => Ok(()),
        other => Err(io::Error::other(format!("unexpected answer {other:?}"))),
    }
}
