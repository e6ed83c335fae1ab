//! Streams in which each side waits for the other: events, gRPC, uploads that are answered as they come.

use crate::client::{ONE, TWO, empty, streamed};
use crate::conformance::both_ways;
use crate::origin::trailers;
use crate::world::{TLS, Via, World, within};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming};
use std::time::Duration;

both_ways!(
    an_event_arrives_before_the_next_is_made,
    both_sides_talk_at_once,
    a_stream_that_breaks_is_not_a_whole_one,
    one_broken_stream_leaves_the_others,
    who_leaves_stops_the_service,
);

/// Were the first event held back, the second would never be made, and the test never end.
async fn an_event_arrives_before_the_next_is_made(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for offered in [ONE, TWO] {
        let mut sender = client.https(offered).await;
        let request = client.request(&sender, "GET", "/events", empty());
        let mut body = sender.send(request).await.into_body();
        assert_eq!(next(&mut body).await, "data: one\n\n");
        world.origin.go.notify_one();
        assert_eq!(next(&mut body).await, "data: two\n\n");
        assert_eq!(within(body.collect()).await.unwrap().to_bytes(), "");
    }
}

/// Ping-pong over one request, as gRPC and Connect do: each message is answered before the next is sent.
async fn both_sides_talk_at_once(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for offered in [ONE, TWO] {
        let mut sender = client.https(offered).await;
        let (frames, body) = streamed();
        let mut request = client.request(&sender, "POST", "/echo", body);
        let kind = "application/grpc+proto".parse().unwrap();
        request.headers_mut().insert("content-type", kind);
        request
            .headers_mut()
            .insert("trailer", "grpc-status".parse().unwrap());
        frames.send(Frame::data("first".into())).await.unwrap();
        let response = sender.send(request).await;
        assert_eq!(response.headers()["content-type"], "application/grpc+proto");
        let mut body = response.into_body();
        assert_eq!(next(&mut body).await, "first");
        for message in ["second", "third", "fourth"] {
            frames.send(Frame::data(message.into())).await.unwrap();
            assert_eq!(next(&mut body).await, message);
        }
        if offered == TWO {
            frames.send(Frame::trailers(trailers())).await.unwrap();
            let last = within(body.frame()).await.unwrap().unwrap();
            assert_eq!(last.into_trailers().unwrap(), trailers());
        }
        drop(frames);
        assert_eq!(within(body.collect()).await.unwrap().to_bytes(), "");
    }
}

async fn a_stream_that_breaks_is_not_a_whole_one(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for offered in [ONE, TWO] {
        let mut sender = client.https(offered).await;
        let request = client.request(&sender, "GET", "/cut", empty());
        let mut body = sender.send(request).await.into_body();
        assert_eq!(next(&mut body).await, "half");
        world.origin.go.notify_one();
        let rest = within(body.collect()).await;
        assert!(rest.is_err(), "{offered:?}: a broken body looked whole");
    }
}

async fn one_broken_stream_leaves_the_others(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    let mut sender = client.https(TWO).await;
    let request = client.request(&sender, "GET", "/events", empty());
    let mut living = sender.send(request).await.into_body();
    assert_eq!(next(&mut living).await, "data: one\n\n");
    for _ in 0..5 {
        let request = client.request(&sender, "GET", "/stall", empty());
        let left = sender.start(request);
        drop(left);
    }
    let mut broken = Vec::new();
    for _ in 0..5 {
        let request = client.request(&sender, "GET", "/cut", empty());
        let mut body = sender.send(request).await.into_body();
        assert_eq!(next(&mut body).await, "half");
        broken.push(body);
    }
    for body in broken {
        drop(body);
        let request = client.request(&sender, "GET", "/hello", empty());
        assert_eq!(sender.send(request).await.status(), 200);
    }
    world.origin.go.notify_waiters();
    world.origin.go.notify_one();
    assert_eq!(next(&mut living).await, "data: two\n\n");
}

/// A user who stops the agent while the model thinks must not pay for what it would have said.
async fn who_leaves_stops_the_service(via: Via) {
    let world = World::new().await;
    let client = world.client(via, TLS);
    for (offered, left) in [(ONE, 1), (TWO, 2)] {
        let mut sender = client.https(offered).await;
        let request = client.request(&sender, "GET", "/stall", empty());
        let answer = tokio::spawn(sender.start(request));
        until(|| world.origin.asked() == left).await;
        answer.abort();
        drop(sender);
        until(|| world.origin.left() == left).await;
    }
}

async fn until(holds: impl Fn() -> bool) {
    within(async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

pub(crate) async fn next(body: &mut Incoming) -> Bytes {
    let frame = within(body.frame()).await.unwrap().unwrap();
    frame.into_data().unwrap()
}
