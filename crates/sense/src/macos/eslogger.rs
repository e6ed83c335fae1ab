//! Lines of `eslogger`: one event of Endpoint Security each, as JSON (eslogger(1), `ESMessage.h`).
//!
//! **Invariant:** any line is read without a panic; what is of no watched tree is dropped. A program's
//! environment is never kept, but for the variables that were asked for.

mod shapes;

use super::{LONGEST_LINE, moment};
use crate::{Deed, Endpoint, Losses, Observation, Process, Reached, Settings};
use ringfence_event::FileActivity;
use serde_json::Value;
use shapes::{Key, key, number, text};
use std::collections::{BTreeSet, HashMap};

/// Most processes of watched trees at a time.
pub(super) const MOST_PROCESSES: usize = 65_536;

/// Most arguments that are told, and most bytes of all of them.
const MOST_ARGUMENTS: usize = 512;
const LONGEST_ARGUMENTS: usize = 16 * 1024;

/// The kernel's own flag of an open for writing (`sys/fcntl.h`, `FWRITE`).
const FOR_WRITING: i64 = 2;

/// Why a line tells nothing.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It is longer than [`LONGEST_LINE`].
    #[error("a line of {0} bytes is longer than {LONGEST_LINE}")]
    TooLong(usize),
    /// It is no JSON.
    #[error("a line is not readable")]
    Garbage(#[from] serde_json::Error),
    /// It is no event.
    #[error("a line has no `{0}`")]
    Missing(&'static str),
}

/// A process of a watched tree.
#[derive(Clone, Debug)]
struct Member {
    process: Process,
    tree: Process,
    user: u32,
}

/// Reads a stream of lines, and knows from it who is in which tree.
#[derive(Debug, Default)]
pub struct Reader {
    settings: Settings,
    /// Watched from outside, until their next event names their version.
    roots: BTreeSet<u32>,
    members: HashMap<Key, Member>,
    /// The number of the last event of all.
    last: Option<u64>,
    delivered: (u64, Option<i64>),
}

impl Reader {
    /// Makes one that watches nobody yet.
    pub fn new(settings: Settings) -> Reader {
        Reader {
            settings,
            ..Reader::default()
        }
    }

    /// Watches a process that runs already, and all that it starts from now on.
    pub fn watch(&mut self, pid: u32) {
        self.roots.insert(pid);
    }

    /// Watches a tree no more.
    pub fn forget(&mut self, root: Process) {
        self.members.retain(|_, member| member.tree != root);
    }

    /// How many processes are in watched trees.
    pub fn processes(&self) -> usize {
        self.members.len()
    }

    pub(super) fn delivered(&self) -> (u64, Option<i64>) {
        self.delivered
    }

    /// Reads one line; returns what it tells of watched trees.
    pub fn read(&mut self, line: &[u8]) -> Result<Vec<Observation>, LineError> {
        if line.len() > LONGEST_LINE {
            return Err(LineError::TooLong(line.len()));
        }
        let message: Value = serde_json::from_slice(line)?;
        let at = text(&message, &["time"]).and_then(moment::read);
        let at = at.ok_or(LineError::Missing("time"))?;
        let mut seen = self.gap(&message, at);
        let actor = message
            .get("process")
            .ok_or(LineError::Missing("process"))?;
        let actor_key = key(actor, "audit_token").ok_or(LineError::Missing("audit_token"))?;
        if self.roots.remove(&actor_key.pid) {
            self.begin(actor, actor_key);
        }
        let events = message.get("event").and_then(Value::as_object);
        let (name, event) = events
            .and_then(|events| events.iter().next())
            .ok_or(LineError::Missing("event"))?;
        self.follow(name, event, actor, actor_key);
        let Some(member) = self.members.get(&actor_key).cloned() else {
            return Ok(seen);
        };
        if let Some(deed) = self.deed(name, event, actor) {
            self.delivered = (self.delivered.0 + 1, Some(at));
            seen.push(Observation {
                at,
                process: member.process,
                tree: member.tree,
                user: member.user,
                deed,
                error: None,
                denied: None,
                times: 1,
            });
        }
        match name.as_str() {
            "exit" => drop(self.members.remove(&actor_key)),
            // The process goes on under its new version.
            "exec" => self.move_on(actor_key, event),
            _ => {}
        }
        Ok(seen)
    }

    /// Numbers that were left out are events that nobody took in time.
    fn gap(&mut self, message: &Value, at: i64) -> Vec<Observation> {
        let Some(number) = message.get("global_seq_num").and_then(Value::as_u64) else {
            return Vec::new();
        };
        let before = self.last.replace(number);
        let missed = before.map_or(0, |last| number.saturating_sub(last.saturating_add(1)));
        if missed == 0 {
            return Vec::new();
        }
        let trees: BTreeSet<Process> = self.members.values().map(|member| member.tree).collect();
        let lost = Losses {
            ring_full: missed,
            ..Losses::default()
        };
        let told = trees.into_iter().map(|tree| Observation {
            at,
            process: tree,
            tree,
            user: 0,
            deed: Deed::Lost(lost),
            error: None,
            denied: None,
            times: 1,
        });
        told.collect()
    }

    fn begin(&mut self, process: &Value, key: Key) {
        let root = shapes::process(process, key);
        let user = shapes::user(process, "audit_token");
        let member = Member {
            process: root,
            tree: root,
            user,
        };
        self.members.insert(key, member);
    }

    /// Keeps account of who is in which tree.
    fn follow(&mut self, name: &str, event: &Value, actor: &Value, actor_key: Key) {
        let child = event.get("child").filter(|_| name == "fork");
        if let Some(child) = child
            && let Some(parent) = self.members.get(&actor_key)
            && let Some(child_key) = key(child, "audit_token")
            && self.members.len() < MOST_PROCESSES
        {
            let member = Member {
                process: shapes::process(child, child_key),
                tree: parent.tree,
                user: shapes::user(child, "audit_token"),
            };
            self.members.insert(child_key, member);
        }
        let is_root = name == "exec" && self.is_program(event);
        if is_root && !self.members.contains_key(&actor_key) {
            self.begin(actor, actor_key);
        }
    }

    /// Says whether a program's start makes a tree.
    fn is_program(&self, event: &Value) -> bool {
        let paths = [
            text(event, &["target", "executable", "path"]),
            text(event, &["script", "path"]),
        ];
        let names = paths
            .into_iter()
            .flatten()
            .filter_map(|path| path.rsplit('/').next());
        names
            .into_iter()
            .any(|name| self.settings.programs.iter().any(|one| one == name))
    }

    fn move_on(&mut self, before: Key, event: &Value) {
        let now = event
            .get("target")
            .and_then(|target| key(target, "audit_token"));
        if let (Some(now), Some(mut member)) = (now, self.members.remove(&before)) {
            if let Some(target) = event.get("target") {
                member.user = shapes::user(target, "audit_token");
            }
            self.members.insert(now, member);
        }
    }

    fn deed(&self, name: &str, event: &Value, actor: &Value) -> Option<Deed> {
        match name {
            "exec" => self.exec(event, actor),
            "fork" => {
                let child = event.get("child")?;
                let key = key(child, "audit_token")?;
                Some(Deed::Fork {
                    child: shapes::process(child, key),
                })
            }
            "exit" => Some(shapes::end(number(event, "stat").unwrap_or_default())),
            "uipc_connect" => Some(Deed::Connect {
                to: Endpoint::Unix {
                    path: text(event, &["file", "path"])?.to_owned(),
                },
            }),
            "trace" | "get_task" => {
                let target = key(event.get("target")?, "audit_token")?;
                Some(Deed::System {
                    activity: Reached::Trace,
                    target: target.pid.to_string(),
                })
            }
            "mount" => {
                let target = text(event, &["statfs", "f_mntonname"]);
                Some(Deed::System {
                    activity: Reached::Mount,
                    target: target.unwrap_or_default().to_owned(),
                })
            }
            // Asked for nothing else; a newer version may add some.
            _ => self.file(name, event),
        }
    }

    fn file(&self, name: &str, event: &Value) -> Option<Deed> {
        let path = |way: &[&str]| text(event, way).map(str::to_owned);
        let (activity, path, to) = match name {
            "open" => {
                let path = path(&["file", "path"])?;
                let writes = number(event, "fflag")? & FOR_WRITING != 0;
                let mut interests = self.settings.interests.iter();
                if writes {
                    (FileActivity::Update, Some(path), None)
                } else if interests.any(|one| shapes::covers(one, &path)) {
                    (FileActivity::Read, Some(path), None)
                } else {
                    return None;
                }
            }
            "close" if event.get("modified") != Some(&Value::Bool(true)) => return None,
            "close" | "truncate" => (FileActivity::Update, path(&["target", "path"]), None),
            "create" => (FileActivity::Create, shapes::destination(event), None),
            "rename" => {
                let to = shapes::destination(event);
                (FileActivity::Rename, path(&["source", "path"]), to)
            }
            "unlink" => (FileActivity::Delete, path(&["target", "path"]), None),
            "link" => {
                let to = shapes::link(event);
                (FileActivity::Link, path(&["source", "path"]), to)
            }
            "setmode" => (FileActivity::SetAttributes, path(&["target", "path"]), None),
            _ => return None,
        };
        Some(Deed::File {
            activity,
            path: path?,
            to,
        })
    }

    fn exec(&self, event: &Value, actor: &Value) -> Option<Deed> {
        let mut argv = Vec::new();
        let mut left = LONGEST_ARGUMENTS;
        let mut truncated = false;
        let given = event.get("args").and_then(Value::as_array);
        for argument in given.into_iter().flatten() {
            let argument = argument.as_str().unwrap_or_default();
            let Some(rest) = left.checked_sub(argument.len()) else {
                truncated = true;
                break;
            };
            if argv.len() >= MOST_ARGUMENTS {
                truncated = true;
                break;
            }
            left = rest;
            argv.push(argument.to_owned());
        }
        let environment = event.get("env").and_then(Value::as_array);
        let pairs = environment.into_iter().flatten().filter_map(Value::as_str);
        let wanted = pairs
            .filter_map(|pair| pair.split_once('='))
            .filter(|(name, _)| self.settings.variables.iter().any(|one| one == name));
        Some(Deed::Exec {
            executable: text(event, &["target", "executable", "path"])?.to_owned(),
            script: text(event, &["script", "path"]).map(str::to_owned),
            argv,
            truncated,
            cwd: text(event, &["cwd", "path"]).map(str::to_owned),
            environment: wanted
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            parent: shapes::parent(actor),
        })
    }
}

#[cfg(test)]
mod tests;
