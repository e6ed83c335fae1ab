//! The table's form: one program (or subcommand) per line, `names | operands | options`.
//!
//! Names are joined by `,`; a space makes a subcommand (`git clone`). Operands are roles in order, one
//! of them with `…` for any number. Options are `role=-x,--long`; options that take no value are left out.
//!
//! **Invariant:** every line is read by a test; a line that cannot be read would be no row.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};

use super::{development, files, network, system};
use crate::options::{Arguments, OptionUse, Order, arguments};
use crate::words::Field;

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Neither a file nor a host.
    Text,
    /// An option that gives what would else be the first operand (`grep -e`, `python -c`).
    Pattern,
    /// An option with two values.
    Two,
    Read,
    Write,
    Delete,
    Host,
    /// A port; joins the host before it.
    Port,
    /// An address if it has a scheme.
    Url,
    /// An address with a scheme, or `host:path`.
    Repository,
    /// `@file` is read, anything else is text (`curl -d`).
    Data,
    /// `name=@file` is read (`curl -F`).
    Form,
    /// A shell command.
    Command,
    /// `host:path` or a file that is read.
    Remote,
    /// `host:path` or a file that is written.
    RemoteWrite,
}

/// One line of the table.
#[derive(Debug, Default)]
pub(super) struct Row {
    before: Vec<Role>,
    repeated: Option<Role>,
    after: Vec<Role>,
    options: Vec<(&'static str, Role)>,
    /// The first operand ends the options (interpreters).
    script: bool,
}

impl Row {
    /// Sorts the words behind the program.
    pub(super) fn arguments<'a>(&self, rest: &'a [Field]) -> Arguments<'a> {
        let order = if self.script {
            Order::FirstOperandEnds
        } else {
            Order::Mixed
        };
        arguments(rest, order, |name| self.values(name))
    }

    fn values(&self, name: &str) -> usize {
        match self.options.iter().find(|(option, _)| *option == name) {
            Some((_, Role::Two)) => 2,
            Some(_) => 1,
            None => 0,
        }
    }

    /// The role of an option's value.
    pub(super) fn option_role(&self, used: &OptionUse<'_>) -> Option<Role> {
        self.options
            .iter()
            .find(|(option, _)| used.is(option))
            .map(|(_, role)| *role)
    }

    /// The operands with their roles.
    pub(super) fn operands<'a>(
        &self,
        sorted: &Arguments<'a>,
        pattern_given: bool,
        written: bool,
    ) -> Vec<(Role, &'a Field)> {
        let skip = usize::from(pattern_given && !self.before.is_empty());
        let before: Vec<Role> = self.before.iter().copied().skip(skip).collect();
        let total = sorted.operands.len();
        // `cp -t directory a b`: the option has named the target.
        let after = if written { 0 } else { self.after.len() };
        let tail = total.saturating_sub(after).max(before.len());
        let mut roles = Vec::with_capacity(total);
        for (index, field) in sorted.operands.iter().enumerate() {
            let role = if let Some(role) = before.get(index) {
                Some(*role)
            } else if index >= tail && after > 0 {
                self.after.get(index - tail).copied()
            } else {
                self.repeated
            };
            if let Some(role) = role {
                roles.push((role, *field));
            }
        }
        roles
    }
}

/// One line, read when a program of it is first met.
struct Line {
    text: &'static str,
    row: OnceLock<Row>,
}

/// Lines by name, and which names have subcommands.
struct Table {
    lines: Vec<Line>,
    names: HashMap<&'static str, usize>,
    parents: HashSet<&'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        lines: Vec::new(),
        names: HashMap::new(),
        parents: HashSet::new(),
    };
    for text in TABLES.into_iter().flat_map(str::lines) {
        for name in line_names(text) {
            table.names.insert(name, table.lines.len());
            if let Some((parent, _)) = name.rsplit_once(' ') {
                table.parents.insert(parent);
            }
        }
        let row = OnceLock::new();
        table.lines.push(Line { text, row });
    }
    table
});

const TABLES: [&str; 4] = [
    files::TABLE,
    network::TABLE,
    development::TABLE,
    system::TABLE,
];

fn line_names(line: &'static str) -> impl Iterator<Item = &'static str> {
    let names = line.split('|').next().unwrap_or_default();
    names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

/// The name under which a program stands in the table; a version behind it does not count.
fn known_name(name: &str) -> Option<&'static str> {
    let bare = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    [name, bare]
        .into_iter()
        .find_map(|name| TABLE.names.get_key_value(name))
        .map(|(name, _)| *name)
}

fn row(name: &str) -> Option<&'static Row> {
    let line = TABLE.lines.get(*TABLE.names.get(name)?)?;
    Some(
        line.row
            .get_or_init(|| parse(line.text).unwrap_or_default()),
    )
}

/// Whether the table has the program.
pub(super) fn has(name: &str) -> bool {
    known_name(name).is_some()
}

/// All programs' names.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let all = TABLES.into_iter().flat_map(str::lines).flat_map(line_names);
    all.filter(|name| !name.contains(' '))
}

/// What the table says of a program or its subcommand.
pub(super) struct Entry<'a> {
    /// The full name (`git clone`).
    pub(super) name: &'static str,
    pub(super) row: &'static Row,
    /// The words behind the name.
    pub(super) rest: &'a [Field],
}

/// Looks up a program with its words.
pub(super) fn find<'a>(program: &str, mut rest: &'a [Field]) -> Option<Entry<'a>> {
    let mut name = known_name(program)?;
    let mut found = row(name)?;
    while TABLE.parents.contains(name) {
        let sorted = arguments(rest, Order::FirstOperandEnds, |option| found.values(option));
        let Some(subcommand) = sorted.operands.first() else {
            break;
        };
        let Some(below) = known_subcommand(name, &subcommand.text) else {
            break;
        };
        rest = rest.get(sorted.read + 1..)?;
        found = row(below)?;
        name = below;
    }
    Some(Entry {
        name,
        row: found,
        rest,
    })
}

fn known_subcommand(name: &str, subcommand: &str) -> Option<&'static str> {
    let full = format!("{name} {subcommand}");
    TABLE
        .names
        .get_key_value(full.as_str())
        .map(|(name, _)| *name)
}

/// Reads one line; nothing for a line that is wrong.
fn parse(line: &'static str) -> Option<Row> {
    let mut columns = line.split('|').map(str::trim).skip(1);
    let operands = columns.next().unwrap_or_default();
    let options = columns.next().unwrap_or_default();
    let mut row = Row::default();
    for word in operands.split_whitespace() {
        if word == "script" {
            row.script = true;
            row.before.push(Role::Read);
        } else if let Some(repeated) = word.strip_suffix('…') {
            row.repeated = Some(role(repeated)?);
        } else if row.repeated.is_some() {
            row.after.push(role(word)?);
        } else {
            row.before.push(role(word)?);
        }
    }
    for group in options.split_whitespace() {
        let (kind, names) = group.split_once('=')?;
        let kind = role(kind)?;
        row.options
            .extend(names.split(',').map(|name| (name, kind)));
    }
    Some(row)
}

fn role(word: &str) -> Option<Role> {
    Some(match word {
        "text" => Role::Text,
        "pattern" => Role::Pattern,
        "two" => Role::Two,
        "read" => Role::Read,
        "write" => Role::Write,
        "delete" => Role::Delete,
        "host" => Role::Host,
        "port" => Role::Port,
        "url" => Role::Url,
        "repository" => Role::Repository,
        "data" => Role::Data,
        "form" => Role::Form,
        "command" => Role::Command,
        "remote" => Role::Remote,
        "remotewrite" => Role::RemoteWrite,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_row() {
        for line in TABLES.into_iter().flat_map(str::lines) {
            assert!(parse(line).is_some(), "{line}");
            assert!(line.split('|').count() <= 3, "{line}");
        }
        assert!(names().count() >= 200);
    }

    #[test]
    fn every_subcommand_has_its_program() {
        for parent in &TABLE.parents {
            assert!(TABLE.names.contains_key(parent), "{parent}");
        }
    }
}
