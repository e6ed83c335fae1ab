//! The vocabulary of `ringfence-event` once more, as the OpenAPI document describes it.
//!
//! **Invariant:** nothing here is ever answered; the real types are. A test turns
//! samples of those into these and back, so that the two cannot drift apart.
#![cfg_attr(
    not(test),
    expect(dead_code, reason = "only their shape is used, for the document")
)]

mod difference;
mod exchange;
mod incident;
mod labels;
mod timeline;

pub(crate) use difference::Difference;
pub(crate) use exchange::Exchange;
pub(crate) use incident::{Handling, Incident, IncidentStep, Left, Status};
pub(crate) use labels::{FileClass, HostClass, InjectionLevel, Labels, Unsaid};
pub(crate) use timeline::{CostRow, Facts, Spent, Subagent, Turn, Why};

use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One thing an agent did, tried to do, or was told, seen by one sensor.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Event {
    /// Made by the sensor, ordered by time, safe to send twice.
    pub(crate) key: String,
    /// When it happened, at the source's clock.
    #[schema(format = DateTime)]
    pub(crate) at: String,
    /// Which sensor saw it.
    pub(crate) source: Source,
    /// The agent that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) agent: Option<AgentKind>,
    /// The agent's own name for the moment it reported (`PreToolUse`, `BeforeTool`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) moment: Option<String>,
    /// The agent's session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) session: Option<String>,
    /// The tool call it belongs to, and how we know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) call: Option<CallRef>,
    /// The process that reported or did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) process: Option<ProcessRef>,
    /// Working directory of the agent at that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) cwd: Option<String>,
    /// What happened.
    pub(crate) action: Action,
    /// What enrichment found out about it.
    pub(crate) labels: Labels,
    /// Fields of the source that this version does not know, kept as they came.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub(crate) rest: serde_json::Map<String, Value>,
}

/// The sensor an event came from.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    /// An agent's hook.
    Hook,
    /// Ringfence itself, about itself.
    Host,
    /// The sensor in the operating system's kernel.
    Kernel,
    /// The watcher of the files that agents obey.
    Watcher,
    /// What an agent wrote down of its session.
    Transcript,
    /// What an agent exports through OpenTelemetry.
    Telemetry,
    /// The proxy between agents and their models, or the wrap around an MCP server.
    Proxy,
}

/// The coding agents that Ringfence knows by name.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AgentKind {
    /// Anthropic Claude Code.
    ClaudeCode,
    /// OpenAI Codex CLI.
    Codex,
    /// Google Gemini CLI.
    Gemini,
    /// Cursor and its CLI.
    Cursor,
    /// GitHub Copilot CLI.
    Copilot,
    /// opencode.
    Opencode,
    /// Cline, an extension of editors.
    Cline,
    /// Roo Code, an extension of editors.
    Roo,
    /// Qwen Code.
    Qwen,
    /// SWE-agent.
    SweAgent,
}

/// What the agent did or was told.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Action {
    /// A session began or was resumed.
    SessionStart {
        /// `startup`, `resume`, `clear`…, in the agent's words.
        #[schema(required)]
        reason: Option<String>,
        /// The model in use.
        #[schema(required)]
        model: Option<String>,
    },
    /// A session ended.
    SessionEnd {
        /// Why, in the agent's words.
        #[schema(required)]
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
        #[schema(required)]
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
        #[schema(required)]
        name: Option<String>,
    },
    /// A subagent ended.
    SubagentEnd {
        /// The agent's name for its kind.
        #[schema(required)]
        name: Option<String>,
    },
    /// The agent shortened its context.
    Compaction {
        /// `auto` or `manual`, in the agent's words.
        #[schema(required)]
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
        #[schema(required)]
        path: Option<String>,
        /// Which layer of the configuration (`user_settings`, `project_settings`…).
        #[schema(required)]
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
        #[schema(required)]
        parent: Option<ProcessRef>,
        /// The variables by which agents mark their children, and no others.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        environment: BTreeMap<String, String>,
        /// The file that was named, where another program was run to read it (`#!`, execve(2)).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        script: Option<String>,
        /// Why it failed (errno(3)); absent if it did not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        error: Option<i32>,
    },
    /// A process ended.
    Exit {
        /// Its exit code, unless a signal ended it.
        #[schema(required)]
        code: Option<i32>,
        /// The signal that ended it (signal(7)).
        #[schema(required)]
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
        #[schema(nullable = false)]
        to: Option<String>,
        /// Why it failed (errno(3)); absent if it did not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
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
        #[schema(nullable = false)]
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
        #[schema(nullable = false)]
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
        #[schema(nullable = false)]
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
        #[schema(required)]
        by: Option<String>,
    },
    /// The agent knows of a hook: it will run it.
    HookRegistered {
        /// The moment at which it runs (`PreToolUse`).
        moment: String,
        /// Which tools or causes, if it is told.
        #[schema(required)]
        matcher: Option<String>,
        /// Which layer of the configuration it comes from (`userSettings`).
        #[schema(required)]
        layer: Option<String>,
    },
    /// The agent ran its hooks at one moment.
    HookRun {
        /// The moment (`PreToolUse`).
        moment: String,
        /// The moment and its cause (`PreToolUse:Bash`), if it is told.
        #[schema(required)]
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

/// What one request to a model used. Tokens stand in heaps that do not overlap.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Usage {
    /// The model, by its maker's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) model: Option<String>,
    /// The request, by its maker's id: what has the same one is counted once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) request: Option<String>,
    /// The message that answered it, by its maker's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) message: Option<String>,
    /// Tokens read, without those in a cache.
    pub(crate) input: u64,
    /// Tokens written, thoughts included.
    pub(crate) output: u64,
    /// Tokens read from a cache.
    pub(crate) cache_read: u64,
    /// Tokens put into a cache for minutes.
    pub(crate) cache_write: u64,
    /// Tokens put into a cache for an hour.
    pub(crate) cache_write_hour: u64,
    /// Those of the output that are thoughts, if it is told.
    pub(crate) reasoning: u64,
    /// Set when it was answered faster at a higher price.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) fast: bool,
    /// Set in a side conversation: it may repeat what the main one used.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) aside: bool,
    /// What the agent itself says it cost, in billionths of a US dollar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) cost: Option<u64>,
}

/// How the hooks of one moment went.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct HookCounts {
    /// How many ran.
    pub(crate) hooks: u64,
    /// How many had nothing against it.
    pub(crate) succeeded: u64,
    /// How many held the agent back.
    pub(crate) blocked: u64,
    /// How many failed, so that the agent went on without them.
    pub(crate) failed: u64,
    /// How many were stopped, by their time limit or by the user.
    pub(crate) cancelled: u64,
    /// How long they took together, in milliseconds.
    pub(crate) milliseconds: u64,
}

/// How a process reaches for another process or for the kernel.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum SystemActivity {
    /// Reads or steers another process.
    Trace,
    /// Sends a signal to a process of Ringfence.
    Signal,
    /// Mounts a file system.
    Mount,
    /// Loads a module into the kernel.
    LoadModule,
    /// Loads a program into the kernel.
    LoadProgram,
    /// Makes a queue whose work no system call announces.
    Queue,
}

/// What a process does with a file, in the words of OCSF's File System Activity (1.8).
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum FileActivity {
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

/// How a process talks to another.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// A Unix socket.
    Unix,
}

/// A tool of an agent, by its own name, and what using it means.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Tool {
    /// The agent's own name (`Bash`, `exec_command`, `run_shell_command`, `Shell`).
    pub(crate) name: String,
    /// The same in our one vocabulary.
    pub(crate) operation: Operation,
    /// The arguments as the agent gave them, with secrets masked.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(crate) input: Value,
}

/// What using a tool means, in one vocabulary for all agents.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(tag = "does", rename_all = "snake_case")]
pub(crate) enum Operation {
    /// Runs a command line in a shell.
    Shell {
        /// The command line, as the shell gets it.
        command: String,
        /// Set when the agent gave a list of words and no shell reads it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        argv: Option<Vec<String>>,
        /// Where it runs, if not in the session's directory.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
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
        #[schema(required)]
        path: Option<String>,
        /// For what.
        #[schema(required)]
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

/// One file that a tool creates, changes, moves or deletes.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[expect(clippy::struct_field_names, reason = "the real one's names")]
pub(crate) struct Change {
    /// As typed.
    pub(crate) path: String,
    /// What happens to it.
    pub(crate) change: ChangeKind,
    /// The text that is put there, if the agent tells it, with secrets masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) text: Option<String>,
}

/// What happens to a file.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChangeKind {
    /// Created, or overwritten whole.
    Create,
    /// Changed in part.
    Update,
    /// Deleted, or moved away.
    Delete,
}

/// How a tool call went.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It ran and the agent reports success.
    Success,
    /// It ran or was stopped, and the agent reports a failure.
    Failure,
    /// The agent does not say.
    Unknown,
}

/// The tool call that an event belongs to, and how we know.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct CallRef {
    /// Which call.
    pub(crate) id: String,
    /// How we know.
    pub(crate) join: Join,
}

/// How two facts were joined.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Join {
    /// By an id that both sources carry.
    Exact,
    /// By time, directory or likeness.
    Inferred,
}

/// A process, guarded against a reused pid by its start time.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct ProcessRef {
    /// Process id.
    pub(crate) pid: u32,
    /// Start time in clock ticks since boot (field 22 of `/proc/<pid>/stat`, proc(5)); 0 if unknown.
    pub(crate) started: u64,
    /// The executable, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) executable: Option<String>,
}

/// One rule that matched one event.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Finding {
    /// Short, for people: `ringfence allow <id>`.
    pub(crate) id: String,
    /// The event it is about.
    pub(crate) event: String,
    /// When the event happened.
    #[schema(format = DateTime)]
    pub(crate) at: String,
    /// The rule that matched.
    pub(crate) rule: String,
    /// The rule's title.
    pub(crate) title: String,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// What the rule asks for, after mode and the user's choices.
    pub(crate) verdict: Verdict,
    /// One plain sentence for the model and for the user.
    pub(crate) reason: String,
    /// What in the event made the rule match (`cat ~/.ssh/id_rsa`), with secrets masked.
    pub(crate) evidence: String,
    /// MITRE ATT&CK techniques (`T1552.004`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) techniques: Vec<String>,
    /// Of a sequence: the keys of the earlier events that it is made of, first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) steps: Vec<String>,
    /// Set when the user allowed it: the allowance that did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) allowed_by: Option<String>,
}

/// How bad it is, in Sigma's five levels.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    /// Worth knowing, never an alarm.
    Informational,
    /// Odd.
    Low,
    /// Somebody should look.
    Medium,
    /// Somebody should look today.
    High,
    /// Somebody should look now.
    Critical,
}

/// What is done about it. Ordered: the strictest verdict of all findings wins.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// Nothing is wrong with it.
    Allow,
    /// It runs, and a person is told.
    Alert,
    /// A person is asked first.
    Ask,
    /// It does not run.
    Deny,
}

/// How far Ringfence goes on this machine, or for one rule.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    /// Nothing is ever denied; everything is recorded.
    Monitor,
    /// Hooks deny what rules mark as certain.
    Guard,
    /// Also in the kernel, on the proxy, and by stopping processes; `ask` becomes `deny`.
    Enforce,
}

/// What happened, in one word.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    SessionStart,
    SessionEnd,
    Prompt,
    TurnEnd,
    ToolCall,
    PermissionRequest,
    ToolResult,
    SubagentStart,
    SubagentEnd,
    Compaction,
    Notification,
    ConfigChange,
    Exec,
    Exit,
    File,
    Connect,
    DnsQuery,
    Listen,
    Accept,
    System,
    Lost,
    Message,
    Thinking,
    Usage,
    PermissionMode,
    Decision,
    HookRegistered,
    HookRun,
    HttpExchange,
    Other,
}

/// What a tool does, in one word.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Does {
    Shell,
    Read,
    Write,
    Search,
    Fetch,
    WebSearch,
    Mcp,
    Subagent,
    Other,
}

/// The record counted up.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Stats {
    /// How many events.
    pub(crate) events: u64,
    /// The first of them.
    #[schema(required, format = DateTime)]
    pub(crate) first: Option<String>,
    /// The last of them.
    #[schema(required, format = DateTime)]
    pub(crate) last: Option<String>,
    /// Events by agent; those of no agent under `none`.
    pub(crate) by_agent: BTreeMap<String, u64>,
    /// Events by kind.
    pub(crate) by_kind: BTreeMap<String, u64>,
    /// Tool events by what the tool does.
    pub(crate) by_operation: BTreeMap<String, u64>,
    /// Events by verdict.
    pub(crate) by_verdict: BTreeMap<String, u64>,
    /// How many events were denied.
    pub(crate) denied: u64,
    /// How many events a person was asked about.
    pub(crate) asked: u64,
    /// How many findings.
    pub(crate) findings: u64,
    /// Findings by rule.
    pub(crate) by_rule: BTreeMap<String, u64>,
    /// Findings by severity.
    pub(crate) by_severity: BTreeMap<String, u64>,
}

#[cfg(test)]
mod tests;
