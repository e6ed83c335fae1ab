//! Every filter against a model that looks at each event.

use super::*;
use proptest::prelude::*;
use ringfence_event::{Event, Operation};

const EVENTS: u64 = 300;
const AGENTS: [Option<AgentKind>; 3] = [Some(AgentKind::ClaudeCode), Some(AgentKind::Cursor), None];
const WORDS: [&str; 6] = ["deploy", "deployed", "git", "secret", "cat", "x1"];

/// What follows from a number, so that all runs see the same events.
fn pick(number: u64, of: u64) -> u64 {
    (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) % of
}

fn event(number: u64) -> Record {
    let place = usize::try_from(number).unwrap();
    let words = [
        WORDS[place % 5],
        WORDS[usize::try_from(pick(number, 6)).unwrap()],
    ];
    let mut one = record(number, &words.join(" "));
    // One event in nine comes hours late.
    let late = if number.is_multiple_of(9) {
        4 * 3600
    } else {
        0
    };
    let seconds = 1_795_000_000 + i64::try_from(number).unwrap() * 47 - late;
    one.event.at = Timestamp(seconds * 1_000_000 + 123);
    one.event.agent = AGENTS[usize::try_from(pick(number + 1, 3)).unwrap()];
    one.event.session = match pick(number + 2, 90) {
        0 => None,
        session => Some(SessionId(format!("s{session:02}"))),
    };
    match pick(number + 3, 8) {
        0 => {
            one.event.action = Action::Prompt {
                text: words[0].to_owned(),
            }
        }
        1 => one.event.source = Source::Host,
        2 if number % 50 == 7 => one.event.action = Action::Other,
        3 => one.event.source = Source::Transcript,
        _ => {}
    }
    if let Action::ToolCall { tool } = &mut one.event.action
        && pick(number + 4, 3) == 0
    {
        tool.operation = Operation::Read {
            paths: vec![words.join("/")],
        };
    }
    if pick(number + 6, 4) == 0 {
        one.event.cwd = Some("/home/adam/project".to_owned());
    }
    if pick(number + 5, 12) == 0 {
        let mut found = finding(&one.event, "rule");
        found.verdict = Verdict::ALL[1 + usize::try_from(pick(number, 3)).unwrap()];
        one.decision = Decision::from_findings(vec![found]);
    }
    one
}

fn places() -> [Place; 3] {
    [15, 100, 1000].map(|events| place_in_segments((1..=EVENTS).map(event).collect(), events))
}

fn subject(event: &Event) -> Option<&str> {
    match &event.action.tool()?.operation {
        Operation::Read { paths } => paths.first().map(String::as_str),
        _ => None,
    }
}

fn holds(text: &str, wanted: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|one: char| !one.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let there = words(text);
    let begins = |word: &String| there.iter().any(|one| one.starts_with(word.as_str()));
    words(wanted).iter().all(begins)
}

fn fits(seq: i64, one: &Record, filter: &EventFilter) -> bool {
    let Record { event, decision } = one;
    let at = event.at;
    let session = event.session.as_ref().map(SessionId::as_str);
    let text = || match &event.action {
        Action::Prompt { text } => text.clone(),
        Action::ToolCall { tool } => format!("{} {}", tool.name, crate::summary(event)),
        _ => crate::summary(event),
    };
    let does = || event.action.tool().map(|tool| tool.operation.name());
    filter.agent.is_none_or(|agent| event.agent == Some(agent))
        && filter
            .session
            .as_ref()
            .is_none_or(|prefix| session.is_some_and(|one| one.starts_with(prefix)))
        && filter
            .subject
            .as_deref()
            .is_none_or(|one| subject(event) == Some(one))
        && filter.project.as_deref().is_none_or(|top| {
            let rest =
                (event.cwd.as_deref()).and_then(|cwd| cwd.strip_prefix(top.trim_end_matches('/')));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
        && filter.source.is_none_or(|source| event.source == source)
        && !(filter.at_once && matches!(event.source, Source::Transcript | Source::Telemetry))
        && filter
            .kind
            .as_deref()
            .is_none_or(|kind| event.action.kind() == kind)
        && filter.does.as_deref().is_none_or(|one| does() == Some(one))
        && filter
            .verdict
            .is_none_or(|verdict| decision.verdict >= verdict)
        && filter
            .text
            .as_deref()
            .is_none_or(|wanted| holds(&text(), wanted))
        && filter.since.is_none_or(|since| at >= since)
        && filter.until.is_none_or(|until| at < until)
        && filter.after_seq.is_none_or(|after| seq > after)
        && filter.before_seq.is_none_or(|before| seq < before)
}

fn moments() -> impl Strategy<Value = Option<Timestamp>> {
    let seconds = 1_795_000_000 - 20_000..1_795_000_000 + 20_000_i64;
    proptest::option::weighted(0.3, seconds.prop_map(|at| Timestamp(at * 1_000_000)))
}

fn numbers() -> impl Strategy<Value = Option<i64>> {
    proptest::option::weighted(0.2, -1..320_i64)
}

fn one_of<T: Clone + std::fmt::Debug + 'static>(all: Vec<T>) -> impl Strategy<Value = Option<T>> {
    proptest::option::weighted(0.25, proptest::sample::select(all))
}

fn names(all: &[&str]) -> impl Strategy<Value = Option<String>> + use<> {
    one_of(all.iter().map(|name| (*name).to_owned()).collect())
}

prop_compose! {
    fn filters()(
        agent in one_of(AgentKind::ALL.to_vec()),
        session in names(&["s", "s1", "s07", "s0", "t", ""]),
        (subject, project) in (
            names(&["git/deploy", "cat/secret", "deploy", "nothing"]),
            names(&["/home/ada", "/home/ada/project/", "/home/ad", "/nowhere"]),
        ),
        (source, at_once) in (one_of(vec![Source::Hook, Source::Host, Source::Transcript]), any::<bool>()),
        kind in names(&["tool_call", "prompt", "other", "compaction", "nonsense"]),
        does in names(&["shell", "read", "mcp"]),
        verdict in one_of(Verdict::ALL.to_vec()),
        text in names(&["deploy", "deployed git", "dep", "x1 secret", "bash", "gone"]),
        (since, until) in (moments(), moments()),
        (after_seq, before_seq) in (numbers(), numbers()),
        limit in proptest::option::of(0..40_usize),
        newest_first: bool,
    ) -> EventFilter {
        EventFilter {
            agent, session, project, subject, source, at_once, kind, does, verdict, text, since, until,
            after_seq, before_seq, limit, newest_first,
        }
    }
}

#[test]
fn every_filter_finds_what_fits() {
    let places = places();
    let all: Vec<(i64, Record)> = (1..).zip((1..=EVENTS).map(event)).collect();
    proptest!(ProptestConfig::with_cases(300), |(filter in filters())| {
        let mut expected: Vec<i64> = all
            .iter()
            .filter(|(seq, one)| fits(*seq, one, &filter))
            .map(|(seq, _)| *seq)
            .collect();
        if filter.newest_first {
            expected.reverse();
        }
        expected.truncate(filter.limit.unwrap_or(usize::MAX));
        for place in &places {
            prop_assert_eq!(seqs(&place.reader, &filter), expected.clone(), "{:?}", filter);
        }
    });
}

#[test]
fn what_is_counted_is_what_is_there() {
    let places = places();
    let all: Vec<Record> = (1..=EVENTS).map(event).collect();
    proptest!(ProptestConfig::with_cases(100), |((since, until) in (moments(), moments()))| {
        let late = || all.iter().filter(|one| {
            since.is_none_or(|since| one.event.at >= since)
                && until.is_none_or(|until| one.event.at < until)
        });
        let count = |n: usize| u64::try_from(n).unwrap();
        let denied = late().filter(|one| one.decision.verdict == Verdict::Deny);
        let expected = (
            count(late().count()),
            late().map(|one| one.event.at).min(),
            late().map(|one| one.event.at).max(),
            count(denied.count()),
            count(late().map(|one| one.decision.findings.len()).sum()),
        );
        for place in &places {
            let stats = place.reader.stats(since, until).unwrap();
            let found = (stats.events, stats.first, stats.last, stats.denied, stats.findings);
            prop_assert_eq!(found, expected);
            prop_assert_eq!(stats.by_kind.values().sum::<u64>(), expected.0);
        }
    });
}

#[test]
fn activity_is_counted_by_the_minute() {
    const MINUTE: i64 = 60_000_000;
    let places = places();
    let all: Vec<Record> = (1..=EVENTS).map(event).collect();
    let steps = proptest::sample::select(vec![1_u32, 5, 60, 120, 1440]);
    proptest!(ProptestConfig::with_cases(100), |((since, until) in (moments(), moments()), minutes in steps)| {
        let since = since.unwrap_or(Timestamp(1_794_900_000_000_000));
        let until = until.unwrap_or(Timestamp(1_795_100_000_000_000));
        let minute = |at: i64| at.div_euclid(MINUTE);
        let step = i64::from(minutes) * MINUTE;
        let mut expected: BTreeMap<i64, [u64; 4]> = BTreeMap::new();
        for one in &all {
            let at = one.event.at.0;
            if since < until && (minute(since.0)..=minute(until.0 - 1)).contains(&minute(at)) {
                let counts = expected.entry(at.div_euclid(step) * step).or_default();
                counts[0] += 1;
                match one.decision.verdict {
                    Verdict::Allow => {}
                    Verdict::Alert => counts[1] += 1,
                    Verdict::Ask => counts[2] += 1,
                    Verdict::Deny => counts[3] += 1,
                }
            }
        }
        for place in &places {
            let found = place.reader.activity(since, until, minutes * 60 - 30).unwrap();
            let found: BTreeMap<i64, [u64; 4]> = found
                .iter()
                .map(|one| (one.at.0, [one.events, one.alerted, one.asked, one.denied]))
                .collect();
            prop_assert_eq!(found, expected.clone());
        }
    });
}
