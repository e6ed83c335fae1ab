//! What happened: one exhaustive enum, and one vocabulary for all agents' tools.

use crate::difference::Difference;
use crate::exchange::Exchange;
use crate::ids::ProcessRef;
use crate::usage::{HookCounts, Usage};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the agent did or was told. Match it without `_`: a new action must break
/// every stage that has not decided what to do with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    /// A session began or was resumed.
    SessionStart {
        /// `startup`, `resume`, `clear`…, in the agent's words.
        reason: Option<String>,
        /// The model in use.
        model: Option<String>,
    },
    /// A session ended.
    SessionEnd {
        /// Why, in the agent's words.
        reason: Option<String>,
    },
    /// A person or a program gave the agent a prompt.
    Prompt {
        /// Its text, with secrets masked.
        text: String,
    },
    /// The agent's answer at the end of a turn, as far as the hook tells it.
    TurnEnd {
        /// The last message, with secrets masked.
        text: Option<String>,
    },
    /// The agent wants to use a tool; nothing has run yet.
    ToolCall {
        /// What it wants to do.
        tool: Tool,
    },
    /// The agent asks the user for permission to use a tool.
    PermissionRequest {
        /// What it wants to do.
        tool: Tool,
    },
    /// A tool has run, or failed.
    ToolResult {
        /// What was done.
        tool: Tool,
        /// How it went.
        outcome: Outcome,
        /// What it gave back, with secrets masked.
        output: Value,
    },
    /// A subagent was started.
    SubagentStart {
        /// The agent's name for its kind.
        name: Option<String>,
    },
    /// A subagent ended.
    SubagentEnd {
        /// The agent's name for its kind.
        name: Option<String>,
    },
    /// The agent shortened its context.
    Compaction {
        /// `auto` or `manual`, in the agent's words.
        trigger: Option<String>,
    },
    /// The agent told its user something.
    Notification {
        /// Its text.
        text: String,
    },
    /// A file that an agent obeys changed, or was seen for the first time.
    ConfigChange {
        /// The file, if it is told.
        path: Option<String>,
        /// Which layer of the configuration (`user_settings`, `project_settings`…).
        layer: Option<String>,
        /// What is different, the weightiest first; agents do not tell it, the watcher does.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<Difference>,
    },
    /// A process started a program (`execve(2)`; `ES_EVENT_TYPE_NOTIFY_EXEC` on macOS). Which one
    /// it really is stands in the event's process.
    Exec {
        /// Its arguments, its own name first, with secrets masked.
        argv: Vec<String>,
        /// Who started it.
        parent: Option<ProcessRef>,
        /// The variables by which agents mark their children, and no others.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        environment: BTreeMap<String, String>,
        /// The file that was named, where another program was run to read it (`#!`, execve(2)).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        script: Option<String>,
        /// Why it failed (errno(3)); absent if it did not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<i32>,
    },
    /// A process ended.
    Exit {
        /// Its exit code, unless a signal ended it.
        code: Option<i32>,
        /// The signal that ended it (signal(7)).
        signal: Option<i32>,
    },
    /// A process touched a file, or tried to.
    File {
        /// The real path, as the file itself tells it.
        path: String,
        /// What it did.
        activity: FileActivity,
        /// The new name, of a file that is renamed or linked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// Why it failed (errno(3)); absent if it did not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<i32>,
    },
    /// A process connected to somebody, or sent a datagram.
    Connect {
        /// IPv4 or IPv6 address, or the path of a Unix socket.
        address: String,
        /// The port; 0 of a Unix socket.
        port: u16,
        /// How it talks.
        transport: Transport,
        /// Why it failed (errno(3)); absent if it did not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<i32>,
    },
    /// A process asked for a name.
    DnsQuery {
        /// The name, in lower case, without the last dot.
        name: String,
        /// The type of record (`A`, `AAAA`, `TXT`; RFC 1035).
        record: String,
        /// Why it failed (errno(3)); absent if it did not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<i32>,
    },
    /// A process waits for connections from beyond this machine.
    Listen {
        /// IPv4 or IPv6 address.
        address: String,
        /// The port.
        port: u16,
        /// How it talks.
        transport: Transport,
    },
    /// A process took a connection from beyond this machine.
    Accept {
        /// IPv4 or IPv6 address of the other side.
        address: String,
        /// The port on this side.
        port: u16,
        /// How it talks.
        transport: Transport,
    },
    /// A process reached for another process, or for the kernel itself.
    System {
        /// What it did.
        activity: SystemActivity,
        /// To what: a process id, a directory, the name of a module or a kind of program.
        target: String,
        /// Why it failed (errno(3)); absent if it did not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<i32>,
    },
    /// The sensor saw things that it could not tell: from here on the session is incomplete.
    Lost {
        /// How many, by cause (`ring_full`, `map_full`, `fault`).
        counts: BTreeMap<String, u64>,
    },
    /// The model said something, before or at the end of its turn.
    Message {
        /// Its text, with secrets masked.
        text: String,
    },
    /// The model's thoughts, as far as its maker shows them.
    Thinking {
        /// Their text, with secrets masked.
        text: String,
    },
    /// What one request to the model used.
    Usage {
        /// Model, tokens and cost.
        usage: Usage,
    },
    /// How much the agent asks its user, told when it begins or changes.
    PermissionMode {
        /// In the agent's words (`bypassPermissions`, `yolo`, `never, danger-full-access`).
        mode: String,
        /// Set when the user is asked about nothing.
        unguarded: bool,
    },
    /// It was decided whether a tool may be used.
    Decision {
        /// The agent's own name of the tool.
        tool: String,
        /// Set when it may.
        accepted: bool,
        /// Who decided, in the agent's words (`config`, `hook`, `user_permanent`).
        by: Option<String>,
    },
    /// The agent knows of a hook: it will run it.
    HookRegistered {
        /// The moment at which it runs (`PreToolUse`).
        moment: String,
        /// Which tools or causes, if it is told.
        matcher: Option<String>,
        /// Which layer of the configuration it comes from (`userSettings`).
        layer: Option<String>,
    },
    /// The agent ran its hooks at one moment.
    HookRun {
        /// The moment (`PreToolUse`).
        moment: String,
        /// The moment and its cause (`PreToolUse:Bash`), if it is told.
        name: Option<String>,
        /// How they went.
        counts: HookCounts,
    },
    /// A request went to a host, and its answer came back.
    HttpExchange {
        /// Whom, how long, what was found.
        exchange: Box<Exchange>,
    },
    /// Something this version has no word for; the agent's own fields are in `Event::rest`.
    Other,
}

impl Action {
    /// The `kind` as it stands in JSON, in rules and in filters.
    pub fn kind(&self) -> &'static str {
        match self {
            Action::SessionStart { .. } => "session_start",
            Action::SessionEnd { .. } => "session_end",
            Action::Prompt { .. } => "prompt",
            Action::TurnEnd { .. } => "turn_end",
            Action::ToolCall { .. } => "tool_call",
            Action::PermissionRequest { .. } => "permission_request",
            Action::ToolResult { .. } => "tool_result",
            Action::SubagentStart { .. } => "subagent_start",
            Action::SubagentEnd { .. } => "subagent_end",
            Action::Compaction { .. } => "compaction",
            Action::Notification { .. } => "notification",
            Action::ConfigChange { .. } => "config_change",
            Action::Exec { .. } => "exec",
            Action::Exit { .. } => "exit",
            Action::File { .. } => "file",
            Action::Connect { .. } => "connect",
            Action::DnsQuery { .. } => "dns_query",
            Action::Listen { .. } => "listen",
            Action::Accept { .. } => "accept",
            Action::System { .. } => "system",
            Action::Lost { .. } => "lost",
            Action::Message { .. } => "message",
            Action::Thinking { .. } => "thinking",
            Action::Usage { .. } => "usage",
            Action::PermissionMode { .. } => "permission_mode",
            Action::Decision { .. } => "decision",
            Action::HookRegistered { .. } => "hook_registered",
            Action::HookRun { .. } => "hook_run",
            Action::HttpExchange { .. } => "http_exchange",
            Action::Other => "other",
        }
    }

    /// Every value of [`Action::kind`].
    pub const KINDS: [&'static str; 30] = [
        "session_start",
        "session_end",
        "prompt",
        "turn_end",
        "tool_call",
        "permission_request",
        "tool_result",
        "subagent_start",
        "subagent_end",
        "compaction",
        "notification",
        "config_change",
        "exec",
        "exit",
        "file",
        "connect",
        "dns_query",
        "listen",
        "accept",
        "system",
        "lost",
        "message",
        "thinking",
        "usage",
        "permission_mode",
        "decision",
        "hook_registered",
        "hook_run",
        "http_exchange",
        "other",
    ];

    /// The tool this action is about.
    pub fn tool(&self) -> Option<&Tool> {
        match self {
            Action::ToolCall { tool }
            | Action::PermissionRequest { tool }
            | Action::ToolResult { tool, .. } => Some(tool),
            Action::SessionStart { .. }
            | Action::SessionEnd { .. }
            | Action::Prompt { .. }
            | Action::TurnEnd { .. }
            | Action::SubagentStart { .. }
            | Action::SubagentEnd { .. }
            | Action::Compaction { .. }
            | Action::Notification { .. }
            | Action::ConfigChange { .. }
            | Action::Exec { .. }
            | Action::Exit { .. }
            | Action::File { .. }
            | Action::Connect { .. }
            | Action::DnsQuery { .. }
            | Action::Listen { .. }
            | Action::Accept { .. }
            | Action::System { .. }
            | Action::Lost { .. }
            | Action::Message { .. }
            | Action::Thinking { .. }
            | Action::Usage { .. }
            | Action::PermissionMode { .. }
            | Action::Decision { .. }
            | Action::HookRegistered { .. }
            | Action::HookRun { .. }
            | Action::HttpExchange { .. }
            | Action::Other => None,
        }
    }
}

/// A tool of an agent, by its own name, and what using it means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tool {
    /// The agent's own name (`Bash`, `exec_command`, `run_shell_command`, `Shell`).
    pub name: String,
    /// The same in our one vocabulary.
    pub operation: Operation,
    /// The arguments as the agent gave them, with secrets masked.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub input: Value,
}

/// What using a tool means, in one vocabulary for all agents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "does", rename_all = "snake_case")]
pub enum Operation {
    /// Runs a command line in a shell.
    Shell {
        /// The command line, as the shell gets it.
        command: String,
        /// Set when the agent gave a list of words and no shell reads it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        argv: Option<Vec<String>>,
        /// Where it runs, if not in the session's directory.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cwd: Option<String>,
    },
    /// Reads files.
    Read {
        /// As typed.
        paths: Vec<String>,
    },
    /// Creates, changes, moves or deletes files.
    Write {
        /// One for each file, so that a patch over three files is three changes.
        changes: Vec<Change>,
    },
    /// Lists or searches files.
    Search {
        /// Where, as typed; the session's directory if absent.
        path: Option<String>,
        /// For what.
        pattern: Option<String>,
    },
    /// Gets a web page.
    Fetch {
        /// From where. Some agents hide it in a prompt: then every URL in it.
        urls: Vec<String>,
    },
    /// Asks a search engine.
    WebSearch {
        /// For what.
        query: String,
    },
    /// Calls a tool of an MCP server.
    Mcp {
        /// The server's name in the agent's configuration.
        server: String,
        /// The tool's name at the server.
        tool: String,
    },
    /// Starts a subagent.
    Subagent {
        /// What it is told.
        prompt: String,
    },
    /// A tool that touches nothing outside of the agent, or that this version does not know.
    Other,
}

impl Operation {
    /// Every value of [`Operation::name`].
    pub const NAMES: [&'static str; 9] = [
        "shell",
        "read",
        "write",
        "search",
        "fetch",
        "web_search",
        "mcp",
        "subagent",
        "other",
    ];

    /// The `does` as it stands in JSON and in rules.
    pub fn name(&self) -> &'static str {
        match self {
            Operation::Shell { .. } => "shell",
            Operation::Read { .. } => "read",
            Operation::Write { .. } => "write",
            Operation::Search { .. } => "search",
            Operation::Fetch { .. } => "fetch",
            Operation::WebSearch { .. } => "web_search",
            Operation::Mcp { .. } => "mcp",
            Operation::Subagent { .. } => "subagent",
            Operation::Other => "other",
        }
    }
}

/// One file that a tool creates, changes, moves or deletes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// As typed.
    pub path: String,
    /// What happens to it.
    pub change: ChangeKind,
    /// The text that is put there, if the agent tells it, with secrets masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Created, or overwritten whole.
    Create,
    /// Changed in part.
    Update,
    /// Deleted, or moved away.
    Delete,
}

/// How a tool call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It ran and the agent reports success.
    Success,
    /// It ran or was stopped, and the agent reports a failure.
    Failure,
    /// The agent does not say.
    Unknown,
}

/// What a process does with a file, in the words of OCSF's File System Activity (1.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileActivity {
    /// Made anew.
    Create,
    /// Opened for reading.
    Read,
    /// Opened for writing, or cut short.
    Update,
    /// Its name was taken away.
    Delete,
    /// It got another name.
    Rename,
    /// It got one more name.
    Link,
    /// Its owner or its permissions were changed.
    SetAttributes,
}

/// How a process reaches for another process or for the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemActivity {
    /// Reads or steers another process (ptrace(2), `process_vm_readv(2)`).
    Trace,
    /// Sends a signal to a process of Ringfence (kill(2)).
    Signal,
    /// Mounts a file system (mount(2)).
    Mount,
    /// Loads a module into the kernel (`init_module(2)`).
    LoadModule,
    /// Loads a program into the kernel (bpf(2)).
    LoadProgram,
    /// Makes a queue whose work no system call announces (`io_uring_setup(2)`).
    Queue,
}

impl SystemActivity {
    /// The name in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            SystemActivity::Trace => "trace",
            SystemActivity::Signal => "signal",
            SystemActivity::Mount => "mount",
            SystemActivity::LoadModule => "load_module",
            SystemActivity::LoadProgram => "load_program",
            SystemActivity::Queue => "queue",
        }
    }
}

/// How a process talks to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// A Unix socket.
    Unix,
}
