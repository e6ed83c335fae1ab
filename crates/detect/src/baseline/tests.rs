use super::*;
use crate::samples::{command, fetches, reads, runs};
use ringfence_event::{FileClass, HostClass, Timestamp};

fn in_project(mut event: Event, project: &str, at: i64) -> Event {
    event.cwd = Some(project.to_owned());
    event.at = Timestamp(at);
    event
}

/// A project in which fifty calls were seen.
fn learned(project: &str) -> Baseline {
    let mut baseline = Baseline::default();
    for at in 0..i64::from(LEARNING) {
        let event = in_project(runs(vec![command("ls -l")]), project, at);
        assert_eq!(baseline.learn(&event), []);
    }
    baseline
}

fn names(news: &[News]) -> Vec<(Novelty, &str)> {
    news.iter()
        .map(|new| (new.novelty, new.name.as_str()))
        .collect()
}

#[test]
fn what_was_never_used_in_a_project_is_new_once() {
    let mut baseline = learned("/p");
    let events = [
        in_project(runs(vec![command("nmap x")]), "/p", 100),
        in_project(fetches("a.example", HostClass::Unknown), "/p", 101),
        in_project(reads("/srv/a/b.txt", FileClass::Other), "/p", 102),
    ];
    let first: Vec<Vec<News>> = events.iter().map(|event| baseline.learn(event)).collect();
    assert_eq!(names(&first[0]), [(Novelty::Program, "nmap")]);
    let tool = events[1].action.tool().unwrap().name.as_str();
    assert_eq!(
        names(&first[1]),
        [(Novelty::Tool, tool), (Novelty::Host, "a.example")]
    );
    assert_eq!(
        names(&first[2]),
        [(Novelty::Tool, "Read"), (Novelty::Directory, "/srv/a")]
    );
    for event in &events {
        assert_eq!(baseline.learn(event), []);
    }
}

#[test]
fn projects_and_agents_are_apart_and_a_new_one_is_learned_first() {
    let mut baseline = learned("/p");
    let nmap = |project| in_project(runs(vec![command("nmap x")]), project, 100);
    assert_eq!(baseline.learn(&nmap("/q")), []);
    assert_eq!(baseline.learn(&nmap("/p")).len(), 1);
    let mut other = nmap("/p");
    other.agent = Some(AgentKind::Codex);
    assert_eq!(baseline.learn(&other), []);
}

#[test]
fn there_is_an_end_to_what_is_usual() {
    let mut baseline = learned("/p");
    for number in 0..4 * i64::try_from(MOST_NAMES).unwrap() {
        let line = format!("program{number}{}", "x".repeat(200));
        baseline.learn(&in_project(runs(vec![command(&line)]), "/p", 100 + number));
        baseline.learn(&in_project(
            runs(vec![command("ls")]),
            &format!("/q{number}"),
            200,
        ));
    }
    baseline.learn(&in_project(runs(vec![command("ls")]), "/p", 5000));
    assert!(baseline.projects.len() <= MOST_PROJECTS);
    for usual in baseline.projects.values() {
        for names in usual.names.values() {
            assert!(names.len() <= MOST_NAMES);
            assert!(
                names
                    .keys()
                    .all(|name| name.chars().count() <= LONGEST_NAME)
            );
        }
    }
    let text = serde_json::to_string(&baseline).unwrap();
    assert_eq!(serde_json::from_str::<Baseline>(&text).unwrap(), baseline);
}

#[test]
fn a_directory_tells_where_work_is_done() {
    let cases = [
        ("/home/dev/p/src/a/b/c/d.rs", "/home/dev/p/src/a"),
        ("/etc/hosts", "/etc"),
        ("/x", ""),
        ("x", ""),
        ("", ""),
    ];
    for (path, wanted) in cases {
        assert_eq!(directory(path), wanted, "{path}");
    }
}
