//! A client of the daemon's HTTP server that says whatever a test wants, also what no
//! browser would: HTTP/1.1 by hand, one connection for each request.

use serde_json::Value;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where the daemon listens, and the token with which scripts ask.
#[derive(Clone, Debug)]
pub struct Door {
    /// The address.
    pub address: SocketAddr,
    /// The token.
    pub token: String,
}

/// A request that is being put together.
#[derive(Clone, Debug)]
pub struct Ask {
    address: SocketAddr,
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// As in 200.
    pub status: u16,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    /// Without the transfer coding.
    pub body: Vec<u8>,
}

impl Door {
    /// A door at this address.
    pub fn at(address: SocketAddr, token: &str) -> Door {
        Door {
            address,
            token: token.to_owned(),
        }
    }

    /// Begins a request that shows no credential.
    pub fn ask(&self, method: &str, path: &str) -> Ask {
        Ask {
            address: self.address,
            line: format!("{method} {path} HTTP/1.1"),
            headers: vec![
                ("Host".to_owned(), self.address.to_string()),
                ("Connection".to_owned(), "close".to_owned()),
            ],
            body: Vec::new(),
        }
    }

    /// Begins a request that shows the token.
    pub fn script(&self, method: &str, path: &str) -> Ask {
        self.ask(method, path).bearer(&self.token)
    }

    /// Gets a document of the API; panics if it is refused.
    pub fn json(&self, path: &str) -> Value {
        let answer = self.script("GET", path).send();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// Begins the request with which a browser opens a WebSocket.
    pub fn upgrade(&self, path: &str) -> Ask {
        let ask = self.ask("GET", path).without("Connection");
        // The key is the example of RFC 6455, section 1.3.
        ask.header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
    }

    /// The origin of the dashboard's own pages.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Opens a connection and says nothing.
    pub fn connect(&self) -> TcpStream {
        connect(self.address)
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address)
        .unwrap_or_else(|error| panic!("nobody listens on {address}: {error}"));
    stream
        .set_read_timeout(Some(PATIENCE))
        .and_then(|()| stream.set_write_timeout(Some(PATIENCE)))
        .expect("a time-out can be set");
    stream
}

impl Ask {
    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Ask {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves a header out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Ask {
        self.headers.retain(|(own, _)| own != name);
        self
    }

    /// Shows a token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Ask {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// Shows a cookie.
    #[must_use]
    pub fn cookie(self, cookie: &str) -> Ask {
        self.header("Cookie", cookie)
    }

    /// Sends a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Ask {
        self.body = body.into();
        let length = self.body.len().to_string();
        self.header("Content-Type", "application/json")
            .header("Content-Length", &length)
    }

    /// The bytes of line and headers.
    pub fn head(&self) -> String {
        let mut head = format!("{}\r\n", self.line);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head + "\r\n"
    }

    /// Sends it, and waits for the whole answer.
    pub fn send(self) -> Answer {
        let (mut stream, head, rest) = self.start();
        head.with_body(&mut stream, rest)
    }

    /// Sends it, and waits for the answer's head only: a stream has no end.
    pub fn status(self) -> u16 {
        self.start().1.status
    }

    /// Sends it, and returns the connection and what came first, after the answer's head.
    pub fn stream(self) -> (Answer, TcpStream, Vec<u8>) {
        let (stream, head, rest) = self.start();
        (head, stream, rest)
    }

    fn start(self) -> (TcpStream, Answer, Vec<u8>) {
        let mut stream = connect(self.address);
        let mut bytes = self.head().into_bytes();
        bytes.extend_from_slice(&self.body);
        // A server may answer and hang up before it has read everything.
        drop(stream.write_all(&bytes));
        let (head, rest) = Answer::head(&mut stream)
            .unwrap_or_else(|| panic!("no answer to {} {:?}", self.line, self.headers));
        (stream, head, rest)
    }
}

impl Answer {
    /// Reads an answer's head, and what came together with it; nothing if the peer hangs up before.
    pub fn head(stream: &mut TcpStream) -> Option<(Answer, Vec<u8>)> {
        let mut bytes = Vec::new();
        let end = loop {
            let found = bytes.windows(4).position(|window| window == b"\r\n\r\n");
            if let Some(end) = found {
                break end;
            }
            if !more(stream, &mut bytes) {
                return None;
            }
        };
        let rest = bytes.split_off(end + 4);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut lines = text.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let body = Vec::new();
        let head = Answer {
            status,
            headers,
            body,
        };
        Some((head, rest))
    }

    fn with_body(mut self, stream: &mut TcpStream, mut bytes: Vec<u8>) -> Answer {
        while more(stream, &mut bytes) {}
        let is_chunked = self.header("transfer-encoding") == Some("chunked");
        self.body = if is_chunked { joined(&bytes) } else { bytes };
        self
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("no JSON: {error}: {}", self.text()))
    }

    /// The cookie that it sets, as a browser sends it back.
    pub fn cookie(&self) -> String {
        let set = self.header("set-cookie").unwrap_or_default();
        set.split(';').next().unwrap_or_default().to_owned()
    }
}

/// Reads what there is; false at the end, also at one that came by force.
fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> bool {
    let mut part = [0; 16 * 1024];
    match stream.read(&mut part) {
        Ok(0) => false,
        Ok(read) => {
            bytes.extend_from_slice(&part[..read]);
            true
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            panic!("no more came within {PATIENCE:?}")
        }
        Err(_) => false,
    }
}

/// Puts chunks together (RFC 9112, section 7.1).
fn joined(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|window| window == b"\r\n") {
        let size = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let size = usize::from_str_radix(size.trim(), 16).expect("the size of a chunk");
        let start = end + 2;
        if size == 0 {
            break;
        }
        body.extend_from_slice(&bytes[start..start + size]);
        bytes = &bytes[start + size + 2..];
    }
    body
}
