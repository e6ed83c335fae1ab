//! The scripted model's door: an HTTP/1.1 server on loopback that keeps all it was asked.

use super::{Dialect, Script, websocket};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// One request of an agent.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Method and path, as in `POST /v1/messages?beta=true`.
    pub line: String,
    /// The body, if it is JSON; null otherwise.
    pub body: Value,
}

/// What goes back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

impl Answer {
    /// Returns one JSON document.
    pub(crate) fn json(body: &Value) -> Answer {
        Answer {
            status: 200,
            content_type: "application/json",
            body: body.to_string(),
        }
    }

    /// Returns a stream of server-sent events, all at once.
    pub(crate) fn events(body: String) -> Answer {
        Answer {
            status: 200,
            content_type: "text/event-stream",
            body,
        }
    }

    /// Returns what a model says to a question it does not know.
    pub(crate) fn unknown() -> Answer {
        Answer {
            status: 404,
            content_type: "application/json",
            body: r#"{"error":{"message":"the scripted model does not know this"}}"#.to_owned(),
        }
    }
}

/// What all connections need to know.
pub(super) struct Room {
    pub(super) dialect: Dialect,
    pub(super) script: Script,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Room {
    pub(super) fn keep(&self, asked: Asked) {
        self.asked.lock().expect("no request panicked").push(asked);
    }
}

/// A model that follows a script, until it is dropped.
#[derive(Debug)]
pub struct Model {
    address: SocketAddr,
    url: Option<String>,
    asked: Arc<Mutex<Vec<Asked>>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Model {
    /// Starts it on a free port.
    pub fn start(dialect: Dialect, script: Script) -> Model {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (stop, stopped) = oneshot::channel();
        let (ready, address) = std::sync::mpsc::channel();
        let room = Arc::new(Room {
            dialect,
            script,
            asked: Arc::clone(&asked),
        });
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .build()
                .expect("a runtime for the scripted model");
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0")
                    .await
                    .expect("a free port on loopback");
                let address = listener.local_addr().expect("the port just bound");
                ready.send(address).expect("the test waits for the port");
                tokio::select! {
                    () = serve(listener, room) => {}
                    _ = stopped => {}
                }
            });
        });
        Model {
            address: address.recv().expect("the scripted model came up"),
            url: None,
            asked,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// How agents call it, as in `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        let elsewhere = self.url.clone();
        elsewhere.unwrap_or_else(|| format!("http://{}", self.address))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets agents call it by another name, behind which somebody passes them on.
    #[must_use]
    pub fn called(mut self, url: &str) -> Model {
        self.url = Some(url.to_owned());
        self
    }

    /// Takes all it was asked since the last time.
    pub fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().expect("no request panicked"))
    }
}

impl Asked {
    /// Whether this text stands anywhere in what was asked.
    pub fn tells(&self, text: &str) -> bool {
        fn holds(value: &Value, text: &str) -> bool {
            match value {
                Value::String(string) => string.contains(text),
                Value::Array(items) => items.iter().any(|item| holds(item, text)),
                Value::Object(fields) => fields
                    .iter()
                    .any(|(name, value)| name.contains(text) || holds(value, text)),
                Value::Null | Value::Bool(_) | Value::Number(_) => false,
            }
        }
        self.line.contains(text) || holds(&self.body, text)
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        // Both fail only if the thread has ended already, by a panic that the test has seen.
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

async fn serve(listener: TcpListener, room: Arc<Room>) {
    while let Ok((stream, _)) = listener.accept().await {
        let room = Arc::clone(&room);
        let service = service_fn(move |request| {
            let room = Arc::clone(&room);
            async move { Ok::<_, Infallible>(answer(room, request).await) }
        });
        tokio::spawn(async move {
            // An agent that hangs up in the middle is no fault of the model.
            drop(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .with_upgrades()
                    .await,
            );
        });
    }
}

async fn answer(room: Arc<Room>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    if websocket::is_wanted(&request) {
        return websocket::answer(room, request);
    }
    let line = format!("{} {}", request.method(), request.uri());
    let path = request.uri().path().to_owned();
    let bytes = match request.into_body().collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => Bytes::new(),
    };
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    let answer = room.dialect.answer(&room.script, &path, &body);
    room.keep(Asked { line, body });
    Response::builder()
        .status(answer.status)
        .header("content-type", answer.content_type)
        .body(Full::from(answer.body))
        .expect("status and header are constants")
}
