//! The fields that rules may ask for, by category, resolved once when a rule loads.

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
}

impl Category {
    /// Every category.
    pub const ALL: [Category; 6] = [
        Category::Command,
        Category::File,
        Category::Network,
        Category::Tool,
        Category::Prompt,
        Category::Event,
    ];

    /// The names of all categories, in the order of [`Category::ALL`].
    pub(crate) const NAMES: [&'static str; 6] =
        ["command", "file", "network", "tool", "prompt", "event"];

    /// The name in a rule.
    pub fn name(self) -> &'static str {
        match self {
            Category::Command => "command",
            Category::File => "file",
            Category::Network => "network",
            Category::Tool => "tool",
            Category::Prompt => "prompt",
            Category::Event => "event",
        }
    }

    /// Reads [`Category::name`].
    pub fn from_name(name: &str) -> Option<Category> {
        Category::ALL
            .into_iter()
            .find(|category| category.name() == name)
    }

    /// The fields of this category's events, with their other names, besides [`COMMON`].
    fn own_fields(self) -> &'static [(&'static str, Field)] {
        match self {
            Category::Command => COMMAND,
            Category::File => FILE,
            Category::Network => NETWORK,
            Category::Tool => TOOL,
            Category::Prompt => PROMPT,
            Category::Event => EVENT,
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
    Program,
    Image,
    CommandLine,
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
    Host,
    Server,
    ServerTool,
}

impl Field {
    /// How many fields there are: the length of a table with one place for each.
    pub(crate) const COUNT: usize = Field::ServerTool as usize + 1;

    /// The field's place in such a table.
    pub(crate) fn place(self) -> usize {
        self as usize
    }
}

const COMMON: &[(&str, Field)] = &[
    ("agent", Field::Agent),
    ("tool", Field::Tool),
    ("does", Field::Does),
    ("kind", Field::Kind),
    ("cwd", Field::Cwd),
    ("moment", Field::Moment),
    ("unclear", Field::Unclear),
    ("command", Field::Typed),
];

const COMMAND: &[(&str, Field)] = &[
    ("program", Field::Program),
    ("Image", Field::Image),
    ("CommandLine", Field::CommandLine),
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

const FILE: &[(&str, Field)] = &[
    ("path", Field::Path),
    ("full", Field::FullPath),
    ("TargetFilename", Field::FullPath),
    ("file_name", Field::FileName),
    ("access", Field::Access),
    ("class", Field::Class),
    ("by", Field::By),
    ("text", Field::Text),
];

const NETWORK: &[(&str, Field)] = &[
    ("host", Field::Host),
    ("DestinationHostname", Field::Host),
    ("class", Field::Class),
    ("by", Field::By),
];

const TOOL: &[(&str, Field)] = &[
    ("server", Field::Server),
    ("server_tool", Field::ServerTool),
];

const PROMPT: &[(&str, Field)] = &[("text", Field::Text)];

const EVENT: &[(&str, Field)] = &[];

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
        assert_eq!(Category::Event.field_names().len(), COMMON.len());
    }

    #[test]
    fn names_and_categories_stand_in_one_order() {
        assert_eq!(Category::ALL.map(Category::name), Category::NAMES);
        for category in Category::ALL {
            assert_eq!(Category::from_name(category.name()), Some(category));
        }
    }

    #[test]
    fn every_field_has_a_place() {
        for category in Category::ALL {
            for name in category.field_names() {
                assert!(category.field(name).unwrap().place() < Field::COUNT);
            }
        }
    }
}
