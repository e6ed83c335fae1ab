//! One rule as data: which text it looks for, and what speaks against a match.
//!
//! **Invariant:** a regular expression is compiled at its first use; until then a rule
//! costs only its text. It works on bytes, so it cannot fail on any input.

use super::engine::LONGEST_KEYWORD;
use super::prefix;
use super::validate::Check;
use super::value;
use regex::bytes::{Captures, Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use std::ops::Range;
use std::sync::OnceLock;

/// Memory that one compiled expression may take; bigger ones are refused at loading.
pub(crate) const LARGEST_PROGRAM: usize = 4 * 1024 * 1024;
/// Memory for the states that an expression builds while it runs.
const STATES: usize = 512 * 1024;
/// How far before and after a keyword a rule of unbounded length looks.
pub(crate) const FAR_BEFORE: usize = 1024;
pub(crate) const FAR_AFTER: usize = 16 * 1024;
/// Enough to see whether a word begins.
const JUST_BEFORE: usize = 1;

/// A regular expression over bytes that is compiled when it is needed first.
#[derive(Debug)]
pub(crate) struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(crate) fn new(text: String) -> Pattern {
        Pattern {
            text,
            compiled: OnceLock::new(),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn get(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| compile(&self.text).ok())
            .as_ref()
    }

    pub(crate) fn is_match(&self, text: &[u8]) -> bool {
        self.get().is_some_and(|regex| regex.is_match(text))
    }
}

/// Compiles as RE2 reads it: bytes, ASCII classes, `.` without the line feed.
pub(crate) fn compile(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text)
        .unicode(false)
        .size_limit(LARGEST_PROGRAM)
        .dfa_size_limit(STATES)
        .build()
}

/// How far from its keyword a match can begin and end.
pub(crate) fn reach(regex: &str) -> Result<(usize, usize), String> {
    let parsed = ParserBuilder::new()
        .utf8(false)
        .unicode(false)
        .build()
        .parse(regex)
        .map_err(|error| {
            let text = error.to_string();
            format!("regex: {}", text.lines().last().unwrap_or_default())
        })?;
    Ok(match parsed.properties().maximum_len() {
        // One byte more on each side, so that `\b` and `$` see what stands beside.
        Some(most) => (
            (most + 1).min(FAR_BEFORE),
            (most + LONGEST_KEYWORD).min(FAR_AFTER),
        ),
        None => (FAR_BEFORE, FAR_AFTER),
    })
}

/// What an allow list's expressions are held against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Target {
    #[default]
    Secret,
    Match,
    Line,
}

/// Reasons why a match is no finding.
#[derive(Debug, Default)]
pub(crate) struct AllowList {
    pub(crate) all: bool,
    pub(crate) target: Target,
    pub(crate) regexes: Vec<Pattern>,
    pub(crate) paths: Vec<Pattern>,
    pub(crate) stop_words: Vec<String>,
    /// Rules that it is for; empty is all.
    pub(crate) rules: Vec<String>,
}

/// One rule.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) description: String,
    pub(crate) keywords: Vec<String>,
    pub(crate) pattern: Pattern,
    pub(crate) secret_group: usize,
    pub(crate) entropy: Option<f32>,
    pub(crate) path: Option<Pattern>,
    pub(crate) allow: Vec<AllowList>,
    pub(crate) check: Option<Check>,
    /// Our own rules also refuse placeholders; a user's rules do only what they say.
    pub(crate) refuses_placeholders: bool,
    /// Its keywords with capitals count only as they are written: `AKIA` and not `akia`.
    pub(crate) exact: bool,
    /// How far before and after a keyword a match can reach, worked out when one is met.
    pub(crate) reach: OnceLock<(usize, usize)>,
}

/// A match in the window that was looked at.
pub(crate) struct Match {
    pub(crate) secret: Range<usize>,
    pub(crate) verified: bool,
}

impl Rule {
    /// How far before and after a keyword a match can reach.
    pub(crate) fn reach(&self) -> (usize, usize) {
        *(self.reach).get_or_init(|| {
            // What cannot be parsed was refused at loading, or by a test if it is ours.
            let (before, after) = reach(self.pattern.text()).unwrap_or((FAR_BEFORE, FAR_AFTER));
            if self.begins_with_keyword() {
                (JUST_BEFORE, after)
            } else {
                (before, after)
            }
        })
    }

    /// Whether every match begins at a keyword, so that nothing before one matters. Only told of
    /// our own rules: allow lists of others may ask for the whole line.
    fn begins_with_keyword(&self) -> bool {
        let words: Vec<&[u8]> = self
            .keywords
            .iter()
            .map(String::as_bytes)
            .map(|keyword| keyword.get(..LONGEST_KEYWORD / 4).unwrap_or(keyword))
            .collect();
        let whole_line = self.allow.iter().any(|list| list.target == Target::Line);
        self.refuses_placeholders
            && !whole_line
            && prefix::begins_with(self.pattern.text(), &words, self.exact)
    }

    /// Whether the secrets that it finds have no form of their own.
    pub(crate) fn is_generic(&self) -> bool {
        self.check.is_some_and(Check::is_generic)
    }

    /// Calls `found` with every match in the window that nothing speaks against.
    pub(crate) fn matches(
        &self,
        window: &[u8],
        path: Option<&str>,
        global: &[AllowList],
        found: &mut dyn FnMut(Match),
    ) {
        if let Some(pattern) = &self.path
            && !path.is_some_and(|path| pattern.is_match(path.as_bytes()))
        {
            return;
        }
        let Some(regex) = self.pattern.get() else {
            return;
        };
        for captures in regex.captures_iter(window) {
            if let Some(accepted) = self.judge(&captures, window, path, global) {
                found(accepted);
            }
        }
    }

    fn judge(
        &self,
        captures: &Captures<'_>,
        window: &[u8],
        path: Option<&str>,
        global: &[AllowList],
    ) -> Option<Match> {
        let whole = captures.get(0)?;
        let secret = if self.secret_group == 0 {
            (1..captures.len())
                .find_map(|group| captures.get(group).filter(|found| !found.is_empty()))
                .unwrap_or(whole)
        } else {
            captures.get(self.secret_group)?
        };
        let text = secret.as_bytes();
        if text.is_empty() {
            return None;
        }
        if self
            .entropy
            .is_some_and(|least| value::entropy(text) <= least)
        {
            return None;
        }
        if self.refuses_placeholders
            && self.check != Some(Check::Pem)
            && value::is_placeholder(text)
        {
            return None;
        }
        let verified = match self.check {
            Some(check) => check.holds(text)?,
            None => false,
        };
        let places = Places {
            secret: text,
            whole: whole.as_bytes(),
            line: line_around(window, whole.range()),
            path,
        };
        let allowed = self
            .allow
            .iter()
            .chain(global.iter().filter(|list| list.is_for(&self.id)))
            .any(|list| list.allows(&places));
        (!allowed).then(|| Match {
            secret: secret.range(),
            verified,
        })
    }
}

struct Places<'a> {
    secret: &'a [u8],
    whole: &'a [u8],
    line: &'a [u8],
    path: Option<&'a str>,
}

impl AllowList {
    fn is_for(&self, rule: &str) -> bool {
        self.rules.is_empty() || self.rules.iter().any(|known| known == rule)
    }

    fn allows(&self, places: &Places<'_>) -> bool {
        let target = match self.target {
            Target::Secret => places.secret,
            Target::Match => places.whole,
            Target::Line => places.line,
        };
        let mut answers = Vec::with_capacity(3);
        if !self.regexes.is_empty() {
            answers.push(self.regexes.iter().any(|regex| regex.is_match(target)));
        }
        if !self.paths.is_empty() {
            answers.push(places.path.is_some_and(|path| {
                self.paths
                    .iter()
                    .any(|regex| regex.is_match(path.as_bytes()))
            }));
        }
        if !self.stop_words.is_empty() {
            let lower = places.secret.to_ascii_lowercase();
            answers.push(
                self.stop_words
                    .iter()
                    .any(|word| value::contains(&lower, word.as_bytes())),
            );
        }
        if self.all {
            !answers.is_empty() && answers.iter().all(|answer| *answer)
        } else {
            answers.contains(&true)
        }
    }
}

/// The line or lines in which a match stands.
fn line_around(window: &[u8], place: Range<usize>) -> &[u8] {
    let before = window.get(..place.start).unwrap_or_default();
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let after = window.get(place.end..).unwrap_or_default();
    let end = after
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(window.len(), |at| place.end + at);
    window.get(start..end).unwrap_or_default()
}
