//! Logistic regression by `AdaGrad`, one window of an attack at a time.
//!
//! Nobody said which sentence of an attack attacks: the one that the model finds strongest is
//! taught, and every sentence of a harmless text is taught as harmless.

use std::collections::BTreeMap;
use std::path::Path;

use ringfence_scan::classifier::{BUCKETS, LONGEST_WINDOW, Model, share};

use crate::corpus::Row;

const ROUNDS: usize = 8;
const RATE: f32 = 0.35;
const DECAY: f32 = 2e-6;
/// A harmless window this far below zero teaches nothing more.
const SURE: f32 = -4.5;
/// A harmless window counts for less than an attack, there are so many.
const HARMLESS: f32 = 0.35;

struct Learner {
    weights: Vec<f32>,
    squares: Vec<f32>,
    bias: f32,
    bias_square: f32,
}

/// Trains on rows in the order that they come.
pub(crate) fn train<'a>(rows: impl Iterator<Item = &'a Row>) -> Model {
    let mut rows: Vec<&Row> = rows.collect();
    // A fixed order without pattern.
    rows.sort_by_key(|row| row.fold.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut learner = Learner {
        weights: vec![0.0; BUCKETS],
        squares: vec![1.0; BUCKETS],
        bias: -1.0,
        bias_square: 1.0,
    };
    for _ in 0..ROUNDS {
        for row in &rows {
            learner.row(row);
        }
    }
    Model::from_weights(&learner.weights, learner.bias)
}

impl Learner {
    fn row(&mut self, row: &Row) {
        if row.attack {
            let strongest = row
                .views
                .iter()
                .flat_map(|view| windows(view))
                .max_by(|one, other| self.score(one).total_cmp(&self.score(other)));
            if let Some(window) = strongest {
                self.learn(window, 1.0, 1.0);
            }
            return;
        }
        for view in &row.views {
            for window in windows(view) {
                if self.score(window) > SURE {
                    self.learn(window, 0.0, HARMLESS);
                }
            }
        }
    }

    fn score(&self, window: &[Vec<u32>]) -> f32 {
        let features = window.iter().flatten();
        let sum: f32 = features
            .map(|feature| self.weights[*feature as usize])
            .sum();
        self.bias + sum * share(window.iter().map(Vec::len).sum())
    }

    fn learn(&mut self, window: &[Vec<u32>], label: f32, importance: f32) {
        let guess = 1.0 / (1.0 + (-self.score(window)).exp());
        let error = (guess - label) * importance;
        let own = error * share(window.iter().map(Vec::len).sum());
        for feature in window.iter().flatten() {
            let index = *feature as usize;
            let slope = own + DECAY * self.weights[index];
            self.squares[index] += slope * slope * 30.0;
            self.weights[index] -= RATE * slope / self.squares[index].sqrt();
        }
        self.bias_square += error * error;
        self.bias -= RATE * error / self.bias_square.sqrt();
    }
}

fn windows(view: &[Vec<u32>]) -> impl Iterator<Item = &[Vec<u32>]> {
    (1..=LONGEST_WINDOW).flat_map(move |length| view.windows(length))
}

/// Trains on everything and writes the weights and the manifest.
pub(crate) fn write(rows: &[Row], synthetic: &[Row]) {
    let used = || rows.iter().chain(synthetic).filter(|row| row.trainable);
    let model = train(used());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::write(root.join("src/classifier/weights.bin"), model.to_bytes())
        .expect("the weights can be written");
    let mut counts: BTreeMap<(&str, &str, bool), usize> = BTreeMap::new();
    for row in used() {
        let key = (
            row.raw.source.as_str(),
            row.raw.licence.as_str(),
            row.attack,
        );
        *counts.entry(key).or_default() += 1;
    }
    let mut manifest = "# What the shipped weights were trained on, November 2026. The rows are not here.\nsource\tlicence\tlabel\trows\n".to_owned();
    for ((source, licence, attack), count) in counts {
        let label = if attack { "attack" } else { "harmless" };
        manifest.push_str(&format!("{source}\t{licence}\t{label}\t{count}\n"));
    }
    std::fs::write(root.join("training/manifest.tsv"), manifest)
        .expect("the manifest can be written");
    println!("trained on {} rows", used().count());
}
