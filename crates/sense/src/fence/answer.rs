//! What becomes of each call that waits: looked at, told, and answered.
//!
//! **Invariant:** a call is answered exactly once, by the thread that takes it or by the worker that
//! it is handed to. What decides is read once; where the kernel would read it again (`Go`), that is
//! named in the report's blind spots.

use super::filter::{Call, Machine};
use super::memory::LONGEST_PATH;
use super::notice::{Listener, Notice, Reply};
use super::program::Program;
use super::rules::Rules;
use super::socket::{find, memory_of};
use super::told::{Outcome, Teller, Who};
use super::tree::Tree;
use crate::{Deed, FileUse, Process, Reached, RuleNumber, proc};
use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

mod network;

/// Most calls that are waited for at a time; one more fails with `EAGAIN`.
const MOST_WAITING: usize = 256;

/// Most connections to the proxy whose makers are remembered.
const MOST_ORIGINS: usize = 4096;

/// `PTRACE_ATTACH` and `PTRACE_SEIZE` (`linux/ptrace.h`).
const ATTACH: [u64; 2] = [16, 0x4206];

/// `BPF_PROG_LOAD` (`linux/bpf.h`).
const LOAD_PROGRAM: i32 = 5;

/// What all threads of a supervisor share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) listener: Listener,
    pub(super) rules: Rules,
    pub(super) teller: Teller,
    /// Who made a connection to the proxy, by its port.
    origins: Mutex<HashMap<u16, Who>>,
    /// Names may only be asked of the proxy.
    pub(super) is_cut_off: bool,
    refuses_quic: bool,
    waiting: AtomicUsize,
}

impl Shared {
    pub(super) fn new(
        listener: Listener,
        rules: Rules,
        teller: Teller,
        is_cut_off: bool,
        refuses_quic: bool,
    ) -> Shared {
        Shared {
            listener,
            rules,
            teller,
            origins: Mutex::new(HashMap::new()),
            is_cut_off,
            refuses_quic,
            waiting: AtomicUsize::new(0),
        }
    }

    /// Who made the connection that comes from this port.
    pub(super) fn origin(&self, port: u16) -> Option<Who> {
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        origins.remove(&port)
    }

    fn remember(&self, port: u16, who: Who) {
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        if origins.len() >= MOST_ORIGINS {
            origins.clear();
        }
        origins.insert(port, who);
    }
}

/// Answers a call on a thread of its own, since it may take long.
fn later(
    shared: &Arc<Shared>,
    notice: Notice,
    work: impl FnOnce(&Shared) -> Reply + Send + 'static,
) {
    let busy = shared.waiting.fetch_add(1, Ordering::Relaxed) >= MOST_WAITING;
    let worker = Arc::clone(shared);
    let started = !busy
        && thread::Builder::new()
            .name("waiting call".to_owned())
            .spawn(move || {
                let reply = work(&worker);
                worker.listener.answer(&notice, reply);
                worker.waiting.fetch_sub(1, Ordering::Relaxed);
            })
            .is_ok();
    if !started {
        shared.waiting.fetch_sub(1, Ordering::Relaxed);
        shared.listener.answer(&notice, Reply::Fail(libc::EAGAIN));
    }
}

/// One that calls.
#[derive(Clone, Copy, Debug)]
struct Caller {
    who: Who,
    parent: Process,
    /// It has other threads, which can change what it passed.
    has_threads: bool,
}

/// Answers calls, in the order in which they come.
pub(super) struct Desk {
    pub(super) shared: Arc<Shared>,
    pub(super) tree: Tree,
    machine: Machine,
    /// The supervisor and the program in front of it: not to be signalled from within.
    own: Vec<u32>,
}

impl Desk {
    pub(super) fn new(shared: Arc<Shared>, tree: Tree, machine: Machine, own: Vec<u32>) -> Desk {
        Desk {
            shared,
            tree,
            machine,
            own,
        }
    }

    /// Answers a call; returns processes that were met for the first time.
    pub(super) fn serve(&mut self, notice: &Notice) -> Vec<Process> {
        let Some(status) = proc::status(notice.thread) else {
            return Vec::new();
        };
        let met = self.tree.meet(status.process);
        for member in &met {
            if member.process == self.tree.root() {
                continue;
            }
            let parent = self.tree.get(member.parent.pid);
            let who = Who {
                process: member.parent,
                user: parent.map_or(member.user, |parent| parent.user),
            };
            let child = member.process;
            self.shared
                .teller
                .tell(who, Deed::Fork { child }, Outcome::DONE);
        }
        if let Some(member) = self.tree.get(status.process) {
            let caller = Caller {
                who: Who {
                    process: member.process,
                    user: status.user,
                },
                parent: member.parent,
                has_threads: status.threads > 1,
            };
            if let Some(reply) = self.reply(notice, caller) {
                self.shared.listener.answer(notice, reply);
            }
        }
        met.into_iter().map(|member| member.process).collect()
    }

    /// The answer; `None` where a worker gives it, or nobody waits for it any more.
    fn reply(&mut self, notice: &Notice, caller: Caller) -> Option<Reply> {
        // A number that the filter would not have asked about: only a filter of another fence can.
        let call = Call::of(self.machine, notice.number)?;
        match call {
            Call::Execve | Call::Execveat => Some(self.start(call, notice, caller)),
            Call::Connect => self.connect(notice, caller),
            Call::SendTo => self.send_to(notice, caller),
            Call::SendMessage => self.send_message(notice, caller),
            Call::SendMessages => Some(self.send_messages(notice, caller)),
            Call::Listen => Some(self.listen(notice, caller)),
            Call::Trace if !ATTACH.contains(&notice.word(0)) => Some(Reply::Go),
            Call::Trace => Some(self.trace(caller, notice.int(1))),
            Call::ReadMemory | Call::WriteMemory => Some(self.trace(caller, notice.int(0))),
            Call::Signal => Some(self.signal(notice, caller)),
            Call::Mount => Some(self.mount(notice, caller)),
            Call::LoadProgram if notice.int(0) != LOAD_PROGRAM => Some(Reply::Go),
            Call::LoadProgram => Some(self.refuse(caller, Reached::LoadProgram, libc::EPERM)),
            Call::LoadModule | Call::LoadModuleFile => {
                Some(self.refuse(caller, Reached::LoadModule, libc::EPERM))
            }
            Call::MakeRing => Some(self.refuse(caller, Reached::Queue, libc::ENOSYS)),
        }
    }

    fn start(&mut self, call: Call, notice: &Notice, caller: Caller) -> Reply {
        let process = caller.who.process.pid;
        let Ok(memory) = memory_of(&self.shared.listener, notice) else {
            return self.unreadable("exec");
        };
        let read = self.shared.rules.settings(|settings| {
            Program::read(call, notice, process, &memory, &settings.variables)
        });
        let program = match read {
            Ok(program) => program,
            Err(error) if error.raw_os_error() == Some(libc::EFAULT) => {
                return self.unreadable("exec");
            }
            // There is no such program: a shell looks for it in many places.
            Err(_) => {
                self.shared.teller.not_told("exec");
                return Reply::Go;
            }
        };
        let now = self
            .tree
            .get(process)
            .and_then(|member| member.executable.clone());
        let rule = program.files().find_map(|file| {
            self.shared
                .rules
                .denies_file(file, FileUse::Execute, now.as_deref())
        });
        if let Some(rule) = rule {
            let deed = program.told(notice, caller.parent);
            return self.deny(caller, deed, rule);
        }
        self.tree.runs(process, &program.executable);
        let deed = program.told(notice, caller.parent);
        self.shared.teller.tell(caller.who, deed, Outcome::DONE);
        Reply::Go
    }

    fn deny(&self, caller: Caller, deed: Deed, rule: RuleNumber) -> Reply {
        let outcome = Outcome::denied(rule, libc::EPERM);
        self.shared.teller.tell(caller.who, deed, outcome);
        Reply::Fail(libc::EPERM)
    }

    /// Who hides what it does may do it only where nothing is denied.
    fn unreadable(&self, kind: &'static str) -> Reply {
        self.shared.teller.unreadable(kind);
        if self.shared.rules.enforcing() {
            Reply::Fail(libc::EACCES)
        } else {
            Reply::Go
        }
    }

    fn reached(&self, caller: Caller, activity: Reached, target: String, outcome: Outcome) {
        let deed = Deed::System { activity, target };
        self.shared.teller.tell(caller.who, deed, outcome);
    }

    fn refuse(&self, caller: Caller, activity: Reached, error: i32) -> Reply {
        self.reached(caller, activity, String::new(), Outcome::failed(error));
        Reply::Fail(error)
    }

    /// Whoever may steer a process outside does there what it may not do here.
    fn trace(&self, caller: Caller, target: i32) -> Reply {
        let Ok(target) = u32::try_from(target) else {
            return Reply::Go;
        };
        if target == caller.who.process.pid {
            return Reply::Go;
        }
        let outside = match proc::status(target) {
            Some(status) => !self.tree.holds(status.process),
            None => false,
        };
        let (outcome, reply) = if outside {
            (Outcome::failed(libc::EPERM), Reply::Fail(libc::EPERM))
        } else {
            (Outcome::DONE, Reply::Go)
        };
        self.reached(caller, Reached::Trace, target.to_string(), outcome);
        reply
    }

    fn signal(&self, notice: &Notice, caller: Caller) -> Reply {
        let (Ok(target), true) = (u32::try_from(notice.int(0)), notice.int(1) != 0) else {
            return Reply::Go;
        };
        let own = self.own.contains(&target);
        let guarded = self
            .shared
            .rules
            .settings(|settings| settings.guarded.iter().any(|one| one.pid == target));
        if !own && !guarded {
            return Reply::Go;
        }
        let (outcome, reply) = if own {
            (Outcome::failed(libc::EPERM), Reply::Fail(libc::EPERM))
        } else {
            (Outcome::DONE, Reply::Go)
        };
        self.reached(caller, Reached::Signal, target.to_string(), outcome);
        reply
    }

    fn mount(&self, notice: &Notice, caller: Caller) -> Reply {
        let target = self
            .path(notice, caller, notice.word(1))
            .unwrap_or_default();
        self.reached(caller, Reached::Mount, target, Outcome::DONE);
        Reply::Go
    }

    /// The real path of a file that the caller names.
    fn path(&self, notice: &Notice, caller: Caller, at: u64) -> io::Result<String> {
        let memory = memory_of(&self.shared.listener, notice)?;
        let (path, _) = memory.text(at, LONGEST_PATH)?;
        let base = format!("/proc/{}/cwd", notice.thread);
        let place = find(notice, caller.who.process.pid, &base, &path)?;
        Ok(place.path)
    }
}
