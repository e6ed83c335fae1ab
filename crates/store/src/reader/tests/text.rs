//! Words that are looked for, in the table of words and behind it.

use super::*;

/// More than are named one by one.
const FORMS: i64 = 300;

fn texts() -> Vec<Record> {
    let forms = (0..FORMS).map(|n| format!("echo form{n:03}"));
    // The summary ends in the middle of the last word.
    let long = format!("{} whatever", "- ".repeat(96));
    let others = [
        "git deploy --now",
        "cat Café.txt",
        "git DEPLOYED; ls",
        "привет мир",
        "cat id_rsa",
        "deploy",
        &long,
    ];
    let all = others.map(str::to_owned).into_iter().chain(forms);
    (1..).zip(all).map(|(n, text)| record(n, &text)).collect()
}

const CASES: [(&str, &[i64]); 13] = [
    ("whatever", &[7]),
    ("git", &[1, 3]),
    ("deploy", &[1, 3, 6]),
    ("deployed", &[3]),
    ("now GIT", &[1]),
    ("eploy", &[]),
    ("cafe", &[2]),
    ("CAFÉ txt", &[2]),
    ("МИР", &[4]),
    ("id rsa", &[]),
    ("id_", &[5]),
    ("form00 echo", &[8, 9, 10, 11, 12, 13, 14, 15, 16, 17]),
    ("\"git\" OR \"cat\"", &[]),
];

fn check(reader: &Reader, about: &str) {
    for (text, expected) in CASES {
        for newest_first in [false, true] {
            let filter = EventFilter {
                text: Some(text.to_owned()),
                newest_first,
                ..EventFilter::default()
            };
            let mut found = seqs(reader, &filter);
            if newest_first {
                found.reverse();
            }
            assert_eq!(found, expected, "{text}, {about}");
            let first = EventFilter {
                limit: Some(1),
                ..filter
            };
            let end = if newest_first {
                expected.last()
            } else {
                expected.first()
            };
            assert_eq!(seqs(reader, &first).first(), end, "{text}, {about}");
        }
    }
    let many = EventFilter {
        text: Some("fo".to_owned()),
        ..EventFilter::default()
    };
    assert_eq!(
        seqs(reader, &many),
        (8..8 + FORMS).collect::<Vec<_>>(),
        "{about}"
    );
}

#[test]
fn words_are_found_wherever_the_table_ends() {
    let place = place_in_segments(texts(), 280);
    check(&place.reader, "all in the table");
    for (number, mark) in [(2, 300), (2, 281), (1, 3), (1, 0)] {
        let words = rusqlite::Connection::open(place.folders.search(number)).unwrap();
        words.execute("UPDATE mark SET seq = ?", [mark]).unwrap();
        drop(words);
        check(&place.reader, &format!("up to {mark}"));
    }
}

#[test]
fn words_are_found_without_a_table() {
    let place = place_in_segments(texts(), 120);
    let words = [1, 2, 3].map(|number| place.folders.search(number));
    std::fs::remove_file(&words[0]).unwrap();
    std::fs::write(&words[1], "no database".repeat(1000)).unwrap();
    let mut bytes = std::fs::read(&words[2]).unwrap();
    for byte in bytes.iter_mut().skip(8192) {
        *byte ^= 0x55;
    }
    std::fs::write(&words[2], bytes).unwrap();
    check(&place.reader, "damaged");
}

#[test]
fn forms_with_many_events_are_passed_over() {
    let texts = (0..90).map(|n| format!("form{}", n / 45));
    let records = (1..).zip(texts).map(|(n, text)| record(n, &text)).collect();
    let place = place(records);
    let filter = |text: &str| EventFilter {
        text: Some(text.to_owned()),
        ..EventFilter::default()
    };
    let all: Vec<i64> = (1..=90).collect();
    assert_eq!(seqs(&place.reader, &filter("form")), all);
    assert_eq!(seqs(&place.reader, &filter("form1")), all[45..]);
}

#[test]
fn what_was_just_appended_is_found() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(folders(root.path()), Options::default()).unwrap();
    let reader = store.reader().unwrap();
    for number in 1..=50 {
        store.append(record(number, "needle")).unwrap();
        store.flush().unwrap();
        let filter = EventFilter {
            text: Some("needle".to_owned()),
            newest_first: true,
            limit: Some(1),
            ..EventFilter::default()
        };
        assert_eq!(seqs(&reader, &filter), [i64::try_from(number).unwrap()]);
    }
}

#[test]
fn what_was_said_and_thought_is_found() {
    let words = ["prompted", "answered", "pondered", "concluded"];
    let records = words.iter().zip(1..).map(|(word, number)| {
        let text = format!("{} and then {word} at length", "x ".repeat(400));
        let mut one = record(number, "");
        one.event.source = Source::Transcript;
        one.event.action = match *word {
            "prompted" => Action::Prompt { text },
            "answered" => Action::Message { text },
            "pondered" => Action::Thinking { text },
            _ => Action::TurnEnd { text: Some(text) },
        };
        one
    });
    let place = place(records.collect());
    for (word, number) in words.iter().zip(1..) {
        let filter = EventFilter {
            text: Some((*word).to_owned()),
            ..EventFilter::default()
        };
        assert_eq!(seqs(&place.reader, &filter), [number], "{word}");
    }
}

#[test]
fn what_a_tool_gave_back_is_found() {
    let mut one = record(1, "curl x");
    let Action::ToolCall { tool } = one.event.action else {
        panic!("a call");
    };
    one.event.action = Action::ToolResult {
        tool,
        outcome: ringfence_event::Outcome::Success,
        output: serde_json::json!({ "stdout": ["whispered", { "deep": "shouted" }] }),
    };
    let place = place(vec![one]);
    for text in ["whisp", "shouted", "curl"] {
        let filter = EventFilter {
            text: Some(text.to_owned()),
            ..EventFilter::default()
        };
        assert_eq!(seqs(&place.reader, &filter), [1], "{text}");
    }
}
