use super::*;
use hyper::header::{HeaderName, HeaderValue};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Instant;

/// Takes one request: its first line, its headers in order, its body.
fn one(listener: &TcpListener, answer: &str) -> (String, Vec<String>, Vec<u8>) {
    let (stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let first = lines.remove(0);
    let length = lines
        .iter()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap_or("0");
    let mut body = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    let mut stream: TcpStream = reader.into_inner();
    let text = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).unwrap();
    lines.sort();
    (first, lines, body)
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in pairs {
        let name: HeaderName = name.parse().unwrap();
        map.append(name, HeaderValue::from_str(value).unwrap());
    }
    map
}

fn until(forwarder: &Forwarder, done: impl Fn(&Forwarded) -> bool) -> Forwarded {
    let begin = Instant::now();
    loop {
        let status = forwarder.status();
        if done(&status) {
            return status;
        }
        assert!(begin.elapsed() < Duration::from_mins(1), "{status:?}");
        std::thread::yield_now();
    }
}

#[test]
fn a_collector_gets_what_the_agent_sent_and_nothing_of_ours() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let forwarder = Forwarder::start().unwrap();
    let sent = headers(&[
        ("host", "127.0.0.1:4656"),
        ("content-type", "application/x-protobuf"),
        ("content-encoding", "gzip"),
        ("authorization", "Bearer of-the-user"),
        ("user-agent", "OTel-OTLP-Exporter-JavaScript/0.50"),
        ("connection", "keep-alive"),
        ("content-length", "99"),
        (TOKEN, "ours"),
    ]);
    let body = Bytes::from_static(b"\x1f\x8b packed as it came");
    let url = format!("http://{address}/otel/v1/logs?tenant=7");
    forwarder.pass_on(&url, &sent, body.clone());
    let (first, lines, came) = one(&listener, "200 OK");
    assert_eq!(first, "post /otel/v1/logs?tenant=7 http/1.1");
    assert_eq!(came, body);
    for expected in [
        "authorization: bearer of-the-user",
        "content-encoding: gzip",
        "content-type: application/x-protobuf",
        &format!("host: {address}"),
        "user-agent: otel-otlp-exporter-javascript/0.50",
    ] {
        let times = lines.iter().filter(|line| *line == expected).count();
        assert_eq!(times, 1, "{expected}: {lines:?}");
    }
    assert!(!lines.iter().any(|line| line.contains("ours")), "{lines:?}");
    let status = until(&forwarder, |status| status.taken > 0);
    assert_eq!(
        status,
        Forwarded {
            taken: 1,
            ..Forwarded::default()
        }
    );
}

#[test]
fn what_a_collector_does_not_take_is_dropped_and_counted() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let forwarder = Forwarder::start().unwrap();
    let url = format!("http://{address}/v1/logs");
    let body = Bytes::from_static(b"{}");
    for answer in ["503 Busy", "302 Elsewhere"] {
        forwarder.pass_on(&url, &HeaderMap::new(), body.clone());
        drop(one(&listener, answer));
    }
    let status = until(&forwarder, |status| status.dropped == 2);
    assert_eq!(status.taken, 0);
    assert!(status.why.unwrap().contains("answered 302"));
    // A port of the system's, on which nobody listens; one that was just given back may be another test's.
    let nobody = "http://127.0.0.1:1/v1/logs";
    forwarder.pass_on(nobody, &HeaderMap::new(), body);
    let status = until(&forwarder, |status| status.dropped == 3);
    assert!(status.why.unwrap().contains("failed to reach"));
}

/// The collector takes the connection and says nothing: nobody waits for it.
#[test]
fn a_collector_that_hangs_holds_nobody_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/logs", listener.local_addr().unwrap());
    let forwarder = Forwarder::start().unwrap();
    let body = Bytes::from(vec![b' '; 1 << 20]);
    for _ in 0..64 {
        forwarder.pass_on(&url, &HeaderMap::new(), body.clone());
    }
    let status = forwarder.status();
    assert_eq!(status.taken, 0);
    assert!(status.dropped >= 31, "{status:?}");
    assert_eq!(status.why.as_deref(), Some("too much waits for it"));
}
