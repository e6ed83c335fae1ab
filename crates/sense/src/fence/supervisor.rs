//! The process behind a fence: it starts the program, answers its calls, adopts whom the tree leaves
//! behind, and stays until nobody of the tree is left.
//!
//! **Invariant:** it is an ancestor of everyone in the tree, so that it may look into them also where
//! the system lets only ancestors do that (Yama).

use super::answer::{Desk, Shared};
use super::filter::Machine;
use super::front::Word;
use super::launch::{self, Child, Step, launch, leave};
use super::link::{self, Greeting};
use super::notice::Listener;
use super::report::Facts;
use super::rules::Rules;
use super::signals::{Before, Signals};
use super::told::{Outcome, Teller, Who};
use super::tree::Tree;
use super::{Ending, FenceError, Net, Plan, files, proxy};
use crate::{Deed, FileUse, Policy, Process, proc, wire};
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::fd::{AsFd, OwnedFd};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, geteuid, pidfd_open, pidfd_send_signal,
    set_child_subreaper, wait, waitpid,
};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, TcpListener};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What an event of the kernel's queue is about; others are process ids.
const CALL: u64 = 1 << 32;
const FRONT: u64 = CALL + 1;
const STARTED: u64 = CALL + 2;
const SIGNAL: u64 = CALL + 3;

/// How long the last words may take to be heard by the daemon.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What there was before there was a fence.
pub(super) struct Origin {
    /// The process that the user started.
    pub(super) front: u32,
    pub(super) before: Before,
}

/// Lives the supervisor's life and ends the process.
pub(super) fn live(plan: Plan, machine: Machine, front: UnixStream, origin: &Origin) -> ! {
    let mut say = front;
    match Supervisor::start(plan, machine, &mut say, origin) {
        Ok(mut supervisor) => {
            supervisor.watch(&mut say);
            supervisor.end(&mut say);
        }
        Err(error) => {
            let why = error.told();
            // Without a front there is nobody to tell.
            wire::send(&mut say, &Word::Broken { why }).unwrap_or_default();
        }
    }
    leave(0)
}

struct Supervisor {
    desk: Desk,
    queue: OwnedFd,
    child: Child,
    signals: Signals,
    /// Open ends of processes, until their end was told.
    ends: HashMap<u32, (Process, OwnedFd)>,
    link: Option<JoinHandle<()>>,
    /// The program runs, or has said why not.
    is_started: bool,
    /// The program ended, or never started.
    is_over: bool,
}

impl Supervisor {
    fn start(
        mut plan: Plan,
        machine: Machine,
        say: &mut UnixStream,
        origin: &Origin,
    ) -> Result<Supervisor, FenceError> {
        let own = std::process::id();
        set_child_subreaper(Pid::from_raw(1)).map_err(|error| FenceError::Fork(error.into()))?;
        let (stream, greeting) = meet_daemon(&plan);
        let denied = denied_files(&plan, &greeting.policy);
        let denies_files = !denied.is_empty();
        let mut child = launch(&plan, machine, files::prepare(&denied)?, origin.before)?;
        let (signals, _) = Signals::hold().map_err(FenceError::Fork)?;
        let root = proc::process(child.pid)
            .ok_or_else(|| FenceError::Fork(io::ErrorKind::NotFound.into()))?;
        let listener = std::mem::replace(&mut child.listener, devnull()?);
        let listener = Listener::new(listener).map_err(FenceError::Filter)?;
        let is_cut_off = plan.net != Net::Host;
        let mut policy = std::mem::take(&mut plan.policy);
        for lock in &mut policy.locks {
            lock.tree = root;
        }
        let settings = greeting.settings;
        let rules = Rules::new(root, policy, greeting.policy, settings);
        let shared = Arc::new(Shared::new(
            listener,
            rules,
            Teller::new(root),
            is_cut_off,
            plan.refuse_quic,
        ));
        launch::withdraw();
        launch::detach().map_err(FenceError::Fork)?;
        let facts = Facts {
            version: plan.version.clone(),
            denies_files,
            is_cut_off,
        };
        let link = plan.daemon.take();
        let unheard = plan.unheard.take();
        let link = link.and_then(|dial| keep_talking(dial, stream, &shared, facts, root, unheard));
        if let Some(listener) = child.proxy.take() {
            let inward = std::mem::take(&mut plan.inward);
            open_door(listener, inward, &shared, root)?;
        }
        let queue =
            epoll::create(CreateFlags::CLOEXEC).map_err(|error| FenceError::Fork(error.into()))?;
        let outside = vec![own, origin.front];
        let mut supervisor = Supervisor {
            desk: Desk::new(shared, Tree::new(root, own), machine, outside),
            queue,
            child,
            signals,
            ends: HashMap::new(),
            link,
            is_started: false,
            is_over: false,
        };
        supervisor.listen(say).map_err(FenceError::Fork)?;
        let started = Word::Started {
            pid: supervisor.child.pid,
        };
        wire::send(say, &started)
            .map_err(|_| FenceError::Fork(io::ErrorKind::BrokenPipe.into()))?;
        supervisor.child.go().map_err(FenceError::Fork)?;
        Ok(supervisor)
    }

    fn listen(&mut self, front: &UnixStream) -> io::Result<()> {
        let all = [
            (self.desk.shared.listener.as_fd(), CALL),
            (front.as_fd(), FRONT),
            (self.child.started.as_fd(), STARTED),
            (self.signals.as_fd(), SIGNAL),
        ];
        for (descriptor, about) in all {
            epoll::add(
                &self.queue,
                descriptor,
                EventData::new_u64(about),
                EventFlags::IN,
            )?;
        }
        self.await_end(self.desk.tree.root());
        Ok(())
    }

    /// Serves until nobody is left.
    fn watch(&mut self, front: &mut UnixStream) {
        let mut room = Vec::with_capacity(64);
        loop {
            room.clear();
            let waited = epoll::wait(&self.queue, rustix::buffer::spare_capacity(&mut room), None);
            if waited.is_err_and(|error| error != rustix::io::Errno::INTR) {
                return;
            }
            // Ends first: an id must not be taken for who had it before.
            room.sort_by_key(|event: &Event| event.data.u64() >= CALL);
            for event in &room {
                let (about, flags) = (event.data.u64(), event.flags);
                match about {
                    CALL if flags.contains(EventFlags::IN) => self.serve(),
                    CALL => return,
                    FRONT => self.front_is_gone(front),
                    STARTED => self.has_started(front),
                    SIGNAL => self.reap(front),
                    pid => self.has_ended(u32::try_from(pid).unwrap_or_default(), flags),
                }
            }
        }
    }

    fn serve(&mut self) {
        let Ok(Some(notice)) = self.desk.shared.listener.receive() else {
            return;
        };
        for process in self.desk.serve(&notice) {
            self.await_end(process);
        }
    }

    /// Asks the kernel to tell when a process ends (`pidfd_open(2)`).
    fn await_end(&mut self, process: Process) {
        let pid = i32::try_from(process.pid).ok().and_then(Pid::from_raw);
        let Some(Ok(handle)) = pid.map(|pid| pidfd_open(pid, PidfdFlags::empty())) else {
            return;
        };
        let about = EventData::new_u64(process.pid.into());
        if epoll::add(&self.queue, &handle, about, EventFlags::IN).is_ok() {
            self.ends.insert(process.pid, (process, handle));
        }
    }

    /// Somebody ended who is not our child: what it ended with is its parent's to know, until it has
    /// asked; newer kernels tell it after that.
    fn has_ended(&mut self, pid: u32, flags: EventFlags) {
        let Some((process, handle)) = self.ends.get(&pid) else {
            return;
        };
        let process = *process;
        if !flags.contains(EventFlags::HUP) && end::is_told(handle) {
            // From now on only the parent's asking is told: that can't be switched off.
            let about = EventData::new_u64(pid.into());
            let changed = epoll::modify(&self.queue, handle, about, EventFlags::empty());
            if changed.is_ok() {
                return;
            }
        }
        let ending = end::ending(handle);
        self.tell_end(process, ending);
    }

    fn tell_end(&mut self, process: Process, ending: Option<Ending>) {
        self.ends.remove(&process.pid);
        let user = self
            .desk
            .tree
            .get(process.pid)
            .map_or(0, |member| member.user);
        let deed = Deed::Exit {
            code: match ending {
                Some(Ending::Code(code)) => Some(code),
                _ => None,
            },
            signal: match ending {
                Some(Ending::Signal(signal)) => Some(signal),
                _ => None,
            },
        };
        self.desk.tree.forget(process);
        self.desk
            .shared
            .teller
            .tell(Who { process, user }, deed, Outcome::DONE);
    }

    /// Our children: the program, and those whose parents are gone.
    fn reap(&mut self, front: &mut UnixStream) {
        while self.signals.next().is_some() {}
        let options = WaitOptions::NOHANG | WaitOptions::UNTRACED | WaitOptions::CONTINUED;
        while let Ok(Some((pid, status))) = wait(options) {
            let pid = u32::try_from(pid.as_raw_nonzero().get()).unwrap_or_default();
            self.note_end(pid, &Word::of(status), front);
        }
    }

    fn note_end(&mut self, pid: u32, word: &Word, front: &mut UnixStream) {
        let ending = match word {
            Word::Ended(ending) => Some(*ending),
            _ => None,
        };
        if ending.is_some()
            && let Some((process, _)) = self.ends.get(&pid)
        {
            self.tell_end(*process, ending);
        }
        if pid == self.child.pid && ending.is_some() {
            // It ended before it was a program, or has said all that it will: nobody waits here.
            self.has_started(front);
        }
        if pid == self.child.pid && !self.is_over {
            self.is_over = ending.is_some();
            // A front that is gone needs no word.
            wire::send(front, word).unwrap_or_default();
        }
    }

    fn has_started(&mut self, front: &mut UnixStream) {
        if std::mem::replace(&mut self.is_started, true) {
            return;
        }
        if let Some(Step::NotStarted { error }) = launch::read_step(&mut self.child.started) {
            self.is_over = true;
            wire::send(front, &Word::NotStarted { error }).unwrap_or_default();
        }
        epoll::delete(&self.queue, self.child.started.as_fd()).unwrap_or_default();
    }

    /// Whoever ends `ringfence exec` by force means its program.
    fn front_is_gone(&mut self, front: &UnixStream) {
        if !self.is_over {
            pidfd_send_signal(&self.child.handle, Signal::KILL).unwrap_or_default();
        }
        epoll::delete(&self.queue, front.as_fd()).unwrap_or_default();
    }

    /// Lets the daemon hear the rest.
    fn end(mut self, front: &mut UnixStream) {
        let program = i32::try_from(self.child.pid).ok().and_then(Pid::from_raw);
        // It ends now if it has not yet: nobody of the tree is left.
        if !self.is_over
            && let Ok(Some((_, status))) = waitpid(program, WaitOptions::empty())
        {
            self.note_end(self.child.pid, &Word::of(status), front);
        }
        self.reap(front);
        let left: Vec<Process> = self.ends.values().map(|(process, _)| *process).collect();
        for process in left {
            let ending = self
                .ends
                .get(&process.pid)
                .and_then(|(_, handle)| end::ending(handle));
            self.tell_end(process, ending);
        }
        self.desk.shared.teller.close();
        let until = Instant::now() + LAST_WORDS;
        if let Some(link) = self.link {
            while !link.is_finished() && Instant::now() < until {
                thread::sleep(Duration::from_millis(2));
            }
        }
    }
}

/// Talks to the daemon on a thread of its own; without one the fence holds all the same.
fn keep_talking(
    dial: link::Dial,
    stream: Option<UnixStream>,
    shared: &Arc<Shared>,
    facts: Facts,
    root: Process,
    unheard: Option<PathBuf>,
) -> Option<JoinHandle<()>> {
    let shared = Arc::clone(shared);
    let work = move || link::keep(stream, &dial, &shared, &facts, root, unheard.as_deref());
    let thread = thread::Builder::new().name("daemon".to_owned());
    thread.spawn(work).ok()
}

/// Serves the proxy on threads of its own.
fn open_door(
    listener: TcpListener,
    inward: Vec<IpAddr>,
    shared: &Arc<Shared>,
    process: Process,
) -> Result<(), FenceError> {
    let user = geteuid().as_raw();
    let door = Arc::new(proxy::Door {
        shared: Arc::clone(shared),
        root: Who { process, user },
        inward,
    });
    let thread = thread::Builder::new().name("proxy's door".to_owned());
    let started = thread.spawn(move || proxy::serve(&listener, &door));
    started.map(drop).map_err(FenceError::Proxy)
}

fn devnull() -> Result<OwnedFd, FenceError> {
    let file = std::fs::File::open("/dev/null").map_err(FenceError::Fork)?;
    Ok(OwnedFd::from(file))
}

fn meet_daemon(plan: &Plan) -> (Option<UnixStream>, Greeting) {
    let met = plan.daemon.as_ref().and_then(|dial| {
        let mut stream = dial().ok()?;
        let greeting = link::greet(&mut stream).ok()?;
        Some((stream, greeting))
    });
    match met {
        Some((stream, greeting)) => (Some(stream), greeting),
        None => (None, Greeting::default()),
    }
}

/// Landlock knows no exceptions: a rule that has some would deny them as well, and stays unarmed.
fn denied_files(plan: &Plan, policy: &Policy) -> Vec<PathBuf> {
    let ruled = policy
        .files
        .iter()
        .filter(|rule| {
            rule.denies.has(FileUse::Read) && rule.except.is_empty() && !rule.spares_agent
        })
        .map(|rule| PathBuf::from(&rule.path))
        .filter(|path| path.exists());
    plan.deny_read.iter().cloned().chain(ruled).collect()
}

mod end;
