//! One thing that a sensor saw a process of a watched tree do, or try to do.
//!
//! These are facts as the kernel tells them: whose session it was and what follows from it is
//! found out elsewhere.

use ringfence_event::{FileActivity, Transport};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A process, guarded against a reused id by its start time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Process {
    /// Process id in the initial namespace (the kernel's `tgid`).
    pub pid: u32,
    /// Start time in clock ticks since boot (field 22 of `/proc/<pid>/stat`, proc(5)); 0 if unknown.
    pub started: u64,
}

/// One thing that a process did or tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// When, in microseconds since the Unix epoch.
    pub at: i64,
    /// Who did it.
    pub process: Process,
    /// The root of the watched tree that it belongs to.
    pub tree: Process,
    /// The user that the process ran as.
    pub user: u32,
    /// What it did.
    pub deed: Deed,
    /// Why it failed (errno(3)); `None` if it did not.
    pub error: Option<i32>,
    /// The rule that denied it, or ended its process for it.
    pub denied: Option<crate::RuleNumber>,
    /// How many times it was done; more than once where repeats were put together.
    pub times: u32,
}

/// What a process did or tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// Made a process.
    Fork {
        /// The new one.
        child: Process,
    },
    /// Started a program.
    Exec {
        /// The executable, as the file itself tells its path.
        executable: String,
        /// The file that was named, where another program was run to read it (`#!`).
        script: Option<String>,
        /// The arguments, the program's own name first; at most what [`crate::wire`] allows.
        argv: Vec<String>,
        /// Set when there were more or longer arguments.
        truncated: bool,
        /// The working directory.
        cwd: Option<String>,
        /// The variables that were asked for, and no others.
        environment: Vec<(String, String)>,
        /// Who started it.
        parent: Process,
    },
    /// Ended.
    Exit {
        /// Its exit code, unless a signal ended it.
        code: Option<i32>,
        /// The signal that ended it (signal(7)).
        signal: Option<i32>,
    },
    /// Touched a file.
    File {
        /// What it did.
        activity: FileActivity,
        /// The real path where the kernel told it; what the process named where the call failed.
        path: String,
        /// The new name, of a file that is renamed or linked.
        to: Option<String>,
    },
    /// Connected to somebody.
    Connect {
        /// To whom.
        to: Endpoint,
    },
    /// Sent a datagram.
    Send {
        /// To whom.
        to: Endpoint,
    },
    /// Waits for connections beyond loopback.
    Listen {
        /// Where.
        at: Endpoint,
    },
    /// Took a connection from beyond loopback.
    Accept {
        /// From whom.
        from: Endpoint,
        /// The port on this side.
        port: u16,
    },
    /// Asked for a name.
    Query {
        /// In lower case, without the last dot.
        name: String,
        /// The type of record by its number (RFC 1035, section 3.2.2).
        record: u16,
    },
    /// Reached for another process, or for the kernel.
    System {
        /// What it did.
        activity: Reached,
        /// To what: a process id, a directory, a name.
        target: String,
    },
    /// Opened files for reading that nothing asked to hear of; `times` says how many.
    Reads,
    /// The sensor lost what the tree did.
    Lost(crate::Losses),
}

/// The other side of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Endpoint {
    /// IPv4 or IPv6; addresses of IPv4 that are written as IPv6 are told as IPv4.
    Inet {
        /// The address.
        address: IpAddr,
        /// The port.
        port: u16,
        /// How it is talked to.
        transport: Transport,
    },
    /// A Unix socket.
    Unix {
        /// Its path; `@name` if it is abstract (unix(7)).
        path: String,
    },
}

/// How a process reached for another or for the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reached {
    /// Reads or steers another process (ptrace(2), `process_vm_readv(2)`).
    Trace,
    /// Sends a signal to a guarded process (kill(2)).
    Signal,
    /// Mounts a file system (mount(2)).
    Mount,
    /// Loads a module into the kernel (`init_module(2)`).
    LoadModule,
    /// Loads a program into the kernel (bpf(2)).
    LoadProgram,
    /// Makes an `io_uring` (`io_uring_setup(2)`).
    Queue,
}
