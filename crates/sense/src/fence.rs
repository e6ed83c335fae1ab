//! A fence around one program and all that it starts, without any privilege: tier C on Linux.
//!
//! The kernel stops the calls that start programs and reach others, and asks a supervisor
//! (`seccomp_unotify(2)`); what reaches the network is done by it, on a copy of the caller's socket
//! and with the address that it judged. Landlock hides files, a namespace the network.
//!
//! **Invariant:** nobody inside gets out by forking, by a session of their own, or by ending the
//! supervisor: without it those calls fail.
#![expect(
    unsafe_code,
    reason = "seccomp filters, their notifications, fork and socket calls on another's behalf have no safe interface"
)]

mod address;
mod answer;
mod files;
mod filter;
mod front;
mod judge;
mod launch;
mod link;
mod memory;
mod namespace;
mod notice;
mod program;
mod proxy;
mod query;
mod report;
mod rules;
mod signals;
mod socket;
mod supervisor;
mod told;
mod tree;

pub use link::Dial;

use crate::{Policy, RuleNumber};
use filter::Machine;
use serde::{Deserialize, Serialize};
use signals::Signals;
use std::ffi::OsString;
use std::io;
use std::net::IpAddr;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use supervisor::Origin;

/// What the program inside can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Net {
    /// The machine's network, as far as no rule denies it.
    Host,
    /// A network of its own, with a proxy as the only way out.
    Proxy,
    /// A network of its own, with no way out.
    None,
}

/// The number of every rule that the fence was started with.
pub const OWN: RuleNumber = RuleNumber(u32::MAX);

/// What to fence, and how.
pub struct Plan {
    /// The program and its arguments.
    pub command: Vec<OsString>,
    /// Variables that it gets beside those that we have.
    pub environment: Vec<(String, String)>,
    /// What it can reach.
    pub net: Net,
    /// Files and directories that nobody inside may read.
    pub deny_read: Vec<PathBuf>,
    /// What is denied whatever the daemon says; the locks in it are for this tree.
    pub policy: Policy,
    /// Addresses of this machine's own loopback that the proxy may dial all the same.
    pub inward: Vec<IpAddr>,
    /// Whether HTTP/3 is refused (RFC 9114, section 3.1): its clients then take TCP, where the proxy of
    /// the environment can read them.
    pub refuse_quic: bool,
    /// Reaches the user's daemon.
    pub daemon: Option<Dial>,
    /// A file to be made for what no daemon has heard by the end: frames, as the daemon would have
    /// got them.
    pub unheard: Option<PathBuf>,
    /// The program's version, for the report.
    pub version: String,
}

/// How a fenced program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// With an exit code.
    Code(i32),
    /// By a signal (signal(7)).
    Signal(i32),
}

/// Why there is no fence.
#[derive(Debug, thiserror::Error)]
pub enum FenceError {
    /// The processor's calls are not known here.
    #[error("fences are made for x86_64 and aarch64 only")]
    Machine,
    /// Forking would be unsafe.
    #[error("a process with {0} threads can't make a fence")]
    Threads(usize),
    /// A process, or something that it needs, could not be made.
    #[error("failed to start the fence's own processes")]
    Fork(#[source] io::Error),
    /// The kernel does not take the filter.
    #[error(
        "the kernel refuses the system call filter\nhint: it needs Linux 5.15 or newer with seccomp's user notification, and a process that is not in such a fence already"
    )]
    Filter(#[source] io::Error),
    /// The supervisor may not look at its own child.
    #[error(
        "the system does not let a process look into its own children\nhint: `sysctl kernel.yama.ptrace_scope` must be 0 or 1"
    )]
    Look(#[source] io::Error),
    /// There is no network of one's own.
    #[error(
        "failed to make a network of its own\nhint: this needs unprivileged user namespaces: look at `sysctl kernel.unprivileged_userns_clone user.max_user_namespaces kernel.apparmor_restrict_unprivileged_userns`, or use `--net=host`"
    )]
    Network(#[source] io::Error),
    /// The proxy could not be made.
    #[error("failed to open the proxy")]
    Proxy(#[source] io::Error),
    /// A path to be hidden is not there, or can't be looked at.
    #[error(
        "can't deny reading `{path}`\nhint: what is denied must exist, and you must be able to list the directories above it"
    )]
    DenyRead {
        /// The path.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// Everything was to be hidden.
    #[error("with `/` denied no program could start")]
    DenyAll,
    /// The kernel has no Landlock, or refused the rules.
    #[error(
        "failed to deny files with Landlock ({0})\nhint: Landlock needs Linux 5.13 or newer and `landlock` among its security modules (`cat /sys/kernel/security/lsm`); leave `--deny-read` out to start without it"
    )]
    Landlock(String),
    /// The supervisor's own words.
    #[error("{0}")]
    Broken(String),
    /// The program could not be started.
    #[error("failed to start `{command}`")]
    NotStarted {
        /// Its name.
        command: String,
        /// Why.
        source: io::Error,
    },
    /// The supervisor ended before the program did.
    #[error(
        "the fence's supervisor was ended, so the program was ended, too\nhint: what it left running can start no program and reach no network"
    )]
    SupervisorGone,
}

impl FenceError {
    /// The whole of it in one text, to be told by another process.
    fn told(&self) -> String {
        let text = self.to_string();
        let (said, hint) = text.split_once('\n').unwrap_or((&text, ""));
        let cause = std::error::Error::source(self);
        let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
        format!("{said}{cause}\n{hint}").trim_end().to_owned()
    }
}

/// Runs a program in a fence until it ends. What it leaves running stays fenced.
///
/// Must be called while the process has one thread.
pub fn run(plan: Plan) -> Result<Ending, FenceError> {
    let machine = Machine::here().ok_or(FenceError::Machine)?;
    let command = plan
        .command
        .first()
        .map(|name| name.to_string_lossy().into_owned());
    let (front, supervisor) = UnixStream::pair().map_err(FenceError::Fork)?;
    let own = std::process::id();
    let (signals, before) = Signals::hold().map_err(FenceError::Fork)?;
    match launch::fork()? {
        launch::Forked::Child => {
            drop((front, signals));
            supervisor::live(plan, machine, supervisor, &Origin { front: own, before })
        }
        launch::Forked::Parent(_) => {
            drop(supervisor);
            launch::withdraw();
            front::wait(front, &signals, &command.unwrap_or_default())
        }
    }
}

/// Ends this process by a signal, as the fenced program ended; returns if the signal doesn't do that.
pub fn end_by(signal: i32) {
    signals::end_by(signal);
}
