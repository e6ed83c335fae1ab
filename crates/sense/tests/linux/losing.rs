//! What is lost is counted, exactly, and denied all the same.

use crate::scene::{OWNER, Scene};
use ringfence_sense::{Deed, FileRule, FileUses, Losses, Policy, RuleNumber, Tally};
use std::time::Duration;

fn tally(scene: &mut Scene, kind: &str) -> Tally {
    let tallies = scene.sensor.report(OWNER).tallies;
    tallies
        .into_iter()
        .find(|tally| tally.kind == kind)
        .unwrap()
}

fn holds(tally: &Tally) {
    assert_eq!(
        tally.attempted,
        tally.sent + tally.suppressed + tally.lost.total(),
        "{tally:?}"
    );
}

/// More than a ring of one page holds, before anybody reads it.
const MANY: u64 = 2000;

#[test]
fn a_flooded_ring_loses_nothing_from_the_account() {
    let mut scene = Scene::with(|options| options.ring_bytes = 4096);
    let directory = scene.at("flood");
    std::fs::create_dir(&directory).unwrap();
    let secret = scene.file("keys/id", "PRIVATE");
    let rule = FileRule {
        number: RuleNumber(1),
        path: scene.at("keys"),
        denies: FileUses::ALL,
        except: Vec::new(),
        spares_agent: false,
    };
    let policy = Policy {
        files: vec![rule],
        ..Policy::default()
    };
    scene.sensor.enforce(OWNER, &policy).unwrap();
    let helper = scene.helper();
    let script = format!("{helper} flood {MANY} {directory}; {helper} read {secret}");
    let ran = scene.run(&["sh", "-c", &script]);
    assert!(!ran.output.contains("PRIVATE"), "a full ring opens no door");
    let told = ran.deeds(|deed| match deed {
        Deed::File { path, .. } if path.starts_with(&directory) => Some(()),
        _ => None,
    });
    let open = tally(&mut scene, "open");
    for tally in scene.sensor.report(OWNER).tallies {
        holds(&tally);
    }
    assert!(open.attempted >= MANY, "{open:?}");
    assert!(open.lost.ring_full > 0, "{open:?}");
    assert!((told.len() as u64) <= open.sent);
    // The tree is told what it lost.
    let mut lost = Losses::default();
    let add = |lost: &mut Losses, deed: &Deed| {
        if let Deed::Lost(some) = deed {
            lost.ring_full += some.ring_full;
        }
    };
    for one in &ran.seen {
        add(&mut lost, &one.deed);
    }
    let expected: u64 = scene
        .sensor
        .report(OWNER)
        .tallies
        .iter()
        .map(|tally| tally.lost.ring_full)
        .sum();
    for _ in 0..200 {
        if lost.ring_full >= expected {
            break;
        }
        scene
            .sensor
            .poll(Duration::from_millis(20), &mut |_, one| {
                add(&mut lost, &one.deed);
            })
            .unwrap();
    }
    assert_eq!(lost.ring_full, expected);
}

#[test]
fn a_full_table_of_processes_is_an_alarm() {
    let mut scene = Scene::with(|options| options.processes = 2);
    let ran = scene.run(&[
        "sh",
        "-c",
        "true & (true; sh -c 'true; true' & wait) & wait; true",
    ]);
    assert!(ran.status.success());
    let fork = tally(&mut scene, "fork");
    holds(&fork);
    assert!(fork.lost.map_full > 0, "{fork:?}");
}
