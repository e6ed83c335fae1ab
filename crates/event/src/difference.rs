//! What a change of a trusted file means, in one vocabulary for all agents' files.

use serde::{Deserialize, Serialize};

/// One thing that is different in a trusted file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Difference {
    /// What kind of thing.
    pub kind: DifferenceKind,
    /// A sentence for people, with secrets masked: `SessionStart hook added: runs node setup.mjs`.
    pub text: String,
}

/// What kind of thing is different. The first ones weigh most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// Characters that people do not see, and what they say.
    HiddenText,
    /// Words that order the model about.
    Injection,
    /// Hooks, a sandbox or a filter no longer hold the agent back.
    GuardLoosened,
    /// The agent asks its user about less, or about nothing.
    AutoApproval,
    /// A hook was added, or runs another command.
    HookAdded,
    /// A program that version control runs by itself.
    GitCommand,
    /// Any other setting that makes a program run by itself.
    Command,
    /// What the agent says goes to another address.
    Endpoint,
    /// An MCP server was added, or is another program or address.
    McpServer,
    /// Somebody else may log in.
    Access,
    /// Something runs at the start of a shell or a session.
    Startup,
    /// A tool or a directory was permitted.
    PermissionAdded,
    /// A hook was taken out.
    HookRemoved,
    /// A program text that an agent runs.
    Code,
    /// Words that an agent obeys.
    Instructions,
    /// Any other setting.
    Setting,
    /// The file is gone.
    Removed,
    /// The file cannot be understood any more.
    Unreadable,
}

impl DifferenceKind {
    /// Every kind, the weightiest first.
    pub const ALL: [DifferenceKind; 18] = [
        DifferenceKind::HiddenText,
        DifferenceKind::Injection,
        DifferenceKind::GuardLoosened,
        DifferenceKind::AutoApproval,
        DifferenceKind::HookAdded,
        DifferenceKind::GitCommand,
        DifferenceKind::Command,
        DifferenceKind::Endpoint,
        DifferenceKind::McpServer,
        DifferenceKind::Access,
        DifferenceKind::Startup,
        DifferenceKind::PermissionAdded,
        DifferenceKind::HookRemoved,
        DifferenceKind::Code,
        DifferenceKind::Instructions,
        DifferenceKind::Setting,
        DifferenceKind::Removed,
        DifferenceKind::Unreadable,
    ];

    /// The name as it stands in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            DifferenceKind::HiddenText => "hidden_text",
            DifferenceKind::Injection => "injection",
            DifferenceKind::GuardLoosened => "guard_loosened",
            DifferenceKind::AutoApproval => "auto_approval",
            DifferenceKind::HookAdded => "hook_added",
            DifferenceKind::GitCommand => "git_command",
            DifferenceKind::Command => "command",
            DifferenceKind::Endpoint => "endpoint",
            DifferenceKind::McpServer => "mcp_server",
            DifferenceKind::Access => "access",
            DifferenceKind::Startup => "startup",
            DifferenceKind::PermissionAdded => "permission_added",
            DifferenceKind::HookRemoved => "hook_removed",
            DifferenceKind::Code => "code",
            DifferenceKind::Instructions => "instructions",
            DifferenceKind::Setting => "setting",
            DifferenceKind::Removed => "removed",
            DifferenceKind::Unreadable => "unreadable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_the_name_that_stands_in_json() {
        for kind in DifferenceKind::ALL {
            let json = serde_json::to_value(kind).unwrap();
            assert_eq!(json.as_str(), Some(kind.name()));
        }
        assert!(DifferenceKind::ALL.is_sorted());
    }
}
