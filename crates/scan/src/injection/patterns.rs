//! The rules of the first stage: data in `rules/injection/*.toml`, found by keyword, proved by regex.
//!
//! **Invariant:** every rule has keywords, and its regex reads only a window around one, so a text
//! costs one pass and a bounded number of looks. Rules and texts are folded in the same way.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::origin::Origin;
use crate::secrets::keywords::Keywords;
use crate::text::fold_word;

/// Bytes around a keyword that its rule reads.
const BEFORE: usize = 160;
const AFTER: usize = 320;
/// Windows in which one rule is tried in one view; a text that has more is found out long before.
const MOST_WINDOWS: usize = 512;
/// Memory of one compiled rule.
const LARGEST_REGEX: usize = 1 << 21;

const FILES: &[&str] = &[
    include_str!("../../rules/injection/english.toml"),
    include_str!("../../rules/injection/german.toml"),
    include_str!("../../rules/injection/french.toml"),
    include_str!("../../rules/injection/spanish.toml"),
    include_str!("../../rules/injection/portuguese.toml"),
    include_str!("../../rules/injection/russian.toml"),
    include_str!("../../rules/injection/chinese.toml"),
    include_str!("../../rules/injection/japanese.toml"),
    include_str!("../../rules/injection/korean.toml"),
    include_str!("../../rules/injection/italian.toml"),
    include_str!("../../rules/injection/markers.toml"),
    include_str!("../../rules/injection/assets.toml"),
];

static SHIPPED: LazyLock<Patterns> = LazyLock::new(|| {
    let rules = FILES
        .iter()
        .flat_map(|file| parse(file).unwrap_or_default());
    Patterns::new(rules.collect())
});

/// One rule of the first stage.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Unique name.
    pub id: String,
    /// Two letters, or `any`.
    pub language: String,
    /// What it adds to the score, in log odds.
    pub weight: f32,
    /// Why it is a sign, in a few words.
    pub why: String,
    /// One of them must be there.
    pub keywords: Vec<String>,
    /// Regex over folded text.
    pub pattern: String,
    /// The only origins it is for; none means all.
    #[serde(default)]
    pub origins: Vec<Origin>,
    /// Texts that it must find.
    pub examples: Vec<String>,
    /// Texts that it must not find.
    #[serde(default)]
    pub benign: Vec<String>,
}

/// A rule that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadRule {
    /// The file is no rule file.
    #[error("failed to read rules")]
    Syntax(#[from] toml_edit::de::Error),
    /// The regex does not compile.
    #[error("rule `{id}` has a bad pattern")]
    Pattern {
        /// The rule.
        id: String,
        /// Why.
        #[source]
        source: Box<regex::Error>,
    },
}

#[derive(Deserialize)]
struct File {
    rule: Vec<Rule>,
}

/// Reads the rules of one file.
///
/// # Errors
/// The file is no TOML or a rule lacks a field.
pub(crate) fn parse(file: &str) -> Result<Vec<Rule>, BadRule> {
    Ok(toml_edit::de::from_str::<File>(file)?.rule)
}

/// All rules, ready to search.
pub struct Patterns {
    rules: Vec<Rule>,
    regexes: Vec<OnceLock<Option<Regex>>>,
    keywords: Keywords,
    /// Rules of each keyword.
    users: Vec<Vec<usize>>,
}

/// A rule that matched.
pub(super) struct Hit<'a> {
    pub(super) rule: &'a Rule,
    pub(super) place: Range<usize>,
}

impl Patterns {
    /// Returns the rules that ship.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Returns every rule.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Prepares rules; patterns are compiled when they are first needed.
    pub fn new(rules: Vec<Rule>) -> Self {
        let mut keywords: Vec<String> = Vec::new();
        let mut users: Vec<Vec<usize>> = Vec::new();
        for (number, rule) in rules.iter().enumerate() {
            for keyword in rule.keywords.iter().map(|keyword| fold_word(keyword)) {
                let known = keywords.iter().position(|known| *known == keyword);
                match known.and_then(|index| users.get_mut(index)) {
                    Some(users) => users.push(number),
                    None => {
                        keywords.push(keyword);
                        users.push(vec![number]);
                    }
                }
            }
        }
        Self {
            regexes: rules.iter().map(|_| OnceLock::new()).collect(),
            rules,
            keywords: Keywords::new(keywords.iter().map(String::as_str)),
            users,
        }
    }

    /// Compiles every pattern.
    ///
    /// # Errors
    /// One does not compile.
    pub fn check(&self) -> Result<(), BadRule> {
        for rule in &self.rules {
            compile(rule)?;
        }
        Ok(())
    }

    /// Returns the first match of each rule in each of its windows.
    pub(super) fn hits(&self, text: &str, origin: Origin) -> Vec<Hit<'_>> {
        let mut hits = Vec::new();
        for (number, windows) in self.windows(text) {
            let Some(rule) = self.rules.get(number) else {
                continue;
            };
            if !rule.origins.is_empty() && !rule.origins.contains(&origin) {
                continue;
            }
            let Some(regex) = self.regex(number, rule) else {
                continue;
            };
            for window in windows {
                let stretch = text.get(window.clone()).unwrap_or_default();
                if let Some(found) = regex.find(stretch) {
                    hits.push(Hit {
                        rule,
                        place: window.start + found.start()..window.start + found.end(),
                    });
                }
            }
        }
        hits
    }

    fn regex(&self, number: usize, rule: &Rule) -> Option<&Regex> {
        self.regexes
            .get(number)?
            .get_or_init(|| compile(rule).ok())
            .as_ref()
    }

    /// Returns the stretches that each rule has to read, merged where they touch.
    fn windows(&self, text: &str) -> Vec<(usize, Vec<Range<usize>>)> {
        let mut windows: Vec<Vec<Range<usize>>> = vec![Vec::new(); self.rules.len()];
        // None of them is so short that it would be told after those that follow it.
        self.keywords
            .each(text.as_bytes(), 0..text.len(), |keyword, place| {
                let start = boundary(text, place.start.saturating_sub(BEFORE));
                let end = boundary(text, (place.end + AFTER).min(text.len()));
                for number in self.users.get(keyword).into_iter().flatten() {
                    let Some(own) = windows.get_mut(*number) else {
                        continue;
                    };
                    let full = own.len() >= MOST_WINDOWS;
                    match own.last_mut() {
                        Some(last) if last.end >= start => last.end = end.max(last.end),
                        _ if full => {}
                        _ => own.push(start..end),
                    }
                }
            });
        windows
            .into_iter()
            .enumerate()
            .filter(|(_, windows)| !windows.is_empty())
            .collect()
    }
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn compile(rule: &Rule) -> Result<Regex, BadRule> {
    RegexBuilder::new(&fold_word(&rule.pattern))
        .size_limit(LARGEST_REGEX)
        .build()
        .map_err(|source| BadRule::Pattern {
            id: rule.id.clone(),
            source: Box::new(source),
        })
}
