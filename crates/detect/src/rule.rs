//! One rule: what a person reads of it, and what it looks for.
//!
//! **Invariant:** a rule that loads is whole: every value has been checked, and with a
//! `ringfence` block every key is known.

mod reader;
mod source;

pub(crate) use reader::{Filter, Item};
pub(crate) use source::LogSource;

use crate::builtin::Pack;
use crate::change::Placeholders;
use crate::correlation::Definition;
use crate::detection::Detection;
use crate::error::{LoadError, Problem};
use crate::example::{Example, Sequence};
use crate::field::Category;
use crate::policy::AllowLimit;
use crate::view::{Records, View};
use crate::yaml::{Document, Node, Position, Value, parse, parse_plain};
use reader::{Origin, Reader};
use ringfence_event::{Event, RuleId, Severity, Verdict};
use std::sync::OnceLock;

/// Longest name of a rule.
pub(crate) const LONGEST_NAME: usize = 64;

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// The name a person types (`credential-read`).
    pub id: RuleId,
    /// Sigma's own id; made of the title where a stock rule has none.
    pub uuid: String,
    /// What it finds, in a few words.
    pub title: String,
    /// How bad a match is.
    pub severity: Severity,
    /// What a match asks for, before mode and the user's choices.
    pub action: Verdict,
    /// One plain sentence for the model and for the user; `{evidence}` stands for what matched.
    pub reason: String,
    /// What kind of facts it speaks of.
    pub category: Category,
    /// MITRE ATT&CK techniques (`T1552.004`).
    pub techniques: Vec<String>,
    /// How far a user may allow its findings.
    pub allow_limit: AllowLimit,
    /// The file it stands in.
    pub file: String,
    /// Its YAML, as it stands there.
    pub source: String,
    /// Sigma's `name`, by which correlations speak of it.
    pub(crate) sigma_name: Option<String>,
    /// Where it begins.
    pub(crate) at: Position,
    /// Whether it has a `ringfence` block.
    pub(crate) has_block: bool,
    /// Whether it speaks for itself, and not only as a step of a correlation.
    pub(crate) alone: bool,
    /// Which matches of it are steps of a correlation.
    pub(crate) counts: Counts,
    pub(crate) log_source: LogSource,
    pub(crate) logic: Logic,
    details: OnceLock<Details>,
}

/// What a rule looks for.
#[derive(Debug)]
pub(crate) enum Logic {
    /// One record.
    Detection(Detection),
    /// Several matches of other rules.
    Correlation(Definition),
}

/// Which matches of a rule are steps of a correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counts {
    /// Those of events that happen: what was denied leaves no trace.
    Happened,
    /// Those of events that were denied.
    Denied,
}

impl Counts {
    /// The names in a rule.
    pub(crate) const NAMES: &'static [&'static str] = &["happened", "denied"];

    /// Reads one of [`Counts::NAMES`].
    pub(crate) fn from_name(name: &str) -> Option<Counts> {
        match name {
            "happened" => Some(Counts::Happened),
            "denied" => Some(Counts::Denied),
            _ => None,
        }
    }
}

/// What people read of a rule, and judging does not need.
#[derive(Debug, Default)]
pub(crate) struct Details {
    pub(crate) description: String,
    pub(crate) references: Vec<String>,
    pub(crate) falsepositives: Vec<String>,
    pub(crate) positive: Vec<Example>,
    pub(crate) negative: Vec<Example>,
    pub(crate) positive_sequences: Vec<Sequence>,
    pub(crate) negative_sequences: Vec<Sequence>,
}

impl Rule {
    /// What it finds and why that matters.
    pub fn description(&self) -> &str {
        &self.details().description
    }

    /// Where to read more.
    pub fn references(&self) -> &[String] {
        &self.details().references
    }

    /// What it may take for an attack.
    pub fn falsepositives(&self) -> &[String] {
        &self.details().falsepositives
    }

    /// What the rule must match.
    pub fn examples(&self) -> &[Example] {
        &self.details().positive
    }

    /// What the rule must leave alone.
    pub fn negative_examples(&self) -> &[Example] {
        &self.details().negative
    }

    /// What a correlation must match, step by step.
    pub fn example_sequences(&self) -> &[Sequence] {
        &self.details().positive_sequences
    }

    /// What a correlation must leave alone, step by step.
    pub fn negative_sequences(&self) -> &[Sequence] {
        &self.details().negative_sequences
    }

    /// Judging needs none of them, and a hook has three milliseconds: those of our own files,
    /// more than half of their text, are read when somebody asks.
    fn details(&self) -> &Details {
        self.details
            .get_or_init(|| Details::of_source(&self.source).unwrap_or_default())
    }

    /// The line of its file in which it begins, counted from 1.
    pub fn line(&self) -> usize {
        self.at.line
    }

    /// The detection, unless it is a correlation.
    pub(crate) fn detection(&self) -> Option<&Detection> {
        match &self.logic {
            Logic::Detection(detection) => Some(detection),
            Logic::Correlation(_) => None,
        }
    }

    /// Says whether the detection matches a record of an event, without any other rule.
    pub(crate) fn matches(&self, event: &Event) -> bool {
        let records = Records::new(event);
        let kinds = self.category.kinds().iter();
        kinds
            .flat_map(|kind| records.of(*kind))
            .any(|view| self.matches_record(&view))
    }

    /// Says whether the detection matches a record.
    pub(crate) fn matches_record(&self, view: &View<'_, '_>) -> bool {
        let detection = self.detection();
        view.is_in(self.category) && detection.is_some_and(|detection| detection.matches(view))
    }

    /// The correlation, unless it is a detection.
    pub(crate) fn correlation(&self) -> Option<&Definition> {
        match &self.logic {
            Logic::Detection(_) => None,
            Logic::Correlation(definition) => Some(definition),
        }
    }

    /// Says whether a correlation or a filter means this rule.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.id.0 == name
            || self.uuid.eq_ignore_ascii_case(name)
            || self.sigma_name.as_deref() == Some(name)
    }

    /// An error at the place where the rule begins.
    pub(crate) fn error(&self, problem: Problem) -> LoadError {
        self.error_at(self.at, problem)
    }

    /// An error inside of the rule.
    pub(crate) fn error_at(&self, at: Position, problem: Problem) -> LoadError {
        LoadError::Rule {
            file: self.file.clone(),
            line: at.line,
            column: at.column,
            rule: self.id.0.clone(),
            problem: Box::new(problem),
        }
    }
}

/// Reads one document of a pack: a rule, a correlation, or a filter.
pub(crate) fn read<'a>(
    pack: &Pack<'_>,
    document: &Document<'a>,
    placeholders: &Placeholders,
) -> Result<Item<'a>, LoadError> {
    if pack.is_builtin() {
        let judged = judged_part(document);
        let root = match parse_plain(&judged, is_judged) {
            Some(root) => root,
            None => tree(pack.name, &judged)?,
        };
        if root.get("filter").is_none() {
            let reader = Reader::new(pack.name, &root, Origin::Shipped, placeholders);
            return reader.rule(document.text, &root).map(Item::from);
        }
    }
    let root = tree(pack.name, document)?;
    let reader = Reader::new(pack.name, &root, Origin::Loaded, placeholders);
    match root.get("filter") {
        Some(_) => reader.filter(root).map(Item::Filter),
        None => reader.rule(document.text, &root).map(Item::from),
    }
}

fn tree<'a>(file: &str, document: &Document<'a>) -> Result<Node<'a>, LoadError> {
    parse(document).map_err(|error| LoadError::Yaml {
        file: file.to_owned(),
        line: error.at.line,
        column: error.at.column,
        what: error.what,
    })
}

/// How the examples begin in our own files, where they stand last.
const EXAMPLES: &str = "\n  examples:\n";
/// Keys of our own files that judging does not need.
const READ_LATER: [&str; 9] = [
    "description:",
    "references:",
    "related:",
    "license:",
    "author:",
    "date:",
    "modified:",
    "status:",
    "falsepositives:",
];

/// The part of one of our own documents that judging needs.
pub(crate) fn judged_part<'a>(document: &Document<'a>) -> Document<'a> {
    let text = document.text;
    Document {
        text: text.split_once(EXAMPLES).map_or(text, |(head, _)| head),
        ..*document
    }
}

/// Says whether a line begins a key that judging needs.
pub(crate) fn is_judged(line: &str) -> bool {
    !READ_LATER.iter().any(|key| line.starts_with(key))
}

impl Details {
    /// Reads the details out of a document that has loaded before.
    fn of_source(source: &str) -> Option<Details> {
        let document = Document {
            text: source,
            line: 1,
        };
        let root = parse(&document).ok()?;
        let placeholders = Placeholders::new();
        let reader = Reader::new("", &root, Origin::Loaded, &placeholders);
        reader.details(&root).ok()
    }
}

/// What to call a rule in a message before it is read: its name, its title, or nothing.
fn rule_label(root: &Node<'_>) -> String {
    let name = root.get("ringfence").and_then(|node| node.get("name"));
    let found = name.or_else(|| root.get("title"));
    match found.map(|node| &node.value) {
        Some(Value::Text(text)) => text.chars().take(LONGEST_NAME).collect(),
        Some(Value::Null | Value::List(_) | Value::Map(_)) | None => String::new(),
    }
}

#[cfg(test)]
mod tests;
