//! All rules together: compiled once, then asked about each event.
//!
//! **Invariant:** findings come in rule order, at most one for each rule.

mod load;

pub use load::Loaded;

use crate::builtin::Pack;
use crate::change::Placeholders;
use crate::correlation::{Correlations, Matched, Observed, Sessions, Steps, Taking};
use crate::engine::Engine;
use crate::error::LoadError;
use crate::example::{Example, Sequence};
use crate::field::{Field, Kind};
use crate::policy::Policy;
use crate::rule::{Counts, Rule};
use crate::view::{Records, View};
use ringfence_event::{Event, EventKey, Finding, FindingId, RuleId, Timestamp, Verdict};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Events that are judged rule by rule before the engine is built: a hook judges one and goes,
/// and building costs more than it saves then.
const BEFORE_ENGINE: usize = 16;

/// Rules, compiled.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    correlations: Correlations,
    /// What kinds of records rules look at.
    kinds: Vec<Kind>,
    judged: AtomicUsize,
    engine: OnceLock<Engine>,
}

impl RuleSet {
    /// Compiles rule files. All of them, or the first error.
    pub fn compile(packs: &[Pack<'_>]) -> Result<RuleSet, LoadError> {
        RuleSet::compile_with(packs, &Placeholders::new())
    }

    /// The same, with values for the placeholders of `expand`.
    pub fn compile_with(
        packs: &[Pack<'_>],
        placeholders: &Placeholders,
    ) -> Result<RuleSet, LoadError> {
        let loaded = load::load(packs, placeholders, load::OnError::Stop);
        match loaded.problems.into_iter().next() {
            Some(problem) => Err(problem),
            None => Ok(loaded.rules),
        }
    }

    /// Compiles what can be used of rule files, such as a directory of stock Sigma rules, and says of
    /// each other rule why it cannot be.
    pub fn compile_lenient(packs: &[Pack<'_>], placeholders: &Placeholders) -> Loaded {
        load::load(packs, placeholders, load::OnError::Continue)
    }

    /// Builds what makes judging many events fast; without it, that is done after some events.
    pub fn prepare(&self) {
        self.engine();
    }

    /// The engine, built when it is first asked for.
    pub(crate) fn engine(&self) -> &Engine {
        self.engine.get_or_init(|| {
            let rules = self.rules.iter().enumerate();
            Engine::build(
                rules.filter_map(|(place, rule)| Some((place, rule.category, rule.detection()?))),
            )
        })
    }

    /// All rules, in the order of their files.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// Says whether a rule gives findings of its own, and not only steps to correlations.
    pub(crate) fn speaks(&self, place: usize) -> bool {
        !self.correlations.is_silent(place)
    }

    /// Finds a rule by its name or its UUID.
    pub fn find(&self, name_or_uuid: &str) -> Option<&Rule> {
        self.rules
            .iter()
            .find(|rule| rule.id.0 == name_or_uuid || rule.uuid.eq_ignore_ascii_case(name_or_uuid))
    }

    /// Says whether a rule asks when something happened: then two events that differ in nothing else
    /// can be judged differently.
    pub fn asks_when(&self) -> bool {
        let detections = self.rules.iter().filter_map(Rule::detection);
        let selections = detections.flat_map(|detection| &detection.selections);
        let mut tests = selections.flat_map(|selection| selection.alternatives.iter().flatten());
        tests.any(|test| test.reads(Field::At))
    }

    /// The longest time that a correlation looks back, in microseconds.
    pub fn longest_span(&self) -> Option<i64> {
        let definitions = self.rules.iter().filter_map(Rule::correlation);
        definitions.map(|definition| definition.span).max()
    }

    /// Returns one finding for each rule that matches, in rule order.
    pub fn evaluate(&self, event: &Event, policy: &Policy) -> Vec<Finding> {
        self.judge(event, policy, None)
    }

    /// The same, and what the matches mean to correlations, for [`RuleSet::observe`].
    pub fn evaluate_with_steps(&self, event: &Event, policy: &Policy) -> (Vec<Finding>, Steps) {
        let mut steps = Steps::default();
        let findings = self.judge(event, policy, Some(&mut steps));
        (findings, steps)
    }

    fn judge(&self, event: &Event, policy: &Policy, steps: Option<&mut Steps>) -> Vec<Finding> {
        let matches = self.matches(event, policy, steps).into_iter();
        let findings = matches.filter_map(|(place, evidence)| {
            let rule = self.rules.get(place)?;
            Some(finding(rule, event, policy, evidence))
        });
        findings.collect()
    }

    /// Adds an event's steps to what correlations remember, as of an event that happens. The
    /// event's own time is the clock.
    pub fn observe(&self, sessions: &mut Sessions, event: &Event, steps: &Steps) -> Observed {
        self.take(sessions, event, steps, Counts::Happened)
    }

    /// Takes back what [`RuleSet::observe`] added of an event that was then denied, and adds its
    /// steps as of an event that was.
    pub fn observe_denied(
        &self,
        sessions: &mut Sessions,
        event: &Event,
        steps: &Steps,
        before: &Observed,
    ) -> Observed {
        sessions.take_back(before, event.key);
        self.take(sessions, event, steps, Counts::Denied)
    }

    /// Returns one finding for each correlation that an event completed.
    pub fn completed(&self, observed: &Observed, event: &Event, policy: &Policy) -> Vec<Finding> {
        let mut findings = Vec::new();
        for done in &observed.complete {
            if let Some(rule) = self.rules.get(done.rule)
                && !done.silent
                && policy.judges(&rule.id)
            {
                let mut found = finding(rule, event, policy, done.evidence.clone());
                found.steps.clone_from(&done.events);
                found.steps.retain(|key| *key != event.key);
                found.steps.dedup();
                findings.push(found);
            }
        }
        findings
    }

    /// Returns the finding of a rule that was carried out elsewhere, on an event that was denied for
    /// it; `None` if there is no such rule any more.
    pub fn denial(&self, rule: &RuleId, event: &Event) -> Option<Finding> {
        let rule = self.rules.iter().find(|one| one.id == *rule)?;
        let records = Records::new(event);
        let mut views = Kind::ALL.into_iter().flat_map(|kind| records.of(kind));
        let evidence = views.next().map(|view| view.evidence()).unwrap_or_default();
        let found = finding(rule, event, &Policy::default(), evidence);
        Some(Finding {
            verdict: Verdict::Deny,
            ..found
        })
    }

    fn take(
        &self,
        sessions: &mut Sessions,
        event: &Event,
        steps: &Steps,
        counts: Counts,
    ) -> Observed {
        if steps.is_empty() {
            return Observed::default();
        }
        let taking = Taking {
            correlations: &self.correlations,
            name: |place: usize| Some(self.rules.get(place)?.id.0.clone()),
            session: (event.session.as_ref()).map_or("", |session| session.as_str()),
            key: event.key,
            at: event.at.0,
            counts,
        };
        sessions.take(&taking, steps)
    }

    /// Names each rule that does not match one of its examples, or matches one that it should leave alone.
    ///
    /// `enrich` makes an event with labels of an example; [`Example::event`] gives it without.
    pub fn wrong_examples(&self, enrich: impl Fn(&Example) -> Event) -> Vec<LoadError> {
        let mut wrong = Vec::new();
        for rule in &self.rules {
            let found = |example: &&Example| rule.matches(&enrich(example));
            let followed = |sequence: &&Sequence| self.completes(rule, sequence, &enrich);
            let (file, rule_name) = (rule.file.clone(), rule.id.0.clone());
            let (line, column) = (rule.at.line, rule.at.column);
            let single = rule.examples().iter().find(|example| !found(example));
            let several = rule.example_sequences().iter().find(|one| !followed(one));
            if let Some(example) = text_of(single, several) {
                wrong.push(LoadError::MissesExample {
                    file,
                    line,
                    column,
                    rule: rule_name,
                    example,
                });
                continue;
            }
            let single = rule.negative_examples().iter().find(found);
            let several = rule.negative_sequences().iter().find(followed);
            if let Some(example) = text_of(single, several) {
                wrong.push(LoadError::MatchesNegativeExample {
                    file,
                    line,
                    column,
                    rule: rule_name,
                    example,
                });
            }
        }
        wrong
    }

    fn completes(
        &self,
        rule: &Rule,
        sequence: &Sequence,
        enrich: &impl Fn(&Example) -> Event,
    ) -> bool {
        let mut sessions = Sessions::new();
        let mut at = 0;
        let policy = Policy::default();
        let mut complete = false;
        for (number, (after, example)) in (1..).zip(&sequence.steps) {
            at += after * 1_000_000;
            let mut event = enrich(example);
            event.at = Timestamp(at);
            event.key = EventKey(uuid::Uuid::from_u128(number));
            let (mut findings, steps) = self.evaluate_with_steps(&event, &policy);
            let mut observed = self.observe(&mut sessions, &event, &steps);
            complete |= self.is_among(rule, &observed);
            findings.extend(self.completed(&observed, &event, &policy));
            if findings.iter().any(|found| found.verdict == Verdict::Deny) {
                observed = self.observe_denied(&mut sessions, &event, &steps, &observed);
                complete |= self.is_among(rule, &observed);
            }
        }
        complete
    }

    fn is_among(&self, rule: &Rule, observed: &Observed) -> bool {
        let complete = observed.complete.iter();
        let mut rules = complete.filter_map(|done| self.rules.get(done.rule));
        rules.any(|done| done.id == rule.id)
    }

    /// The places of the rules that match and speak, each with the first evidence.
    fn matches(
        &self,
        event: &Event,
        policy: &Policy,
        mut steps: Option<&mut Steps>,
    ) -> BTreeMap<usize, String> {
        let records = Records::new(event);
        let mut matches = BTreeMap::new();
        let mut tell = |place: usize, view: &View<'_, '_>| {
            let rule = self.rules.get(place);
            let Some(rule) = rule.filter(|rule| policy.judges(&rule.id)) else {
                return;
            };
            if let Some(steps) = &mut steps {
                let counts = rule.counts;
                (self.correlations).steps(Matched { place, counts }, view, steps);
            }
            if self.speaks(place) {
                matches.entry(place).or_insert_with(|| view.evidence());
            }
        };
        if self.engine.get().is_some()
            || self.judged.fetch_add(1, Ordering::Relaxed) >= BEFORE_ENGINE
        {
            self.engine().each_match(&records, tell);
        } else {
            self.each_match_slowly(&records, &mut tell);
        }
        matches
    }

    /// Tries every rule on every record.
    fn each_match_slowly<'a, 'r>(
        &self,
        records: &'r Records<'a>,
        tell: &mut impl FnMut(usize, &View<'a, 'r>),
    ) {
        for kind in &self.kinds {
            for view in records.of(*kind) {
                for (place, rule) in self.rules.iter().enumerate() {
                    if rule.matches_record(&view) {
                        tell(place, &view);
                    }
                }
            }
        }
    }
}

/// Whichever of both there is, as text.
fn text_of(example: Option<&Example>, sequence: Option<&Sequence>) -> Option<String> {
    let example = example.map(ToString::to_string);
    example.or_else(|| sequence.map(ToString::to_string))
}

fn finding(rule: &Rule, event: &Event, policy: &Policy, evidence: String) -> Finding {
    let allowance = policy.allowance(rule, event);
    let verdict = match allowance {
        Some(_) => Verdict::Allow,
        None => policy.verdict(rule),
    };
    Finding {
        id: FindingId::of(event.key, &rule.id),
        event: event.key,
        at: event.at,
        rule: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        verdict,
        reason: rule.reason.replace("{evidence}", &evidence),
        evidence,
        techniques: rule.techniques.clone(),
        steps: Vec::new(),
        allowed_by: allowance.map(|allowance| allowance.finding.clone()),
    }
}

#[cfg(test)]
mod tests;
