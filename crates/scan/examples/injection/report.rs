//! The tables: false alarms and finds at document level, folded by group and by source.

use std::collections::{BTreeMap, BTreeSet};

use ringfence_scan::classifier::Model;
use ringfence_scan::injection::{Level, Origin, Scanner};

use crate::corpus::Row;
use crate::learning::train;

/// What rules must say so that the classifier cannot talk it away.
const CERTAIN: f32 = 6.0;
const FOLDS: u64 = 5;
/// Each source left out costs so many trainings.
const SOURCE_FOLDS: u64 = 2;

/// What the scanner says of one row: score, level, and the score of patterns alone.
#[derive(Clone)]
struct Said {
    score: f32,
    patterns: f32,
    level: Level,
    rules: String,
}

pub(crate) fn print(rows: &[Row], synthetic: &[Row]) {
    let said = cross_validated(rows, synthetic);
    thresholds(rows, &said);
    harmless(rows, &said);
    if std::env::var("MISSED").is_ok() {
        missed(rows, &said);
    }
    assets(rows, &said);
    sources_left_out(rows, synthetic);
}

fn ask(row: &Row, model: &Model) -> Said {
    let mut scanner = Scanner::with_model(row.origin(), model);
    scanner.push(row.raw.text.as_bytes());
    let verdict = scanner.finish();
    let rules: Vec<&str> = verdict
        .findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect();
    Said {
        score: verdict.score,
        patterns: verdict.patterns,
        level: verdict.level,
        rules: rules.join(" "),
    }
}

/// Each fifth of the groups is judged by a model of the other four.
fn cross_validated(rows: &[Row], synthetic: &[Row]) -> Vec<Said> {
    let mut said: Vec<Option<Said>> = vec![None; rows.len()];
    for fold in 0..FOLDS {
        let others = rows.iter().filter(|row| row.fold % FOLDS != fold);
        let model = train(others.chain(synthetic).filter(|row| row.trainable));
        for (row, said) in rows.iter().zip(&mut said) {
            if row.fold % FOLDS == fold {
                *said = Some(ask(row, &model));
            }
        }
    }
    said.into_iter()
        .map(|said| said.expect("every row is in a fold"))
        .collect()
}

/// Returns the score that so large a share of harmless texts passes.
fn threshold(mut harmless: Vec<f32>, share: f32) -> f32 {
    harmless.sort_by(|one, other| other.total_cmp(one));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small count"
    )]
    let allowed = (harmless.len() as f32 * share) as usize;
    harmless[allowed.min(harmless.len() - 1)]
}

fn share_above(scores: &[f32], threshold: f32) -> f32 {
    let above = scores.iter().filter(|score| **score > threshold).count();
    100.0 * above as f32 / scores.len().max(1) as f32
}

fn group(row: &Row) -> String {
    format!("{} / {}", row.raw.source, row.raw.kind)
}

fn thresholds(rows: &[Row], said: &[Said]) {
    let pairs = || rows.iter().zip(said);
    let harmless = |pick: fn(&Said) -> f32| -> Vec<f32> {
        pairs()
            .filter(|(row, _)| !row.attack)
            .map(|(_, said)| pick(said))
            .collect()
    };
    let scores = harmless(|said| said.score);
    let (one, tenth) = (
        threshold(scores.clone(), 0.01),
        threshold(scores.clone(), 0.001),
    );
    println!(
        "{} harmless texts; 1 % pass {one:.2}, 0.1 % pass {tenth:.2}",
        scores.len()
    );
    println!(
        "patterns alone: 1 % pass {:.2}\n",
        threshold(harmless(|said| said.patterns), 0.01)
    );
    println!("attacks, each group judged by a model that has not seen it (5 folds)");
    println!(
        "{:<52} {:>5} {:>7} {:>7} {:>7} {:>8}",
        "source / kind", "rows", "@1%", "@0.1%", "alert", "patterns"
    );
    let mut groups: BTreeMap<String, Vec<Said>> = BTreeMap::new();
    for (row, said) in
        pairs().filter(|(row, _)| row.attack && row.raw.label != "tool_desc_of_malicious_code")
    {
        groups.entry(group(row)).or_default().push(said.clone());
        let kind = row.raw.kind.as_str();
        if kind.starts_with("indirect") {
            groups
                .entry("~ all indirect, harmless asks too".to_owned())
                .or_default()
                .push(said.clone());
        }
        if kind.starts_with("indirect") && kind != "indirect_benign_looking" {
            groups
                .entry("~ all indirect".to_owned())
                .or_default()
                .push(said.clone());
        }
    }
    for (name, said) in groups {
        let scores: Vec<f32> = said.iter().map(|said| said.score).collect();
        let alerts = said
            .iter()
            .filter(|said| said.level == Level::Alert)
            .count();
        let patterns = said.iter().filter(|said| said.patterns >= 6.0).count();
        println!(
            "{name:<52} {:>5} {:>6.1}% {:>6.1}% {:>6.1}% {:>7.1}%",
            said.len(),
            share_above(&scores, one),
            share_above(&scores, tenth),
            100.0 * alerts as f32 / said.len() as f32,
            100.0 * patterns as f32 / said.len() as f32,
        );
    }
}

fn missed(rows: &[Row], said: &[Said]) {
    for (row, said) in rows.iter().zip(said) {
        if row.attack
            && row.raw.kind.starts_with("indirect")
            && row.raw.kind != "indirect_benign_looking"
            && said.level != Level::Alert
        {
            println!(
                "MISS {:.1} {} {:?}",
                said.score,
                row.raw.source,
                row.raw.text.chars().take(1500).collect::<String>()
            );
        }
    }
}

fn harmless(rows: &[Row], said: &[Said]) {
    println!("\nharmless texts");
    println!(
        "{:<52} {:>5} {:>7} {:>7}",
        "group", "rows", "alert", "taint"
    );
    let mut groups: BTreeMap<String, Vec<Said>> = BTreeMap::new();
    for (row, said) in rows.iter().zip(said).filter(|(row, _)| !row.attack) {
        let kind = row.raw.kind.split(':').next().unwrap_or_default();
        let name = match (row.raw.label.as_str(), kind) {
            ("benign_security_topic", _) => "security writing",
            (_, "doc" | "skill") => "agent documents",
            (_, "tool_result") => "tool results",
            (_, "tool_desc") => "tool descriptions",
            (_, "tool_output") => "contexts (mails, tables, code)",
            (_, "over_defence") => "NotInject",
            (_, "mcp_code") => "MCP server code",
            _ => "other (direct questions)",
        };
        groups
            .entry(name.to_owned())
            .or_default()
            .push(said.clone());
        if !matches!(name, "NotInject" | "other (direct questions)") {
            groups
                .entry("~ what agents read".to_owned())
                .or_default()
                .push(said.clone());
        }
        if said.level == Level::Alert {
            let head: String = row.raw.text.chars().take(60).collect();
            println!(
                "  false alarm {:.1} ({}): {} {head:?}",
                said.score,
                said.rules,
                group(row)
            );
        }
    }
    for (name, said) in groups {
        let share = |level: Level| {
            let count = said.iter().filter(|said| said.level >= level).count();
            100.0 * count as f32 / said.len() as f32
        };
        println!(
            "{name:<52} {:>5} {:>6.2}% {:>6.2}%",
            said.len(),
            share(Level::Alert),
            share(Level::Taint)
        );
    }
}

/// A skill is found if one of its files is.
fn assets(rows: &[Row], said: &[Said]) {
    let mut assets: BTreeMap<&str, BTreeMap<&str, bool>> = BTreeMap::new();
    for (row, said) in rows.iter().zip(said) {
        if !row.raw.label.starts_with("malicious_") {
            continue;
        }
        // A skill is named by its folder; a server or a description stands for itself.
        let key =
            if row.raw.label == "malicious_skill" || row.raw.label == "malicious_mcp_server_code" {
                row.raw.split_key.as_str()
            } else {
                row.raw.text.as_str()
            };
        *assets
            .entry(&row.raw.label)
            .or_default()
            .entry(key)
            .or_default() |= said.level == Level::Alert;
    }
    let model = Model::shipped();
    let documents = || {
        rows.iter()
            .filter(|row| !row.attack && row.raw.kind.starts_with("doc:"))
    };
    let alarming: Vec<String> = documents()
        .map(|row| {
            let mut scanner = Scanner::with_model(Origin::Skill, &model);
            scanner.push(row.raw.text.as_bytes());
            scanner.finish()
        })
        .filter(|verdict| verdict.patterns >= CERTAIN)
        .filter_map(|verdict| verdict.findings.into_iter().next())
        .map(|finding| finding.rule)
        .collect();
    println!(
        "\n{} of {} harmless documents would alarm by rules alone if each were a skill: {alarming:?}",
        alarming.len(),
        documents().count()
    );
    println!("\nmalicious assets found (a skill by any of its files)");
    for (label, assets) in assets {
        let found = assets.values().filter(|found| **found).count();
        println!("{label:<40} {found:>4} of {}", assets.len());
        for (key, _) in assets.iter().filter(|(_, found)| !**found) {
            println!("    missed: {}", key.chars().take(70).collect::<String>());
        }
    }
}

fn sources_left_out(rows: &[Row], synthetic: &[Row]) {
    let attack_source = |row: &&Row| row.attack && row.trainable;
    let sources: BTreeSet<&str> = rows.iter().filter(attack_source).map(family).collect();
    println!("\nattack sources, each judged by models that saw nothing of the source");
    println!("{:<32} {:>5} {:>7} {:>7}", "source", "rows", "@1%", "@0.1%");
    let (mut sum, mut sum_tenth) = (0.0, 0.0);
    for source in &sources {
        let (mut found, mut harmless) = (Vec::new(), Vec::new());
        for fold in 0..SOURCE_FOLDS {
            let seen = rows.iter().filter(|row| {
                if row.attack {
                    family(row) != *source
                } else {
                    row.fold % SOURCE_FOLDS != fold
                }
            });
            let model = train(seen.chain(synthetic).filter(|row| row.trainable));
            for row in rows.iter().filter(|row| row.fold % SOURCE_FOLDS == fold) {
                if !row.attack {
                    harmless.push(ask(row, &model).score);
                } else if family(row) == *source && row.trainable {
                    found.push(ask(row, &model).score);
                }
            }
        }
        let (one, tenth) = (
            threshold(harmless.clone(), 0.01),
            threshold(harmless, 0.001),
        );
        let (at_one, at_tenth) = (share_above(&found, one), share_above(&found, tenth));
        println!(
            "{source:<32} {:>5} {at_one:>6.1}% {at_tenth:>6.1}%",
            found.len()
        );
        sum += at_one;
        sum_tenth += at_tenth;
    }
    let count = sources.len() as f32;
    println!(
        "{:<32} {:>5} {:>6.1}% {:>6.1}%",
        "mean",
        "",
        sum / count,
        sum_tenth / count
    );
}

fn family(row: &Row) -> &str {
    row.raw.source.split(' ').next().unwrap_or_default()
}
