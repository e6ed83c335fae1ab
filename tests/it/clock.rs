//! The wall clock of daemon and sensor is set forward by a day and back by more, while a session runs
//! and its key is denied: nothing hangs, nothing is lost, and no denial lapses or stays for that.

use ringfence_tests::home::Home;
use ringfence_tests::run::{Run, until};
use ringfence_tests::scene::Scene;
use ringfence_tests::sensor::RealSensor;
use std::path::PathBuf;
use std::process::Command;

const DAY: i64 = 24 * 60 * 60;

/// A clock that is loaded into programs, and moved by what stands in a file.
struct Clock {
    library: PathBuf,
    file: PathBuf,
}

impl Clock {
    fn new(home: &Home) -> Clock {
        let clock = Clock {
            library: home.path().join("clock.so"),
            file: home.path().join("clock"),
        };
        clock.set(0);
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/clock/clock.c");
        let compiled = Run::of(
            Command::new("cc")
                .args(["-std=gnu17", "-Wall", "-Wextra", "-shared", "-fPIC", "-o"])
                .arg(&clock.library)
                .arg(source),
        );
        drop(compiled.ok());
        clock
    }

    fn set(&self, seconds: i64) {
        std::fs::write(&self.file, seconds.to_string()).expect("a file can be written");
    }

    /// Starts what follows with this clock.
    fn starter(&self) -> [String; 3] {
        [
            "/usr/bin/env".to_owned(),
            format!("LD_PRELOAD={}", self.library.display()),
            format!("CLOCK_FILE={}", self.file.display()),
        ]
    }
}

/// How often the key was touched, as far as it is on record.
fn touched(scene: &Scene) -> usize {
    let arguments = ["events", "--kind", "file", "--limit", "1000", "--json"];
    let told = scene.home.json(&arguments);
    let key = scene.key();
    let events = told["events"].as_array().into_iter().flatten();
    events
        .filter(|stored| stored["event"]["action"]["path"] == key.as_str())
        .count()
}

#[test]
fn a_clock_that_jumps_neither_lifts_a_denial_nor_leaves_one() {
    let home = Home::new().with_key();
    let clock = Clock::new(&home);
    let starter = clock.starter();
    let starter = starter.each_ref().map(String::as_str);
    let sensor = RealSensor::start_under(&home, "mode = \"enforce\"", &starter);
    let (env, variables) = starter.split_first().expect("it is not empty");
    let daemon = home
        .command(env)
        .args(variables)
        .arg(home.program())
        .args(["up", "--detach"])
        .output();
    assert!(daemon.expect("the daemon starts").status.success());
    let mut scene = Scene::of(home, sensor, &[]).with_thief();
    scene.wait_for_denials();
    for (count, jump) in [(1, 0), (2, DAY), (3, -2 * DAY), (4, 0)] {
        clock.set(jump);
        assert!(!scene.steals(), "after a jump to {jump} seconds");
        assert_eq!(scene.status()["report"]["enforcing"], true);
        until("it is on record", || touched(&scene) >= count);
    }
    drop(scene.home.ringfence(&["release"]).ok());
    assert!(scene.steals());
}
