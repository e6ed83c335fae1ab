//! What is different in a trusted file, as the API's document describes it.

use utoipa::ToSchema;

/// One thing that is different in a trusted file.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Difference {
    /// What kind of thing.
    pub(crate) kind: DifferenceKind,
    /// A sentence for people, with secrets masked: `SessionStart hook added: runs node setup.mjs`.
    pub(crate) text: String,
}

/// What kind of thing is different. The first ones weigh most.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum DifferenceKind {
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
