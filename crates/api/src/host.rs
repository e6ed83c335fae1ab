//! What the server asks of the program around it.
//!
//! **Invariant:** the server knows the record and HTTP; rules, agents' formats and
//! the daemon's state come through [`Host`] only.

mod exceptions;
mod rules;

pub use exceptions::{AllowWhat, Exception, NewException};
pub use rules::{
    RuleAnswer, RuleChoice, RuleProblem, RuleState, Ruled, SavedRule, Trial, Tried, TryRules,
};

use ringfence_event::{
    AgentKind, CallRef, Finding, FindingId, Mode, RuleId, SessionId, Severity, Timestamp, Verdict,
};
use ringfence_incident::Handling;
use ringfence_store::Health;
use serde::{Deserialize, Serialize};

/// The program around the server. Every method may block; none is called on the
/// thread that serves connections, but [`Host::log`].
pub trait Host: Send + Sync + 'static {
    /// What of the status the record does not know.
    fn status(&self) -> HostStatus;
    /// The rule with this id, if it is still loaded.
    fn rule(&self, id: &RuleId) -> Option<Rule>;
    /// All rules, and what they do here.
    fn rules(&self) -> Ruled;
    /// Takes what a person chooses for a rule; an error is for that person.
    fn choose(&self, rule: &RuleId, choice: RuleChoice) -> Result<(), String>;
    /// Takes how far a person wants to go on this machine; an error is for that person.
    fn choose_mode(&self, mode: Mode) -> Result<(), String>;
    /// Makes rules ready to be tried; an error is for whoever tries them.
    fn try_rules(&self, wanted: TryRules) -> Result<Box<dyn Trial>, String>;
    /// Writes a rule of the user's own, or takes it away; a text with mistakes is not kept.
    fn save_rule(&self, rule: &RuleId, text: Option<&str>) -> Result<SavedRule, Refusal>;
    /// What is allowed beyond the rules.
    fn exceptions(&self) -> Vec<Exception>;
    /// Allows something beyond the rules.
    fn except(&self, wanted: NewException) -> Result<Exception, Refusal>;
    /// Takes an exception back; returns what it was.
    fn withdraw(&self, exception: &FindingId) -> Result<Exception, Refusal>;
    /// How much a session should worry its user, if anything was ever found in it.
    fn risk(&self, session: &SessionId) -> Option<Risk>;
    /// The command that lets this finding through the next time, if there is one.
    fn undo(&self, finding: &Finding) -> Option<String>;
    /// The MCP servers that stand in the user's settings of the agents.
    fn servers(&self) -> Vec<McpServer>;
    /// Who runs below agents now.
    fn processes(&self) -> Processes;
    /// Judges and records a hook's payload that came over HTTP.
    fn collect(&self, request: CollectRequest<'_>) -> CollectAnswer;
    /// What was decided about an incident.
    fn handled(&self, incident: &FindingId) -> Option<Handling>;
    /// Takes what a person decided about an incident, or that nothing is decided any more; an error
    /// is for that person.
    fn handle(&self, incident: &FindingId, handling: Option<&Handling>) -> Result<(), String>;
    /// Takes a line for the program's log. It never holds a credential.
    fn log(&self, line: &str);
}

/// Why something that a person wants is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// What it is about is not there (`finding`).
    Missing(&'static str),
    /// It must not be; the sentence says why.
    Forbidden(String),
    /// It could not be done; the sentence says why.
    Failed(String),
}

/// Who runs below agents now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Processes {
    /// Whether a sensor in the kernel tells of them; else they were looked for.
    pub sensed: bool,
    /// Each tree in one piece, its oldest first.
    pub processes: Vec<Process>,
    /// What is not seen of them, one sentence each.
    pub not_visible: Vec<String>,
}

/// A process below an agent, or the agent itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Process {
    /// Process id.
    pub pid: u32,
    /// Start time in clock ticks since boot (field 22 of `/proc/<pid>/stat`, proc(5)).
    pub started: u64,
    /// Who started it, if known.
    #[schema(required)]
    pub parent: Option<u32>,
    /// The root of its tree: the agent's process.
    pub root: u32,
    /// The agent.
    #[schema(required, value_type = Option<crate::schema::AgentKind>)]
    pub agent: Option<AgentKind>,
    /// The session that it belongs to.
    #[schema(required, value_type = Option<String>)]
    pub session: Option<SessionId>,
    /// The tool call that it works for, and how we know.
    #[schema(required, value_type = Option<crate::schema::CallRef>)]
    pub call: Option<CallRef>,
    /// What the call said, in one line.
    #[schema(required)]
    pub said: Option<String>,
    /// Set when its call has ended.
    pub outlives: bool,
    /// Its executable, if known.
    #[schema(required)]
    pub executable: Option<String>,
    /// Its arguments in one line, with secrets masked.
    pub line: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub began: Timestamp,
}

/// What of the status the record does not know.
#[derive(Clone, Debug)]
pub struct HostStatus {
    /// The program's version.
    pub version: String,
    /// The daemon's process id.
    pub pid: u32,
    /// When it started.
    pub since: Timestamp,
    /// Set where everything is invented.
    pub demo: bool,
    /// How far it goes.
    pub mode: Mode,
    /// How many rules are in force.
    pub rules: u64,
    /// How many tool calls it judged since it started.
    pub decisions: u64,
    /// What is wrong, one sentence each.
    pub problems: Vec<String>,
    /// How the store is doing.
    pub health: Health,
    /// Every agent that is known by name.
    pub agents: Vec<HostAgent>,
}

/// What is known of an agent on this machine.
#[derive(Clone, Debug)]
pub struct HostAgent {
    /// Which.
    pub agent: AgentKind,
    /// Whether it is used on this machine.
    pub found: bool,
    /// Whether our hooks stand in its settings.
    pub hooked: Hooked,
    /// What a person should know or do about it.
    pub note: Option<String>,
    /// What cannot be seen of it.
    pub blind_spots: Vec<String>,
    /// How its hooks did since the program started, if anything was heard of it.
    pub health: Option<HookHealth>,
    /// What it exported since then, if it was told to.
    pub telemetry: Option<Exported>,
}

/// How an agent's hooks did: what the agent itself told of its calls, against what hooks told.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct HookHealth {
    /// Tool calls that went well and that its hooks announce.
    pub expected: u64,
    /// Those of them that a hook announced.
    pub announced: u64,
    /// Hooks that failed, as the agent tells.
    pub failed: u64,
    /// Hooks that were stopped at a time limit, as the agent tells.
    pub cancelled: u64,
    /// How many answers were given.
    pub answers: u64,
    /// How long one took on average, in microseconds.
    pub mean_microseconds: u64,
    /// How long the slowest took, in microseconds.
    pub slowest_microseconds: u64,
}

/// What an agent exported through OpenTelemetry.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Exported {
    /// Records that came.
    pub records: u64,
    /// When the last ones came.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub last: Option<Timestamp>,
}

/// Whether our hooks stand in an agent's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hooked {
    /// All of them.
    Whole,
    /// Some of them, or so that they cannot work.
    Partly,
    /// None.
    No,
    /// The settings could not be read.
    Unknown,
}

/// How much a session should worry its user: it fades with time.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Risk {
    /// From 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    pub score: u32,
    /// What it is made of, the largest first.
    pub parts: Vec<RiskPart>,
}

/// One reason for a risk.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct RiskPart {
    /// The rule that matched, or what was new in the project.
    pub why: String,
    /// What it adds.
    pub points: u32,
}

/// A rule as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Rule {
    /// Its name.
    #[schema(value_type = String)]
    pub id: RuleId,
    /// In a few words.
    pub title: String,
    /// In a few sentences.
    pub description: String,
    /// How bad it is.
    #[schema(value_type = crate::schema::Severity)]
    pub severity: Severity,
    /// What it asks for.
    #[schema(value_type = crate::schema::Verdict)]
    pub action: Verdict,
    /// MITRE ATT&CK techniques (`T1552.004`).
    pub techniques: Vec<String>,
    /// Where to read more.
    pub references: Vec<String>,
    /// When it speaks up without harm.
    pub false_positives: Vec<String>,
    /// `builtin`, or the path of the file that it stands in.
    pub source: String,
    /// As it is written, in YAML.
    pub text: String,
}

/// An MCP server in an agent's settings.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct McpServer {
    /// Whose settings.
    #[schema(value_type = crate::schema::AgentKind)]
    pub agent: AgentKind,
    /// The server, as the agent calls it.
    pub name: String,
    /// The file that names it.
    pub file: String,
    /// The command that starts it, in one line with secrets masked.
    pub command: String,
    /// Whether what it says is read on the way (`ringfence install --mcp`).
    pub wrapped: bool,
}

/// A hook's payload that came over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollectRequest<'a> {
    /// What it was sent to.
    pub route: CollectRoute,
    /// `X-AgentsLeak-Source`: the agent, in the sender's words.
    pub source: Option<&'a str>,
    /// `X-Endpoint-Hostname`.
    pub hostname: Option<&'a str>,
    /// `X-Endpoint-User`.
    pub user: Option<&'a str>,
    /// The payload, as it came.
    pub body: &'a [u8],
}

/// What a hook's payload was sent to, below `/api/collect/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CollectRoute {
    /// `pre-tool-use`: a tool call, to be judged.
    PreToolUse,
    /// `post-tool-use`: a tool call went well.
    PostToolUse,
    /// `post-tool-use-error`: a tool call failed.
    PostToolUseError,
    /// `permission-request`: the agent asks its user.
    PermissionRequest,
    /// `user-prompt-submit`: a prompt.
    UserPromptSubmit,
    /// `session-start`.
    SessionStart,
    /// `session-end`.
    SessionEnd,
    /// `subagent-start`.
    SubagentStart,
    /// `subagent-stop`.
    SubagentStop,
    /// `claude-code`: Claude Code's own HTTP hook, the payload as on standard input.
    ClaudeCode,
}

impl CollectRoute {
    /// Every route with its name in the address.
    pub const ALL: [(&'static str, CollectRoute); 10] = [
        ("pre-tool-use", CollectRoute::PreToolUse),
        ("post-tool-use", CollectRoute::PostToolUse),
        ("post-tool-use-error", CollectRoute::PostToolUseError),
        ("permission-request", CollectRoute::PermissionRequest),
        ("user-prompt-submit", CollectRoute::UserPromptSubmit),
        ("session-start", CollectRoute::SessionStart),
        ("session-end", CollectRoute::SessionEnd),
        ("subagent-start", CollectRoute::SubagentStart),
        ("subagent-stop", CollectRoute::SubagentStop),
        ("claude-code", CollectRoute::ClaudeCode),
    ];

    /// Returns the route of this name.
    pub fn from_name(name: &str) -> Option<CollectRoute> {
        let found = CollectRoute::ALL.into_iter().find(|(own, _)| *own == name);
        found.map(|(_, route)| route)
    }
}

/// What is sent back for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body, in JSON.
    pub json: String,
}
