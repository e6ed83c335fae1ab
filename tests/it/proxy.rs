//! The proxy of the daemon: off unless wanted, read, kept, and joined to who it was.

use ringfence_tests::home::Home;
use ringfence_tests::run::until;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

/// A model on this machine that gives one answer, to everybody.
fn model() -> u16 {
    let door = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = door.local_addr().expect("an address").port();
    let answer = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x",
        "content": [{ "type": "text", "text": "Certainly." }], "stop_reason": "end_turn",
        "usage": { "input_tokens": 7, "output_tokens": 3 },
    })
    .to_string();
    thread::spawn(move || {
        for stream in door.incoming().flatten() {
            let mut from = BufReader::new(stream.try_clone().expect("a second handle"));
            let mut to = stream;
            let mut length = 0;
            let mut line = String::new();
            while from.read_line(&mut line).expect("a line") > 2 {
                if let Some(told) = line.to_lowercase().strip_prefix("content-length: ") {
                    length = told.trim().parse().expect("a length");
                }
                line.clear();
            }
            from.read_exact(&mut vec![0; length]).expect("a body");
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
            let whole = format!("{head}\r\nContent-Length: {}\r\n\r\n{answer}", answer.len());
            to.write_all(whole.as_bytes()).expect("the answer is sent");
        }
    });
    port
}

fn up() -> Home {
    let home = Home::new();
    home.configure("[proxy]\nenabled = true\nport = 0\nread = [\"localhost\"]\n");
    home.up();
    home
}

fn proxy_of(home: &Home) -> SocketAddr {
    let status = home.json(&["status", "--json"]);
    let address = status["daemon"]["proxy"].as_str();
    let address = address.unwrap_or_else(|| panic!("no proxy: {status:#}"));
    address.parse().expect("an address")
}

/// Sends one request through the proxy and returns the whole answer.
fn ask(proxy: SocketAddr, port: u16, body: &str) -> String {
    let mut stream = TcpStream::connect(proxy).expect("the proxy listens");
    let length = body.len();
    let head =
        format!("POST http://localhost:{port}/v1/messages HTTP/1.1\r\nHost: localhost:{port}");
    let rest =
        format!("Content-Type: application/json\r\nConnection: close\r\nContent-Length: {length}");
    stream
        .write_all(format!("{head}\r\n{rest}\r\n\r\n{body}").as_bytes())
        .expect("the request is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

fn events(home: &Home) -> Vec<Value> {
    let listed = home.json(&["events", "--limit", "1000", "--json"]);
    let listed = listed["events"].as_array().expect("a list");
    listed.iter().map(|one| one["event"].clone()).collect()
}

#[test]
fn nobody_gets_a_proxy_unasked() {
    let home = Home::new();
    home.up();
    let status = home.json(&["status", "--json"]);
    assert_eq!(status["daemon"]["proxy"], Value::Null);
    assert!(!home.data().join("authority").exists());
    let run = home.ringfence(&["ca", "show"]);
    assert_eq!(run.code(), 1, "{run:#?}");
    assert!(run.stderr.contains("[proxy]"), "{run:#?}");
}

#[test]
fn what_an_agent_says_is_kept_with_who_said_it() {
    const SECRET: &str = "AKIAQYLPMN5HHHFPZAM2";
    let home = up();
    let port = model();
    let prompt = json!({
        "model": "claude-x", "max_tokens": 9,
        "messages": [{ "role": "user", "content": format!("deploy with {SECRET}") }],
    });
    let answer = ask(proxy_of(&home), port, &prompt.to_string());
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("Certainly."), "{answer}");
    let mut found = Value::Null;
    until("the exchange is kept", || {
        let mut all = events(&home).into_iter();
        let exchange = all.find(|event| event["action"]["kind"] == "http_exchange");
        found = exchange.unwrap_or_default();
        found != Value::Null
    });
    assert_eq!(found["source"], "proxy");
    assert_eq!(found["process"]["pid"], std::process::id());
    let exchange = &found["action"]["exchange"];
    assert_eq!(exchange["host"], "localhost");
    assert_eq!(exchange["path"], "/v1/messages");
    assert_eq!(exchange["status"], 200);
    let run = home.ringfence(&["events", "--json"]).ok();
    assert!(!run.stdout.contains(SECRET), "a secret is in the record");
}

#[test]
fn the_authority_is_shown_and_made_anew() {
    let home = up();
    let shown = home.json(&["ca", "show", "--json"]);
    assert_eq!(shown["version"], 1);
    let certificate = shown["certificate"].as_str().expect("a path");
    let text = std::fs::read_to_string(certificate).expect("a certificate");
    let bundle = std::fs::read_to_string(shown["bundle"].as_str().expect("a path"));
    assert!(bundle.expect("a bundle").contains(text.trim()));
    let run = home.ringfence(&["ca", "trust"]).ok();
    assert_eq!(run.stdout.matches("undo: ").count(), 4, "{run:#?}");
    drop(home.ringfence(&["ca", "rotate"]).ok());
    assert_eq!(home.json(&["ca", "show", "--json"])["version"], 2);
}

#[test]
#[cfg(target_os = "linux")]
fn a_program_is_told_where_the_proxy_is() {
    let home = up();
    let proxy = proxy_of(&home);
    let say = "echo $HTTPS_PROXY; echo $SSL_CERT_FILE; echo $NODE_EXTRA_CA_CERTS; echo $NO_PROXY";
    let run = home.ringfence(&["exec", "--", "sh", "-c", say]).ok();
    let folder = home.data().join("authority");
    let expected = format!(
        "http://{proxy}\n{}\n{}\nlocalhost,127.0.0.1,::1\n",
        folder.join("bundle.pem").display(),
        folder.join("authority-1.pem").display(),
    );
    assert_eq!(run.stdout, expected);
    let run = home
        .ringfence(&["exec", "--net=none", "--", "sh", "-c", "echo $HTTPS_PROXY"])
        .ok();
    assert_eq!(run.stdout, "\n");
}
