//! A daemon under measurement, spoken to as the hook client does: one connection, one
//! frame that says what comes, one with the payload, one answer (`crates/app/src/wire.rs`).

use ringfence_event::{AgentKind, Timestamp};
use ringfence_tests::home::{Home, binary};
use ringfence_tests::payload::ShellCall;
use serde_json::{Value, json};
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A daemon in the foreground, in a home of its own.
pub(crate) struct Daemon<'a> {
    pub(crate) home: &'a Home,
    pub(crate) child: Child,
}

impl Daemon<'_> {
    /// Starts it, and does not wait.
    pub(crate) fn start(home: &Home) -> Daemon<'_> {
        let child = home
            .command(binary())
            .arg("up")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("ringfence starts");
        Daemon { home, child }
    }

    /// A figure of its memory in KiB (proc(5), `/proc/<pid>/status`).
    pub(crate) fn memory(&self, name: &str) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .and_then(|value| value.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    }

    /// Kills it as a power cut would, and waits until it is gone.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it is ours");
    }

    /// Lets it store everything and end.
    pub(crate) fn stop(mut self) {
        self.home.down();
        self.child.wait().expect("it is ours");
    }
}

/// Asks for decisions over the socket.
pub(crate) struct Client {
    socket: PathBuf,
    payload: Vec<u8>,
}

/// Makes each event's key differ.
static NEXT: AtomicU64 = AtomicU64::new(0);

impl Client {
    /// Prepares a client; it connects anew for each decision, as hooks do.
    pub(crate) fn new(socket: &Path) -> Client {
        let call = ShellCall {
            session: "session-1",
            call: "call-1",
            cwd: "/home/dev/project",
            command: "git status && cargo test --workspace",
        };
        Client {
            socket: socket.to_owned(),
            payload: call.payload(AgentKind::ClaudeCode),
        }
    }

    /// Asks once; returns the event's key if the daemon said that it is kept.
    pub(crate) fn ask(&self) -> io::Result<String> {
        let (key, at) = stamp();
        let request = json!({
            "ask": "hook", "version": 1, "agent": "claude-code", "key": key, "at": at,
        });
        let mut stream = UnixStream::connect(&self.socket)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        send(&mut stream, request.to_string().as_bytes())?;
        send(&mut stream, &self.payload)?;
        let answer: Value = serde_json::from_slice(&receive(&mut stream)?)?;
        if answer.get("kept") == Some(&Value::Bool(true)) {
            Ok(key)
        } else {
            Err(io::Error::other(format!("not kept: {answer}")))
        }
    }
}

impl Client {
    /// What the daemon says of itself.
    pub(crate) fn status(&self) -> Value {
        let asked = || -> io::Result<Value> {
            let mut stream = UnixStream::connect(&self.socket)?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            send(&mut stream, json!({"ask": "ping"}).to_string().as_bytes())?;
            Ok(serde_json::from_slice(&receive(&mut stream)?)?)
        };
        let answer = asked().expect("the daemon answers");
        answer.get("status").cloned().unwrap_or_default()
    }
}

/// Returns a key in the shape of a `UUIDv7`, and the time.
fn stamp() -> (String, Timestamp) {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let milliseconds = since.as_millis() & 0xffff_ffff_ffff;
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let key = format!(
        "{:08x}-{:04x}-7000-8000-{number:012x}",
        milliseconds >> 16,
        milliseconds & 0xffff
    );
    let at = Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
    (key, at)
}

fn send(stream: &mut UnixStream, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    let mut frame = length.to_be_bytes().to_vec();
    frame.extend_from_slice(bytes);
    stream.write_all(&frame)
}

fn receive(stream: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut bytes = vec![0; usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}
