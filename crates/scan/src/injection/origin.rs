//! Where a text came from, and what that makes of a score.

use std::fmt;

use serde::Deserialize;

use crate::text::{Disguise, Hidden};

/// Where a text came from. The same sentence is harmless from the user and alarming in a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// What the user typed.
    UserPrompt,
    /// What a tool returned: output of a command, a file, an answer of an MCP server.
    ToolResult,
    /// A page or another body from the network.
    FetchedPage,
    /// The description of an MCP tool, prompt or resource.
    ToolDescription,
    /// The documentation of a package.
    PackageReadme,
    /// A comment in source code.
    CodeComment,
    /// A file that agents obey: memory, instructions, rules.
    Instructions,
    /// A file of a skill, a plugin or an agent definition, its programs too.
    Skill,
    /// What the model wrote.
    ModelOutput,
}

/// What follows from a text. There is no denying here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing.
    Quiet,
    /// The session has read something doubtful: deeds after it are judged more strictly.
    Taint,
    /// People are told.
    Alert,
}

impl Origin {
    /// Every origin.
    pub const ALL: [Self; 9] = [
        Self::UserPrompt,
        Self::ToolResult,
        Self::FetchedPage,
        Self::ToolDescription,
        Self::PackageReadme,
        Self::CodeComment,
        Self::Instructions,
        Self::Skill,
        Self::ModelOutput,
    ];

    /// Returns the origin in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserPrompt => "user prompt",
            Self::ToolResult => "tool result",
            Self::FetchedPage => "fetched page",
            Self::ToolDescription => "tool description",
            Self::PackageReadme => "package README",
            Self::CodeComment => "code comment",
            Self::Instructions => "instruction file",
            Self::Skill => "skill or plugin",
            Self::ModelOutput => "model output",
        }
    }

    /// Returns the name in rules and labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::UserPrompt => "user_prompt",
            Self::ToolResult => "tool_result",
            Self::FetchedPage => "fetched_page",
            Self::ToolDescription => "tool_description",
            Self::PackageReadme => "package_readme",
            Self::CodeComment => "code_comment",
            Self::Instructions => "instructions",
            Self::Skill => "skill",
            Self::ModelOutput => "model_output",
        }
    }

    /// Returns whether the classifier is asked: not of the user, whose orders are meant, nor of the model.
    pub fn classified(self) -> bool {
        !matches!(self, Self::UserPrompt | Self::ModelOutput)
    }

    /// Returns the score from which people are told.
    pub fn alerts_at(self) -> f32 {
        match self {
            Self::UserPrompt => 12.0,
            Self::ModelOutput => 4.0,
            Self::ToolResult | Self::FetchedPage | Self::CodeComment | Self::PackageReadme => 2.5,
            Self::ToolDescription => 2.5,
            // These give orders for a living.
            Self::Instructions | Self::Skill => 2.5,
        }
    }

    /// Returns the score from which a session is tainted.
    pub fn taints_at(self) -> f32 {
        self.alerts_at() - 2.0
    }

    /// Returns what follows from a score.
    pub fn level(self, score: f32) -> Level {
        if score >= self.alerts_at() {
            Level::Alert
        } else if score >= self.taints_at() {
            Level::Taint
        } else {
            Level::Quiet
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Returns what hidden characters add to the score: words that nobody sees have no innocent use.
pub(super) fn weight_of(hidden: &Hidden) -> f32 {
    let says_something = hidden
        .decoded
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .count()
        >= 4;
    match hidden.disguise {
        Disguise::Tags | Disguise::VariationSelectors if says_something => 10.0,
        Disguise::ZeroWidth if says_something => 10.0,
        Disguise::Tags | Disguise::VariationSelectors => 2.5,
        Disguise::Terminal => 5.0,
        Disguise::Bidi => 4.0,
        _ => 1.5,
    }
}
