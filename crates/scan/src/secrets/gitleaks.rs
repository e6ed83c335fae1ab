//! Rules in the format of gitleaks' TOML, which people already have.
//!
//! Source: the gitleaks README, "Configuration", version 8. What a configuration asks
//! for and this cannot do is told, never dropped in silence.
//!
//! **Invariant:** every rule of a set has an expression that parsed.

mod quick;

use super::engine::Engine;
use super::named::Word;
use super::pack;
use super::rule::{self, AllowList, Pattern, Rule, Target};
use super::validate::Check;
use serde::Deserialize;
use std::fmt;
use std::sync::OnceLock;

/// Largest configuration that is read.
pub const LARGEST_CONFIGURATION: usize = 4 * 1024 * 1024;
/// Most rules in one set.
pub const MOST_RULES: usize = 10_000;

/// Why a configuration cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It is larger than [`LARGEST_CONFIGURATION`].
    #[error("the configuration has {0} bytes, more than {LARGEST_CONFIGURATION}")]
    TooLarge(usize),
    /// It has more than [`MOST_RULES`] rules.
    #[error("the configuration has {0} rules, more than {MOST_RULES}")]
    TooMany(usize),
    /// It is no TOML, or a field has another type than gitleaks gives it.
    #[error("the configuration is not in gitleaks' format: {0}")]
    Format(#[from] toml_edit::de::Error),
}

/// A part of a configuration that has no effect, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// The rule's id, or the name of the section.
    pub part: String,
    /// One sentence.
    pub reason: String,
}

impl fmt::Display for Unused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.part, self.reason)
    }
}

/// Rules that were read, ready for a scanner.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    global: Vec<AllowList>,
    unused: Vec<Unused>,
    names: bool,
}

impl RuleSet {
    /// Our own pack, with what finds secrets by their names.
    pub fn own() -> Result<RuleSet, LoadError> {
        let mut set = RuleSet {
            names: true,
            ..RuleSet::default()
        };
        set.read(pack::RULES, true)?;
        Ok(set)
    }

    /// A user's own gitleaks configuration. With `extend.useDefault` our own pack comes first.
    pub fn from_gitleaks(text: &str) -> Result<RuleSet, LoadError> {
        let mut set = RuleSet::default();
        set.read(text, false)?;
        Ok(set)
    }

    /// Our own pack and a user's gitleaks configuration beside it; of two rules with the same id the
    /// user's counts.
    pub fn own_and(text: &str) -> Result<RuleSet, LoadError> {
        let mut set = RuleSet::own()?;
        set.read(text, false)?;
        Ok(set)
    }

    /// What of the configuration has no effect.
    pub fn unused(&self) -> &[Unused] {
        &self.unused
    }

    /// How many rules it has.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether it has no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && !self.names
    }

    /// Id and description of each rule.
    pub fn rules(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rules
            .iter()
            .map(|rule| (rule.id.as_str(), rule.description.as_str()))
    }

    pub(crate) fn into_engine(self) -> Engine {
        let mut words: Vec<(&str, Word)> = Vec::new();
        if self.names {
            words.extend(super::named::WORDS);
            words.extend(pack::providers());
        }
        Engine::new(self.rules, self.global, &words)
    }

    fn read(&mut self, text: &str, ours: bool) -> Result<(), LoadError> {
        if text.len() > LARGEST_CONFIGURATION {
            return Err(LoadError::TooLarge(text.len()));
        }
        let quick = if ours { quick::read(text) } else { None };
        let file = match quick {
            Some(file) => file,
            None => toml_edit::de::from_str(text)?,
        };
        if file.rules.len() > MOST_RULES {
            return Err(LoadError::TooMany(file.rules.len()));
        }
        if let Some(extend) = file.extend {
            self.extend(&extend)?;
        }
        for list in file.allowlist.into_iter().chain(file.allowlists) {
            let list = self.allow_list("allowlist", list, ours);
            self.global.push(list);
        }
        for rule in file.rules {
            let id = rule.id.clone();
            match self.rule(rule, ours) {
                Ok(rule) => {
                    self.rules.retain(|known| known.id != rule.id);
                    self.rules.push(rule);
                }
                Err(reason) => self.tell(&id, reason),
            }
        }
        Ok(())
    }

    fn extend(&mut self, extend: &ExtendText) -> Result<(), LoadError> {
        if extend.use_default {
            self.names = true;
            self.read(pack::RULES, true)?;
        }
        if extend.path.is_some() || extend.url.is_some() {
            self.tell(
                "extend",
                "other files are not read; name them as rule files of their own".to_owned(),
            );
        }
        self.rules
            .retain(|rule| !extend.disabled_rules.contains(&rule.id));
        Ok(())
    }

    fn tell(&mut self, part: &str, reason: String) {
        self.unused.push(Unused {
            part: part.to_owned(),
            reason,
        });
    }

    fn rule(&mut self, text: RuleText, ours: bool) -> Result<Rule, String> {
        if text.id.is_empty() {
            return Err("a rule without id".to_owned());
        }
        let Some(regex) = text.regex else {
            return Err("it has no regex: rules on paths alone find no secret".to_owned());
        };
        let regex = re2(&regex);
        let is_exact = !regex.contains("(?i)");
        if !ours {
            rule::reach(&regex)?;
            rule::compile(&regex).map_err(|error| reason("regex", &error))?;
        }
        let path = (text.path)
            .map(|path| checked("path", &path, ours))
            .transpose()?;
        let check = match text.validate.as_deref() {
            None => None,
            Some(name) => {
                Some(Check::named(name).ok_or_else(|| format!("validate: no check `{name}`"))?)
            }
        };
        if !text.required.is_empty() {
            self.tell(
                &text.id,
                "`required` rules nearby are not asked for".to_owned(),
            );
        }
        let lists = text.allowlist.into_iter().chain(text.allowlists);
        let allow = lists
            .map(|list| self.allow_list(&text.id, list, ours))
            .collect();
        Ok(Rule {
            id: text.id,
            description: text.description,
            keywords: text
                .keywords
                .into_iter()
                .filter(|word| !word.is_empty())
                .collect(),
            pattern: Pattern::new(regex),
            secret_group: text.secret_group,
            entropy: text.entropy,
            path,
            allow,
            check,
            refuses_placeholders: ours,
            exact: ours && is_exact,
            reach: OnceLock::new(),
        })
    }

    fn allow_list(&mut self, owner: &str, text: AllowText, ours: bool) -> AllowList {
        let target = match text.regex_target.as_deref() {
            Some("match") => Target::Match,
            Some("line") => Target::Line,
            _ => Target::Secret,
        };
        if !text.commits.is_empty() {
            self.tell(
                owner,
                "`commits` of an allow list are not asked for".to_owned(),
            );
        }
        let mut list = AllowList {
            all: text
                .condition
                .is_some_and(|word| matches!(word.as_str(), "AND" | "and" | "&&")),
            target,
            stop_words: text
                .stopwords
                .iter()
                .map(|word| word.to_ascii_lowercase())
                .collect(),
            rules: text.target_rules,
            ..AllowList::default()
        };
        for (texts, patterns) in [
            (text.regexes, &mut list.regexes),
            (text.paths, &mut list.paths),
        ] {
            for regex in texts {
                match checked("allowlist", &regex, ours) {
                    Ok(pattern) => patterns.push(pattern),
                    Err(reason) => self.unused.push(Unused {
                        part: owner.to_owned(),
                        reason,
                    }),
                }
            }
        }
        list.stop_words.retain(|word| !word.is_empty());
        list
    }
}

/// Ours are compiled by a test, and here only when they are needed.
fn checked(field: &str, regex: &str, ours: bool) -> Result<Pattern, String> {
    let regex = re2(regex);
    if !ours {
        rule::compile(&regex).map_err(|error| reason(field, &error))?;
    }
    Ok(Pattern::new(regex))
}

/// RE2 takes a brace that begins no repetition as itself; here it must be escaped.
fn re2(regex: &str) -> String {
    let mut text = String::with_capacity(regex.len() + 8);
    let mut escaped = false;
    let mut class = false;
    let mut before = '\0';
    for (at, letter) in regex.char_indices() {
        let rest = regex.get(at + 1..).unwrap_or_default();
        if escaped {
            escaped = false;
            before = if matches!(letter, 'x' | 'p' | 'P') {
                'x'
            } else {
                ' '
            };
            text.push(letter);
            continue;
        }
        match letter {
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '{' if !class && before != 'x' && (!repeats(rest) || before == '\0') => text.push('\\'),
            _ => {}
        }
        before = if letter == 'x' { ' ' } else { letter };
        text.push(letter);
    }
    text
}

/// Whether `3}`, `3,}` or `3,5}` follows.
fn repeats(rest: &str) -> bool {
    let Some((inside, _)) = rest.split_once('}') else {
        return false;
    };
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    !least.is_empty()
        && least
            .chars()
            .chain(most.chars())
            .all(|digit| digit.is_ascii_digit())
}

fn reason(field: &str, error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    format!("{field}: {}", last.trim_start_matches("error: "))
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct FileText {
    extend: Option<ExtendText>,
    allowlist: Option<AllowText>,
    allowlists: Vec<AllowText>,
    rules: Vec<RuleText>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ExtendText {
    use_default: bool,
    path: Option<String>,
    url: Option<String>,
    disabled_rules: Vec<String>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RuleText {
    id: String,
    description: String,
    regex: Option<String>,
    secret_group: usize,
    entropy: Option<f32>,
    path: Option<String>,
    keywords: Vec<String>,
    allowlist: Option<AllowText>,
    allowlists: Vec<AllowText>,
    required: Vec<RequiredText>,
    /// Ours: the name of a structure that the secret must have.
    validate: Option<String>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct AllowText {
    condition: Option<String>,
    regex_target: Option<String>,
    regexes: Vec<String>,
    paths: Vec<String>,
    commits: Vec<String>,
    stopwords: Vec<String>,
    target_rules: Vec<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct RequiredText {}

#[cfg(test)]
mod tests;
