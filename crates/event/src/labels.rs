//! What enrichment found out about an event: the facts that rules speak of.

use crate::EventKey;
use serde::{Deserialize, Serialize};

/// The facts that rules speak of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Labels {
    /// The programs that the action will run, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<Command>,
    /// The files that it touches, also through commands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileAccess>,
    /// The hosts that it talks to, also through commands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<HostAccess>,
    /// The packages that it installs, or fetches to run them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<Package>,
    /// The secrets that were found in it, and masked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<SecretMark>,
    /// Secrets that the session read before and that it now sends away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leaks: Vec<LeakMark>,
    /// Texts in it that give orders where they should only inform, or hide something.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub injections: Vec<InjectionMark>,
    /// Personal data that was found in it, where the user wants it counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub personal: Vec<PersonalMark>,
    /// Why a command line could not be understood whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unclear: Vec<String>,
    /// Of what the kernel saw: the programs above the process, nearest first, by the names that
    /// they are known by (`npm`, where `node` runs it); the last ones stand above the agent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ancestors: Vec<String>,
    /// What was done and not said: as the kernel saw it, or as the sources contradict each other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsaid: Vec<Unsaid>,
    /// Set when another source told of the same before: the key of that event. What repeats another
    /// is kept, and is not judged again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats: Option<EventKey>,
}

/// One program that a command line will run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Command {
    /// Name without directory (`curl`), in lower case where the name was mixed to hide it.
    pub program: String,
    /// Arguments after quoting and expansion, without the program.
    pub args: Vec<String>,
    /// Program and arguments in one line, quoted so that a shell would read it the same.
    pub line: String,
    /// What it was started through, outermost first (`sudo`, `xargs`, `sh -c`, `base64 | sh`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<String>,
    /// Programs whose output it reads, directly or through others, also by `$(…)` in its arguments.
    /// Empty for a shell whose input stands in the line and was read: its commands stand for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fed_by: Vec<String>,
    /// Classes of the files whose content reaches it: its own and those of the programs that feed it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub carries: Vec<FileClass>,
    /// Classes of the files that it writes or deletes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FileClass>,
    /// Hosts or URLs that it talks to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// Classes of those hosts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub host_classes: Vec<HostClass>,
    /// Arguments that hold the output of another command, with what that command is (`curl x.$(id)`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub computed: Vec<String>,
    /// Set when the program itself is a file that an earlier command of the line downloaded or wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs_written_by: Option<String>,
}

/// A file that an action touches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileAccess {
    /// As typed.
    pub path: String,
    /// Absolute, `~` and `..` resolved by text.
    pub full: String,
    /// What is done with it.
    pub access: Access,
    /// What kind of file it is.
    pub class: FileClass,
    /// The program or tool that touches it.
    pub by: String,
}

/// A package that an action installs, or fetches to run it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Where such packages come from: `npm`, `pypi`, `cargo`, `go`, `gem`, `composer`, `nuget`, `conda`,
    /// `brew`, `vscode`, `helm`, `gh`, or `system` for the operating system's own.
    pub ecosystem: String,
    /// Its name; the whole specifier when that is a URL or a repository.
    pub name: String,
    /// The version, when it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The program that installs it.
    pub by: String,
}

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Its content is read.
    Read,
    /// It is created or changed.
    Write,
    /// It is deleted.
    Delete,
}

impl Access {
    /// The name in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            Access::Read => "read",
            Access::Write => "write",
            Access::Delete => "delete",
        }
    }
}

/// What kind of file a path names, as rules speak of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileClass {
    /// A decoy that Ringfence planted: nobody has a reason to read it. Told beside the class
    /// that the file has for its name.
    Canary,
    /// Private keys, cloud credentials, token stores: nothing an agent needs to read.
    Credential,
    /// Project secrets that work may need (`.env`, `.npmrc`): watched, not denied.
    ProjectSecret,
    /// Password hashes and the like of the system (`/etc/shadow`).
    SystemSecret,
    /// Browser profiles, password managers, wallets.
    PrivateStore,
    /// Runs by itself later: shell start files, cron, systemd units, login items.
    Autostart,
    /// Lets others in: `authorized_keys`, `sudoers`, PAM.
    AccessGrant,
    /// Code that version control runs: git hooks, git configuration.
    GitHook,
    /// Hooks, permissions, MCP servers of an agent: what guards it or steers it.
    AgentConfig,
    /// Instructions that an agent obeys: CLAUDE.md, AGENTS.md, rules, memory.
    AgentInstructions,
    /// Ringfence's own configuration, rules, data, or program.
    Guard,
    /// A disk or partition as a whole (`/dev/sda`).
    Disk,
    /// The root directory, the home directory, or a directory of the system as a whole.
    Tree,
    /// Other files of the system.
    System,
    /// Inside of the project.
    Project,
    /// Temporary.
    Temporary,
    /// Anything else.
    Other,
}

impl FileClass {
    /// The name in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            FileClass::Canary => "canary",
            FileClass::Credential => "credential",
            FileClass::ProjectSecret => "project_secret",
            FileClass::SystemSecret => "system_secret",
            FileClass::PrivateStore => "private_store",
            FileClass::Autostart => "autostart",
            FileClass::AccessGrant => "access_grant",
            FileClass::GitHook => "git_hook",
            FileClass::AgentConfig => "agent_config",
            FileClass::AgentInstructions => "agent_instructions",
            FileClass::Guard => "guard",
            FileClass::Disk => "disk",
            FileClass::Tree => "tree",
            FileClass::System => "system",
            FileClass::Project => "project",
            FileClass::Temporary => "temporary",
            FileClass::Other => "other",
        }
    }
}

/// A host that an action talks to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostAccess {
    /// Name or address, lower case, without scheme, port and path.
    pub host: String,
    /// What kind of host it is.
    pub class: HostClass,
    /// The program or tool that talks to it.
    pub by: String,
}

/// What kind of host a name or address is, as rules speak of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostClass {
    /// This machine.
    Loopback,
    /// A private or link-local network.
    Private,
    /// The address that gives out cloud credentials (169.254.169.254 and its kin).
    Metadata,
    /// Package registries, code hosts, model providers: where work goes on.
    Known,
    /// Takes in anything from anybody: request bins, pastes, tunnels, file drops.
    Drop,
    /// A public address with no name.
    Address,
    /// Anything else.
    Unknown,
}

impl HostClass {
    /// The name in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            HostClass::Loopback => "loopback",
            HostClass::Private => "private",
            HostClass::Metadata => "metadata",
            HostClass::Known => "known",
            HostClass::Drop => "drop",
            HostClass::Address => "address",
            HostClass::Unknown => "unknown",
        }
    }
}

/// A secret that was found and masked: enough to know it again, not enough to use it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SecretMark {
    /// What it is (`aws-access-key-id`, `private-key`).
    pub kind: String,
    /// First and last characters.
    pub masked: String,
    /// Keyed hash in hex: the same secret on the same installation has the same one.
    pub fingerprint: String,
    /// Set when only its surroundings tell that it is one (`password = …`), and no form of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub generic: bool,
}

/// A secret that the session read before, in data that leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeakMark {
    /// The secret's fingerprint, as in [`SecretMark`].
    pub fingerprint: String,
    /// How it is written: `plain`, `base64`, `hex`, `reversed`.
    pub form: String,
    /// Set when it is cut in parts, over several calls or the labels of a name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub split: bool,
}

/// A text that gives orders where it should only inform, or that hides something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InjectionMark {
    /// Where the text came from: `tool_result`, `fetched_page`, `instructions`…
    pub origin: String,
    /// What follows from it.
    pub level: InjectionLevel,
    /// How sure that is: log odds times ten.
    pub score: i32,
    /// What spoke for it, in order of place: rules, `classifier`, `hidden-text`.
    pub rules: Vec<String>,
    /// The most telling words, decoded, with secrets masked.
    pub excerpt: String,
    /// Where they begin, in bytes of the text.
    pub place: u64,
    /// How words were hidden (`tag characters`, `HTML comment`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<String>,
}

/// What follows from a text. A text alone never denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InjectionLevel {
    /// Doubtful: what is done after it is judged more strictly.
    Taint,
    /// People are told.
    Alert,
}

impl InjectionLevel {
    /// The name in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            InjectionLevel::Taint => "taint",
            InjectionLevel::Alert => "alert",
        }
    }
}

/// How much personal data of one kind was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalMark {
    /// What it is (`payment-card`, `email-addresses`).
    pub kind: String,
    /// How many different ones.
    pub count: u64,
    /// Set when the user wants to be told, and not only to have it counted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told: bool,
}

/// Something that was done and not said: both halves, for people, with secrets masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsaid {
    /// In which way it is unexplained.
    pub kind: UnsaidKind,
    /// What the tool call said (`npm test`), or that there was none.
    pub said: String,
    /// What was done (`node reads /home/ada/.ssh/id_ed25519`).
    pub done: String,
}

/// In which way a deed is not explained by what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnsaidKind {
    /// Keys or stored logins were read that no command names, by no program that owns them.
    Credential,
    /// What runs by itself, lets others in or is obeyed by agents was changed, and no command names it.
    TrustedFile,
    /// A file of another repository was changed, and no command names it.
    OtherRepository,
    /// A program that has no business on the network reached beyond this machine.
    NetworkByFormatter,
    /// A file was run that this session wrote minutes ago, and no command names it.
    FreshProgram,
    /// A process went on after its tool call ended, and nobody had said so.
    OutlivesCall,
    /// The shell that ran for a call has another text than the hook told.
    ArgvDiffers,
    /// The agent started a program, and there was no tool call.
    NoCall,
    /// A tool call ran of which no hook had told.
    NoHook,
    /// The process says that it belongs to another session or call than its parents do.
    MarksDiffer,
    /// A socket was used that gives power over other programs or keys.
    ControlSocket,
    /// Names that were asked for carry more than names need.
    NamesCarryData,
    /// The agent tells of a call that ran, and no hook had announced it.
    CallUnannounced,
    /// The agent wrote down another command than the hook was told.
    CallDiffers,
    /// A hook denied a call, and the agent tells that it ran.
    DeniedRan,
    /// The agent asks its user about nothing, where it asked before.
    ModeUnguarded,
    /// An agent runs, and nobody hears of its session.
    AgentUnheard,
}

impl UnsaidKind {
    /// Every kind.
    pub const ALL: [UnsaidKind; 17] = [
        UnsaidKind::Credential,
        UnsaidKind::TrustedFile,
        UnsaidKind::OtherRepository,
        UnsaidKind::NetworkByFormatter,
        UnsaidKind::FreshProgram,
        UnsaidKind::OutlivesCall,
        UnsaidKind::ArgvDiffers,
        UnsaidKind::NoCall,
        UnsaidKind::NoHook,
        UnsaidKind::MarksDiffer,
        UnsaidKind::ControlSocket,
        UnsaidKind::NamesCarryData,
        UnsaidKind::CallUnannounced,
        UnsaidKind::CallDiffers,
        UnsaidKind::DeniedRan,
        UnsaidKind::ModeUnguarded,
        UnsaidKind::AgentUnheard,
    ];

    /// The name in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            UnsaidKind::Credential => "credential",
            UnsaidKind::TrustedFile => "trusted_file",
            UnsaidKind::OtherRepository => "other_repository",
            UnsaidKind::NetworkByFormatter => "network_by_formatter",
            UnsaidKind::FreshProgram => "fresh_program",
            UnsaidKind::OutlivesCall => "outlives_call",
            UnsaidKind::ArgvDiffers => "argv_differs",
            UnsaidKind::NoCall => "no_call",
            UnsaidKind::NoHook => "no_hook",
            UnsaidKind::MarksDiffer => "marks_differ",
            UnsaidKind::ControlSocket => "control_socket",
            UnsaidKind::NamesCarryData => "names_carry_data",
            UnsaidKind::CallUnannounced => "call_unannounced",
            UnsaidKind::CallDiffers => "call_differs",
            UnsaidKind::DeniedRan => "denied_ran",
            UnsaidKind::ModeUnguarded => "mode_unguarded",
            UnsaidKind::AgentUnheard => "agent_unheard",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_not_being_said_has_the_name_that_stands_in_json() {
        for kind in UnsaidKind::ALL {
            let json = serde_json::to_value(kind).unwrap();
            assert_eq!(json.as_str(), Some(kind.name()));
        }
        assert!(UnsaidKind::ALL.is_sorted());
    }
}
