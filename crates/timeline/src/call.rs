//! One tool call: what was wanted, what was decided, what came of it, and what was done below it.

use crate::provenance::CameFrom;
use crate::taint::Taint;
use ringfence_event::{
    Access, FileClass, HostClass, Join, Outcome, ProcessRef, Timestamp, Tool, ToolCallId,
};
use serde::Serialize;
use serde_json::Value;

/// Most processes, files and hosts that a call names; the others are counted.
pub(crate) const MOST_TOUCHED: usize = 64;

/// One tool call, whoever told of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Call {
    /// Its id; absent where nobody told one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<ToolCallId>,
    /// How what was told of it was joined: inferred if anything of it was.
    pub join: Join,
    /// What was wanted.
    pub tool: Tool,
    /// Set when the user was asked for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
    /// What the agent decided about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
    /// How it went; absent while nobody told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// What it gave back.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub output: Value,
    /// The subagent that it started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// The programs that ran below it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub processes: Vec<Process>,
    /// The files that it touched.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileTouch>,
    /// The hosts that it talked to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<HostTouch>,
    /// Which earlier texts said its words first, the longest piece first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub came_from: Vec<CameFrom>,
    /// What it is under the influence of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taints: Vec<Taint>,
    /// How many more programs, files and hosts there were.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: u64,
}

/// What the agent decided about a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// Set when it may run.
    pub accepted: bool,
    /// Who decided, in the agent's words.
    pub by: Option<String>,
}

/// A program that ran below a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Process {
    /// When it began.
    pub at: Timestamp,
    /// Its arguments in one line, with secrets masked.
    pub line: String,
    /// Which process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<ProcessRef>,
    /// Its exit code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
}

/// Whether something was announced, seen, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// The call named it; the kernel did not tell.
    Said,
    /// The kernel saw it; the call did not name it.
    Done,
    /// Both.
    Both,
}

/// A file that a call touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileTouch {
    /// Absolute.
    pub path: String,
    /// What was done with it.
    pub access: Access,
    /// What kind of file it is.
    pub class: FileClass,
    /// How it is known.
    pub seen: Seen,
}

/// A host that a call talked to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HostTouch {
    /// Name or address.
    pub host: String,
    /// What kind of host it is.
    pub class: HostClass,
    /// How it is known.
    pub seen: Seen,
}

impl Seen {
    fn and(self, other: Seen) -> Seen {
        if self == other { self } else { Seen::Both }
    }
}

impl Call {
    /// Begins with what one event wants.
    pub(crate) fn new(tool: Tool) -> Call {
        Call {
            id: None,
            join: Join::Exact,
            tool,
            asked: false,
            decided: None,
            outcome: None,
            ended: None,
            output: Value::Null,
            started: None,
            processes: Vec::new(),
            files: Vec::new(),
            hosts: Vec::new(),
            came_from: Vec::new(),
            taints: Vec::new(),
            more: 0,
        }
    }

    /// Adds a file, once for each way of touching it.
    pub(crate) fn touch_file(&mut self, file: FileTouch) {
        let same = |known: &FileTouch| known.path == file.path && known.access == file.access;
        let room = self.files.len() < MOST_TOUCHED;
        match self.files.iter_mut().find(|known| same(known)) {
            Some(known) => known.seen = known.seen.and(file.seen),
            None if room => self.files.push(file),
            None => self.more += 1,
        }
    }

    /// Adds a host, once.
    pub(crate) fn touch_host(&mut self, host: HostTouch) {
        let room = self.hosts.len() < MOST_TOUCHED;
        let known = self.hosts.iter_mut().find(|known| known.host == host.host);
        match known {
            Some(known) => known.seen = known.seen.and(host.seen),
            None if room => self.hosts.push(host),
            None => self.more += 1,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
