use super::*;
use crate::policy::Policy;
use crate::samples::{command, rule, runs, set};
use crate::set::RuleSet;
use proptest::prelude::*;
use ringfence_event::{Event, EventKey, SessionId, Timestamp};

/// Rules that match the programs `a`, `b`, `c`, `d`, and a correlation over them.
fn correlating(correlation: &str) -> RuleSet {
    let mut documents: Vec<String> = ["a", "b", "c", "d"]
        .iter()
        .map(|program| {
            let detection = format!("s: {{program: {program}}}\ncondition: s");
            rule(program, "command", &detection)
                .replace("  action: deny", "  action: deny\n  alone: false")
        })
        .collect();
    documents.push(meta("meta", correlation));
    set(&documents)
}

fn meta(name: &str, correlation: &str) -> String {
    let correlation = correlation.trim().replace('\n', "\n  ");
    format!("title: {name}\nname: {name}\nlevel: high\ncorrelation:\n  {correlation}\n")
}

fn run(line: &str, at: i64) -> Event {
    in_session("s1", line, at)
}

fn in_session(session: &str, line: &str, at: i64) -> Event {
    let mut event = runs(vec![command(line)]);
    event.at = Timestamp(at * 1_000_000);
    event.session = Some(SessionId::from(session));
    event
}

/// The rules of the findings that each event brings.
fn follow(rules: &RuleSet, events: &[Event]) -> Vec<Vec<String>> {
    let mut sessions = Sessions::new();
    events
        .iter()
        .map(|event| observe(rules, &mut sessions, event))
        .collect()
}

fn observe(rules: &RuleSet, sessions: &mut Sessions, event: &Event) -> Vec<String> {
    let policy = Policy::default();
    let (findings, steps) = rules.evaluate_with_steps(event, &policy);
    assert_eq!(findings, [], "steps do not speak for themselves");
    let observed = rules.observe(sessions, event, &steps);
    let findings = rules.completed(&observed, event, &policy);
    findings.into_iter().map(|finding| finding.rule.0).collect()
}

/// Which events (program and second) complete the correlation.
fn completing(correlation: &str, events: &[(&str, i64)]) -> Vec<usize> {
    let rules = correlating(correlation);
    let events: Vec<Event> = events.iter().map(|(line, at)| run(line, *at)).collect();
    let found = follow(&rules, &events).into_iter().enumerate();
    found
        .filter(|(_, rules)| !rules.is_empty())
        .map(|(place, _)| place)
        .collect()
}

const ORDERED: &str = "type: temporal_ordered\nrules: [a, b, c]\ntimespan: 10s";
const TOGETHER: &str = "type: temporal\nrules: [a, b, c]\ntimespan: 10s";
const TWO_OF: &str = "type: temporal\nrules: [a, b, c]\ntimespan: 10s\ncondition: {gte: 2}";
const COUNT: &str = "type: event_count\nrules: [a, b]\ntimespan: 10s\ncondition: {gte: 3}";
const FEW: &str = "type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {lt: 3}";
const VALUES: &str =
    "type: value_count\nrules: [a]\ntimespan: 10s\ncondition: {field: args, gte: 3}";

#[test]
fn correlations_are_complete_when_sigma_says() {
    type Case<'a> = (&'a str, &'a [(&'a str, i64)], &'a [usize]);
    let cases: [Case<'_>; 26] = [
        (ORDERED, &[("a", 1), ("b", 2), ("c", 3)], &[2]),
        (ORDERED, &[("a", 1), ("b", 2), ("c", 11)], &[2]),
        (ORDERED, &[("a", 1), ("b", 2), ("c", 12)], &[]),
        (ORDERED, &[("b", 1), ("a", 2), ("c", 3)], &[]),
        (ORDERED, &[("a", 1), ("b", 1), ("c", 1)], &[2]),
        (ORDERED, &[("a", 1), ("b", 2), ("c", 3), ("c", 4)], &[2, 3]),
        (ORDERED, &[("a", 1), ("b", 2), ("a", 9), ("c", 12)], &[]),
        (ORDERED, &[("a", 1), ("a", 9), ("b", 10), ("c", 12)], &[3]),
        // Late events: the one that came last completes.
        (ORDERED, &[("b", 2), ("c", 3), ("a", 1)], &[2]),
        (ORDERED, &[("a", 1), ("c", 3), ("b", 2)], &[2]),
        (ORDERED, &[("c", 3), ("b", 2), ("a", 1)], &[2]),
        (ORDERED, &[("b", 20), ("c", 21), ("a", 1)], &[]),
        (TOGETHER, &[("c", 1), ("a", 2), ("b", 3)], &[2]),
        (TOGETHER, &[("c", 1), ("a", 2), ("a", 3)], &[]),
        (TOGETHER, &[("c", 1), ("a", 2), ("b", 12)], &[]),
        (TOGETHER, &[("c", 5), ("b", 12), ("a", 4)], &[2]),
        (TOGETHER, &[("c", 1), ("a", 2), ("b", 3), ("a", 4)], &[2, 3]),
        (TWO_OF, &[("a", 1), ("a", 2), ("c", 3)], &[2]),
        (COUNT, &[("a", 1), ("b", 2), ("a", 3)], &[2]),
        (COUNT, &[("a", 1), ("b", 2), ("c", 3)], &[]),
        (COUNT, &[("a", 1), ("b", 2), ("a", 12)], &[]),
        (COUNT, &[("a", 5), ("a", 12), ("b", 4)], &[2]),
        (FEW, &[("a", 1), ("a", 2), ("a", 3), ("a", 30)], &[0, 1, 3]),
        (
            VALUES,
            &[("a x", 1), ("a y", 2), ("a x", 3), ("a z", 4)],
            &[3],
        ),
        (VALUES, &[("a x", 1), ("a y", 2), ("a z", 12)], &[]),
        (VALUES, &[("a x", 1), ("a X", 2), ("a y", 3)], &[]),
    ];
    for (correlation, events, wanted) in cases {
        let found = completing(correlation, events);
        assert_eq!(found, wanted, "{correlation} {events:?}");
    }
}

#[test]
fn the_steps_of_one_call_happen_at_once() {
    let rules = correlating(ORDERED);
    let mut event = runs(vec![command("c"), command("a"), command("b")]);
    event.session = Some(SessionId::from("s1"));
    assert_eq!(follow(&rules, &[event]), [["meta"]]);
}

#[test]
fn a_finding_tells_the_steps() {
    let rules = correlating(ORDERED);
    let mut sessions = Sessions::new();
    let policy = Policy::default();
    let mut last = Vec::new();
    for (line, at) in [("a 1", 1), ("b 2", 2), ("c 3", 3)] {
        let event = run(line, at);
        let (_, steps) = rules.evaluate_with_steps(&event, &policy);
        let observed = rules.observe(&mut sessions, &event, &steps);
        last = rules.completed(&observed, &event, &policy);
    }
    assert_eq!(last.len(), 1);
    assert_eq!(last[0].evidence, "a 1 → b 2 → c 3");
    assert_eq!(last[0].reason, "a 1 → b 2 → c 3 matches the rule \"meta\".");
}

#[test]
fn sessions_and_groups_are_apart() {
    let rules = correlating(ORDERED);
    let events = [
        in_session("s1", "a", 1),
        in_session("s2", "b", 2),
        in_session("s1", "c", 3),
        in_session("s2", "c", 4),
        in_session("s1", "b", 4),
        in_session("s1", "c", 5),
    ];
    assert_eq!(follow(&rules, &events)[5], ["meta"]);
    assert!(follow(&rules, &events)[..5].iter().all(Vec::is_empty));
    let grouped = correlating(&format!("{ORDERED}\ngroup-by: [args]"));
    let events = [
        run("a x", 1),
        run("b y", 2),
        run("c x", 3),
        run("b x", 4),
        run("c x", 5),
    ];
    assert_eq!(follow(&grouped, &events)[4], ["meta"]);
    // Grouped by something else than the session, sessions come together.
    let events = [
        in_session("s1", "a x", 1),
        in_session("s2", "b x", 2),
        in_session("s3", "c x", 3),
    ];
    assert_eq!(follow(&grouped, &events)[2], ["meta"]);
    let aliased = correlating(&format!(
        "{TWO_OF}\ngroup-by: [who, session]\naliases: {{who: {{a: args, b: through}}}}"
    ));
    let mut other = run("b", 2);
    other.labels.commands[0].through = vec!["x".to_owned()];
    assert_eq!(follow(&aliased, &[run("a x", 1), other])[1], ["meta"]);
}

#[test]
fn correlations_of_correlations_are_followed() {
    let many = "type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {gte: 2}";
    let then = "type: temporal_ordered\nrules: [many, b]\ntimespan: 10s";
    let mut documents = vec![meta("then", then), meta("many", many)];
    for program in ["a", "b"] {
        documents.push(rule(
            program,
            "command",
            &format!("s: {{program: {program}}}\ncondition: s"),
        ));
    }
    let rules = set(&documents);
    let mut sessions = Sessions::new();
    let policy = Policy::default();
    let mut seen = Vec::new();
    for (line, at) in [("b", 1), ("a", 2), ("b", 3), ("a", 4), ("b", 5)] {
        let event = run(line, at);
        let (findings, steps) = rules.evaluate_with_steps(&event, &policy);
        let observed = rules.observe(&mut sessions, &event, &steps);
        let more = rules.completed(&observed, &event, &policy);
        let names = findings.into_iter().chain(more);
        seen.push(
            names
                .map(|finding| finding.rule.0)
                .collect::<Vec<_>>()
                .join(" "),
        );
    }
    // `a` and `b` have blocks of their own and go on speaking; `many` is only a step.
    assert_eq!(seen, ["b", "a", "b", "a", "b then"]);
}

#[test]
fn a_changed_rule_forgets() {
    let rules = correlating(ORDERED);
    let mut sessions = Sessions::new();
    observe(&rules, &mut sessions, &run("a", 1));
    observe(&rules, &mut sessions, &run("b", 2));
    let mut again = sessions.clone();
    assert_eq!(observe(&rules, &mut again, &run("c", 3)), ["meta"]);
    let changed = correlating(&ORDERED.replace("10s", "20s"));
    assert!(observe(&changed, &mut sessions, &run("c", 3)).is_empty());
}

#[test]
fn what_was_denied_leaves_no_trace() {
    let rules = correlating(ORDERED);
    let mut sessions = Sessions::new();
    let policy = Policy::default();
    let mut key = 0u32;
    let mut next = |line: &str, denied: bool| {
        key += 1;
        let mut event = run(line, key.into());
        event.key = EventKey(uuid::Uuid::from_u128(key.into()));
        let (_, steps) = rules.evaluate_with_steps(&event, &policy);
        let observed = rules.observe(&mut sessions, &event, &steps);
        let found = rules.completed(&observed, &event, &policy);
        if denied {
            rules.observe_denied(&mut sessions, &event, &steps, &observed);
        }
        found.into_iter().map(|found| found.steps).next()
    };
    let keys = |keys: &[u128]| {
        let keys = keys.iter().map(|key| EventKey(uuid::Uuid::from_u128(*key)));
        Some(keys.collect::<Vec<_>>())
    };
    assert_eq!(next("a", true), None);
    assert_eq!(next("b", false), None);
    assert_eq!(next("c", false), None);
    assert_eq!(next("a", false), None);
    assert_eq!(next("b", true), None);
    assert_eq!(next("c", false), None);
    assert_eq!(next("b", false), None);
    // What completes it is told also when it is denied.
    assert_eq!(next("c", true), keys(&[4, 7]));
    assert_eq!(next("c", false), keys(&[4, 7]));
}

#[test]
fn denials_are_steps_of_their_own() {
    let step = rule("a", "command", "s: {program: a}\ncondition: s");
    let documents = [
        step.replace(
            "  action: deny",
            "  action: deny\n  alone: false\n  counts: denied",
        ),
        meta(
            "meta",
            "type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {gte: 2}",
        ),
    ];
    let rules = set(&documents);
    let mut sessions = Sessions::new();
    let policy = Policy::default();
    let mut told = Vec::new();
    for (at, denied) in [(1, false), (2, false), (3, true), (4, false), (5, true)] {
        let event = run("a", at);
        let (_, steps) = rules.evaluate_with_steps(&event, &policy);
        let mut observed = rules.observe(&mut sessions, &event, &steps);
        if denied {
            observed = rules.observe_denied(&mut sessions, &event, &steps, &observed);
        }
        told.push(rules.completed(&observed, &event, &policy).len());
    }
    assert_eq!(told, [0, 0, 0, 0, 1]);
}

#[test]
fn the_memory_of_a_session_is_counted_and_bounded() {
    let rules = correlating(&format!("{ORDERED}\ngroup-by: [args, session]"));
    let mut sessions = Sessions::new();
    let long = "x".repeat(1000);
    for number in 0..3000 {
        let line = format!("a {number} {long}");
        observe(&rules, &mut sessions, &run(&line, 1));
        let line = format!("b {number} {long}");
        observe(&rules, &mut sessions, &run(&line, 2));
    }
    let session = &sessions.sessions["s1"];
    let groups = || {
        session
            .correlations
            .values()
            .flat_map(|track| track.groups.values())
    };
    let bytes: usize = groups().map(Group::bytes).sum();
    assert_eq!((session.bytes, sessions.size()), (bytes, (bytes, 1)));
    assert!(bytes <= MOST_BYTES_OF_SESSION, "{bytes}");
    assert!(groups().count() > 10);
}

#[test]
fn there_is_an_end_to_what_is_remembered() {
    let rules = correlating(&format!("{ORDERED}\ngroup-by: [args, session]"));
    let mut sessions = Sessions::new();
    observe(&rules, &mut sessions, &run("a kept", 1));
    observe(&rules, &mut sessions, &run("b kept", 1));
    for number in 0..2 * i64::try_from(MOST_GROUPS).unwrap() {
        observe(&rules, &mut sessions, &run(&format!("a {number}"), 2));
    }
    let groups = &sessions.sessions["s1"].correlations["meta"].groups;
    assert_eq!(groups.len(), MOST_GROUPS);
    // The one that had come further was kept.
    assert_eq!(observe(&rules, &mut sessions, &run("c kept", 3)), ["meta"]);
    for number in 0..=MOST_SESSIONS {
        observe(
            &rules,
            &mut sessions,
            &in_session(&format!("n{number}"), "a", 4),
        );
    }
    assert_eq!(sessions.sessions.len(), MOST_SESSIONS);
}

#[test]
fn what_cannot_be_bound_is_named() {
    let rules = |text: &str| {
        let documents = [
            rule("a", "command", "s: {program: a}\ncondition: s"),
            text.to_owned(),
        ];
        let text = documents.join("\n---\n");
        let pack = crate::Pack {
            name: "t.yml",
            text: &text,
        };
        RuleSet::compile(&[pack]).unwrap_err().to_string()
    };
    let count = "type: event_count\nrules: [RULE]\ntimespan: 1s\ncondition: {gte: 1}";
    let cases = [
        (
            meta("m", &count.replace("RULE", "none")),
            "there is no rule `none`",
        ),
        (
            meta("m", &count.replace("RULE", "m")),
            "leads back to itself",
        ),
        (meta("m", &count.replace("RULE", "a, a")), "different rules"),
        (
            meta(
                "m",
                &format!("{}\ngroup-by: [nothing]", count.replace("RULE", "a")),
            ),
            "no field `nothing`",
        ),
        (
            format!(
                "{}---\n{}",
                meta("m", &count.replace("RULE", "n")),
                meta("n", &count.replace("RULE", "m"))
            ),
            "leads back to itself",
        ),
    ];
    for (text, wanted) in cases {
        let message = rules(&text);
        assert!(message.contains(wanted), "{wanted}: {message}");
        assert!(message.starts_with("t.yml:"), "{message}");
    }
}

proptest! {
    /// Harmless events between the steps change nothing, however many they are, and neither do
    /// matches of the first step alone.
    #[test]
    fn padding_pushes_nothing_out(
        padding in prop::collection::vec(
            (prop::sample::select(vec!["ls", "cat x", "git status", "a", "d", "a x"]), 1i64..9), 0..200),
        correlation in prop::sample::select(vec![ORDERED, TOGETHER]),
    ) {
        let mut between = padding;
        between.sort_by_key(|(_, at)| *at);
        let mut events = vec![run("a", 1), run("b", 1)];
        events.extend(between.into_iter().map(|(line, at)| run(line, at)));
        events.push(run("c", 9));
        let rules = correlating(correlation);
        let found = follow(&rules, &events);
        prop_assert_eq!(found.last().unwrap(), &["meta"]);
    }

    #[test]
    fn events_that_are_no_steps_leave_it_as_it_was(
        lines in prop::collection::vec("[e-z]{1,6}( [a-z]{1,4})?", 0..40),
    ) {
        let rules = correlating(ORDERED);
        let mut sessions = Sessions::new();
        observe(&rules, &mut sessions, &run("a", 1));
        let before = sessions.clone();
        for line in lines {
            observe(&rules, &mut sessions, &run(&line, 5));
        }
        prop_assert_eq!(sessions, before);
    }
}
