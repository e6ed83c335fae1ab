//! What the sensor in the kernel tells of the programs that a tool call started.

use super::{COMMANDS, Events};
use ringfence_event::{
    Access, Action, Command, FileAccess, FileActivity, FileClass, HostAccess, HostClass, Labels,
    ProcessRef, Transport,
};
use std::collections::BTreeMap;

const PROGRAMS: [&str; 8] = [
    "node", "git", "cargo", "rustc", "python3", "rg", "bash", "cc",
];

impl Events {
    /// Of 72 such events 45 are of files, 15 start a program, 9 connect and 3 ask for a name.
    pub(super) fn seen(&mut self) -> (Action, Labels, ProcessRef) {
        let program = *self.random.often(&PROGRAMS);
        let process = self.process(program);
        let (action, labels) = match self.random.below(72) {
            0..15 => self.exec(),
            15..47 => self.touched(FileActivity::Read, Access::Read, program),
            47..57 => self.touched(FileActivity::Update, Access::Write, program),
            57..60 => self.touched(FileActivity::Create, Access::Write, program),
            60..69 => self.connect(program),
            _ => self.query(program),
        };
        (action, labels, process)
    }

    fn process(&mut self, program: &str) -> ProcessRef {
        ProcessRef {
            pid: 1000 + u32::try_from(self.random.below(60_000)).unwrap_or(0),
            started: 900_000 + self.made as u64,
            executable: Some(format!("/usr/bin/{program}")),
        }
    }

    fn exec(&mut self) -> (Action, Labels) {
        let (program, arguments) = *self.random.often(&COMMANDS);
        let last = self.text(1, 6);
        let line = format!("{program} {arguments} {last}");
        let argv: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let commands = vec![Command {
            program: program.to_owned(),
            args: argv.iter().skip(1).cloned().collect(),
            line: argv.join(" "),
            ..Command::default()
        }];
        let labels = Labels {
            commands,
            ..Labels::default()
        };
        let parent = Some(self.process("bash"));
        let environment = BTreeMap::new();
        (
            Action::Exec {
                argv,
                parent,
                environment,
                script: None,
                error: None,
            },
            labels,
        )
    }

    fn touched(&mut self, activity: FileActivity, access: Access, by: &str) -> (Action, Labels) {
        let path = self.random.often(&self.paths).clone();
        let files = vec![FileAccess {
            path: path.clone(),
            full: path.clone(),
            access,
            class: FileClass::Project,
            by: by.to_owned(),
        }];
        let labels = Labels {
            files,
            ..Labels::default()
        };
        let action = Action::File {
            path,
            activity,
            to: None,
            error: None,
        };
        (action, labels)
    }

    fn connect(&mut self, by: &str) -> (Action, Labels) {
        let address = format!("203.0.113.{}", self.random.below(255));
        let labels = talks_to(address.clone(), by);
        let action = Action::Connect {
            address,
            port: 443,
            transport: Transport::Tcp,
            error: None,
        };
        (action, labels)
    }

    fn query(&mut self, by: &str) -> (Action, Labels) {
        let name = self.random.often(&self.hosts).clone();
        let labels = talks_to(name.clone(), by);
        let record = "A".to_owned();
        (
            Action::DnsQuery {
                name,
                record,
                error: None,
            },
            labels,
        )
    }
}

fn talks_to(host: String, by: &str) -> Labels {
    Labels {
        hosts: vec![HostAccess {
            host,
            class: HostClass::Unknown,
            by: by.to_owned(),
        }],
        ..Labels::default()
    }
}
