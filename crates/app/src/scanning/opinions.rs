//! A second opinion on each injection that a scan found, where the user asks for it.

use super::{Category, Finding};
use crate::config::Config;
use crate::opinion::{self, Client, Opinion};
use crate::places::Places;
use anyhow::{Context, Result};
use ringfence_enrich::Masker;
use ringfence_event::{InjectionLevel, InjectionMark};
use std::collections::BTreeMap;
use std::fs;

/// Most texts that one scan asks about.
const MOST: usize = 200;

/// Largest file that is read again for what stands around a finding, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Asks about each excerpt once; returns what went wrong, one sentence each.
pub(crate) fn ask(places: &Places, findings: &mut [Finding]) -> Result<Vec<String>> {
    let config = Config::load(&places.config_file())?;
    let settings = config.second_opinion.with_context(|| {
        format!(
            "no language model is set up\nhint: write [second_opinion] with `provider`, `model` and `key_file` to `{}`",
            places.config_file().display()
        )
    })?;
    let client = Client::new(&settings, &places.config)?;
    let mut problems = Vec::new();
    let mut known: BTreeMap<String, Option<Opinion>> = BTreeMap::new();
    let asked = (findings.iter_mut())
        .filter(|finding| matches!(finding.category, Category::Injection | Category::Hidden));
    for finding in asked {
        if !known.contains_key(&finding.shown) {
            if known.len() >= MOST {
                problems.push(format!("only {MOST} texts were asked about"));
                break;
            }
            let answer = client.ask(&mark(finding), &passage(finding));
            if let Err(error) = &answer {
                problems.push(format!("no second opinion: {error:#}"));
                // What fails once fails for all: no key, no network.
                break;
            }
            known.insert(finding.shown.clone(), answer.ok());
        }
        finding.opinion = known.get(&finding.shown).cloned().flatten();
    }
    Ok(problems)
}

/// The excerpt with what stands around it in its file, secrets masked; alone if that is no file
/// or a large one.
fn passage(finding: &Finding) -> String {
    let read = || {
        let length = fs::metadata(&finding.path).ok()?.len();
        let text = (length <= LARGEST).then(|| fs::read(&finding.path).ok())??;
        let text = String::from_utf8_lossy(&text);
        let masked = Masker::new([0; 32]).mask(&text, &mut Vec::new());
        opinion::around(masked.as_deref().unwrap_or(&text), &finding.shown)
    };
    read().unwrap_or_else(|| finding.shown.clone())
}

fn mark(finding: &Finding) -> InjectionMark {
    let hidden = (finding.category == Category::Hidden).then(|| finding.kind.clone());
    InjectionMark {
        origin: finding.origin.unwrap_or("tool_result").to_owned(),
        level: InjectionLevel::Alert,
        score: 0,
        rules: finding.rules.clone(),
        excerpt: finding.shown.clone(),
        place: 0,
        hidden: hidden.into_iter().collect(),
    }
}
