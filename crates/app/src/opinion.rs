//! A second opinion on a suspicious text from a language model that the user named: off unless the
//! configuration has `[second_opinion]`.
//!
//! **Invariant:** what leaves the machine is the excerpt of a finding and what stands around it, at
//! most 2000 bytes with secrets masked, and nothing else. An opinion alerts at the most: a model can be talked to by what it reads.

mod budget;
mod client;
mod passage;
mod question;

pub(crate) use budget::{Budget, May};
pub(crate) use client::Client;
pub(crate) use passage::{around, in_event};
pub(crate) use question::Opinion;

use serde::Deserialize;
use std::path::PathBuf;

/// Questions an hour, if the user says nothing.
const PER_HOUR: u32 = 60;

/// How the endpoint wants to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Provider {
    /// Anthropic Messages (`POST /v1/messages`, version 2023-06-01).
    Anthropic,
    /// Chat Completions, as `OpenAI` and all that are compatible speak it.
    Openai,
}

impl Provider {
    /// Where it is asked, if the user says nothing.
    fn usual_url(self) -> &'static str {
        match self {
            Provider::Anthropic => "https://api.anthropic.com",
            Provider::Openai => "https://api.openai.com/v1",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Provider::Anthropic => "/v1/messages",
            Provider::Openai => "/chat/completions",
        }
    }
}

/// `[second_opinion]` of the configuration, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) provider: Provider,
    /// The model's name at the provider.
    pub(crate) model: String,
    url: Option<String>,
    /// The file with the key, below the configuration's folder unless absolute.
    key_file: Option<PathBuf>,
    /// Or the variable of the daemon's environment that holds it.
    key_env: Option<String>,
    #[serde(default = "per_hour")]
    pub(crate) per_hour: u32,
}

fn per_hour() -> u32 {
    PER_HOUR
}
