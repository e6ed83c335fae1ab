//! What the kernel denies in mode `enforce`, compiled from what rules protect.
//!
//! **Invariant:** a rule whose own mode is not `enforce` denies nothing in the kernel, and every
//! number of a policy leads back to its rule.

mod agents;
mod lifts;

use crate::judge::Judge;
use ringfence_detect::{Allowance, Choice};
use ringfence_enrich::{Spot, spots};
use ringfence_event::{Access, FileClass, Mode, RuleId, Verdict};
use ringfence_sense::{
    AddressRule, FileRule, FileUse, FileUses, NameRule, Policy, Process, RuleNumber,
};
use std::net::IpAddr;
use std::path::Path;

/// A rule that the kernel can carry out, by its name in `rules/`; its place is its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Denial {
    CredentialRead,
    PrivateStoreRead,
    SystemSecretRead,
    AutostartChanged,
    AccessGranted,
    GitHookChanged,
    GuardChanged,
    DropAsked,
    Metadata,
    Locked,
    CanaryRead,
    AgentConfigChanged,
    GuardSignalled,
    KernelCodeLoaded,
}

use Denial::{
    AccessGranted, AgentConfigChanged, AutostartChanged, CanaryRead, CredentialRead, DropAsked,
    GitHookChanged, GuardChanged, GuardSignalled, KernelCodeLoaded, Locked, Metadata,
    PrivateStoreRead, SystemSecretRead,
};

const DENIALS: [(Denial, &str); 14] = [
    (CredentialRead, "credential-read"),
    (PrivateStoreRead, "private-store-read"),
    (SystemSecretRead, "system-secret-read"),
    (AutostartChanged, "autostart-changed"),
    (AccessGranted, "access-granted"),
    (GitHookChanged, "git-hook-changed"),
    (GuardChanged, "guard-changed"),
    (DropAsked, "drop-name-asked"),
    (Metadata, "cloud-metadata"),
    (Locked, "session-locked"),
    (CanaryRead, "canary-read"),
    (AgentConfigChanged, "agent-config-changed"),
    (GuardSignalled, "guard-signalled"),
    (KernelCodeLoaded, "kernel-code-loaded"),
];

/// Who may read what all the same: the beginning of a path below the home (`.ssh`) or of any
/// (`/etc/shadow`), and the programs that the files are made for. A program that reads any file
/// for anybody (`git`, `curl`, an interpreter) stands only where work would stop without it.
const READERS: &[(&str, &[&str])] = &[
    (".ssh", &["ssh", "ssh-add", "ssh-agent", "ssh-keygen"]),
    (
        ".gnupg",
        &[
            "gpg",
            "gpg2",
            "gpgsm",
            "gpg-agent",
            "keyboxd",
            "scdaemon",
            "gpgconf",
            "dirmngr",
        ],
    ),
    (".aws", &["aws"]),
    (".azure", &["az"]),
    (".kube", &["kubectl", "helm", "k9s"]),
    (
        ".docker/config.json",
        &["docker", "podman", "docker-compose", "docker-buildx"],
    ),
    (".config/gh/hosts.yml", &["gh"]),
    (".config/glab-cli/config.yml", &["glab"]),
    (".git-credentials", &["git"]),
    (".config/git/credentials", &["git"]),
    (".netrc", &["git-remote-http", "git-remote-https"]),
    (".npmrc", &["node", "bun"]),
    (".cargo/credentials", &["cargo"]),
    (".pgpass", &["psql", "pg_dump", "pg_restore"]),
    (".my.cnf", &["mysql", "mysqldump", "mariadb"]),
    (
        "/etc/shadow",
        &[
            "sudo",
            "su",
            "passwd",
            "login",
            "unix_chkpwd",
            "chage",
            "sshd",
        ],
    ),
    (
        "/etc/gshadow",
        &["sudo", "su", "passwd", "gpasswd", "newgrp"],
    ),
    ("/etc/sudoers", &["sudo", "visudo"]),
];

/// Who may change git's own files.
const GIT: &[&str] = &["git"];

/// Where programs lie.
const PROGRAMS: [&str; 8] = [
    "/usr/bin",
    "/usr/sbin",
    "/bin",
    "/sbin",
    "/usr/local/bin",
    "/usr/lib/openssh",
    "/usr/lib/git-core",
    "/usr/lib/gnupg",
];

/// The addresses that give out cloud credentials.
const METADATA: [&str; 3] = ["169.254.169.254", "169.254.170.2", "fd00:ec2::254"];

/// What a policy is compiled from, beside the user's choices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Circumstances {
    /// Directories in which sessions work.
    pub(crate) projects: Vec<String>,
    /// Locked sessions.
    pub(crate) locks: Vec<Locking>,
    /// Agents' processes, each with the directory in which it works.
    pub(crate) trees: Vec<(Process, String)>,
    /// What a person has allowed, as far as it is in force.
    pub(crate) allowances: Vec<Allowance>,
}

/// A session that may reach only what is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Locking {
    pub(crate) tree: Process,
    /// Names and addresses, as the user typed them.
    pub(crate) allow: Vec<String>,
}

/// Returns the rule that a sensor means by a number.
pub(crate) fn rule(number: RuleNumber) -> Option<RuleId> {
    let place = usize::try_from(number.0).ok()?.checked_sub(1)?;
    DENIALS.get(place).map(|(_, rule)| RuleId::from(*rule))
}

/// What an event is marked with whose denial was a lock's: the rule looks for it.
pub(crate) const LOCKED: &str = "locked";

/// Whether a rule is the one of locks.
pub(crate) fn is_lock(id: &RuleId) -> bool {
    rule(number(Locked)).as_ref() == Some(id)
}

fn number(denial: Denial) -> RuleNumber {
    let place = DENIALS.iter().position(|(one, _)| *one == denial);
    place.map_or(RuleNumber(0), numbered)
}

fn number_of(rule: &RuleId) -> Option<RuleNumber> {
    let mut rules = DENIALS.iter();
    rules
        .position(|(_, one)| *one == rule.as_str())
        .map(numbered)
}

fn numbered(place: usize) -> RuleNumber {
    RuleNumber(u32::try_from(place + 1).unwrap_or(0))
}

/// Compiles what is denied; `None` if nothing is.
pub(crate) fn policy(judge: &Judge, around: &Circumstances) -> Option<Policy> {
    let mut compiler = Compiler {
        judge,
        around,
        home: judge.places.home.to_string_lossy().into_owned(),
        policy: Policy::default(),
    };
    compiler.secrets();
    compiler.decoys();
    compiler.changes();
    compiler.settings_of_agents();
    compiler.own();
    compiler.network();
    compiler.locks();
    let mut policy = compiler.policy;
    if policy == Policy::default() {
        return None;
    }
    policy.lifted = lifts::of(judge, around);
    Some(policy)
}

struct Compiler<'a> {
    judge: &'a Judge,
    around: &'a Circumstances,
    home: String,
    policy: Policy,
}

impl Compiler<'_> {
    /// Whether a rule's matches are denied in the kernel.
    fn is_on(&self, denial: Denial) -> bool {
        let Some(id) = rule(number(denial)) else {
            return false;
        };
        let Some(rule) = self.judge.rules.find(id.as_str()) else {
            return false;
        };
        let config = &self.judge.config;
        // Nobody loses anything with a decoy: what hooks only tell of is denied here.
        let action = match denial {
            CanaryRead => rule.action.max(Verdict::Deny),
            _ => rule.action,
        };
        let (mode, action) = match config.rules.get(&id) {
            Some(Choice::Off) => return false,
            Some(Choice::Mode(mode)) => (*mode, action),
            Some(Choice::Action(action)) => (config.mode, *action),
            None => (config.mode, action),
        };
        mode == Mode::Enforce && action >= Verdict::Ask
    }

    fn file(&mut self, denial: Denial, path: String, denies: FileUses, except: Vec<String>) {
        self.add(FileRule {
            number: number(denial),
            path,
            denies,
            except,
            spares_agent: false,
        });
    }

    fn add(&mut self, rule: FileRule) {
        let known = self.policy.files.iter_mut();
        let mut same = known.filter(|one| one.path == rule.path && one.number == rule.number);
        match same.next() {
            Some(one) => one.denies = one.denies.iter().chain(rule.denies.iter()).collect(),
            None => self.policy.files.push(rule),
        }
    }

    /// What must not be read, nor given another name under which it could be.
    fn secrets(&mut self) {
        let denies: FileUses = [FileUse::Read, FileUse::Link, FileUse::Remove]
            .into_iter()
            .collect();
        for Spot {
            path,
            ending,
            class,
            access,
        } in spots(&self.home)
        {
            let denial = match class {
                FileClass::Credential => CredentialRead,
                FileClass::PrivateStore => PrivateStoreRead,
                FileClass::SystemSecret => SystemSecretRead,
                _ => continue,
            };
            // A history of commands is only told of; `/proc` has no inodes to hold.
            let held = !ending && access == Access::Read && !path.starts_with("/proc");
            if !held || path.ends_with("_history") || path.ends_with(".history") {
                continue;
            }
            if self.is_on(denial) {
                self.add(FileRule {
                    number: number(denial),
                    denies,
                    except: self.readers(&path),
                    spares_agent: agents::own(&path, &self.judge.places.agents()),
                    path,
                });
            }
        }
    }

    /// Files that nobody has a reason to read.
    fn decoys(&mut self) {
        if self.is_on(CanaryRead) {
            let denies = [FileUse::Read, FileUse::Link].into_iter().collect();
            for path in self.judge.decoys() {
                self.file(CanaryRead, path, denies, Vec::new());
            }
        }
    }

    /// Agents' own settings, with the hooks in them: an agent keeps its own, and what it runs does not.
    fn settings_of_agents(&mut self) {
        if !self.is_on(AgentConfigChanged) {
            return;
        }
        for path in agents::settings(&self.home) {
            self.add(FileRule {
                number: number(AgentConfigChanged),
                path,
                denies: changing(),
                except: Vec::new(),
                spares_agent: true,
            });
        }
    }

    /// Who may read a secret all the same.
    fn readers(&self, path: &str) -> Vec<String> {
        let below = path.strip_prefix(self.home.as_str());
        let below = below.and_then(|rest| rest.strip_prefix('/'));
        let mut except = Vec::new();
        for (place, names) in READERS {
            if below.unwrap_or(path).starts_with(place) {
                except.extend(programs(names));
            }
        }
        except
    }

    /// What must not be changed: what runs by itself later, or lets others in.
    fn changes(&mut self) {
        let denies = changing();
        for spot in spots(&self.home) {
            if spot.access != Access::Write || spot.ending {
                continue;
            }
            // Beyond the home, package managers do this for the user.
            let below_home = Path::new(&spot.path).starts_with(&self.home);
            let (denial, except) = match spot.class {
                FileClass::Autostart if below_home => (AutostartChanged, Vec::new()),
                FileClass::AccessGrant if below_home || spot.path.starts_with("/etc/sudoers") => {
                    (AccessGranted, programs(&["visudo"]))
                }
                FileClass::GitHook if below_home => (GitHookChanged, programs(GIT)),
                _ => continue,
            };
            if self.is_on(denial) {
                self.file(denial, spot.path, denies, except);
            }
        }
        for project in self.around.projects.clone() {
            if self.is_on(GitHookChanged) && Path::new(&project).join(".git").is_dir() {
                for name in [".git/hooks", ".git/config"] {
                    let path = format!("{project}/{name}");
                    self.file(GitHookChanged, path, denies, programs(GIT));
                }
            }
        }
    }

    /// Ringfence's own files and processes: only Ringfence changes them, reads its keys, or ends them;
    /// and nobody loads into the kernel what would stand above it.
    fn own(&mut self) {
        self.policy.guard = self.is_on(GuardSignalled).then(|| number(GuardSignalled));
        self.policy.kernel = (self.is_on(KernelCodeLoaded)).then(|| number(KernelCodeLoaded));
        let places = self.judge.places.clone();
        let own = std::env::current_exe().ok();
        let own: Vec<String> = own
            .map(|path| path.to_string_lossy().into_owned())
            .into_iter()
            .collect();
        if self.is_on(GuardChanged) {
            for path in places.guarded() {
                self.file(GuardChanged, path, changing(), own.clone());
            }
        }
        if self.is_on(CredentialRead) {
            let reading = [FileUse::Read, FileUse::Link].into_iter().collect();
            for path in [places.key_file(), places.cookie_key(), places.api_token()] {
                let path = path.to_string_lossy().into_owned();
                self.file(CredentialRead, path, reading, own.clone());
            }
        }
    }

    fn network(&mut self) {
        if self.is_on(DropAsked) {
            let number = number(DropAsked);
            let names = ringfence_enrich::drop_hosts();
            self.policy.names.extend(names.map(|name| NameRule {
                number,
                suffix: name.to_owned(),
            }));
        }
        if self.is_on(Metadata) {
            let number = number(Metadata);
            let addresses = METADATA.iter().filter_map(|text| text.parse().ok());
            let rules = addresses.map(|network: IpAddr| AddressRule {
                number,
                network,
                prefix: whole(network),
            });
            self.policy.addresses.extend(rules);
        }
    }

    /// A lock is what the user asked for: it counts in every mode.
    fn locks(&mut self) {
        for lock in &self.around.locks {
            let (mut addresses, mut names) = (Vec::new(), Vec::new());
            for allowed in &lock.allow {
                match network(allowed) {
                    Some(found) => addresses.push(found),
                    None => names.push(allowed.trim_end_matches('.').to_lowercase()),
                }
            }
            self.policy.locks.push(ringfence_sense::Lock {
                number: number(Locked),
                tree: lock.tree,
                addresses,
                names,
            });
        }
    }
}

fn changing() -> FileUses {
    [FileUse::Write, FileUse::Remove, FileUse::Link]
        .into_iter()
        .collect()
}

fn whole(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// Reads `192.0.2.1` and `192.0.2.0/24`.
pub(crate) fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = whole(address);
    let prefix = prefix.unwrap_or(most);
    (prefix <= most).then_some((address, prefix))
}

/// The programs of these names that are installed, by their real paths.
fn programs(names: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for folder in PROGRAMS {
        for name in names {
            let Ok(path) = Path::new(folder).join(name).canonicalize() else {
                continue;
            };
            let path = path.to_string_lossy().into_owned();
            if !found.contains(&path) {
                found.push(path);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
