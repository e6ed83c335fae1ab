//! What others than hooks tell of the demo's day: the sensor, transcripts, exported records, the proxy.
//!
//! **Invariant:** it is what those would tell of what the hooks told, in their own words, so that what
//! was done is what was said; only where the script says otherwise, more is done.

use super::script::{Does, Secretly, Session};
use ringfence_agents::{Encoding, Signal, read_telemetry};
use ringfence_event::{
    Access, Action, AgentKind, Event, Exchange, FileActivity, Operation, ProcessRef, SessionId,
    Timestamp, Transport,
};
use ringfence_proxy::reading::Told as Overheard;
use ringfence_proxy::{Client, Connection, ExchangeId, Scheme};
use ringfence_sense::{Deed, Endpoint, Observation, Process};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// What programs do in a shell itself, without a process of their own.
const BUILTINS: [&str; 5] = ["cd", "echo", "export", "test", "printf"];

/// Between two things that a process does, in microseconds.
const APART: i64 = 3_000;

/// The user that all of it runs as.
const USER: u32 = 1000;

/// Tokens that a session begins with, and those that each step adds.
const FIRST_TOKENS: u64 = 16_400;
const TOKENS_A_STEP: u64 = 2_350;

/// The agent's own process in a session.
pub(super) fn root(session: &Session) -> Process {
    // Any number does, as long as it is that session's.
    let seed = session.id.bytes().rev().take(6);
    let number = seed.fold(7_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    // Beyond what Linux gives (`PID_MAX_LIMIT`, 4,194,304): it is nobody's on this machine.
    let pid = 5_000_000 + number % 200 * 1000;
    Process {
        pid,
        started: u64::from(pid) * 10,
    }
}

/// What the sensor sees of one tool call.
pub(super) struct Sensor<'a> {
    root: Process,
    agent: AgentKind,
    event: &'a Event,
    at: i64,
    next: u32,
    seen: Vec<Observation>,
}

impl<'a> Sensor<'a> {
    /// `number` is that of the step; each has process ids of its own.
    pub(super) fn new(session: &Session, number: usize, event: &'a Event) -> Sensor<'a> {
        let root = root(session);
        let step = u32::try_from(number).unwrap_or_default();
        Sensor {
            root,
            agent: session.agent,
            event,
            at: event.at.0 + 40_000,
            next: root.pid + 1 + step * 20,
            seen: Vec::new(),
        }
    }

    /// Everything, in order.
    pub(super) fn see(mut self, secretly: Option<&Secretly>) -> Vec<Observation> {
        let Some(tool) = self.event.action.tool() else {
            return self.seen;
        };
        match &tool.operation {
            Operation::Shell { command, .. } => self.shell(command, secretly),
            Operation::Read { .. } | Operation::Write { .. } => self.files(self.root, |_| true),
            Operation::Fetch { .. } => self.hosts(self.root, |_| true),
            _ => {}
        }
        self.seen
    }

    fn shell(&mut self, command: &str, secretly: Option<&Secretly>) {
        let line = ["bash", "-c", command].map(str::to_owned).to_vec();
        let shell = self.start(self.root, "bash", line);
        let labels = &self.event.labels;
        for (place, one) in labels.commands.iter().enumerate() {
            let own = |by: &str| by == one.program || (place == 0 && by.is_empty());
            if BUILTINS.contains(&one.program.as_str()) {
                self.files(shell, own);
                continue;
            }
            let argv = std::iter::once(one.program.clone()).chain(one.args.clone());
            let process = self.start(shell, &one.program, argv.collect());
            self.files(process, own);
            self.hosts(process, own);
            if let Some(secretly) = secretly.filter(|_| place == 0) {
                self.hidden(process, secretly);
            }
            self.end(process);
        }
        self.end(shell);
    }

    /// What nobody said.
    fn hidden(&mut self, parent: Process, secretly: &Secretly) {
        let process = self.start(parent, &secretly.program, secretly.line());
        self.file(process, FileActivity::Read, secretly.reads.clone());
        self.end(process);
    }

    fn start(&mut self, parent: Process, program: &str, argv: Vec<String>) -> Process {
        let child = Process {
            pid: self.next,
            started: u64::from(self.next) * 10,
        };
        self.next += 1;
        self.add(parent, Deed::Fork { child });
        let marks = ringfence_agents::child_marks(self.agent);
        let call = self.event.call.as_ref().map(|call| call.id.0.clone());
        let session = self.event.session.as_ref().map(|session| session.0.clone());
        let named = |names: &[&str], value: Option<String>| {
            let name = names.first().map(|name| (*name).to_owned());
            name.zip(value)
        };
        let environment = [named(marks.call, call), named(marks.session, session)];
        let deed = Deed::Exec {
            executable: format!("/usr/bin/{}", program.rsplit('/').next().unwrap_or(program)),
            script: None,
            argv,
            truncated: false,
            cwd: self.event.cwd.clone(),
            environment: environment.into_iter().flatten().collect(),
            parent,
        };
        self.add(child, deed);
        child
    }

    fn end(&mut self, process: Process) {
        let deed = Deed::Exit {
            code: Some(0),
            signal: None,
        };
        self.at += 150_000;
        self.add(process, deed);
    }

    fn files(&mut self, process: Process, own: impl Fn(&str) -> bool) {
        let labels = &self.event.labels;
        let files = labels.files.iter().filter(|file| own(&file.by));
        for file in files {
            let activity = match file.access {
                Access::Read => FileActivity::Read,
                Access::Write => FileActivity::Update,
                Access::Delete => FileActivity::Delete,
            };
            self.file(process, activity, file.full.clone());
        }
    }

    fn file(&mut self, process: Process, activity: FileActivity, path: String) {
        let deed = Deed::File {
            activity,
            path,
            to: None,
        };
        self.add(process, deed);
    }

    fn hosts(&mut self, process: Process, own: impl Fn(&str) -> bool) {
        let labels = &self.event.labels;
        for host in labels.hosts.iter().filter(|host| own(&host.by)) {
            self.add(
                process,
                Deed::Query {
                    name: host.host.clone(),
                    record: 1,
                },
            );
            let to = Endpoint::Inet {
                address: address(&host.host),
                port: 443,
                transport: Transport::Tcp,
            };
            self.add(process, Deed::Connect { to });
        }
    }

    fn add(&mut self, process: Process, deed: Deed) {
        self.at += APART;
        self.seen.push(Observation {
            at: self.at,
            process,
            tree: self.root,
            user: USER,
            deed,
            error: None,
            denied: None,
            times: 1,
        });
    }
}

/// An address of those that are nobody's (RFC 5737).
fn address(host: &str) -> IpAddr {
    let sum = host.bytes().fold(1_u8, u8::wrapping_add);
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, sum))
}

/// What the model used for one step.
struct Used {
    cached: u64,
    written: u64,
    output: u64,
}

fn used(number: usize) -> Used {
    let step = u64::try_from(number).unwrap_or_default();
    Used {
        cached: FIRST_TOKENS + step * TOKENS_A_STEP,
        written: TOKENS_A_STEP,
        output: 160 + step * 131 % 700,
    }
}

/// The lines that Claude Code writes down of a step; `ran` says that it was not stopped.
pub(super) fn lines(
    session: &Session,
    number: usize,
    does: &Does,
    (before, after): (&Value, Option<&Value>),
    at: Timestamp,
) -> Vec<Value> {
    let of_model = |content: Value, more: i64| {
        let used = used(number);
        let message = json!({ "id": format!("msg_{}_{number}", session.id), "type": "message",
            "role": "assistant", "model": session.model(), "content": content,
            "usage": { "input_tokens": 4, "cache_read_input_tokens": used.cached,
                "cache_creation_input_tokens": used.written, "output_tokens": used.output } });
        line(
            session,
            number,
            "assistant",
            &message,
            Timestamp(at.0 - 900_000 + more),
        )
    };
    let says = |text: &str| json!([{ "type": "text", "text": text }]);
    match does {
        Does::Start => Vec::new(),
        Does::Prompt(text) => {
            let message = json!({ "role": "user", "content": text });
            vec![line(session, number, "user", &message, at)]
        }
        Does::Say(text) => vec![of_model(says(text), 0)],
        _ => {
            let call = json!({ "type": "tool_use", "id": before["tool_use_id"],
                "name": before["tool_name"], "input": before["tool_input"] });
            let mut content = says(&does.plan());
            if let Some(content) = content.as_array_mut() {
                content.push(call);
            }
            let mut told = vec![of_model(content, 0)];
            if after.is_some() {
                let result = json!({ "role": "user", "content": [{ "type": "tool_result",
                    "tool_use_id": before["tool_use_id"], "content": does.prints() }] });
                told.push(line(
                    session,
                    number,
                    "user",
                    &result,
                    Timestamp(at.0 + 2_100_000),
                ));
            }
            told
        }
    }
}

fn line(session: &Session, number: usize, kind: &str, message: &Value, at: Timestamp) -> Value {
    json!({ "type": kind, "message": message, "uuid": format!("{}-{number}-{kind}-{}", session.id, at.0),
        "timestamp": at, "sessionId": session.id, "cwd": session.cwd, "version": "2.1.329",
        "isSidechain": false })
}

/// What Codex and Gemini CLI export of a step that a model answered.
pub(super) fn exported(session: &Session, number: usize, at: Timestamp) -> Vec<Event> {
    let used = used(number);
    let (service, name, session_key, cached) = match session.agent {
        AgentKind::Codex => (
            "codex_cli_rs",
            "codex.sse_event",
            "conversation.id",
            "cached_token_count",
        ),
        AgentKind::Gemini => (
            "gemini-cli",
            "gemini_cli.api_response",
            "session.id",
            "cached_content_token_count",
        ),
        _ => return Vec::new(),
    };
    let text = |key: &str, value: &str| json!({ "key": key, "value": { "stringValue": value } });
    let count =
        |key: &str, value: u64| json!({ "key": key, "value": { "intValue": value.to_string() } });
    let attributes = json!([
        text("event.name", name),
        text(session_key, &session.id),
        text("model", session.model()),
        count(cached, used.cached),
        count("input_token_count", used.cached + used.written),
        count("output_token_count", used.output)
    ]);
    let nanoseconds = at.0.saturating_mul(1000).to_string();
    let body = json!({ "resourceLogs": [{
        "resource": { "attributes": [text("service.name", service)] },
        "scopeLogs": [{ "logRecords": [{ "timeUnixNano": nanoseconds, "attributes": attributes }] }] }] });
    let bytes = body.to_string();
    let read = read_telemetry(Signal::Logs, Encoding::Json, bytes.as_bytes(), at);
    read.map(|read| read.events).unwrap_or_default()
}

/// What the proxy reads of a step that a model answered.
pub(super) fn overheard(session: &Session, number: usize, at: Timestamp) -> Option<Overheard> {
    let (host, path, provider, format) = match session.agent {
        AgentKind::ClaudeCode => (
            "api.anthropic.com",
            "/v1/messages",
            "anthropic",
            "anthropic_messages",
        ),
        AgentKind::Codex => (
            "api.openai.com",
            "/v1/responses",
            "openai",
            "openai_responses",
        ),
        _ => return None,
    };
    let used = used(number);
    let step = u64::try_from(number).unwrap_or_default();
    let exchange = Exchange {
        protocol: "h2".to_owned(),
        scheme: "https".to_owned(),
        host: host.to_owned(),
        port: 443,
        method: "POST".to_owned(),
        path: path.to_owned(),
        status: Some(200),
        sent: used.cached * 4,
        received: used.output * 9,
        milliseconds: 2_400 + step * 173 % 4_000,
        first_byte: Some(640),
        first_token: Some(910),
        format: Some(format.to_owned()),
        provider: Some(provider.to_owned()),
        model: Some(session.model().to_owned()),
        ..Exchange::default()
    };
    Some(Overheard {
        exchange: ExchangeId(step),
        connection: Arc::new(connection(session, host)),
        at,
        format: None,
        call: None,
        action: Action::HttpExchange {
            exchange: Box::new(exchange),
        },
    })
}

fn connection(session: &Session, host: &str) -> Connection {
    let root = root(session);
    Connection {
        number: u64::from(root.pid),
        scheme: Scheme::Https,
        host: host.to_owned(),
        port: 443,
        client: Some(Client {
            process: ProcessRef {
                pid: root.pid,
                started: root.started,
                executable: None,
            },
            agent: Some(session.agent),
            session: Some(SessionId(session.id.clone())),
        }),
    }
}
