//! Sockets of the web (RFC 6455): the handshake as it is, the frames untouched.

use crate::client::{Client, ONE, read_head};
use crate::conformance::both_ways;
use crate::world::{PLAIN, TLS, Via, World, within};
use std::io::Write;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

both_ways!(
    keeps_protocol_and_fields,
    keeps_pressed_frames,
    a_refusal_is_a_refusal,
    works_without_tls_in_a_tunnel,
    works_without_tls_and_without_a_tunnel,
);

const ASK: &str = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

async fn shake<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, more: &str) -> String {
    stream
        .write_all(format!("{ASK}{more}\r\n").as_bytes())
        .await
        .unwrap();
    read_head(stream).await.to_lowercase()
}

async fn echoes<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) {
    stream.write_all(bytes).await.unwrap();
    stream.flush().await.unwrap();
    let mut back = vec![0; bytes.len()];
    within(stream.read_exact(&mut back)).await.unwrap();
    assert_eq!(back, bytes);
}

async fn keeps_protocol_and_fields(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    let mut stream = client.tls(ONE).await;
    let head = shake(&mut stream, "Sec-WebSocket-Protocol: realtime, beta\r\n").await;
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    for field in [
        "sec-websocket-protocol: realtime, beta\r\n",
        "x-turn-state: kept\r\n",
        "upgrade: websocket\r\n",
        "connection: upgrade\r\n",
    ] {
        assert!(head.contains(field), "{head}");
    }
    echoes(&mut stream, b"\x81\x85\x01\x02\x03\x04iggk{").await;
    // A service may talk on after the client's last word.
    stream.write_all(b"last").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut rest = Vec::new();
    within(stream.read_to_end(&mut rest)).await.unwrap();
    assert_eq!(rest, b"last");
}

/// Frames pressed with permessage-deflate (RFC 7692) have a bit that who reads frames must know; we pass
/// bytes.
async fn keeps_pressed_frames(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    let mut stream = client.tls(ONE).await;
    let more = "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Extensions: permessage-deflate\r\n";
    let head = shake(&mut stream, more).await;
    assert!(
        head.contains("sec-websocket-extensions: permessage-deflate\r\n"),
        "{head}"
    );
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&b"pressed ".repeat(10)).unwrap();
    let pressed = encoder.finish().unwrap();
    let mut frame = vec![
        0xc1,
        0x80 | u8::try_from(pressed.len()).unwrap(),
        0,
        0,
        0,
        0,
    ];
    frame.extend(pressed);
    echoes(&mut stream, &frame).await;
    echoes(&mut stream, &vec![0x5a; 300_000]).await;
}

async fn a_refusal_is_a_refusal(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    let mut stream = client.tls(ONE).await;
    let head = shake(&mut stream, "").await;
    assert!(head.starts_with("http/1.1 426 "), "{head}");
    // The connection is still good for HTTP.
    let ask = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
    stream.write_all(ask.as_bytes()).await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
}

async fn works_without_tls_in_a_tunnel(via: Via) {
    let world = World::new().await;
    let client = world.client(via, PLAIN);
    let mut stream = client.tcp().await;
    let head = shake(&mut stream, "Sec-WebSocket-Protocol: a\r\n").await;
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    echoes(&mut stream, b"\x81\x80\0\0\0\0").await;
}

async fn works_without_tls_and_without_a_tunnel(via: Via) {
    let world = World::new().await;
    let client: Client = world.client(via, PLAIN);
    let mut stream = match via {
        Via::Direct => client.tcp().await,
        Via::Proxy => crate::client::open(world.proxy).await,
    };
    let path = match via {
        Via::Direct => "/ws".to_owned(),
        Via::Proxy => format!("http://{}/ws", client.authority()),
    };
    let ask = ASK.replace("/ws", &path);
    let ask = format!("{ask}Sec-WebSocket-Protocol: a\r\n\r\n");
    stream.write_all(ask.as_bytes()).await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    echoes(&mut stream, b"\x81\x80\0\0\0\0").await;
}
