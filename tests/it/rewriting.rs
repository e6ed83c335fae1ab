//! What is found in a command line does not hang on how the line is written.
//!
//! The lines come from `tests/corpus`; the real program judges them, first as they stand, then
//! rewritten in each family's ways. Nothing of them is run.

use ringfence_tests::home::Home;
use ringfence_tests::rewrite::FAMILIES;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

const ATTACKS: &str = include_str!("../corpus/attacks.jsonl");
const BENIGN: &str = include_str!("../corpus/benign.jsonl");

/// Of a hundred rewritten attacks that were caught, so many must stay caught.
const WANTED_PERCENT: usize = 98;

/// One line to be judged, and which line of the corpus it says.
struct Row {
    family: &'static str,
    /// Its place among the lines of the corpus.
    place: usize,
    text: String,
}

/// The lines as they stand, then rewritten in each way of each family.
fn rows(corpus: &str) -> Vec<Row> {
    let texts: Vec<String> = corpus
        .lines()
        .map(|line| {
            let row: Value = serde_json::from_str(line).unwrap();
            row["text"].as_str().unwrap().to_owned()
        })
        .collect();
    let mut rows = Vec::new();
    for (place, text) in texts.iter().enumerate() {
        rows.push(Row {
            family: "as it stands",
            place,
            text: text.clone(),
        });
        for (family, ways) in FAMILIES {
            rows.extend(ways.iter().filter_map(|way| way(text)).map(|text| Row {
                family,
                place,
                text,
            }));
        }
    }
    rows
}

/// Which of the rows an alert or more is raised on.
fn flagged(rows: &[Row]) -> BTreeSet<usize> {
    let home = Home::new();
    let file = home.path().join("rows.jsonl");
    let lines: Vec<String> = rows
        .iter()
        .map(|row| json!({ "text": row.text }).to_string())
        .collect();
    fs::write(&file, lines.join("\n")).unwrap();
    let path = file.to_str().unwrap();
    let run = home.ringfence(&["eval", "--json", "--list", "flagged", path]);
    let report: Value = serde_json::from_str(&run.ok().stdout).unwrap();
    let data = &report["eval"];
    assert_eq!(data["all"]["rows"], rows.len());
    let listed = data["listed"].as_array();
    listed
        .into_iter()
        .flatten()
        .map(|row| usize::try_from(row["line"].as_u64().unwrap()).unwrap() - 1)
        .collect()
}

/// The lines of the corpus that are flagged as they stand.
fn flagged_as_they_stand(rows: &[Row], flagged: &BTreeSet<usize>) -> BTreeSet<usize> {
    let standing = rows.iter().enumerate();
    standing
        .filter(|(number, row)| row.family == "as it stands" && flagged.contains(number))
        .map(|(_, row)| row.place)
        .collect()
}

fn list(rows: &[&Row]) -> String {
    let lines = rows
        .iter()
        .map(|row| format!("{}: {}", row.family, row.text));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_attack_stays_caught_however_it_is_written() {
    let rows = rows(ATTACKS);
    let flagged = flagged(&rows);
    let caught = flagged_as_they_stand(&rows, &flagged);
    let (mut all, mut lost) = (0, Vec::new());
    for (number, row) in rows.iter().enumerate() {
        if row.family == "as it stands" || !caught.contains(&row.place) {
            continue;
        }
        all += 1;
        if !flagged.contains(&number) {
            lost.push(row);
        }
    }
    assert!(all > 3000, "{all} rewritten lines");
    let kept = all - lost.len();
    assert!(
        kept * 100 >= all * WANTED_PERCENT,
        "{kept} of {all}\n{}",
        list(&lost)
    );
}

#[test]
fn a_harmless_line_stays_harmless_however_it_is_written() {
    let rows = rows(BENIGN);
    let flagged = flagged(&rows);
    let before = flagged_as_they_stand(&rows, &flagged);
    let gained: Vec<&Row> = flagged
        .iter()
        .map(|number| &rows[*number])
        .filter(|row| !before.contains(&row.place))
        .collect();
    assert!(gained.is_empty(), "{}", list(&gained));
}
