//! The daemon's wall clock is set forward by a day and back by more, while a session runs and its key is
//! denied: nothing hangs, nothing is lost, and no denial lapses or stays for that. The machine's own
//! clock stays as it is, and so does what the kernel's events say.

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

    /// Starts the daemon with this clock.
    fn starts(&self, home: &Home) {
        let daemon = home
            .command(home.program())
            .args(["up", "--detach"])
            .env("LD_PRELOAD", &self.library)
            .env("CLOCK_FILE", &self.file)
            .output();
        assert!(daemon.expect("the daemon starts").status.success());
        let maps = format!("/proc/{}/maps", home.daemon().as_raw_nonzero());
        let maps = std::fs::read_to_string(maps).expect("the daemon runs");
        assert!(
            maps.contains("clock.so"),
            "the daemon has a clock of its own"
        );
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
    let sensor = RealSensor::start(&home, "mode = \"enforce\"");
    clock.starts(&home);
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
