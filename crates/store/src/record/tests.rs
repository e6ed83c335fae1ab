use super::*;
use crate::samples::{finding, record};
use ringfence_event::{Action, Change, ChangeKind, Operation, Tool};
use serde_json::json;

/// What becomes of a record, and its line.
fn fitted(record: Record) -> (Fitted, Vec<u8>) {
    let mut line = Vec::new();
    let fitted = Fitted::new(record, &mut Vec::new(), &mut line).unwrap();
    (fitted, line)
}

fn read(line: &[u8]) -> Record {
    serde_json::from_slice(line).unwrap()
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
}

fn with_tool(operation: Operation, input: Value) -> Record {
    let mut record = record(1, "");
    record.event.action = Action::ToolCall {
        tool: Tool {
            name: "Bash".to_owned(),
            operation,
            input,
        },
    };
    record
}

#[test]
fn what_fits_stays_as_it_is() {
    let mut before = with_tool(Operation::Other, nested(MAX_DEPTH));
    before
        .event
        .rest
        .insert("x".to_owned(), json!({"a": [1, 2.5, "\0\u{1b}"]}));
    before.decision.findings.push(finding(&before.event, "r"));
    let (fitted, line) = fitted(before.clone());
    assert!(!fitted.cut);
    assert_eq!(fitted.record, before);
    assert_eq!(read(&line), before);
}

#[test]
fn hostile_records_are_cut_and_still_readable() {
    let many = |count: usize| vec!["\0".repeat(40); count];
    let mut wide_rest = record(1, "x");
    for number in 0..20_000 {
        wide_rest
            .event
            .rest
            .insert(format!("{number:0100}"), json!(1));
    }
    let mut many_findings = record(1, "x");
    many_findings.decision.findings = vec![finding(&many_findings.event, &"r".repeat(900)); 1500];
    let mut many_secrets = record(1, "x");
    many_secrets.event.labels.unclear = many(20_000);
    let change = Change {
        path: "\u{1}".repeat(9_000),
        change: ChangeKind::Create,
        text: Some("日".repeat(9_000)),
    };
    for hostile in [
        with_tool(Operation::Other, nested(MAX_DEPTH + 1)),
        with_tool(Operation::Other, nested(500)),
        with_tool(Operation::Other, json!(vec![0; 600_000])),
        with_tool(
            Operation::Read {
                paths: many(20_000),
            },
            Value::Null,
        ),
        with_tool(
            Operation::Write {
                changes: vec![change; 100],
            },
            Value::Null,
        ),
        record(1, &"\0".repeat(1_000_000)),
        wide_rest,
        many_findings,
        many_secrets,
    ] {
        let key = hostile.event.key;
        let verdict = hostile.decision.verdict;
        let (first, line) = fitted(hostile);
        assert!(first.cut);
        assert!(line.len() <= MAX_LINE_BYTES, "{}", line.len());
        let (again, same) = fitted(read(&line));
        assert!(!again.cut);
        assert_eq!((&again.record, &same), (&first.record, &line));
        assert_eq!(
            (again.record.event.key, again.record.decision.verdict),
            (key, verdict)
        );
    }
}

#[test]
fn only_what_is_too_big_goes() {
    let operation = Operation::Shell {
        command: "make".to_owned(),
        argv: None,
        cwd: None,
    };
    let big = with_tool(operation.clone(), json!("x".repeat(2_000_000)));
    assert_eq!(
        fitted(big).0.record,
        with_tool(operation, json!({"ringfence_cut": true}))
    );
}

#[test]
fn impossible_times_become_possible() {
    for at in [i64::MIN, i64::MAX] {
        let mut odd = record(1, "x");
        odd.event.at = Timestamp(at);
        let (fitted, line) = fitted(odd);
        assert_eq!(read(&line), fitted.record);
    }
    for at in [*TIMES.start(), *TIMES.end()] {
        assert_eq!(
            Timestamp::parse(&Timestamp(at).to_string()),
            Some(Timestamp(at))
        );
    }
}

#[test]
fn lines_stand_one_behind_the_other() {
    let mut encoder = Encoder::new().unwrap();
    let mut lines = Vec::new();
    let records = [
        record(1, "a"),
        record(2, &"x".repeat(2_000_000)),
        record(3, "c"),
    ];
    for record in records.clone() {
        Prepared::new(record, &mut encoder, &mut lines).unwrap();
    }
    let read: Vec<Record> = lines
        .split_inclusive(|byte| *byte == b'\n')
        .map(read)
        .collect();
    assert_eq!((&read[0], &read[2]), (&records[0], &records[2]));
    assert_eq!(read.len(), 3);
}

#[test]
fn texts_are_told_apart() {
    let texts = Texts::new([
        Some("s"),
        None,
        Some(""),
        Some("moment"),
        Some("/cwd"),
        Some("a b"),
        Some("call"),
    ]);
    assert_eq!(
        (texts.session(), texts.subject(), texts.summary()),
        (Some("s"), None, "")
    );
    assert_eq!(
        (texts.moment(), texts.cwd(), texts.words(), texts.call()),
        (Some("moment"), Some("/cwd"), "a b", Some("call"))
    );
}
