//! Regular expressions that are compiled when they are first needed.

use super::required::required_texts;
use crate::error::Problem;
use crate::view::Text;
use regex::bytes::{Regex, RegexBuilder};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

/// Most memory that a compiled regular expression may take.
const REGEX_SIZE: usize = 1024 * 1024;
/// A regular expression with its flags.
#[derive(Debug, Clone)]
pub(crate) struct LazyRegex {
    source: String,
    flags: Flags,
    compiled: Arc<OnceLock<Option<Regex>>>,
    required: Arc<OnceLock<Option<Vec<String>>>>,
}

/// Sigma's sub-modifiers of `re`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Flags {
    /// `i`: upper and lower case are the same.
    pub(crate) ignore_case: bool,
    /// `m`: `^` and `$` also match at line ends.
    pub(crate) multi_line: bool,
    /// `s`: `.` also matches line ends.
    pub(crate) dot_all: bool,
}

/// When a regular expression is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Regexes {
    /// While loading, so that an error is told.
    Checked,
    /// When first used: the tests of this crate have compiled it.
    Shipped,
}

impl PartialEq for LazyRegex {
    fn eq(&self, other: &LazyRegex) -> bool {
        self.source == other.source && self.flags == other.flags
    }
}

impl Eq for LazyRegex {}

impl Hash for LazyRegex {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.source.hash(state);
        self.flags.hash(state);
    }
}

impl LazyRegex {
    /// Prepares an expression, and compiles it if it must be checked.
    pub(super) fn new(source: &str, flags: Flags, when: Regexes) -> Result<LazyRegex, Problem> {
        let regex = LazyRegex {
            source: source.to_owned(),
            flags,
            compiled: Arc::new(OnceLock::new()),
            required: Arc::new(OnceLock::new()),
        };
        if when == Regexes::Checked {
            let compiled = regex.compile().map_err(|error| Problem::Regex {
                pattern: source.to_owned(),
                why: error.to_string(),
            })?;
            regex.compiled.get_or_init(|| Some(compiled));
        }
        Ok(regex)
    }

    /// Says whether a text matches.
    ///
    /// Compiling costs a hundred times more than looking for a text, and a hook judges one
    /// event: an expression is only compiled when the text has what it cannot match without.
    pub(super) fn matches(&self, text: &Text<'_>) -> bool {
        if self.compiled.get().is_none()
            && let Some(required) = self.required_texts()
        {
            let lower = text.lower();
            if !required
                .iter()
                .any(|wanted| lower.contains(wanted.as_str()))
            {
                return false;
            }
        }
        self.get()
            .is_some_and(|regex| regex.is_match(text.raw.as_bytes()))
    }

    /// Texts in lower case, one of which must stand in what matches; `None` if none must.
    pub(super) fn required_texts(&self) -> Option<&[String]> {
        self.required
            .get_or_init(|| self.read_required())
            .as_deref()
    }

    fn read_required(&self) -> Option<Vec<String>> {
        // Over all of Unicode, letters have more than two cases.
        if self.flags.ignore_case && !self.source.is_ascii() {
            return None;
        }
        required_texts(&self.source)
    }

    /// Says whether it can begin anywhere.
    pub(crate) fn is_unanchored(&self) -> bool {
        !self.source.starts_with('^')
    }

    /// The expression as it was written.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    fn get(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| self.compile().ok()).as_ref()
    }

    /// Compiles over bytes: a class such as `[^\n]` is then one step instead of all of
    /// Unicode, which makes a rule's first use some ten times cheaper. What needs Unicode gets it.
    fn compile(&self) -> Result<Regex, regex::Error> {
        let bytes = self.source.is_ascii().then(|| self.build(false));
        match bytes {
            Some(Ok(regex)) => Ok(regex),
            Some(Err(_)) | None => self.build(true),
        }
    }

    fn build(&self, unicode: bool) -> Result<Regex, regex::Error> {
        RegexBuilder::new(&self.source)
            .unicode(unicode)
            .case_insensitive(self.flags.ignore_case)
            .multi_line(self.flags.multi_line)
            .dot_matches_new_line(self.flags.dot_all)
            .size_limit(REGEX_SIZE)
            .build()
    }
}
