//! A machine of its own: a Debian kernel in an emulator, with our test programs and nothing else.
//!
//! **Invariant:** a guest has no network, no disk of ours and a time limit; what it says comes over
//! a serial line, whatever becomes of it.

mod archive;

use crate::home::built;
use crate::run::{Run, wait};
use archive::Archive;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Time a guest has from its first instruction to its last line.
const DEADLINE: Duration = Duration::from_mins(3);

/// Memory of a guest, in mebibytes.
const MEMORY: &str = "768";

/// Commands of busybox that the guest's own script uses.
const COMMANDS: [&str; 7] = ["sh", "mount", "mkdir", "ip", "insmod", "poweroff", "cat"];

/// What a guest does with what it is given; results go out over the second serial line.
const INIT: &str = "#!/bin/sh
export PATH=/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devices /dev
mount -t securityfs security /sys/kernel/security
mount -t tracefs tracing /sys/kernel/tracing
mount -t bpf bpf /sys/fs/bpf
mount -t cgroup2 cgroup /sys/fs/cgroup
mount -t tmpfs temporary /tmp
ip link set lo up
# For attempts through ping sockets, and below the IP layer.
echo 0 0 > /proc/sys/net/ipv4/ping_group_range
echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet
echo 1 > /proc/sys/net/ipv4/conf/all/accept_local
insmod /lib/overlay.ko*
/bin/guest $(cat /arguments) > /dev/ttyS1 2> /dev/console
echo ended $? > /dev/ttyS1
poweroff -f
";

/// A kernel that guests boot.
#[derive(Clone, Debug)]
pub struct Kernel {
    directory: PathBuf,
}

impl Kernel {
    /// Finds a kernel that was fetched, by its version; `Err` says why there can be none here.
    pub fn find(version: &str) -> Result<Kernel, String> {
        let cache = cache();
        let directory = cache.join(format!("linux-{version}"));
        if directory.join("kernel").is_file() {
            return Ok(Kernel { directory });
        }
        let why = fs::read_to_string(cache.join("skipped")).unwrap_or_else(|_| {
            panic!("there is no kernel {version} for a guest\nhint: `make test-lsm` fetches it")
        });
        Err(why)
    }

    /// Boots it, lets our program `guest` run with these arguments, and returns the lines that it
    /// wrote. Panics with the console's last words if the guest does not come to its end.
    pub fn run(&self, arguments: &str, programs: &Programs) -> Vec<String> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (image, console) = (
            directory.path().join("image"),
            directory.path().join("console"),
        );
        fs::write(&image, self.image(arguments, programs)).expect("the guest's files");
        let mut emulator = Command::new("qemu-system-x86_64")
            .args(["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2"])
            .args([
                "-m",
                MEMORY,
                "-display",
                "none",
                "-no-reboot",
                "-nic",
                "none",
            ])
            .arg("-kernel")
            .arg(self.directory.join("kernel"))
            .arg("-initrd")
            .arg(&image)
            .args(["-append", "console=ttyS0 quiet panic=-1"])
            .arg("-serial")
            .arg(format!("file:{}", console.display()))
            .args(["-serial", "stdio"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the emulator starts: scripts/need.sh guest");
        let said = crate::run::collect(emulator.stdout.take().expect("stdout is piped"));
        let ended = wait(&mut emulator, DEADLINE).is_some();
        let said = said.recv().expect("the emulator's output");
        let mut lines: Vec<String> = said
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect();
        let last = lines.pop().unwrap_or_default();
        assert!(
            ended && last == "ended 0",
            "the guest ended with {last:?} (by itself: {ended}) after {lines:#?}\n{}",
            String::from_utf8_lossy(&fs::read(&console).unwrap_or_default())
        );
        lines
    }

    fn image(&self, arguments: &str, programs: &Programs) -> Vec<u8> {
        let mut archive = Archive::default();
        for directory in ["proc", "sys", "dev", "tmp", "root"] {
            archive.directory(directory);
        }
        archive.file("bin/busybox", Path::new("/bin/busybox"));
        for command in COMMANDS {
            archive.link(&format!("bin/{command}"), "busybox");
        }
        let guest = built("guest");
        archive.file("bin/guest", &guest);
        let mut libraries = libraries(&guest);
        for program in programs.all() {
            let name = program.file_name().and_then(|name| name.to_str());
            archive.file(&format!("programs/{}", name.expect("a name")), &program);
            libraries.extend(libraries_of_dynamic(&program));
        }
        for library in libraries {
            archive.file(library.trim_start_matches('/'), Path::new(&library));
        }
        for entry in fs::read_dir(&self.directory).expect("the kernel's files") {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .expect("a name");
            if name.starts_with("overlay") {
                archive.file(&format!("lib/{name}"), &path);
            }
        }
        archive.text("arguments", arguments, 0o644);
        archive.text("init", INIT, 0o755);
        archive.finish()
    }
}

/// The programs that try to get round the fence, compiled.
#[derive(Debug)]
pub struct Programs {
    directory: tempfile::TempDir,
}

impl Programs {
    /// Compiles them: C, since they are system calls and little else.
    #[expect(clippy::new_without_default, reason = "it runs a compiler")]
    pub fn new() -> Programs {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("guest");
        let compile = |name: &str, arguments: &[&str]| {
            let run = Run::of(
                Command::new("cc")
                    .args(["-std=gnu17", "-Wall", "-Wextra", "-O1", "-o"])
                    .arg(directory.path().join(name))
                    .args(arguments)
                    .current_dir(&sources),
            );
            drop(run.ok());
        };
        let parts = [
            "evade.c",
            "files.c",
            "aliases.c",
            "processes.c",
            "network.c",
            "outside.c",
        ];
        compile(
            "evade",
            &[&["-static", "-pthread"], parts.as_slice()].concat(),
        );
        let library = ["-shared", "-fPIC", "reader.c"];
        compile(
            "libplain.so",
            &[
                &["-DLIBRARY", "-Wl,-soname,libplain.so"],
                library.as_slice(),
            ]
            .concat(),
        );
        compile(
            "smuggled.so",
            &[&["-DSMUGGLED"], library.as_slice()].concat(),
        );
        let own = directory.path().join("libplain.so");
        let own = own.to_str().expect("a path in plain letters");
        compile("reader", &["reader.c", own, "-Wl,-rpath,$ORIGIN"]);
        Programs { directory }
    }

    /// Where they are.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    fn all(&self) -> Vec<PathBuf> {
        ["evade", "reader", "libplain.so", "smuggled.so"]
            .map(|name| self.directory.path().join(name))
            .to_vec()
    }
}

fn cache() -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(target)
        .join("guest")
}

/// The shared libraries of a program, its loader among them.
fn libraries(program: &Path) -> BTreeSet<String> {
    let run = Run::of(Command::new("ldd").arg(program)).ok();
    run.stdout
        .split_whitespace()
        .filter(|word| word.starts_with('/') && !word.ends_with("libplain.so"))
        .map(str::to_owned)
        .collect()
}

fn libraries_of_dynamic(program: &Path) -> BTreeSet<String> {
    if program.ends_with("evade") || program.ends_with("libplain.so") {
        return BTreeSet::new();
    }
    libraries(program)
}
