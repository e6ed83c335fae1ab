//! How fast questions are answered.

use crate::clock::{milliseconds, own_processor, percentile};
use crate::events::{Events, Random};
use crate::row;
use ringfence_event::{AgentKind, RuleId, Timestamp, Verdict};
use ringfence_store::{EventFilter, FindingFilter, Reader, SessionFilter, Store};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How often each question is asked, with another value each time.
const TIMES: usize = 300;

/// The same for those that read much.
const FEW_TIMES: usize = 30;

/// Asks something with values picked at random; returns how many rows came back.
type Ask = fn(&Reader, &Events, &mut Random) -> usize;

const QUESTIONS: [(&str, usize, Ask); 16] = [
    ("latest 100", TIMES, |reader, _, _| {
        rows(reader, &newest(100))
    }),
    ("latest 100, whole events", TIMES, |reader, _, _| {
        reader.events(&newest(100)).expect("events").len()
    }),
    ("an event by its id", TIMES, |reader, events, random| {
        let seq = 1 + random.below(events.made() as u64);
        usize::from(reader.event(&seq.to_string()).expect("an event").is_some())
    }),
    ("a session's first 200", TIMES, |reader, events, random| {
        let filter = EventFilter {
            session: Some(events.a_session(random)),
            limit: Some(200),
            ..EventFilter::default()
        };
        rows(reader, &filter)
    }),
    ("denied, latest 100", TIMES, |reader, _, _| {
        let verdict = Some(Verdict::Deny);
        rows(
            reader,
            &EventFilter {
                verdict,
                ..newest(100)
            },
        )
    }),
    ("findings, latest 100", TIMES, |reader, _, _| {
        findings(reader, FindingFilter::default())
    }),
    (
        "findings of a rule, latest 100",
        TIMES,
        |reader, _, random| {
            let rule = Some(RuleId(format!("rule-{}", random.below(40))));
            findings(
                reader,
                FindingFilter {
                    rule,
                    ..FindingFilter::default()
                },
            )
        },
    ),
    (
        "who touched a path (subject)",
        TIMES,
        |reader, events, random| {
            let subject = Some(events.a_path(random));
            rows(
                reader,
                &EventFilter {
                    subject,
                    ..newest(100)
                },
            )
        },
    ),
    (
        "who touched a path (words)",
        TIMES,
        |reader, events, random| {
            let path = events.a_path(random);
            let name = path.rsplit('/').next().map(str::to_owned);
            rows(
                reader,
                &EventFilter {
                    text: name,
                    ..newest(100)
                },
            )
        },
    ),
    ("one word, latest 50", TIMES, |reader, events, random| {
        let text = Some(events.a_word(random));
        rows(reader, &EventFilter { text, ..newest(50) })
    }),
    ("two words, latest 50", TIMES, |reader, events, random| {
        let text = Some(format!(
            "{} {}",
            events.a_word(random),
            events.a_word(random)
        ));
        rows(reader, &EventFilter { text, ..newest(50) })
    }),
    ("latest 50 sessions", TIMES, |reader, _, _| {
        let limit = Some(50);
        let filter = SessionFilter {
            limit,
            ..SessionFilter::default()
        };
        reader.sessions(&filter).expect("sessions").len()
    }),
    (
        "a rare sort (agent and kind), latest 100",
        FEW_TIMES,
        |reader, _, _| {
            let filter = EventFilter {
                agent: Some(AgentKind::Cursor),
                kind: Some("config_change".to_owned()),
                ..newest(100)
            };
            rows(reader, &filter)
        },
    ),
    (
        "activity of 24 h by 5 min",
        FEW_TIMES,
        |reader, events, _| activity(reader, events, 300),
    ),
    ("activity of 24 h by 1 h", FEW_TIMES, |reader, events, _| {
        activity(reader, events, 3600)
    }),
    ("all counted up", FEW_TIMES, |reader, _, _| {
        usize::try_from(reader.stats(None, None).expect("counts").events).unwrap_or(0)
    }),
];

pub(crate) fn run(store: &Store, events: &Events, when: &str) {
    let reader = store.reader().expect("a reader");
    for (what, times, ask) in QUESTIONS {
        let mut random = Random::new(3);
        let mut taken = Vec::with_capacity(times);
        let mut worked = Vec::with_capacity(times);
        let mut found = 0;
        for _ in 0..times {
            let mut again = random.clone();
            let (started, begun) = (Instant::now(), own_processor());
            found += black_box(ask(&reader, events, &mut again));
            taken.push(started.elapsed());
            worked.push(own_processor().saturating_sub(begun));
            random = again;
            // As people ask: not one question upon the other.
            std::thread::sleep(Duration::from_micros(300));
        }
        let [half, most] = [50, 99].map(|percent| milliseconds(percentile(&mut taken, percent)));
        let found = (found / times).to_string();
        let worked = milliseconds(percentile(&mut worked, 99));
        row(&[&format!("{what}, {when}"), &half, &most, &worked, &found]);
    }
    assert_eq!(reader.problems(), Vec::<String>::new());
}

fn newest(limit: usize) -> EventFilter {
    EventFilter {
        limit: Some(limit),
        newest_first: true,
        ..EventFilter::default()
    }
}

fn rows(reader: &Reader, filter: &EventFilter) -> usize {
    reader.rows(filter).expect("rows").len()
}

fn findings(reader: &Reader, filter: FindingFilter) -> usize {
    let filter = FindingFilter {
        limit: Some(100),
        newest_first: true,
        ..filter
    };
    reader.findings(&filter).expect("findings").len()
}

fn activity(reader: &Reader, events: &Events, step: u32) -> usize {
    let until = Timestamp(events.last_at().0 + 1);
    let since = Timestamp(until.0 - 86_400_000_000);
    reader.activity(since, until, step).expect("buckets").len()
}
