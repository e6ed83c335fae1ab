//! What the proxy costs: beside a direct connection, and beside mitmproxy where `MITMDUMP` names it.
//!
//! **Invariant:** the proxy is a process of its own, so that its processor time and memory are its own;
//! service and client share this one. All ways are measured in turns, in one run.
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

#[path = "../tests/it/client.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod client;
#[path = "../tests/it/origin.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod origin;
#[path = "../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod world;

use client::{BOTH, Client, ONE, Sender, TWO, empty, full, whole};
use http_body_util::BodyExt;
use origin::Origin;
use ringfence_proxy::reading::{Examiner, NoLedger, Readers};
use ringfence_proxy::{Authority, Running, Settings, UpstreamSettings};
use ringfence_scan::secrets::{Key, Scanner};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use world::Via;

/// The origin by its address, so that no other proxy needs to be told a name.
const HOST: &str = "127.0.0.1";
const BODY: usize = 4096;
/// The proxy whose readers read.
const READ: &str = "ringfence, read";
const LONG: usize = 100_000_000;
const TURNS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().position(|word| word == "serve") {
        Some(place) => serve(Path::new(&arguments[place + 1]), &arguments[place + 2]),
        None => tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap()
            .block_on(measure()),
    }
}

/// The proxy, until its input ends; what passes is read, or only taken.
fn serve(folder: &Path, how: &str) {
    let hosts = world::hosts();
    let (authority, _) = Authority::open(folder, &hosts, world::now()).unwrap();
    let mut settings = Settings::new("127.0.0.1:0".parse().unwrap(), hosts);
    settings.upstream = UpstreamSettings {
        roots: vec![folder.join("origin.pem")],
        ..UpstreamSettings::default()
    };
    let (running, mut pieces, _notices) = Running::start(settings, Arc::new(authority)).unwrap();
    if how == READ {
        let scanner = Scanner::new(Key::new([7; 32])).unwrap();
        let mut readers = Readers::new(Arc::new(Examiner::new(scanner, Box::new(NoLedger))));
        std::thread::spawn(move || {
            while let Some(piece) = pieces.blocking_next() {
                drop(readers.take(piece));
            }
        });
    } else {
        std::thread::spawn(move || while pieces.blocking_next().is_some() {});
    }
    println!("{}", running.address());
    std::io::stdout().flush().unwrap();
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// A way to the origin.
struct Way {
    name: &'static str,
    client: Client,
    process: Option<Child>,
}

impl Way {
    /// Processor time of the proxy so far, in milliseconds.
    fn spent(&self) -> f64 {
        let Some(process) = &self.process else {
            return 0.0;
        };
        let stat = fs::read_to_string(format!("/proc/{}/stat", process.id())).unwrap();
        let after = stat.rsplit_once(") ").unwrap().1;
        let fields: Vec<f64> = after
            .split(' ')
            .map(|word| word.parse().unwrap_or(0.0))
            .collect();
        (fields[11] + fields[12]) * 10.0
    }

    /// Memory of the proxy, in KiB.
    fn memory(&self) -> usize {
        let Some(process) = &self.process else {
            return 0;
        };
        let status = fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS"))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            drop(process.kill());
            drop(process.wait());
        }
    }
}

async fn measure() {
    let origin = Origin::start().await;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("origin.pem");
    fs::write(&root, origin::root()).unwrap();
    let mut ways = vec![
        direct(&origin),
        ringfence(&origin, folder.path(), "ringfence"),
        ringfence(&origin, folder.path(), READ),
    ];
    if let Ok(program) = std::env::var("MITMDUMP") {
        ways.push(mitmproxy(&origin, folder.path(), &program).await);
    }
    println!("| | what | median | p99 | per second | processor |\n|---|---|---|---|---|---|");
    for turn in 0..TURNS {
        for way in &ways {
            let slow = way.name == "mitmproxy";
            kept(way, 1, if slow { 300 } else { 4000 }).await;
            kept(way, 16, if slow { 40 } else { 400 }).await;
            new_connections(way, if slow { 50 } else { 300 }).await;
            long(way, ONE, "100 MB, HTTP/1.1").await;
            long(way, TWO, "100 MB, HTTP/2").await;
            first_event(way, &origin).await;
            if turn + 1 == TURNS {
                idle(way, if slow { 200 } else { 1000 }).await;
            }
        }
    }
}

fn direct(origin: &Origin) -> Way {
    let trusted = [origin::root()];
    Way {
        name: "direct",
        client: Client::new(Via::Direct, origin.tls, origin.tls, HOST, &trusted),
        process: None,
    }
}

fn ringfence(origin: &Origin, folder: &Path, name: &'static str) -> Way {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .arg("serve")
        .arg(folder)
        .arg(name)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address: SocketAddr = line.trim().parse().unwrap();
    let standing = Authority::standing_in(folder).unwrap().unwrap();
    let trusted = [standing.certificate];
    Way {
        name,
        client: Client::new(Via::Proxy, address, origin.tls, HOST, &trusted),
        process: Some(process),
    }
}

async fn mitmproxy(origin: &Origin, folder: &Path, program: &str) -> Way {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    let kept: PathBuf = folder.join("mitm");
    let process = Command::new(program)
        .args([
            "-q",
            "--listen-host",
            "127.0.0.1",
            "--set",
            "stream_large_bodies=1",
        ])
        .arg("--listen-port")
        .arg(port.to_string())
        .arg("--set")
        .arg(format!("confdir={}", kept.display()))
        .arg("--set")
        .arg(format!(
            "ssl_verify_upstream_trusted_ca={}",
            folder.join("origin.pem").display()
        ))
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    while tokio::net::TcpStream::connect(address).await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let trusted = [fs::read_to_string(kept.join("mitmproxy-ca-cert.pem")).unwrap()];
    Way {
        name: "mitmproxy",
        client: Client::new(Via::Proxy, address, origin.tls, HOST, &trusted),
        process: Some(process),
    }
}

/// Prints one row.
fn row(way: &Way, what: &str, mut times: Vec<Duration>, all: Duration, spent: f64) {
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1000.0;
    println!(
        "| {} | {what} | {:.3} ms | {:.3} ms | {:.0} | {:.3} ms |",
        way.name,
        at(50),
        at(99),
        times.len() as f64 / all.as_secs_f64(),
        spent / times.len() as f64,
    );
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

async fn post(way: &Way, sender: &mut Sender) -> Duration {
    let request = way.client.request(sender, "POST", "/echo", full(body()));
    let begin = Instant::now();
    let (status, body) = whole(sender.send(request).await).await;
    assert_eq!((status, body.len()), (200, BODY));
    begin.elapsed()
}

async fn kept(way: &Way, connections: usize, each: usize) {
    let mut senders = Vec::new();
    for _ in 0..connections {
        let mut sender = way.client.https(ONE).await;
        post(way, &mut sender).await;
        senders.push(sender);
    }
    let (before, begin) = (way.spent(), Instant::now());
    let running = senders.into_iter().map(|mut sender| async move {
        let mut times = Vec::new();
        for _ in 0..each {
            times.push(post(way, &mut sender).await);
        }
        times
    });
    let times = futures_join(running.collect()).await;
    let what = format!("4 KB on {connections} kept");
    row(way, &what, times, begin.elapsed(), way.spent() - before);
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

async fn new_connections(way: &Way, number: usize) {
    let (before, begin) = (way.spent(), Instant::now());
    let mut times = Vec::new();
    for _ in 0..number {
        let start = Instant::now();
        let mut sender = way.client.https(ONE).await;
        post(way, &mut sender).await;
        times.push(start.elapsed());
    }
    row(
        way,
        "4 KB on a new one",
        times,
        begin.elapsed(),
        way.spent() - before,
    );
}

async fn long(way: &Way, offered: &[&[u8]], what: &str) {
    let mut sender = way.client.https(offered).await;
    let request = way
        .client
        .request(&sender, "GET", &format!("/bytes/{LONG}"), empty());
    let (before, begin) = (way.spent(), Instant::now());
    let mut body = sender.send(request).await.into_body();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        length += frame.unwrap().into_data().map_or(0, |data| data.len());
    }
    assert_eq!(length, LONG);
    let took = begin.elapsed();
    println!(
        "| {} | {what} | {:.0} MB/s | | | {:.0} ms |",
        way.name,
        LONG as f64 / 1e6 / took.as_secs_f64(),
        way.spent() - before
    );
}

async fn first_event(way: &Way, origin: &Origin) {
    let mut times = Vec::new();
    let all = Instant::now();
    let mut sender = way.client.https(BOTH).await;
    for _ in 0..50 {
        let request = way.client.request(&sender, "GET", "/events", empty());
        let begin = Instant::now();
        let mut body = sender.send(request).await.into_body();
        body.frame().await.unwrap().unwrap();
        times.push(begin.elapsed());
        origin.go.notify_one();
        while body.frame().await.is_some() {}
    }
    row(way, "first event", times, all.elapsed(), 0.0);
}

async fn idle(way: &Way, number: usize) {
    let before = way.memory();
    let mut held = Vec::new();
    for _ in 0..number {
        let mut sender = way.client.https(ONE).await;
        post(way, &mut sender).await;
        held.push(sender);
    }
    let each = way.memory().saturating_sub(before) as f64 / number as f64;
    let mut doors = Vec::new();
    let before = way.memory();
    if way.process.is_some() {
        for _ in 0..number {
            doors.push(way.client.tcp().await);
        }
    }
    let tunnelled = way.memory().saturating_sub(before) as f64 / number as f64;
    println!(
        "| {} | {number} idle | {each:.1} KiB each read | {tunnelled:.1} KiB each silent | | {} KiB in all |",
        way.name,
        way.memory()
    );
}
