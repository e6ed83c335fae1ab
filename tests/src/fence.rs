//! A daemon that a fenced tree reports to: it says what a test tells it to, and keeps what it hears.

use crate::home::Home;
use crate::run::until;
use ringfence_sense::wire::{self, Answer, Request};
use ringfence_sense::{Deed, Observation, Policy, Settings};
use std::fs;
use std::io::Read;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Time a fence has to say what is expected of it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Listens where the home's daemon would, for one fence.
pub struct ScriptedDaemon {
    heard: Arc<Mutex<Vec<Observation>>>,
    stream: Receiver<UnixStream>,
    answers: Receiver<Answer>,
}

impl ScriptedDaemon {
    /// Waits for a fence in the background and says these at once.
    pub fn listen(home: &Home, settings: Settings, policy: Policy) -> ScriptedDaemon {
        let socket = home.socket();
        let directory = socket.parent().expect("the socket has a directory");
        fs::create_dir_all(directory).expect("the directory of the socket");
        let listener = UnixListener::bind(&socket).expect("the socket is free");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (give_stream, stream) = channel();
        let (give_answer, answers) = channel();
        let keep = Arc::clone(&heard);
        thread::spawn(move || {
            let mut talk = loop {
                let (mut talk, _) = listener.accept().expect("a fence comes");
                if asks_to_listen(&mut talk) {
                    break talk;
                }
            };
            for request in [
                Request::Hello {
                    version: wire::VERSION,
                },
                Request::Settings(settings),
                Request::Enforce(policy),
            ] {
                wire::send(&mut talk, &request).expect("the fence hears");
            }
            drop(give_stream.send(talk.try_clone().expect("a second handle")));
            while let Ok(answer) = wire::receive::<Answer>(&mut talk) {
                match answer {
                    Answer::Seen(seen) => keep
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .extend(seen),
                    answer => drop(give_answer.send(answer)),
                }
            }
        });
        ScriptedDaemon {
            heard,
            stream,
            answers,
        }
    }

    /// Says one thing more; only after the fence has come.
    pub fn say(&self, request: &Request) -> UnixStream {
        let mut stream = self.stream.recv_timeout(PATIENCE).expect("a fence came");
        wire::send(&mut stream, request).expect("the fence hears");
        stream
    }

    /// Waits for an answer of a kind.
    pub fn answer<Kind>(&self, pick: impl Fn(Answer) -> Option<Kind>) -> Kind {
        loop {
            let answer = self.answers.recv_timeout(PATIENCE);
            if let Some(found) = pick(answer.expect("the fence answers")) {
                return found;
            }
        }
    }

    /// Everything that was seen so far.
    pub fn heard(&self) -> Vec<Observation> {
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits until a deed was seen, and returns the observation.
    pub fn saw(&self, what: &str, is_it: impl Fn(&Deed) -> bool) -> Observation {
        let mut found = None;
        until(what, || {
            found = self.heard().into_iter().find(|seen| is_it(&seen.deed));
            found.is_some()
        });
        found.expect("it was found")
    }
}

/// Reads a request in the daemon's own protocol; says whether it makes the connection a sensor's. The
/// only other one is how the daemon is, which it leaves without an answer.
fn asks_to_listen(stream: &mut UnixStream) -> bool {
    let mut length = [0; 4];
    stream.read_exact(&mut length).expect("a length");
    let length = usize::try_from(u32::from_be_bytes(length)).expect("a length");
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).expect("a request");
    let listens = bytes == br#"{"ask":"sense"}"#;
    assert!(listens || bytes == br#"{"ask":"ping"}"#, "{bytes:?}");
    listens
}
