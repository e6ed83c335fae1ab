//! Log sources: which records of an event a rule looks at.
//!
//! **Invariant:** Sigma's own categories look at the same records as ours, and at what the kernel
//! saw, so that a stock rule works unchanged.

use super::{
    COMMAND, COMMON, EXCHANGE, FILE, Field, KERNEL, NETWORK, Names, PACKAGE, PROMPT, RESULT, TOOL,
};

/// What kind of facts a rule speaks of: `logsource.category`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// One program that a tool call will run.
    Command,
    /// One file that a tool call touches.
    File,
    /// One host that a tool call talks to.
    Network,
    /// The tool call itself.
    Tool,
    /// What a person or a program told the agent.
    Prompt,
    /// Any event.
    Event,
    /// Sigma: one program that a tool call will run.
    ProcessCreation,
    /// Sigma: one file that a tool call writes.
    FileEvent,
    /// Sigma: one file that a tool call reads.
    FileAccess,
    /// Sigma: one file that a tool call deletes.
    FileDelete,
    /// Sigma: one file that gets another name, by `mv` or `rename`: the new name.
    FileRename,
    /// Sigma: one host that a tool call talks to.
    NetworkConnection,
    /// Sigma: one host that is named, not numbered.
    DnsQuery,
    /// A call of an MCP server's tool.
    McpCall,
    /// What a tool gave back.
    ToolResult,
    /// One change of a file with instructions that an agent obeys.
    MemoryChange,
    /// One change of what configures an agent, by a tool call or as the agent reports it.
    ConfigChange,
    /// One package that a command will install.
    PackageInstall,
    /// One thing that the kernel saw.
    Kernel,
    /// One request over HTTP and its answer.
    HttpExchange,
    /// The same, with a model or an MCP server: in a format that was recognised.
    LlmRequest,
}

/// What a record is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Command,
    File,
    Host,
    Package,
    Event,
}

impl Kind {
    /// Every kind of record.
    pub(crate) const ALL: [Kind; 5] = [
        Kind::Command,
        Kind::File,
        Kind::Host,
        Kind::Package,
        Kind::Event,
    ];
}

impl Category {
    /// Every category.
    pub const ALL: [Category; 21] = [
        Category::Command,
        Category::File,
        Category::Network,
        Category::Tool,
        Category::Prompt,
        Category::Event,
        Category::ProcessCreation,
        Category::FileEvent,
        Category::FileAccess,
        Category::FileDelete,
        Category::FileRename,
        Category::NetworkConnection,
        Category::DnsQuery,
        Category::McpCall,
        Category::ToolResult,
        Category::MemoryChange,
        Category::ConfigChange,
        Category::PackageInstall,
        Category::Kernel,
        Category::HttpExchange,
        Category::LlmRequest,
    ];

    /// The names that a rule of ours may use.
    pub(crate) const NAMES: [&'static str; 22] = [
        "command",
        "file",
        "network",
        "tool",
        "tool_call",
        "prompt",
        "event",
        "process_creation",
        "file_event",
        "file_access",
        "file_delete",
        "file_rename",
        "network_connection",
        "dns_query",
        "mcp_call",
        "tool_result",
        "memory_change",
        "config_change",
        "package_install",
        "kernel",
        "http_exchange",
        "llm_request",
    ];

    /// The name in a rule.
    pub fn name(self) -> &'static str {
        match self {
            Category::Command => "command",
            Category::File => "file",
            Category::Network => "network",
            Category::Tool => "tool",
            Category::Prompt => "prompt",
            Category::Event => "event",
            Category::ProcessCreation => "process_creation",
            Category::FileEvent => "file_event",
            Category::FileAccess => "file_access",
            Category::FileDelete => "file_delete",
            Category::FileRename => "file_rename",
            Category::NetworkConnection => "network_connection",
            Category::DnsQuery => "dns_query",
            Category::McpCall => "mcp_call",
            Category::ToolResult => "tool_result",
            Category::MemoryChange => "memory_change",
            Category::ConfigChange => "config_change",
            Category::PackageInstall => "package_install",
            Category::Kernel => "kernel",
            Category::HttpExchange => "http_exchange",
            Category::LlmRequest => "llm_request",
        }
    }

    /// Reads [`Category::name`], or one of the other names.
    pub fn from_name(name: &str) -> Option<Category> {
        match name {
            "tool_call" => Some(Category::Tool),
            "file_change" => Some(Category::FileEvent),
            "dns" => Some(Category::DnsQuery),
            _ => Category::ALL
                .into_iter()
                .find(|category| category.name() == name),
        }
    }

    /// Says whether Sigma knows the category too, so that a rule for Linux or macOS may use it.
    pub(crate) fn is_sigma(self) -> bool {
        matches!(
            self,
            Category::ProcessCreation
                | Category::FileEvent
                | Category::FileAccess
                | Category::FileDelete
                | Category::FileRename
                | Category::NetworkConnection
                | Category::DnsQuery
        )
    }

    /// What its records are made of.
    pub(crate) fn kinds(self) -> &'static [Kind] {
        match self {
            Category::Command | Category::ProcessCreation => &[Kind::Command],
            Category::File
            | Category::FileEvent
            | Category::FileAccess
            | Category::FileDelete
            | Category::FileRename
            | Category::MemoryChange => &[Kind::File],
            Category::ConfigChange => &[Kind::File, Kind::Event],
            Category::Network | Category::NetworkConnection | Category::DnsQuery => &[Kind::Host],
            Category::PackageInstall => &[Kind::Package],
            Category::Tool
            | Category::Prompt
            | Category::Event
            | Category::McpCall
            | Category::ToolResult
            | Category::Kernel
            | Category::HttpExchange
            | Category::LlmRequest => &[Kind::Event],
        }
    }

    /// The fields of this category's records, with their other names, besides [`COMMON`].
    fn own_fields(self) -> Names {
        match self {
            Category::Command | Category::ProcessCreation => COMMAND,
            Category::File
            | Category::FileEvent
            | Category::FileAccess
            | Category::FileDelete
            | Category::FileRename
            | Category::MemoryChange
            | Category::ConfigChange => FILE,
            Category::Network | Category::NetworkConnection | Category::DnsQuery => NETWORK,
            Category::Tool | Category::McpCall => TOOL,
            Category::Event | Category::ToolResult => RESULT,
            Category::Prompt => PROMPT,
            Category::PackageInstall => PACKAGE,
            Category::Kernel => KERNEL,
            Category::HttpExchange | Category::LlmRequest => EXCHANGE,
        }
    }

    /// Finds a field by its name in a rule.
    pub fn field(self, name: &str) -> Option<Field> {
        let found = |(known, _): &&(&str, Field)| *known == name;
        let own = self.own_fields().iter().find(found);
        own.or_else(|| COMMON.iter().find(found))
            .map(|(_, field)| *field)
    }

    /// The names of all fields of this category, its own first.
    pub fn field_names(self) -> Vec<&'static str> {
        let fields = self.own_fields().iter().chain(COMMON);
        fields.map(|(name, _)| *name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_category() {
        for category in Category::ALL {
            assert_eq!(Category::from_name(category.name()), Some(category));
            assert!(Category::NAMES.contains(&category.name()));
        }
        for name in Category::NAMES {
            assert!(Category::from_name(name).is_some(), "{name}");
        }
        assert_eq!(Category::from_name("registry_event"), None);
    }
}
