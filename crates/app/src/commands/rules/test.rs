//! `ringfence rules test`: rules, tried on what they say they match and on what they say they leave alone.

use super::check::load;
use crate::output::{self, Exit, GREEN, YELLOW, print, print_json};
use crate::packs::{imagine, sentence};
use crate::places::Places;
use anyhow::Result;
use ringfence_detect::{Report, ReportKind, Rule};
use serde_json::json;
use std::path::Path;

pub(super) fn run(path: Option<&Path>, json: bool, places: &Places) -> Result<Exit> {
    let (rules, own) = load(path, places)?;
    // Of a path only what stands there; else all that is in force.
    let is_meant = |file: &str| path.is_none() || own.in_force.contains_key(file);
    let tested: Vec<&Rule> = rules.rules().filter(|rule| is_meant(&rule.file)).collect();
    let mut wrong: Vec<Report> = own.of_kind(ReportKind::Mistake).cloned().collect();
    let examples = rules.wrong_examples(imagine());
    let examples = examples.iter().map(ringfence_detect::LoadError::report);
    wrong.extend(examples.filter(|report| is_meant(&report.file)));
    let count: usize = tested.iter().map(|rule| examples_of(rule)).sum();
    let without = tested.iter().filter(|rule| examples_of(rule) == 0).count();
    let exit = if wrong.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    };
    if json {
        let test = json!({
            "rules": tested.len(), "examples": count, "without_examples": without, "wrong": wrong,
        });
        print_json("test", &test)?;
        return Ok(exit);
    }
    let mut text = String::new();
    for report in &wrong {
        let told = sentence(report).replace('\n', "\n  ");
        text.push_str(&format!("{YELLOW}wrong:{YELLOW:#} {told}\n"));
    }
    let rules = output::count(tested.len() as u64, "rule");
    if wrong.is_empty() {
        text.push_str(&format!(
            "{GREEN}{rules}, {count} examples: all as they should be.{GREEN:#}\n"
        ));
        if path.is_some() {
            text.push_str(&format!(
                "hint: `ringfence rules backtest` counts what they would have found here; put them into `{}` to use them\n",
                places.rules().display()
            ));
        }
    } else {
        text.push_str(&format!(
            "{rules}, {count} examples, {} wrong.\n",
            wrong.len()
        ));
    }
    if without > 0 {
        text.push_str(&format!(
            "{without} without examples: nothing says what they should match.\n"
        ));
    }
    print(&text)?;
    Ok(exit)
}

fn examples_of(rule: &Rule) -> usize {
    rule.examples().len()
        + rule.negative_examples().len()
        + rule.example_sequences().len()
        + rule.negative_sequences().len()
}
