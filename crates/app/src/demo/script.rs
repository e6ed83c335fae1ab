//! The day of the demo: who worked where, on what, and what was asked for, as data in `day.json`.

use anyhow::{Context, Result};
use ringfence_event::AgentKind;
use serde::Deserialize;

/// The sessions of the day, in order of time.
const DAY: &str = include_str!("day.json");

/// One session of the day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Session {
    pub(super) agent: AgentKind,
    pub(super) id: String,
    pub(super) cwd: String,
    /// Set of the one that goes wrong.
    #[serde(default)]
    pub(super) attack: bool,
    /// How long before now it begins.
    before_minutes: i64,
    /// How long each moment takes.
    every_seconds: i64,
    prompt: String,
    /// The last message.
    says: String,
    /// Files that are read, changed and tested, one after the other.
    files: Vec<String>,
    test: String,
    /// What the test prints.
    prints: String,
    /// What is done then.
    acts: Vec<Act>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Act {
    #[serde(default)]
    run: Option<String>,
    #[serde(default)]
    fetch: Option<String>,
    prints: String,
}

/// What an agent does, before its dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Does {
    Start,
    Prompt(String),
    Read { path: String, text: String },
    Write { path: String, text: String },
    Run { command: String, prints: String },
    Fetch { url: String, prints: String },
    Say(String),
}

/// Returns the sessions of the day.
pub(super) fn day() -> Result<Vec<Session>> {
    serde_json::from_str(DAY).context("the demo's own script is broken")
}

impl Session {
    /// When something of it happens, in microseconds before now; later ones count down.
    pub(super) fn before(&self, number: usize) -> i64 {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        let passed = number.saturating_mul(self.every_seconds);
        (self.before_minutes * 60 - passed).max(0) * 1_000_000
    }

    /// What happens, in order.
    pub(super) fn steps(&self) -> Vec<Does> {
        let mut steps = vec![Does::Start, Does::Prompt(self.prompt.clone())];
        for file in &self.files {
            let path = format!("{}/{file}", self.cwd);
            steps.push(Does::Read {
                path: path.clone(),
                text: format!("// {file}\n"),
            });
            steps.push(Does::Write {
                path,
                text: format!("// {file}, changed\n"),
            });
            steps.push(Does::Run {
                command: self.test.clone(),
                prints: self.prints.clone(),
            });
        }
        steps.extend(self.acts.iter().filter_map(Act::step));
        steps.push(Does::Say(self.says.clone()));
        steps
    }
}

impl Act {
    fn step(&self) -> Option<Does> {
        let prints = invented(&self.prints);
        match (&self.run, &self.fetch) {
            (Some(command), _) => Some(Does::Run {
                command: command.clone(),
                prints,
            }),
            (None, Some(url)) => Some(Does::Fetch {
                url: url.clone(),
                prints,
            }),
            (None, None) => None,
        }
    }
}

/// Puts in keys that are none: they have the form of keys, and stand nowhere as a whole.
fn invented(text: &str) -> String {
    let access = ["AKIA", "Q3EGRINGFENCE2X7"].concat();
    let secret = ["kT9vRz2LqWm8", "XcYb4NfHs7Jd", "P1aGu6EoVi3C", "tMxQ"].concat();
    text.replace("{access}", &access)
        .replace("{secret}", &secret)
}
