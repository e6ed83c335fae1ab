//! The stream: what a few agents at work leave behind. The same each time.
//!
//! As on a machine with every sensor: of 100 events 72 are from the kernel, which sees
//! what tool calls do, and 28 from hooks, with prompts, commands, inputs and results.
//! `--hooks` leaves the kernel out: a machine with hooks alone, whose events are longer.
//!
//! 300,000 paths and 8,000 words, the first of them far more often than the last (as
//! Zipf says); four sessions at a time, of about 2,000 events each; 28 of 100 events
//! with free text; one event in 200 with a finding.

use ringfence_event::{
    Access, Action, AgentKind, CallRef, Change, ChangeKind, Command, Decision, Event, EventKey,
    FileAccess, FileClass, Finding, FindingId, HostAccess, HostClass, Join, Labels, Operation,
    Outcome, ProcessRef, RuleId, SessionId, Severity, Source, Timestamp, Tool, ToolCallId, Verdict,
};
use ringfence_store::Record;
use serde_json::{Value, json};
use uuid::Uuid;

mod seen;

/// The first event happens then; the tenth million a week later.
const BEGIN: i64 = 1_794_000_000_000_000;

/// Microseconds between two events, at most; half of that on average.
const STEP: u64 = 120_000;

/// Far more than the stream is long, so that nothing expires by itself.
pub(crate) const KEPT_DAYS: u32 = 3650;

const MICROS_PER_DAY: i64 = 86_400_000_000;
const SEGMENT_EVENTS: usize = 1_000_000;

/// Of 100 events, so many are from the kernel.
const FROM_KERNEL: u64 = 72;

const SESSION_EVENTS: u64 = 2000;
const PATHS: usize = 300_000;
const WORDS: usize = 8000;
const HOSTS: usize = 5000;
const RULES: u64 = 40;

const SYLLABLES: [&str; 20] = [
    "ba", "ko", "ri", "ten", "mu", "sha", "del", "or", "vin", "pa", "qu", "est", "lo", "gra", "ph",
    "in", "ser", "ver", "con", "fig",
];
const COMMON: [&str; 24] = [
    "the", "file", "please", "fix", "test", "refactor", "function", "error", "build", "add",
    "remove", "config", "token", "secret", "database", "query", "user", "password", "deploy",
    "server", "client", "update", "readme", "endpoint",
];
const COMMANDS: [(&str, &str); 12] = [
    ("git", "status --porcelain"),
    ("cargo", "test --workspace -- --nocapture"),
    ("npm", "install --no-audit"),
    ("rg", "-n 'fn main' src"),
    ("python3", "-m pytest -q tests"),
    ("ls", "-la"),
    ("cat", "README.md"),
    ("sed", "-n 1,200p src/lib.rs"),
    ("docker", "compose up -d"),
    ("make", "-j8 all"),
    ("kubectl", "get pods -A"),
    ("go", "build ./..."),
];
const FOLDERS: [&str; 6] = ["src", "lib", "tests", "node_modules", "target", "pkg"];
const ENDINGS: [&str; 6] = ["rs", "ts", "py", "go", "json", "md"];

/// `SplitMix64` (Steele, Lea, Flood 2014): small, and the same everywhere.
#[derive(Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let place = self.place(all.len());
        all.get(place).expect("something to choose from")
    }

    /// One of many, the first ones more often.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank need not be exact"
    )]
    fn often<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let place = ((all.len() + 1) as f64).powf(share) as usize - 1;
        all.get(place.min(all.len() - 1))
            .expect("something to choose from")
    }
}

/// The stream.
#[derive(Clone)]
pub(crate) struct Events {
    random: Random,
    words: Vec<String>,
    paths: Vec<String>,
    hosts: Vec<String>,
    made: usize,
    at: i64,
    from_kernel: u64,
    /// The tool call that is under way.
    call: ToolCallId,
    /// When the first segment ended.
    segment_ended: Option<i64>,
}

impl Events {
    /// `hooks_only`: without what the kernel sees.
    pub(crate) fn new(hooks_only: bool) -> Events {
        let mut random = Random::new(7);
        let mut words: Vec<String> = COMMON.iter().map(|word| (*word).to_owned()).collect();
        while words.len() < WORDS {
            let syllables = 2 + random.below(3);
            words.push((0..syllables).map(|_| *random.one(&SYLLABLES)).collect());
        }
        let mut paths = vec![
            "/home/ada/.ssh/id_ed25519".to_owned(),
            "/home/ada/.aws/credentials".to_owned(),
            "/home/ada/project/.env".to_owned(),
        ];
        for number in paths.len()..PATHS {
            let (folder, name) = (random.one(&words).clone(), random.one(&words).clone());
            let (kind, ending) = (random.one(&FOLDERS), random.one(&ENDINGS));
            paths.push(format!(
                "/home/ada/{folder}/{kind}/{name}-{number}.{ending}"
            ));
        }
        let hosts = (0..HOSTS)
            .map(|number| format!("{}-{number}.example", random.one(&words)))
            .collect();
        Events {
            random,
            words,
            paths,
            hosts,
            made: 0,
            at: BEGIN,
            from_kernel: if hooks_only { 0 } else { FROM_KERNEL },
            call: ToolCallId(String::new()),
            segment_ended: None,
        }
    }

    /// How many were made so far.
    pub(crate) fn made(&self) -> usize {
        self.made
    }

    /// The stream from here on, for another thread.
    pub(crate) fn go_on(&self) -> Events {
        self.clone()
    }

    /// When the last one happened.
    pub(crate) fn last_at(&self) -> Timestamp {
        Timestamp(self.at)
    }

    /// `None` if there are not enough events for two segments.
    pub(crate) fn when_the_oldest_segment_is_too_old(&self) -> Option<Timestamp> {
        let kept = i64::from(KEPT_DAYS) * MICROS_PER_DAY;
        let ended = self.segment_ended?;
        Some(Timestamp(ended + kept + 1))
    }

    pub(crate) fn a_word(&self, random: &mut Random) -> String {
        random.often(&self.words).clone()
    }

    pub(crate) fn a_path(&self, random: &mut Random) -> String {
        random.often(&self.paths).clone()
    }

    pub(crate) fn a_session(&self, random: &mut Random) -> String {
        session(random.below(self.made as u64 / SESSION_EVENTS + 1))
    }

    fn text(&mut self, least: u64, most: u64) -> String {
        let mut text = String::new();
        for _ in 0..least + self.random.below(most - least) {
            let word: &String = self.random.often(&self.words);
            text.push_str(word);
            text.push(' ');
        }
        text
    }

    fn action(&mut self) -> (Action, Labels) {
        match self.random.below(1000) {
            0..20 => plain(Action::Prompt {
                text: self.text(20, 160),
            }),
            20..40 => plain(Action::TurnEnd {
                text: Some(self.text(20, 100)),
            }),
            40..44 => plain(Action::Notification {
                text: self.text(5, 12),
            }),
            44..48 => plain(Action::Compaction {
                trigger: Some("auto".to_owned()),
            }),
            48..50 => plain(Action::ConfigChange {
                path: Some(self.random.often(&self.paths).clone()),
                layer: Some("project_settings".to_owned()),
                changes: Vec::new(),
            }),
            50..530 => {
                let (tool, labels) = self.tool();
                (Action::ToolCall { tool }, labels)
            }
            _ => {
                let (tool, labels) = self.tool();
                let output = self.output();
                let outcome = Outcome::Success;
                (
                    Action::ToolResult {
                        tool,
                        outcome,
                        output,
                    },
                    labels,
                )
            }
        }
    }

    /// Four of ten results are text.
    fn output(&mut self) -> Value {
        if self.random.below(10) < 4 {
            json!({ "stdout": self.text(5, 40), "stderr": "", "interrupted": false })
        } else {
            json!({ "ok": true, "bytes": self.random.below(90_000), "lines": self.random.below(900) })
        }
    }

    fn tool(&mut self) -> (Tool, Labels) {
        match self.random.below(100) {
            0..30 => self.shell(),
            30..62 => self.file("Read", Access::Read),
            62..84 => self.file("Edit", Access::Write),
            84..92 => {
                let pattern = self.random.often(&self.words).clone();
                let path = self.random.often(&self.paths).clone();
                let input = json!({ "pattern": pattern, "path": path });
                let operation = Operation::Search {
                    path: Some(path),
                    pattern: Some(pattern),
                };
                (tool("Grep", operation, input), Labels::default())
            }
            92..96 => {
                let host = self.random.often(&self.hosts).clone();
                let urls = vec![format!("https://{host}/v1/items")];
                let hosts = vec![HostAccess {
                    host,
                    class: HostClass::Unknown,
                    by: "WebFetch".to_owned(),
                }];
                let input = json!({ "url": urls });
                let labels = Labels {
                    hosts,
                    ..Labels::default()
                };
                (tool("WebFetch", Operation::Fetch { urls }, input), labels)
            }
            _ => {
                let input = json!({ "title": self.text(3, 9), "labels": ["bug"] });
                let operation = Operation::Mcp {
                    server: "github".to_owned(),
                    tool: "create_issue".to_owned(),
                };
                (
                    tool("mcp__github__create_issue", operation, input),
                    Labels::default(),
                )
            }
        }
    }

    fn shell(&mut self) -> (Tool, Labels) {
        let (program, arguments) = *self.random.often(&COMMANDS);
        let last = self.random.often(&self.words).clone();
        let line = format!("{program} {arguments} {last}");
        let commands = vec![Command {
            program: program.to_owned(),
            args: arguments
                .split(' ')
                .chain([last.as_str()])
                .map(str::to_owned)
                .collect(),
            line: line.clone(),
            ..Command::default()
        }];
        let input = json!({ "command": line, "description": "Runs a command", "timeout": 120_000 });
        let operation = Operation::Shell {
            command: line,
            argv: None,
            cwd: None,
        };
        let labels = Labels {
            commands,
            ..Labels::default()
        };
        (tool("Bash", operation, input), labels)
    }

    fn file(&mut self, name: &str, access: Access) -> (Tool, Labels) {
        let path = self.random.often(&self.paths).clone();
        let files = vec![FileAccess {
            path: path.clone(),
            full: path.clone(),
            access,
            class: FileClass::Project,
            by: name.to_owned(),
        }];
        let labels = Labels {
            files,
            ..Labels::default()
        };
        if access == Access::Read {
            let input = json!({ "file_path": path, "limit": self.random.below(2000) });
            return (
                tool(name, Operation::Read { paths: vec![path] }, input),
                labels,
            );
        }
        let text = self.text(5, 25);
        let input = json!({ "file_path": path, "new_string": text });
        let changes = vec![Change {
            path,
            change: ChangeKind::Update,
            text: Some(text),
        }];
        (tool(name, Operation::Write { changes }, input), labels)
    }

    /// A call has an id of its own; what follows belongs to it.
    fn call(&mut self, action: &Action) -> Option<CallRef> {
        let join = match action {
            Action::ToolCall { .. } => {
                let random = self.random.next();
                self.call = ToolCallId(format!("toolu_{random:016x}{:08x}", self.made));
                Join::Exact
            }
            Action::ToolResult { .. } => Join::Exact,
            Action::Exec { .. }
            | Action::File { .. }
            | Action::Connect { .. }
            | Action::DnsQuery { .. } => Join::Inferred,
            _ => return None,
        };
        let id = self.call.clone();
        Some(CallRef { id, join })
    }

    fn decision(&mut self, event: &Event) -> Decision {
        if self.random.below(200) > 0 {
            return Decision::from_findings(Vec::new());
        }
        let rule = RuleId(format!("rule-{}", self.random.below(RULES)));
        Decision::from_findings(vec![Finding {
            id: FindingId::of(event.key, &rule),
            event: event.key,
            at: event.at,
            rule,
            title: "Reads credentials".to_owned(),
            severity: *self.random.one(&Severity::ALL),
            verdict: *self
                .random
                .often(&[Verdict::Alert, Verdict::Deny, Verdict::Ask]),
            reason: "It reads a file that holds credentials.".to_owned(),
            evidence: self.random.often(&self.paths).clone(),
            techniques: vec!["T1552.001".to_owned()],
            steps: Vec::new(),
            allowed_by: None,
        }])
    }
}

impl Iterator for Events {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        self.made += 1;
        self.at += i64::try_from(1 + self.random.below(STEP)).unwrap_or(1);
        if self.made == SEGMENT_EVENTS {
            self.segment_ended = Some(self.at);
        }
        let milliseconds = u128::try_from(self.at / 1000).unwrap_or(0);
        let rest = u128::from(self.random.next() >> 4);
        let key = (milliseconds << 80) | (0x7 << 76) | (0x2 << 62) | rest;
        let number = self.made as u64 / SESSION_EVENTS;
        let is_seen = self.random.below(100) < self.from_kernel;
        let (action, labels, process) = if is_seen {
            self.seen()
        } else {
            let (action, labels) = self.action();
            (action, labels, hook_process(number))
        };
        let event = Event {
            key: EventKey(Uuid::from_u128(key)),
            at: Timestamp(self.at),
            source: if is_seen {
                Source::Kernel
            } else {
                Source::Hook
            },
            agent: Some(*self.random.often(&AgentKind::ALL)),
            moment: (!is_seen).then(|| moment(&action).to_owned()),
            session: Some(SessionId(session(
                number.saturating_sub(self.random.below(4)),
            ))),
            call: self.call(&action),
            process: Some(process),
            cwd: Some("/home/ada/project".to_owned()),
            action,
            labels,
            rest: serde_json::Map::new(),
        };
        let decision = self.decision(&event);
        Some(Record { event, decision })
    }
}

fn hook_process(session: u64) -> ProcessRef {
    ProcessRef {
        pid: 4000 + u32::try_from(session % 20_000).unwrap_or(0),
        started: 900_000 + session,
        executable: None,
    }
}

/// As agents name them: a random UUID.
fn session(number: u64) -> String {
    let mut random = Random::new(number);
    let high = u128::from(random.next()) << 64;
    Uuid::from_u128(high | u128::from(random.next())).to_string()
}

fn plain(action: Action) -> (Action, Labels) {
    (action, Labels::default())
}

fn tool(name: &str, operation: Operation, input: Value) -> Tool {
    Tool {
        name: name.to_owned(),
        operation,
        input,
    }
}

fn moment(action: &Action) -> &'static str {
    match action {
        Action::Prompt { .. } => "UserPromptSubmit",
        Action::ToolCall { .. } => "PreToolUse",
        Action::ToolResult { .. } => "PostToolUse",
        _ => "Stop",
    }
}
