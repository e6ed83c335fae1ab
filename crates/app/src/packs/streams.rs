//! The built-in rules over streams of what the kernel saw, in `tests/corpus/kernel`, through the
//! process table and what deeds are held against. `RULE.attack.jsonl` must bring that rule; what is
//! `.benign` nothing that people are told of.
//!
//! Those named after a tool were recorded of it with `strace -f`, with paths and addresses
//! replaced; the others are made up. A line is one list: `call` with command and directory, `end`
//! of the call, `wait` in seconds, `fork` with parent and child, `exec` with process, program,
//! arguments, directory and script, and what else a process did. Process 100 is the agent.

use crate::judge::trusted;
use ringfence_detect::{Policy, RuleSet, Sessions, builtin};
use ringfence_enrich::{
    AgentMarks, Canaries, Deeds, Links, Marks, Masker, Place, ProcessKey, Processes, enrich,
};
use ringfence_event::{
    Action, AgentKind, CallRef, Event, EventKey, FileActivity, Finding, Join, Labels, Operation,
    Outcome, ProcessRef, SessionId, Severity, Source, SystemActivity, Timestamp, Tool, ToolCallId,
    Transport,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::compile(builtin()).unwrap());
static MASKER: LazyLock<Masker> = LazyLock::new(|| Masker::new([0; 32]));
const HOME: &str = "/home/ada";
const AGENT: ProcessKey = ProcessKey {
    pid: 100,
    started: 1,
};

/// Directly below `work` lie repositories.
struct Work;

impl Links for Work {
    fn real(&self, _path: &str) -> Option<String> {
        None
    }

    fn repository(&self, path: &str) -> Option<String> {
        let name = path.strip_prefix("/home/ada/work/")?.split('/').next()?;
        Some(format!("/home/ada/work/{name}"))
    }
}

/// One imagined daemon.
struct World {
    processes: Processes,
    deeds: Deeds,
    sessions: Sessions,
    canaries: Canaries,
    call: Option<(ToolCallId, String)>,
    /// Who started a process, and what it runs.
    parents: BTreeMap<u32, u32>,
    programs: BTreeMap<u32, String>,
    at: i64,
    events: u128,
    found: Vec<Finding>,
}

impl World {
    fn new() -> World {
        let marks = AgentKind::ALL.map(|agent| {
            let of = ringfence_agents::child_marks(agent);
            AgentMarks {
                agent,
                call: of.call,
                session: of.session,
                any: of.any,
                shell: of.shell,
            }
        });
        let mut world = World {
            processes: Processes::new(Marks(marks.to_vec())),
            deeds: Deeds::default(),
            sessions: Sessions::new(),
            canaries: Canaries::new([0; 32], vec![format!("{HOME}/.aws/credentials.bak")], &[]),
            call: None,
            parents: BTreeMap::new(),
            programs: BTreeMap::new(),
            at: 0,
            events: 0,
            found: Vec::new(),
        };
        let above = vec!["bash".to_owned(), "sshd".to_owned()];
        (world.processes).rooted(AGENT, Some(AgentKind::ClaudeCode), above, Timestamp(0));
        world.seen(100, (exec(&["claude".to_owned()], None, None), None));
        world
    }

    fn event(&mut self, source: Source, action: Action) -> Event {
        self.events += 1;
        self.at += 1_000;
        Event {
            key: EventKey(uuid::Uuid::from_u128(self.events)),
            at: Timestamp(self.at),
            source,
            agent: None,
            moment: None,
            session: None,
            call: None,
            process: None,
            cwd: None,
            action,
            labels: Labels::default(),
            rest: serde_json::Map::new(),
        }
    }

    fn enrich_and_judge(&mut self, mut event: Event) {
        let trusted = trusted();
        let place = Place {
            home: Some(HOME),
            trusted: &trusted,
            canaries: Some(&self.canaries),
            ..Place::default()
        };
        enrich(&mut event, &place, &Work, &MASKER);
        if event.source == Source::Hook {
            self.processes.told(&event, None);
            self.deeds.told(&event);
        } else {
            (self.deeds).compare(&mut event, &self.processes, &place, &Work);
        }
        let policy = Policy::default();
        let (mut findings, steps) = RULES.evaluate_with_steps(&event, &policy);
        let observed = RULES.observe(&mut self.sessions, &event, &steps);
        findings.extend(RULES.completed(&observed, &event, &policy));
        if event.source == Source::Kernel {
            self.found.extend(findings);
        }
    }

    fn told(&mut self, cwd: Option<&str>, action: Action) {
        let id = self.call.as_ref().map(|(id, _)| id.clone());
        let event = Event {
            agent: Some(AgentKind::ClaudeCode),
            session: Some(SessionId::from("s")),
            call: id.map(|id| CallRef {
                id,
                join: Join::Exact,
            }),
            process: Some(reference(100, None)),
            cwd: cwd.map(str::to_owned),
            ..self.event(Source::Hook, action)
        };
        self.enrich_and_judge(event);
    }

    fn seen(&mut self, process: u32, (action, cwd): (Action, Option<String>)) {
        let program = self.programs.get(&process).cloned();
        let mut event = Event {
            process: Some(reference(process, program)),
            cwd,
            ..self.event(Source::Kernel, action)
        };
        self.processes.take(&mut event, AGENT);
        self.enrich_and_judge(event);
    }

    /// Plays one line.
    fn play(&mut self, line: &Value) {
        let text = |place: usize| line[place].as_str().unwrap_or_default();
        let number = |place: usize| u32::try_from(line[place].as_u64().unwrap()).unwrap();
        match text(0) {
            "call" => self.call(text(1), text(2)),
            "end" => self.end(),
            "wait" => self.at += 1_000_000 * i64::from(number(1)),
            "fork" => {
                let at = Timestamp(self.at);
                let program = self.programs.get(&number(1)).cloned().unwrap_or_default();
                self.programs.insert(number(2), program);
                self.parents.insert(number(2), number(1));
                (self.processes).forked(key(number(1)), key(number(2)), AGENT, at);
            }
            "exec" => {
                let argv: Vec<String> = serde_json::from_value(line[3].clone()).unwrap();
                self.programs.insert(number(1), text(2).to_owned());
                let parent = self.parents.get(&number(1)).map(|parent| {
                    let program = self.programs.get(parent).cloned();
                    reference(*parent, program)
                });
                let action = exec(&argv, line[5].as_str(), parent);
                self.seen(number(1), (action, Some(text(4).to_owned())));
            }
            _ => self.seen(number(1), (deed(line), None)),
        }
    }

    fn call(&mut self, command: &str, cwd: &str) {
        let id = ToolCallId(format!("c{}", self.events));
        self.call = Some((id, command.to_owned()));
        self.told(
            Some(cwd),
            Action::ToolCall {
                tool: shell(command),
            },
        );
    }

    fn end(&mut self) {
        let command = self.call.as_ref().map(|(_, command)| command.clone());
        let tool = shell(&command.unwrap());
        self.told(
            None,
            Action::ToolResult {
                tool,
                outcome: Outcome::Success,
                output: Value::Null,
            },
        );
        self.call = None;
    }
}

/// What a line says that a process did.
fn deed(line: &Value) -> Action {
    let text = |place: usize| line[place].as_str().unwrap_or_default().to_owned();
    let port = || u16::try_from(line[3].as_u64().unwrap()).unwrap();
    match text(0).as_str() {
        "connect" => connect(text(2), port(), Transport::Tcp),
        "unix" => connect(text(2), 0, Transport::Unix),
        "dns" => Action::DnsQuery {
            name: text(2),
            record: "A".to_owned(),
            error: None,
        },
        "listen" => Action::Listen {
            address: text(2),
            port: port(),
            transport: Transport::Tcp,
        },
        "system" => Action::System {
            activity: serde_json::from_value::<SystemActivity>(line[2].clone()).unwrap(),
            target: text(3),
            error: None,
        },
        "lost" => Action::Lost {
            counts: BTreeMap::from([("ring_full".to_owned(), 12)]),
        },
        "exit" => Action::Exit {
            code: Some(0),
            signal: None,
        },
        activity => Action::File {
            path: text(2),
            activity: serde_json::from_value::<FileActivity>(activity.into()).unwrap(),
            to: (activity == "rename").then(|| text(3)),
            error: line[3].as_i64().map(|error| i32::try_from(error).unwrap()),
        },
    }
}

fn connect(address: String, port: u16, transport: Transport) -> Action {
    Action::Connect {
        address,
        port,
        transport,
        error: None,
    }
}

fn key(pid: u32) -> ProcessKey {
    ProcessKey { pid, started: 1 }
}

fn reference(pid: u32, executable: Option<String>) -> ProcessRef {
    ProcessRef {
        pid,
        started: 1,
        executable: executable.filter(|path| !path.is_empty()),
    }
}

fn exec(argv: &[String], script: Option<&str>, parent: Option<ProcessRef>) -> Action {
    Action::Exec {
        argv: argv.to_vec(),
        parent,
        environment: BTreeMap::new(),
        script: script.map(str::to_owned),
        error: None,
    }
}

fn shell(command: &str) -> Tool {
    Tool {
        name: "Bash".to_owned(),
        operation: Operation::Shell {
            command: command.to_owned(),
            argv: None,
            cwd: None,
        },
        input: Value::Null,
    }
}

/// What the streams with this ending bring, by the name before it.
fn played(ending: &str) -> Vec<(String, Vec<Finding>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/kernel");
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix(ending) {
            let mut world = World::new();
            for line in fs::read_to_string(&path).unwrap().lines() {
                world.play(&serde_json::from_str(line).unwrap());
            }
            all.push((name.to_owned(), world.found));
        }
    }
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    all
}

#[test]
fn a_normal_day_brings_nothing_that_people_are_told_of() {
    let all = played(".benign.jsonl");
    assert!(all.len() >= 8);
    for (name, found) in all {
        let told = found.iter().filter(|one| one.severity >= Severity::Medium);
        let told: Vec<String> = told
            .map(|one| format!("{}: {}", one.rule, one.evidence))
            .collect();
        assert_eq!(told, [""; 0], "{name}");
    }
}

#[test]
fn each_attack_is_found_by_its_rule() {
    let all = played(".attack.jsonl");
    let is_found = |(name, found): &&(String, Vec<Finding>)| {
        found.iter().any(|one| one.rule.as_str() == name.as_str())
    };
    let missed = all.iter().filter(|one| !is_found(one));
    let missed: Vec<&str> = missed.map(|(name, _)| name.as_str()).collect();
    assert_eq!(missed, [""; 0]);
    let attacks: BTreeSet<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    // What needs more than one process tree of one agent: tested where trees are joined.
    let elsewhere = ["unsaid-marks-differ", "agent-unleashed-by-automation"];
    for rule in RULES
        .rules()
        .filter(|rule| rule.file.starts_with("kernel/"))
    {
        let name = rule.id.as_str();
        let is_denial = rule.file == "kernel/denials.yml";
        assert!(
            is_denial || elsewhere.contains(&name) || attacks.contains(name),
            "{name} has no attack"
        );
    }
}
