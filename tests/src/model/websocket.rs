//! The same conversation over a WebSocket (RFC 6455), as Codex has it with its own provider: a message
//! `response.create` for each request, and one for each event of the answer.

use super::server::{Asked, Room};
use futures_util::{SinkExt, StreamExt};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Message, Role};

/// Whether a request asks for one.
pub(super) fn is_wanted(request: &Request<Incoming>) -> bool {
    request.headers().contains_key(SEC_WEBSOCKET_KEY)
}

/// Agrees, and talks until the agent has enough.
pub(super) fn answer(room: Arc<Room>, mut request: Request<Incoming>) -> Response<Full<Bytes>> {
    let key = request.headers().get(SEC_WEBSOCKET_KEY);
    let accepted = derive_accept_key(key.map_or_else(Default::default, HeaderValue::as_bytes));
    let line = format!("{} {}", request.method(), request.uri());
    let path = request.uri().path().to_owned();
    tokio::spawn(async move {
        if let Ok(stream) = hyper::upgrade::on(&mut request).await {
            let stream = TokioIo::new(stream);
            let socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
            talk(socket, &room, &line, &path).await;
        }
    });
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_ACCEPT, accepted)
        .body(Full::default())
        .expect("status and headers are fit to be sent")
}

async fn talk<S>(mut socket: WebSocketStream<S>, room: &Room, line: &str, path: &str)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else {
            continue;
        };
        let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        let events = if body["generate"] == json!(false) {
            warmed_up()
        } else {
            room.dialect.answer(&room.script, path, &body).body
        };
        let line = line.to_owned();
        room.keep(Asked { line, body });
        for event in events
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
        {
            if socket.send(Message::text(event)).await.is_err() {
                return;
            }
        }
    }
}

/// What a model says that was only told what to expect.
fn warmed_up() -> String {
    let response = json!({ "id": "resp_warm", "output": [], "usage": null });
    let created = json!({ "type": "response.created", "response": { "id": "resp_warm" } });
    let completed = json!({ "type": "response.completed", "response": response });
    format!("data: {created}\n\ndata: {completed}\n\n")
}
