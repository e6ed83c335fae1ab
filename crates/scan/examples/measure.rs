//! Measures what is found on labelled rows: `measure [--rows] FOLDER`.
//!
//! Reads `secrets.jsonl`, `creddata_lines.jsonl`, `agent_assets.jsonl` and, if there,
//! `copyleft/secrets.jsonl`. A row of the label `secret` counts as found if anything is
//! found in it; any finding in another row is false. `--rows` prints the wrong ones.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use ringfence_scan::secrets::{Key, RuleSet, Scanner};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

/// Found and all, of secrets and of the rest.
#[derive(Default)]
struct Counts {
    found: usize,
    secrets: usize,
    wrong: usize,
    others: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut rows = false;
    let mut folder = None;
    let mut rules = None;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--rows" => rows = true,
            path if Path::new(path).extension().is_some_and(|end| end == "toml") => {
                rules = Some(std::fs::read_to_string(path)?);
            }
            path => folder = Some(path.to_owned()),
        }
    }
    let folder = folder.ok_or("usage: measure [--rows] [RULES.toml] FOLDER")?;
    let set = match rules {
        Some(text) => RuleSet::from_gitleaks(&text)?,
        None => RuleSet::own()?,
    };
    for unused in set.unused() {
        println!("not used: {unused}");
    }
    let scanner = Scanner::with_rules(Key::new([7; 32]), set);
    for name in [
        "secrets",
        "creddata_lines",
        "agent_assets",
        "copyleft/secrets",
    ] {
        let path = Path::new(&folder).join(format!("{name}.jsonl"));
        if path.exists() {
            file(&scanner, name, &std::fs::read_to_string(path)?, rows)?;
        }
    }
    Ok(())
}

fn file(scanner: &Scanner, name: &str, text: &str, rows: bool) -> Result<(), Box<dyn Error>> {
    let mut sources: BTreeMap<String, Counts> = BTreeMap::new();
    for line in text.lines() {
        let row: Value = serde_json::from_str(line)?;
        let field = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
        let is_secret = field("label") == "secret";
        let findings = scanner.secrets(field("text").as_bytes());
        let found = !findings.is_empty();
        for source in [field("source"), "all"] {
            let counts = sources.entry(source.to_owned()).or_default();
            if is_secret {
                counts.secrets += 1;
                counts.found += usize::from(found);
            } else {
                counts.others += 1;
                counts.wrong += usize::from(found);
            }
        }
        if rows && found != is_secret {
            let kinds: Vec<String> = findings
                .iter()
                .map(|secret| format!("{} {}", secret.kind, secret.masked))
                .collect();
            let text: String = field("text").chars().take(160).collect();
            let rule = [field("rule"), field("category"), field("kind")].concat();
            println!("{name} {} {rule} {kinds:?} {text:?}", field("label"));
        }
    }
    println!("{name}: source | found of secrets | precision | false of others");
    for (source, counts) in sources {
        if source == "all" || counts.secrets > 0 {
            println!(
                "  {source} | {} of {} = {} | {} | {} of {} = {}",
                counts.found,
                counts.secrets,
                percent(counts.found, counts.secrets),
                percent(counts.found, counts.found + counts.wrong),
                counts.wrong,
                counts.others,
                percent(counts.wrong, counts.others)
            );
        }
    }
    Ok(())
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let tenths = (part * 1000 + whole / 2) / whole;
    format!("{}.{} %", tenths / 10, tenths % 10)
}
