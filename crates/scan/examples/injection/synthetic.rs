//! Sentences of our own: orders to a model, and their harmless twins, from lists in a file.

use serde::Deserialize;

use crate::corpus::{Raw, Row};

const FILE: &str = include_str!("../../training/phrases.toml");

#[derive(Deserialize)]
struct File {
    set: Vec<Set>,
}

/// Every template with every filling, up to a number.
#[derive(Deserialize)]
struct Set {
    name: String,
    attack: bool,
    most: usize,
    templates: Vec<String>,
    #[serde(default)]
    slots: std::collections::BTreeMap<String, Vec<String>>,
}

/// Returns the rows in a fixed order.
pub(crate) fn rows() -> Vec<Row> {
    let file: File = toml_edit::de::from_str(FILE).expect("the phrases can be read");
    let mut rows = Vec::new();
    for set in &file.set {
        let mut state = crate::corpus::number(&set.name);
        let count = if set.slots.is_empty() {
            set.templates.len()
        } else {
            set.most
        };
        for index in 0..count {
            let mut text = set.templates[index % set.templates.len()].clone();
            for (slot, words) in &set.slots {
                let mark = format!("{{{slot}}}");
                while let Some(at) = text.find(&mark) {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    let pick = (state >> 33) as usize % words.len();
                    text.replace_range(at..at + mark.len(), &words[pick]);
                }
            }
            rows.push(row(set, index, text));
        }
    }
    rows
}

fn row(set: &Set, index: usize, text: String) -> Row {
    Row::new(Raw {
        text,
        label: if set.attack { "injection" } else { "benign" }.to_owned(),
        source: format!("written here: {}", set.name),
        licence: "Apache-2.0".to_owned(),
        kind: "synthetic".to_owned(),
        split_key: format!("{}:{index}", set.name),
    })
}
