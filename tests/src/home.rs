//! A home of its own for one test: directories, environment, processes.
//!
//! **Invariant:** nothing that starts from here sees the real home or the real
//! environment, and nothing of it outlives the test.

use crate::http::Door;
use crate::run::{Run, until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A temporary home directory, and all that runs in it.
#[derive(Debug)]
pub struct Home {
    directory: TempDir,
    /// Whose it is, if not who runs the tests.
    user: Option<u32>,
}

/// Directories below the home, each with its XDG variable.
const XDG: [(&str, &str); 5] = [
    ("XDG_CONFIG_HOME", ".config"),
    ("XDG_DATA_HOME", ".local/share"),
    ("XDG_STATE_HOME", ".local/state"),
    ("XDG_CACHE_HOME", ".cache"),
    ("XDG_RUNTIME_DIR", ".run"),
];

/// A proxy that is not there, for all but loopback: a test that needs the network fails.
const NO_NETWORK: [(&str, &str); 6] = [
    ("http_proxy", "http://127.0.0.1:9"),
    ("https_proxy", "http://127.0.0.1:9"),
    ("HTTP_PROXY", "http://127.0.0.1:9"),
    ("HTTPS_PROXY", "http://127.0.0.1:9"),
    ("no_proxy", "127.0.0.1,localhost"),
    ("NO_PROXY", "127.0.0.1,localhost"),
];

/// What stands in the fake private key, to be searched for where it must not be.
pub const KEY_CONTENT: &str = "ringfence-fake-key-content-7f3a";

impl Home {
    /// Makes an empty home with a project in it.
    #[expect(clippy::new_without_default, reason = "it makes directories")]
    pub fn new() -> Home {
        let directory = tempfile::Builder::new()
            .prefix("ringfence-home-")
            .tempdir()
            .expect("a temporary directory");
        let home = Home {
            directory,
            user: None,
        };
        assert_ne!(
            Some(home.path()),
            std::env::home_dir().as_deref(),
            "this is the real home"
        );
        for (_, below) in XDG {
            fs::create_dir_all(home.path().join(below)).expect("a directory of the home");
        }
        fs::set_permissions(home.path().join(".run"), fs::Permissions::from_mode(0o700))
            .expect("the runtime directory is ours");
        fs::create_dir(home.project()).expect("a project in the home");
        home.configure("");
        home
    }

    /// Gives it to another user, who needs no account: all that starts in it runs as that user.
    #[must_use]
    pub fn of_user(mut self, user: u32) -> Home {
        // Where the workspace is built may be closed to others.
        fs::copy(binary(), self.path().join("ringfence")).expect("a program can be copied");
        self.user = Some(user);
        self.hand_over(self.path());
        self
    }

    fn hand_over(&self, path: &Path) {
        let Some(user) = self.user else { return };
        std::os::unix::fs::lchown(path, Some(user), Some(user)).expect("root gives files away");
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            if !is_link {
                self.hand_over(&entry.path());
            }
        }
    }

    /// The program under test, where this home's user can run it.
    pub fn program(&self) -> PathBuf {
        match self.user {
            Some(_) => self.path().join("ringfence"),
            None => binary(),
        }
    }

    /// Writes Ringfence's settings; it takes any free ports, as tests run side by side.
    pub fn configure(&self, settings: &str) {
        self.write(
            ".config/ringfence/config.toml",
            &format!("port = 0\ntelemetry_port = 0\n{settings}"),
        );
    }

    /// Puts a fake private key where a real one would be.
    #[must_use]
    pub fn with_key(self) -> Home {
        self.write(
            ".ssh/id_rsa",
            &format!("-----BEGIN PRIVATE KEY-----\n{KEY_CONTENT}\n-----END PRIVATE KEY-----\n"),
        );
        self
    }

    /// The home directory.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The directory in which agents work.
    pub fn project(&self) -> PathBuf {
        self.path().join("project")
    }

    /// Where Ringfence keeps what must be kept.
    pub fn data(&self) -> PathBuf {
        self.path().join(".local/share/ringfence")
    }

    /// Where Ringfence keeps its spool and log.
    pub fn state(&self) -> PathBuf {
        self.path().join(".local/state/ringfence")
    }

    /// The daemon's socket.
    pub fn socket(&self) -> PathBuf {
        self.path().join(".run/ringfence/daemon.sock")
    }

    /// Writes a file below the home, with the directories it needs.
    pub fn write(&self, below: &str, text: &str) {
        let path = self.path().join(below);
        let parent = path.parent().expect("a file stands in a directory");
        fs::create_dir_all(parent).expect("a directory of the home");
        fs::write(&path, text)
            .unwrap_or_else(|error| panic!("failed to write {}: {error}", path.display()));
        for path in path.ancestors().take_while(|path| *path != self.path()) {
            if let Some(user) = self.user {
                std::os::unix::fs::lchown(path, Some(user), Some(user))
                    .expect("root gives files away");
            }
        }
    }

    /// Reads a file below the home.
    pub fn read(&self, below: &str) -> String {
        let path = self.path().join(below);
        fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("failed to read {}: {error}", path.display()))
    }

    /// Prepares a program that knows only this home.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("LANG", "C.UTF-8")
            .envs(NO_NETWORK)
            .current_dir(self.project());
        for (variable, below) in XDG {
            command.env(variable, self.path().join(below));
        }
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command
    }

    /// Runs `ringfence` with these arguments.
    pub fn ringfence(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(self.program()).args(arguments))
    }

    /// Pipes one payload into `ringfence hook <agent>`.
    pub fn hook(&self, agent: &str, payload: &[u8]) -> Run {
        Run::with_input(self.command(binary()).args(["hook", agent]), payload)
    }

    /// Runs a command that prints JSON, and reads it.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let run = self.ringfence(arguments).ok();
        serde_json::from_str(&run.stdout)
            .unwrap_or_else(|error| panic!("{arguments:?} gave no JSON: {error}: {run:#?}"))
    }

    /// Starts the daemon in the background.
    pub fn up(&self) {
        drop(self.ringfence(&["up", "--detach"]).ok());
    }

    /// Stops the daemon.
    pub fn down(&self) {
        drop(self.ringfence(&["down"]).ok());
    }

    /// The daemon's process.
    pub fn daemon(&self) -> Pid {
        let status = self.json(&["status", "--json"]);
        let pid = status["status"]["daemon"]["pid"]
            .as_i64()
            .expect("the daemon is up");
        Pid::from_raw(i32::try_from(pid).expect("a pid")).expect("a pid")
    }

    /// The daemon's door for browsers and scripts.
    pub fn door(&self) -> Door {
        let status = self.json(&["status", "--json"]);
        let address = status["status"]["daemon"]["address"]
            .as_str()
            .unwrap_or_else(|| panic!("the daemon serves no dashboard: {status:#}"));
        Door::at(address.parse().expect("an address"), &self.token())
    }

    /// What scripts show the API.
    pub fn token(&self) -> String {
        let run = self.ringfence(&["token"]).ok();
        run.stdout.trim().to_owned()
    }

    /// A link that signs one browser in, once.
    pub fn link(&self) -> String {
        let link = self.json(&["open", "--json"]);
        let url = link["link"]["url"].as_str();
        url.unwrap_or_else(|| panic!("no link: {link}")).to_owned()
    }

    /// Signs a browser in; returns the cookie that it sends from then on.
    pub fn sign_in(&self) -> String {
        let door = self.door();
        let link = self.link();
        let path = link.strip_prefix(&door.origin());
        let path = path.unwrap_or_else(|| panic!("{link} is not ours"));
        let answer = door.ask("GET", path).send();
        assert_eq!(answer.status, 303, "{answer:?}");
        answer.cookie()
    }

    /// What the daemon logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.state().join("daemon.log"))
            .expect("a daemon in the background logs")
    }

    /// Lets the daemon, if there is one, start again with what stands on disk.
    pub fn restart_if_up(&self) {
        if self.socket().exists() {
            self.down();
            self.up();
        }
    }

    /// The tool calls on record, oldest first: each with its command and its verdict.
    pub fn calls(&self) -> Vec<(String, String)> {
        let events = self.json(&["events", "--kind", "tool_call", "--limit", "1000", "--json"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        events["events"]
            .as_array()
            .unwrap_or_else(|| panic!("no list of events: {events}"))
            .iter()
            // What another source told as well is one call.
            .filter(|stored| stored["event"]["labels"]["repeats"].is_null())
            .map(|stored| {
                let command = &stored["event"]["action"]["tool"]["operation"]["command"];
                (text(command), text(&stored["verdict"]))
            })
            .collect()
    }

    /// Waits until so many tool calls are on record, and returns them.
    pub fn wait_for_calls(&self, count: usize) -> Vec<(String, String)> {
        until(&format!("{count} calls are on record"), || {
            self.calls().len() >= count
        });
        self.calls()
    }

    /// The processes that live in this home: known by the environment they were started with.
    pub fn processes(&self) -> Vec<Pid> {
        let mark = format!("HOME={}", self.path().display());
        let Ok(listing) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        listing
            .flatten()
            .filter(|entry| {
                fs::read(entry.path().join("environ")).is_ok_and(|environment| {
                    environment
                        .split(|byte| *byte == 0)
                        .any(|variable| variable == mark.as_bytes())
                })
            })
            .filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
            .collect()
    }

    /// Kills every process of this home, as a power cut would, and waits until they hold nothing any
    /// more: what is started next may need their locks.
    pub fn kill(&self) {
        let killed = self.kill_all();
        until("what was killed has ended", || {
            killed.iter().all(|pid| has_ended(*pid))
        });
    }

    fn kill_all(&self) -> Vec<Pid> {
        let all = self.processes();
        for pid in &all {
            // An error means that it has ended in the meantime.
            kill_process(*pid, Signal::KILL).ok();
        }
        all
    }
}

/// Whether all threads of a process have ended. Its first one may have while others still hold files.
fn has_ended(pid: Pid) -> bool {
    let folder = PathBuf::from(format!("/proc/{}", pid.as_raw_nonzero()));
    let Ok(stat) = fs::read_to_string(folder.join("stat")) else {
        return true;
    };
    // `PID (NAME) STATE …`, where the name may hold anything (proc_pid_stat(5)).
    let state = stat.rsplit(')').next().unwrap_or_default().trim_start();
    let threads = fs::read_dir(folder.join("task")).map_or(0, Iterator::count);
    state.starts_with(['Z', 'X']) && threads <= 1
}

impl Drop for Home {
    fn drop(&mut self) {
        self.kill_all();
    }
}

/// Returns the program under test.
pub fn binary() -> PathBuf {
    built("ringfence")
}

/// Returns a program of the workspace, which lies beside the directory of the test's own.
pub fn built(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("a test knows its own path");
    let profile = own
        .ancestors()
        .skip(1)
        .find(|directory| directory.file_name() != Some(OsStr::new("deps")))
        .expect("a test lies in target/<profile>/deps");
    let binary = profile.join(name);
    assert!(
        binary.is_file(),
        "{} is missing\nhint: `make test` builds it, or `cargo build --workspace`",
        binary.display()
    );
    binary
}
