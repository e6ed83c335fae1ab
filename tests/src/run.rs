//! Runs a program to its end, with a deadline: a hang is a failure with its output, not a stuck build.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// Time a program has before the test fails.
const DEADLINE: Duration = Duration::from_mins(1);

/// Time the pipes have to close once the program has ended.
const LAST_BYTES: Duration = Duration::from_secs(5);

/// How often a condition is looked at.
const GLANCE: Duration = Duration::from_millis(2);

/// What a program did.
#[derive(Clone, Debug)]
pub struct Run {
    /// How it ended.
    pub status: ExitStatus,
    /// What it said.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
}

impl Run {
    /// Runs a program that gets nothing on standard input.
    pub fn of(command: &mut Command) -> Run {
        Run::with_input(command, b"")
    }

    /// Runs a program that gets these bytes on standard input, as far as it wants them.
    pub fn with_input(command: &mut Command, input: &[u8]) -> Run {
        let shown = format!("{command:?}");
        let started = Instant::now();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("failed to start {shown}: {error}"));
        let mut stdin = child.stdin.take().expect("stdin is piped");
        let input = input.to_vec();
        thread::spawn(move || {
            // A program may stop reading whenever it has seen enough.
            drop(stdin.write_all(&input));
        });
        let stdout = collect(child.stdout.take().expect("stdout is piped"));
        let stderr = collect(child.stderr.take().expect("stderr is piped"));
        let status = wait(&mut child, DEADLINE);
        let took = started.elapsed();
        let read = |pipe: Receiver<String>| {
            pipe.recv_timeout(LAST_BYTES)
                .unwrap_or_else(|_| panic!("{shown} ended, but something keeps its output open"))
        };
        let Some(status) = status else {
            panic!(
                "{shown} did not end within {DEADLINE:?}\n{}\n{}",
                read(stdout),
                read(stderr)
            );
        };
        Run {
            status,
            stdout: read(stdout),
            stderr: read(stderr),
            took,
        }
    }

    /// Returns itself if the program said that all went well.
    #[must_use]
    pub fn ok(self) -> Run {
        assert!(self.status.success(), "it failed: {self:#?}");
        self
    }

    /// The exit code; panics if a signal ended it.
    pub fn code(&self) -> i32 {
        self.status
            .code()
            .unwrap_or_else(|| panic!("ended by a signal: {self:#?}"))
    }
}

/// Waits for a program's end; kills it and returns nothing when the time is over.
pub fn wait(child: &mut Child, deadline: Duration) -> Option<ExitStatus> {
    let mut status = None;
    let ended = holds(deadline, || {
        status = child.try_wait().expect("the child can be waited for");
        status.is_some()
    });
    if !ended {
        drop(child.kill());
        drop(child.wait());
    }
    status
}

/// Waits until a condition holds; panics with its name if it does not in good time.
pub fn until(what: &str, condition: impl FnMut() -> bool) {
    assert!(
        holds(DEADLINE, condition),
        "waited {DEADLINE:?} in vain until {what}"
    );
}

fn holds(deadline: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    loop {
        if condition() {
            return true;
        }
        if started.elapsed() > deadline {
            return false;
        }
        thread::sleep(GLANCE);
    }
}

/// Reads a pipe to its end on a thread of its own.
pub fn collect(mut pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // Half of an output is better than none: the test shows what came.
        drop(pipe.read_to_end(&mut bytes));
        drop(send.send(String::from_utf8_lossy(&bytes).into_owned()));
    });
    receive
}
