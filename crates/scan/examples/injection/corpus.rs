//! Reads the labelled rows, and says which of them may be trained on.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;
use ringfence_scan::classifier::sentences;
use ringfence_scan::injection::Origin;
use ringfence_scan::text;
use serde::Deserialize;

/// Licences that allow training and shipping the result. MPL-2.0 is not among them: it is measured only.
const TRAINABLE: &[&str] = &[
    "MIT",
    "MIT (README)",
    "MIT->Apache-2.0",
    "MIT/Apache-2.0",
    "MIT/Unlicense",
    "Apache-2.0",
    "Apache-2.0 (MIT upstream)",
    "BSD-3-Clause",
    "CC0-1.0",
    "CC-BY-4.0",
    "public domain",
];

/// One labelled text.
#[derive(Deserialize)]
pub(crate) struct Raw {
    pub(crate) text: String,
    pub(crate) label: String,
    pub(crate) source: String,
    pub(crate) licence: String,
    pub(crate) kind: String,
    pub(crate) split_key: String,
}

/// A text ready to learn from: sentences of every view, as features.
pub(crate) struct Row {
    pub(crate) raw: Raw,
    pub(crate) attack: bool,
    pub(crate) trainable: bool,
    /// Each view: each sentence.
    pub(crate) views: Vec<Vec<Vec<u32>>>,
    pub(crate) fold: u64,
}

pub(crate) fn read(directory: &Path) -> Vec<Row> {
    let mut rows = Vec::new();
    for name in ["injection.jsonl.gz", "agent_assets.jsonl.gz"] {
        let file = File::open(directory.join(name)).expect("a corpus can be opened");
        for line in BufReader::new(GzDecoder::new(file)).lines() {
            let raw = serde_json::from_str(&line.expect("a line")).expect("a row");
            rows.push(Row::new(raw));
        }
    }
    rows
}

impl Row {
    pub(crate) fn new(raw: Raw) -> Self {
        let attack = !raw.label.starts_with("benign");
        // What is wrong with these is code, not words.
        let code = raw.label.starts_with("malicious_") && raw.kind != "tool_desc"
            || raw.label == "tool_desc_of_malicious_code";
        // Sentences that ask for nothing wrong teach nothing but their topic.
        let harmless = raw.kind == "indirect_benign_looking";
        Self {
            attack,
            trainable: TRAINABLE.contains(&raw.licence.as_str()) && !code && !harmless,
            views: views(&raw.text),
            fold: number(&raw.split_key),
            raw,
        }
    }

    /// Where the scanner is told that the text came from.
    pub(crate) fn origin(&self) -> Origin {
        match self.raw.kind.as_str() {
            "tool_desc" => Origin::ToolDescription,
            "mcp_code" => Origin::Skill,
            kind if kind.starts_with("skill:") => Origin::Skill,
            "doc:SKILL.md" => Origin::Skill,
            "doc:AGENTS.md" | "doc:CLAUDE.md" | "doc:GEMINI.md" => Origin::Instructions,
            kind if kind.starts_with("doc:") => Origin::PackageReadme,
            _ => Origin::ToolResult,
        }
    }
}

pub(crate) fn views(text: &str) -> Vec<Vec<Vec<u32>>> {
    text::read(text)
        .views
        .iter()
        .map(|view| {
            let mut found = Vec::new();
            sentences(&view.text, |sentence| {
                found.push(sentence.features.to_vec());
            });
            found
        })
        .collect()
}

/// A number from a name, the same on every machine.
pub(crate) fn number(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    }) >> 16
}
