//! One session of an imagined agent: what is said, what is done, and what of it nobody said.

use super::*;
use crate::processes::{AgentMarks, Marks};
use crate::{Masker, enrich};
use ringfence_event::{
    AgentKind, CallRef, EventKey, Join, Labels, Operation, Outcome, ProcessRef, Source, Tool,
};
use serde_json::{Value, json};
use std::sync::LazyLock;

static MASKER: LazyLock<Masker> = LazyLock::new(|| Masker::new([0; 32]));
const HOME: &str = "/home/ada";
const CWD: &str = "/home/ada/work/shop";
const ROOT: ProcessKey = ProcessKey {
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

struct World {
    processes: Processes,
    deeds: Deeds,
    at: i64,
    next: u32,
}

impl World {
    fn new() -> World {
        let marks = AgentMarks {
            agent: AgentKind::ClaudeCode,
            call: &[],
            session: &[],
            any: &[],
            shell: &[],
        };
        let mut world = World {
            processes: Processes::new(Marks(vec![marks])),
            deeds: Deeds::default(),
            at: 0,
            next: 200,
        };
        world.processes.rooted(
            ROOT,
            Some(AgentKind::ClaudeCode),
            vec!["bash".to_owned()],
            Timestamp(0),
        );
        world.take(ROOT, "/usr/bin/claude", exec(&["claude"]));
        world
    }

    fn event(&mut self, source: Source, key: ProcessKey, program: &str, action: Action) -> Event {
        self.at += 1_000_000;
        Event {
            key: EventKey(uuid::Uuid::nil()),
            at: Timestamp(self.at),
            source,
            agent: None,
            moment: None,
            session: None,
            call: None,
            process: Some(ProcessRef {
                pid: key.pid,
                started: key.started,
                executable: Some(program.to_owned()),
            }),
            cwd: Some(CWD.to_owned()),
            action,
            labels: Labels::default(),
            rest: serde_json::Map::new(),
        }
    }

    fn hook(&mut self, call: &str, action: Action) {
        let mut event = Event {
            agent: Some(AgentKind::ClaudeCode),
            session: Some(SessionId::from("s")),
            call: Some(CallRef {
                id: ToolCallId::from(call),
                join: Join::Exact,
            }),
            ..self.event(Source::Hook, ROOT, "/usr/bin/claude", action)
        };
        enrich(&mut event, &place(), &Work, &MASKER);
        self.processes.told(&event, None);
        self.deeds.told(&event);
    }

    /// Tells of a call and starts its shell; returns the shell's process.
    fn call(&mut self, call: &str, command: &str) -> ProcessKey {
        self.hook(
            call,
            Action::ToolCall {
                tool: shell(command),
            },
        );
        self.start(ROOT, "/usr/bin/bash", &["bash", "-c", command])
            .0
    }

    fn end(&mut self, call: &str, command: &str) {
        let outcome = Outcome::Success;
        let output = Value::Null;
        let tool = shell(command);
        self.hook(
            call,
            Action::ToolResult {
                tool,
                outcome,
                output,
            },
        );
    }

    /// Forks a child and starts a program in it.
    fn start(&mut self, parent: ProcessKey, program: &str, argv: &[&str]) -> (ProcessKey, Event) {
        self.next += 1;
        let child = ProcessKey {
            pid: self.next,
            started: 1,
        };
        self.processes
            .forked(parent, child, ROOT, Timestamp(self.at));
        let event = self.take(child, program, exec(argv));
        (child, event)
    }

    fn take(&mut self, key: ProcessKey, program: &str, action: Action) -> Event {
        let mut event = self.event(Source::Kernel, key, program, action);
        self.processes.take(&mut event, ROOT);
        enrich(&mut event, &place(), &Work, &MASKER);
        self.deeds
            .compare(&mut event, &self.processes, &place(), &Work);
        event
    }

    fn file(
        &mut self,
        key: ProcessKey,
        program: &str,
        activity: FileActivity,
        path: &str,
    ) -> Event {
        let path = path.replace('~', HOME);
        let action = Action::File {
            path,
            activity,
            to: None,
            error: None,
        };
        self.take(key, program, action)
    }
}

fn place() -> Place<'static> {
    Place {
        home: Some(HOME),
        ..Place::default()
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
        input: json!({}),
    }
}

fn exec(argv: &[&str]) -> Action {
    Action::Exec {
        argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        parent: None,
        environment: std::collections::BTreeMap::new(),
        script: None,
        error: None,
    }
}

fn connect(address: &str, port: u16) -> Action {
    let transport = if port == 0 {
        Transport::Unix
    } else {
        Transport::Tcp
    };
    Action::Connect {
        address: address.to_owned(),
        port,
        transport,
        error: None,
    }
}

/// The columns of a line of a table.
fn columns<const COUNT: usize>(line: &str) -> [&str; COUNT] {
    let columns: Vec<&str> = line.split('|').map(str::trim).collect();
    columns.try_into().unwrap()
}

/// What nobody said of an event, in words.
fn names(event: &Event) -> String {
    let kinds = kinds(event);
    let names: Vec<&str> = kinds.into_iter().map(UnsaidKind::name).collect();
    names.join(" ")
}

fn kinds(event: &Event) -> Vec<UnsaidKind> {
    event.labels.unsaid.iter().map(|one| one.kind).collect()
}

use UnsaidKind::{ControlSocket, Credential, NamesCarryData, NetworkByFormatter, OutlivesCall};

/// What the call said, who does it below the call's shell, what, and what of it was not said.
const FILES: &str = "\
npm test | node t.js | read ~/.ssh/id_ed25519 | credential
npm test | cat x | read ~/.aws/credentials | credential
./check.sh | cat x | read /etc/shadow | credential
npm test | node t.js | read ~/.config/gh/hosts.yml | credential
npm test | python3 t.py | read ~/.bash_history | credential
npm install | node /usr/bin/npm install | read ~/.npmrc |
npm run dev | node server.js | read ~/.aws/credentials |
cat ~/.ssh/id_ed25519 | cat x | read ~/.ssh/id_ed25519 |
cat ~/.ssh/id_* | cat x | read ~/.ssh/id_ed25519 |
tar czf a.tgz ~/.ssh | tar czf | read ~/.ssh/id_ed25519 |
git push | ssh git@forge.example | read ~/.ssh/id_ed25519 |
gh pr list | gh pr list | read ~/.config/gh/hosts.yml |
docker build . | docker build . | read ~/.docker/config.json |
find / -name a | find / -name a | read ~/.ssh/x |
sudo ls | sudo ls | read /etc/shadow |
npm test | node t.js | read ~/work/shop/.env |
npm test | node t.js | read ~/work/shop/src/a.js |
npm test | node t.js | update ~/.bashrc | trusted_file
npm test | node t.js | create ~/.config/systemd/user/a.service | trusted_file
npm test | sh -c x | update ~/.ssh/authorized_keys | trusted_file
npm test | node t.js | create ~/work/shop/.git/hooks/pre-commit | trusted_file
git commit -m a | git commit | update ~/work/shop/.git/config |
cargo new --lib x | cargo new --lib x | create ~/work/shop/x/.git/config |
cargo build | build-script-build x | create ~/work/shop/.git/hooks/a | trusted_file
npm install | node /p/node_modules/husky/bin.js | create ~/work/shop/.git/hooks/pre-commit |
echo x >> ~/.bashrc | bash x | update ~/.bashrc |
pip install x | python3 -m pip install | create ~/p/.venv/lib/python3/site-packages/a.pth |
apt-get install x | dpkg --unpack | create /etc/systemd/system/x.service |
npm test | node t.js | update ~/work/other/src/a.js | other_repository
npm test | node t.js | delete ~/work/other/README.md | other_repository
npm test | node t.js | update ~/.cache/x/a |
cd ../other && npm test | node t.js | update ~/work/other/src/a.js |
git worktree add ../b | git worktree | update ~/work/trunk/.git/worktrees/b |
npm test | node t.js | update /tmp/work/x |";

#[test]
fn files_that_the_call_or_their_program_explains_have_no_label() {
    for line in FILES.lines() {
        let [command, argv, deed, wanted] = columns(line);
        let mut world = World::new();
        let shell = world.call("c1", command);
        let argv: Vec<&str> = argv.split(' ').collect();
        let program = format!("/usr/bin/{}", argv[0]);
        let (process, _) = world.start(shell, &program, &argv);
        let (activity, path) = deed.split_once(' ').unwrap();
        let activity: FileActivity = serde_json::from_value(activity.into()).unwrap();
        let seen = world.file(process, &program, activity, path);
        assert_eq!(names(&seen), wanted, "{line}");
    }
}

#[test]
fn both_halves_are_told() {
    let mut world = World::new();
    let shell = world.call("c1", "npm test");
    let (npm, _) = world.start(shell, "/usr/bin/node", &["node", "/usr/bin/npm", "test"]);
    let (child, _) = world.start(npm, "/usr/bin/node", &["node", "test.js"]);
    let seen = world.file(child, "/usr/bin/node", FileActivity::Read, "~/.ssh/id_rsa");
    let wanted = Unsaid {
        kind: Credential,
        said: "npm test".to_owned(),
        done: "test reads /home/ada/.ssh/id_rsa".to_owned(),
    };
    assert_eq!(seen.labels.unsaid, [wanted]);
    assert_eq!(
        seen.labels.ancestors,
        ["npm test", "bash", "claude", "bash"]
    );
    let call = seen.call.map(|call| call.id);
    assert_eq!(call, Some(ToolCallId::from("c1")));
}

#[test]
fn a_lifecycle_script_has_no_business_with_keys_of_a_cloud() {
    let mut world = World::new();
    let shell = world.call("c1", "npm install");
    let (npm, _) = world.start(shell, "/usr/bin/node", &["node", "/usr/bin/npm", "install"]);
    let (script, _) = world.start(npm, "/usr/bin/sh", &["sh", "-c", "node setup.js"]);
    let (node, _) = world.start(script, "/usr/bin/node", &["node", "setup.js"]);
    let seen = world.file(
        node,
        "/usr/bin/node",
        FileActivity::Read,
        "~/.aws/credentials",
    );
    assert_eq!(kinds(&seen), [Credential]);
}

#[test]
fn formatters_and_compilers_have_no_business_on_the_network() {
    let table: [(&str, &[&str], &str, &[UnsaidKind]); 8] = [
        (
            "npx prettier -w .",
            &["node", "node_modules/.bin/prettier"],
            "203.0.113.5",
            &[NetworkByFormatter],
        ),
        (
            "make",
            &["rustc", "a.rs"],
            "10.0.0.1",
            &[NetworkByFormatter],
        ),
        (
            "make",
            &["cc1", "a.c"],
            "203.0.113.5",
            &[NetworkByFormatter],
        ),
        (
            "npx prettier -w .",
            &["node", "node_modules/.bin/prettier"],
            "127.0.0.1",
            &[],
        ),
        ("npm test", &["node", "test.js"], "203.0.113.5", &[]),
        ("cargo build", &["cargo", "build"], "203.0.113.5", &[]),
        ("ruff check", &["rust-analyzer"], "203.0.113.5", &[]),
        (
            "find . -exec curl https://x.example ;",
            &["curl", "https://x.example"],
            "203.0.113.5",
            &[],
        ),
    ];
    for (command, argv, address, wanted) in table {
        let mut world = World::new();
        let shell = world.call("c1", command);
        let program = format!("/usr/bin/{}", argv[0]);
        let (process, _) = world.start(shell, &program, argv);
        let seen = world.take(process, &program, connect(address, 443));
        assert_eq!(kinds(&seen), wanted, "{command} {argv:?}");
    }
    // What a formatter starts is its doing too.
    let mut world = World::new();
    let shell = world.call("c1", "npx prettier -w .");
    let (tool, _) = world.start(
        shell,
        "/usr/bin/node",
        &["node", "node_modules/.bin/prettier"],
    );
    let (child, _) = world.start(tool, "/usr/bin/curl", &["curl", "https://x.example"]);
    let seen = world.take(child, "/usr/bin/curl", connect("203.0.113.5", 443));
    assert_eq!(kinds(&seen), [NetworkByFormatter]);
}

/// What the call said, who writes what, what runs then, and what of it was not said.
const WRITTEN: &str = "\
npm test | node | /tmp/.x/run | /tmp/.x/run | fresh_program
npm test | node | ~/work/shop/tool | ./tool | fresh_program
npm test | node | /tmp/.x/p.py | python3 /tmp/.x/p.py | fresh_program
npm test | node | /tmp/.x/a.o | collect2 /tmp/.x/a.o |
cargo test | rustc | ~/work/shop/target/debug/deps/a-1 | a-1 |
make | x86_64-linux-gnu-ld.bfd | ~/work/shop/hello | ./hello |
npm i | node | ~/work/shop/node_modules/.bin/esbuild | esbuild |
sh gen.sh && ./tool | sh | ~/work/shop/tool | ./tool |";

#[test]
fn what_was_just_written_and_runs_is_told_unless_it_was_built_or_named() {
    for line in WRITTEN.lines() {
        let [command, writer, path, argv, wanted] = columns(line);
        let mut world = World::new();
        let shell = world.call("c1", command);
        let by = format!("/usr/bin/{writer}");
        let (process, _) = world.start(shell, &by, &[writer, "x"]);
        world.file(process, &by, FileActivity::Create, path);
        let argv: Vec<&str> = argv.split(' ').collect();
        let full = path.replace('~', HOME);
        let program = match argv[0] {
            "python3" | "collect2" => format!("/usr/bin/{}", argv[0]),
            _ => full,
        };
        let (_, seen) = world.start(shell, &program, &argv);
        assert_eq!(names(&seen), wanted, "{line}");
    }
}

#[test]
fn who_goes_on_after_the_call_is_told_once_unless_that_was_said() {
    let table: [(&str, &[&str], &[UnsaidKind]); 5] = [
        ("npm test", &["node", "left.js"], &[OutlivesCall]),
        ("npm start &", &["node", "left.js"], &[]),
        ("nohup ./serve", &["node", "left.js"], &[]),
        ("./gradlew test", &["java", "GradleDaemon"], &[]),
        ("git fetch", &["git", "gc", "--auto"], &[]),
    ];
    for (command, argv, wanted) in table {
        let mut world = World::new();
        let shell = world.call("c1", command);
        let program = format!("/usr/bin/{}", argv[0]);
        let (process, _) = world.start(shell, &program, argv);
        let during = world.take(process, &program, connect("203.0.113.5", 443));
        assert_eq!(kinds(&during), []);
        world.end("c1", command);
        world.at += 10_000_000;
        let after = world.take(process, &program, connect("203.0.113.5", 443));
        assert_eq!(kinds(&after), wanted, "{command}");
        let again = world.take(process, &program, connect("203.0.113.6", 443));
        assert_eq!(kinds(&again), []);
    }
}

#[test]
fn sockets_of_power_are_for_those_whose_work_they_are() {
    let table: [(&str, &[&str], &str, &[UnsaidKind]); 6] = [
        (
            "npm test",
            &["curl", "x"],
            "/var/run/docker.sock",
            &[ControlSocket],
        ),
        (
            "npm test",
            &["node", "t.js"],
            "/tmp/ssh-AbC/agent.12",
            &[ControlSocket],
        ),
        ("docker ps", &["docker", "ps"], "/var/run/docker.sock", &[]),
        (
            "npm run docker:up",
            &["node", "up.js"],
            "/var/run/docker.sock",
            &[],
        ),
        ("git push", &["ssh", "git@x"], "/tmp/ssh-AbC/agent.12", &[]),
        (
            "npm test",
            &["node", "t.js"],
            "/run/systemd/resolve/io.systemd.Resolve",
            &[],
        ),
    ];
    for (command, argv, path, wanted) in table {
        let mut world = World::new();
        let shell = world.call("c1", command);
        let program = format!("/usr/bin/{}", argv[0]);
        let (process, _) = world.start(shell, &program, argv);
        let seen = world.take(process, &program, connect(path, 0));
        assert_eq!(kinds(&seen), wanted, "{command} {path}");
    }
}

#[test]
fn names_that_carry_data_are_told_once_with_the_names() {
    let mut world = World::new();
    let shell = world.call("c1", "npm test");
    let mut told = Vec::new();
    for place in 0..60_u64 {
        let data = place.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (place << 40);
        let name = format!("{data:016x}{:016x}.evil.example", data.rotate_left(21));
        let record = "A".to_owned();
        let asked = Action::DnsQuery {
            name,
            record,
            error: None,
        };
        told.extend(world.take(shell, "/usr/bin/bash", asked).labels.unsaid);
    }
    let [one] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(one.kind, NamesCarryData);
    assert!(one.done.contains("below evil.example"), "{one:?}");
}

#[test]
fn many_sessions_and_files_stay_few() {
    let mut world = World::new();
    let shell = world.call("c1", "npm test");
    for place in 0..2 * MOST_WRITTEN {
        let path = format!("/tmp/x/{place}");
        world.file(shell, "/usr/bin/bash", FileActivity::Create, &path);
    }
    let written = world.deeds.0.values().map(|one| one.written.len());
    assert_eq!(written.max(), Some(MOST_WRITTEN));
    for place in 0..2 * MOST_SESSIONS {
        let at = Timestamp(place.try_into().unwrap());
        world.deeds.session(&SessionId(format!("s{place}")), at);
    }
    assert!(world.deeds.0.len() <= MOST_SESSIONS + 1);
}
