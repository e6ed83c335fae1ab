//! The command line, as types. What a command does stands in `commands/`.

mod ca;
mod hosts;
mod incidents;
mod sessions;

pub(crate) use ca::Ca;
pub(crate) use hosts::{Configure, Hosts, HostsWhat};
pub(crate) use incidents::{
    ExportForm, Incidents, IncidentsList, IncidentsWhat, Resolve, Standing,
};
pub(crate) use sessions::{
    Cost, CostBy, Export, Format, Replay, Sessions, SessionsWhat, Show, Why,
};

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::ffi::OsString;
use std::path::PathBuf;

/// Runtime security for AI coding agents.
///
/// Ringfence judges each tool call of your coding agents before it runs, blocks the
/// bad ones and keeps the record. Everything stays on this machine.
#[derive(Debug, Parser)]
#[command(name = "ringfence", version, max_term_width = 100, after_help = AFTER)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER: &str = "First steps:
  ringfence install --all    hook the agents that are used here
  ringfence up --detach      start the daemon
  ringfence status           see what is guarded, and what is not

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 `check` would deny;
of `scan`: 0 nothing found, 1 something found, 2 failed or wrong usage.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the daemon: judge, record, answer
    Up(Up),
    /// End the daemon; hooks go on judging by themselves
    Down,
    /// Show what is guarded, what was seen, and what is not visible
    Status(Json),
    /// Say what does not work or is not seen, why, and what to do
    Doctor(Json),
    /// Show agents' processes as they are now, each with its tool call
    Ps(Json),
    /// End a session's processes, the agent too
    Stop(Whom),
    /// Hold a session's processes still
    Suspend(Whom),
    /// Let a session's processes go on
    Resume(Whom),
    /// Let a session reach only the hosts that are named (needs the sensor)
    Lock(Lock),
    /// Let a locked session reach everything again
    Unlock {
        /// The session (the start of its id is enough)
        session: String,
    },
    /// Lift all denials in the kernel, at once
    Release(Release),
    /// See what agents' processes do, in the kernel (needs root)
    Sensor(Sensor),
    /// Hook agents into Ringfence
    Install(Edit),
    /// Take Ringfence's hooks out again
    Uninstall(Edit),
    /// Answer one hook of an agent (agents call this)
    #[command(hide = true)]
    Hook {
        /// The agent
        agent: String,
    },
    /// Run an agent, or any program, in a fence that needs no root
    Exec(Exec),
    /// Let your shell start an agent in `ringfence exec`
    Configure(Configure),
    /// Run an MCP server with a reader beside it (agents call this)
    #[command(hide = true)]
    McpWrap(McpWrap),
    /// List what agents did, newest last
    Events(Events),
    /// List what rules found, newest last
    Alerts(Alerts),
    /// See Ringfence at work on an invented day, apart from your own record
    Demo(Demo),
    /// List, show and settle what findings add up to
    Incidents(Incidents),
    /// List what was carried over the wire that should not have been, newest last
    Threats(Threats),
    /// List the files that agents obey, and what changed in them
    Files(Files),
    /// List sessions, show and replay one, write one to a file
    Sessions(Sessions),
    /// Say why something happened: what led to an event or a finding
    Why(Why),
    /// Add up what models cost, by day, model, project, agent or session
    Cost(Cost),
    /// Count events, denials and findings
    Stats(Stats),
    /// Take in what agents wrote down of their sessions: files, or all below a directory
    Import(Import),
    /// Allow what was denied: once, or for the project
    Allow(Allow),
    /// Explain what would be decided about a command, without running it
    Check(Check),
    /// Look for secrets, injections and hidden characters in files
    Scan(Scan),
    /// Plant decoy secrets: whatever reads or sends one has no good reason
    #[command(subcommand)]
    Canary(Canary),
    /// Count what the rules say of labelled commands, without running them
    Eval(Eval),
    /// List, show, switch, check and test rules
    #[command(subcommand)]
    Rules(Rules),
    /// Open the dashboard in a browser, signed in
    Open(Open),
    /// Print the token with which scripts ask the API
    Token(Token),
    /// List hosts that were trusted or flagged; trust, flag and allow hosts
    Hosts(Hosts),
    /// The certificate authority of the proxy
    #[command(subcommand)]
    Ca(Ca),
    /// Check that the record was not tampered with
    #[command(subcommand)]
    Audit(Audit),
    /// Print the API's OpenAPI document
    Openapi,
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page, or write all of them into a directory
    Man {
        /// Write one page per command into this directory
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command")]
pub(crate) struct Demo {
    /// Play the attack slowly, before your eyes
    #[arg(long, conflicts_with_all = ["fill_only", "remove"])]
    pub(crate) live: bool,
    /// Only fill the demo's record, and serve nothing
    #[arg(long, conflicts_with = "remove")]
    pub(crate) fill_only: bool,
    /// Take the demo away again
    #[arg(long)]
    pub(crate) remove: bool,
    /// Where the demo's dashboard listens; any free port if absent
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port: u16,
    /// Only print the link, without opening a browser
    #[arg(long)]
    pub(crate) print: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Json {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Whose processes.
#[derive(Debug, Args)]
pub(crate) struct Whom {
    /// The session (the start of its id is enough), or the id of a process: it and all below it
    #[arg(value_name = "SESSION|PID")]
    pub(crate) whom: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Lock {
    /// The session (the start of its id is enough)
    pub(crate) session: String,
    /// What it may reach beside this machine: names with all below them, addresses, networks
    #[arg(long, value_name = "HOST", num_args = 1..)]
    pub(crate) allow: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Release {
    /// Deny again what rules and locks deny
    #[arg(long)]
    pub(crate) undo: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Sensor {
    /// Where users' daemons find it
    #[arg(long, value_name = "PATH", default_value = crate::config::SENSOR)]
    pub(crate) socket: PathBuf,
    /// The control group (version 2) whose connections and names are seen; all, if not told
    #[arg(long, value_name = "PATH")]
    pub(crate) cgroup: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Go on in the background
    #[arg(long, short)]
    pub(crate) detach: bool,
}

/// Whose settings are edited.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are switches of a command line"
)]
pub(crate) struct Edit {
    /// Which agents: claude-code, codex, gemini, cursor; copilot for telemetry
    #[arg(required_unless_present = "all")]
    pub(crate) agents: Vec<String>,
    /// Every agent that this can be done to here
    #[arg(long, conflicts_with = "agents")]
    pub(crate) all: bool,
    /// The MCP servers that the agent starts, and not its hooks
    #[arg(long)]
    pub(crate) mcp: bool,
    /// What the agent exports through OpenTelemetry, and not its hooks
    #[arg(long)]
    pub(crate) telemetry: bool,
    /// Show the change, make none
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// What all lists can be narrowed by.
#[derive(Debug, Args)]
pub(crate) struct Narrow {
    /// Only this agent
    #[arg(long)]
    pub(crate) agent: Option<String>,
    /// Only this session (the start of its id is enough)
    #[arg(long)]
    pub(crate) session: Option<String>,
    /// Only since then: 30m, 6h, 7d, or 2026-11-21T08:00:00Z
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    /// How many at the most
    #[arg(long, short = 'n', default_value_t = 50)]
    pub(crate) limit: usize,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const AFTER_EXEC: &str =
    "What it starts and whom it reaches is recorded; what rules deny is denied, for it and all
that it starts, for as long as they run. Exit code, signals and terminal are the program's own;
127: there is no such program, 126: it can't be run, 125: there is no fence.

  ringfence exec -- claude
  ringfence exec --net=proxy --allow api.anthropic.com -- claude
  ringfence exec --net=none --deny-read ~/.ssh --deny-read ~/.aws -- make test";

#[derive(Debug, Args)]
#[command(after_help = AFTER_EXEC)]
pub(crate) struct Exec {
    /// What it can reach
    #[arg(long, value_enum, value_name = "NET", default_value_t = ExecNet::Host)]
    pub(crate) net: ExecNet,
    /// A network, address or name that it must not reach: 10.0.0.0/8, evil.example (again for more)
    #[arg(long, value_name = "WHERE")]
    pub(crate) deny: Vec<String>,
    /// The only networks, addresses and names that it may reach (again for more); names work with
    /// --net=proxy
    #[arg(long, value_name = "WHERE")]
    pub(crate) allow: Vec<String>,
    /// A file or directory that it must not read (again for more). A file that is made later
    /// directly in a directory above it can't be read either, and nothing can be mounted
    #[arg(long, value_name = "PATH")]
    pub(crate) deny_read: Vec<PathBuf>,
    /// The program and its arguments, after `--`
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExecNet {
    /// The machine's network, but for what rules deny
    Host,
    /// Only an HTTP proxy, which resolves names and obeys the rules
    Proxy,
    /// Nothing but itself
    None,
}

#[derive(Debug, Args)]
pub(crate) struct McpWrap {
    /// The name under which the agent knows the server
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Its configuration gave the server no arguments: only `ringfence uninstall` needs to know
    #[arg(long, hide = true)]
    pub(crate) bare: bool,
    /// Become the server
    #[arg(long, hide = true)]
    pub(crate) child: bool,
    /// The server and its arguments, after `--`
    #[arg(last = true, required = true, value_name = "SERVER")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct Threats {
    /// How many at the most
    #[arg(long, short = 'n', default_value_t = 10)]
    pub(crate) limit: usize,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Transcripts, or directories with some; what is in the record already is not taken in again.
    /// Without any: what earlier imports came to
    pub(crate) paths: Vec<PathBuf>,
    /// Print what became of each file as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Events {
    #[command(flatten)]
    pub(crate) narrow: Narrow,
    /// Only this kind: `tool_call`, `tool_result`, `prompt`, `session_start`…
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// Only what this source told: hook, transcript, telemetry, kernel…
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Only tools that do this: shell, read, write, search, fetch, mcp…
    #[arg(long)]
    pub(crate) does: Option<String>,
    /// Only this verdict or a stricter one: alert, ask, deny
    #[arg(long)]
    pub(crate) verdict: Option<String>,
    /// Only where each of these words begins a word of what was said or done
    #[arg(long, visible_alias = "search")]
    pub(crate) text: Option<String>,
    /// Go on as events come
    #[arg(long, short)]
    pub(crate) follow: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Alerts {
    #[command(flatten)]
    pub(crate) narrow: Narrow,
    /// Only this severity or a higher one: low, medium, high, critical
    #[arg(long)]
    pub(crate) severity: Option<String>,
    /// Only this rule
    #[arg(long)]
    pub(crate) rule: Option<String>,
    /// Go on as findings come
    #[arg(long, short)]
    pub(crate) follow: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Files {
    #[command(subcommand)]
    pub(crate) what: Option<FilesWhat>,
    #[command(flatten)]
    pub(crate) list: FilesList,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FilesWhat {
    /// Show what is watched, and which files are not as approved
    List(FilesList),
    /// Show what changed since it was approved
    Diff {
        /// Only these files, or those below these directories
        paths: Vec<PathBuf>,
        /// Also show the lines themselves
        #[arg(long, short)]
        lines: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Say that a file may be as it is now
    Approve {
        /// These files, or those below these directories
        #[arg(required_unless_present = "all")]
        paths: Vec<PathBuf>,
        /// Every file that changed
        #[arg(long, conflicts_with = "paths")]
        all: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct FilesList {
    /// Every file, not only those that changed
    #[arg(long, short)]
    pub(crate) all: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Stats {
    /// Only since then: 30m, 6h, 7d, or 2026-11-21T08:00:00Z
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Allow {
    #[command(subcommand)]
    pub(crate) what: Option<Allowed>,
    /// The finding, as the denial or `ringfence alerts` names it; with --project, also a rule
    #[arg(required = true)]
    pub(crate) finding: Option<String>,
    /// For every call below the finding's directory (of a rule: below this one), not only for
    /// the same call once
    #[arg(long)]
    pub(crate) project: bool,
    /// Only so long: 30m, 6h, 7d
    #[arg(long = "for", value_name = "SPAN")]
    pub(crate) span: Option<String>,
    /// Why, for whoever reads the list later
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Allowed {
    /// Show what is allowed, and what has expired
    List(Json),
    /// Take back what was allowed
    Remove {
        /// The finding, as the list names it
        #[arg(required_unless_present = "expired")]
        finding: Option<String>,
        /// All that have expired
        #[arg(long, conflicts_with = "finding")]
        expired: bool,
    },
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["command", "read", "write"]))]
pub(crate) struct Check {
    /// The command line, after `--`
    #[arg(last = true)]
    pub(crate) command: Vec<String>,
    /// A file that the agent would read
    #[arg(long, value_name = "PATH")]
    pub(crate) read: Option<String>,
    /// A file that the agent would write
    #[arg(long, value_name = "PATH")]
    pub(crate) write: Option<String>,
    /// Where it would run, if not here
    #[arg(long, value_name = "DIR")]
    pub(crate) cwd: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// List all rules, what they do here and how often they matched
    List {
        /// Count the matches of so many days, beside all
        #[arg(long, value_name = "N", default_value_t = 30)]
        days: u16,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a rule's text, and how often it matched
    Show {
        /// The rule's name or id
        rule: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a rule a mode of its own
    Mode {
        /// The rule's name or id
        rule: String,
        /// `default` takes back what was chosen
        mode: RuleMode,
    },
    /// Take back what was chosen for a rule
    Enable {
        /// The rule's name
        rule: String,
    },
    /// Switch a rule off, or make it milder or stricter
    Disable {
        /// The rule's name
        rule: String,
        /// Instead of off: only alert, or ask
        #[arg(long, value_enum)]
        to: Option<To>,
    },
    /// Say of each rule that cannot be used where and why
    Check {
        /// A file or directory of rules; without one, your own
        path: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Try rules on their own examples
    Test {
        /// A file or directory of rules; without one, all that are in force
        path: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Name rules that cannot match, match too much, are slow, or never fire
    Lint {
        /// A file or directory of rules; without one, your own
        path: Option<PathBuf>,
        /// Also the rules that come with Ringfence
        #[arg(long)]
        builtin: bool,
        /// A rule that matched nothing in so many days never fires
        #[arg(long, value_name = "N", default_value_t = 30)]
        days: u16,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Count what rules would have found in what was recorded here
    Backtest(Backtest),
}

#[derive(Debug, Args)]
pub(crate) struct Backtest {
    /// A file or directory of rules
    pub(crate) path: PathBuf,
    /// Only since then: 30m, 6h, 7d, or 2026-11-21T08:00:00Z
    #[arg(long, value_name = "WHEN", default_value = "30d")]
    pub(crate) since: String,
    /// Show so many of the latest matches of each rule
    #[arg(long, short = 'n', value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(..=100))]
    pub(crate) limit: u16,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RuleMode {
    Monitor,
    Guard,
    Enforce,
    Off,
    Default,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum To {
    Alert,
    Ask,
    Deny,
}

#[derive(Debug, Args)]
pub(crate) struct Open {
    /// Print the link only, open nothing
    #[arg(long)]
    pub(crate) print: bool,
    /// Sign every browser out instead
    #[arg(long, conflicts_with = "print")]
    pub(crate) sign_out: bool,
    /// Print JSON, open nothing
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Token {
    /// Make a new one; the one before no longer works
    #[arg(long)]
    pub(crate) new: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Check that no kept event was changed or removed
    Verify {
        /// Also check that the record still holds this state, as `audit head` printed it
        #[arg(long, value_name = "HEAD")]
        head: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the record's latest seal, to be kept elsewhere
    Head(Json),
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that a person types"
)]
#[command(group = ArgGroup::new("what").required(true).args(["paths", "git_diff", "transcripts"]), after_help = AFTER_SCAN)]
pub(crate) struct Scan {
    /// Files and directories; `-` is standard input
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Only lines that were added: what is staged, or what is committed and staged since REV
    #[arg(long, value_name = "REV", num_args = 0..=1, default_missing_value = "HEAD")]
    pub(crate) git_diff: Option<String>,
    /// What the agents of this user wrote down of their sessions
    #[arg(long)]
    pub(crate) transcripts: bool,
    /// Also look for personal data: cards, account and social security numbers, addresses in bulk
    #[arg(long)]
    pub(crate) personal: bool,
    /// Look for secrets only
    #[arg(long, conflicts_with = "personal")]
    pub(crate) secrets_only: bool,
    /// Ask the language model that config.toml names about each injection; sends its excerpt, with
    /// secrets masked
    #[arg(long, conflicts_with_all = ["secrets_only", "write_baseline"])]
    pub(crate) second_opinion: bool,
    /// Rules for secrets in gitleaks' format, instead of the ones that come with Ringfence
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Be silent about what this file lists
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// List in this file what is found, for --baseline
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "sarif"])]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Look at everything: neither ignore files nor comments that allow count
    #[arg(long)]
    pub(crate) no_ignore: bool,
    /// Leave out files that are larger: 500K, 20M, 1G
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_size: Option<u64>,
    /// Threads; as many as there are processors, if not told
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// Print JSON
    #[arg(long, conflicts_with = "sarif")]
    pub(crate) json: bool,
    /// Print SARIF 2.1.0, as code hosts read it
    #[arg(long)]
    pub(crate) sarif: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Canary {
    /// Write decoys: into your home an .env file, an AWS profile, an SSH key and an npm token;
    /// into another directory an .env file and an npm token
    Plant {
        /// Where; your home if not told
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show where decoys are, and whether they still are as they were written
    List(Json),
    /// Delete decoys that are still as they were written, and forget them
    Remove {
        /// Only these files; all if none is named
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

const AFTER_SCAN: &str =
    "Files that .gitignore or .ringfenceignore leave out, and binary files, are not looked at.
A line with the comment `ringfence:allow` or `gitleaks:allow` may hold a secret; no comment
allows an injection.

Exit codes: 0 nothing found, 1 something found, 2 failed.";

/// Reads `500K`, `20M`, `1G`, or bytes.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let factor = match text.strip_prefix(digits) {
        Some("") => 1,
        Some("K" | "k") => 1 << 10,
        Some("M" | "m") => 1 << 20,
        Some("G" | "g") => 1 << 30,
        _ => 0,
    };
    digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| "use 500K, 20M or 1G".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// JSONL files, also gzipped: rows with `text`, `label` and `source`
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Also list the rows that no rule alerted on, those that one did, or all
    #[arg(long, value_enum)]
    pub(crate) list: Option<EvalList>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EvalList {
    Missed,
    Flagged,
    All,
}
