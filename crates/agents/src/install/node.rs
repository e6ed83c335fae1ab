//! What is written into a settings file, and how it is laid out there.

use serde_json::Value;

/// A piece of JSON to be written.
pub(crate) enum Node {
    /// A number.
    Number(u32),
    /// Yes or no.
    Yes(bool),
    /// A text.
    Text(String),
    /// A list on one line.
    Inline(Vec<Node>),
    /// An object on one line.
    Row(Vec<(&'static str, Node)>),
    /// A list with a line for each item.
    List(Vec<Node>),
    /// An object with a line for each field.
    Table(Vec<(&'static str, Node)>),
}

impl Node {
    /// A text.
    pub(crate) fn text(text: impl Into<String>) -> Node {
        Node::Text(text.into())
    }
}

/// How the file is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// One step of indentation.
    pub(super) step: String,
    /// How a line ends.
    pub(super) newline: &'static str,
}

impl Default for Layout {
    fn default() -> Layout {
        Layout {
            step: "  ".to_owned(),
            newline: "\n",
        }
    }
}

/// Widest indentation that is taken for one step.
const WIDEST_STEP: usize = 8;

impl Layout {
    /// Takes over the layout of a file: its first indented line tells the step.
    pub(super) fn of(text: &str) -> Layout {
        let mut layout = Layout::default();
        if text.contains("\r\n") {
            layout.newline = "\r\n";
        }
        let indented = text.lines().find_map(|line| {
            let rest = line.trim_start_matches([' ', '\t']);
            let indent = line.strip_suffix(rest)?;
            let is_code = rest.starts_with('"') || rest.starts_with('}');
            (is_code && !indent.is_empty() && indent.len() <= WIDEST_STEP).then_some(indent)
        });
        if let Some(indent) = indented {
            indent.clone_into(&mut layout.step);
        }
        layout
    }

    /// Writes a node whose first line is indented by `indent` already.
    pub(super) fn print(&self, node: &Node, indent: &str) -> String {
        match node {
            Node::Number(number) => number.to_string(),
            Node::Yes(yes) => yes.to_string(),
            Node::Text(text) => quoted(text),
            Node::Inline(items) => {
                let items: Vec<_> = items.iter().map(|item| self.print(item, indent)).collect();
                format!("[{}]", items.join(", "))
            }
            Node::Row(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, node)| self.field(name, node, indent))
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
            Node::List(items) => {
                let inner = format!("{indent}{}", self.step);
                let items = items.iter().map(|item| self.print(item, &inner));
                self.lines('[', items, ']', indent)
            }
            Node::Table(fields) => {
                let inner = format!("{indent}{}", self.step);
                let fields = fields
                    .iter()
                    .map(|(name, node)| self.field(name, node, &inner));
                self.lines('{', fields, '}', indent)
            }
        }
    }

    /// Writes a field of an object.
    pub(super) fn field(&self, name: &str, node: &Node, indent: &str) -> String {
        format!("{}: {}", quoted(name), self.print(node, indent))
    }

    fn lines(
        &self,
        open: char,
        items: impl Iterator<Item = String>,
        close: char,
        indent: &str,
    ) -> String {
        let Layout { step, newline } = self;
        let between = format!(",{newline}{indent}{step}");
        let items: Vec<_> = items.collect();
        format!(
            "{open}{newline}{indent}{step}{}{newline}{indent}{close}",
            items.join(&between)
        )
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
