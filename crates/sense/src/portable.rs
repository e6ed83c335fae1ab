//! Tier D: what anybody can see in `/proc` (proc(5)), for trees that no sensor watches.
//!
//! **Invariant:** looks only at processes of watched trees; what begins and ends between two looks is
//! not seen, and the report says so. [`Poller::rest`] keeps the cost below a hundredth of a processor.

mod sockets;

use crate::{
    Deed, Endpoint, Layer, LayerState, Observation, Process, Report, Settings, Tally, Tier, proc,
};
use sockets::Row;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How often it is worth looking, at most.
const OFTEN: Duration = Duration::from_millis(500);

/// Looking takes one part in so many of the time.
const SHARE: u32 = 100;

/// Most processes that are followed; most bytes of arguments and variables that are read.
const MOST_PROCESSES: usize = 2048;
const LONGEST_TEXT: u64 = 64 * 1024;
const MOST_ARGUMENTS: usize = 512;

/// Most sockets that are remembered as told.
const MOST_SOCKETS: usize = 16_384;

/// A process of a tree, as it was at the last look.
#[derive(Clone, Debug)]
struct Member {
    tree: Process,
    user: u32,
    executable: Option<String>,
    /// Its program had no arguments when it was looked at the last time.
    was_bare: bool,
}

/// Looks at watched trees when it is asked to.
#[derive(Debug, Default)]
pub struct Poller {
    settings: Settings,
    roots: BTreeSet<Process>,
    members: HashMap<Process, Member>,
    /// Sockets that were told, by inode.
    told: HashSet<u64>,
    took: Duration,
    delivered: HashMap<&'static str, (u64, i64)>,
    is_full: bool,
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    })
}

impl Poller {
    /// Makes one that watches nobody yet.
    pub fn new(settings: Settings) -> Poller {
        Poller {
            settings,
            ..Poller::default()
        }
    }

    /// Looks for these from now on.
    pub fn look_for(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Watches a process and all below it.
    pub fn watch(&mut self, root: Process) {
        self.roots.insert(root);
    }

    /// Watches a tree no more.
    pub fn forget(&mut self, root: Process) {
        self.roots.remove(&root);
        self.members.retain(|_, member| member.tree != root);
    }

    /// How long to wait before the next look.
    pub fn rest(&self) -> Duration {
        OFTEN.max(self.took * SHARE)
    }

    /// Looks once, and tells what is new: forks and programs, ends, connections.
    pub fn poll(&mut self) -> Vec<Observation> {
        let begun = Instant::now();
        let mut seen = Vec::new();
        let alive = self.walk(&mut seen);
        let gone: Vec<Process> = self
            .members
            .keys()
            .filter(|process| !alive.contains(process))
            .copied()
            .collect();
        for process in gone {
            let deed = Deed::Exit {
                code: None,
                signal: None,
            };
            self.tell(&mut seen, process, "exit", deed);
            self.members.remove(&process);
            self.roots.remove(&process);
        }
        self.look_at_sockets(&mut seen);
        self.took = begun.elapsed();
        seen
    }

    /// Visits everyone who is known, and everyone below; returns who is alive.
    fn walk(&mut self, seen: &mut Vec<Observation>) -> HashSet<Process> {
        let mut alive = HashSet::new();
        let known = self
            .members
            .iter()
            .map(|(process, member)| (*process, member.tree));
        let mut left: VecDeque<(Process, Process)> = known.collect();
        left.extend(self.roots.iter().map(|root| (*root, *root)));
        self.is_full = false;
        while let Some((process, tree)) = left.pop_front() {
            if alive.contains(&process) {
                continue;
            }
            let Some(stat) = proc::stat(process.pid).filter(|stat| stat.started == process.started)
            else {
                continue;
            };
            if alive.len() >= MOST_PROCESSES {
                self.is_full = true;
                break;
            }
            alive.insert(process);
            self.visit(process, tree, stat.parent, seen);
            let below = proc::children(process.pid)
                .into_iter()
                .filter_map(proc::process);
            left.extend(below.map(|child| (child, tree)));
        }
        alive
    }

    fn visit(&mut self, process: Process, tree: Process, parent: u32, seen: &mut Vec<Observation>) {
        let executable = proc::link(process.pid, "exe");
        let parent = proc::process(parent).unwrap_or(tree);
        let runs_the_same = match self.members.get(&process) {
            Some(member) => member.executable == executable,
            None => {
                let user = proc::status(process.pid).map_or(0, |status| status.user);
                let member = Member {
                    tree,
                    user,
                    executable: None,
                    was_bare: false,
                };
                self.members.insert(process, member);
                if process != tree {
                    self.members.entry(parent).or_insert(Member {
                        tree,
                        user,
                        executable: None,
                        was_bare: false,
                    });
                    self.tell(seen, parent, "fork", Deed::Fork { child: process });
                }
                false
            }
        };
        if runs_the_same {
            return;
        }
        let Some(path) = executable.clone() else {
            return;
        };
        let (argv, truncated) = arguments(process.pid);
        if let Some(member) = self.members.get_mut(&process) {
            // While a program is put in place it has no arguments yet: the next look tells them.
            if argv.is_empty() && !member.was_bare {
                member.was_bare = true;
                return;
            }
            member.was_bare = false;
            member.executable = executable;
        }
        let deed = Deed::Exec {
            executable: path,
            script: None,
            argv,
            truncated,
            cwd: proc::link(process.pid, "cwd"),
            environment: variables(process.pid, &self.settings.variables),
            parent,
        };
        self.tell(seen, process, "exec", deed);
    }

    fn tell(
        &mut self,
        seen: &mut Vec<Observation>,
        process: Process,
        kind: &'static str,
        deed: Deed,
    ) {
        let Some(member) = self.members.get(&process) else {
            return;
        };
        let at = now();
        let count = self.delivered.entry(kind).or_default();
        *count = (count.0 + 1, at);
        seen.push(Observation {
            at,
            process,
            tree: member.tree,
            user: member.user,
            deed,
            error: None,
            denied: None,
            times: 1,
        });
    }

    /// The tables name no process: only for a connection that is new, open files are looked through.
    fn look_at_sockets(&mut self, seen: &mut Vec<Observation>) {
        let Some(first) = self.members.keys().next() else {
            return;
        };
        let mut rows: HashMap<u64, Row> = HashMap::new();
        for table in ["tcp", "tcp6"] {
            let text = fs::read_to_string(format!("/proc/{}/net/{table}", first.pid));
            let read = text.unwrap_or_default();
            let read = read.lines().filter_map(sockets::read);
            rows.extend(read.filter(Row::is_of_interest).map(|row| (row.inode, row)));
        }
        self.told.retain(|inode| rows.contains_key(inode));
        rows.retain(|inode, _| !self.told.contains(inode));
        if rows.is_empty() {
            return;
        }
        self.told.extend(rows.keys().copied().take(MOST_SOCKETS));
        let processes: Vec<Process> = self.members.keys().copied().collect();
        for process in processes {
            for inode in sockets::of_process(process.pid) {
                let Some(row) = rows.remove(&inode) else {
                    continue;
                };
                let (kind, deed) = if row.is_waiting() {
                    ("listen", Deed::Listen { at: row.local() })
                } else {
                    ("connect", Deed::Connect { to: row.remote() })
                };
                self.tell(seen, process, kind, deed);
            }
        }
    }

    /// What it can do, and what it can't see.
    pub fn report(&self, version: &str) -> Report {
        let mut blind = vec![format!(
            "programs that run for less than {} ms, and all that they do",
            self.rest().as_millis()
        )];
        blind.push("children whose parent ended between two looks".to_owned());
        blind.push("what programs were started with, once they changed it".to_owned());
        if self.is_full {
            blind.push(format!("more than {MOST_PROCESSES} processes"));
        }
        let layer = |name: &str, kinds: &[&str], blind: Vec<String>| {
            let counts = kinds.iter().filter_map(|kind| self.delivered.get(kind));
            let (delivered, last) = counts.fold((0, None), |(sum, last), (count, at)| {
                (sum + count, last.max(Some(*at)))
            });
            Layer {
                name: name.to_owned(),
                state: last.map_or(LayerState::Attached, |last| LayerState::Delivering { last }),
                delivered,
                blind,
            }
        };
        Report {
            version: version.to_owned(),
            tier: Tier::D,
            layers: vec![
                layer("processes", &["fork", "exec", "exit"], blind),
                layer(
                    "addresses",
                    &["connect", "listen"],
                    vec!["connections that are shorter than that, all datagrams, other network namespaces".to_owned()],
                ),
                Layer {
                    name: "files".to_owned(),
                    state: LayerState::Off,
                    delivered: 0,
                    blind: vec![
                        "files, but for changes of those that agents obey; names that are asked for; nothing can be denied".to_owned(),
                    ],
                },
            ],
            tallies: self
                .delivered
                .iter()
                .map(|(kind, (count, _))| Tally {
                    kind: (*kind).to_owned(),
                    attempted: *count,
                    sent: *count,
                    ..Tally::default()
                })
                .collect(),
            processes: (
                u32::try_from(self.members.len()).unwrap_or(u32::MAX),
                u32::try_from(MOST_PROCESSES).unwrap_or(u32::MAX),
            ),
            enforcing: false,
            resident: 0,
        }
    }
}

/// Texts that end with a zero each; says whether there was more.
fn texts(pid: u32, name: &str) -> (Vec<String>, bool) {
    let mut bytes = Vec::new();
    let read = fs::File::open(format!("/proc/{pid}/{name}")).and_then(|file| {
        let mut file = std::io::Read::take(file, LONGEST_TEXT);
        std::io::Read::read_to_end(&mut file, &mut bytes)
    });
    let more = read.is_ok_and(|count| count as u64 >= LONGEST_TEXT);
    let mut parts: Vec<String> = bytes
        .split(|byte| *byte == 0)
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect();
    if parts.last().is_some_and(String::is_empty) {
        parts.pop();
    }
    (parts, more)
}

fn arguments(pid: u32) -> (Vec<String>, bool) {
    let (mut argv, more) = texts(pid, "cmdline");
    let truncated = more || argv.len() > MOST_ARGUMENTS;
    argv.truncate(MOST_ARGUMENTS);
    (argv, truncated)
}

fn variables(pid: u32, wanted: &[String]) -> Vec<(String, String)> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let (texts, _) = texts(pid, "environ");
    let pairs = texts.iter().filter_map(|text| text.split_once('='));
    pairs
        .filter(|(name, _)| wanted.iter().any(|one| one == name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

impl Row {
    fn endpoint((address, port): (std::net::IpAddr, u16)) -> Endpoint {
        Endpoint::Inet {
            address,
            port,
            transport: ringfence_event::Transport::Tcp,
        }
    }

    fn remote(&self) -> Endpoint {
        Row::endpoint(self.remote)
    }

    fn local(&self) -> Endpoint {
        Row::endpoint(self.local)
    }
}

#[cfg(test)]
mod tests;
