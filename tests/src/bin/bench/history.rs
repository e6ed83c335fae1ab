//! What it costs to take in what agents wrote down: how fast an import is, what memory it takes,
//! what a hook feels of it, and how soon a line that is written now is an event.
//!
//! The histories are made up, in Claude Code's shape and of ordinary lengths: prompts, answers,
//! commands, files and what tools gave back.

use crate::daemon::{Client, Daemon};
use crate::rest::first_decision;
use crate::{milliseconds, row};
use ringfence_tests::home::Home;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How much is imported, in MiB, unless `RINGFENCE_BENCH_HISTORY` says otherwise.
const MEBIBYTES: u64 = 1024;
/// How long one session is, in bytes.
const SESSION: usize = 4 << 20;
/// Hooks that are measured without an import.
const HOOKS: usize = 400;
/// Between two hooks.
const PAUSE: Duration = Duration::from_millis(25);
/// Lines that are written one by one.
const LINES: usize = 200;
/// An import that is not over by then never will be.
const PATIENCE: Duration = Duration::from_mins(30);

/// Prints the rows.
pub(crate) fn print() {
    let home = Home::new();
    let bytes = write_histories(&home);
    let started = Instant::now();
    let daemon = Daemon::start(&home);
    first_decision(&home, started);
    let client = Client::new(&home.socket());
    let mut during = Vec::new();
    let ended = loop {
        during.push(hook(&client));
        thread::sleep(PAUSE);
        let history = client.status();
        let is_null = |name| history.pointer(name).is_none_or(Value::is_null);
        if !is_null("/history/ended") && is_null("/history/import") {
            break history;
        }
        assert!(
            started.elapsed() < PATIENCE,
            "the import does not end: {history}"
        );
    };
    let span = started.elapsed();
    let peak = daemon.memory("VmHWM");
    let mut without: Vec<Duration> = (0..HOOKS)
        .map(|_| {
            thread::sleep(PAUSE);
            hook(&client)
        })
        .collect();
    let mut tail: Vec<Duration> = (0..LINES)
        .map(|number| written(&home, &client, number))
        .collect();
    daemon.stop();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let speed = bytes as f64 / 1e6 / span.as_secs_f64();
    let size = format!("{} MiB of histories", bytes >> 20);
    row(&[
        &format!("import of {size} at the first start"),
        &format!("{:.0} s, {speed:.1} MB/s", span.as_secs_f64()),
        "2 GiB in 120 s",
    ]);
    row(&[
        "peak resident memory meanwhile",
        &format!("{} MiB", peak / 1024),
        "150 MiB",
    ]);
    row(&[
        "decision of the daemon meanwhile, p50 and p99",
        &both(&mut during),
        "",
    ]);
    row(&["the same without an import", &both(&mut without), ""]);
    row(&[
        "a line that is written is an event after, p50 and p99",
        &both(&mut tail),
        "",
    ]);
    let problem = ended.pointer("/history/problem").and_then(Value::as_str);
    assert_eq!(problem, None, "the import failed");
}

fn both(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |percent: usize| {
        let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
        milliseconds(times.get(place).copied().unwrap_or_default())
    };
    format!("{}, {}", at(50), at(99))
}

fn hook(client: &Client) -> Duration {
    let started = Instant::now();
    client.ask().expect("a hook is answered");
    started.elapsed()
}

/// Writes a line and waits for its event.
fn written(home: &Home, client: &Client, number: usize) -> Duration {
    let path = folder(home).join("tail.jsonl");
    if number == 0 {
        fs::write(&path, "").expect("a file of the home");
    }
    let before = events(client);
    let text = line(
        number,
        "tail",
        "assistant",
        &json!([{"type": "text", "text": "so it is"}]),
    );
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .expect("it is there");
    let started = Instant::now();
    file.write_all(text.as_bytes()).expect("it can be written");
    while events(client) == before {
        assert!(
            started.elapsed() < Duration::from_secs(90),
            "a line is not followed"
        );
        thread::sleep(Duration::from_micros(500));
    }
    started.elapsed()
}

fn events(client: &Client) -> u64 {
    let status = client.status();
    let events = status.pointer("/history/events");
    events.and_then(Value::as_u64).unwrap_or(0)
}

fn folder(home: &Home) -> PathBuf {
    home.path().join(".claude/projects/-home-dev-project")
}

/// Writes sessions; returns how many bytes.
fn write_histories(home: &Home) -> u64 {
    let wanted = std::env::var("RINGFENCE_BENCH_HISTORY").ok();
    let wanted = wanted
        .and_then(|text| text.parse().ok())
        .unwrap_or(MEBIBYTES)
        << 20;
    let folder = folder(home);
    fs::create_dir_all(&folder).expect("a directory of the home");
    let mut bytes = 0;
    for session in 0.. {
        if bytes >= wanted {
            break;
        }
        bytes += write_session(&folder, session);
    }
    bytes
}

fn write_session(folder: &Path, session: usize) -> u64 {
    let name = format!("5e550000-0000-4000-8000-{session:012}");
    let mut text = String::with_capacity(SESSION + 64 * 1024);
    let mut number = 0;
    while text.len() < SESSION {
        for (role, content) in turn(session, number) {
            text.push_str(&line(number, &name, role, &content));
            number += 1;
        }
    }
    fs::write(folder.join(format!("{name}.jsonl")), &text).expect("a file of the home");
    text.len() as u64
}

/// What happens in a turn: a question, two tools, an answer.
fn turn(session: usize, number: usize) -> Vec<(&'static str, Value)> {
    let call = format!("toolu_{session}_{number}");
    let other = format!("toolu_{session}_{number}b");
    let command = format!(
        "cargo test -p part-{} --lib -- tests::case_{number} 2>&1 | tail -40",
        number % 17
    );
    let path = format!(
        "/home/dev/project/src/part_{}/file_{}.rs",
        session % 40,
        number % 90
    );
    vec![
        (
            "user",
            json!(format!(
                "The test of case {number} fails since yesterday. {}",
                words(number, 40)
            )),
        ),
        (
            "assistant",
            json!([{"type": "thinking", "thinking": words(number + 1, 120)}]),
        ),
        (
            "assistant",
            json!([{"type": "text", "text": words(number + 2, 60)}]),
        ),
        (
            "assistant",
            json!([{"type": "tool_use", "id": call, "name": "Bash",
            "input": {"command": command, "description": words(number, 8)}}]),
        ),
        (
            "user",
            json!([{"type": "tool_result", "tool_use_id": call, "content": words(number + 3, 700)}]),
        ),
        (
            "assistant",
            json!([{"type": "tool_use", "id": other, "name": "Edit", "input": {
            "file_path": path, "old_string": words(number, 30), "new_string": words(number + 4, 60)}}]),
        ),
        (
            "user",
            json!([{"type": "tool_result", "tool_use_id": other,
            "content": format!("The file {path} has been updated.")}]),
        ),
        (
            "assistant",
            json!([{"type": "text", "text": words(number + 5, 150)}]),
        ),
    ]
}

/// So many words that differ from place to place, as code and prose do.
fn words(seed: usize, count: usize) -> String {
    const WORDS: [&str; 24] = [
        "the",
        "value",
        "of",
        "session",
        "fn",
        "returns",
        "let",
        "mut",
        "error",
        "when",
        "a",
        "reader",
        "is",
        "none",
        "match",
        "self.state",
        "and",
        "tests",
        "pass",
        "warning:",
        "unused",
        "variable",
        "in",
        "src/lib.rs:",
    ];
    let mut state = seed as u64 * 0x9e37_79b9 + 1;
    let mut text = String::new();
    for _ in 0..count {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let place = usize::try_from(state >> 40).unwrap_or(0);
        let word = WORDS.get(place % WORDS.len()).copied().unwrap_or_default();
        // A `String` takes everything.
        write!(
            text,
            "{word}{} ",
            if place % 11 == 0 { place % 997 } else { 0 }
        )
        .unwrap_or_default();
    }
    text
}

/// A line as Claude Code writes it.
fn line(number: usize, session: &str, role: &str, content: &Value) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let micros = i64::try_from(now.unwrap_or_default().as_micros()).unwrap_or(0);
    // Over the last hours, so that nothing is too old.
    let at = ringfence_event::Timestamp(
        micros - 36_000_000_000 + i64::try_from(number).unwrap_or(0) * 2_000_000,
    );
    let message = if role == "user" {
        json!({"role": role, "content": content})
    } else {
        json!({"role": role, "content": content, "id": format!("msg_{session}_{number}"),
            "model": "claude-sonnet-4-5", "usage": {"input_tokens": 4, "output_tokens": 120,
            "cache_read_input_tokens": 18_000, "cache_creation_input_tokens": 900}})
    };
    let line = json!({
        "parentUuid": null, "isSidechain": false, "userType": "external",
        "cwd": "/home/dev/project", "sessionId": session, "version": "2.1.329",
        "gitBranch": "main", "type": role, "message": message,
        "requestId": format!("req_{session}_{number}"),
        "uuid": format!("{session}-{number}"), "timestamp": at,
    });
    format!("{line}\n")
}
