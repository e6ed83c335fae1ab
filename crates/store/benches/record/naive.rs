//! What the store is measured against: one table with texts, its indices, and the
//! words of each event in the same transaction.

use crate::clock::{Times, milliseconds, per_second, percentile, ratio};
use crate::events::{Events, Random};
use crate::ingest::Rate;
use crate::{NAIVE_EVENTS, head, row};
use ringfence_event::{AgentKind, SessionId};
use ringfence_store::{Record, summary};
use rusqlite::{Connection, params};
use std::path::Path;
use std::time::{Duration, Instant};

const BATCH: usize = 1000;

const TABLES: &str = "
    PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE event (
        key TEXT PRIMARY KEY, at TEXT NOT NULL, agent TEXT, session TEXT, kind TEXT NOT NULL,
        verdict TEXT NOT NULL, summary TEXT NOT NULL, detail TEXT NOT NULL, findings TEXT NOT NULL
    );
    CREATE INDEX event_at ON event (at);
    CREATE INDEX event_session ON event (session);
    CREATE INDEX event_agent ON event (agent);
    CREATE INDEX event_kind ON event (kind);
    CREATE INDEX event_verdict ON event (verdict);
    CREATE VIRTUAL TABLE word USING fts5 (summary, detail, content = 'event');";

/// Appends to the plain table and asks it, and compares with the store's first events.
pub(crate) fn run(root: &Path, mut events: Events, store: &Rate) {
    let path = root.join("naive.db");
    let mut connection = Connection::open(&path).expect("a database");
    connection.execute_batch(TABLES).expect("tables");
    let mut times = (Duration::ZERO, Duration::ZERO);
    while events.made() < NAIVE_EVENTS {
        let records: Vec<Record> = events.by_ref().take(BATCH).collect();
        let started = Times::start();
        insert(&mut connection, &records).expect("stored events");
        let (wall, processor) = started.passed();
        times = (times.0 + wall, times.1 + processor);
    }
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .expect("a checkpoint");
    let bytes = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
    head(&[
        "one plain table",
        "events/s",
        "events per CPU second",
        "bytes per event",
    ]);
    row(&[
        &format!("{NAIVE_EVENTS} events"),
        &per_second(NAIVE_EVENTS, times.0),
        &per_second(NAIVE_EVENTS, times.1),
        &format!("{:.0}", ratio(bytes, NAIVE_EVENTS)),
    ]);
    row(&[
        "the store takes so many times that",
        &times_faster(store, times.0, store.wall),
        &times_faster(store, times.1, store.processor),
        "",
    ]);
    ask(&connection, &events);
}

/// How many times more events the store takes in the same time.
#[expect(clippy::cast_precision_loss, reason = "shown with few digits")]
fn times_faster(store: &Rate, naive: Duration, time: Duration) -> String {
    let rate = store.events as f64 / time.as_secs_f64();
    format!("{:.1}", rate * naive.as_secs_f64() / NAIVE_EVENTS as f64)
}

fn insert(connection: &mut Connection, records: &[Record]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    {
        let mut event = transaction
            .prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
        let mut word = transaction
            .prepare_cached("INSERT INTO word (rowid, summary, detail) VALUES (?1, ?2, ?3)")?;
        for Record {
            event: one,
            decision,
        } in records
        {
            let detail = serde_json::to_string(one).expect("an event in JSON");
            let findings = serde_json::to_string(&decision.findings).expect("findings in JSON");
            let summary = summary(one);
            event.execute(params![
                one.key.to_string(),
                one.at.to_string(),
                one.agent.map(AgentKind::name),
                one.session.as_ref().map(SessionId::as_str),
                one.action.kind(),
                decision.verdict.name(),
                summary,
                detail,
                findings,
            ])?;
            let number = transaction.last_insert_rowid();
            word.execute(params![number, summary, detail])?;
        }
    }
    transaction.commit()
}

fn ask(connection: &Connection, events: &Events) {
    const TIMES: usize = 100;
    const BY_SESSION: &str =
        "SELECT key, summary FROM event WHERE session = ? ORDER BY at LIMIT 200";
    const BY_WORD: &str =
        "SELECT key, event.summary FROM word JOIN event ON event.rowid = word.rowid
         WHERE word MATCH ? ORDER BY at DESC LIMIT 50";
    head(&["the plain table asked", "p50", "p99"]);
    for (what, sql) in [
        ("a session's first 200", BY_SESSION),
        ("one word, latest 50", BY_WORD),
    ] {
        let mut random = Random::new(3);
        let mut taken = Vec::new();
        for _ in 0..TIMES {
            let value = if sql == BY_WORD {
                events.a_word(&mut random)
            } else {
                events.a_session(&mut random)
            };
            let started = Instant::now();
            let found: rusqlite::Result<Vec<(String, String)>> =
                connection.prepare_cached(sql).and_then(|mut statement| {
                    let rows =
                        statement.query_map([value], |row| Ok((row.get(0)?, row.get(1)?)))?;
                    rows.collect()
                });
            found.expect("rows");
            taken.push(started.elapsed());
        }
        let [half, most] = [50, 99].map(|percent| milliseconds(percentile(&mut taken, percent)));
        row(&[what, &half, &most]);
    }
}
