use super::*;
use crate::tests::{history, telemetry};
use ringfence_event::{SessionId, Timestamp, Usage};

const SUMS: [&str; 2] = [
    "claude-code/sums/sum-1.jsonl",
    "claude-code/sums/sum-2.jsonl",
];
const CLAUDE: &str =
    "claude-code/2.1.329/projects/-home-dev-project/3f25237b-6b96-496d-aa1a-06de6b26af7c.jsonl";

fn day(event: &Event) -> String {
    event.at.to_string().chars().take(10).collect()
}

fn costs(events: &[Event]) -> Costs {
    let mut costs = Costs::default();
    for event in events {
        costs.add(event, &day(event));
    }
    costs
}

fn usage(source: Source, session: &str, request: &str, tokens: u64, at: &str) -> Event {
    let mut event = telemetry("claude-code/logs.pb")
        .into_iter()
        .find(|event| matches!(event.action, Action::Usage { .. }))
        .unwrap();
    event.source = source;
    event.session = Some(SessionId::from(session));
    event.at = Timestamp::parse(at).unwrap();
    event.action = Action::Usage {
        usage: Usage {
            model: Some("claude-opus-4-5".to_owned()),
            request: Some(request.to_owned()),
            input: tokens,
            ..Usage::default()
        },
    };
    event
}

#[test]
fn all_ways_of_adding_up_give_the_same_total() {
    let mut events: Vec<Event> = SUMS.iter().flat_map(|name| history(name)).collect();
    events.extend(history(CLAUDE));
    let costs = costs(&events);
    let total = costs.report(By::Day).total;
    assert!(total.cost.0 > 0);
    for by in By::ALL {
        let report = costs.report(by);
        let mut sum = Spent::default();
        report.rows.iter().for_each(|row| sum.add(&row.spent));
        assert_eq!((sum, report.total), (total, total), "{}", by.name());
        assert_eq!(By::from_name(by.name()), Some(by));
    }
}

#[test]
fn a_session_counts_from_one_source() {
    let written = history(CLAUDE);
    let exported = telemetry("claude-code/logs.pb");
    let alone = costs(&written).report(By::Model).total;
    let told = costs(&exported).report(By::Model).total;
    for order in [[&written, &exported], [&exported, &written]] {
        let both: Vec<Event> = order.into_iter().flatten().cloned().collect();
        let total = costs(&both).report(By::Model).total;
        let expected = Spent {
            recorded: told.recorded,
            ..alone
        };
        assert_eq!(total, expected);
    }
}

#[test]
fn a_request_that_is_known_better_later_moves_to_where_it_was_told() {
    let first = usage(Source::Transcript, "a", "r1", 10, "2026-11-20T10:00:00Z");
    let second = usage(Source::Transcript, "b", "r1", 90, "2026-11-21T10:00:00Z");
    let report = costs(&[first, second]).report(By::Day);
    let shown: Vec<_> = (report.rows.iter())
        .map(|row| (row.name.as_str(), row.spent.requests, row.spent.input))
        .collect();
    assert_eq!(shown, [("2026-11-21", 1, 90)]);
}

#[test]
fn a_model_without_a_price_is_named() {
    let mut event = usage(Source::Transcript, "a", "r1", 10, "2026-11-20T10:00:00Z");
    if let Action::Usage { usage } = &mut event.action {
        usage.model = Some("house-model-7".to_owned());
    }
    let report = costs(&[event]).report(By::Model);
    assert_eq!(report.unknown_models, ["house-model-7"]);
    assert_eq!((report.total.unpriced, report.cost()), (1, Cost(0)));
}
