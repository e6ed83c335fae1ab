use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use ringfence_agents::Signal;
use ringfence_event::AgentKind;
use std::io::Write;
use std::net::Ipv4Addr;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, mpsc};

/// A body: what it is for, its plain bytes, and those that were sent.
type Came = (Signal, Vec<u8>, Vec<u8>);

/// Keeps what comes, and answers what it is told to.
struct Kept {
    bodies: Mutex<Vec<Came>>,
    refused: Mutex<Vec<u16>>,
    outcome: Outcome,
    /// Holds each body until it hears something.
    gate: Option<Mutex<mpsc::Receiver<()>>>,
}

impl Sink for Kept {
    fn take(&self, body: Body) -> Outcome {
        if let Some(gate) = &self.gate {
            gate.lock().unwrap().recv().unwrap_or_default();
        }
        let kept = (body.head.signal, body.plain.to_vec(), body.sent.to_vec());
        self.bodies.lock().unwrap().push(kept);
        self.outcome.clone()
    }

    fn refused(&self, status: StatusCode) {
        self.refused.lock().unwrap().push(status.as_u16());
    }
}

struct Post {
    receiver: Receiver,
    sink: Arc<Kept>,
}

const KEY: [u8; 32] = [9; 32];

fn start(outcome: Outcome, limits: Limits) -> Post {
    gated(outcome, limits, None)
}

fn gated(outcome: Outcome, limits: Limits, gate: Option<mpsc::Receiver<()>>) -> Post {
    let sink = Arc::new(Kept {
        bodies: Mutex::default(),
        refused: Mutex::default(),
        outcome,
        gate: gate.map(Mutex::new),
    });
    let receiver = Receiver::start(
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        Tokens::of(&KEY),
        Arc::<Kept>::clone(&sink),
        limits,
    )
    .unwrap();
    Post { receiver, sink }
}

impl Post {
    fn connect(&self) -> std::net::TcpStream {
        let stream = std::net::TcpStream::connect(self.receiver.address()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        stream
    }

    /// Says exactly this; returns the status and the body of the answer.
    fn say(&self, text: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = self.connect();
        // It may answer, and close, before all is written.
        stream.write_all(text).unwrap_or_default();
        answer_of(stream)
    }

    fn head(&self, more: &str) -> String {
        format!(
            "POST /t/{}/v1/logs HTTP/1.1\r\nHost: {}\r\n{more}\r\n",
            Tokens::of(&KEY).token(AgentKind::Codex),
            self.receiver.address()
        )
    }

    fn post(&self, headers: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let more = format!("{headers}Content-Length: {}\r\n", body.len());
        let mut text = self.head(&more).into_bytes();
        text.extend_from_slice(body);
        self.say(&text)
    }
}

fn answer_of(mut stream: std::net::TcpStream) -> (u16, Vec<u8>) {
    let mut all = Vec::new();
    // What was not read of a refused body resets the connection once the answer stands.
    stream.read_to_end(&mut all).unwrap_or_default();
    let end = all.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(&all)));
    let head = String::from_utf8_lossy(&all[..end]);
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, all[end + 4..].to_vec())
}

fn kept() -> Outcome {
    Outcome::Kept { rejected: 0 }
}

const JSON: &str = "Content-Type: application/json\r\n";
const PROTOBUF: &str = "Content-Type: application/x-protobuf\r\n";

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn bodies_come_plain_packed_and_in_chunks() {
    let post = start(kept(), Limits::default());
    assert_eq!(post.post(JSON, b"{\"a\":1}"), (200, b"{}".to_vec()));
    let packed = gzip(b"{\"b\":2}");
    let headers = format!("{PROTOBUF}Content-Encoding: gzip\r\n");
    assert_eq!(post.post(&headers, &packed), (200, Vec::new()));
    let chunked = post.head(&format!("{JSON}Transfer-Encoding: chunked\r\n"));
    let chunked = format!("{chunked}4\r\n{{\"c\"\r\n3\r\n:3}}\r\n0\r\n\r\n");
    assert_eq!(post.say(chunked.as_bytes()), (200, b"{}".to_vec()));
    let came = post.sink.bodies.lock().unwrap();
    let expected = [
        (Signal::Logs, b"{\"a\":1}".to_vec(), b"{\"a\":1}".to_vec()),
        (Signal::Logs, b"{\"b\":2}".to_vec(), packed),
        (Signal::Logs, b"{\"c\":3}".to_vec(), b"{\"c\":3}".to_vec()),
    ];
    assert_eq!(*came, expected);
    assert!(post.sink.refused.lock().unwrap().is_empty());
}

#[test]
fn what_the_sink_says_is_answered() {
    let table = [
        (
            Outcome::Kept { rejected: 2 },
            200,
            "\"rejectedLogRecords\":\"2\"",
        ),
        (
            Outcome::Broken {
                why: "it is no OTLP".to_owned(),
            },
            400,
            "it is no OTLP",
        ),
        (Outcome::TooLarge, 413, "too large"),
        (Outcome::Full, 503, "no place"),
    ];
    for (outcome, status, words) in table {
        let post = start(outcome, Limits::default());
        let (told, body) = post.post(JSON, b"{}");
        assert_eq!(told, status);
        let body = String::from_utf8(body).unwrap();
        assert!(body.contains(words), "{body}");
    }
}

#[test]
fn what_is_not_an_export_is_refused_before_it_is_read() {
    let post = start(kept(), Limits::default());
    let host = post.receiver.address();
    let good = Tokens::of(&KEY);
    let path = format!("/t/{}/v1/logs", good.token(AgentKind::Codex));
    let table = [
        (
            format!("POST /v1/logs HTTP/1.1\r\nHost: {host}\r\n{JSON}\r\n"),
            401,
        ),
        (
            format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: https://a.example\r\n{JSON}\r\n"
            ),
            403,
        ),
        (
            format!("POST {path} HTTP/1.1\r\nHost: a.example\r\n{JSON}\r\n"),
            403,
        ),
        (
            format!("OPTIONS {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            405,
        ),
        (
            format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain\r\n\r\n"),
            415,
        ),
        (
            format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\n{JSON}Content-Length: 99999999\r\n\r\n"
            ),
            413,
        ),
    ];
    for (text, status) in &table {
        assert_eq!(post.say(text.as_bytes()).0, *status, "{text}");
    }
    let refused: Vec<u16> = table.iter().map(|(_, status)| *status).collect();
    assert_eq!(*post.sink.refused.lock().unwrap(), refused);
    assert!(post.sink.bodies.lock().unwrap().is_empty());
}

#[test]
fn a_body_that_lies_about_its_size_or_its_packing_is_refused() {
    let post = start(kept(), Limits::default());
    let gzipped = format!("{JSON}Content-Encoding: gzip\r\n");
    assert_eq!(post.post(&gzipped, b"this is not gzip").0, 400);
    // Sixteen kilobytes that become more than sixteen megabytes.
    let bomb = gzip(&vec![b' '; LARGEST_TELEMETRY + 1]);
    assert!(bomb.len() < LARGEST_TELEMETRY / 100);
    assert_eq!(post.post(&gzipped, &bomb).0, 413);
    let most = gzip(&vec![b' '; LARGEST_TELEMETRY]);
    assert_eq!(post.post(&gzipped, &most).0, 200);
    // In chunks nobody says how long it will be.
    let mut endless = post
        .head(&format!("{JSON}Transfer-Encoding: chunked\r\n"))
        .into_bytes();
    let chunk = vec![b' '; 1 << 20];
    for _ in 0..17 {
        endless.extend_from_slice(b"100000\r\n");
        endless.extend_from_slice(&chunk);
        endless.extend_from_slice(b"\r\n");
    }
    endless.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(post.say(&endless).0, 413);
    let broken = post.head(&format!("{JSON}Transfer-Encoding: chunked\r\n"));
    assert_eq!(post.say(format!("{broken}xyz\r\n").as_bytes()).0, 400);
    assert_eq!(post.sink.bodies.lock().unwrap().len(), 1);
}

#[test]
fn garbage_ends_its_connection_and_no_other() {
    let post = start(kept(), Limits::default());
    let long = vec![b'a'; 100_000];
    for garbage in [&b"\0\x01\x02\r\n\r\n"[..], b"GET\r\n\r\n", &long] {
        let mut stream = post.connect();
        stream.write_all(garbage).unwrap_or_default();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap_or_default();
    }
    assert_eq!(post.post(JSON, b"{}").0, 200);
}

#[test]
fn nobody_keeps_a_place_by_being_slow() {
    let limits = Limits {
        head: Duration::from_millis(50),
        body: Duration::from_millis(50),
        connections: 3,
        ..Limits::default()
    };
    let post = start(kept(), limits);
    let mut silent = post.connect();
    let mut half = post.connect();
    half.write_all(b"POST /t/").unwrap();
    let mut slow = post.connect();
    let head = post.head(&format!("{JSON}Content-Length: 100\r\n"));
    slow.write_all(head.as_bytes()).unwrap();
    assert_eq!(answer_of(slow).0, 408);
    for stream in [&mut silent, &mut half] {
        // It ends: with no answer, or with 408.
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap_or_default();
    }
    assert_eq!(post.post(JSON, b"{}").0, 200);
}

#[test]
fn one_too_many_is_told_to_come_again() {
    let (open, gate): (Sender<()>, _) = channel();
    let limits = Limits {
        bodies: 1,
        place: Duration::from_millis(10),
        ..Limits::default()
    };
    let post = gated(kept(), limits, Some(gate));
    let mut first = post.connect();
    let mut text = post.head(&format!("{JSON}Content-Length: 2\r\n"));
    text.push_str("{}");
    first.write_all(text.as_bytes()).unwrap();
    // Until the first one is in, the second is taken; then it is told to wait.
    let busy = loop {
        let second = post.connect();
        (&second).write_all(text.as_bytes()).unwrap();
        second
            .set_read_timeout(Some(Duration::from_millis(200)))
            .unwrap();
        let mut byte = [0];
        if std::io::Read::read(&mut (&second), &mut byte).is_ok() {
            second
                .set_read_timeout(Some(Duration::from_mins(1)))
                .unwrap();
            let mut rest = vec![byte[0]];
            std::io::Read::read_to_end(&mut (&second), &mut rest).unwrap_or_default();
            break String::from_utf8_lossy(&rest).into_owned();
        }
    };
    assert!(busy.starts_with("HTTP/1.1 503"), "{busy}");
    assert!(busy.contains("retry-after: 1"), "{busy}");
    drop(open);
    assert_eq!(answer_of(first).0, 200);
    assert_eq!(post.post(JSON, b"{}").0, 200);
}

#[test]
fn it_ends_while_a_client_waits() {
    let post = start(kept(), Limits::default());
    let stream = post.connect();
    let address = post.receiver.address();
    drop(post.receiver);
    assert!(std::net::TcpListener::bind(address).is_ok() || stream.peer_addr().is_ok());
}
