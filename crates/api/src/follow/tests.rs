use crate::Limits;
use crate::pump::MAX_BEHIND;
use crate::testing::{Instance, TOKEN, denied, record};
use futures_util::{SinkExt, StreamExt};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

struct Client(WebSocketStream<TcpStream>);

impl Client {
    async fn connect(instance: &Instance) -> Result<Client, Error> {
        let address = instance.address();
        let mut request = format!("ws://{address}/api/v1/stream").into_client_request()?;
        let bearer = format!("Bearer {TOKEN}").parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        let socket = TcpStream::connect(address).await.unwrap();
        let (socket, _) = tokio_tungstenite::client_async(request, socket).await?;
        Ok(Client(socket))
    }

    /// Connects and says what it wants; returns it with the server's first message.
    async fn subscribed(instance: &Instance, topics: Value, since: Value) -> (Client, Value) {
        let mut client = Client::connect(instance).await.unwrap();
        let hello = client.next().await.unwrap();
        client
            .send(&json!({ "type": "subscribe", "topics": topics, "since": since }))
            .await;
        // What was sent before has been obeyed when this comes back.
        client.send(&json!({ "type": "ping", "n": -1 })).await;
        (client, hello)
    }

    async fn send(&mut self, message: &Value) {
        let text = Message::text(message.to_string());
        self.0.send(text).await.unwrap();
    }

    /// The next message; `None` when the server has closed.
    async fn next(&mut self) -> Option<Value> {
        match self.0.next().await? {
            Ok(Message::Text(text)) => Some(serde_json::from_str(text.as_str()).unwrap()),
            _ => None,
        }
    }

    async fn pong(&mut self) {
        let pong = self.next().await.unwrap();
        assert_eq!(pong, json!({ "type": "pong", "n": -1 }));
    }

    /// The next batch.
    async fn batch(&mut self) -> Value {
        loop {
            let message = self.next().await.unwrap();
            match message["type"].as_str().unwrap() {
                "pong" => {}
                "batch" => return message,
                _ => panic!("{message}"),
            }
        }
    }
}

fn seqs(batch: &Value) -> Vec<i64> {
    let events = batch["events"].as_array().unwrap().iter();
    events.map(|row| row["seq"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_client_gets_what_it_asks_for() {
    let instance = Instance::start();
    instance.keep([record(1)]);
    let (mut both, hello) =
        Client::subscribed(&instance, json!(["events", "findings"]), Value::Null).await;
    assert_eq!(
        hello,
        json!({ "type": "hello", "version": 1, "last_seq": 1 })
    );
    let (mut findings, _) = Client::subscribed(&instance, json!(["findings"]), json!(0)).await;
    both.pong().await;
    findings.pong().await;
    let kept = denied(2, &["rule-a"]);
    instance.keep([kept.clone()]);
    let batch = both.batch().await;
    let mut row = instance.read("/api/v1/events?limit=1")["items"][0].clone();
    assert_eq!(row["severity"], "high");
    let finding = json!({
        "event_id": "1-2",
        "agent": "claude-code",
        "session": "session-0",
        "summary": "echo 2",
        "finding": kept.decision.findings[0],
    });
    let mut expected = json!({
        "type": "batch",
        "last_seq": 2,
        "skipped": 0,
        "events": [row.take()],
        "findings": [finding],
    });
    assert_eq!(batch, expected);
    expected["events"] = json!([]);
    assert_eq!(findings.batch().await, expected);
}

#[tokio::test]
async fn a_frame_that_is_not_understood_is_said_and_a_large_one_ends_it() {
    let instance = Instance::start();
    instance.keep([record(1)]);
    let mut client = Client::connect(&instance).await.unwrap();
    client.next().await.unwrap();
    for garbage in [
        "",
        "{",
        "[]",
        "null",
        "{\"type\":\"dance\"}",
        "{\"type\":\"subscribe\"}",
        "{\"type\":\"subscribe\",\"topics\":[\"gossip\"]}",
        "{\"type\":\"subscribe\",\"topics\":[\"events\"],\"since\":\"now\"}",
        "{\"type\":\"ping\",\"n\":1e99}",
    ] {
        client.0.send(Message::text(garbage)).await.unwrap();
        assert_eq!(client.next().await.unwrap()["type"], "error", "{garbage}");
    }
    client
        .0
        .send(Message::binary(vec![0, 159, 146]))
        .await
        .unwrap();
    assert_eq!(client.next().await.unwrap()["type"], "error");
    client.send(&json!({ "type": "ping", "n": 5 })).await;
    assert_eq!(
        client.next().await.unwrap(),
        json!({ "type": "pong", "n": 5 })
    );
    client
        .send(&json!({ "type": "ping", "n": 1, "x": "x".repeat(5_000) }))
        .await;
    assert_eq!(client.next().await, None);
    // A place in another record, or before the first.
    for since in [json!(99), json!(1)] {
        let (mut client, _) = Client::subscribed(&instance, json!(["events"]), since).await;
        client.pong().await;
    }
    let (mut client, _) = Client::subscribed(&instance, json!(["events"]), json!(-7)).await;
    assert_eq!(seqs(&client.batch().await), [1]);
}

#[tokio::test]
async fn one_stream_too_many_is_refused_until_one_leaves() {
    let instance = Instance::with(Limits {
        streams: 1,
        ..Limits::default()
    });
    let client = Client::connect(&instance).await.unwrap();
    let refused = Client::connect(&instance).await;
    let Err(Error::Http(answer)) = refused.map(|_| ()) else {
        panic!("it was let in");
    };
    assert_eq!(answer.status(), 503);
    assert_eq!(instance.get("/api/v1/events/stream").status, 503);
    drop(client);
    while Client::connect(&instance).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_stream_ends_with_the_server() {
    let instance = Instance::start();
    let (mut client, _) = Client::subscribed(&instance, json!(["events"]), Value::Null).await;
    client.pong().await;
    instance.server.stop();
    assert_eq!(client.next().await, None);
}

#[tokio::test]
async fn who_begins_too_far_back_gets_the_newest_and_a_count() {
    let instance = Instance::start();
    let extra = 700;
    let all = MAX_BEHIND + extra;
    instance.keep((1..=u64::try_from(all).unwrap()).map(record));
    let (mut client, _) = Client::subscribed(&instance, json!(["events"]), json!(0)).await;
    let mut got = Vec::new();
    let mut skipped = Vec::new();
    while got.last() != Some(&all) {
        let batch = client.batch().await;
        got.extend(seqs(&batch));
        skipped.push(batch["skipped"].as_i64().unwrap());
    }
    assert_eq!(got, (extra + 1..=all).collect::<Vec<i64>>());
    assert_eq!(skipped, [vec![extra], vec![0; 4]].concat());
}

#[tokio::test]
async fn a_stalled_reader_is_told_what_it_missed() {
    let instance = Instance::start();
    let shared = instance.server.shared();
    let topics = || vec![super::Topic::Events];
    let follower = || super::Follower::new(shared.clone(), topics(), Some(0));
    let mut stalled = follower().await.unwrap();
    let mut eager = follower().await.unwrap();
    let extra = 900;
    let all = MAX_BEHIND + extra;
    instance.keep((1..=u64::try_from(all).unwrap()).map(record));
    for (follower, skips) in [(&mut eager, None), (&mut stalled, Some(extra))] {
        let (mut last, mut skipped, mut events) = (0, 0, 0);
        while last < all {
            let message = follower.next().await.unwrap();
            let batch = serde_json::to_value(&message).unwrap();
            last = batch["last_seq"].as_i64().unwrap();
            skipped += batch["skipped"].as_i64().unwrap();
            events += i64::try_from(seqs(&batch).len()).unwrap();
        }
        assert_eq!(skipped + events, all);
        assert!(skips.is_none_or(|skips| skips == skipped), "{skipped}");
    }
}

/// Reads one server-sent event that is not a comment.
fn sent_event(lines: &mut impl Iterator<Item = String>) -> (i64, Value) {
    let mut id = 0;
    loop {
        let line = lines.next().unwrap();
        if let Some(text) = line.strip_prefix("id: ") {
            id = text.parse().unwrap();
        }
        if let Some(data) = line.strip_prefix("data: ") {
            return (id, serde_json::from_str(data).unwrap());
        }
    }
}

#[test]
fn scripts_get_server_sent_events() {
    let instance = Instance::start();
    instance.keep((1..=3).map(record));
    for (query, resume, first) in [("since=1", "", 2), ("since=0", "Last-Event-ID: 2\r\n", 3)] {
        let mut socket = instance.connect();
        write!(
            socket,
            "GET /api/v1/events/stream?{query}&topics=events HTTP/1.1\r\nHost: {}\r\n\
             Authorization: Bearer {TOKEN}\r\n{resume}\r\n",
            instance.address()
        )
        .unwrap();
        let mut lines = BufReader::new(socket).lines().map(Result::unwrap);
        let last = instance.read("/api/v1/status")["last_seq"]
            .as_i64()
            .unwrap();
        let (id, batch) = sent_event(&mut lines);
        assert_eq!((id, seqs(&batch)), (last, (first..=last).collect()));
        let next = u64::try_from(last).unwrap() + 1;
        instance.keep([record(next)]);
        let (id, batch) = sent_event(&mut lines);
        assert_eq!((id, seqs(&batch)), (last + 1, vec![last + 1]));
    }
}

/// Reads until the last event, leaving and coming back where `leaves` says so.
async fn read_all(instance: &Instance, last: i64, leaves: &[usize]) -> (Vec<i64>, Vec<String>) {
    let topics = json!(["events", "findings"]);
    let (mut events, mut findings) = (Vec::new(), Vec::new());
    let mut since = 0;
    let mut leaves = leaves.iter().copied();
    while since < last {
        let (mut client, _) = Client::subscribed(instance, topics.clone(), json!(since)).await;
        let mut batches = leaves.next().unwrap_or(usize::MAX);
        while since < last && batches > 0 {
            let batch = client.batch().await;
            assert_eq!(batch["skipped"], 0);
            since = batch["last_seq"].as_i64().unwrap();
            batches -= 1;
            events.extend(seqs(&batch));
            let found = batch["findings"].as_array().unwrap().iter();
            findings.extend(found.map(|row| row["event_id"].as_str().unwrap().to_owned()));
        }
    }
    (events, findings)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn nothing_is_lost_or_doubled(
        writes in prop::collection::vec(1u64..80, 1..12),
        leaves in prop::collection::vec(1usize..4, 0..4),
    ) {
        let instance = Instance::start();
        let all: u64 = writes.iter().sum();
        let last = i64::try_from(all).unwrap();
        let make = |number: u64| match number % 7 {
            0 => denied(number, &["rule-a"]),
            _ => record(number),
        };
        let (events, findings) = std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut number = 1;
                for count in &writes {
                    instance.keep((number..number + count).map(make));
                    number += count;
                }
            });
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(read_all(&instance, last, &leaves))
        });
        prop_assert_eq!(events, (1..=last).collect::<Vec<i64>>());
        let found = (1..=all).filter(|number| number % 7 == 0);
        prop_assert_eq!(findings, found.map(|number| format!("1-{number}")).collect::<Vec<_>>());
    }
}
