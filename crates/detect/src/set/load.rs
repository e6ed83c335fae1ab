//! From rule files to a rule set: documents, filters, names, correlations.

use super::RuleSet;
use crate::builtin::Pack;
use crate::change::Placeholders;
use crate::condition::Truth;
use crate::correlation::Correlations;
use crate::detection::Compiler;
use crate::error::{LoadError, Problem};
use crate::field::Kind;
use crate::pattern::Regexes;
use crate::rule::{Filter, Item, Logic, Rule, read};
use crate::yaml::{LONGEST, Position, documents};
use std::collections::{BTreeSet, HashMap};

/// From so many bytes of rules on, reading them on two processors is worth starting a thread.
const WORTH_A_THREAD: usize = 64 * 1024;

/// What could be used of rule files, and what could not.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The rules that can be used.
    pub rules: RuleSet,
    /// Why each of the others cannot be.
    pub problems: Vec<LoadError>,
}

/// What is done after an error.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OnError {
    Stop,
    Continue,
}

/// Loads rule files.
pub(super) fn load(packs: &[Pack<'_>], placeholders: &Placeholders, on_error: OnError) -> Loaded {
    let mut loader = Loader {
        placeholders,
        on_error,
        rules: Vec::new(),
        filters: Vec::new(),
        problems: Vec::new(),
    };
    loader.packs(packs);
    let filters = std::mem::take(&mut loader.filters);
    for filter in filters {
        loader.filter(&filter);
    }
    loader.unique();
    loader.finish()
}

struct Loader<'a> {
    placeholders: &'a Placeholders,
    on_error: OnError,
    rules: Vec<Rule>,
    filters: Vec<Filter<'a>>,
    problems: Vec<LoadError>,
}

impl<'a> Loader<'a> {
    fn stopped(&self) -> bool {
        self.on_error == OnError::Stop && !self.problems.is_empty()
    }

    /// Reads all documents, many of them on two processors: a hook without a daemon waits for it.
    fn packs(&mut self, packs: &[Pack<'a>]) {
        let bytes: usize = packs.iter().map(|pack| pack.text.len()).sum();
        let mut before = 0;
        let first = packs.iter().take_while(|pack| {
            before += pack.text.len();
            before <= bytes / 2
        });
        let (first, second) = packs.split_at(first.count());
        let placeholders = self.placeholders;
        let read = if bytes < WORTH_A_THREAD {
            vec![read_all(packs, placeholders)]
        } else {
            std::thread::scope(|scope| {
                let other = std::thread::Builder::new();
                let other = other.spawn_scoped(scope, || read_all(second, placeholders));
                let first = read_all(first, placeholders);
                // Without a second thread it takes longer, and comes to the same.
                let other = other.ok().and_then(|other| other.join().ok());
                vec![
                    first,
                    other.unwrap_or_else(|| read_all(second, placeholders)),
                ]
            })
        };
        for item in read.into_iter().flatten() {
            if self.stopped() {
                return;
            }
            match item {
                Ok(Item::Rule(rule)) => self.rules.push(*rule),
                Ok(Item::Filter(filter)) => self.filters.push(filter),
                Err(problem) => self.problems.push(problem),
            }
        }
    }

    /// Narrows the rules that a filter names, or all that fit it.
    fn filter(&mut self, filter: &Filter<'_>) {
        let mut problems = Vec::new();
        for (name, at) in filter.rules.iter().flatten() {
            if !self.rules.iter().any(|rule| rule.is_called(name)) {
                problems.push(filter.error(*at, Problem::NoSuchRule(name.clone())));
            }
        }
        for rule in &mut self.rules {
            let named = match &filter.rules {
                None => true,
                Some(names) => names.iter().any(|(name, _)| rule.is_called(name)),
            };
            if named
                && filter.log_source.holds(&rule.log_source)
                && let Err(problem) = narrow(rule, filter, self.placeholders)
            {
                problems.push(problem);
            }
        }
        self.problems.extend(problems);
    }

    /// Names and ids are how people and other rules speak of a rule: a stock rule whose name is
    /// taken gets a part of its id behind it, any other second rule is left out.
    fn unique(&mut self) {
        let mut seen: HashMap<String, String> = HashMap::new();
        let mut kept = Vec::new();
        for mut rule in std::mem::take(&mut self.rules) {
            if !rule.has_block && seen.contains_key(&rule.id.0) {
                let part: String = rule.uuid.chars().take(8).collect();
                rule.id.0 = format!("{}-{part}", rule.id.0);
            }
            let names = [rule.id.0.clone(), rule.uuid.clone()];
            let taken = names.iter().find_map(|name| Some((name, seen.get(name)?)));
            if let Some((name, file)) = taken {
                self.problems.push(rule.error(Problem::Duplicate {
                    name: name.clone(),
                    file: file.clone(),
                }));
                continue;
            }
            for name in names {
                seen.insert(name, rule.file.clone());
            }
            kept.push(rule);
        }
        self.rules = kept;
    }

    fn finish(mut self) -> Loaded {
        let mut correlations;
        loop {
            let mut broken = Vec::new();
            correlations = Correlations::bind(&self.rules, &mut broken);
            if broken.is_empty() {
                break;
            }
            // What is left out may be what another speaks of.
            let places: BTreeSet<usize> = broken.iter().map(|(place, _)| *place).collect();
            self.problems
                .extend(broken.into_iter().map(|(_, problem)| problem));
            let mut place = 0;
            self.rules.retain(|_| {
                place += 1;
                !places.contains(&(place - 1))
            });
        }
        let kinds: BTreeSet<Kind> = (self.rules.iter())
            .filter(|rule| rule.detection().is_some())
            .flat_map(|rule| rule.category.kinds())
            .copied()
            .collect();
        Loaded {
            rules: RuleSet {
                rules: self.rules,
                correlations,
                kinds: kinds.into_iter().collect(),
                ..RuleSet::default()
            },
            problems: self.problems,
        }
    }
}

/// Each document of some packs, or why it cannot be read.
fn read_all<'a>(
    packs: &[Pack<'a>],
    placeholders: &Placeholders,
) -> Vec<Result<Item<'a>, LoadError>> {
    let mut items = Vec::new();
    for pack in packs {
        if pack.text.len() > LONGEST {
            items.push(Err(LoadError::TooLong {
                file: pack.name.to_owned(),
                size: pack.text.len(),
                limit: LONGEST,
            }));
            continue;
        }
        let documents = documents(pack.text).into_iter();
        items.extend(documents.map(|document| read(pack, &document, placeholders)));
    }
    items
}

impl Filter<'_> {
    fn error(&self, at: Position, problem: Problem) -> LoadError {
        LoadError::Rule {
            file: self.file.clone(),
            line: at.line,
            column: at.column,
            rule: self.title.clone(),
            problem: Box::new(problem),
        }
    }
}

fn narrow(
    rule: &mut Rule,
    filter: &Filter<'_>,
    placeholders: &Placeholders,
) -> Result<(), LoadError> {
    let target = rule.log_source.target();
    let (Logic::Detection(detection), Ok(target)) = (&mut rule.logic, target) else {
        return Ok(());
    };
    let Some(node) = filter.root.get("filter") else {
        return Ok(());
    };
    let compiler = Compiler {
        category: target.category,
        dialect: target.dialect,
        regexes: Regexes::Checked,
        placeholders,
        absent: BTreeSet::new(),
    };
    detection
        .filter(node, compiler)
        .map_err(|(at, problem)| filter.error(at, problem))?;
    if detection.truth() == Truth::Never {
        let needs = Problem::NeverThere(detection.absent.clone());
        return Err(filter.error(node.at, needs));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
