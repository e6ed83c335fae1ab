//! The real agents, from their npm packages, each set up to ask a scripted model.
//!
//! `tests/agents/package.json` pins their versions; a missing package fails the test.

use crate::home::Home;
use crate::model::{Dialect, Model};
use crate::run::Run;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An agent that can be run here. Cursor's client has no package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RealAgent {
    /// Anthropic Claude Code.
    ClaudeCode,
    /// `OpenAI` Codex CLI.
    Codex,
    /// Google Gemini CLI.
    Gemini,
}

/// What the user asks for; the model follows its script whatever it is.
const PROMPT: &str = "Do what the script says.";

impl RealAgent {
    /// The name by which Ringfence knows it.
    pub fn name(self) -> &'static str {
        match self {
            RealAgent::ClaudeCode => "claude-code",
            RealAgent::Codex => "codex",
            RealAgent::Gemini => "gemini",
        }
    }

    /// The API that it speaks to its model.
    pub fn dialect(self) -> Dialect {
        match self {
            RealAgent::ClaudeCode => Dialect::Anthropic,
            RealAgent::Codex => Dialect::OpenAi,
            RealAgent::Gemini => Dialect::Gemini,
        }
    }

    /// Writes the settings of a user who has the scripted model behind a gateway.
    pub fn settle(self, home: &Home, model: &Model) {
        match self {
            RealAgent::ClaudeCode => home.write(
                ".claude/settings.json",
                "{\n  \"cleanupPeriodDays\": 7\n}\n",
            ),
            RealAgent::Codex => home.write(".codex/config.toml", &codex_settings(&model.url())),
            RealAgent::Gemini => home.write(
                ".gemini/settings.json",
                "{\n  // the user's own\n  \"security\": { \"auth\": { \"selectedType\": \"gemini-api-key\" } }\n}\n",
            ),
        }
    }

    /// Runs it once, without a person at the keyboard, until the script is over.
    pub fn run(self, home: &Home, model: &Model) -> Run {
        Run::of(&mut self.command(home, model)).ok()
    }

    /// Prepares such a run.
    pub fn command(self, home: &Home, model: &Model) -> Command {
        let mut command = home.command(self.program());
        match self {
            RealAgent::ClaudeCode => command
                .args(["-p", PROMPT, "--allowedTools", "Bash,Read"])
                .env("ANTHROPIC_BASE_URL", model.url())
                .env("ANTHROPIC_API_KEY", "test")
                .env("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
            RealAgent::Codex => command.args([
                "exec",
                "--skip-git-repo-check",
                "--dangerously-bypass-hook-trust",
                "--dangerously-bypass-approvals-and-sandbox",
                PROMPT,
            ]),
            RealAgent::Gemini => command
                .args(["--skip-trust", "-m", "gemini-2.5-pro"])
                .args(["--approval-mode", "yolo", "-p", PROMPT])
                .env("GOOGLE_GEMINI_BASE_URL", model.url())
                .env("GEMINI_API_KEY", "test"),
        };
        command
    }

    fn program(self) -> PathBuf {
        let name = match self {
            RealAgent::ClaudeCode => "claude",
            RealAgent::Codex => "codex",
            RealAgent::Gemini => "gemini",
        };
        let program = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("agents/node_modules/.bin")
            .join(name);
        assert!(
            program.exists(),
            "{} is missing: the agents are not installed\nhint: `make test` installs them, or `npm ci --prefix tests/agents`",
            program.display()
        );
        program
    }
}

fn codex_settings(url: &str) -> String {
    format!(
        r#"# The user's own settings.
model = "scripted"
model_provider = "scripted"

[model_providers.scripted]
name = "scripted"
base_url = "{url}/v1"
wire_api = "responses"
"#
    )
}
