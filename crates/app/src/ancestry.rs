//! Who started whom, from `/proc` (proc(5)). Elsewhere nobody is known, and nothing is claimed.

use ringfence_event::{AgentKind, ProcessRef};
use std::fs;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

/// Most ancestors that are looked at.
const DEEPEST: usize = 64;

/// Shells and launchers between an agent and its hook.
const BETWEEN: [&str; 10] = [
    "sh",
    "bash",
    "dash",
    "zsh",
    "ksh",
    "fish",
    "env",
    "timeout",
    "sudo",
    "ringfence",
];

/// Longest line of `/proc/<pid>/stat`, in bytes: 52 numbers and a name.
const LONGEST_STAT: usize = 1536;

struct Stat {
    parent: u32,
    started: u64,
    name: String,
}

fn stat(pid: u32) -> Option<Stat> {
    // One read: the kernel writes the line whole, and its name has at most 15 bytes.
    let mut line = [0; LONGEST_STAT];
    let length = fs::File::open(format!("/proc/{pid}/stat"))
        .and_then(|mut file| file.read(&mut line))
        .ok()?;
    let text = String::from_utf8_lossy(line.get(..length)?);
    // The name stands in brackets and may itself hold brackets and blanks.
    let (before, after) = text.rsplit_once(')')?;
    let name = before.split_once('(')?.1.to_owned();
    let mut fields = after.trim_start().split(' ').skip(1);
    Some(Stat {
        parent: fields.next()?.parse().ok()?,
        started: fields.nth(17)?.parse().ok()?,
        name,
    })
}

/// The process that started a hook.
#[derive(Clone)]
pub(crate) struct Starter {
    pub(crate) process: ProcessRef,
    /// Set when its program is the agent's: only then is what runs below it the agent's doing.
    pub(crate) is_agent: bool,
}

/// Returns the agent's process among a hook's ancestors, or else the nearest one that
/// is no shell or launcher. `known` remembers what was found of a process before.
pub(crate) fn starter_of(
    agent: AgentKind,
    hook: u32,
    known: impl Fn(u32, u64) -> Option<Starter>,
) -> Option<Starter> {
    let mut pid = stat(hook)?.parent;
    let mut nearest = None;
    for _ in 0..DEEPEST {
        let Some(found) = stat(pid) else { break };
        if let Some(starter) = known(pid, found.started) {
            return Some(starter);
        }
        let executable = fs::read_link(format!("/proc/{pid}/exe"))
            .ok()
            .map(|path| path.to_string_lossy().into_owned());
        let is_agent = is_agent(agent, pid, executable.as_deref().unwrap_or_default());
        let between = BETWEEN.contains(&found.name.as_str());
        if is_agent || (nearest.is_none() && !between) {
            let process = ProcessRef {
                pid,
                started: found.started,
                executable,
            };
            if is_agent {
                return Some(Starter { process, is_agent });
            }
            nearest = Some(Starter { process, is_agent });
        }
        if found.parent <= 1 {
            break;
        }
        pid = found.parent;
    }
    nearest
}

/// The first words of a process' command line.
fn words_of(pid: u32) -> Vec<String> {
    let text = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.split('\0').take(3).map(str::to_owned).collect()
}

fn executable_of(pid: u32) -> String {
    let path = fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
    path.to_string_lossy().into_owned()
}

fn is_agent(agent: AgentKind, pid: u32, executable: &str) -> bool {
    let words = words_of(pid);
    let arguments: Vec<&str> = words.iter().take(2).map(String::as_str).collect();
    ringfence_agents::is_process(agent, executable, &arguments)
}

/// The agent whose program a process runs, whatever it does with it.
pub(crate) fn agent_of(pid: u32) -> Option<AgentKind> {
    let words = words_of(pid);
    let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
    ringfence_agents::program_of(&executable_of(pid), &arguments)
}

/// The agent that holds a session in a process and has told a hook so by now, if its program says so.
fn holder_of(pid: u32) -> Option<AgentKind> {
    let words = words_of(pid);
    let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
    ringfence_agents::session_of(&executable_of(pid), &arguments)
}

/// Whether the process that had this id at that time still runs.
pub(crate) fn runs(pid: u32, started: u64) -> bool {
    stat(pid).is_some_and(|found| found.started == started)
}

/// Returns pid and start time of a process and of all its ancestors.
pub(crate) fn line_of(pid: u32) -> Vec<(u32, u64)> {
    let mut line = Vec::new();
    let mut current = pid;
    while current > 1 && line.len() < DEEPEST {
        let Some(found) = stat(current) else { break };
        line.push((current, found.started));
        current = found.parent;
    }
    line
}

/// Clock ticks of `/proc` in a second (`USER_HZ`, the same on every system that we run on).
const TICKS: u64 = 100;
/// Most processes that are looked at.
const MOST: usize = 20_000;

/// A process in which an agent holds a session.
pub(crate) struct AgentProcess {
    pub(crate) agent: AgentKind,
    pub(crate) process: (u32, u64),
    /// For how long it has run.
    pub(crate) age: Duration,
    pub(crate) cwd: Option<String>,
}

/// Returns the processes of this user in which agents hold a session, if hooks tell of those at once.
pub(crate) fn agents_running() -> Vec<AgentProcess> {
    let Some(uptime) = uptime() else {
        return Vec::new();
    };
    let own = rustix::process::geteuid().as_raw();
    let Ok(listing) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    listing
        .flatten()
        .take(MOST)
        .filter_map(|entry| {
            let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
            let is_own = entry.metadata().is_ok_and(|found| found.uid() == own);
            is_own.then_some(pid)
        })
        .filter_map(|pid| {
            let agent = holder_of(pid)?;
            let cwd = fs::read_link(format!("/proc/{pid}/cwd")).ok();
            let started = stat(pid)?.started;
            Some(AgentProcess {
                agent,
                process: (pid, started),
                age: uptime.saturating_sub(Duration::from_millis(started * 1000 / TICKS)),
                cwd: cwd.map(|path| path.to_string_lossy().into_owned()),
            })
        })
        .collect()
}

/// For how long the system has run (proc(5)).
fn uptime() -> Option<Duration> {
    let text = fs::read_to_string("/proc/uptime").ok()?;
    let seconds: f64 = text.split(' ').next()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The names of the programs above a process, the nearest first.
pub(crate) fn names_above(pid: u32) -> Vec<String> {
    let line = line_of(pid).into_iter().skip(1);
    line.filter_map(|(pid, _)| Some(stat(pid)?.name)).collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_system_runs_for_some_time() {
        let before = uptime().unwrap();
        let own = stat(std::process::id()).unwrap();
        let began = Duration::from_millis(own.started * 1000 / TICKS);
        assert!(
            began <= before + Duration::from_secs(1),
            "{began:?} {before:?}"
        );
    }

    #[test]
    fn this_process_has_a_line() {
        let own = std::process::id();
        let line = line_of(own);
        assert_eq!(line.first().map(|(pid, _)| *pid), Some(own));
        assert!(line.len() > 1, "{line:?}");
        assert_eq!(line_of(u32::MAX), []);
    }
}
