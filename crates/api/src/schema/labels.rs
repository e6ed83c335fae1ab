//! The facts that rules speak of, as the API's document describes them.

use utoipa::ToSchema;

/// The facts that rules speak of.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Labels {
    /// The programs that the action will run, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) commands: Vec<Command>,
    /// The files that it touches, also through commands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) files: Vec<FileAccess>,
    /// The hosts that it talks to, also through commands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) hosts: Vec<HostAccess>,
    /// The packages that it installs, or fetches to run them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) packages: Vec<Package>,
    /// The secrets that were found in it, and masked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) secrets: Vec<SecretMark>,
    /// Secrets that the session read before and that it now sends away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) leaks: Vec<LeakMark>,
    /// Texts in it that give orders where they should only inform, or hide something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) injections: Vec<InjectionMark>,
    /// Personal data that was found in it, where the user wants it counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) personal: Vec<PersonalMark>,
    /// Why a command line could not be understood whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unclear: Vec<String>,
    /// Of what the kernel saw: the programs above the process, nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) ancestors: Vec<String>,
    /// Of what the kernel saw: what nobody said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unsaid: Vec<Unsaid>,
    /// Set when another source told of the same before: the key of that event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) repeats: Option<String>,
}

/// Something that was done and not said.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Unsaid {
    /// In which way it is unexplained.
    pub(crate) kind: UnsaidKind,
    /// What the tool call said, or that there was none.
    pub(crate) said: String,
    /// What was done.
    pub(crate) done: String,
}

/// In which way a deed is not explained by what was said.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnsaidKind {
    /// Keys or stored logins were read that no command names.
    Credential,
    /// What runs by itself, lets others in or is obeyed by agents was changed.
    TrustedFile,
    /// A file of another repository was changed.
    OtherRepository,
    /// A program that has no business on the network reached beyond this machine.
    NetworkByFormatter,
    /// A file was run that this session wrote minutes ago.
    FreshProgram,
    /// A process went on after its tool call ended.
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

/// A package that a command line installs.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Package {
    /// Where such packages come from (`npm`, `pypi`, `system`).
    pub(crate) ecosystem: String,
    /// Its name; the whole specifier when that is a URL or a repository.
    pub(crate) name: String,
    /// The version, when it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// The program that installs it.
    pub(crate) by: String,
}

/// One program that a command line will run.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Command {
    /// Name without directory (`curl`), in lower case where the name was mixed to hide it.
    pub(crate) program: String,
    /// Arguments after quoting and expansion, without the program.
    pub(crate) args: Vec<String>,
    /// Program and arguments in one line, quoted so that a shell would read it the same.
    pub(crate) line: String,
    /// What it was started through, outermost first (`sudo`, `xargs`, `sh -c`, `base64 | sh`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) through: Vec<String>,
    /// Programs whose output it reads, directly or through others, also by `$(…)` in its arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) fed_by: Vec<String>,
    /// Classes of the files whose content reaches it: its own and those of the programs that feed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) carries: Vec<FileClass>,
    /// Classes of the files that it writes or deletes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) changes: Vec<FileClass>,
    /// Hosts or URLs that it talks to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) hosts: Vec<String>,
    /// Classes of those hosts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) host_classes: Vec<HostClass>,
    /// Arguments that hold the output of another command, with what that command is (`curl x.$(id)`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) computed: Vec<String>,
    /// Set when the program itself is a file that an earlier command of the line downloaded or wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) runs_written_by: Option<String>,
}

/// A file that an action touches.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct FileAccess {
    /// As typed.
    pub(crate) path: String,
    /// Absolute, `~` and `..` resolved by text.
    pub(crate) full: String,
    /// What is done with it.
    pub(crate) access: Access,
    /// What kind of file it is.
    pub(crate) class: FileClass,
    /// The program or tool that touches it.
    pub(crate) by: String,
}

/// What is done with a file.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Access {
    /// Its content is read.
    Read,
    /// It is created or changed.
    Write,
    /// It is deleted.
    Delete,
}

/// What kind of file a path names, as rules speak of it.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum FileClass {
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

/// A host that an action talks to.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct HostAccess {
    /// Name or address, lower case, without scheme, port and path.
    pub(crate) host: String,
    /// What kind of host it is.
    pub(crate) class: HostClass,
    /// The program or tool that talks to it.
    pub(crate) by: String,
}

/// What kind of host a name or address is, as rules speak of it.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum HostClass {
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

/// A secret that was found and masked: enough to know it again, not enough to use it.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct SecretMark {
    /// What it is (`aws-access-key-id`, `private-key`).
    pub(crate) kind: String,
    /// First and last characters.
    pub(crate) masked: String,
    /// Keyed hash in hex: the same secret on the same installation has the same one.
    pub(crate) fingerprint: String,
    /// Set when only its surroundings tell that it is one, and no form of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) generic: bool,
}

/// A secret that the session read before, in data that leaves.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct LeakMark {
    /// The secret's fingerprint.
    pub(crate) fingerprint: String,
    /// How it is written: `plain`, `base64`, `hex`, `reversed`.
    pub(crate) form: String,
    /// Set when it is cut in parts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) split: bool,
}

/// A text that gives orders where it should only inform, or that hides something.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct InjectionMark {
    /// Where the text came from: `tool_result`, `fetched_page`, `instructions`…
    pub(crate) origin: String,
    /// What follows from it.
    pub(crate) level: InjectionLevel,
    /// How sure that is: log odds times ten.
    pub(crate) score: i32,
    /// What spoke for it, in order of place.
    pub(crate) rules: Vec<String>,
    /// The most telling words, decoded, with secrets masked.
    pub(crate) excerpt: String,
    /// Where they begin, in bytes of the text.
    pub(crate) place: u64,
    /// How words were hidden.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) hidden: Vec<String>,
}

/// What follows from a text.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum InjectionLevel {
    /// Doubtful: what is done after it is judged more strictly.
    Taint,
    /// People are told.
    Alert,
}

/// How much personal data of one kind was found.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct PersonalMark {
    /// What it is (`payment-card`, `email-addresses`).
    pub(crate) kind: String,
    /// How many different ones.
    pub(crate) count: u64,
    /// Set when the user wants to be told, and not only to have it counted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) told: bool,
}
