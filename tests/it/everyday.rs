//! A normal day below an agent, with hooks, the real sensor and a daemon: packages from their
//! registries, builds, tests, formatters and git. Nobody is told of anything.
//!
//! The only tests that use the network: where a registry can't be reached they say so, and build what
//! needs none.

use ringfence_tests::home::Home;
use ringfence_tests::scene::{SESSION, Scene};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What programs need to know of this machine, wherever the home is.
const MACHINE: [&str; 6] = [
    "RUSTUP_HOME",
    "PYENV_ROOT",
    "NODE_EXTRA_CA_CERTS",
    "PIP_CERT",
    "SSL_CERT_FILE",
    "CARGO_HTTP_CAINFO",
];

/// A proxy that is set to nothing is none.
const PROXIES: [&str; 4] = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"];

fn environment() -> Vec<(&'static str, String)> {
    let mut environment: Vec<(&str, String)> = MACHINE
        .into_iter()
        .filter_map(|name| Some((name, std::env::var(name).ok()?)))
        .collect();
    if !environment.iter().any(|(name, _)| *name == "RUSTUP_HOME") {
        let home = std::env::home_dir().unwrap_or_default();
        environment.push(("RUSTUP_HOME", home.join(".rustup").display().to_string()));
    }
    environment.extend(PROXIES.map(|name| (name, String::new())));
    environment
}

/// Whether an installer reaches its registry from here; asked in a home of its own, so that nothing
/// of the answer is there already when the agent asks.
fn reaches(program: &str, arguments: &[&str]) -> bool {
    let elsewhere = Home::new();
    let asked = elsewhere
        .command(program)
        .args(arguments)
        .envs(environment())
        .stdin(Stdio::null())
        .output();
    let reached = asked.is_ok_and(|asked| asked.status.success());
    if !reached {
        println!("SKIPPED: {program} does not reach its registry: only what needs none is built");
    }
    reached
}

/// A day, and what was told of it.
struct Day {
    scene: Scene,
}

impl Day {
    fn begin() -> Day {
        let home = Home::new().with_key();
        home.write(
            ".gitconfig",
            "[user]\n\tname = Ada\n\temail = ada@example.invalid\n[init]\n\tdefaultBranch = main\n",
        );
        Day {
            scene: Scene::with(home, "", &environment()),
        }
    }

    /// Runs a line as a tool call; it has to end well.
    fn works(&mut self, line: &str) {
        let printed = self.scene.runs(&format!("{line} && echo it-worked"));
        assert!(printed.ends_with("it-worked\n"), "{line}: {printed}");
    }

    /// Says that these programs were seen below the session, each in a tool call, and that nothing was found
    /// or lost.
    fn ends_quietly(&mut self, programs: &[&str]) {
        // What comes last is told last.
        self.works("touch the-day-is-over");
        self.scene.wait_for("file", |event| {
            let path = event["action"]["path"].as_str().unwrap_or_default();
            path.ends_with("/the-day-is-over")
        });
        for program in programs {
            let seen = self.scene.wait_for("exec", |event| {
                let executable = event["process"]["executable"].as_str().unwrap_or_default();
                executable.rsplit('/').next() == Some(*program)
            });
            assert_eq!(seen["event"]["session"], SESSION, "{seen:#}");
            assert!(seen["event"]["call"]["id"].is_string(), "{seen:#}");
        }
        let told = self.scene.home.json(&["alerts", "--json"]);
        let mut told = told["alerts"].as_array().cloned().expect("a list");
        // The sensor knows agents by their programs: those of other tests are not of this day.
        told.retain(|one| one["session"].is_null() || one["session"] == SESSION);
        assert!(told.is_empty(), "{}", self.in_words(&told));
        let lost = self
            .scene
            .home
            .json(&["events", "--kind", "lost", "--json"]);
        assert_eq!(lost["events"], Value::Array(Vec::new()));
    }

    /// Each finding with what it was about.
    fn in_words(&self, told: &[Value]) -> String {
        let events = self
            .scene
            .home
            .json(&["events", "--limit", "1000", "--json"]);
        let events = events["events"].as_array().cloned().unwrap_or_default();
        let mut words = String::new();
        for one in told {
            let of = |stored: &&Value| stored["event"]["key"] == one["event"];
            let event = events.iter().find(of).map(|stored| &stored["event"]);
            words.push_str(&format!("{one:#}\n{:#}\n", event.unwrap_or(&Value::Null)));
        }
        words
    }
}

#[test]
fn a_crate_is_built_tested_and_formatted() {
    let online = reaches("cargo", &["info", "itoa"]);
    let mut day = Day::begin();
    day.works("cargo new --lib greeting");
    if online {
        day.works("cd greeting && cargo add itoa serde_json && cargo add serde --features derive");
        day.scene.home.write(
            "project/greeting/src/lib.rs",
            "#[derive(serde::Serialize)]\npub struct Greeting { pub to: String }\n\
             pub fn greet(to: &str) -> String { serde_json::to_string(&Greeting { to: to.to_owned() }).unwrap() }\n\
             #[cfg(test)]\nmod tests {\n    #[test]\n    fn greets() { assert_eq!(super::greet(\"Ada\"), r#\"{\"to\":\"Ada\"}\"#); }\n}\n",
        );
    }
    day.works("cd greeting && cargo build");
    day.works("cd greeting && cargo test");
    day.works("cd greeting && cargo fmt && cargo check");
    day.works("cd greeting && cargo build --release 2>&1 | tail -n 3 && ls target/release && rm -rf target");
    day.ends_quietly(&["cargo", "rustc"]);
}

#[test]
fn an_npm_package_is_installed_tested_and_formatted() {
    let online = reaches("npm", &["view", "is-odd", "version"]);
    let mut day = Day::begin();
    day.works("npm init -y");
    day.scene.home.write(
        "project/test.mjs",
        "import test from 'node:test';\nimport assert from 'node:assert';\ntest('adds', () => assert.equal(1 + 1, 2));\n",
    );
    day.works("npm pkg set scripts.test=\"node --test test.mjs\"");
    if online {
        // With a lifecycle script that brings a binary, as many have.
        day.works("npm install --save-dev is-odd prettier esbuild mocha");
        day.works("npx prettier --write test.mjs package.json");
        day.works(
            "npx esbuild test.mjs --bundle --platform=node --outfile=dist/test.js && ls dist",
        );
        day.works("npx mocha --version && npm ls && npm outdated; npm audit --offline; true");
        day.works("rm -rf node_modules && npm ci");
    }
    day.works("npm test");
    day.ends_quietly(&["node"]);
}

#[test]
fn a_python_package_is_installed_and_tested() {
    let online = reaches(
        "python3",
        &["-m", "pip", "download", "--no-deps", "iniconfig"],
    );
    let mut day = Day::begin();
    day.scene.home.write(
        "project/pyproject.toml",
        "[project]\nname = \"greeting\"\nversion = \"0.1.0\"\n[build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n[tool.setuptools]\npy-modules = [\"greeting\"]\n",
    );
    day.scene.home.write(
        "project/greeting.py",
        "def greet(to):\n    return f'hello {to}'\n",
    );
    day.scene.home.write(
        "project/test_greeting.py",
        "import unittest\nfrom greeting import greet\n\nclass Greets(unittest.TestCase):\n    def test_greets(self):\n        self.assertEqual(greet('Ada'), 'hello Ada')\n",
    );
    day.works("python3 -m venv .venv");
    if online {
        day.works(".venv/bin/pip install -e . pytest requests black");
        day.works(".venv/bin/pytest -q");
        day.works(
            ".venv/bin/black -q . && .venv/bin/pip list && .venv/bin/python -c \"import requests\"",
        );
    }
    day.works(". .venv/bin/activate && python -m unittest -q");
    day.ends_quietly(&[]);
}

#[test]
fn a_repository_is_cloned_changed_and_pushed() {
    let mut day = Day::begin();
    let remote: PathBuf = day.scene.home.path().join("remote.git");
    let made = Command::new("git")
        .args(["init", "-q", "--bare", "-b", "main"])
        .arg(&remote)
        .status();
    assert!(made.expect("git runs").success());
    day.works("git clone ../remote.git work && cd work && git symbolic-ref HEAD refs/heads/main");
    day.scene
        .home
        .write("project/work/README.md", "# Greeting\n");
    day.works("cd work && git add . && git commit -m first && git push -u origin main");
    day.works("cd work && git status && git log --stat && git diff HEAD && git branch -a");
    day.works("cd work && git checkout -b topic && echo more >> README.md && git commit -am more && git rebase main && git push origin topic");
    day.works(
        "cd work && git fetch --all && git pull origin main && git stash list && git gc --quiet",
    );
    day.works("git clone ../remote.git again && cd again && git log -1 && git config --list");
    day.ends_quietly(&["git"]);
}
