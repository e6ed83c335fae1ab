//! Who may have written a file: what sessions wrote lately, by tool or by command, and what they ran.
//!
//! **Invariant:** bounded; a path that a session named is told for sure, a command that merely ran at
//! that time only where no other session ran one.

use ringfence_event::{
    Access, Action, AgentKind, CallRef, Decision, Event, FileActivity, Operation, ProcessRef,
    SessionId, ToolCallId, Verdict,
};
use std::collections::VecDeque;
use std::path::Path;

/// Most deeds that are remembered.
const MOST: usize = 4096;
/// How long after a call whose end is not told its file can still change, in microseconds: 10 minutes.
const LONGEST: i64 = 10 * 60 * 1_000_000;
/// The same for a command that did not name the file: a minute, or a person would be taken for it.
const LIKELY: i64 = 60 * 1_000_000;
/// How far clocks of files and of events may be apart, in microseconds.
const APART: i64 = 2_000_000;

/// What sessions did lately.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writers {
    deeds: VecDeque<Deed>,
}

#[derive(Clone, Debug)]
struct Deed {
    at: i64,
    /// When it ended, if that was told.
    until: Option<i64>,
    writer: Writer,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// It changed this file.
    Path(String),
    /// It ran a command, here.
    Ran(String),
}

/// Programs that change no file but those that the command line names: who ran them wrote nothing else.
const READERS: &[&str] = &[
    "basename", "cat", "cut", "date", "df", "diff", "dirname", "du", "echo", "file", "grep",
    "head", "id", "jq", "ls", "printf", "pwd", "realpath", "rg", "sleep", "sort", "stat", "tail",
    "tr", "tree", "true", "type", "uname", "uniq", "wc", "which", "whoami",
];

/// Whether all that a command line runs only reads.
fn only_reads(event: &Event) -> bool {
    let commands = &event.labels.commands;
    !commands.is_empty()
        && event.labels.unclear.is_empty()
        && (commands.iter()).all(|command| READERS.contains(&command.program.as_str()))
}

/// Who wrote, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Writer {
    pub(super) agent: Option<AgentKind>,
    pub(super) session: Option<SessionId>,
    pub(super) call: Option<CallRef>,
    pub(super) process: Option<ProcessRef>,
    /// `Write`, or the command.
    deed: String,
    /// Whether the file was named.
    pub(super) certain: bool,
}

impl Writer {
    /// `Claude Code, session 12ab34cd, with Write`.
    pub(super) fn words(&self) -> String {
        let mut words = self.agent.map_or("a program", AgentKind::title).to_owned();
        if let Some(session) = &self.session {
            let short: String = session.as_str().chars().take(8).collect();
            words.push_str(&format!(", session {short}"));
        }
        if self.certain {
            words.push_str(&format!(", with {}", self.deed));
        } else {
            words.push_str(&format!(", probably: `{}` ran then", self.deed));
        }
        words
    }
}

impl Writers {
    /// Remembers an event as it was answered.
    pub(crate) fn note(&mut self, event: &Event, decision: &Decision) {
        if decision.verdict == Verdict::Deny {
            return;
        }
        match &event.action {
            Action::ToolCall { tool } => {
                for file in &event.labels.files {
                    if file.access != Access::Read {
                        self.add(event, What::Path(file.full.clone()), &file.by);
                    }
                }
                if let (Operation::Shell { command, .. }, Some(cwd)) = (&tool.operation, &event.cwd)
                    && !only_reads(event)
                {
                    let short: String = command.chars().take(80).collect();
                    self.add(event, What::Ran(cwd.clone()), &short);
                }
            }
            Action::ToolResult { .. } => {
                if let Some(call) = &event.call {
                    self.ended(&call.id, event.at.0);
                }
            }
            Action::File {
                path,
                activity,
                to,
                error: None,
            } if *activity != FileActivity::Read => {
                let program = event.process.as_ref();
                let program = program.and_then(|process| process.executable.as_deref());
                let path = to.as_ref().unwrap_or(path);
                self.add(
                    event,
                    What::Path(path.clone()),
                    program.unwrap_or("a process"),
                );
            }
            _ => {}
        }
    }

    fn add(&mut self, event: &Event, what: What, deed: &str) {
        if self.deeds.len() >= MOST {
            self.deeds.pop_front();
        }
        self.deeds.push_back(Deed {
            at: event.at.0,
            until: None,
            writer: Writer {
                agent: event.agent,
                session: event.session.clone(),
                call: event.call.clone(),
                process: event.process.clone(),
                deed: deed.to_owned(),
                certain: matches!(what, What::Path(_)),
            },
            what,
        });
    }

    fn ended(&mut self, call: &ToolCallId, at: i64) {
        for deed in &mut self.deeds {
            if deed
                .writer
                .call
                .as_ref()
                .is_some_and(|known| known.id == *call)
            {
                deed.until = Some(at);
            }
        }
    }

    /// Who wrote a file that has one of these names and changed at this moment. `base` is the project
    /// that it belongs to.
    pub(super) fn of(&self, names: &[&str], base: &Path, at: i64) -> Option<Writer> {
        let running = |deed: &&Deed| {
            let longest = if deed.writer.certain { LONGEST } else { LIKELY };
            let until = deed.until.unwrap_or(deed.at.saturating_add(longest));
            deed.at.saturating_sub(APART) <= at && at <= until.saturating_add(APART)
        };
        let deeds = || self.deeds.iter().rev().filter(running);
        let named = deeds().find(|deed| match &deed.what {
            What::Path(path) => names.contains(&path.as_str()),
            What::Ran(_) => false,
        });
        if let Some(deed) = named {
            return Some(deed.writer.clone());
        }
        let mut ran = deeds().filter(|deed| match &deed.what {
            What::Ran(cwd) => Path::new(cwd).starts_with(base),
            What::Path(_) => false,
        });
        let latest = ran.next()?;
        let alone = ran.all(|deed| deed.writer.session == latest.writer.session);
        alone.then(|| latest.writer.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringfence_event::{EventKey, FileAccess, FileClass, Labels, Source, Timestamp, Tool};

    fn call(session: &str, at: i64, command: &str, writes: Option<&str>) -> Event {
        let files = writes.map(|path| FileAccess {
            path: path.to_owned(),
            full: path.to_owned(),
            access: Access::Write,
            class: FileClass::AgentConfig,
            by: "tee".to_owned(),
        });
        Event {
            key: EventKey(uuid::Uuid::nil()),
            at: Timestamp(at * 1_000_000),
            source: Source::Hook,
            agent: Some(AgentKind::Codex),
            moment: None,
            session: Some(SessionId::from(session)),
            call: None,
            process: None,
            cwd: Some("/p/sub".to_owned()),
            action: Action::ToolCall {
                tool: Tool {
                    name: "Bash".to_owned(),
                    operation: Operation::Shell {
                        command: command.to_owned(),
                        argv: None,
                        cwd: None,
                    },
                    input: serde_json::Value::Null,
                },
            },
            labels: Labels {
                files: files.into_iter().collect(),
                ..Labels::default()
            },
            rest: serde_json::Map::new(),
        }
    }

    #[test]
    fn who_only_looked_wrote_nothing() {
        let mut writers = Writers::default();
        let mut looked = call("one", 100, "ls", None);
        looked.labels.commands = vec![ringfence_event::Command {
            program: "ls".to_owned(),
            ..ringfence_event::Command::default()
        }];
        writers.note(&looked, &Decision::from_findings(Vec::new()));
        assert_eq!(writers.of(&["/p/a"], Path::new("/p"), 101_000_000), None);
    }

    #[test]
    fn who_named_the_file_wrote_it_and_who_ran_alone_probably_did() {
        let allowed = Decision::from_findings(Vec::new());
        let mut writers = Writers::default();
        writers.note(
            &call("one", 100, "echo x | tee /p/a", Some("/p/a")),
            &allowed,
        );
        let of = |writers: &Writers, path: &str, at: i64| {
            let writer = writers.of(&[path], Path::new("/p"), at * 1_000_000);
            writer.map(|writer| writer.words())
        };
        let named = "Codex CLI, session one, with tee";
        let likely = "Codex CLI, session one, probably: `echo x | tee /p/a` ran then";
        assert_eq!(of(&writers, "/p/a", 101).as_deref(), Some(named));
        assert_eq!(of(&writers, "/p/b", 101).as_deref(), Some(likely));
        assert_eq!(of(&writers, "/p/a", 90), None);
        assert_eq!(of(&writers, "/p/a", 1000), None);
        writers.note(&call("two", 101, "make", None), &allowed);
        assert_eq!(of(&writers, "/p/b", 102), None);
        assert_eq!(of(&writers, "/p/a", 102).as_deref(), Some(named));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let allowed = Decision::from_findings(Vec::new());
        let mut writers = Writers::default();
        for number in 0..3000 {
            writers.note(&call("one", number, "x", Some("/p/a")), &allowed);
        }
        assert_eq!(writers.deeds.len(), MOST);
    }
}
