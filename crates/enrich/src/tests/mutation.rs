//! What a command line does is labelled the same, however it is written.
//!
//! The lines come from the corpus that `ringfence eval` reads. Attacks must keep what rules speak of;
//! harmless lines must gain nothing that a rule could speak up about.

use super::rewrite::FAMILIES;
use super::shell;
use ringfence_event::{Access, FileClass, HostClass, Labels};
use std::collections::BTreeSet;

const ATTACKS: &str = include_str!("../../../../tests/corpus/attacks.jsonl");
const BENIGN: &str = include_str!("../../../../tests/corpus/benign.jsonl");

/// Of a hundred rewritten attacks, so many must be labelled as before.
const WANTED_PERCENT: usize = 98;

fn texts(corpus: &str) -> Vec<String> {
    corpus
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            row["text"].as_str().unwrap().to_owned()
        })
        .collect()
}

/// What rules speak of: which program does what with which class of file and host.
fn facts(labels: &Labels) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for command in &labels.commands {
        let program = &command.program;
        facts.insert(format!("runs {program} {:?}", command.args));
        facts.extend(
            command
                .carries
                .iter()
                .map(|class| format!("{program} carries {class:?}")),
        );
        facts.extend(
            command
                .changes
                .iter()
                .map(|class| format!("{program} changes {class:?}")),
        );
        facts.extend(
            command
                .hosts
                .iter()
                .map(|host| format!("{program} talks to {host}")),
        );
        facts.extend(
            command
                .fed_by
                .iter()
                .map(|feeder| format!("{program} fed by {feeder}")),
        );
    }
    for file in &labels.files {
        facts.insert(format!("{:?} {} {:?}", file.access, file.full, file.class));
    }
    facts
}

/// What could make a rule speak up: files and hosts of a telling class.
fn telling(labels: &Labels) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for file in &labels.files {
        let quiet = matches!(
            file.class,
            FileClass::Project | FileClass::Temporary | FileClass::Other | FileClass::System
        );
        let listed = file.class == FileClass::Tree && file.access == Access::Read;
        if !quiet && !listed {
            facts.insert(format!("{:?} {:?}", file.access, file.class));
        }
    }
    for host in &labels.hosts {
        if !matches!(
            host.class,
            HostClass::Loopback | HostClass::Known | HostClass::Private
        ) {
            facts.insert(format!("{} {:?}", host.host, host.class));
        }
    }
    facts.extend(
        labels
            .unclear
            .iter()
            .filter(|why| why.contains("parse"))
            .cloned(),
    );
    facts
}

#[test]
fn attacks_are_labelled_the_same_however_they_are_written() {
    let mut report = Vec::new();
    let (mut all, mut kept) = (0, 0);
    for (family, ways) in FAMILIES {
        for line in texts(ATTACKS) {
            let wanted = facts(&shell(&line));
            for rewritten in ways.iter().filter_map(|way| way(&line)) {
                let found = facts(&shell(&rewritten));
                all += 1;
                if wanted.is_subset(&found) {
                    kept += 1;
                } else {
                    let lost: Vec<&String> = wanted.difference(&found).collect();
                    report.push(format!("{family}: {rewritten}\n    loses {lost:?}"));
                }
            }
        }
    }
    assert!(all > 3000, "{all} rewritten lines");
    assert!(
        kept * 100 >= all * WANTED_PERCENT,
        "{kept} of {all}\n{}",
        report.join("\n")
    );
}

#[test]
fn harmless_lines_gain_nothing_however_they_are_written() {
    let mut report = Vec::new();
    for (family, ways) in FAMILIES {
        for line in texts(BENIGN) {
            let before = telling(&shell(&line));
            for rewritten in ways.iter().filter_map(|way| way(&line)) {
                let found = telling(&shell(&rewritten));
                let gained: Vec<&String> = found.difference(&before).collect();
                if !gained.is_empty() {
                    report.push(format!("{family}: {rewritten}\n    gains {gained:?}"));
                }
            }
        }
    }
    assert!(report.is_empty(), "{}", report.join("\n"));
}
