//! What the user allowed, one small file each, so that "once" is used up exactly
//! once however many processes judge at the same time.

use crate::judge::Judge;
use crate::places::{Places, private_dir, write_private};
use anyhow::{Context, Result, bail};
use ringfence_detect::{AllowLimit, AllowScope, Allowance, Lifts, Rule, subject};
use ringfence_event::{EventKey, FindingId, RuleId, Timestamp};
use ringfence_store::Reader;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;
use uuid::Uuid;

/// Most allowances that are read, and the largest file, in bytes.
const MOST: usize = 1000;
const LARGEST: u64 = 64 * 1024;

/// Longest reason that is kept, in characters.
const LONGEST_REASON: usize = 500;

/// Returns all allowances; a broken file allows nothing.
pub(crate) fn load(places: &Places) -> Vec<Allowance> {
    let Ok(entries) = fs::read_dir(places.allowances()) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .take(MOST)
        .filter(|path| fs::metadata(path).is_ok_and(|found| found.len() <= LARGEST))
        .filter_map(|path| serde_json::from_slice(&fs::read(path).ok()?).ok())
        .collect()
}

/// When an allowance was made, as far as its file tells.
pub(crate) fn made(places: &Places, id: &FindingId) -> Option<Timestamp> {
    let changed = fs::metadata(file(places, id)).ok()?.modified().ok()?;
    let since = changed.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp(i64::try_from(since.as_micros()).ok()?))
}

/// What a person can allow after a finding: the same call once, or its rule in its project. `None` if
/// there is no such finding.
pub(crate) fn of_finding(
    judge: &Judge,
    store: &Reader,
    id: &str,
    project: bool,
) -> Result<Option<Allowance>> {
    let Some(found) = store.finding(id)? else {
        return Ok(None);
    };
    let finding = found.finding;
    let event = store
        .event(&finding.event.to_string())?
        .with_context(|| format!("the event of `{id}` is not kept any more"))?
        .event;
    if project {
        let scope = in_project(judge, &finding.rule, event.cwd)?;
        return Ok(Some(allowance(finding.id, finding.rule, scope)));
    }
    let scope = AllowScope::Once {
        subject: subject(&event),
    };
    Ok(Some(Allowance {
        lifts: Lifts::of(&event),
        ..allowance(finding.id, finding.rule, scope)
    }))
}

/// A rule, allowed below a directory. There is no finding: the exception gets a name of its own.
pub(crate) fn of_rule(judge: &Judge, rule: &Rule, root: Option<String>) -> Result<Allowance> {
    let scope = in_project(judge, &rule.id, root)?;
    let name = FindingId::of(EventKey(Uuid::now_v7()), &rule.id);
    Ok(allowance(name, rule.id.clone(), scope))
}

fn allowance(finding: FindingId, rule: RuleId, scope: AllowScope) -> Allowance {
    Allowance {
        finding,
        rule,
        scope,
        expires: None,
        reason: None,
        lifts: None,
    }
}

fn in_project(judge: &Judge, rule: &RuleId, root: Option<String>) -> Result<AllowScope> {
    let found = judge.rules.find(rule.as_str());
    if found.is_none_or(|rule| rule.allow_limit == AllowLimit::Once) {
        bail!(
            "rule `{rule}` can only be allowed once at a time: it guards the guard\nhint: leave out `--project`"
        );
    }
    let root = root
        .filter(|root| is_project(Path::new(root), &judge.places.home))
        .context("the directory is no project\nhint: leave out `--project`")?;
    Ok(AllowScope::Project { root })
}

/// Whether a directory can be a project: not the home, nor what holds it.
fn is_project(root: &Path, home: &Path) -> bool {
    let is_plain = |part: Component<'_>| matches!(part, Component::RootDir | Component::Normal(_));
    root.is_absolute() && root.components().all(is_plain) && !home.starts_with(root)
}

/// Gives an allowance an end and a reason.
pub(crate) fn until(
    allowance: Allowance,
    expires: Option<Timestamp>,
    reason: Option<String>,
) -> Result<Allowance> {
    if let Some(reason) = &reason
        && reason.chars().count() > LONGEST_REASON
    {
        bail!("the reason is longer than {LONGEST_REASON} characters");
    }
    Ok(Allowance {
        expires,
        reason,
        ..allowance
    })
}

/// Keeps an allowance.
pub(crate) fn add(places: &Places, allowance: &Allowance) -> Result<()> {
    private_dir(&places.config)?;
    private_dir(&places.allowances())?;
    let path = file(places, &allowance.finding);
    write_private(&path, &serde_json::to_vec_pretty(allowance)?, 0o600)
        .with_context(|| format!("failed to write `{}`", path.display()))
}

/// Uses up or withdraws an allowance; false if it was not there any more.
pub(crate) fn take(places: &Places, id: &FindingId) -> bool {
    fs::remove_file(file(places, id)).is_ok()
}

fn file(places: &Places, id: &FindingId) -> PathBuf {
    let plain: String = id
        .as_str()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    places.allowances().join(format!("{plain}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_lies_below_the_home_or_beside_it() {
        let home = Path::new("/home/dev");
        for (root, is) in [
            ("/home/dev/project", true),
            ("/srv/project", true),
            ("/home/dev", false),
            ("/home/dev/", false),
            ("/home", false),
            ("/", false),
            ("", false),
            ("project", false),
            ("/home/dev/project/../..", false),
            ("/home/dev/../dev", false),
        ] {
            assert_eq!(is_project(Path::new(root), home), is, "{root}");
        }
    }
}
