//! `ringfence rules check`: each rule that cannot be used, where it stands, why, and what would be right.

use crate::config::Config;
use crate::output::{self, BOLD, DIM, Exit, GREEN, YELLOW, print, print_json};
use crate::packs::{self, Own};
use crate::places::Places;
use anyhow::{Result, bail};
use ringfence_detect::{Report, ReportKind, RuleSet};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn run(path: Option<&Path>, json: bool, places: &Places) -> Result<Exit> {
    let (_, own) = load(path, places)?;
    let mistakes = own.of_kind(ReportKind::Mistake).count();
    let exit = if mistakes == 0 {
        Exit::Done
    } else {
        Exit::Failed
    };
    let usable: usize = own.in_force.values().sum();
    if json {
        let check = json!({
            "usable": usable, "mistakes": mistakes,
            "not_here": own.of_kind(ReportKind::NotHere).count(),
            "files": own.in_force, "problems": own.problems,
        });
        print_json("check", &check)?;
        return Ok(exit);
    }
    let folder = places.rules();
    let what = path.unwrap_or(&folder).display();
    if usable == 0 && own.problems.is_empty() {
        print(&format!(
            "No rules stand in `{what}`.\nhint: put files or directories of Sigma rules there; they work as they are\n"
        ))?;
        return Ok(exit);
    }
    print(&text(&own, usable))?;
    Ok(exit)
}

/// Loads the rules of a path, or the user's own. A path that is not there is an error.
pub(super) fn load(path: Option<&Path>, places: &Places) -> Result<(RuleSet, Own)> {
    let placeholders = Config::load(&places.config_file())
        .unwrap_or_default()
        .placeholders;
    match path {
        None => Ok(packs::compile(
            &places.rules(),
            &placeholders,
            packs::Judging::All,
        )),
        Some(path) if path.exists() => {
            Ok(packs::compile_first(path, &places.rules(), &placeholders))
        }
        Some(path) => bail!("`{}` is not there", path.display()),
    }
}

fn text(own: &Own, usable: usize) -> String {
    let mut text = String::new();
    let mistakes: Vec<&Report> = own.of_kind(ReportKind::Mistake).collect();
    for report in &mistakes {
        let told = packs::sentence(report).replace('\n', "\n  ");
        text.push_str(&format!("{YELLOW}wrong:{YELLOW:#} {told}\n"));
    }
    let mut not_here: BTreeMap<&str, Vec<&Report>> = BTreeMap::new();
    for report in own.of_kind(ReportKind::NotHere) {
        not_here.entry(&report.problem).or_default().push(report);
    }
    for (why, reports) in &not_here {
        text.push_str(&format!("{BOLD}{why}{BOLD:#}\n"));
        for report in reports {
            let line = report.line.unwrap_or(1);
            let column = report.column.unwrap_or(1);
            let rule = report.rule.as_deref().unwrap_or_default();
            text.push_str(&format!(
                "  {}:{line}:{column}  {DIM}{rule}{DIM:#}\n",
                report.file
            ));
        }
    }
    let not_here: usize = not_here.values().map(Vec::len).sum();
    text.push_str(&format!(
        "{GREEN}{} can be used{GREEN:#}, {} wrong, {not_here} not for here.\n",
        output::count(usable as u64, "rule"),
        mistakes.len()
    ));
    text
}
