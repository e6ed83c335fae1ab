use super::*;
use ringfence_event::{Join, SessionId, Source};
use ringfence_incident::{Incident, Left};
use ringfence_store::{EventFilter, Reader};
use std::collections::BTreeSet;

const NOW: Timestamp = Timestamp(1_795_000_000_000_000);

/// A demo beside a record of the user's own.
fn played() -> (tempfile::TempDir, Places, Played) {
    let root = tempfile::tempdir().unwrap();
    let places = Places::below(root.path()).demo();
    make(&places, 0).unwrap();
    let played = fill(&places, NOW, true).unwrap();
    (root, places, played)
}

fn reader(places: &Places) -> Reader {
    Reader::open(&places.folders()).unwrap().unwrap()
}

fn incidents(places: &Places) -> Vec<Incident> {
    ringfence_incident::read(&reader(places), None).unwrap().0
}

#[test]
fn the_attack_in_six_acts_is_one_incident() {
    let (_root, places, _) = played();
    let attack = day().unwrap().into_iter().find(|session| session.attack);
    let session = SessionId(attack.unwrap().id);
    let all = incidents(&places);
    let own: Vec<&Incident> = all
        .iter()
        .filter(|incident| incident.session.as_ref() == Some(&session))
        .collect();
    let [incident] = own.as_slice() else {
        panic!("{own:#?}");
    };
    assert!(incident.steps.len() >= 6, "{:#?}", incident.steps);
    assert!(incident.rules.len() >= 4, "{:?}", incident.rules);
    assert_eq!(incident.verdict, Verdict::Deny);
    assert_eq!(incident.facts.left, Left::Stopped);
    assert!(incident.facts.hosts.contains(&"paste.rs".to_owned()));
    assert!((1..=4).contains(&incident.narrative.len()));
    assert!(
        incident.narrative[0].contains("https://docs.upstream-deploy.example/setup"),
        "{:?}",
        incident.narrative
    );
    assert_eq!(all.first(), Some(*incident), "it is the latest");
}

#[test]
fn four_agents_worked_all_day() {
    let (_root, places, played) = played();
    let reader = reader(&places);
    let sessions = reader
        .sessions(&ringfence_store::SessionFilter::default())
        .unwrap();
    assert_eq!(sessions.len() as u64, played.sessions);
    let agents: BTreeSet<AgentKind> = sessions.iter().filter_map(|one| one.agent).collect();
    let four = [
        AgentKind::ClaudeCode,
        AgentKind::Codex,
        AgentKind::Gemini,
        AgentKind::Cursor,
    ];
    assert_eq!(agents, four.into());
    let stats = reader.stats(None, None).unwrap();
    assert!(stats.events > 3 * played.moments, "{stats:?}");
    assert_eq!(stats.denied, played.denied);
    assert!(stats.first.unwrap().0 < NOW.0 - 8 * 3_600_000_000);
    assert!(stats.last.unwrap() <= NOW);
    assert!(sessions.iter().all(|session| session.prompt.is_some()));
    let all = reader.events(&EventFilter::default()).unwrap();
    assert!(all.iter().all(|one| !one.event.rest.contains_key("unread")));
    for source in [
        Source::Hook,
        Source::Kernel,
        Source::Transcript,
        Source::Telemetry,
        Source::Proxy,
    ] {
        assert!(
            all.iter().any(|one| one.event.source == source),
            "{source:?}"
        );
    }
    // What the kernel saw is joined to what was said.
    let seen = all.iter().filter(|one| one.event.source == Source::Kernel);
    assert!(seen.clone().all(|one| one.event.session.is_some()));
    let calls: Vec<_> = (seen.filter_map(|one| one.event.call.as_ref())).collect();
    assert!(calls.len() > 50, "{}", calls.len());
    assert!(calls.iter().all(|call| call.join == Join::Exact));
    // Three that were denied, and the attack.
    assert_eq!(incidents(&places).len(), 4);
}

#[test]
fn the_users_own_record_is_not_touched() {
    let root = tempfile::tempdir().unwrap();
    let own = Places::below(root.path());
    let demo = own.demo();
    make(&demo, 0).unwrap();
    fill(&demo, NOW, false).unwrap();
    assert!(demo.is_demo() && !own.is_demo());
    assert!(Reader::open(&own.folders()).unwrap().is_none());
    // Made again, it is made anew.
    make(&demo, 0).unwrap();
    assert!(Reader::open(&demo.folders()).unwrap().is_none());
    remove(&demo).unwrap();
    assert!(!demo.data.exists() && own.data.exists());
    remove(&demo).unwrap();

    fs::create_dir_all(demo.data.join("mine")).unwrap();
    let refused = remove(&demo).unwrap_err().to_string();
    assert!(refused.contains("is not what a demo made"), "{refused}");
    assert!(demo.data.join("mine").exists());
}
