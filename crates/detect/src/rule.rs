//! One rule: what a person reads of it, and its detection.
//!
//! **Invariant:** a rule that loads is whole: every key is known, every value has been checked.

use crate::builtin::Pack;
use crate::detection::Detection;
use crate::error::{LoadError, Problem};
use crate::example::Example;
use crate::field::Category;
use crate::pattern::Regexes;
use crate::policy::AllowLimit;
use crate::view::View;
use crate::yaml::{Document, Entry, Node, Value, parse};
use ringfence_event::{RuleId, Severity, Verdict};
use std::sync::OnceLock;

/// The keys of a rule (Sigma rules specification 2, and our `ringfence`).
const KEYS: &[&str] = &[
    "title",
    "id",
    "name",
    "related",
    "status",
    "description",
    "license",
    "references",
    "author",
    "date",
    "modified",
    "tags",
    "taxonomy",
    "scope",
    "logsource",
    "detection",
    "fields",
    "falsepositives",
    "level",
    "ringfence",
];
const LOGSOURCE_KEYS: &[&str] = &["product", "category", "definition"];
const RINGFENCE_KEYS: &[&str] = &[
    "name",
    "action",
    "reason",
    "allow",
    "examples",
    "negative_examples",
];
const STATUSES: &[&str] = &[
    "stable",
    "test",
    "experimental",
    "deprecated",
    "unsupported",
];
const LEVELS: &[&str] = &["informational", "low", "medium", "high", "critical"];
const ACTIONS: &[&str] = &["alert", "ask", "deny"];
const PRODUCTS: &[&str] = &["agent"];

/// Longest name of a rule.
const LONGEST_NAME: usize = 64;

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// The name a person types (`credential-read`).
    pub id: RuleId,
    /// Sigma's own id.
    pub uuid: String,
    /// What it finds, in a few words.
    pub title: String,
    /// What it finds and why that matters.
    pub description: String,
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
    /// Where to read more.
    pub references: Vec<String>,
    /// What it may take for an attack.
    pub falsepositives: Vec<String>,
    /// How far a user may allow its findings.
    pub allow_limit: AllowLimit,
    /// The file it stands in.
    pub file: String,
    /// Its YAML, as it stands there.
    pub source: String,
    /// The line it begins at.
    pub(crate) line: usize,
    examples: OnceLock<Examples>,
    pub(crate) detection: Detection,
}

impl Rule {
    /// What the rule must match.
    pub fn examples(&self) -> &[Example] {
        &self.all_examples().positive
    }

    /// What the rule must leave alone.
    pub fn negative_examples(&self) -> &[Example] {
        &self.all_examples().negative
    }

    /// Judging needs no examples, and a hook has three milliseconds: those of our
    /// own files, half of their text, are read when somebody asks.
    fn all_examples(&self) -> &Examples {
        self.examples
            .get_or_init(|| Examples::of_source(&self.source).unwrap_or_default())
    }

    pub(crate) fn matches(&self, view: &View<'_>) -> bool {
        self.detection.matches(view)
    }

    /// Reads one document of a pack.
    pub(crate) fn read(pack: &Pack<'_>, document: &Document<'_>) -> Result<Rule, LoadError> {
        let origin = if pack.is_builtin() {
            Origin::Shipped
        } else {
            Origin::Loaded
        };
        let judged = match origin {
            Origin::Shipped => before_examples(document),
            Origin::Loaded => *document,
        };
        let root = parse(&judged).map_err(|error| LoadError::Yaml {
            file: pack.name.to_owned(),
            line: error.line,
            column: error.column,
            what: error.what,
        })?;
        let reader = Reader {
            file: pack.name,
            rule: rule_label(&root),
            origin,
        };
        reader.rule(document, &root)
    }
}

/// Where a rule comes from, and so what has been checked already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// One of ours: the tests of this crate have read it whole.
    Shipped,
    /// Anybody's: everything is checked now.
    Loaded,
}

/// How the examples begin in our own files, where they stand last.
const EXAMPLES: &str = "\n  examples:\n";

/// The part of one of our own documents that judging needs.
fn before_examples<'a>(document: &Document<'a>) -> Document<'a> {
    let text = document.text;
    Document {
        text: text.split_once(EXAMPLES).map_or(text, |(head, _)| head),
        ..*document
    }
}

#[derive(Debug, Default)]
struct Examples {
    positive: Vec<Example>,
    negative: Vec<Example>,
}

impl Examples {
    /// Reads the examples out of one of our own documents.
    fn of_source(source: &str) -> Option<Examples> {
        let (head, _) = source.split_once(EXAMPLES)?;
        let text = source.get(head.len() + 1..)?;
        let root = parse(&Document { text, line: 1 }).ok()?;
        let reader = Reader {
            file: "",
            rule: String::new(),
            origin: Origin::Shipped,
        };
        reader.examples(&root).ok()
    }
}

/// What to call a rule in a message before it is read: its name, its title, or nothing.
fn rule_label(root: &Node<'_>) -> String {
    let name = get(root, "ringfence").and_then(|node| get(node, "name"));
    let found = name.or_else(|| get(root, "title"));
    match found.map(|node| &node.value) {
        Some(Value::Text(text)) => text.chars().take(LONGEST_NAME).collect(),
        Some(Value::Null | Value::List(_) | Value::Map(_)) | None => String::new(),
    }
}

fn get<'n, 'a>(node: &'n Node<'a>, wanted: &str) -> Option<&'n Node<'a>> {
    let Value::Map(entries) = &node.value else {
        return None;
    };
    let found = entries.iter().find(|entry| entry.key == wanted);
    found.map(|Entry { node, .. }| node)
}

/// Reads the keys of one rule and says where something is wrong.
struct Reader<'a> {
    file: &'a str,
    rule: String,
    origin: Origin,
}

impl Reader<'_> {
    fn error(&self, line: usize, problem: Problem) -> LoadError {
        LoadError::Rule {
            file: self.file.to_owned(),
            line,
            rule: self.rule.clone(),
            problem: Box::new(problem),
        }
    }

    fn wrong(&self, node: &Node<'_>, key: &str, wanted: &'static str) -> LoadError {
        let key = key.to_owned();
        self.error(node.line, Problem::Wrong { key, wanted })
    }

    fn rule(&self, document: &Document<'_>, root: &Node<'_>) -> Result<Rule, LoadError> {
        self.known_keys(root, "the rule", KEYS)?;
        let own = self.needed(root, "ringfence")?;
        self.known_keys(own, "ringfence", RINGFENCE_KEYS)?;
        let category = self.category(root)?;
        let (regexes, examples) = match self.origin {
            Origin::Shipped => (Regexes::Shipped, OnceLock::new()),
            Origin::Loaded => (Regexes::Checked, self.examples(own)?.into()),
        };
        let detection = Detection::compile(self.needed(root, "detection")?, category, regexes)
            .map_err(|(line, problem)| self.error(line.max(root.line), problem))?;
        let level = self.one_of(root, "level", LEVELS)?;
        let action = self.one_of(own, "action", ACTIONS)?;
        if get(root, "status").is_some() {
            self.one_of(root, "status", STATUSES)?;
        }
        let allow_limit = match get(own, "allow") {
            Some(_) => AllowLimit::from_name(self.one_of(own, "allow", AllowLimit::NAMES)?),
            None => None,
        };
        Ok(Rule {
            id: RuleId(self.name(own)?),
            uuid: self.uuid(root)?,
            title: self.text(root, "title")?.to_owned(),
            description: self.text(root, "description")?.trim().to_owned(),
            severity: Severity::from_name(level).unwrap_or(Severity::Medium),
            action: Verdict::from_name(action).unwrap_or(Verdict::Alert),
            reason: self.reason(own)?,
            category,
            techniques: self.techniques(root)?,
            references: self.texts(root, "references")?,
            falsepositives: self.texts(root, "falsepositives")?,
            allow_limit: allow_limit.unwrap_or(AllowLimit::Project),
            file: self.file.to_owned(),
            source: document.text.trim_matches('\n').to_owned(),
            line: root.line,
            examples,
            detection,
        })
    }

    fn known_keys(
        &self,
        node: &Node<'_>,
        name: &str,
        known: &'static [&'static str],
    ) -> Result<(), LoadError> {
        let Value::Map(entries) = &node.value else {
            return Err(self.wrong(node, name, "a map"));
        };
        for Entry { key, node } in entries {
            if !known.contains(&key.as_ref()) {
                let key = key.to_string();
                return Err(self.error(node.line, Problem::UnknownKey { key, known }));
            }
        }
        Ok(())
    }

    fn needed<'n, 'a>(
        &self,
        node: &'n Node<'a>,
        key: &'static str,
    ) -> Result<&'n Node<'a>, LoadError> {
        get(node, key).ok_or_else(|| self.error(node.line, Problem::Missing(key)))
    }

    fn text<'n>(&self, node: &'n Node<'_>, key: &'static str) -> Result<&'n str, LoadError> {
        let found = self.needed(node, key)?;
        match &found.value {
            Value::Text(text) if !text.trim().is_empty() => Ok(text),
            Value::Text(_) | Value::Null | Value::List(_) | Value::Map(_) => {
                Err(self.wrong(found, key, "text"))
            }
        }
    }

    fn one_of<'n>(
        &self,
        node: &'n Node<'_>,
        key: &'static str,
        known: &'static [&'static str],
    ) -> Result<&'n str, LoadError> {
        let value = self.text(node, key)?;
        if known.contains(&value) {
            return Ok(value);
        }
        let problem = Problem::NotOneOf {
            key: key.to_owned(),
            value: value.to_owned(),
            known,
        };
        Err(self.error(self.needed(node, key)?.line, problem))
    }

    /// A list of texts, or one text; none if the key is absent.
    fn texts(&self, node: &Node<'_>, key: &'static str) -> Result<Vec<String>, LoadError> {
        let Some(found) = get(node, key) else {
            return Ok(Vec::new());
        };
        let nodes = match &found.value {
            Value::List(nodes) => nodes.as_slice(),
            Value::Text(_) => std::slice::from_ref(found),
            Value::Null | Value::Map(_) => return Err(self.wrong(found, key, "a list of texts")),
        };
        let mut texts = Vec::new();
        for node in nodes {
            let Value::Text(text) = &node.value else {
                return Err(self.wrong(node, key, "a list of texts"));
            };
            texts.push(text.to_string());
        }
        Ok(texts)
    }

    fn category(&self, root: &Node<'_>) -> Result<Category, LoadError> {
        let source = self.needed(root, "logsource")?;
        self.known_keys(source, "logsource", LOGSOURCE_KEYS)?;
        self.one_of(source, "product", PRODUCTS)?;
        let name = self.one_of(source, "category", &Category::NAMES)?;
        Ok(Category::from_name(name).unwrap_or(Category::Event))
    }

    fn name(&self, own: &Node<'_>) -> Result<String, LoadError> {
        let name = self.text(own, "name")?;
        let fits = name.len() <= LONGEST_NAME
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && (name.chars()).all(|letter| matches!(letter, 'a'..='z' | '0'..='9' | '-'));
        if fits {
            return Ok(name.to_owned());
        }
        Err(self.wrong(
            own,
            "name",
            "small letters, digits and `-`, such as `credential-read`",
        ))
    }

    fn uuid(&self, root: &Node<'_>) -> Result<String, LoadError> {
        let text = self.text(root, "id")?;
        match uuid::Uuid::try_parse(text) {
            Ok(uuid) => Ok(uuid.hyphenated().to_string()),
            Err(_) => Err(self.wrong(self.needed(root, "id")?, "id", "a UUID")),
        }
    }

    fn reason(&self, own: &Node<'_>) -> Result<String, LoadError> {
        let reason = self.text(own, "reason")?.trim();
        if reason.replace("{evidence}", "").contains(['{', '}']) {
            let wanted = "a sentence with no other template than `{evidence}`";
            return Err(self.wrong(self.needed(own, "reason")?, "reason", wanted));
        }
        Ok(reason.to_owned())
    }

    /// Techniques out of tags such as `attack.t1552.004`; other tags are for people.
    fn techniques(&self, root: &Node<'_>) -> Result<Vec<String>, LoadError> {
        let tags = self.texts(root, "tags")?;
        let named = tags.iter().filter_map(|tag| tag.strip_prefix("attack."));
        let techniques = named.filter(|name| {
            name.strip_prefix('t')
                .is_some_and(|digits| digits.starts_with(|first: char| first.is_ascii_digit()))
        });
        Ok(techniques.map(str::to_ascii_uppercase).collect())
    }

    fn examples(&self, own: &Node<'_>) -> Result<Examples, LoadError> {
        Ok(Examples {
            positive: self.example_list(own, "examples")?,
            negative: self.example_list(own, "negative_examples")?,
        })
    }

    fn example_list(&self, own: &Node<'_>, key: &'static str) -> Result<Vec<Example>, LoadError> {
        let found = self.needed(own, key)?;
        let nodes = match &found.value {
            Value::List(nodes) if !nodes.is_empty() => nodes,
            Value::List(_) | Value::Null | Value::Text(_) | Value::Map(_) => {
                return Err(self.wrong(found, key, "a list with at least one example"));
            }
        };
        let mut examples = Vec::new();
        for node in nodes {
            let example = Example::read(node);
            examples.push(example.map_err(|problem| self.error(node.line, problem))?);
        }
        Ok(examples)
    }
}

#[cfg(test)]
mod tests;
