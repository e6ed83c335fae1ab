//! Makes `src/body/dictionary` anew: `cargo run -p ringfence-store --example dictionary FILE`.
//!
//! Trains zstd on made-up events of every kind, as the hooks of the four agents tell
//! them: no text of any person or corpus is in it. Run it when events have got new
//! fields; segments that exist keep the dictionary they were written with.
#![forbid(unsafe_code)]
#![expect(
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for ourselves: what fails shall stop it, what it says is for us"
)]

use ringfence_event::{
    Access, Action, AgentKind, CallRef, Change, ChangeKind, Command, Event, EventKey, FileAccess,
    FileActivity, FileClass, Finding, FindingId, HostAccess, HostClass, Join, Labels, Operation,
    Outcome, ProcessRef, RuleId, SessionId, Severity, Source, Timestamp, Tool, ToolCallId,
    Transport, Verdict,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

const SAMPLES: u64 = 20_000;
const BYTES: usize = 48 << 10;

const WORDS: &[&str] = &[
    "the",
    "file",
    "please",
    "fix",
    "test",
    "refactor",
    "function",
    "error",
    "build",
    "add",
    "remove",
    "config",
    "user",
    "server",
    "client",
    "update",
    "implement",
    "failing",
    "module",
    "import",
    "type",
    "check",
    "main",
    "lib",
    "index",
    "utils",
    "handler",
    "parser",
    "store",
    "model",
    "view",
    "router",
    "request",
    "response",
    "session",
    "cache",
    "worker",
    "queue",
];
const COMMANDS: &[&str] = &[
    "git status --porcelain",
    "git diff --stat HEAD~1",
    "git log --oneline -20",
    "git add -A && git commit -m ",
    "cargo test --workspace",
    "cargo build --release",
    "npm install --no-audit",
    "npm run build",
    "rg -n \"fn main\" src",
    "python3 -m pytest -q tests/",
    "ls -la",
    "cat README.md | head -100",
    "sed -n 1,200p src/lib.rs",
    "docker compose up -d",
    "curl -sS https://api.example.com/v1/items",
    "make -j8 all",
    "kubectl get pods -A",
    "go build ./...",
    "find . -name '*.ts' -newer package.json",
    "bash -lc 'source .venv/bin/activate && ruff check .'",
    "node scripts/build.mjs --watch",
];
const PLACES: &[&str] = &[
    "src",
    "lib",
    "tests",
    "node_modules",
    "target",
    "pkg",
    "docs",
    "crates",
    "app",
];
const ENDINGS: &[&str] = &["rs", "ts", "py", "go", "json", "md", "toml", "tsx", "yaml"];
const HOSTS: &[&str] = &[
    "example.com",
    "github.com",
    "registry.example.org",
    "packages.example.org",
    "localhost",
];

/// Random numbers as Knuth's MMIX makes them: the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        *all.get(self.below(all.len())).unwrap()
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.of(WORDS)).collect();
        words.join(" ")
    }

    fn letters(&mut self, count: usize) -> String {
        let letters = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        (0..count).map(|_| char::from(self.of(letters))).collect()
    }

    fn uuid(&mut self) -> Uuid {
        Uuid::from_u128(u128::from(self.0) << 64 | u128::from(self.0.rotate_left(17)))
    }

    fn path(&mut self, cwd: &str) -> String {
        let (place, name, ending) = (self.of(PLACES), self.of(WORDS), self.of(ENDINGS));
        format!("{cwd}/{place}/{name}{}.{ending}", self.below(3000))
    }
}

fn file(path: &str, access: Access, by: &str) -> FileAccess {
    FileAccess {
        path: path.to_owned(),
        full: path.to_owned(),
        access,
        class: FileClass::Project,
        by: by.to_owned(),
    }
}

/// A tool as an agent names it, what it does, and the labels that follow.
fn tool(random: &mut Random, agent: AgentKind, cwd: &str) -> (Tool, Labels) {
    let mut labels = Labels::default();
    let path = random.path(cwd);
    let names = |names: [&'static str; 4]| match agent {
        AgentKind::ClaudeCode => names[0],
        AgentKind::Codex => names[1],
        AgentKind::Gemini => names[2],
        _ => names[3],
    };
    let (name, operation, input) = match random.below(12) {
        0..5 => {
            let command = format!("{} {}", random.of(COMMANDS), random.words(3));
            let mut words = command.split(' ').map(str::to_owned);
            labels.commands = vec![Command {
                program: words.next().unwrap(),
                args: words.collect(),
                line: command.clone(),
                ..Command::default()
            }];
            let input = match random.below(3) {
                0 => {
                    json!({"command": command, "description": random.words(4), "timeout": 120_000})
                }
                1 => json!({"command": command, "description": random.words(4)}),
                _ => json!({"command": command}),
            };
            (
                names(["Bash", "Bash", "run_shell_command", "Shell"]),
                Operation::Shell {
                    command,
                    argv: None,
                    cwd: None,
                },
                input,
            )
        }
        5..8 => {
            labels.files = vec![file(&path, Access::Read, "Read")];
            let input = match random.below(3) {
                0 => json!({"file_path": path, "offset": 1, "limit": 200}),
                _ => json!({"file_path": path}),
            };
            (
                names(["Read", "view_image", "read_file", "Read"]),
                Operation::Read { paths: vec![path] },
                input,
            )
        }
        8 => {
            labels.files = vec![file(&path, Access::Write, "Edit")];
            let (old, new) = (random.words(8), random.words(8));
            let input = json!({"file_path": path, "old_string": old, "new_string": new, "replace_all": false});
            let text = (random.below(2) == 0).then_some(new);
            let change = random.of(&[ChangeKind::Update, ChangeKind::Update, ChangeKind::Create]);
            let changes = vec![Change { path, change, text }];
            (
                names(["Edit", "apply_patch", "replace", "Write"]),
                Operation::Write { changes },
                input,
            )
        }
        9 => {
            let pattern = Some(random.words(2));
            let input =
                json!({"pattern": pattern, "path": cwd, "output_mode": "content", "glob": "*.rs"});
            (
                names(["Grep", "Bash", "search_file_content", "Grep"]),
                Operation::Search {
                    path: Some(cwd.to_owned()),
                    pattern,
                },
                input,
            )
        }
        10 => {
            let host = random.of(HOSTS);
            labels.hosts = vec![HostAccess {
                host: host.to_owned(),
                class: HostClass::Known,
                by: "WebFetch".to_owned(),
            }];
            let url = format!("https://{host}/{}", random.of(WORDS));
            let input = json!({"url": url, "prompt": random.words(6)});
            (
                names(["WebFetch", "web_search", "web_fetch", "Fetch"]),
                Operation::Fetch { urls: vec![url] },
                input,
            )
        }
        _ => {
            let (server, tool) = ("github".to_owned(), "create_issue".to_owned());
            (
                names([
                    "mcp__github__create_issue",
                    "mcp__github__create_issue",
                    "mcp_github_create_issue",
                    "MCP:create_issue",
                ]),
                Operation::Mcp { server, tool },
                json!({"title": random.words(4), "body": random.words(12)}),
            )
        }
    };
    (
        Tool {
            name: name.to_owned(),
            operation,
            input,
        },
        labels,
    )
}

fn action(random: &mut Random, agent: AgentKind, cwd: &str) -> (Action, Labels) {
    let (tool, labels) = tool(random, agent, cwd);
    let action = match random.below(100) {
        0..55 => Action::ToolCall { tool },
        55..88 => {
            let output = match random.below(4) {
                3 => Value::Null,
                0 => {
                    json!({"stdout": random.words(20), "stderr": "", "interrupted": false, "isImage": false, "noOutputExpected": false})
                }
                1 => json!(random.words(30)),
                _ => {
                    json!({"type": "text", "file": {"filePath": cwd, "content": random.words(20), "numLines": 20, "startLine": 1, "totalLines": 200}})
                }
            };
            let outcome = random.of(&[
                Outcome::Success,
                Outcome::Success,
                Outcome::Failure,
                Outcome::Unknown,
            ]);
            return (
                Action::ToolResult {
                    tool,
                    outcome,
                    output,
                },
                labels,
            );
        }
        88 => Action::PermissionRequest { tool },
        89..92 => Action::Prompt {
            text: random.words(30),
        },
        92..94 => Action::TurnEnd {
            text: Some(random.words(30)),
        },
        94 => Action::SessionStart {
            reason: Some("startup".to_owned()),
            model: Some("claude-opus-4-5".to_owned()),
        },
        95 => Action::SessionEnd {
            reason: Some("prompt_input_exit".to_owned()),
        },
        96 => Action::Notification {
            text: format!("{agent} needs your permission to use Bash"),
        },
        97 => Action::SubagentEnd {
            name: Some("general-purpose".to_owned()),
        },
        98 => Action::Compaction {
            trigger: Some("auto".to_owned()),
        },
        _ => Action::Other,
    };
    let is_tool = action.tool().is_some();
    (action, if is_tool { labels } else { Labels::default() })
}

fn moment(agent: AgentKind, action: &Action) -> &'static str {
    let (before, after) = match agent {
        AgentKind::ClaudeCode | AgentKind::Codex => ("PreToolUse", "PostToolUse"),
        AgentKind::Gemini => ("BeforeTool", "AfterTool"),
        _ => ("preToolUse", "postToolUse"),
    };
    match action {
        Action::ToolCall { .. } => before,
        Action::ToolResult { .. } => after,
        Action::PermissionRequest { .. } => "PermissionRequest",
        Action::Prompt { .. } => "UserPromptSubmit",
        Action::TurnEnd { .. } => "Stop",
        Action::SessionStart { .. } => "SessionStart",
        Action::SessionEnd { .. } => "SessionEnd",
        Action::SubagentStart { .. } => "SubagentStart",
        Action::SubagentEnd { .. } => "SubagentStop",
        Action::Compaction { .. } => "PreCompact",
        Action::Notification { .. } => "Notification",
        Action::ConfigChange { .. } => "ConfigChange",
        _ => "InstructionsLoaded",
    }
}

/// What the kernel's sensor tells, with the labels that come with it.
fn seen(random: &mut Random, program: &str, cwd: &str) -> (Action, Labels) {
    let mut labels = Labels::default();
    let path = random.path(cwd);
    let action = match random.below(10) {
        0..2 => {
            let command = random.of(COMMANDS);
            let words = command.split(' ').map(str::to_owned);
            let argv: Vec<String> = words.chain([random.of(WORDS).to_owned()]).collect();
            labels.commands.push(Command {
                program: program.to_owned(),
                args: argv.iter().skip(1).cloned().collect(),
                line: argv.join(" "),
                ..Command::default()
            });
            Action::Exec {
                argv,
                parent: Some(process(random, "/usr/bin/bash")),
                environment: [("CLAUDECODE".to_owned(), "1".to_owned())].into(),
                script: None,
                error: None,
            }
        }
        2 => Action::Exit {
            code: Some(0),
            signal: None,
        },
        3..8 => {
            let (activity, access) = random.of(&[
                (FileActivity::Read, Access::Read),
                (FileActivity::Read, Access::Read),
                (FileActivity::Update, Access::Write),
                (FileActivity::Create, Access::Write),
                (FileActivity::Delete, Access::Delete),
            ]);
            labels.files.push(FileAccess {
                path: path.clone(),
                full: path.clone(),
                access,
                class: random.of(&[FileClass::Project, FileClass::System, FileClass::Temporary]),
                by: program.to_owned(),
            });
            Action::File {
                path,
                activity,
                to: None,
                error: random.of(&[None, None, Some(2), Some(13)]),
            }
        }
        8 => {
            let address = format!("203.0.113.{}", random.below(255));
            labels.hosts.push(host(&address, program));
            Action::Connect {
                address,
                port: 443,
                transport: random.of(&[Transport::Tcp, Transport::Udp]),
                error: None,
            }
        }
        _ => {
            let name = random.of(HOSTS);
            labels.hosts.push(host(name, program));
            Action::DnsQuery {
                name: name.to_owned(),
                record: random.of(&["A", "AAAA", "TXT"]).to_owned(),
                error: None,
            }
        }
    };
    (action, labels)
}

fn host(host: &str, by: &str) -> HostAccess {
    HostAccess {
        host: host.to_owned(),
        class: HostClass::Unknown,
        by: by.to_owned(),
    }
}

fn process(random: &mut Random, executable: &str) -> ProcessRef {
    ProcessRef {
        pid: u32::try_from(1000 + random.below(60_000)).unwrap(),
        started: u64::try_from(random.below(90_000_000)).unwrap(),
        executable: Some(executable.to_owned()),
    }
}

/// A hook's event, or one of the sensor for two of three.
fn any(random: &mut Random) -> Event {
    let hooked = event(random);
    if random.below(3) == 0 {
        return hooked;
    }
    let program = random.of(&["node", "git", "cargo", "rustc", "python3", "rg", "bash"]);
    let cwd = hooked.cwd.clone().unwrap_or_default();
    let (action, labels) = seen(random, program, &cwd);
    Event {
        source: Source::Kernel,
        moment: None,
        process: Some(process(random, &format!("/usr/bin/{program}"))),
        action,
        labels,
        rest: Map::new(),
        ..hooked
    }
}

fn event(random: &mut Random) -> Event {
    let agent = random.of(&[
        AgentKind::ClaudeCode,
        AgentKind::ClaudeCode,
        AgentKind::Codex,
        AgentKind::Gemini,
        AgentKind::Cursor,
    ]);
    let cwd = format!(
        "/home/{}/{}/{}",
        random.of(&["dev", "user"]),
        random.of(&["src", "projects", "work"]),
        random.of(WORDS)
    );
    let (action, labels) = action(random, agent, &cwd);
    let session = random.uuid().to_string();
    let rest = match agent {
        AgentKind::ClaudeCode => {
            json!({"transcript_path": format!("{}/.claude/projects/{}/{session}.jsonl", "/home/dev", cwd.replace('/', "-")), "prompt_id": random.uuid(), "permission_mode": "default", "effort": {"level": "medium"}, "duration_ms": random.below(900)})
        }
        AgentKind::Codex => {
            json!({"turn_id": random.uuid(), "transcript_path": "/home/dev/.codex/sessions/2026/11/21/rollout-2026-11-21T04-44-05-", "model": "gpt-5.5", "permission_mode": "bypassPermissions"})
        }
        AgentKind::Gemini => {
            json!({"transcript_path": "/home/dev/.gemini/tmp/project/chats/session-2026-11-21T04-40-", "timestamp": "2026-11-21T04:40:50.824Z"})
        }
        _ => {
            json!({"conversation_id": random.uuid(), "generation_id": random.uuid(), "model": "default", "cursor_version": "2.1.0", "user_email": null, "workspace_roots": [cwd]})
        }
    };
    let Value::Object(rest) = rest else {
        return event(random);
    };
    let prefix = if agent == AgentKind::Codex {
        "call_"
    } else {
        "toolu_01"
    };
    Event {
        key: EventKey(random.uuid()),
        at: Timestamp(1_795_000_000_000_000),
        source: Source::Hook,
        agent: Some(agent),
        moment: Some(moment(agent, &action).to_owned()),
        session: Some(SessionId(session)),
        call: action.tool().map(|_| CallRef {
            id: ToolCallId(format!("{prefix}{}", random.letters(22))),
            join: random.of(&[Join::Exact, Join::Exact, Join::Inferred]),
        }),
        process: (random.below(3) == 0).then(|| ProcessRef {
            pid: u32::try_from(1000 + random.below(60_000)).unwrap(),
            started: u64::try_from(random.below(90_000_000)).unwrap(),
            executable: Some(
                random
                    .of(&[
                        "/usr/bin/node",
                        "/home/dev/.local/bin/claude",
                        "/usr/local/bin/codex",
                    ])
                    .to_owned(),
            ),
        }),
        cwd: Some(cwd),
        action,
        labels,
        rest: if random.below(3) == 0 {
            rest
        } else {
            Map::new()
        },
    }
}

fn finding(event: &Event, random: &mut Random) -> Finding {
    let rule = RuleId::from(random.of(&[
        "credential-read",
        "secret-in-command",
        "remote-code",
        "destructive-delete",
    ]));
    Finding {
        id: FindingId::of(event.key, &rule),
        event: event.key,
        at: event.at,
        rule,
        title: "Reads a private key or cloud credentials".to_owned(),
        severity: Severity::High,
        verdict: random.of(&[Verdict::Deny, Verdict::Ask, Verdict::Alert]),
        reason: "This command reads credentials that the task does not need.".to_owned(),
        evidence: random.of(COMMANDS).to_owned(),
        techniques: vec!["T1552.004".to_owned()],
        steps: Vec::new(),
        allowed_by: None,
    }
}

/// The plain body, as `src/body.rs` makes it: without what the columns say.
fn body(event: &Event, findings: &[Finding]) -> Vec<u8> {
    let mut json = serde_json::to_string(event).unwrap();
    for (field, value) in [
        ("key", serde_json::to_string(&event.key)),
        ("at", serde_json::to_string(&event.at)),
        ("source", serde_json::to_string(&event.source)),
        ("agent", serde_json::to_string(&event.agent)),
        ("session", serde_json::to_string(&event.session)),
        ("call", serde_json::to_string(&event.call)),
        ("cwd", serde_json::to_string(&event.cwd)),
    ] {
        json = json.replacen(&format!("\"{field}\":{},", value.unwrap()), "", 1);
    }
    let tool = event.action.tool().map_or("", |tool| tool.name.as_str());
    if !findings.is_empty() {
        json.push('\n');
        json.push_str(&serde_json::to_string(findings).unwrap());
    }
    let summary = ringfence_store::summary(event);
    let said = summary.trim_end_matches('…');
    if said.len() >= 4 && !said.contains(['"', '\\']) {
        json = json.replace(said, "\u{1}");
    }
    let subject = match &event.action {
        Action::File { path, .. } => Some(path.as_str()),
        Action::Connect { address, .. } => Some(address.as_str()),
        Action::DnsQuery { name, .. } => Some(name.as_str()),
        _ => event.labels.files.first().map(|file| file.full.as_str()),
    };
    let summary = subject
        .and_then(|subject| summary.strip_prefix(subject))
        .map_or(summary.clone(), |rest| format!("\u{2}{rest}"));
    format!("{summary}\n{tool}\n{json}").into_bytes()
}

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let mut random = Random(1);
    let samples: Vec<Vec<u8>> = (0..SAMPLES)
        .map(|number| {
            let event = any(&mut random);
            let findings = if number % 50 == 0 {
                vec![finding(&event, &mut random)]
            } else {
                Vec::new()
            };
            body(&event, &findings)
        })
        .collect();
    let dictionary = zstd::dict::from_samples(&samples, BYTES).unwrap();
    std::fs::write(&path, &dictionary).unwrap();
    let plain: usize = samples.iter().map(Vec::len).sum();
    let mut compressor = zstd::bulk::Compressor::with_dictionary(3, &dictionary).unwrap();
    let packed: usize = samples
        .iter()
        .map(|sample| compressor.compress(sample).unwrap().len())
        .sum();
    println!(
        "{} bytes, {} for each event of {}",
        dictionary.len(),
        packed / samples.len(),
        plain / samples.len()
    );
}
