//! The fields that rules may ask for, by log source, resolved once when a rule loads.

mod category;

pub use category::Category;
pub(crate) use category::Kind;

/// A field, after its name was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the tables below name each of them once")]
pub enum Field {
    Agent,
    Tool,
    Does,
    Kind,
    Cwd,
    Moment,
    Unclear,
    Typed,
    At,
    Session,
    Source,
    Call,
    Secrets,
    SecretKinds,
    Leaks,
    InjectionLevel,
    InjectionOrigin,
    InjectionRule,
    Hidden,
    Personal,
    Same,
    Ancestors,
    Unsaid,
    Said,
    Done,
    Server,
    ServerTool,
    Input,
    Repository,
    Output,
    Outcome,
    Program,
    Image,
    CommandLine,
    ParentImage,
    ParentLine,
    Args,
    Through,
    FedBy,
    Carries,
    Changes,
    Hosts,
    HostClasses,
    SourceHosts,
    SourceClasses,
    Computed,
    RunsWrittenBy,
    Path,
    FullPath,
    FileName,
    Access,
    Class,
    By,
    Text,
    Layer,
    Change,
    Host,
    Address,
    Port,
    Initiated,
    Manager,
    Activity,
    Target,
    To,
    Transport,
    Error,
    Package,
    Method,
    Status,
    Peer,
    Format,
    Provider,
    Model,
    Sign,
    Found,
    Pattern,
    Carried,
    Handling,
    Ending,
    NotRead,
}

impl Field {
    /// How many fields there are: the length of a table with one place for each.
    pub(crate) const COUNT: usize = Field::NotRead as usize + 1;

    /// The field's place in such a table.
    pub(crate) fn place(self) -> usize {
        self as usize
    }

    /// Says whether all records of an event have the same value.
    pub(crate) fn is_common(self) -> bool {
        self.place() <= Field::Outcome as usize
    }
}

/// Names of fields, with their other names.
pub(crate) type Names = &'static [(&'static str, Field)];

/// What every record has.
pub(crate) const COMMON: Names = &[
    ("agent", Field::Agent),
    ("tool", Field::Tool),
    ("does", Field::Does),
    ("kind", Field::Kind),
    ("cwd", Field::Cwd),
    ("moment", Field::Moment),
    ("unclear", Field::Unclear),
    ("command", Field::Typed),
    ("at", Field::At),
    ("UtcTime", Field::At),
    ("session", Field::Session),
    ("source", Field::Source),
    ("call", Field::Call),
    ("secrets", Field::Secrets),
    ("secret_kinds", Field::SecretKinds),
    ("leaks", Field::Leaks),
    ("injection_level", Field::InjectionLevel),
    ("injection_origin", Field::InjectionOrigin),
    ("injection_rule", Field::InjectionRule),
    ("hidden", Field::Hidden),
    ("personal", Field::Personal),
    ("same", Field::Same),
    ("ancestors", Field::Ancestors),
    ("unsaid", Field::Unsaid),
    ("said", Field::Said),
    ("done", Field::Done),
];

const COMMAND: Names = &[
    ("program", Field::Program),
    ("OriginalFileName", Field::Program),
    ("Image", Field::Image),
    ("CommandLine", Field::CommandLine),
    ("ParentImage", Field::ParentImage),
    ("ParentCommandLine", Field::ParentLine),
    ("CurrentDirectory", Field::Cwd),
    ("args", Field::Args),
    ("through", Field::Through),
    ("fed_by", Field::FedBy),
    ("carries", Field::Carries),
    ("changes", Field::Changes),
    ("hosts", Field::Hosts),
    ("host_classes", Field::HostClasses),
    ("source_hosts", Field::SourceHosts),
    ("source_classes", Field::SourceClasses),
    ("computed", Field::Computed),
    ("runs_written_by", Field::RunsWrittenBy),
];

const FILE: Names = &[
    ("path", Field::Path),
    ("full", Field::FullPath),
    ("TargetFilename", Field::FullPath),
    ("file_name", Field::FileName),
    ("access", Field::Access),
    ("class", Field::Class),
    ("by", Field::By),
    ("Image", Field::Image),
    ("CurrentDirectory", Field::Cwd),
    ("text", Field::Text),
    ("layer", Field::Layer),
    ("change", Field::Change),
];

const NETWORK: Names = &[
    ("host", Field::Host),
    ("DestinationHostname", Field::Host),
    ("QueryName", Field::Host),
    ("DestinationIp", Field::Address),
    ("DestinationPort", Field::Port),
    ("Initiated", Field::Initiated),
    ("class", Field::Class),
    ("by", Field::By),
    ("Image", Field::Image),
];

const TOOL: Names = &[
    ("server", Field::Server),
    ("server_tool", Field::ServerTool),
    ("input", Field::Input),
    ("repository", Field::Repository),
];

const RESULT: Names = &[
    ("server", Field::Server),
    ("server_tool", Field::ServerTool),
    ("input", Field::Input),
    ("repository", Field::Repository),
    ("output", Field::Output),
    ("outcome", Field::Outcome),
];

const KERNEL: Names = &[
    ("program", Field::Program),
    ("Image", Field::Image),
    ("CommandLine", Field::CommandLine),
    ("args", Field::Args),
    ("ParentImage", Field::ParentImage),
    ("activity", Field::Activity),
    ("path", Field::Path),
    ("full", Field::FullPath),
    ("file_name", Field::FileName),
    ("to", Field::To),
    ("class", Field::Class),
    ("host", Field::Host),
    ("host_class", Field::HostClasses),
    ("DestinationIp", Field::Address),
    ("DestinationPort", Field::Port),
    ("transport", Field::Transport),
    ("target", Field::Target),
    ("error", Field::Error),
];

const PROMPT: Names = &[("text", Field::Text)];

const PACKAGE: Names = &[
    ("manager", Field::Manager),
    ("package", Field::Package),
    ("Image", Field::Image),
    ("CommandLine", Field::CommandLine),
    ("args", Field::Args),
    ("through", Field::Through),
];

const EXCHANGE: Names = &[
    ("host", Field::Host),
    ("host_class", Field::HostClasses),
    ("DestinationHostname", Field::Host),
    ("DestinationPort", Field::Port),
    ("path", Field::Path),
    ("method", Field::Method),
    ("status", Field::Status),
    ("peer", Field::Peer),
    ("format", Field::Format),
    ("provider", Field::Provider),
    ("model", Field::Model),
    ("sign", Field::Sign),
    ("found", Field::Found),
    ("pattern", Field::Pattern),
    ("carried", Field::Carried),
    ("handling", Field::Handling),
    ("ending", Field::Ending),
    ("not_read", Field::NotRead),
];

/// Fields of Sigma's taxonomy that no sensor of ours tells today.
pub(crate) const ABSENT: &[&str] = &[
    "User",
    "ProcessId",
    "ProcessGuid",
    "ParentProcessId",
    "ParentProcessGuid",
    "ParentUser",
    "GrandParentImage",
    "LogonId",
    "LogonGuid",
    "TerminalSessionId",
    "IntegrityLevel",
    "Hashes",
    "md5",
    "sha1",
    "sha256",
    "Imphash",
    "Company",
    "Description",
    "Product",
    "FileVersion",
    "SourceFilename",
    "CreationUtcTime",
    "PreviousCreationUtcTime",
    "Protocol",
    "SourceIp",
    "SourcePort",
    "SourceHostname",
    "SourceIsIpv6",
    "DestinationIsIpv6",
    "DestinationPortName",
    "QueryStatus",
    "QueryResults",
    "answer",
    "record_type",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_up_by_category() {
        assert_eq!(
            Category::File.field("TargetFilename"),
            Some(Field::FullPath)
        );
        assert_eq!(Category::Network.field("class"), Some(Field::Class));
        assert_eq!(Category::Command.field("class"), None);
        assert_eq!(Category::Event.field("unclear"), Some(Field::Unclear));
        assert_eq!(Category::LlmRequest.field("peer"), Some(Field::Peer));
    }

    #[test]
    fn every_field_has_a_place_and_no_absent_one_is_told() {
        for category in Category::ALL {
            for name in category.field_names() {
                assert!(category.field(name).unwrap().place() < Field::COUNT);
                assert!(!ABSENT.contains(&name), "{name}");
            }
        }
    }
}
