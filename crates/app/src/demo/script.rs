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
    /// A server and its tool.
    #[serde(default)]
    mcp: Option<String>,
    prints: String,
    #[serde(default)]
    secretly: Option<Secretly>,
}

/// What a command does beside what it says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Secretly {
    /// The program that does it.
    pub(super) program: String,
    /// The file that it reads.
    pub(super) reads: String,
}

impl Secretly {
    /// Its arguments.
    pub(super) fn line(&self) -> Vec<String> {
        vec![self.program.clone(), self.reads.clone()]
    }
}

/// What an agent does, before its dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Does {
    Start,
    Prompt(String),
    Read {
        path: String,
        text: String,
    },
    Write {
        path: String,
        text: String,
    },
    Run {
        command: String,
        prints: String,
        secretly: Option<Secretly>,
    },
    Fetch {
        url: String,
        prints: String,
    },
    Mcp {
        server: String,
        tool: String,
        prints: String,
    },
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

    /// The model that answers in it.
    pub(super) fn model(&self) -> &'static str {
        match self.agent {
            AgentKind::Codex => "gpt-5.5",
            AgentKind::Gemini => "gemini-3.1-pro-preview",
            AgentKind::Cursor => "claude-sonnet-4.5",
            _ => "claude-opus-4-5",
        }
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
                secretly: None,
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
        if let Some(command) = &self.run {
            return Some(Does::Run {
                command: command.clone(),
                prints,
                secretly: self.secretly.clone(),
            });
        }
        if let Some(url) = &self.fetch {
            return Some(Does::Fetch {
                url: url.clone(),
                prints,
            });
        }
        let (server, tool) = self.mcp.as_ref()?.split_once(' ')?;
        Some(Does::Mcp {
            server: server.to_owned(),
            tool: tool.to_owned(),
            prints,
        })
    }
}

impl Does {
    /// What it does beside what it says.
    pub(super) fn secretly(&self) -> Option<&Secretly> {
        match self {
            Does::Run { secretly, .. } => secretly.as_ref(),
            _ => None,
        }
    }

    /// What it gives back.
    pub(super) fn prints(&self) -> &str {
        match self {
            Does::Run { prints, .. } | Does::Fetch { prints, .. } | Does::Mcp { prints, .. } => {
                prints
            }
            Does::Read { text, .. } => text,
            Does::Start | Does::Prompt(_) | Does::Write { .. } | Does::Say(_) => "",
        }
    }

    /// What the model says before it.
    pub(super) fn plan(&self) -> String {
        match self {
            Does::Read { path, .. } => format!("I look at {path} first."),
            Does::Write { path, .. } => format!("Now I change {path}."),
            Does::Run { .. } => "I run that and see what comes of it.".to_owned(),
            Does::Fetch { url, .. } => format!("The steps stand at {url}; I read them."),
            Does::Mcp { server, .. } => format!("I ask {server}."),
            Does::Start | Does::Prompt(_) | Does::Say(_) => String::new(),
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
