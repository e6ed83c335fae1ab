//! The way to the user's daemon: a fence speaks there as a sensor does ([`crate::wire`]).
//!
//! **Invariant:** no call of the tree ever waits for the daemon. While it is away the fence holds, and
//! what is seen is kept as far as the queue allows.

use super::answer::Shared;
use super::report::{Facts, report};
use crate::wire::{self, Answer, Request, WireError};
use crate::{Policy, Process, Settings, proc};
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Connects to the daemon and asks to be heard as a sensor.
pub type Dial = Box<dyn Fn() -> io::Result<UnixStream> + Send>;

/// How long the program waits for the daemon's first words before it starts.
const FIRST_WORDS: Duration = Duration::from_millis(500);

/// How long a daemon may take to take something before it counts as gone.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often a daemon that is gone is looked for, and how often the report goes out.
const EVERY: Duration = Duration::from_secs(1);

/// What a daemon said at first.
#[derive(Debug, Default)]
pub(super) struct Greeting {
    pub(super) settings: Settings,
    pub(super) policy: Policy,
}

/// Says hello and hears what to look for, and what to deny, as far as that comes at once.
pub(super) fn greet(stream: &mut UnixStream) -> Result<Greeting, WireError> {
    let version = wire::VERSION;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_read_timeout(Some(FIRST_WORDS))?;
    wire::send(stream, &Answer::Hello { version })?;
    match wire::receive(stream)? {
        Request::Hello { version: other } if other == version => {}
        _ => return Err(io::Error::from(io::ErrorKind::InvalidData).into()),
    }
    let mut greeting = Greeting::default();
    let until = Instant::now() + FIRST_WORDS;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        stream.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        match wire::receive(stream) {
            Ok(Request::Settings(settings)) => greeting.settings = settings,
            Ok(Request::Enforce(policy)) => {
                greeting.policy = policy;
                break;
            }
            Ok(Request::Pulse | Request::Release) => break,
            Ok(_) => {}
            // Nothing more at once: it comes when it comes.
            Err(WireError::Socket(error)) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    stream.set_read_timeout(None)?;
    Ok(greeting)
}

/// What both directions of a connection need.
struct Talk {
    stream: Mutex<UnixStream>,
    shared: Arc<Shared>,
    facts: Facts,
    root: Process,
}

impl Talk {
    fn say(&self, answer: &Answer) -> Result<(), WireError> {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        wire::send(&mut *stream, answer)
    }

    fn say_members(&self) -> Result<(), WireError> {
        self.say(&Answer::Watching {
            root: self.root,
            members: proc::descendants(self.root.pid),
        })
    }

    fn say_report(&self) -> Result<(), WireError> {
        let processes = proc::descendants(std::process::id()).len();
        self.say(&Answer::Report(report(
            &self.facts,
            &self.shared,
            processes,
        )))
    }

    /// What a policy asks of a fence that it can't do.
    fn problems(&self, policy: &Policy) -> Vec<String> {
        let mut problems = Vec::new();
        if !policy.files.is_empty() {
            problems.push(format!(
                "a running fence arms rules on files ({}) only against programs that are started and sockets that are connected to",
                policy.files.len()
            ));
        }
        let names = policy
            .locks
            .iter()
            .any(|lock| lock.tree == self.root && !lock.names.is_empty());
        if names && !self.facts.is_cut_off {
            problems.push(
                "names that a lock allows can be asked for, but only its addresses can be reached"
                    .to_owned(),
            );
        }
        problems
    }

    fn obey(&self, request: Request) -> Result<(), WireError> {
        let rules = &self.shared.rules;
        match request {
            Request::Settings(settings) => rules.look_for(settings),
            Request::Enforce(policy) => {
                let problems = self.problems(&policy);
                rules.enforce(policy);
                self.say(&Answer::Armed { problems })?;
            }
            Request::Release => rules.release(),
            Request::Pulse | Request::Hello { .. } => rules.pulse(),
            Request::Watch { root } if root == self.root => self.say_members()?,
            // Said to every sensor: other trees are not ours.
            Request::Watch { .. } | Request::Forget { .. } => rules.pulse(),
        }
        Ok(())
    }
}

/// Keeps talking to the daemon until all is told or the fence has nobody left in it.
pub(super) fn keep(
    mut first: Option<UnixStream>,
    dial: &Dial,
    shared: &Arc<Shared>,
    facts: &Facts,
    root: Process,
    unheard: Option<&Path>,
) {
    loop {
        if let Some(stream) = first.take().or_else(|| again(dial, shared)) {
            // An end of this connection is the beginning of the next.
            if let Ok(Done::All) = talk(stream, shared, facts, root) {
                return;
            }
        } else if shared.teller.is_closed() {
            if let Some(path) = unheard {
                // Without a disk either, it is lost: there is nobody left to tell that.
                leave_behind(shared, path).unwrap_or_default();
            }
            return;
        }
        shared.teller.rest(EVERY);
    }
}

/// Writes down what nobody heard, for the next daemon; all of it, or no file.
fn leave_behind(shared: &Shared, path: &Path) -> Result<(), WireError> {
    let mut frames = Vec::new();
    while let Some(batch) = shared.teller.next(Duration::ZERO) {
        wire::send(&mut frames, &Answer::Seen(batch))?;
    }
    if frames.is_empty() {
        return Ok(());
    }
    let unfinished = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)?;
    let written = file.write_all(&frames);
    if let Err(error) = written.and_then(|()| fs::rename(&unfinished, path)) {
        fs::remove_file(&unfinished).unwrap_or_default();
        return Err(error.into());
    }
    Ok(())
}

fn again(dial: &Dial, shared: &Shared) -> Option<UnixStream> {
    let mut stream = dial().ok()?;
    let greeting = greet(&mut stream).ok()?;
    shared.rules.look_for(greeting.settings);
    shared.rules.enforce(greeting.policy);
    Some(stream)
}

/// How a connection ended well.
enum Done {
    All,
}

fn talk(
    stream: UnixStream,
    shared: &Arc<Shared>,
    facts: &Facts,
    root: Process,
) -> Result<Done, WireError> {
    let mut reader = stream.try_clone()?;
    let talk = Arc::new(Talk {
        stream: Mutex::new(stream),
        shared: Arc::clone(shared),
        facts: facts.clone(),
        root,
    });
    talk.say_members()?;
    talk.say_report()?;
    let heard = Arc::clone(&talk);
    thread::Builder::new()
        .name("daemon's words".to_owned())
        .spawn(move || {
            while let Ok(request) = wire::receive::<Request>(&mut reader) {
                if heard.obey(request).is_err() {
                    break;
                }
            }
            // Whoever waits to write finds out.
            reader
                .shutdown(std::net::Shutdown::Both)
                .unwrap_or_default();
        })?;
    let mut reported = Instant::now();
    loop {
        let Some(batch) = shared.teller.next(EVERY) else {
            talk.say_report()?;
            return Ok(Done::All);
        };
        if !batch.is_empty() {
            let seen = Answer::Seen(batch);
            if let Err(error) = talk.say(&seen) {
                shared.teller.take_back(seen);
                return Err(error);
            }
        }
        if reported.elapsed() >= EVERY && shared.teller.changed() {
            reported = Instant::now();
            talk.say_report()?;
        }
    }
}
