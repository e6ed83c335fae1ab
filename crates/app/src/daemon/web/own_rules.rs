//! Rules of the user's own that are written in the dashboard: one file each, among the user's rules.
//!
//! **Invariant:** only what can be used is written, in one step; no rule that comes with Ringfence and
//! no file that holds anything else is written over.

use super::super::{Shared, log};
use super::{keep, trial};
use crate::decided::Decided;
use crate::packs;
use crate::places::{private_dir, write_private};
use ringfence_api::{Refusal, RuleProblem, SavedRule};
use ringfence_detect::RuleSet;
use ringfence_event::RuleId;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Writes a rule, or says what is wrong with it.
pub(super) fn save(shared: &Shared, rule: &RuleId, text: &str) -> Result<SavedRule, Refusal> {
    let place = place(shared, rule)?;
    let name = place.file.display().to_string();
    let problems = problems(shared, rule, &name, text);
    if !problems.is_empty() {
        return Ok(SavedRule {
            saved: false,
            file: name,
            before: place.text,
            problems,
        });
    }
    write(shared, &place, text).map_err(Refusal::Failed)?;
    Ok(done(shared, rule, place, Some(text)))
}

/// What is wrong with a text that is to be one rule.
fn problems(shared: &Shared, rule: &RuleId, name: &str, text: &str) -> Vec<RuleProblem> {
    let judge = shared.judge();
    let placeholders = &judge.config.placeholders;
    let folder = shared.places.rules();
    let (rules, own) = packs::compile_text(name, text.to_owned(), &folder, placeholders);
    let mut problems: Vec<RuleProblem> = own.problems.iter().map(trial::problem).collect();
    let written: Vec<&RuleId> = (rules.rules())
        .filter(|one| one.file == name)
        .map(|one| &one.id)
        .collect();
    if problems.is_empty() && written != [rule] {
        problems.push(RuleProblem {
            line: None,
            column: None,
            rule: None,
            message: format!("this is not one rule that is called `{rule}`"),
            hint: Some("write one rule, with its name below `ringfence`".to_owned()),
        });
    }
    problems
}

/// Takes a rule away.
pub(super) fn take_away(shared: &Shared, rule: &RuleId) -> Result<SavedRule, Refusal> {
    let place = place(shared, rule)?;
    if place.text.is_none() {
        return Err(Refusal::Missing("rule"));
    }
    fs::remove_file(&place.file).map_err(|error| Refusal::Failed(error.to_string()))?;
    Ok(done(shared, rule, place, None))
}

fn done(shared: &Shared, rule: &RuleId, place: Place, text: Option<&str>) -> SavedRule {
    let decided = Decided::own_rule(rule, place.text.as_deref(), text);
    keep(shared, &decided);
    let file = place.file.display().to_string();
    let what = if text.is_some() {
        "written"
    } else {
        "taken away"
    };
    log(&format!("in the dashboard: `{file}` is {what}"));
    shared.reload();
    SavedRule {
        saved: true,
        file,
        before: place.text,
        problems: Vec::new(),
    }
}

/// Where a rule stands, or is to stand.
struct Place {
    file: PathBuf,
    /// What stands there now.
    text: Option<String>,
}

fn place(shared: &Shared, rule: &RuleId) -> Result<Place, Refusal> {
    let name = rule.as_str();
    let is_name = !name.is_empty()
        && (name.bytes()).all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if !is_name {
        return Err(Refusal::Forbidden(
            "a rule's name is made of small letters, digits and `-`".to_owned(),
        ));
    }
    let judge = shared.judge();
    let there = judge.rules.find(name);
    let file = match there {
        None => shared.places.rules().join(format!("{name}.yml")),
        Some(rule) if !packs::is_own(rule) => {
            return Err(Refusal::Forbidden(format!(
                "`{name}` comes with Ringfence, and is not written over\nhint: give yours another name, and switch this one off"
            )));
        }
        Some(rule) if in_file(&judge.rules, &rule.file) > 1 => {
            return Err(Refusal::Forbidden(format!(
                "`{name}` stands in `{}` together with other rules\nhint: change it there",
                rule.file
            )));
        }
        Some(rule) => PathBuf::from(&rule.file),
    };
    let text = match fs::read_to_string(&file) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(Refusal::Failed(error.to_string())),
    };
    // A file of that name may hold another rule, or one that cannot be used.
    if text.is_some() && there.is_none() {
        return Err(Refusal::Forbidden(format!(
            "`{}` is there already and holds something else\nhint: look at it, or give the rule another name",
            file.display()
        )));
    }
    Ok(Place { file, text })
}

fn in_file(rules: &RuleSet, file: &str) -> usize {
    rules.rules().filter(|rule| rule.file == file).count()
}

fn write(shared: &Shared, place: &Place, text: &str) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("`{}`: {error:#}", place.file.display());
    private_dir(&shared.places.config).map_err(|error| failed(&error))?;
    // It may be a link to where the user keeps rules.
    fs::create_dir_all(shared.places.rules()).map_err(|error| failed(&error))?;
    write_private(&place.file, text.as_bytes(), 0o600).map_err(|error| failed(&error))
}
