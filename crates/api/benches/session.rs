//! How long a page of a long session takes: `cargo bench -p ringfence-api --bench session`.
//!
//! One session of 50,000 events beside others of as many, as hooks, a transcript and the kernel tell
//! them: the transcript comes after the hooks, as it does when it is imported. What is measured is
//! what a request costs on the reader's thread: marks, events, turns, provenance and JSON.
#![forbid(unsafe_code)]
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints its result, and ends where it cannot go on"
)]

use ringfence_api::{Recording, recorded, spending};
use ringfence_event::{
    Action, AgentKind, CallRef, Decision, Event, EventKey, Join, Labels, Operation, Outcome,
    SessionId, Source, Timestamp, Tool, ToolCallId, Usage,
};
use ringfence_store::{EventFilter, Folders, Options, Reader, Record, Store};
use ringfence_timeline::{By, Cursor, Session, why};
use serde_json::json;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Events of the session that is opened.
const EVENTS: i64 = 50_000;

/// Other sessions of half as many events that lie between.
const OTHERS: i64 = 2;

/// The longest text of the API's pages.
const LONGEST_TEXT: usize = 16 << 10;

const SESSION: &str = "3f25237b-6b96-496d-aa1a-06de6b26af7c";

fn main() {
    let root = tempfile::tempdir().expect("a temporary directory");
    let folders = Folders {
        data: root.path().join("data"),
        spool: root.path().join("spool"),
        overflow: None,
    };
    fill(&folders);
    let reader = Reader::open(&folders).expect("readable").expect("a record");
    println!(
        "{} events, {EVENTS} of them in the session\n",
        reader.last_seq().expect("a number")
    );
    println!("| one request | median | slowest |\n| --- | --- | --- |");
    let recording = Recording(&reader);
    let opened = Session::open(&recording, SESSION)
        .expect("readable")
        .expect("a session");
    let mut cursors = vec![None];
    while let Some(next) = page(&recording, *cursors.last().expect("one")) {
        cursors.push(Some(next));
    }
    println!(
        "<!-- {} pages, {} turns -->",
        cursors.len(),
        opened.counts().turns
    );
    measure("first page, with what is known of the whole", 20, |_| {
        let session = Session::open(&recording, SESSION)
            .expect("readable")
            .expect("a session");
        let facts = session.facts().expect("readable");
        let page = session
            .page(None, 100, Some(LONGEST_TEXT))
            .expect("readable");
        serde_json::to_vec(&(facts, page)).expect("JSON").len()
    });
    measure("any other page of about 100 events", 60, |round| {
        let place = 1 + round * 7 % (cursors.len() - 1);
        let cursor = cursors.get(place).copied().flatten();
        page(&recording, cursor).map_or(0, |_| 1)
    });
    measure("why of an event", 30, |round| {
        let seq = 1 + i64::try_from(round).expect("small") * 997;
        let event = reader
            .event(&seq.to_string())
            .expect("readable")
            .expect("an event");
        let chain = why(&recording, &recorded(event)).expect("readable");
        serde_json::to_vec(&chain).expect("JSON").len()
    });
    measure("cost of everything, by day", 5, |_| {
        let day = |at: Timestamp| at.to_string().chars().take(10).collect();
        let spent = spending(&reader, &EventFilter::default(), day).expect("readable");
        spent.costs.report(By::Day).rows.len()
    });
}

fn page(recording: &Recording<'_>, cursor: Option<Cursor>) -> Option<Cursor> {
    let session = Session::open(recording, SESSION)
        .expect("readable")
        .expect("a session");
    let page = session
        .page(cursor, 100, Some(LONGEST_TEXT))
        .expect("readable");
    assert!(serde_json::to_vec(&page).expect("JSON").len() > 2);
    page.next.as_deref().and_then(Cursor::parse)
}

fn measure(name: &str, rounds: usize, ask: impl Fn(usize) -> usize) {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|round| {
            let begin = Instant::now();
            std::hint::black_box(ask(round));
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    let shown = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    println!(
        "| {name} | {:.1} ms | {:.1} ms |",
        shown(times.get(rounds / 2)),
        shown(times.last())
    );
}

fn fill(folders: &Folders) {
    let store = Store::open(folders.clone(), Options::default()).expect("a store");
    let mut sessions = vec![(SESSION.to_owned(), EVENTS)];
    sessions.extend((0..OTHERS).map(|number| (format!("other-{number}"), EVENTS / 2)));
    // Live: what hooks and the kernel tell of all sessions, one after the other.
    let mut batch = Vec::new();
    for step in 0..EVENTS {
        for (place, (session, events)) in sessions.iter().enumerate() {
            if step < *events {
                let number = step * 4 + i64::try_from(place).expect("small");
                batch.extend(live(session, step).map(|event| whole(number, event)));
            }
        }
        if batch.len() >= 1000 {
            store.append_all(std::mem::take(&mut batch)).expect("room");
        }
    }
    // Later: the transcripts.
    for (session, events) in &sessions {
        for step in 0..*events {
            batch.extend(told(session, step).map(|event| whole(step, event)));
            if batch.len() >= 1000 {
                store.append_all(std::mem::take(&mut batch)).expect("room");
            }
        }
    }
    store.append_all(batch).expect("room");
    store.close().expect("closed");
}

fn whole(number: i64, event: Event) -> Record {
    let salt = u128::from(number.unsigned_abs()) << 8 | event.source as u128;
    Record {
        event: Event {
            key: EventKey(Uuid::from_u128(
                0x0199_0000_0000_7000_8000_0000_0000_0000 + salt,
            )),
            ..event
        },
        decision: Decision::from_findings(Vec::new()),
    }
}

fn event(session: &str, step: i64, source: Source, call: Option<i64>, action: Action) -> Event {
    Event {
        key: EventKey(Uuid::nil()),
        at: Timestamp(1_795_000_000_000_000 + step * 700_000),
        source,
        agent: Some(AgentKind::ClaudeCode),
        moment: None,
        session: Some(SessionId::from(session)),
        call: call.map(|call| CallRef {
            id: ToolCallId(format!("toolu_{session}_{call}")),
            join: Join::Exact,
        }),
        process: None,
        cwd: Some("/home/dev/project".to_owned()),
        action,
        labels: Labels::default(),
        rest: serde_json::Map::new(),
    }
}

fn tool(step: i64) -> Tool {
    let command = format!(
        "cargo test -p crate-{} -- case_{step} --nocapture",
        step % 17
    );
    Tool {
        name: "Bash".to_owned(),
        input: json!({ "command": command, "description": "Run one test" }),
        operation: Operation::Shell {
            command,
            argv: None,
            cwd: None,
        },
    }
}

/// Of ten steps of a session hooks tell two, the kernel four, the transcript four.
fn live(session: &str, step: i64) -> Option<Event> {
    let call = step / 10;
    let (source, action) = match step % 10 {
        0 if step % 200 == 0 => (Source::Hook, prompt(step)),
        0 => (Source::Hook, Action::ToolCall { tool: tool(call) }),
        5 => (Source::Hook, result(call)),
        1..=4 => (Source::Kernel, exec(step)),
        _ => return None,
    };
    let call = (step % 200 != 0).then_some(call);
    Some(event(session, step, source, call, action))
}

fn told(session: &str, step: i64) -> Option<Event> {
    let call = step / 10;
    let own = (step % 200 >= 10).then_some(call);
    let (call, action) = match step % 10 {
        6 if step % 200 == 6 => (None, prompt(step - 6)),
        6 => (own, Action::ToolCall { tool: tool(call) }),
        7 => (own, result(call)),
        8 => (None, said(step)),
        9 => (None, used(step)),
        _ => return None,
    };
    let step = if step % 10 == 9 { step } else { step - 6 };
    Some(event(session, step, Source::Transcript, call, action))
}

fn prompt(step: i64) -> Action {
    Action::Prompt {
        text: format!("Make the test case_{step} pass and say what was wrong with it."),
    }
}

fn said(step: i64) -> Action {
    Action::Message {
        text: format!(
            "The case {step} fails since the reader stops at the first empty line. I make it go on."
        ),
    }
}

fn result(call: i64) -> Action {
    let lines: Vec<String> = (0..30)
        .map(|line| {
            format!(
                "test tests::case_{call}_{line} ... ok in {} ms",
                line * call % 91
            )
        })
        .collect();
    Action::ToolResult {
        tool: tool(call),
        outcome: Outcome::Success,
        output: json!({ "stdout": lines.join("\n"), "stderr": "" }),
    }
}

fn exec(step: i64) -> Action {
    Action::Exec {
        argv: vec!["rustc".to_owned(), format!("--crate-name=crate_{step}")],
        parent: None,
        environment: std::collections::BTreeMap::new(),
        script: None,
        error: None,
    }
}

fn used(step: i64) -> Action {
    Action::Usage {
        usage: Usage {
            model: Some("claude-opus-4-5".to_owned()),
            request: Some(format!("req_{step}")),
            message: Some(format!("msg_{step}")),
            input: 12,
            output: 340,
            cache_read: 61_000,
            cache_write: 900,
            ..Usage::default()
        },
    }
}
