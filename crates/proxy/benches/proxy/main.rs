//! What the proxy costs: beside a direct connection, mitmproxy (`MITMDUMP`) and hudsucker (`HUDSUCKER`).
//!
//! **Invariant:** each proxy is a process of its own, so that its processor time and memory are its own;
//! service and client share this one. All ways are measured in turns, in one run. `-- idle 10000` holds
//! so many connections and does nothing else; `-- only mitmproxy` leaves all others out but the direct way.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_precision_loss,
    reason = "a program for the terminal, whose failure is its own message"
)]

#[path = "../../tests/it/client.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod client;
#[path = "../../tests/it/origin.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod origin;
#[path = "../../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod world;

mod table;
mod ways;

use client::{BOTH, ONE, Sender, TWO, empty, full, whole};
use http_body_util::BodyExt;
use origin::{Counted, Origin};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use table::{Goal, Table};
use ways::Way;

/// Bytes of a short request, and of its answer.
const BODY: usize = 4096;
/// Bytes of a long body.
const LONG: usize = 100_000_000;
/// How often all is measured; the median counts.
const TURNS: usize = 3;
/// How often a thing is done in a turn, and how long at most: some take forty milliseconds for each.
const TIMES: usize = 4000;
const LONGEST: Duration = Duration::from_secs(4);
/// Connections that are held open where nothing else is said.
const HELD: usize = 1000;
/// Files that a run with many connections wants.
const FILES: u64 = 65_536;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let word = |name: &str| {
        let place = arguments.iter().position(|word| word == name)?;
        Some(&arguments[place + 1..])
    };
    if let Some([folder, how, ..]) = word("serve") {
        return ways::serve(Path::new(folder), how);
    }
    let only = word("only").and_then(<[String]>::first);
    let held = word("idle").map(|rest| rest[0].parse().expect("how many connections?"));
    more_files();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(measure(held, only.map(String::as_str)));
}

/// Raises the limit of files for this process and those that it starts, as far as the system lets it.
fn more_files() {
    let all = Rlimit {
        current: Some(FILES),
        maximum: Some(FILES),
    };
    if setrlimit(Resource::Nofile, all).is_err() {
        let maximum = getrlimit(Resource::Nofile).maximum;
        let most = Rlimit {
            current: maximum,
            maximum,
        };
        setrlimit(Resource::Nofile, most).unwrap();
    }
}

async fn measure(held: Option<usize>, only: Option<&str>) {
    let origin = Origin::start().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("origin.pem"), origin::root()).unwrap();
    let mut table = Table::default();
    if let Some(number) = held {
        let way = ways::ringfence(&origin, folder.path(), ways::READ);
        // What is kept when all have left is kept once, not each time.
        for again in ["", ", again"] {
            idle(&way, number, again, &mut table).await;
        }
        return table.print();
    }
    let mut ways = ways::all(&origin, folder.path()).await;
    ways.retain(|way| only.is_none_or(|only| !way.is_proxy() || way.name == only));
    for _ in 0..TURNS {
        for way in &ways {
            kept(way, ONE, 1, &mut table).await;
            kept(way, ONE, 16, &mut table).await;
            kept(way, TWO, 1, &mut table).await;
            new_connections(way, &mut table).await;
            download(way, ONE, "100 MB down", &mut table).await;
            download(way, TWO, "100 MB down, HTTP/2", &mut table).await;
            upload(way, &mut table).await;
            first_event(way, &origin, &mut table).await;
        }
    }
    for way in &ways {
        idle(way, HELD, "", &mut table).await;
        let failed = way.failed.load(Ordering::Relaxed);
        table.add("requests that failed", way.name, failed as f64);
    }
    table.print();
    goals(&table);
}

/// Says which aims hold. Ours is the one whose readers read.
fn goals(table: &Table) {
    let value = |what: &str, way: &str| table.value(what, way);
    let ours = |what: &str| value(what, ways::READ);
    let added = |what: &str| Some(ours(what)? - value(what, ways::DIRECT)?);
    let cpu = "4 KB kept, 1 connection: processor, ms";
    let times = value(cpu, ways::MITMPROXY).and_then(|theirs| Some(theirs / ours(cpu)?));
    table::print_goals(&[
        Goal::at_least(
            "times less processor for a request than mitmproxy",
            times,
            10.0,
        ),
        Goal::below(
            "added to a request on a kept connection, median, ms",
            added("4 KB kept, 1 connection: median, ms"),
            0.3,
        ),
        Goal::below(
            "the first event later than directly, median, ms",
            added("first event: median, ms"),
            1.0,
        ),
        Goal::below(
            "memory of an idle connection, KiB",
            ours("idle after a request: KiB each"),
            64.0,
        ),
    ]);
}

/// The latencies of one measurement.
fn latencies(table: &mut Table, way: &Way, what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1000.0;
    table.add(&format!("{what}: median, ms"), way.name, at(50));
    table.add(&format!("{what}: p99, ms"), way.name, at(99));
}

/// What a person says to a model, another text each time.
fn body() -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let begin = format!(r#"{{"model":"m","messages":[{{"role":"user","content":"{number:08} "#);
    let words = "a word and another, ".repeat(BODY / 20 + 1);
    let end = r#""}]}"#;
    let room = BODY - begin.len() - end.len();
    format!("{begin}{}{end}", &words[..room])
}

/// Posts until it is answered as it should be. Others' failures are counted; of ours there are none.
async fn post(way: &Way, sender: &mut Sender, offered: &[&[u8]]) -> Duration {
    loop {
        let mut request = way.client.request(sender, "POST", "/echo", full(body()));
        let json = "application/json".parse().unwrap();
        request.headers_mut().insert("content-type", json);
        let begin = Instant::now();
        let answered = match sender.try_send(request).await {
            Ok(response) => whole(response).await,
            Err(error) => (0, error.to_string().into()),
        };
        let took = begin.elapsed();
        let (status, body) = answered;
        if status == 200 && body.len() == BODY {
            return took;
        }
        let shown = String::from_utf8_lossy(&body);
        assert!(way.is_other(), "{}: {status}: {shown}", way.name);
        way.failed.fetch_add(1, Ordering::Relaxed);
        *sender = way.client.https(offered).await;
    }
}

async fn kept(way: &Way, offered: &[&[u8]], connections: usize, table: &mut Table) {
    let mut senders = Vec::new();
    for _ in 0..connections {
        let mut sender = way.client.https(offered).await;
        post(way, &mut sender, offered).await;
        senders.push(sender);
    }
    let (before, begin) = (way.spent().await, Instant::now());
    let running = senders.into_iter().map(|mut sender| async move {
        let mut times = Vec::new();
        while times.len() < TIMES / connections && begin.elapsed() < LONGEST {
            times.push(post(way, &mut sender, offered).await);
        }
        times
    });
    let times = futures_join(running.collect()).await;
    let (all, number) = (begin.elapsed(), times.len() as f64);
    let protocol = if offered == TWO { ", HTTP/2" } else { "" };
    let plural = if connections == 1 { "" } else { "s" };
    let what = format!("4 KB kept, {connections} connection{plural}{protocol}");
    latencies(table, way, &what, times);
    table.add(
        &format!("{what}: requests per second"),
        way.name,
        number / all.as_secs_f64(),
    );
    let spent = way.spent().await - before;
    table.add(&format!("{what}: processor, ms"), way.name, spent / number);
}

/// Runs all at once, on this thread.
async fn futures_join<F: Future<Output = Vec<Duration>>>(futures: Vec<F>) -> Vec<Duration> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).map(Some).collect();
    let mut times = Vec::new();
    std::future::poll_fn(|context| {
        for place in &mut futures {
            let Some(future) = place else { continue };
            if let std::task::Poll::Ready(done) = future.as_mut().poll(context) {
                times.extend(done);
                *place = None;
            }
        }
        if futures.iter().all(Option::is_none) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    times
}

async fn new_connections(way: &Way, table: &mut Table) {
    let (before, begin) = (way.spent().await, Instant::now());
    let mut times = Vec::new();
    while times.len() < TIMES / 10 && begin.elapsed() < LONGEST {
        let start = Instant::now();
        let mut sender = way.client.https(ONE).await;
        post(way, &mut sender, ONE).await;
        times.push(start.elapsed());
    }
    let what = "4 KB on a new connection";
    let spent = (way.spent().await - before) / times.len() as f64;
    latencies(table, way, what, times);
    table.add(&format!("{what}: processor, ms"), way.name, spent);
}

async fn download(way: &Way, offered: &[&[u8]], what: &str, table: &mut Table) {
    let mut sender = way.client.https(offered).await;
    let path = format!("/bytes/{LONG}");
    let request = way.client.request(&sender, "GET", &path, empty());
    let (before, begin) = (way.spent().await, Instant::now());
    let mut body = sender.send(request).await.into_body();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        length += frame.unwrap().into_data().map_or(0, |data| data.len());
    }
    assert_eq!(length, LONG);
    passed(way, what, begin.elapsed(), before, table).await;
}

async fn upload(way: &Way, table: &mut Table) {
    let mut sender = way.client.https(ONE).await;
    let body = Counted::new(LONG).map_err(|_| unreachable!()).boxed();
    let request = way.client.request(&sender, "POST", "/sum", body);
    let (before, begin) = (way.spent().await, Instant::now());
    let (status, said) = whole(sender.send(request).await).await;
    assert!(status == 200 && said.starts_with(LONG.to_string().as_bytes()));
    passed(way, "100 MB up", begin.elapsed(), before, table).await;
}

async fn passed(way: &Way, what: &str, took: Duration, before: f64, table: &mut Table) {
    let speed = LONG as f64 / 1e6 / took.as_secs_f64();
    table.add(&format!("{what}: MB/s"), way.name, speed);
    let spent = way.spent().await - before;
    table.add(&format!("{what}: processor, ms"), way.name, spent);
}

async fn first_event(way: &Way, origin: &Origin, table: &mut Table) {
    let mut times = Vec::new();
    let (mut sender, begun) = (way.client.https(BOTH).await, Instant::now());
    while times.len() < TIMES / 10 && begun.elapsed() < LONGEST {
        let request = way.client.request(&sender, "GET", "/events", empty());
        let begin = Instant::now();
        let mut body = sender.send(request).await.into_body();
        body.frame().await.unwrap().unwrap();
        times.push(begin.elapsed());
        origin.go.notify_one();
        while body.frame().await.is_some() {}
    }
    latencies(table, way, "first event", times);
}

async fn idle(way: &Way, number: usize, again: &str, table: &mut Table) {
    if !way.is_proxy() {
        return;
    }
    let mut add = |what: &str, bytes: u64, each: usize| {
        let kib = bytes as f64 / 1024.0 / each as f64;
        table.add(&format!("{what}{again}"), way.name, kib);
    };
    let begin = way.memory();
    add("memory before, MiB", begin, 1024);
    let mut held = Vec::new();
    for _ in 0..number {
        let mut sender = way.client.https(ONE).await;
        post(way, &mut sender, ONE).await;
        held.push(sender);
    }
    way.left_alone().await;
    let full = way.memory();
    let each = full.saturating_sub(begin);
    add("idle after a request: KiB each", each, number);
    let what = format!("memory with {number} connections, MiB");
    add(&what, full, 1024);
    drop(held);
    way.left_alone().await;
    add("memory after they closed, MiB", way.memory(), 1024);
    let begin = way.memory();
    let mut doors = Vec::new();
    for _ in 0..number {
        doors.push(way.client.tcp().await);
    }
    let each = way.memory().saturating_sub(begin);
    add("idle, silent tunnel: KiB each", each, number);
}
