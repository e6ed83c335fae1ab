//! Reads the keys of one rule and says where something is wrong.

mod stock;

use super::{Counts, Details, LONGEST_NAME, LogSource, Logic, Rule, rule_label};
use crate::change::Placeholders;
use crate::condition::Truth;
use crate::correlation::Definition;
use crate::detection::{Compiler, Detection, Unused};
use crate::error::{LoadError, Problem};
use crate::example::{Example, Sequence};
use crate::field::Category;
use crate::pattern::Regexes;
use crate::policy::AllowLimit;
use crate::yaml::{Entry, Node, Position, Value};
use ringfence_event::{RuleId, Severity, Verdict};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The keys of a rule of ours (Sigma rules specification 2.1, and our `ringfence`).
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
    "correlation",
    "generate",
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
    "alone",
    "counts",
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
const TRUTHS: &[&str] = &["true", "false"];

/// What a document is.
pub(crate) enum Item<'a> {
    Rule(Box<Rule>),
    Filter(Filter<'a>),
}

impl From<Rule> for Item<'_> {
    fn from(rule: Rule) -> Self {
        Item::Rule(Box::new(rule))
    }
}

/// A Sigma filter: a further condition for other rules.
pub(crate) struct Filter<'a> {
    pub(crate) file: String,
    pub(crate) title: String,
    pub(crate) root: Node<'a>,
    pub(crate) log_source: LogSource,
    /// The rules it narrows; `None` for all that fit.
    pub(crate) rules: Option<Vec<(String, Position)>>,
}

/// Where a rule comes from, and so what has been checked already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// One of ours: the tests of this crate have read it whole.
    Shipped,
    /// Anybody's: everything is checked now.
    Loaded,
}

/// Reads the keys of one rule and says where something is wrong.
pub(super) struct Reader<'a> {
    file: &'a str,
    rule: String,
    origin: Origin,
    placeholders: &'a Placeholders,
    /// Whether there is a `ringfence` block: then every key must be right.
    has_block: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        file: &'a str,
        root: &Node<'_>,
        origin: Origin,
        placeholders: &'a Placeholders,
    ) -> Reader<'a> {
        Reader {
            file,
            rule: rule_label(root),
            origin,
            placeholders,
            has_block: root.get("ringfence").is_some(),
        }
    }

    fn error(&self, at: Position, problem: Problem) -> LoadError {
        LoadError::Rule {
            file: self.file.to_owned(),
            line: at.line,
            column: at.column,
            rule: self.rule.clone(),
            problem: Box::new(problem),
        }
    }

    fn wrong(&self, node: &Node<'_>, key: &str, wanted: &'static str) -> LoadError {
        let key = key.to_owned();
        self.error(node.at, Problem::Wrong { key, wanted })
    }

    /// Reads a rule or a correlation.
    pub(super) fn rule(&self, text: &str, root: &Node<'_>) -> Result<Rule, LoadError> {
        self.refuse_old(root)?;
        if self.has_block {
            self.known_keys(root, "the rule", KEYS)?;
        }
        let title = self.text(root, "title")?.to_owned();
        let (category, log_source, logic) = match root.get("correlation") {
            Some(node) => {
                let definition = Definition::read(node, root.get("generate"));
                let definition = definition.map_err(|(at, problem)| self.error(at, problem))?;
                let logic = Logic::Correlation(definition);
                (Category::Event, LogSource::default(), logic)
            }
            None => self.detection(root)?,
        };
        let details = match self.origin {
            Origin::Shipped => OnceLock::new(),
            Origin::Loaded => self.details(root)?.into(),
        };
        let mut rule = Rule {
            id: RuleId(String::new()),
            uuid: self.uuid(root, &title)?,
            severity: self.severity(root)?,
            action: Verdict::Alert,
            reason: self.stock_reason(root, &title),
            category,
            techniques: self.techniques(root)?,
            allow_limit: AllowLimit::Project,
            file: self.file.to_owned(),
            source: text.trim_matches('\n').to_owned(),
            sigma_name: self.optional_text(root, "name"),
            at: root.at,
            has_block: self.has_block,
            alone: true,
            counts: Counts::Happened,
            log_source,
            logic,
            details,
            title,
        };
        match root.get("ringfence") {
            Some(own) => self.add_block(own, &mut rule)?,
            None => rule.id = RuleId(stock::name(rule.sigma_name.as_deref(), &rule.title)),
        }
        Ok(rule)
    }

    /// The sentence of a rule that has none. It names the authors, as the Detection Rule License 1.1
    /// asks of messages about matches.
    fn stock_reason(&self, root: &Node<'_>, title: &str) -> String {
        let author = self.optional_text(root, "author");
        let by = author.map_or_else(String::new, |author| format!(" by {}", plain(&author)));
        format!("{{evidence}} matches the rule \"{}\"{by}.", plain(title))
    }

    fn add_block(&self, own: &Node<'_>, rule: &mut Rule) -> Result<(), LoadError> {
        self.known_keys(own, "ringfence", RINGFENCE_KEYS)?;
        rule.id = RuleId(self.name(own)?);
        let action = self.one_of(own, "action", ACTIONS)?;
        rule.action = Verdict::from_name(action).unwrap_or(Verdict::Alert);
        rule.reason = self.reason(own)?;
        if own.get("alone").is_some() {
            rule.alone = self.one_of(own, "alone", TRUTHS)? == "true";
        }
        if own.get("counts").is_some() {
            let counts = Counts::from_name(self.one_of(own, "counts", Counts::NAMES)?);
            rule.counts = counts.unwrap_or(Counts::Happened);
        }
        if own.get("allow").is_some() {
            let limit = AllowLimit::from_name(self.one_of(own, "allow", AllowLimit::NAMES)?);
            rule.allow_limit = limit.unwrap_or(AllowLimit::Project);
        }
        Ok(())
    }

    /// Reads a filter.
    pub(super) fn filter<'n>(&self, root: Node<'n>) -> Result<Filter<'n>, LoadError> {
        let title = self.text(&root, "title")?.to_owned();
        let log_source = LogSource::read(self.needed(&root, "logsource")?);
        let filter = self.needed(&root, "filter")?;
        let rules = match filter.get("rules").map(|node| (&node.value, node)) {
            None | Some((Value::Null, _)) => None,
            Some((Value::Text(text), _)) if text == "any" => None,
            Some((_, node)) => Some(self.located_texts(node, "rules")?),
        };
        let rules = rules.filter(|rules| !rules.is_empty());
        Ok(Filter {
            file: self.file.to_owned(),
            title,
            log_source,
            rules,
            root,
        })
    }

    /// What Sigma 1 had and Sigma 2 took away.
    fn refuse_old(&self, root: &Node<'_>) -> Result<(), LoadError> {
        let Some(entry) = root.entry("action") else {
            return Ok(());
        };
        if let Value::Text(action) = &entry.node.value
            && matches!(action.as_ref(), "global" | "reset" | "repeat")
        {
            return Err(self.error(
                entry.at,
                Problem::Old {
                    what: "`action: global`",
                    instead: "repeat the shared keys in each document",
                },
            ));
        }
        Ok(())
    }

    fn detection(&self, root: &Node<'_>) -> Result<(Category, LogSource, Logic), LoadError> {
        let source = self.needed(root, "logsource")?;
        let log_source = LogSource::read(source);
        if self.has_block && !is_for_a_system(source) {
            self.known_keys(source, "logsource", LOGSOURCE_KEYS)?;
            self.one_of(source, "product", PRODUCTS)?;
            self.one_of(source, "category", &Category::NAMES)?;
        }
        let target = log_source.target();
        let target = target.map_err(|problem| self.error(source.at, problem))?;
        let compiler = Compiler {
            category: target.category,
            dialect: target.dialect,
            regexes: match self.origin {
                Origin::Shipped => Regexes::Shipped,
                Origin::Loaded => Regexes::Checked,
            },
            placeholders: self.placeholders,
            absent: BTreeSet::new(),
        };
        let unused = if self.has_block {
            Unused::Refused
        } else {
            Unused::Kept
        };
        let node = self.needed(root, "detection")?;
        let detection = Detection::compile(node, compiler, unused);
        let detection = detection.map_err(|(at, problem)| self.error(at, problem))?;
        match detection.truth() {
            Truth::Depends => {}
            Truth::Never => {
                let problem = Problem::NeverThere(detection.absent);
                return Err(self.error(node.at, problem));
            }
            Truth::Always => return Err(self.error(node.at, Problem::Everything)),
        }
        Ok((target.category, log_source, Logic::Detection(detection)))
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
        for Entry { key, at, .. } in entries {
            if !known.contains(&key.as_ref()) {
                let key = key.to_string();
                return Err(self.error(*at, Problem::UnknownKey { key, known }));
            }
        }
        Ok(())
    }

    fn needed<'n, 'y>(
        &self,
        node: &'n Node<'y>,
        key: &'static str,
    ) -> Result<&'n Node<'y>, LoadError> {
        node.get(key)
            .ok_or_else(|| self.error(node.at, Problem::Missing(key)))
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

    fn optional_text(&self, node: &Node<'_>, key: &'static str) -> Option<String> {
        node.get(key)?;
        self.text(node, key).ok().map(str::to_owned)
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
        Err(self.error(self.needed(node, key)?.at, problem))
    }

    /// A list of texts, or one text; none if the key is absent.
    fn texts(&self, node: &Node<'_>, key: &'static str) -> Result<Vec<String>, LoadError> {
        let Some(found) = node.get(key) else {
            return Ok(Vec::new());
        };
        match self.located_texts(found, key) {
            Ok(texts) => Ok(texts.into_iter().map(|(text, _)| text).collect()),
            // What only people read makes no stock rule useless.
            Err(_) if !self.has_block => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    fn located_texts(
        &self,
        found: &Node<'_>,
        key: &'static str,
    ) -> Result<Vec<(String, Position)>, LoadError> {
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
            texts.push((text.to_string(), node.at));
        }
        Ok(texts)
    }

    fn severity(&self, root: &Node<'_>) -> Result<Severity, LoadError> {
        if !self.has_block && root.get("level").is_none() {
            return Ok(Severity::Medium);
        }
        if self.has_block && root.get("status").is_some() {
            self.one_of(root, "status", STATUSES)?;
        }
        let level = self.one_of(root, "level", LEVELS)?;
        Ok(Severity::from_name(level).unwrap_or(Severity::Medium))
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
            self.needed(own, "name")?,
            "name",
            "small letters, digits and `-`, such as `credential-read`",
        ))
    }

    fn uuid(&self, root: &Node<'_>, title: &str) -> Result<String, LoadError> {
        if root.get("id").is_none() && !self.has_block {
            return Ok(stock::uuid(title));
        }
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

    /// Reads what judging does not need.
    pub(super) fn details(&self, root: &Node<'_>) -> Result<Details, LoadError> {
        let description = match root.get("description") {
            Some(_) => self.text(root, "description"),
            None if self.has_block => self.text(root, "description"),
            None => Ok(""),
        };
        let mut details = Details {
            description: match description {
                Ok(text) => text.trim().to_owned(),
                Err(_) if !self.has_block => String::new(),
                Err(error) => return Err(error),
            },
            references: self.texts(root, "references")?,
            falsepositives: self.texts(root, "falsepositives")?,
            ..Details::default()
        };
        let Some(own) = root.get("ringfence") else {
            return Ok(details);
        };
        if root.get("correlation").is_some() {
            details.positive_sequences = self.list(own, "examples", Sequence::read)?;
            details.negative_sequences = self.list(own, "negative_examples", Sequence::read)?;
        } else {
            details.positive = self.list(own, "examples", Example::read)?;
            details.negative = self.list(own, "negative_examples", Example::read)?;
        }
        Ok(details)
    }

    fn list<T>(
        &self,
        own: &Node<'_>,
        key: &'static str,
        read: impl Fn(&Node<'_>) -> Result<T, Problem>,
    ) -> Result<Vec<T>, LoadError> {
        let found = self.needed(own, key)?;
        let nodes = match &found.value {
            Value::List(nodes) if !nodes.is_empty() => nodes,
            Value::List(_) | Value::Null | Value::Text(_) | Value::Map(_) => {
                return Err(self.wrong(found, key, "a list with at least one example"));
            }
        };
        let mut examples = Vec::new();
        for node in nodes {
            let example = read(node);
            examples.push(example.map_err(|problem| self.error(node.at, problem))?);
        }
        Ok(examples)
    }
}

/// A rule with a block is held to our own categories, unless it says it is for a system.
fn is_for_a_system(source: &Node<'_>) -> bool {
    let product = source.get("product").map(|node| &node.value);
    matches!(product, Some(Value::Text(name)) if matches!(name.as_ref(), "linux" | "macos"))
}

/// A title without what would be taken for a template.
fn plain(title: &str) -> String {
    title.replace(['{', '}'], "")
}
