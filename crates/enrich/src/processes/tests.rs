use super::*;
use crate::{Masker, NoLinks, Place, enrich};
use proptest::prelude::*;
use ringfence_event::{
    EventKey, Labels, Operation, Outcome, ProcessRef, Source, Tool, ToolCallId, UnsaidKind,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const AGENT: ProcessKey = key(100);
const MARKS: [AgentMarks; 2] = [
    AgentMarks {
        agent: AgentKind::ClaudeCode,
        call: &[],
        session: &["CLAUDE_CODE_SESSION_ID"],
        any: &[],
        shell: &["&& pwd -P >| "],
    },
    AgentMarks {
        agent: AgentKind::Codex,
        call: &["CODEX_TOOL_CALL_ID"],
        session: &["CODEX_SESSION_ID"],
        any: &[],
        shell: &[],
    },
];

static MASKER: LazyLock<Masker> = LazyLock::new(|| Masker::new([0; 32]));

const fn key(pid: u32) -> ProcessKey {
    ProcessKey { pid, started: 7 }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp(1_000_000 * seconds)
}

fn event(source: Source, agent: Option<AgentKind>, when: i64, action: Action) -> Event {
    Event {
        key: EventKey(uuid::Uuid::nil()),
        at: at(when),
        source,
        agent,
        moment: None,
        session: None,
        call: None,
        process: None,
        cwd: Some("/home/ada/p".to_owned()),
        action,
        labels: Labels::default(),
        rest: serde_json::Map::new(),
    }
}

/// One agent at [`AGENT`] with a session `s`.
struct World {
    processes: Processes,
    agent: AgentKind,
}

impl World {
    fn new(agent: AgentKind) -> World {
        let mut processes = Processes::new(Marks(MARKS.to_vec()));
        let above = vec!["bash".to_owned(), "sshd".to_owned()];
        processes.rooted(AGENT, Some(agent), above, at(0));
        let mut world = World { processes, agent };
        world.exec(AGENT, None, &["claude"], &[], 0);
        world.hook(
            1,
            "",
            Action::SessionStart {
                reason: None,
                model: None,
            },
        );
        world
    }

    fn hook(&mut self, when: i64, call: &str, action: Action) {
        let mut event = Event {
            session: Some(SessionId::from("s")),
            call: (!call.is_empty()).then(|| CallRef {
                id: ToolCallId::from(call),
                join: Join::Exact,
            }),
            process: Some(ProcessRef {
                pid: AGENT.pid,
                started: AGENT.started,
                executable: None,
            }),
            ..event(Source::Hook, Some(self.agent), when, action)
        };
        enrich(&mut event, &Place::default(), &NoLinks, &MASKER);
        self.processes.told(&event, None);
    }

    fn began(&mut self, when: i64, call: &str, command: &str) {
        self.hook(
            when,
            call,
            Action::ToolCall {
                tool: shell(command),
            },
        );
    }

    fn ended(&mut self, when: i64, call: &str, command: &str) {
        self.hook(
            when,
            call,
            Action::ToolResult {
                tool: shell(command),
                outcome: Outcome::Success,
                output: Value::Null,
            },
        );
    }

    fn fork(&mut self, parent: u32, child: u32, when: i64) {
        self.processes
            .forked(key(parent), key(child), AGENT, at(when));
    }

    fn exec(
        &mut self,
        process: ProcessKey,
        parent: Option<ProcessKey>,
        argv: &[&str],
        environment: &[(&str, &str)],
        when: i64,
    ) -> Event {
        let as_ref = |key: ProcessKey, executable| ProcessRef {
            pid: key.pid,
            started: key.started,
            executable,
        };
        let program = argv[0].rsplit('/').next().unwrap();
        let action = Action::Exec {
            argv: argv.iter().map(|word| (*word).to_owned()).collect(),
            parent: parent.map(|key| as_ref(key, None)),
            environment: environment
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect::<BTreeMap<_, _>>(),
            script: None,
            error: None,
        };
        let mut event = Event {
            process: Some(as_ref(process, Some(format!("/usr/bin/{program}")))),
            ..event(Source::Kernel, None, when, action)
        };
        self.processes.take(&mut event, AGENT);
        event
    }

    /// Starts a child of a process.
    fn run(&mut self, parent: u32, child: u32, argv: &[&str], when: i64) -> Event {
        self.fork(parent, child, when);
        self.exec(key(child), Some(key(parent)), argv, &[], when)
    }

    fn exit(&mut self, process: u32, when: i64) {
        let action = Action::Exit {
            code: Some(0),
            signal: None,
        };
        let mut event = Event {
            process: Some(ProcessRef {
                pid: process,
                started: 7,
                executable: None,
            }),
            ..event(Source::Kernel, None, when, action)
        };
        self.processes.take(&mut event, AGENT);
    }

    /// The call of a process, and how it was joined.
    fn call(&self, process: u32) -> Option<(String, Join)> {
        let call = self.processes.of(key(process))?.call_ref()?;
        Some((call.id.0, call.join))
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

fn unsaid(event: &Event) -> Vec<UnsaidKind> {
    event.labels.unsaid.iter().map(|one| one.kind).collect()
}

fn exact(call: &str) -> (String, Join) {
    (call.to_owned(), Join::Exact)
}

#[test]
fn a_shell_with_the_calls_line_belongs_to_it_and_so_does_all_below() {
    let mut world = World::new(AgentKind::ClaudeCode);
    world.began(10, "c1", "npm test");
    world.began(10, "c2", "cargo build");
    let line = "source /home/ada/.claude/shell-snapshots/a.sh && eval 'npm  test' < /dev/null && pwd -P >| /tmp/x";
    let shell = world.run(100, 200, &["/bin/bash", "-c", "-l", line], 11);
    assert_eq!(unsaid(&shell), []);
    assert_eq!(shell.session, Some(SessionId::from("s")));
    let node = world.run(200, 201, &["node", "/usr/bin/npm", "test"], 12);
    world.fork(201, 202, 13);
    let leaf = world.run(202, 203, &["cat", "/x"], 14);
    for process in [200, 201, 202, 203] {
        assert_eq!(world.call(process), Some(exact("c1")));
    }
    assert_eq!(node.call.map(|call| call.join), Some(Join::Exact));
    assert_eq!(
        leaf.labels.ancestors,
        ["npm test", "bash", "claude", "bash", "sshd"]
    );
    // Its call is over and its parents are gone; it stays whose it was.
    world.ended(20, "c1", "npm test");
    for process in [200, 201, 202] {
        world.exit(process, 21);
    }
    let late = world.exec(key(203), Some(key(1)), &["sleep", "9"], &[], 30);
    assert_eq!(late.call.map(|call| call.id), Some(ToolCallId::from("c1")));
    assert_eq!(
        late.labels.ancestors,
        ["npm test", "bash", "claude", "bash", "sshd"]
    );
    let live = world.processes.live();
    let last = live.last().unwrap();
    assert_eq!((last.process, last.outlives), (key(203), true));
    assert_eq!(last.said.as_deref(), Some("npm test"));
}

#[test]
fn marks_join_exactly_and_through_double_forks() {
    let mut world = World::new(AgentKind::Codex);
    world.began(10, "call_1", "make");
    world.began(10, "call_2", "make");
    let mark = |call| [("CODEX_TOOL_CALL_ID", call), ("CODEX_SESSION_ID", "s")];
    for (process, call) in [(200, "call_2"), (210, "call_1")] {
        world.fork(100, process, 11);
        let line = ["bash", "-lc", "make"];
        let seen = world.exec(key(process), Some(AGENT), &line, &mark(call), 11);
        assert_eq!(
            (world.call(process), unsaid(&seen)),
            (Some(exact(call)), vec![])
        );
    }
    // The fork was lost and its parent is init: the environment still tells.
    world.exec(key(300), Some(key(1)), &["nc"], &mark("call_2"), 12);
    assert_eq!(world.call(300), Some(exact("call_2")));
}

#[test]
fn the_only_open_call_is_inferred() {
    let mut world = World::new(AgentKind::ClaudeCode);
    world.began(10, "c1", "npm test");
    world.run(100, 200, &["sh", "-c", "wrapped 'npm test' somehow"], 11);
    assert_eq!(world.call(200), Some(("c1".to_owned(), Join::Inferred)));
    world.began(12, "c2", "cargo build");
    world.run(100, 201, &["sh", "-c", "wrapped"], 13);
    assert_eq!(world.call(201), None, "two calls are open");
    let hook = world.run(100, 202, &["sh", "-c", "ringfence hook claude-code"], 13);
    assert_eq!((hook.call.clone(), unsaid(&hook)), (None, vec![]));
}

#[test]
fn what_differs_or_was_not_told_is_labelled_with_both_halves() {
    let mut world = World::new(AgentKind::ClaudeCode);
    let wrapped =
        |line: &str| format!("source /h/a.sh && eval '{line}' < /dev/null && pwd -P >| /tmp/c");
    world.run(100, 190, &["rare-helper"], 5);
    world.began(10, "c1", "npm test");
    let other = world.run(100, 200, &["bash", "-c", &wrapped("curl evil.example")], 11);
    let [found] = other.labels.unsaid.as_slice() else {
        panic!("{:?}", other.labels.unsaid);
    };
    assert_eq!(found.kind, UnsaidKind::ArgvDiffers);
    assert_eq!(found.said, "npm test");
    assert!(found.done.contains("curl evil.example"), "{found:?}");
    world.ended(12, "c1", "npm test");
    let untold = world.run(100, 201, &["bash", "-c", &wrapped("id")], 13);
    assert_eq!(unsaid(&untold), [UnsaidKind::NoHook]);
    let strange = world.run(100, 202, &["nmap", "10.0.0.1"], 14);
    assert_eq!(unsaid(&strange), [UnsaidKind::NoCall]);
    for quiet in [
        &["rg", "x"][..],
        &["git", "status"],
        &["sh", "-c", "my-hook"],
        &["rare-helper"],
    ] {
        let seen = world.run(100, 203, quiet, 15);
        assert_eq!(unsaid(&seen), [], "{quiet:?}");
    }
}

#[test]
fn marks_that_contradict_the_tree_are_told_and_do_not_win() {
    let mut world = World::new(AgentKind::Codex);
    world.began(10, "call_1", "make");
    let own = [("CODEX_TOOL_CALL_ID", "call_1"), ("CODEX_SESSION_ID", "s")];
    world.fork(100, 200, 11);
    world.exec(key(200), Some(AGENT), &["bash", "-lc", "make"], &own, 11);
    world.fork(200, 201, 12);
    let forged = [("CODEX_SESSION_ID", "another")];
    let seen = world.exec(key(201), Some(key(200)), &["curl"], &forged, 12);
    assert_eq!(unsaid(&seen), [UnsaidKind::MarksDiffer]);
    assert_eq!(seen.session, Some(SessionId::from("s")));
    assert_eq!(world.call(201), Some(exact("call_1")));
    world.fork(200, 202, 13);
    let cleared = world.exec(key(202), Some(key(200)), &["env", "-i", "make"], &[], 13);
    assert_eq!(unsaid(&cleared), []);
}

#[test]
fn an_agent_below_an_agent_has_its_own_tree() {
    let mut world = World::new(AgentKind::Codex);
    world.began(10, "call_1", "claude -p x");
    let own = [("CODEX_TOOL_CALL_ID", "call_1"), ("CODEX_SESSION_ID", "s")];
    world.fork(100, 200, 11);
    world.exec(
        key(200),
        Some(AGENT),
        &["bash", "-lc", "claude -p x"],
        &own,
        11,
    );
    world.run(200, 300, &["claude", "-p", "x"], 12);
    world.fork(300, 301, 12);
    let inner = SessionId::from("inner");
    world
        .processes
        .rooted(key(300), Some(AgentKind::ClaudeCode), Vec::new(), at(12));
    world
        .processes
        .session(key(300), AgentKind::ClaudeCode, &inner, at(13));
    let both = [
        ("CODEX_SESSION_ID", "s"),
        ("CLAUDE_CODE_SESSION_ID", "inner"),
    ];
    let seen = world.exec(key(301), Some(key(300)), &["rg"], &both, 14);
    assert_eq!(seen.session, Some(inner));
    assert_eq!(seen.agent, Some(AgentKind::ClaudeCode));
    assert_eq!(unsaid(&seen), []);
    let outer = world.processes.of(key(200)).unwrap();
    assert_eq!(outer.session, Some((SessionId::from("s"), Join::Exact)));
}

#[test]
fn a_reused_pid_is_another_process() {
    let mut world = World::new(AgentKind::ClaudeCode);
    world.began(10, "c1", "make");
    world.run(100, 200, &["sh", "-c", "make"], 11);
    world.exit(200, 12);
    let again = ProcessKey {
        pid: 200,
        started: 8,
    };
    assert!(world.processes.of(again).is_none());
    assert_eq!(world.call(200), Some(exact("c1")));
}

#[test]
fn a_fork_storm_costs_the_oldest_and_no_more() {
    let mut world = World::new(AgentKind::ClaudeCode);
    let most = u32::try_from(table::MOST_LIVE).unwrap();
    for child in 0..most + 1000 {
        world.fork(100, 1000 + child, 20);
    }
    let (live, _, forgotten) = world.processes.size();
    assert_eq!(live, table::MOST_LIVE);
    assert!(forgotten >= 1000, "{forgotten}");
    for child in 0..most + 1000 {
        world.exit(1000 + child, 21);
    }
    let (live, ended, _) = world.processes.size();
    assert!(live <= 2 && ended == table::MOST_ENDED, "{live} {ended}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is told in whatever order: no panic, no growth, and no process without a tree.
    #[test]
    fn any_order_of_deeds_is_taken(deeds in proptest::collection::vec((0..5_u8, 90..110_u32, 90..110_u32), 0..200)) {
        let mut world = World::new(AgentKind::ClaudeCode);
        for (place, (deed, one, other)) in deeds.into_iter().enumerate() {
            let when = i64::try_from(place).unwrap();
            match deed {
                0 => world.fork(one, other, when),
                1 => drop(world.exec(key(one), Some(key(other)), &["sh", "-c", "make"], &[], when)),
                2 => world.exit(one, when),
                3 => world.processes.rooted(key(one), None, Vec::new(), at(when)),
                _ => world.began(when, "c1", "make"),
            }
        }
        for live in world.processes.live() {
            prop_assert!(world.processes.of(live.process).is_some());
        }
    }
}
