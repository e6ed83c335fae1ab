//! Starts the program inside: namespace, Landlock, no new privileges, filter, then the program
//! itself, step by step in the new process.
//!
//! **Invariant:** forks only while this process has one thread, so that the child may do anything.

use super::filter::{self, Machine};
use super::signals::Before;
use super::{FenceError, Net, Plan, namespace};
use landlock::RulesetCreated;
use rustix::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Variables in which programs look for a proxy (curl(1), and what runtimes agreed on since).
const PROXIED: [&str; 6] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
];

/// What a child tells while it gets ready.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Step {
    /// The numbers of its descriptors: where calls come in, and the proxy's door.
    Ready { listener: i32, proxy: Option<i32> },
    /// It could not get ready.
    Failed { step: Stage, error: i32 },
    /// There is no such program, or it can't be run.
    NotStarted { error: i32 },
}

/// What a child does before its program starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stage {
    Network,
    Proxy,
    Files,
    Privileges,
    Filter,
}

impl Stage {
    pub(super) fn failed(self, error: i32) -> FenceError {
        let source = io::Error::from_raw_os_error(error);
        match self {
            Stage::Network => FenceError::Network(source),
            Stage::Proxy => FenceError::Proxy(source),
            Stage::Files => FenceError::Landlock("the kernel refused it".to_owned()),
            Stage::Privileges | Stage::Filter => FenceError::Filter(source),
        }
    }
}

/// A child that is fenced and waits to start its program.
pub(super) struct Child {
    pub(super) pid: u32,
    /// Tells its end, and takes signals.
    pub(super) handle: OwnedFd,
    pub(super) listener: OwnedFd,
    pub(super) proxy: Option<TcpListener>,
    /// Ends without a word once the program runs.
    pub(super) started: PipeReader,
    go: PipeWriter,
}

impl Child {
    /// Lets it start its program.
    pub(super) fn go(&mut self) -> io::Result<()> {
        self.go.write_all(&[1])
    }
}

/// What [`fork`] returned.
pub(super) enum Forked {
    Parent(u32),
    Child,
}

/// Makes a copy of this process.
pub(super) fn fork() -> Result<Forked, FenceError> {
    let threads = std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count);
    if threads != 1 {
        return Err(FenceError::Threads(threads));
    }
    // SAFETY: with one thread no lock can be held by somebody who is not in the child.
    match unsafe { libc::fork() } {
        0 => Ok(Forked::Child),
        pid => u32::try_from(pid)
            .map(Forked::Parent)
            .map_err(|_| FenceError::Fork(io::Error::last_os_error())),
    }
}

/// Ends this process at once: what a copy must not do twice stays undone.
pub(super) fn leave(code: i32) -> ! {
    // SAFETY: it does not return, and runs nothing of this program any more.
    unsafe { libc::_exit(code) }
}

/// Makes the fenced child.
pub(super) fn launch(
    plan: &Plan,
    machine: Machine,
    files: Option<RulesetCreated>,
    before: Before,
) -> Result<Child, FenceError> {
    let (started, told) = io::pipe().map_err(FenceError::Fork)?;
    let (wait, go) = io::pipe().map_err(FenceError::Fork)?;
    let Forked::Parent(pid) = fork()? else {
        drop((started, go));
        before.restore();
        become_program(plan, machine, files, told, wait);
    };
    drop((told, wait, files));
    let mut child = Child {
        pid,
        handle: open(pid).map_err(FenceError::Fork)?,
        listener: OwnedFd::from(File::open("/dev/null").map_err(FenceError::Fork)?),
        proxy: None,
        started,
        go,
    };
    match read_step(&mut child.started) {
        Some(Step::Ready { listener, proxy }) => {
            child.listener = take(&child.handle, listener)?;
            child.proxy = proxy
                .map(|number| take(&child.handle, number).map(TcpListener::from))
                .transpose()?;
            Ok(child)
        }
        Some(Step::Failed { step, error }) => Err(step.failed(error)),
        Some(Step::NotStarted { .. }) | None => {
            Err(FenceError::Fork(io::ErrorKind::UnexpectedEof.into()))
        }
    }
}

fn open(pid: u32) -> io::Result<OwnedFd> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    Ok(pidfd_open(
        pid.ok_or(rustix::io::Errno::SRCH)?,
        PidfdFlags::empty(),
    )?)
}

/// Takes a descriptor out of the child: sending it would be a call that nobody answers yet.
fn take(child: &OwnedFd, number: i32) -> Result<OwnedFd, FenceError> {
    pidfd_getfd(child, number, PidfdGetfdFlags::empty())
        .map_err(|error| FenceError::Look(error.into()))
}

/// Reads what the child told; nothing if it started its program.
pub(super) fn read_step(pipe: &mut PipeReader) -> Option<Step> {
    let mut length = [0];
    pipe.read_exact(&mut length).ok()?;
    let mut bytes = vec![0; usize::from(length[0])];
    pipe.read_exact(&mut bytes).ok()?;
    postcard::from_bytes(&bytes).ok()
}

fn tell(pipe: &mut PipeWriter, step: &Step) {
    let Ok(bytes) = postcard::to_stdvec(step) else {
        leave(1);
    };
    let length = u8::try_from(bytes.len()).unwrap_or_default();
    let message = [&[length], bytes.as_slice()].concat();
    if pipe.write_all(&message).is_err() {
        leave(1);
    }
}

/// The child's life until its program runs.
fn become_program(
    plan: &Plan,
    machine: Machine,
    files: Option<RulesetCreated>,
    mut told: PipeWriter,
    mut wait: PipeReader,
) -> ! {
    match get_ready(plan, machine, files) {
        Ok((listener, proxy, mut command)) => {
            let ready = Step::Ready {
                listener: listener.as_raw_fd(),
                proxy: proxy.as_ref().map(AsRawFd::as_raw_fd),
            };
            tell(&mut told, &ready);
            if wait.read_exact(&mut [0]).is_err() {
                leave(1);
            }
            drop(listener);
            // Returns only if it could not be done; holds back no signals any more.
            let error = command.exec();
            let error = error.raw_os_error().unwrap_or(libc::EIO);
            tell(&mut told, &Step::NotStarted { error });
        }
        Err((step, error)) => {
            let error = error.raw_os_error().unwrap_or(libc::EIO);
            tell(&mut told, &Step::Failed { step, error });
        }
    }
    leave(127)
}

type Ready = (OwnedFd, Option<TcpListener>, Command);

fn get_ready(
    plan: &Plan,
    machine: Machine,
    files: Option<RulesetCreated>,
) -> Result<Ready, (Stage, io::Error)> {
    let (program, arguments) = plan
        .command
        .split_first()
        .ok_or((Stage::Filter, io::ErrorKind::InvalidInput.into()))?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(plan.environment.iter().cloned());
    if plan.net != Net::Host {
        namespace::leave().map_err(|error| (Stage::Network, error))?;
    }
    let mut proxy = None;
    if plan.net == Net::Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| (Stage::Proxy, error))?;
        let place = listener
            .local_addr()
            .map_err(|error| (Stage::Proxy, error))?;
        command.envs(PROXIED.map(|name| (name, format!("http://{place}"))));
        // What runs beside it inside is reached without us.
        let inside = "localhost,127.0.0.1,::1";
        command.envs([
            ("NO_PROXY", inside),
            ("no_proxy", inside),
            ("NODE_USE_ENV_PROXY", "1"),
        ]);
        proxy = Some(listener);
    }
    rustix::thread::set_no_new_privs(true).map_err(|error| (Stage::Privileges, error.into()))?;
    if let Some(files) = files {
        files
            .restrict_self()
            .map_err(|_| (Stage::Files, io::ErrorKind::Unsupported.into()))?;
    }
    let listener = install(machine).map_err(|error| (Stage::Filter, error))?;
    Ok((listener, proxy, command))
}

/// Puts the filter on this process; returns where its calls come in.
pub(super) fn install(machine: Machine) -> io::Result<OwnedFd> {
    let mut steps = filter::program(machine);
    let program = libc::sock_fprog {
        len: u16::try_from(steps.len()).unwrap_or_default(),
        filter: steps.as_mut_ptr(),
    };
    // A signal must not undo a call that was done already (since 5.19).
    let killable = libc::SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    for more in [killable, 0] {
        // SAFETY: the program's steps live until the call is over; the kernel copies them.
        let descriptor = unsafe {
            libc::syscall(
                libc::SYS_seccomp,
                libc::SECCOMP_SET_MODE_FILTER,
                libc::SECCOMP_FILTER_FLAG_NEW_LISTENER | more,
                &raw const program,
            )
        };
        if let Ok(descriptor) = i32::try_from(descriptor)
            && descriptor >= 0
        {
            // SAFETY: the kernel made it just now for this process.
            return Ok(unsafe { OwnedFd::from_raw_fd(descriptor) });
        }
        let error = io::Error::last_os_error();
        if error.raw_os_error() != Some(libc::EINVAL) {
            return Err(error);
        }
    }
    Err(io::Error::from_raw_os_error(libc::EINVAL))
}

/// Lets a process be seen by nobody of the same user, and keep as many files open as it may.
pub(super) fn withdraw() {
    use rustix::process::{
        DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit,
    };
    let limit = getrlimit(Resource::Nofile);
    // Neither is needed for the fence to hold.
    set_dumpable_behavior(DumpableBehavior::NotDumpable).unwrap_or_default();
    let highest = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, highest).unwrap_or_default();
}

/// Leaves the terminal and every pipe that the program's caller reads.
pub(super) fn detach() -> io::Result<()> {
    rustix::process::setsid()?;
    let nothing = File::options().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(nothing.as_fd())?;
    rustix::stdio::dup2_stdout(nothing.as_fd())?;
    rustix::stdio::dup2_stderr(nothing.as_fd())?;
    rustix::process::chdir("/")?;
    Ok(())
}
