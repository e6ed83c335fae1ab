//! One pass over all keywords, then each rule only around its own.
//!
//! **Invariant:** text is cut into blocks at fixed offsets, and what a block gives depends
//! only on the bytes within fixed reach of it. So any chunking gives the same findings, and
//! each rule reads each byte a bounded number of times.

use super::keywords::Keywords;
use super::named::{self, Word};
use super::rule::{AllowList, FAR_AFTER, FAR_BEFORE, Rule};
use std::ops::Range;

/// Text is worked through in pieces of this size.
pub(crate) const BLOCK: usize = 64 * 1024;
/// Bytes before and after a block that its findings may depend on.
pub(crate) const BEFORE: usize = FAR_BEFORE + LONGEST_KEYWORD;
pub(crate) const AFTER: usize = FAR_AFTER;
/// Longest keyword; longer ones are cut to it.
pub(crate) const LONGEST_KEYWORD: usize = 64;
/// Candidates in one text; what follows is not looked at.
pub(crate) const MOST_CANDIDATES: usize = 20_000;

/// What follows from a keyword.
#[derive(Clone, Copy, Debug)]
enum Lead {
    Rule(usize),
    /// The index of the keyword as it must be written, in `Engine::exact`.
    Exact(usize, usize),
    Named(Word),
}

/// Takes what was found: by whom, where in the whole text, whether proven, and the bytes.
pub(crate) type Report<'a> = dyn FnMut(Kind, Range<u64>, bool, &[u8]) + 'a;

/// A possible finding at its place in the whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) kind: Kind,
    pub(crate) place: Range<u64>,
    pub(crate) verified: bool,
    pub(crate) expires: Option<i64>,
    pub(crate) masked: String,
    pub(crate) fingerprint: super::Fingerprint,
}

/// Who found it: lower wins where two overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Rule(usize),
    Named(&'static str),
}

/// A part of the text and where it begins in the whole.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) base: u64,
}

/// The keywords of all rules in one table.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) rules: Vec<Rule>,
    pub(crate) global: Vec<AllowList>,
    keywords: Keywords,
    leads: Vec<Vec<Lead>>,
    exact: Vec<String>,
    /// Rules without keywords run over each block.
    always: Vec<usize>,
}

impl Engine {
    pub(crate) fn new(rules: Vec<Rule>, global: Vec<AllowList>, names: &[(&str, Word)]) -> Engine {
        let mut all: Vec<(String, Lead)> = Vec::with_capacity(names.len() + 2 * rules.len());
        let mut always = Vec::new();
        let mut exact = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            if rule.keywords.is_empty() {
                always.push(index);
            }
            for keyword in &rule.keywords {
                let short: String = keyword.chars().take(LONGEST_KEYWORD / 4).collect();
                let as_written = rule.exact && short.bytes().any(|byte| byte.is_ascii_uppercase());
                let lead = if as_written {
                    Lead::Exact(index, exact.len())
                } else {
                    Lead::Rule(index)
                };
                let lower = short.to_ascii_lowercase();
                exact.extend(as_written.then_some(short));
                all.push((lower, lead));
            }
        }
        let named = names.iter();
        all.extend(named.map(|(keyword, word)| (keyword.to_ascii_lowercase(), Lead::Named(*word))));
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut words: Vec<&str> = Vec::new();
        let mut leads: Vec<Vec<Lead>> = Vec::new();
        for (keyword, lead) in &all {
            match leads.last_mut() {
                Some(known) if words.last() == Some(&keyword.as_str()) => known.push(*lead),
                _ => {
                    words.push(keyword);
                    leads.push(vec![*lead]);
                }
            }
        }
        Engine {
            keywords: Keywords::new(words),
            rules,
            global,
            leads,
            exact,
            always,
        }
    }

    /// Looks through `block` (offsets in the whole text), of which the view holds at least
    /// the bytes within reach.
    pub(crate) fn block(
        &self,
        view: View<'_>,
        block: Range<u64>,
        path: Option<&str>,
        found: &mut Report<'_>,
    ) {
        let low = block.start.saturating_sub(length(BEFORE)).max(view.base);
        let high = block.end.saturating_add(length(AFTER));
        let Some(clip) = view.slice(low..high) else {
            return;
        };
        let inside = index(block.start - low)..index(block.end - low).min(clip.len());
        let mut pass = Pass {
            engine: self,
            clip,
            path,
            base: low,
            open: Vec::new(),
            found,
        };
        for rule in &self.always {
            pass.run(*rule, inside.clone());
        }
        let from = inside.start.saturating_sub(LONGEST_KEYWORD);
        self.keywords
            .each(clip, from..inside.end, |keyword, place| {
                if place.end > inside.start {
                    for lead in self.leads.get(keyword).into_iter().flatten() {
                        pass.follow(*lead, place.clone());
                    }
                }
            });
        pass.close();
    }
}

/// One block under way.
struct Pass<'a, 'r> {
    engine: &'a Engine,
    clip: &'a [u8],
    path: Option<&'a str>,
    base: u64,
    /// For each rule the window around its keywords that was not run yet; empty until one is met.
    open: Vec<Option<Range<usize>>>,
    found: &'a mut Report<'r>,
}

impl Pass<'_, '_> {
    fn follow(&mut self, lead: Lead, hit: Range<usize>) {
        match lead {
            Lead::Named(word) => {
                if let Some((kind, place)) = named::at(self.clip, hit, word) {
                    self.report(Kind::Named(kind), place, false);
                }
            }
            Lead::Rule(rule) => self.widen(rule, &hit),
            Lead::Exact(rule, keyword) => {
                let keyword = self.engine.exact.get(keyword).map(String::as_bytes);
                if self.clip.get(hit.clone()) == keyword {
                    self.widen(rule, &hit);
                }
            }
        }
    }

    /// Adds a keyword's surroundings to the rule's window, or runs the old and opens a new one.
    fn widen(&mut self, rule: usize, hit: &Range<usize>) {
        let Some((before, after)) = self.engine.rules.get(rule).map(Rule::reach) else {
            return;
        };
        if self.open.is_empty() {
            self.open.resize(self.engine.rules.len(), None);
        }
        let window = hit.start.saturating_sub(before)..(hit.end + after).min(self.clip.len());
        let Some(open) = self.open.get_mut(rule) else {
            return;
        };
        match open {
            Some(known) if window.start <= known.end => known.end = known.end.max(window.end),
            Some(_) => {
                if let Some(done) = open.replace(window) {
                    self.run(rule, done);
                }
            }
            None => *open = Some(window),
        }
    }

    fn close(&mut self) {
        for rule in 0..self.open.len() {
            if let Some(window) = self.open.get_mut(rule).and_then(Option::take) {
                self.run(rule, window);
            }
        }
    }

    fn run(&mut self, index: usize, window: Range<usize>) {
        let Some(rule) = self.engine.rules.get(index) else {
            return;
        };
        let Some(text) = self.clip.get(window.clone()) else {
            return;
        };
        let mut places = Vec::new();
        rule.matches(text, self.path, &self.engine.global, &mut |matched| {
            places.push(matched);
        });
        for matched in places {
            let place = matched.secret.start + window.start..matched.secret.end + window.start;
            self.report(Kind::Rule(index), place, matched.verified);
        }
    }

    fn report(&mut self, kind: Kind, place: Range<usize>, verified: bool) {
        if let Some(secret) = self.clip.get(place.clone()) {
            let whole = self.base + length(place.start)..self.base + length(place.end);
            (self.found)(kind, whole, verified, secret);
        }
    }
}

impl<'a> View<'a> {
    /// The bytes from `low` to `high` of the whole text, as far as they are there.
    fn slice(&self, range: Range<u64>) -> Option<&'a [u8]> {
        let low = index(range.start.checked_sub(self.base)?);
        let high = index(range.end.saturating_sub(self.base)).min(self.bytes.len());
        self.bytes.get(low..high)
    }
}

/// Lengths in memory always fit.
pub(crate) fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Offsets inside a view always fit.
pub(crate) fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
