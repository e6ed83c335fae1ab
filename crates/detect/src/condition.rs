//! The condition of a rule: selections joined by `and`, `or`, `not`, `1 of`, `all of`.
//!
//! **Invariant:** depth is bounded by [`DEEPEST`], so that reading and judging may recurse.

use crate::error::Problem;
use std::collections::BTreeSet;

/// Longest condition, in bytes.
const LONGEST: usize = 2000;
/// Deepest nesting of parentheses and `not`.
const DEEPEST: usize = 24;

/// A condition, with selections by their place in the rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Condition {
    Selection(usize),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

/// What is known of an answer before there is an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    Always,
    Never,
    Depends,
}

impl Truth {
    /// The truth of all of them together.
    pub(crate) fn all(parts: impl Iterator<Item = Truth>) -> Truth {
        let mut truth = Truth::Always;
        for part in parts {
            match part {
                Truth::Never => return Truth::Never,
                Truth::Depends => truth = Truth::Depends,
                Truth::Always => {}
            }
        }
        truth
    }

    /// The truth of at least one of them.
    pub(crate) fn any(parts: impl Iterator<Item = Truth>) -> Truth {
        let mut truth = Truth::Never;
        for part in parts {
            match part {
                Truth::Always => return Truth::Always,
                Truth::Depends => truth = Truth::Depends,
                Truth::Never => {}
            }
        }
        truth
    }
}

impl Condition {
    /// Reads a condition over the selections with these names.
    pub(crate) fn read(text: &str, names: &[&str]) -> Result<Condition, Problem> {
        if text.len() > LONGEST {
            return Err(wrong(&format!("longer than {LONGEST} bytes")));
        }
        if text.contains('|') {
            return Err(Problem::Old {
                what: "an aggregation after `|` in a condition",
                instead: "write a `correlation` that counts this rule",
            });
        }
        let mut reader = Reader {
            words: words(text),
            next: 0,
            names,
        };
        let condition = reader.any(0)?;
        match reader.take() {
            None => Ok(condition),
            Some(word) => Err(wrong(&format!(
                "`{word}` stands where `and` or `or` should"
            ))),
        }
    }

    /// Judges the condition, asking for a selection only when its answer matters.
    pub(crate) fn holds(&self, selection: &impl Fn(usize) -> bool) -> bool {
        match self {
            Condition::Selection(place) => selection(*place),
            Condition::Not(inner) => !inner.holds(selection),
            Condition::All(parts) => parts.iter().all(|part| part.holds(selection)),
            Condition::Any(parts) => parts.iter().any(|part| part.holds(selection)),
        }
    }

    /// Both must hold.
    pub(crate) fn and(self, other: Condition) -> Condition {
        Condition::All(vec![self, other])
    }

    /// Speaks of selections that stand this much further behind.
    pub(crate) fn shift(&mut self, by: usize) {
        match self {
            Condition::Selection(place) => *place += by,
            Condition::Not(inner) => inner.shift(by),
            Condition::All(parts) | Condition::Any(parts) => {
                for part in parts {
                    part.shift(by);
                }
            }
        }
    }

    /// One of these must hold; the only one, if there is one.
    pub(crate) fn one_of(conditions: Vec<Condition>) -> Condition {
        joined(conditions, Condition::Any)
    }

    /// What can be said before any event: with selections that always or never hold.
    pub(crate) fn fold(&self, selection: &impl Fn(usize) -> Truth) -> Truth {
        match self {
            Condition::Selection(place) => selection(*place),
            Condition::Not(inner) => match inner.fold(selection) {
                Truth::Always => Truth::Never,
                Truth::Never => Truth::Always,
                Truth::Depends => Truth::Depends,
            },
            Condition::All(parts) => Truth::all(parts.iter().map(|part| part.fold(selection))),
            Condition::Any(parts) => Truth::any(parts.iter().map(|part| part.fold(selection))),
        }
    }

    /// Puts what is cheap to judge first; the answer stays the same.
    pub(crate) fn cheap_first(&mut self, cost: &impl Fn(usize) -> u32) {
        match self {
            Condition::Selection(_) => {}
            Condition::Not(inner) => inner.cheap_first(cost),
            Condition::All(parts) | Condition::Any(parts) => {
                for part in parts.iter_mut() {
                    part.cheap_first(cost);
                }
                parts.sort_by_key(|part| part.cost(cost));
            }
        }
    }

    fn cost(&self, cost: &impl Fn(usize) -> u32) -> u32 {
        match self {
            Condition::Selection(place) => cost(*place),
            Condition::Not(inner) => inner.cost(cost),
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().map(|part| part.cost(cost)).max().unwrap_or(0)
            }
        }
    }

    /// Collects the places of all selections that are asked for.
    pub(crate) fn collect(&self, places: &mut BTreeSet<usize>) {
        match self {
            Condition::Selection(place) => {
                places.insert(*place);
            }
            Condition::Not(inner) => inner.collect(places),
            Condition::All(parts) | Condition::Any(parts) => {
                for part in parts {
                    part.collect(places);
                }
            }
        }
    }
}

fn wrong(what: &str) -> Problem {
    Problem::Condition(what.to_owned())
}

fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for chunk in text.split_whitespace() {
        let mut rest = chunk;
        while let Some(at) = rest.find(['(', ')']) {
            let (before, from) = rest.split_at(at);
            let (parenthesis, after) = from.split_at(1);
            if !before.is_empty() {
                words.push(before);
            }
            words.push(parenthesis);
            rest = after;
        }
        if !rest.is_empty() {
            words.push(rest);
        }
    }
    words
}

struct Reader<'a> {
    words: Vec<&'a str>,
    next: usize,
    names: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.next).copied()
    }

    fn take(&mut self) -> Option<&'a str> {
        let word = self.peek();
        self.next += 1;
        word
    }

    fn take_if(&mut self, wanted: &str) -> bool {
        let found = self
            .peek()
            .is_some_and(|word| word.eq_ignore_ascii_case(wanted));
        if found {
            self.next += 1;
        }
        found
    }

    /// `a or b`; binds least.
    fn any(&mut self, depth: usize) -> Result<Condition, Problem> {
        let mut parts = vec![self.all(depth)?];
        while self.take_if("or") {
            parts.push(self.all(depth)?);
        }
        Ok(joined(parts, Condition::Any))
    }

    /// `a and b`.
    fn all(&mut self, depth: usize) -> Result<Condition, Problem> {
        let mut parts = vec![self.part(depth)?];
        while self.take_if("and") {
            parts.push(self.part(depth)?);
        }
        Ok(joined(parts, Condition::All))
    }

    /// `not a`, `(a)`, `1 of a*`, `a`.
    fn part(&mut self, depth: usize) -> Result<Condition, Problem> {
        if depth > DEEPEST {
            return Err(wrong("nested too deep"));
        }
        if self.take_if("not") {
            return Ok(Condition::Not(Box::new(self.part(depth + 1)?)));
        }
        if self.take_if("(") {
            let inner = self.any(depth + 1)?;
            if self.take_if(")") {
                return Ok(inner);
            }
            return Err(wrong("a `)` is missing"));
        }
        let Some(word) = self.take() else {
            return Err(wrong("it ends too early"));
        };
        if self.take_if("of") {
            return self.of(word);
        }
        match self.names.iter().position(|name| *name == word) {
            Some(place) => Ok(Condition::Selection(place)),
            None => Err(wrong(&format!(
                "there is no selection `{word}`; there are: {}",
                self.names.join(", ")
            ))),
        }
    }

    fn of(&mut self, count: &str) -> Result<Condition, Problem> {
        let join = match count.to_ascii_lowercase().as_str() {
            "1" | "any" => Condition::Any,
            "all" => Condition::All,
            _ => {
                return Err(wrong(&format!(
                    "`{count} of`: use `1 of`, `any of` or `all of`"
                )));
            }
        };
        let Some(pattern) = self.take() else {
            return Err(wrong("it ends after `of`"));
        };
        let places: Vec<Condition> = (self.names.iter().enumerate())
            .filter(|(_, name)| named_by(name, pattern))
            .map(|(place, _)| Condition::Selection(place))
            .collect();
        if places.is_empty() {
            return Err(wrong(&format!("`{pattern}` names no selection")));
        }
        Ok(joined(places, join))
    }
}

fn joined(mut parts: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            join(parts)
        }
    }
}

/// `them` are all selections but those that begin with `_`; otherwise `*` stands for anything.
fn named_by(name: &str, pattern: &str) -> bool {
    if pattern == "them" {
        return !name.starts_with('_');
    }
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests;
