use super::*;
use crate::samples::{denied, record};

fn columns(event: &Event) -> Columns {
    Columns {
        key: event.key,
        at: event.at,
        source: event.source,
        agent: event.agent,
        session: event.session.clone(),
        call: event.call.clone(),
        cwd: event.cwd.clone(),
    }
}

#[test]
fn what_goes_in_comes_out() {
    let record = denied(1, "cat ~/.ssh/id_rsa\nls", &["credential-read"]);
    let mut event = Vec::new();
    write_event(&record.event, &mut event).unwrap();
    let findings = serde_json::to_vec(&record.decision.findings).unwrap();
    let mut encoder = Encoder::new().unwrap();
    let mut decoder = Decoder::new(DICTIONARY).unwrap();
    for said in [None, Some(findings.as_slice())] {
        let packed = encoder
            .encode("a summary", "Bash", &event, said, Some("subject"))
            .unwrap();
        let body = decoder.decode(&packed, None).unwrap();
        assert_eq!((body.summary, body.tool), ("a summary", "Bash"));
        assert_eq!(body.event(columns(&record.event)).unwrap(), record.event);
        let expected = said.map_or(Vec::new(), |_| record.decision.findings.clone());
        assert_eq!(body.findings().unwrap(), expected);
    }
}

#[test]
fn what_the_summary_says_stands_there_once() {
    let mut encoder = Encoder::new().unwrap();
    let mut decoder = Decoder::new(DICTIONARY).unwrap();
    let commands = [
        "ls",
        "ls -la /srv",
        "say \"x\"",
        "a\\b\\c",
        "\u{1}\u{1}\u{1}\u{1}",
        "日本日本",
    ];
    let long = "word ".repeat(100);
    for command in commands.into_iter().chain([long.as_str()]) {
        let record = denied(1, command, &["r"]);
        let mut event = Vec::new();
        write_event(&record.event, &mut event).unwrap();
        let findings = serde_json::to_vec(&record.decision.findings).unwrap();
        let summary = crate::summary(&record.event);
        let packed = encoder
            .encode(&summary, "", &event, Some(&findings), None)
            .unwrap();
        let is_short = encoder.plain.len() < event.len() + findings.len() + summary.len();
        assert_eq!(is_short, command.len() > 10, "{command}");
        let body = decoder.decode(&packed, None).unwrap();
        assert_eq!(body.event(columns(&record.event)).unwrap(), record.event);
        assert_eq!(body.findings().unwrap(), record.decision.findings);
    }
}

#[test]
fn a_summary_that_begins_with_the_subject_does_not_hold_it() {
    let mut encoder = Encoder::new().unwrap();
    let mut decoder = Decoder::new(DICTIONARY).unwrap();
    let (summary, subject) = (
        "/srv/a-rather-long-name, /b",
        Some("/srv/a-rather-long-name"),
    );
    let with = encoder.encode(summary, "", b"{}", None, subject).unwrap();
    let without = encoder.encode(summary, "", b"{}", None, None).unwrap();
    assert!(with.len() < without.len());
    assert_eq!(decoder.decode(&with, subject).unwrap().summary, summary);
    assert_eq!(decoder.decode(&without, subject).unwrap().summary, summary);
    let other = decoder.decode(&with, Some("/x")).unwrap();
    assert_eq!(other.summary, "/x, /b");
    assert!(matches!(decoder.decode(&with, None), Err(BodyError::Shape)));
}

#[test]
fn a_huge_body_is_read_and_one_that_claims_more_is_not() {
    let mut encoder = Encoder::new().unwrap();
    let mut decoder = Decoder::new(DICTIONARY).unwrap();
    let event = vec![b'x'; MAX_LINE_BYTES];
    let packed = encoder.encode("", "", &event, None, None).unwrap();
    assert_eq!(
        decoder.decode(&packed, None).unwrap().event.as_bytes(),
        event
    );
    let packed = encoder
        .encode("", "", &vec![b'x'; MAX_BYTES], None, None)
        .unwrap();
    let error = decoder.decode(&packed, None).unwrap_err().to_string();
    assert!(error.contains("claims to be"), "{error}");
    // Short when packed and unpacked, and long only when it is put together.
    let same = [b"long summary\n\n".as_slice(), &vec![SAME; MAX_BYTES / 2]].concat();
    let packed = encoder.compressor.compress(&same).unwrap();
    let body = decoder.decode(&packed[MAGIC.len()..], None).unwrap();
    let event = record(1, "").event;
    let error = body.event(columns(&event)).unwrap_err().to_string();
    assert!(error.contains("claims to be"), "{error}");
}

#[test]
fn garbage_is_an_error() {
    let mut encoder = Encoder::new().unwrap();
    let mut decoder = Decoder::new(DICTIONARY).unwrap();
    let good = encoder.encode("s", "t", b"{}", None, None).unwrap();
    let no_lines = encoder.compressor.compress(b"no lines").unwrap();
    let no_text = encoder.compressor.compress(b"\xff\n\n{}").unwrap();
    let cut = &good[..good.len() - 1];
    for bytes in [
        b"".as_slice(),
        b"\0\xff",
        cut,
        &no_lines[4..],
        &no_text[4..],
    ] {
        assert!(decoder.decode(bytes, None).is_err(), "{bytes:?}");
    }
    let body = decoder.decode(&good, None).unwrap();
    let event = record(1, "").event;
    assert!(matches!(
        body.event(columns(&event)),
        Err(BodyError::Json(_))
    ));
}
