//! What is too large, too slow or too much: refused, bounded, logged once, and no
//! hook waits for it.

use ringfence_event::AgentKind;
use ringfence_tests::home::Home;
use ringfence_tests::http::{Answer, Door};
use ringfence_tests::payload::{Said, ShellCall};
use ringfence_tests::run::until;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

const STATUS: &str = "/api/v1/status";
const COLLECT: &str = "/api/collect/pre-tool-use";
const MIB: usize = 1024 * 1024;

/// How much a client wants to send.
const HUGE: usize = 100 * MIB;

/// How much of it the two ends' buffers may have taken before the server hung up.
const TAKEN: usize = 24 * MIB;

/// What the daemon may need for all of that, at its highest.
const ROOM: usize = 64 * MIB;

fn up() -> Home {
    let home = Home::new().with_key();
    home.up();
    home
}

/// The most memory that the daemon ever had.
fn highest(home: &Home) -> usize {
    let path = format!("/proc/{}/status", home.daemon().as_raw_nonzero());
    let status = std::fs::read_to_string(path).expect("the daemon's status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let kilobytes = kilobytes.expect("a high-water mark in kB");
    kilobytes.trim().parse::<usize>().expect("a number") * 1024
}

/// Goes on sending until the server hangs up or all is sent; returns how much went.
fn pour(stream: &mut TcpStream, part: &[u8]) -> usize {
    let mut sent = 0;
    while sent < HUGE && stream.write_all(part).is_ok() {
        sent += part.len();
    }
    sent
}

/// Sends a head and then 100 MB; returns the status, if there was one, and how much was sent.
fn flood(door: &Door, head: &str, part: &[u8]) -> (Option<u16>, usize) {
    let mut stream = door.connect();
    stream
        .write_all(head.as_bytes())
        .expect("the head is taken");
    let mut reader = stream.try_clone().expect("a second handle");
    let answer = thread::spawn(move || Answer::head(&mut reader).map(|(head, _)| head.status));
    let sent = pour(&mut stream, part);
    drop(stream.shutdown(std::net::Shutdown::Write));
    (answer.join().expect("the reader ends"), sent)
}

/// Clients that want to send too much: each with its head, what it goes on with, and the
/// status that it gets, if it reads that before the server hangs up.
fn floods(door: &Door) -> Vec<(&'static str, String, Vec<u8>, u16)> {
    let plain = vec![b'a'; 64 * 1024];
    let chunk = [b"10000\r\n", plain.as_slice(), b"\r\n"].concat();
    let declared = HUGE.to_string();
    let sized = door
        .script("POST", COLLECT)
        .header("Content-Length", &declared);
    let endless_head = door.ask("GET", "/").head().replace("\r\n\r\n", "\r\nX-A: ");
    let mut floods = vec![
        ("said", sized.head(), plain.clone(), 413),
        ("a head", endless_head, plain, 431),
    ];
    for (name, ask, status) in [
        ("unsaid", door.script("POST", COLLECT), 413),
        ("unwanted", door.script("POST", "/api/v1/logout"), 204),
        ("a stranger's", door.ask("POST", COLLECT), 401),
        ("for a page", door.ask("POST", "/"), 405),
        ("in a question", door.script("GET", STATUS), 200),
    ] {
        let head = ask.header("Transfer-Encoding", "chunked").head();
        floods.push((name, head, chunk.clone(), status));
    }
    floods
}

#[test]
fn a_hundred_megabytes_are_not_read() {
    let home = up();
    let door = home.door();
    assert_eq!(door.script("GET", STATUS).send().status, 200);
    let before = highest(&home);
    let floods = floods(&door);
    thread::scope(|scope| {
        for (name, head, part, expected) in &floods {
            for _ in 0..4 {
                let door = &door;
                scope.spawn(move || {
                    let (status, sent) = flood(door, head, part);
                    assert!(
                        status.is_none_or(|status| status == *expected),
                        "{name}: {status:?}"
                    );
                    assert!(sent < TAKEN, "{name}: {sent} bytes were taken");
                });
            }
        }
    });
    let grown = highest(&home).saturating_sub(before);
    assert!(grown <= ROOM, "the daemon grew by {} MiB", grown / MIB);
    assert_eq!(door.script("GET", STATUS).send().status, 200);
    assert_eq!(home.calls(), [], "nothing of it is on record");
}

/// Waits until the server hangs up; returns all that it said.
fn until_hung_up(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    // A reset is an end, too.
    if let Err(error) = stream.read_to_end(&mut said) {
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}");
    }
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn who_sends_too_slowly_is_cut_off() {
    let home = up();
    let door = home.door();
    let body = door.script("POST", COLLECT).header("Content-Length", "10");
    let cases = [
        ("nothing", String::new(), None),
        (
            "half a head",
            "GET / HTTP/1.1\r\nHost: 127".to_owned(),
            None,
        ),
        (
            "half a body",
            format!("{}{{\"a\"", body.head()),
            Some("408"),
        ),
    ];
    thread::scope(|scope| {
        for (name, sent, status) in &cases {
            let mut stream = door.connect();
            scope.spawn(move || {
                stream.write_all(sent.as_bytes()).expect("it is taken");
                let said = until_hung_up(&mut stream);
                let wanted = status.unwrap_or("");
                assert!(said.contains(wanted), "{name}: {said}");
                assert!(!said.contains("200 OK"), "{name}: {said}");
            });
        }
    });
    assert_told_once(&home, "too slow");
    assert_eq!(home.calls(), []);
}

#[test]
fn who_never_reads_is_cut_off() {
    let home = up();
    let door = home.door();
    let head = door
        .script("GET", "/api/v1/openapi.json")
        .without("Connection")
        .head();
    let mut stream = door.connect();
    // Asks on and on without reading: the server stops reading, then gives up.
    let mut asked = 0;
    while asked < HUGE && stream.write_all(head.as_bytes()).is_ok() {
        asked += head.len();
    }
    assert!(asked < HUGE, "the server took it all");
    assert_told_once(&home, "too slow");
}

#[test]
fn silent_connections_keep_nobody_out_for_long() {
    let home = up();
    let door = home.door();
    let silent: Vec<TcpStream> = (0..160).map(|_| door.connect()).collect();
    let call = ShellCall {
        session: "session-1",
        call: "call-1",
        cwd: "/",
        command: "cat ~/.ssh/id_rsa",
    };
    let run = home.hook("claude-code", &call.payload(AgentKind::ClaudeCode));
    let said = Said::by(AgentKind::ClaudeCode, &run);
    assert!(said.is_deny(), "hooks do not wait for them: {said:?}");
    until("there is room again", || {
        let mut stream = door.connect();
        let head = door.script("GET", STATUS).head();
        drop(stream.write_all(head.as_bytes()));
        Answer::head(&mut stream).is_some_and(|(head, _)| head.status == 200)
    });
    drop(silent);
    assert_told_once(&home, "too many");
}

#[test]
fn a_flood_of_refusals_is_a_few_lines() {
    let home = up();
    let door = home.door();
    for _ in 0..50 {
        drop(door.ask("GET", STATUS).send());
        drop(
            door.ask("GET", "/")
                .without("Host")
                .header("Host", "a.example")
                .send(),
        );
        drop(door.script("GET", STATUS).header("Origin", "null").send());
        drop(door.ask("GET", "/auth?code=guess").send());
    }
    for kind in ["credential", "host name", "another site", "code"] {
        assert_told_once(&home, kind);
    }
}

fn assert_told_once(home: &Home, kind: &str) {
    let log = home.log();
    let told = log
        .lines()
        .filter(|line| line.contains("refused") && line.contains(kind))
        .count();
    assert_eq!(told, 1, "`{kind}` in the log:\n{log}");
}
