//! Too much, too slow, too many: bounded and told.

use super::*;

const SOON: Duration = Duration::from_millis(50);

fn head(instance: &Instance, method: &str, path: &str) -> String {
    let address = instance.address();
    format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {TOKEN}\r\n")
}

#[test]
fn a_body_that_is_too_long_is_not_read() {
    let instance = Instance::start();
    let bytes = 100 << 20;
    let head = head(&instance, "POST", "/api/collect/claude-code");

    let mut announced = instance.connect();
    write!(announced, "{head}Content-Length: {bytes}\r\n\r\n").unwrap();
    assert_eq!(instance.answer(announced).status, 413);

    let mut chunked = instance.connect();
    write!(chunked, "{head}Transfer-Encoding: chunked\r\n\r\n").unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let all = bytes / 0x10000;
    let taken = (0..all).take_while(|_| chunked.write_all(chunk.as_bytes()).is_ok());
    let taken = taken.count();
    assert!(taken < all, "all {all} chunks were taken");
    instance.host.wait_for("too large");
    assert_eq!(instance.get("/api/v1/status").status, 200);
}

#[test]
fn the_longest_body_is_taken() {
    let instance = Instance::start();
    let body = "x".repeat(MAX_BODY_BYTES);
    let headers = [("X-AgentsLeak-Key", TOKEN)];
    let answer = instance.ask("POST", "/api/collect/claude-code", &headers, &body);
    let came = answer.json()["body"] == body;
    assert_eq!((answer.status, came), (200, true));
}

#[test]
fn who_sends_slowly_is_cut_off() {
    let instance = Instance::with(Limits {
        head_time: SOON,
        body_time: SOON,
        ..Limits::default()
    });
    for beginning in ["", "G", "GET / HTTP/1.1\r\nHost: x\r\n"] {
        let mut socket = instance.connect();
        write!(socket, "{beginning}").unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
        let text = String::from_utf8_lossy(&answer);
        assert!(
            text.is_empty() || text.starts_with("HTTP/1.1 408"),
            "{text}"
        );
    }
    instance.host.wait_for("too slow");
    let mut socket = instance.connect();
    let head = head(&instance, "POST", "/api/collect/claude-code");
    write!(socket, "{head}Content-Length: 10\r\n\r\nab").unwrap();
    assert_eq!(instance.answer(socket).status, 408);
}

#[test]
fn who_only_waits_is_let_go_without_a_word() {
    let instance = Instance::with(Limits {
        head_time: SOON,
        ..Limits::default()
    });
    let silent = instance.connect();
    let mut done = instance.connect();
    let head = head(&instance, "GET", "/api/collect/health");
    write!(done, "{head}\r\n").unwrap();
    for mut socket in [silent, done] {
        // Ends when the server closes.
        socket.read_to_end(&mut Vec::new()).unwrap();
    }
    let Instance { server, host, .. } = instance;
    // After this, nothing is told any more.
    server.stop();
    assert_eq!(host.log_lines(), Vec::<String>::new());
}

#[test]
fn who_does_not_read_is_cut_off() {
    let instance = Instance::with(Limits {
        write_time: SOON,
        ..Limits::default()
    });
    let mut socket = instance.connect();
    let ask = head(&instance, "GET", "/api/v1/openapi.json") + "\r\n";
    // Far more answers than the sockets' buffers hold. The server stops reading, too.
    drop(socket.write_all(ask.repeat(1_000).as_bytes()));
    instance.host.wait_for("too slow");
}

#[test]
fn one_connection_too_many_is_refused() {
    let instance = Instance::with(Limits {
        connections: 2,
        ..Limits::default()
    });
    let ask = head(&instance, "GET", "/api/collect/health") + "\r\n";
    let hold = |_| {
        let mut socket = instance.connect();
        write!(socket, "{ask}").unwrap();
        let mut answer = [0; 12];
        socket.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        socket
    };
    let held = [0, 1].map(hold);
    assert_eq!(instance.answer(instance.connect()).status, 503);
    instance
        .host
        .wait_for("a connection, because there are too many");
    drop(held);
}
