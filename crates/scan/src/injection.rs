//! Orders in texts that should give none: patterns in nine languages, a classifier, hidden text.
//!
//! **Invariant:** a text alone never denies. The verdict is at most an alert, and what was read
//! taints the session; deeds after it are judged elsewhere. The same bytes give the same verdict
//! however they are cut, in memory that does not grow with them.

mod blocks;
mod exfiltration;
mod origin;
mod patterns;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

pub use origin::{Level, Origin};
pub use patterns::{BadRule, Patterns, Rule};

use crate::classifier::Model;
use crate::text::{Disguise, read};
use blocks::Blocks;

/// Findings that a verdict keeps.
const MOST_FINDINGS: usize = 100;
/// Letters of a text that a finding shows.
const EXCERPT: usize = 240;
/// What each rule after the strongest adds, and how much they add at most.
const NEXT_RULE: f32 = 1.0;
const NEXT_RULES: f32 = 3.0;
/// Below this the classifier says nothing.
const CLASSIFIER_FLOOR: f32 = -6.0;
/// From this score on, the classifier takes encoded words for more than names and numbers.
const DOUBTFUL: f32 = -1.5;
/// What being out of sight adds to words that a rule finds.
const UNSEEN: f32 = 2.0;

static MODEL: LazyLock<Model> = LazyLock::new(Model::shipped);

/// One thing that a text carries.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Id of the rule, `classifier`, or `hidden-text`.
    pub rule: String,
    /// Why that is a sign.
    pub why: String,
    /// What it adds to the score.
    pub weight: f32,
    /// Bytes of the text that was given.
    pub place: Range<usize>,
    /// The words, decoded.
    pub excerpt: String,
    /// How they were hidden, outermost first.
    pub disguises: Vec<Disguise>,
}

/// What is to be made of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Where the text came from: it sets the thresholds.
    pub origin: Origin,
    /// Log odds; thresholds are [`Origin::taints_at`] and [`Origin::alerts_at`].
    pub score: f32,
    /// The part of the score that rules and hidden text gave.
    pub patterns: f32,
    /// What follows.
    pub level: Level,
    /// By place.
    pub findings: Vec<Finding>,
}

/// Reads a text piece by piece.
pub struct Scanner<'a> {
    origin: Origin,
    model: &'a Model,
    blocks: Blocks,
    findings: Vec<Finding>,
    known: BTreeSet<(String, usize, usize)>,
    patterns: Evidence,
    classifier: f32,
}

/// Strength of the rules that matched.
#[derive(Clone, Debug, Default, PartialEq)]
struct Evidence {
    rules: Vec<(String, f32)>,
}

impl Evidence {
    fn add(&mut self, rule: &str, weight: f32) {
        match self.rules.iter_mut().find(|(known, _)| known == rule) {
            Some((_, strongest)) => *strongest = strongest.max(weight),
            None => self.rules.push((rule.to_owned(), weight)),
        }
    }

    fn score(&self) -> f32 {
        let strongest = self
            .rules
            .iter()
            .fold(0.0_f32, |most, (_, weight)| most.max(*weight));
        #[expect(clippy::cast_precision_loss, reason = "there are some hundred rules")]
        let others = self.rules.len().saturating_sub(1) as f32;
        strongest + (others * NEXT_RULE).min(NEXT_RULES)
    }
}

/// Judges a whole text.
pub fn scan(text: &[u8], origin: Origin) -> Verdict {
    let mut scanner = Scanner::new(origin);
    scanner.push(text);
    scanner.finish()
}

impl Scanner<'static> {
    /// Starts a text with the model that ships.
    pub fn new(origin: Origin) -> Self {
        Scanner::with_model(origin, &MODEL)
    }
}

impl<'a> Scanner<'a> {
    /// Starts a text with another model: how a trained one is measured.
    pub fn with_model(origin: Origin, model: &'a Model) -> Self {
        Self {
            origin,
            model,
            blocks: Blocks::default(),
            findings: Vec::new(),
            known: BTreeSet::new(),
            patterns: Evidence::default(),
            classifier: f32::MIN,
        }
    }

    /// Takes the next piece; it may end anywhere.
    pub fn push(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            piece = self.blocks.fill(piece);
            if let Some((start, text)) = self.blocks.full() {
                self.block(start, &text);
            }
        }
    }

    /// Ends the text and judges it.
    pub fn finish(mut self) -> Verdict {
        if let Some((start, text)) = self.blocks.rest() {
            self.block(start, &text);
        }
        let patterns = self.patterns.score();
        let score = self.classifier.max(CLASSIFIER_FLOOR) + patterns;
        let mut findings = self.findings;
        findings.sort_by(|one, other| {
            (one.place.start, one.place.end, &one.rule).cmp(&(
                other.place.start,
                other.place.end,
                &other.rule,
            ))
        });
        Verdict {
            origin: self.origin,
            score,
            patterns,
            level: self.origin.level(score),
            findings,
        }
    }

    fn block(&mut self, start: usize, text: &str) {
        let reading = read(text);
        for hidden in &reading.hidden {
            let place = hidden.place.start + start..hidden.place.end + start;
            self.add(Finding {
                rule: "hidden-text".to_owned(),
                why: format!("{} hide text from people", hidden.disguise),
                weight: origin::weight_of(hidden),
                place,
                excerpt: excerpt(&hidden.decoded),
                disguises: vec![hidden.disguise],
            });
        }
        for leak in exfiltration::leaks(text, self.origin) {
            self.add(Finding {
                place: leak.place.start + start..leak.place.end + start,
                ..leak
            });
        }
        for view in &reading.views {
            for hit in Patterns::shipped().hits(&view.text, self.origin) {
                let place = whole_letters(text, view.place(hit.place.clone()));
                let mut disguises = view.disguises.clone();
                let unseen = reading
                    .unseen
                    .iter()
                    .find(|(_, out)| out.start <= place.start && place.end <= out.end);
                disguises.extend(unseen.map(|(disguise, _)| *disguise));
                let hides = if disguises.is_empty() { 0.0 } else { UNSEEN };
                self.add(Finding {
                    rule: hit.rule.id.clone(),
                    why: hit.rule.why.clone(),
                    weight: hit.rule.weight + hides,
                    place: place.start + start..place.end + start,
                    excerpt: excerpt(view.text.get(hit.place).unwrap_or_default()),
                    disguises,
                });
            }
            self.classify(start, text, view);
        }
    }

    fn classify(&mut self, start: usize, text: &str, view: &crate::text::View) {
        if !self.origin.classified() {
            return;
        }
        let Some(mut window) = self.model.strongest(&view.text) else {
            return;
        };
        // Sentences that somebody took the trouble to encode.
        if !view.disguises.is_empty() && window.score > DOUBTFUL {
            window.score += UNSEEN;
        }
        self.classifier = self.classifier.max(window.score);
        if window.score >= self.origin.taints_at() {
            let place = whole_letters(text, view.place(window.place.clone()));
            self.keep(Finding {
                rule: "classifier".to_owned(),
                why: "reads like an order to the model".to_owned(),
                weight: window.score,
                place: place.start + start..place.end + start,
                excerpt: excerpt(view.text.get(window.place).unwrap_or_default()),
                disguises: view.disguises.clone(),
            });
        }
    }

    fn add(&mut self, finding: Finding) {
        self.patterns.add(&finding.rule, finding.weight);
        self.keep(finding);
    }

    /// Blocks overlap, so the same finding may come twice.
    fn keep(&mut self, finding: Finding) {
        let key = (finding.rule.clone(), finding.place.start, finding.place.end);
        if self.findings.len() < MOST_FINDINGS && self.known.insert(key) {
            self.findings.push(finding);
        }
    }
}

fn whole_letters(text: &str, place: Range<usize>) -> Range<usize> {
    text.floor_char_boundary(place.start)..text.ceil_char_boundary(place.end)
}

fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT).collect()
}
