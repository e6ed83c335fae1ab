//! Every way round the fence that we try, and what each tier does about it: the one table that the
//! guests, the native test and docs/threat-model.md are held against.

use Cover::{Denied, Gap, Late, Meant};

/// What happens to an attempt by a process of a watched tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// It is refused, or ended before it has anything.
    Denied,
    /// It is ended, but only after it has done this.
    Late(&'static str),
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

const ASK: Cover =
    Gap("a process outside that does what it is asked is not of the tree: guard its socket");
const CGROUP: Cover = Gap(
    "tier B denies addresses and names in one control group: the machine's root group, which nobody leaves, but a smaller one in this test",
);
const LINKED: Cover = Gap(
    "a new name outside of the guarded directory: tier B is told that it was made, and does not refuse it",
);
const OVERLAY: Cover = Gap(
    "tier B sees the overlay's file, and not the one below it; mounting is told, and needs root or a user namespace",
);
const URING: Cover = Gap(
    "no system call opens it, and its directory is younger than the rule, so that fanotify does not watch it yet; tier B is told that io_uring was used",
);
const CHANGE: Cover = Gap(
    "tier B has no hook before a file is deleted, renamed or changed without being opened: it is told afterwards",
);
const COPY: Cover = Gap("a rule holds for a file, not for what stands in it; deny reading as well");
const LOADER: Cover = Gap(
    "the loader only reads it, which tier B lets pass where a rule denies nothing but running; deny reading as well",
);
const META: Cover =
    Gap("names, sizes and times are no secret to Ringfence: only what stands in a file is kept");
const META2: Cover = Gap("extended attributes of a file are not guarded");
const OPEN: Cover =
    Gap("a file that was open before belongs to the process: watch an agent from its start");
const PACKET: Cover =
    Gap("needs CAP_NET_RAW, which only root has, and goes round every hook that denies by address");
const PORT: Cover = Gap("only port 53 is read for names");
const SIGNAL: Cover = Gap("tier B sees it and has no hook to refuse it");
const TCP: Cover = Gap("only datagrams are read for names");
const TRACE: Cover = Gap("tier B sees it and has no hook to refuse it");
const TRACED: Cover = Gap("a program that may read is steered by the one that started it");

/// All of them; what is meant to work stands last.
pub const EVASIONS: &[Evasion] = &[
    row(
        "read",
        "reads a file of a guarded directory",
        Denied,
        Denied,
    ),
    row(
        "dot-dot",
        "names it with `..` in the middle",
        Denied,
        Denied,
    ),
    row(
        "relative",
        "names it from its own directory",
        Denied,
        Denied,
    ),
    row(
        "openat2",
        "opens it with openat2(2), resolved in another root",
        Denied,
        Denied,
    ),
    row(
        "o-path",
        "opens it as a path only, then again through `/proc/self/fd`",
        Denied,
        Denied,
    ),
    row(
        "handle",
        "opens it by a file handle (open_by_handle_at(2))",
        Denied,
        Denied,
    ),
    row("list", "lists the directory", Denied, Denied),
    row("stat", "asks for size and times of a file", META, META),
    row("write", "writes over it", Denied, Denied),
    row(
        "create",
        "makes a file beside it",
        Denied,
        Late("the file is made, and stays empty"),
    ),
    row("mkdir", "makes a directory beside it", Denied, CHANGE),
    row("rmdir", "removes a directory beside it", Denied, CHANGE),
    row(
        "make-symlink",
        "makes a symbolic link beside it",
        Denied,
        CHANGE,
    ),
    row("mknod", "makes a pipe beside it", Denied, CHANGE),
    row(
        "truncate",
        "cuts it short without opening it",
        Denied,
        CHANGE,
    ),
    row("chmod", "changes its mode", Denied, CHANGE),
    row("chown", "changes its owner", Denied, CHANGE),
    row("setxattr", "sets an extended attribute", META2, CHANGE),
    row("unlink", "deletes it", Denied, CHANGE),
    row(
        "rename-out",
        "renames it out of the directory",
        Denied,
        CHANGE,
    ),
    row(
        "rename-onto",
        "renames another file onto it",
        Denied,
        CHANGE,
    ),
    row(
        "exchange",
        "exchanges it with another file, and reads it there",
        Denied,
        CHANGE,
    ),
    row(
        "rename-directory",
        "renames the guarded directory",
        Denied,
        CHANGE,
    ),
    row(
        "rename-parent",
        "renames the directory above, and reads the file there",
        Denied,
        Denied,
    ),
    row(
        "sendfile-inherited",
        "copies from a file that was open before the tree was watched",
        OPEN,
        OPEN,
    ),
    row(
        "copy-file-range",
        "copies it inside the kernel",
        Denied,
        Denied,
    ),
    row("uring-open", "opens it through io_uring", Denied, URING),
    row(
        "uring-open-settled",
        "does so with a file that stood directly in it before the rule",
        Denied,
        Denied,
    ),
    row(
        "uring-unlink",
        "deletes it through io_uring",
        Denied,
        CHANGE,
    ),
    row(
        "uring-rename",
        "renames it through io_uring, and reads it",
        Denied,
        CHANGE,
    ),
    row(
        "symlink",
        "reads it through a symbolic link",
        Denied,
        Denied,
    ),
    row(
        "symlink-chain",
        "reads it through thirty symbolic links",
        Denied,
        Denied,
    ),
    row(
        "symlink-directory",
        "reads it through a symbolic link to its directory",
        Denied,
        Denied,
    ),
    row(
        "hard-link",
        "makes a hard link, and reads that",
        Denied,
        LINKED,
    ),
    row(
        "hard-link-by-fd",
        "makes a hard link by descriptor, and reads that",
        Denied,
        LINKED,
    ),
    row(
        "hard-link-before",
        "reads a hard link elsewhere that was made before",
        Denied,
        Denied,
    ),
    row(
        "proc-self-root",
        "reads it through `/proc/self/root`",
        Denied,
        Denied,
    ),
    row(
        "proc-self-fd",
        "reads it through `/proc/self/fd` of the home",
        Denied,
        Denied,
    ),
    row(
        "proc-self-cwd",
        "reads it through `/proc/self/cwd`",
        Denied,
        Denied,
    ),
    row(
        "proc-outside-root",
        "reads it through `/proc/PID/root` of another process",
        Denied,
        Denied,
    ),
    row(
        "proc-outside-fd",
        "opens what another process has open, through its `/proc/PID/fd`",
        Denied,
        Denied,
    ),
    row(
        "bind-mount",
        "mounts the directory elsewhere, and reads there",
        Denied,
        Denied,
    ),
    row(
        "bind-parent",
        "mounts the home elsewhere, and reads there",
        Denied,
        Denied,
    ),
    row(
        "bind-file",
        "mounts the file elsewhere, and reads it there",
        Denied,
        Denied,
    ),
    row(
        "open-tree",
        "reads through a detached mount (open_tree(2))",
        Denied,
        Denied,
    ),
    row(
        "user-namespace",
        "does so in a user namespace of its own",
        Denied,
        Denied,
    ),
    row(
        "mount-over",
        "mounts something over the directory",
        Denied,
        CHANGE,
    ),
    row(
        "overlay",
        "reads it through an overlay file system",
        Denied,
        OVERLAY,
    ),
    row(
        "overlay-copy-up",
        "lets an overlay copy it, and reads the copy",
        Denied,
        OVERLAY,
    ),
    row("chroot", "reads it in another root", Denied, Denied),
    row("exec", "starts a denied program", Denied, Denied),
    row(
        "exec-symlink",
        "starts it through a symbolic link",
        Denied,
        Denied,
    ),
    row(
        "exec-by-fd",
        "starts it by descriptor (execveat(2))",
        Denied,
        Denied,
    ),
    row("exec-copy", "starts a copy of it", COPY, COPY),
    row(
        "exec-by-loader",
        "hands it to the dynamic loader (`ld.so`)",
        Denied,
        LOADER,
    ),
    row(
        "dynamic-program",
        "reads with a dynamically linked program",
        Denied,
        Denied,
    ),
    row(
        "loader",
        "reads with a program that the loader was given",
        Denied,
        Denied,
    ),
    row("shell", "reads with the shell's own `read`", Denied, Denied),
    row(
        "memfd-exec",
        "reads with a program that is only in memory",
        Denied,
        Denied,
    ),
    row(
        "excepted-preload",
        "smuggles a library into a program that may read (`LD_PRELOAD`)",
        Denied,
        Denied,
    ),
    row("excepted-audit", "does so with `LD_AUDIT`", Denied, Denied),
    row(
        "excepted-library-path",
        "does so with `LD_LIBRARY_PATH`",
        Denied,
        Denied,
    ),
    row(
        "excepted-loader",
        "hands that program to the loader",
        Denied,
        Denied,
    ),
    row(
        "excepted-traced",
        "starts that program under ptrace(2)",
        Denied,
        Denied,
    ),
    row(
        "excepted-traced-later",
        "attaches to that program before it reads",
        Denied,
        TRACED,
    ),
    row(
        "orphan",
        "reads from a process that left its session and its parent",
        Denied,
        Denied,
    ),
    row(
        "clone-parent",
        "reads from a process that is its parent's child (CLONE_PARENT)",
        Denied,
        Denied,
    ),
    row("vfork", "reads from a child of vfork(2)", Denied, Denied),
    row(
        "pid-namespace",
        "reads from process 1 of a namespace",
        Denied,
        Denied,
    ),
    row("thread", "reads from another thread", Denied, Denied),
    row(
        "thread-crowd",
        "reads from a crowd of threads at once",
        Denied,
        Denied,
    ),
    row(
        "thread-exec",
        "starts a program from another thread, which reads",
        Denied,
        Denied,
    ),
    row(
        "fork-storm",
        "reads at the end of hundreds of processes at once",
        Denied,
        Denied,
    ),
    row(
        "pid-reuse",
        "reads with a process id that somebody outside had",
        Denied,
        Denied,
    ),
    row(
        "clone-into-cgroup",
        "reads from a child that was born into another control group",
        Denied,
        Denied,
    ),
    row(
        "cgroup-migration",
        "moves itself into another control group, and reads",
        Denied,
        Denied,
    ),
    row(
        "cgroup-connect",
        "moves itself into another control group, and connects",
        Denied,
        CGROUP,
    ),
    row(
        "ptrace-outside",
        "reads the memory of a process outside with ptrace(2)",
        Denied,
        TRACE,
    ),
    row(
        "process-vm-readv",
        "does so with process_vm_readv(2)",
        Denied,
        TRACE,
    ),
    row(
        "proc-outside-mem",
        "does so through `/proc/PID/mem`",
        Denied,
        TRACE,
    ),
    row(
        "pidfd-getfd",
        "takes an open file from a process outside (pidfd_getfd(2))",
        Denied,
        TRACE,
    ),
    row(
        "outside-file",
        "is sent the open file by a process outside (SCM_RIGHTS)",
        Denied,
        ASK,
    ),
    row(
        "outside-bytes",
        "asks a process outside to read it",
        ASK,
        ASK,
    ),
    row(
        "signal-guarded",
        "sends a signal to a guarded process",
        Denied,
        SIGNAL,
    ),
    row("connect", "connects to a denied address", Denied, Denied),
    row(
        "udp-connected",
        "sends it a datagram, connected",
        Denied,
        Denied,
    ),
    row(
        "udp-sendto",
        "sends it a datagram, unconnected",
        Denied,
        Denied,
    ),
    row(
        "udp-sendmmsg",
        "hides it as the second of many datagrams",
        Denied,
        Denied,
    ),
    row(
        "mapped-tcp",
        "connects to it as IPv4 in IPv6",
        Denied,
        Denied,
    ),
    row(
        "mapped-udp",
        "sends it a datagram as IPv4 in IPv6",
        Denied,
        Denied,
    ),
    row(
        "fast-open",
        "sends data with the connection (MSG_FASTOPEN)",
        Denied,
        Denied,
    ),
    row(
        "fast-open-connect",
        "lets the first write connect (TCP_FASTOPEN_CONNECT)",
        Denied,
        Denied,
    ),
    row(
        "multipath-tcp",
        "connects with Multipath TCP",
        Denied,
        Denied,
    ),
    row("uring-connect", "connects through io_uring", Denied, Denied),
    row(
        "raw-socket",
        "sends an ICMP packet through a raw socket",
        Denied,
        Denied,
    ),
    row(
        "ping-socket",
        "sends one through a ping socket",
        Denied,
        Denied,
    ),
    row("packet-socket", "sends below the IP layer", PACKET, PACKET),
    row("dns", "asks for a denied name", Denied, Denied),
    row("dns-capitals", "writes it in mixed case", Denied, Denied),
    row(
        "dns-unconnected",
        "asks through an unconnected socket",
        Denied,
        Denied,
    ),
    row("dns-over-tcp", "asks over TCP", TCP, TCP),
    row(
        "dns-other-port",
        "asks a resolver on another port",
        PORT,
        PORT,
    ),
    row(
        "agents-login",
        "reads the login of the agent that runs it",
        Denied,
        Denied,
    ),
    row("ordinary-read", "reads an ordinary file", Meant, Meant),
    row("ordinary-exec", "starts an ordinary program", Meant, Meant),
    row("excepted", "reads with a program that may", Meant, Meant),
    row(
        "own-login",
        "reads its own login, as the agent",
        Meant,
        Meant,
    ),
    row(
        "ordinary-connect",
        "connects to an ordinary address",
        Meant,
        Meant,
    ),
    row("ordinary-name", "asks for an ordinary name", Meant, Meant),
    row(
        "similar-name",
        "asks for a name that only ends like a denied one",
        Meant,
        Meant,
    ),
];

const fn row(name: &'static str, does: &'static str, a: Cover, b: Cover) -> Evasion {
    Evasion { name, does, a, b }
}
