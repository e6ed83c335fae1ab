//! Every way round the fence that we try, and what each tier does about it: the one table that the
//! guests, the native test and docs/threat-model.md are held against.

use Cover::{Denied, Gap, Meant};

/// What happens to an attempt by a process of a watched tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// It is refused, or ended before it has anything.
    Denied,
    /// It works, for this reason.
    Gap(&'static str),
    /// It works and is to work: the fence is not in the way.
    Meant,
}

/// One attempt.
#[derive(Clone, Copy, Debug)]
pub struct Evasion {
    /// Its name in `tests/guest`.
    pub name: &'static str,
    /// What it does, for readers of the threat model.
    pub does: &'static str,
    /// What tier A does about it.
    pub a: Cover,
    /// What tier B does about it.
    pub b: Cover,
}

const ASK: &str = "ASK";
const CGROUP: &str = "CGROUP";
const CHANGE: &str = "CHANGE";
const COPY: &str = "COPY";
const LINK: &str = "LINK";
const LOADER: &str = "LOADER";
const META: &str = "META";
const META2: &str = "META2";
const OPEN: &str = "OPEN";
const PACKET: &str = "PACKET";
const PORT: &str = "PORT";
const SIGNAL: &str = "SIGNAL";
const TCP: &str = "TCP";
const TRACE: &str = "TRACE";
const TRACED: &str = "TRACED";

/// All of them.
pub const EVASIONS: &[Evasion] = &[
    Evasion {
        name: "read",
        does: "reads a file of a guarded directory",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "dot-dot",
        does: "names it with `..` in the middle",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "relative",
        does: "names it from its own directory",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "openat2",
        does: "opens it with openat2(2), resolved in another root",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "o-path",
        does: "opens it as a path only, then again through `/proc/self/fd`",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "handle",
        does: "opens it by a file handle (open_by_handle_at(2))",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "list",
        does: "lists the directory",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "stat",
        does: "asks for size and times of a file",
        a: Gap(META),
        b: Gap(META),
    },
    Evasion {
        name: "write",
        does: "writes over it",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "create",
        does: "makes a file beside it",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "mkdir",
        does: "makes a directory beside it",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "rmdir",
        does: "removes a directory beside it",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "make-symlink",
        does: "makes a symbolic link beside it",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "mknod",
        does: "makes a pipe beside it",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "truncate",
        does: "cuts it short without opening it",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "chmod",
        does: "changes its mode",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "chown",
        does: "changes its owner",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "setxattr",
        does: "sets an extended attribute",
        a: Gap(META2),
        b: Gap(CHANGE),
    },
    Evasion {
        name: "unlink",
        does: "deletes it",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "rename-out",
        does: "renames it out of the directory",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "rename-onto",
        does: "renames another file onto it",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "exchange",
        does: "exchanges it with another file, and reads it there",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "rename-directory",
        does: "renames the guarded directory",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "rename-parent",
        does: "renames the directory above, and reads the file there",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "sendfile-inherited",
        does: "copies from a file that was open before the tree was watched",
        a: Gap(OPEN),
        b: Gap(OPEN),
    },
    Evasion {
        name: "copy-file-range",
        does: "copies it inside the kernel",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "uring-open",
        does: "opens it through io_uring",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "uring-unlink",
        does: "deletes it through io_uring",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "uring-rename",
        does: "renames it through io_uring, and reads it",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "symlink",
        does: "reads it through a symbolic link",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "symlink-chain",
        does: "reads it through thirty symbolic links",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "symlink-directory",
        does: "reads it through a symbolic link to its directory",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "hard-link",
        does: "makes a hard link, and reads that",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "hard-link-by-fd",
        does: "makes a hard link by descriptor, and reads that",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "hard-link-before",
        does: "reads a hard link elsewhere that was made before",
        a: Gap(LINK),
        b: Gap(LINK),
    },
    Evasion {
        name: "proc-self-root",
        does: "reads it through `/proc/self/root`",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "proc-self-fd",
        does: "reads it through `/proc/self/fd` of the home",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "proc-self-cwd",
        does: "reads it through `/proc/self/cwd`",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "proc-outside-root",
        does: "reads it through `/proc/PID/root` of another process",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "proc-outside-fd",
        does: "opens what another process has open, through its `/proc/PID/fd`",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "bind-mount",
        does: "mounts the directory elsewhere, and reads there",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "bind-parent",
        does: "mounts the home elsewhere, and reads there",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "bind-file",
        does: "mounts the file elsewhere, and reads it there",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "open-tree",
        does: "reads through a detached mount (open_tree(2))",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "user-namespace",
        does: "does so in a user namespace of its own",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "mount-over",
        does: "mounts something over the directory",
        a: Denied,
        b: Gap(CHANGE),
    },
    Evasion {
        name: "overlay",
        does: "reads it through an overlay file system",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "overlay-copy-up",
        does: "lets an overlay copy it, and reads the copy",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "chroot",
        does: "reads it in another root",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "exec",
        does: "starts a denied program",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "exec-symlink",
        does: "starts it through a symbolic link",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "exec-by-fd",
        does: "starts it by descriptor (execveat(2))",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "exec-copy",
        does: "starts a copy of it",
        a: Gap(COPY),
        b: Gap(COPY),
    },
    Evasion {
        name: "exec-by-loader",
        does: "hands it to the dynamic loader (`ld.so`)",
        a: Denied,
        b: Gap(LOADER),
    },
    Evasion {
        name: "dynamic-program",
        does: "reads with a dynamically linked program",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "loader",
        does: "reads with a program that the loader was given",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "shell",
        does: "reads with the shell's own `read`",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "memfd-exec",
        does: "reads with a program that is only in memory",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "excepted-preload",
        does: "smuggles a library into a program that may read (`LD_PRELOAD`)",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "excepted-audit",
        does: "does so with `LD_AUDIT`",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "excepted-loader",
        does: "hands that program to the loader",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "excepted-traced",
        does: "starts that program under ptrace(2)",
        a: Gap(TRACED),
        b: Gap(TRACED),
    },
    Evasion {
        name: "orphan",
        does: "reads from a process that left its session and its parent",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "clone-parent",
        does: "reads from a process that is its parent's child (CLONE_PARENT)",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "vfork",
        does: "reads from a child of vfork(2)",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "pid-namespace",
        does: "reads from process 1 of a namespace",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "thread",
        does: "reads from another thread",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "thread-exec",
        does: "starts a program from another thread, which reads",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "fork-storm",
        does: "reads at the end of thousands of processes",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "pid-reuse",
        does: "reads with a process id that somebody outside had",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "clone-into-cgroup",
        does: "reads from a child that was born into another control group",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "cgroup-migration",
        does: "moves itself into another control group, and reads",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "cgroup-connect",
        does: "moves itself into another control group, and connects",
        a: Denied,
        b: Gap(CGROUP),
    },
    Evasion {
        name: "ptrace-outside",
        does: "reads the memory of a process outside with ptrace(2)",
        a: Denied,
        b: Gap(TRACE),
    },
    Evasion {
        name: "process-vm-readv",
        does: "does so with process_vm_readv(2)",
        a: Denied,
        b: Gap(TRACE),
    },
    Evasion {
        name: "proc-outside-mem",
        does: "does so through `/proc/PID/mem`",
        a: Denied,
        b: Gap(TRACE),
    },
    Evasion {
        name: "pidfd-getfd",
        does: "takes an open file from a process outside (pidfd_getfd(2))",
        a: Denied,
        b: Gap(TRACE),
    },
    Evasion {
        name: "outside-file",
        does: "is sent the open file by a process outside (SCM_RIGHTS)",
        a: Gap(ASK),
        b: Gap(ASK),
    },
    Evasion {
        name: "outside-bytes",
        does: "asks a process outside to read it",
        a: Gap(ASK),
        b: Gap(ASK),
    },
    Evasion {
        name: "signal-guarded",
        does: "sends a signal to a guarded process",
        a: Denied,
        b: Gap(SIGNAL),
    },
    Evasion {
        name: "connect",
        does: "connects to a denied address",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "udp-connected",
        does: "sends it a datagram, connected",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "udp-sendto",
        does: "sends it a datagram, unconnected",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "udp-sendmmsg",
        does: "hides it as the second of many datagrams",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "mapped-tcp",
        does: "connects to it as IPv4 in IPv6",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "mapped-udp",
        does: "sends it a datagram as IPv4 in IPv6",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "fast-open",
        does: "sends data with the connection (MSG_FASTOPEN)",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "fast-open-connect",
        does: "lets the first write connect (TCP_FASTOPEN_CONNECT)",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "multipath-tcp",
        does: "connects with Multipath TCP",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "uring-connect",
        does: "connects through io_uring",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "raw-socket",
        does: "sends an ICMP packet through a raw socket",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "ping-socket",
        does: "sends one through a ping socket",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "packet-socket",
        does: "sends below the IP layer",
        a: Denied,
        b: Gap(PACKET),
    },
    Evasion {
        name: "dns",
        does: "asks for a denied name",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "dns-capitals",
        does: "writes it in mixed case",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "dns-unconnected",
        does: "asks through an unconnected socket",
        a: Denied,
        b: Denied,
    },
    Evasion {
        name: "dns-over-tcp",
        does: "asks over TCP",
        a: Gap(TCP),
        b: Gap(TCP),
    },
    Evasion {
        name: "dns-other-port",
        does: "asks a resolver on another port",
        a: Gap(PORT),
        b: Gap(PORT),
    },
    Evasion {
        name: "ordinary-read",
        does: "reads an ordinary file",
        a: Meant,
        b: Meant,
    },
    Evasion {
        name: "ordinary-exec",
        does: "starts an ordinary program",
        a: Meant,
        b: Meant,
    },
    Evasion {
        name: "excepted",
        does: "reads with a program that may",
        a: Meant,
        b: Meant,
    },
    Evasion {
        name: "ordinary-connect",
        does: "connects to an ordinary address",
        a: Meant,
        b: Meant,
    },
    Evasion {
        name: "ordinary-name",
        does: "asks for an ordinary name",
        a: Meant,
        b: Meant,
    },
    Evasion {
        name: "similar-name",
        does: "asks for a name that only ends like a denied one",
        a: Meant,
        b: Meant,
    },
];
