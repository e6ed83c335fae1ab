//! The place where attempts happen: a home with a guarded directory, programs, room for anything.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What stands in each file that is to be kept, as in `tests/guest/evade.h`.
const SECRET: &str = "ringfence-secret-0d5b";

/// Where attempts happen. Deleted when dropped.
#[derive(Debug)]
pub(crate) struct World {
    root: PathBuf,
    cgroup: PathBuf,
    other_cgroup: PathBuf,
}

impl World {
    /// Makes it below a directory that is not there yet, with the compiled programs. What is to be
    /// watched runs in the first control group.
    pub(crate) fn new(root: &Path, programs: &Path, cgroup: &Path, other_cgroup: &Path) -> World {
        let world = World {
            root: root.to_owned(),
            cgroup: cgroup.to_owned(),
            other_cgroup: other_cgroup.to_owned(),
        };
        fs::create_dir_all(cgroup).expect("a control group");
        fs::create_dir_all(world.guarded()).expect("the guarded directory");
        fs::create_dir_all(root.join("work")).expect("room for anything");
        fs::create_dir_all(other_cgroup).expect("a control group");
        world.write("work/ordinary", SECRET);
        world.write("home/.ssh/settled", SECRET);
        world.write("home/.agent/login", SECRET);
        for name in ["outside", "inherited", "linked"] {
            world.put_secret(name);
        }
        fs::hard_link(
            world.guarded().join("linked/id"),
            root.join("work/linked-before"),
        )
        .expect("a hard link");
        fs::create_dir(root.join("smuggled")).expect("a directory");
        let copies = [
            ("evade", "evade"),
            ("evade", "denied-program"),
            ("reader", "reader"),
            ("reader", "denied-dynamic"),
            ("reader", "excepted"),
            ("libplain.so", "libplain.so"),
            ("smuggled.so", "smuggled.so"),
            ("smuggled.so", "smuggled/libplain.so"),
        ];
        for (from, to) in copies {
            fs::copy(programs.join(from), root.join(to)).expect("a program");
        }
        world
    }

    /// The root of it all.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The control group of what is to be watched.
    pub(crate) fn cgroup(&self) -> &Path {
        &self.cgroup
    }

    /// The directory whose files are to be kept.
    fn guarded(&self) -> PathBuf {
        self.root.join("home/.ssh")
    }

    /// Makes the directory of an attempt, as `place` in `tests/guest/evade.c` has it.
    pub(crate) fn prepare(&self, attempt: &str, side: &str) {
        let place = format!("{attempt}-{side}");
        self.put_secret(&place);
        fs::create_dir_all(self.guarded().join(place).join("empty")).expect("a directory");
    }

    /// Puts directories back that an attempt moved and could not: it was ended before.
    fn put_back(&self) {
        let moves = [("moved", "home"), ("home/moved", "home/.ssh")];
        for (from, to) in moves {
            let (from, to) = (self.root.join(from), self.root.join(to));
            if from.exists() && !to.exists() {
                fs::rename(from, to).expect("it is put back");
            }
        }
    }

    /// Says whether all that an attempt was about is as it was made.
    pub(crate) fn intact(&self, attempt: &str, side: &str) -> bool {
        self.put_back();
        let place = self.guarded().join(format!("{attempt}-{side}"));
        let names = fs::read_dir(&place)
            .map(Iterator::count)
            .unwrap_or_default();
        let file = place.join("id");
        names == 2
            && place.join("empty").is_dir()
            && fs::read_to_string(&file).is_ok_and(|text| text == SECRET)
            && fs::metadata(&file).is_ok_and(|what| what.permissions().mode() & 0o777 == 0o600)
    }

    /// Starts one of the programs in this world.
    pub(crate) fn start(&self, mode: &str, side: &str) -> Companion {
        let mut process = Command::new(self.root.join("evade"))
            .arg(mode)
            .arg(&self.root)
            .arg(side)
            .env("OTHER_CGROUP", &self.other_cgroup)
            // Cargo sets it for tests; a program that is started so is excepted from nothing.
            .env_remove("LD_LIBRARY_PATH")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        if side == "inside" {
            let members = self.cgroup.join("cgroup.procs");
            fs::write(members, process.id().to_string()).expect("it enters the control group");
        }
        let say = process.stdin.take().expect("stdin is piped");
        let hear = BufReader::new(process.stdout.take().expect("stdout is piped"));
        let mut companion = Companion { process, say, hear };
        assert_eq!(companion.hear(), "ready");
        companion
    }

    fn put_secret(&self, place: &str) {
        self.write(&format!("home/.ssh/{place}/id"), SECRET);
    }

    fn write(&self, below: &str, text: &str) {
        let path = self.root.join(below);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        let mut file = File::create(&path).expect("a file");
        file.set_permissions(fs::Permissions::from_mode(0o600))
            .expect("its mode");
        file.write_all(text.as_bytes()).expect("its text");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.root).ok();
        fs::remove_dir(&self.other_cgroup).ok();
        fs::remove_dir(&self.cgroup).ok();
    }
}

/// A program that answers line by line, and ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Companion {
    process: Child,
    say: ChildStdin,
    hear: BufReader<ChildStdout>,
}

impl Companion {
    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Says one line and returns the answer.
    pub(crate) fn ask(&mut self, line: &str) -> String {
        writeln!(self.say, "{line}").expect("it listens");
        self.hear()
    }

    fn hear(&mut self) -> String {
        let mut line = String::new();
        self.hear.read_line(&mut line).expect("it answers");
        line.trim_end().to_owned()
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
