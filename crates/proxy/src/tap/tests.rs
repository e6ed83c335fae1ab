use super::*;
use crate::piece::{Connection, Scheme};
use hyper::{Method, StatusCode, Version};

fn head() -> RequestHead {
    RequestHead {
        connection: Arc::new(Connection {
            number: 1,
            scheme: Scheme::Https,
            host: "api.example.test".to_owned(),
            port: 443,
            client: None,
        }),
        method: Method::POST,
        target: "/v1/messages".to_owned(),
        version: Version::HTTP_11,
        headers: HeaderMap::new(),
    }
}

fn answer() -> ResponseHead {
    ResponseHead {
        status: StatusCode::OK,
        version: Version::HTTP_11,
        headers: HeaderMap::new(),
    }
}

/// Takes everything that is queued, each as one word.
fn told(pieces: &mut Pieces) -> Vec<String> {
    let mut told = Vec::new();
    while let Ok((piece, cost)) = pieces.pieces.try_recv() {
        pieces.shared.queued.fetch_sub(cost, Ordering::Relaxed);
        let way = match piece.direction {
            Direction::Outgoing => ">",
            Direction::Incoming => "<",
        };
        let what = match piece.what {
            What::Head(Head::Request(head)) => format!("{} {}", head.method, head.target),
            What::Head(Head::Response(head)) => head.status.as_str().to_owned(),
            What::Body(bytes) => format!("{} bytes", bytes.len()),
            What::Dropped(lost) => format!("{lost} lost"),
            What::Trailers(fields) => format!("{} trailers", fields.len()),
            What::Handled(handled) => handled.how.name().to_owned(),
            What::End(end) => format!("{end:?}"),
        };
        told.push(format!("{}{way} {what}", piece.exchange.0));
    }
    told
}

#[test]
fn tells_in_order() {
    let (taps, mut pieces) = Taps::new(1 << 20);
    let (mut outgoing, mut incoming) = taps.open(head());
    outgoing.body(&Bytes::from_static(b"hello"));
    incoming.answer(answer());
    outgoing.end(End::Complete);
    incoming.body(&Bytes::from(vec![0; 10_000]));
    incoming.trailers(&HeaderMap::new());
    drop(incoming);
    let expected = [
        "0> POST /v1/messages",
        "0> 5 bytes",
        "0< 200",
        "0> Complete",
        "0< 10000 bytes",
        "0< 0 trailers",
        "0< Cut",
    ];
    assert_eq!(told(&mut pieces), expected);
    assert_eq!((pieces.untold(), pieces.dropped()), (0, 0));
    assert_eq!(pieces.shared.queued.load(Ordering::Relaxed), 0);
}

#[test]
fn a_gap_is_told_before_what_comes_after_it() {
    let (taps, mut pieces) = Taps::new(2000);
    let (mut outgoing, incoming) = taps.open(head());
    for _ in 0..3 {
        outgoing.body(&Bytes::from(vec![0; 1000]));
    }
    assert_eq!(told(&mut pieces), ["0> POST /v1/messages", "0> 1000 bytes"]);
    outgoing.body(&Bytes::from_static(b"again"));
    outgoing.body(&Bytes::from(vec![0; 1950]));
    outgoing.end(End::Complete);
    incoming.end(End::Cut);
    let expected = [
        "0> 2000 lost",
        "0> 5 bytes",
        "0> 1950 lost",
        "0> Complete",
        "0< Cut",
    ];
    assert_eq!(told(&mut pieces), expected);
    assert_eq!((pieces.untold(), pieces.dropped()), (0, 3950));
}

#[test]
fn an_answer_without_its_head_is_a_number() {
    let (taps, mut pieces) = Taps::new(400);
    let (outgoing, mut incoming) = taps.open(head());
    drop(outgoing);
    incoming.answer(ResponseHead {
        headers: [(
            hyper::header::SERVER,
            hyper::header::HeaderValue::from_static("a long name, for which there is no room"),
        )]
        .into_iter()
        .collect(),
        ..answer()
    });
    assert_eq!(told(&mut pieces), ["0> POST /v1/messages", "0> Cut"]);
    incoming.body(&Bytes::from_static(b"hello"));
    incoming.end(End::Complete);
    assert_eq!(told(&mut pieces), ["0< 5 lost", "0< Complete"]);
}

#[test]
fn an_exchange_without_room_is_counted() {
    let (taps, mut pieces) = Taps::new(100);
    let (mut outgoing, incoming) = taps.open(head());
    outgoing.body(&Bytes::from_static(b"hello"));
    outgoing.end(End::Complete);
    incoming.end(End::Complete);
    assert_eq!(told(&mut pieces), Vec::<String>::new());
    assert_eq!((pieces.untold(), pieces.dropped()), (1, 0));
}

#[test]
fn without_readers_everything_goes_on() {
    let (taps, pieces) = Taps::new(1000);
    let shared = Arc::clone(&pieces.shared);
    drop(pieces);
    for _ in 0..100 {
        let (mut outgoing, incoming) = taps.open(head());
        outgoing.body(&Bytes::from(vec![0; 500]));
        outgoing.end(End::Complete);
        incoming.end(End::Complete);
    }
    assert_eq!(shared.queued.load(Ordering::Relaxed), 0);
}
