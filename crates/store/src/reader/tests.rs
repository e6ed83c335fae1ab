use super::*;
use crate::samples::{denied, finding, folders, record};
use crate::{Options, Record, Store};
use ringfence_event::{
    Action, AgentKind, Decision, RuleId, SessionId, Severity, Source, Timestamp, Verdict,
};
use std::collections::BTreeMap;

mod damage;
mod marks;
mod model;
mod rules;
mod text;

/// Six events: 1 and 4 in session-1, 2 and 5 in session-2, 3 and 6 in session-0.
fn sample() -> Vec<Record> {
    let mut prompt = record(3, "");
    prompt.event.action = Action::Prompt {
        text: format!("{} needle 100%", "x".repeat(500)),
    };
    prompt.event.agent = Some(AgentKind::Codex);
    prompt.event.moment = Some("UserPromptSubmit".to_owned());
    let mut host = record(5, "");
    host.event.source = Source::Host;
    host.event.agent = None;
    host.event.session = None;
    host.event.action = Action::Other;
    let mut asked = record(6, "git push");
    asked.event.cwd = None;
    let mut low = finding(&asked.event, "push");
    low.severity = Severity::Low;
    low.verdict = Verdict::Ask;
    asked.decision = Decision::from_findings(vec![low]);
    vec![
        record(1, "ls -l"),
        denied(2, "cat id_rsa", &["credential-read", "second"]),
        prompt,
        denied(
            4,
            &format!("{}deep-command", " ".repeat(400)),
            &["credential-read"],
        ),
        host,
        asked,
    ]
}

struct Place {
    _root: tempfile::TempDir,
    folders: Folders,
    reader: Reader,
}

/// Read with no daemon running.
fn place(records: Vec<Record>) -> Place {
    place_in_segments(records, 1_000_000)
}

/// The same, with so many events in a segment.
fn place_in_segments(records: Vec<Record>, segment_events: u64) -> Place {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    let options = Options {
        segment_events,
        ..Options::default()
    };
    let store = Store::open(folders.clone(), options).unwrap();
    store.append_all(records).unwrap();
    store.close().unwrap();
    let reader = Reader::open(&folders).unwrap().unwrap();
    Place {
        _root: root,
        folders,
        reader,
    }
}

fn seqs(reader: &Reader, filter: &EventFilter) -> Vec<i64> {
    let found = reader.rows(filter).unwrap();
    found.iter().map(|one| one.seq).collect()
}

fn at(number: u64) -> Timestamp {
    record(number, "").event.at
}

#[test]
fn events_come_back_equal_and_in_order() {
    let place = place(sample());
    let events = place.reader.events(&EventFilter::default()).unwrap();
    let back: Vec<Record> = events
        .iter()
        .map(|one| Record {
            event: one.event.clone(),
            decision: Decision {
                verdict: one.verdict,
                findings: one.findings.clone(),
            },
        })
        .collect();
    assert_eq!(back, sample());
    assert_eq!(place.reader.last_seq().unwrap(), 6);
    let json = serde_json::to_value(&events[1]).unwrap();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["event", "findings", "id", "verdict"]);
    assert_eq!(
        (json["id"].as_str(), json["verdict"].as_str()),
        (Some("1-2"), Some("deny"))
    );
}

#[test]
fn a_row_tells_an_event_in_short() {
    let place = place(sample());
    let rows = place.reader.rows(&EventFilter::default()).unwrap();
    let Record { event, decision } = sample().remove(1);
    assert_eq!(
        rows[1],
        EventRow {
            id: place.reader.id(2),
            seq: 2,
            at: event.at,
            source: Source::Hook,
            agent: event.agent,
            session: event.session.clone(),
            call: event.call.clone().map(|call| call.id),
            kind: "tool_call",
            does: Some("shell"),
            tool: Some("Bash".to_owned()),
            verdict: decision.verdict,
            severity: Some(Severity::High),
            summary: crate::summary(&event),
        }
    );
    let json = serde_json::to_value(&rows[4]).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "id": "1-5", "seq": 5, "at": at(5), "source": "host", "agent": null,
            "session": null, "call": null, "kind": "other", "does": null, "tool": null,
            "verdict": "allow", "severity": null, "summary": "PreToolUse",
        })
    );
}

#[test]
fn size_and_endpoint_are_told() {
    let place = place_in_segments(sample(), 2);
    let size = place.reader.size().unwrap();
    assert_eq!(size.segments, 3);
    let mut bytes = std::fs::metadata(place.folders.main()).unwrap().len();
    for entry in std::fs::read_dir(place.folders.events()).unwrap() {
        let entry = entry.unwrap();
        if !entry.file_name().to_string_lossy().ends_with("-shm") {
            bytes += entry.metadata().unwrap().len();
        }
    }
    assert_eq!(size.bytes, bytes);
    assert_eq!(place.reader.endpoint(), place.reader.id(1).endpoint);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn event_filters() {
    let places = [1, 4, 100].map(|events| place_in_segments(sample(), events));
    let all = EventFilter::default;
    let text = |text: &str| EventFilter {
        text: Some(text.to_owned()),
        ..all()
    };
    let below = |top: &str| EventFilter {
        project: Some(top.to_owned()),
        ..all()
    };
    let cases = [
        (all(), vec![1, 2, 3, 4, 5, 6]),
        (
            EventFilter {
                newest_first: true,
                limit: Some(2),
                ..all()
            },
            vec![6, 5],
        ),
        (
            EventFilter {
                limit: Some(0),
                ..all()
            },
            vec![],
        ),
        (
            EventFilter {
                agent: Some(AgentKind::Codex),
                ..all()
            },
            vec![3],
        ),
        (
            EventFilter {
                session: Some("session-1".to_owned()),
                ..all()
            },
            vec![1, 4],
        ),
        (
            EventFilter {
                session: Some("sess".to_owned()),
                ..all()
            },
            vec![1, 2, 3, 4, 6],
        ),
        (
            EventFilter {
                session: Some("ession".to_owned()),
                ..all()
            },
            vec![],
        ),
        (
            EventFilter {
                session: Some("%".to_owned()),
                ..all()
            },
            vec![],
        ),
        (
            EventFilter {
                source: Some(Source::Host),
                ..all()
            },
            vec![5],
        ),
        (
            EventFilter {
                kind: Some("prompt".to_owned()),
                ..all()
            },
            vec![3],
        ),
        (
            EventFilter {
                does: Some("shell".to_owned()),
                ..all()
            },
            vec![1, 2, 4, 6],
        ),
        (
            EventFilter {
                does: Some("' OR 1=1 --".to_owned()),
                ..all()
            },
            vec![],
        ),
        (
            EventFilter {
                verdict: Some(Verdict::Deny),
                ..all()
            },
            vec![2, 4],
        ),
        (
            EventFilter {
                verdict: Some(Verdict::Alert),
                ..all()
            },
            vec![2, 4, 6],
        ),
        (
            EventFilter {
                since: Some(at(2)),
                until: Some(at(4)),
                ..all()
            },
            vec![2, 3],
        ),
        (
            EventFilter {
                after_seq: Some(4),
                ..all()
            },
            vec![5, 6],
        ),
        (
            EventFilter {
                before_seq: Some(3),
                newest_first: true,
                ..all()
            },
            vec![2, 1],
        ),
        (below("/home/ada/"), vec![1, 2, 3, 4, 5]),
        (below("/home/ada/project"), vec![1, 2, 3, 4, 5]),
        (below("/home/ada/proj"), vec![]),
        (below("/home/a_a"), vec![]),
        (text("ID_RSA"), vec![2]),
        (text("id%rsa"), vec![]),
        (text("100%"), vec![3]),
        (text("needle"), vec![3]),
        (text("deep-command"), vec![4]),
        (text("comm deep"), vec![4]),
        (text("\\"), vec![]),
        (text(" "), vec![1, 2, 3, 4, 5, 6]),
        (
            EventFilter {
                verdict: Some(Verdict::Allow),
                subject: Some("cat".to_owned()),
                ..all()
            },
            vec![],
        ),
        (
            EventFilter {
                until: Some(Timestamp(i64::MIN)),
                ..all()
            },
            vec![],
        ),
        (
            EventFilter {
                agent: Some(AgentKind::ClaudeCode),
                session: Some("session-2".to_owned()),
                verdict: Some(Verdict::Deny),
                ..text("cat")
            },
            vec![2],
        ),
    ];
    for (filter, expected) in cases {
        for place in &places {
            let found = place.reader.events(&filter).unwrap();
            let found: Vec<i64> = found.iter().map(|one| one.id.seq).collect();
            assert_eq!(found, expected, "{filter:?}");
            assert_eq!(seqs(&place.reader, &filter), expected, "{filter:?}");
        }
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn finding_filters() {
    let place = place(sample());
    let all = FindingFilter::default;
    let text = |text: &str| FindingFilter {
        text: Some(text.to_owned()),
        ..all()
    };
    let cases = [
        (
            all(),
            vec!["credential-read", "second", "credential-read", "push"],
        ),
        (
            FindingFilter {
                newest_first: true,
                limit: Some(1),
                ..all()
            },
            vec!["push"],
        ),
        (
            FindingFilter {
                rule: Some(RuleId::from("second")),
                ..all()
            },
            vec!["second"],
        ),
        (
            FindingFilter {
                severity: Some(Severity::High),
                after_seq: Some(2),
                ..all()
            },
            vec!["credential-read"],
        ),
        (
            FindingFilter {
                verdict: Some(Verdict::Deny),
                until: Some(at(3)),
                ..all()
            },
            vec!["credential-read", "second"],
        ),
        (
            FindingFilter {
                agent: Some(AgentKind::Codex),
                ..all()
            },
            vec![],
        ),
        (
            FindingFilter {
                session: Some("session-0".to_owned()),
                ..all()
            },
            vec!["push"],
        ),
        (
            FindingFilter {
                since: Some(at(5)),
                ..all()
            },
            vec!["push"],
        ),
        (
            FindingFilter {
                before_seq: Some(4),
                ..all()
            },
            vec!["credential-read", "second"],
        ),
        (text("GIT PUSH"), vec!["push"]),
        (
            text("private key"),
            vec!["credential-read", "second", "credential-read", "push"],
        ),
    ];
    for (filter, expected) in cases {
        let found = place.reader.findings(&filter).unwrap();
        let rules: Vec<&str> = found.iter().map(|one| one.finding.rule.as_str()).collect();
        assert_eq!(rules, expected, "{filter:?}");
    }
    let Record { event, decision } = sample().remove(5);
    assert_eq!(
        place
            .reader
            .findings(&FindingFilter {
                limit: Some(1),
                newest_first: true,
                ..all()
            })
            .unwrap(),
        [StoredFinding {
            event_id: place.reader.id(6),
            agent: event.agent,
            session: event.session,
            summary: "git push".to_owned(),
            finding: decision.findings[0].clone(),
        }]
    );
}

#[test]
fn events_are_found_by_what_a_person_types() {
    let place = place(sample());
    let key = sample()[1].event.key.to_string();
    for (name, seq) in [
        ("1-2", Some(2)),
        ("2", Some(2)),
        ("2-2", None),
        ("1-99", None),
        ("", None),
        ("nonsense", None),
        ("ffff", None),
        (key.as_str(), Some(2)),
        (&key.to_uppercase(), Some(2)),
        (&key.replace('-', ""), Some(2)),
        ("01", Some(1)),
        ("01a", None),
    ] {
        let found = place.reader.event(name).unwrap();
        assert_eq!(found.map(|event| event.id.seq), seq, "{name}");
    }
    let error = place.reader.event("01990000-000").unwrap_err();
    assert!(
        matches!(&error, StoreError::Ambiguous { candidates, .. } if candidates.len() == MAX),
        "{error}"
    );
}

const MAX: usize = super::keys::MAX_CANDIDATES;

#[test]
fn findings_are_found_by_what_a_person_types() {
    let mut records = sample();
    let ids = ["k7m2qx4t", "k7m2aaaa", "zzzz0000"];
    for (place, id) in [(1, ids[0]), (3, ids[1]), (5, ids[2])] {
        records[place].decision.findings[0].id = id.into();
    }
    // Two events may share an id; the newest is meant.
    let mut again = denied(7, "x", &["r"]);
    again.decision.findings[0].id = ids[2].into();
    records.push(again);
    let place = place(records);
    for (name, seq) in [
        (ids[0], Some(2)),
        ("K7M2Q", Some(2)),
        ("zzzz", Some(7)),
        ("", None),
        ("%", None),
        ("nonsense", None),
    ] {
        let found = place.reader.finding(name).unwrap();
        assert_eq!(found.map(|one| one.event_id.seq), seq, "{name}");
    }
    let error = place.reader.finding("k7m2").unwrap_err().to_string();
    assert!(error.contains("k7m2aaaa, k7m2qx4t"), "{error}");
}

fn counts(entries: &[(&str, u64)]) -> BTreeMap<String, u64> {
    entries
        .iter()
        .map(|(name, count)| ((*name).to_owned(), *count))
        .collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn sessions_are_summed_up() {
    let place = place(sample());
    let summary =
        |agent, session: &str, first, last, events, calls, denied, found: &[_]| SessionSummary {
            agent: Some(agent),
            session: SessionId::from(session),
            first: at(first),
            last: at(last),
            cwd: Some("/home/ada/project".to_owned()),
            prompt: None,
            events,
            tool_calls: calls,
            denied,
            incomplete: false,
            findings: counts(found),
        };
    let claude = AgentKind::ClaudeCode;
    let pushed = SessionSummary {
        cwd: None,
        ..summary(claude, "session-0", 6, 6, 1, 1, 0, &[("low", 1)])
    };
    let first = summary(claude, "session-1", 1, 4, 2, 2, 1, &[("high", 1)]);
    let prompted = SessionSummary {
        prompt: Some(crate::summary(&sample()[2].event)),
        ..summary(AgentKind::Codex, "session-0", 3, 3, 1, 0, 0, &[])
    };
    let second = summary(claude, "session-2", 2, 2, 1, 1, 1, &[("high", 2)]);
    let all = SessionFilter::default;
    let cases = [
        (all(), vec![&pushed, &first, &prompted, &second]),
        (
            SessionFilter {
                limit: Some(1),
                ..all()
            },
            vec![&pushed],
        ),
        (
            SessionFilter {
                agent: Some(AgentKind::Codex),
                ..all()
            },
            vec![&prompted],
        ),
        (
            SessionFilter {
                session: Some("session-1".to_owned()),
                ..all()
            },
            vec![&first],
        ),
        (
            SessionFilter {
                since: Some(at(3)),
                ..all()
            },
            vec![&pushed, &first, &prompted],
        ),
        (
            SessionFilter {
                before: Some(at(4)),
                ..all()
            },
            vec![&prompted, &second],
        ),
    ];
    let session = |id| place.reader.session(id).unwrap();
    assert_eq!(session("session-0").as_ref(), Some(&pushed));
    assert_eq!(session("session"), None);
    for (filter, expected) in cases {
        let found = place.reader.sessions(&filter).unwrap();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{filter:?}");
    }
}

#[test]
fn totals_add_up() {
    let place = place(sample());
    assert_eq!(
        place.reader.stats(None, None).unwrap(),
        Stats {
            events: 6,
            first: Some(at(1)),
            last: Some(at(6)),
            by_agent: counts(&[("claude-code", 4), ("codex", 1), ("none", 1)]),
            by_kind: counts(&[("tool_call", 4), ("prompt", 1), ("other", 1)]),
            by_operation: counts(&[("shell", 4)]),
            by_verdict: counts(&[("allow", 3), ("ask", 1), ("deny", 2)]),
            denied: 2,
            asked: 1,
            findings: 4,
            by_rule: counts(&[("credential-read", 2), ("push", 1), ("second", 1)]),
            by_severity: counts(&[("high", 3), ("low", 1)]),
        }
    );
    let late = place.reader.stats(Some(at(6)), None).unwrap();
    assert_eq!((late.events, late.denied, late.findings), (1, 0, 1));
    assert_eq!(
        place.reader.stats(Some(at(7)), None).unwrap(),
        Stats::default()
    );
    let early = place.reader.stats(Some(at(1)), Some(at(6))).unwrap();
    assert_eq!((early.events, early.last), (5, Some(at(5))));
    assert_eq!(early.findings, 3);
    let none = place.reader.stats(Some(at(6)), Some(at(6))).unwrap();
    assert_eq!(none, Stats::default());
}

#[test]
fn the_last_hook_of_each_agent() {
    let place = place(sample());
    let hook = |agent, number, moment: &str, total| LastHook {
        agent,
        at: at(number),
        moment: Some(moment.to_owned()),
        session: Some(SessionId::from("session-0")),
        total,
    };
    assert_eq!(
        place.reader.last_hooks().unwrap(),
        [
            hook(AgentKind::ClaudeCode, 6, "PreToolUse", 4),
            hook(AgentKind::Codex, 3, "UserPromptSubmit", 1),
        ]
    );
}

#[test]
fn a_reader_needs_no_daemon_and_no_database() {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    assert!(Reader::open(&folders).unwrap().is_none());
    std::fs::create_dir_all(&folders.data).unwrap();
    assert!(Reader::open(&folders).unwrap().is_none());
    // The daemon has made the file and not yet its tables.
    std::fs::write(folders.main(), "").unwrap();
    assert!(Reader::open(&folders).unwrap().is_none());
}

#[test]
fn a_reader_sees_what_is_committed_while_the_store_is_open() {
    let Place {
        _root,
        folders,
        reader,
    } = place(sample());
    let store = Store::open(folders, Options::default()).unwrap();
    store.append(record(7, "late")).unwrap();
    store.flush().unwrap();
    assert_eq!(reader.last_seq().unwrap(), 7);
    assert_eq!(
        store
            .reader()
            .unwrap()
            .event("1-7")
            .unwrap()
            .unwrap()
            .id
            .seq,
        7
    );
}
