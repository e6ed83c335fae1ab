//! A story in at most four sentences: what gave orders, what it got hold of, what it tried, and what
//! came of it.
//!
//! **Invariant:** each sentence follows from what was recorded. What was stopped did not happen, what a
//! person was asked about may have happened, what failed was tried; and nothing is said to be harmless
//! because nobody looked.

use crate::Evidence;
use crate::facts::{self, Facts, Left, Sent};
use crate::fate::{Fate, fate};
use ringfence_event::{Finding, HostClass, InjectionLevel};

/// Longest piece of a foreign text in a sentence, in characters.
const QUOTED: usize = 120;

/// Things that are named one by one in a sentence.
const NAMED: usize = 3;

/// Returns the sentences.
pub(crate) fn narrative(
    story: &[&Evidence],
    leading: &Finding,
    origins: &[String],
    facts: &Facts,
) -> Vec<String> {
    let who =
        (story.iter().find_map(|one| one.event.agent)).map_or("A program", |agent| agent.title());
    let place = (story.iter().find_map(|one| one.event.cwd.as_deref()))
        .map(|cwd| format!(", working in {},", short(cwd)))
        .unwrap_or_default();
    let mut sentences = Vec::new();
    let mut subject = format!("{who}{place}");
    if let Some(origin) = origins.first() {
        let how = if surely_orders(story) {
            "gives orders"
        } else {
            "may give orders"
        };
        sentences.push(format!(
            "{subject} read a text that {how}: {}.",
            short(origin)
        ));
        "After that it".clone_into(&mut subject);
    }
    if let Some(had) = had(story, facts) {
        sentences.push(format!("{subject} {had}."));
        "It".clone_into(&mut subject);
    }
    if origins.is_empty() || story.iter().any(|one| is_deed(one)) {
        sentences.push(format!("{subject} {}.", tried(story, leading)));
    } else {
        sentences.push("Nothing that it did after that alarmed.".to_owned());
    }
    sentences.push(format!("{}{}.", ending(story, facts), stays(story, facts)));
    sentences
}

/// Whether an event alarms by more than a text that gives orders.
fn is_deed(one: &Evidence) -> bool {
    one.alarms().next().is_some() && one.event.labels.injections.is_empty()
}

fn surely_orders(story: &[&Evidence]) -> bool {
    let mut marks = story.iter().flat_map(|one| &one.event.labels.injections);
    marks.any(|mark| mark.level == InjectionLevel::Alert)
}

/// What it had of secrets.
fn had(story: &[&Evidence], facts: &Facts) -> Option<String> {
    let of = |facts: &Facts| match (facts.exposed.as_slice(), facts.read.as_slice()) {
        ([], []) => None,
        ([], [only]) => Some(format!("access to {}", short(only))),
        ([], [first, others @ ..]) => Some(format!(
            "access to {} and {} more such {}",
            short(first),
            others.len(),
            if others.len() == 1 { "file" } else { "files" }
        )),
        ([only], _) => Some(format!("hold of a secret ({} {})", only.kind, only.masked)),
        (several, _) => Some(format!("hold of {} secrets", several.len())),
    };
    if let Some(had) = of(&facts::facts(&unasked(story))) {
        return Some(format!("got {had}"));
    }
    let had = of(facts)?;
    Some(format!("got {had}, if the person who was asked said yes"))
}

/// The events about which nobody was asked.
fn unasked<'a>(story: &[&'a Evidence]) -> Vec<&'a Evidence> {
    let all = story.iter().copied();
    all.filter(|one| fate(one) != Fate::Asked).collect()
}

/// What weighs most, and what else was let run.
fn tried(story: &[&Evidence], leading: &Finding) -> String {
    let own = story
        .iter()
        .find(|one| one.alarms().any(|finding| finding.id == leading.id));
    let how = match own.map_or(Fate::Ran, |one| fate(one)) {
        Fate::Stopped => "tried, and was stopped",
        Fate::Asked => "wanted this, and a person was asked",
        Fate::Failed => "tried, and it failed",
        Fate::Ran => "did",
    };
    let ran = |one: &&&Evidence| is_deed(one) && fate(one) == Fate::Ran;
    let others = story.iter().filter(ran).count();
    let reason = leading.reason.trim_end_matches(['.', ' ']);
    match others {
        0 => format!("{how}: {reason}"),
        _ if how == "did" => format!("{how}: {reason}"),
        1 => format!("{how}: {reason}; one other step that alarmed was let run"),
        several => format!("{how}: {reason}; {several} other steps that alarmed were let run"),
    }
}

/// Whether something left the machine.
fn ending(story: &[&Evidence], facts: &Facts) -> String {
    let sent = |wanted: Left| {
        let those = story.iter().copied();
        let those: Vec<&Evidence> = those.filter(|one| facts::left_by(one) == wanted).collect();
        those
    };
    match facts.left {
        Left::Nothing => {
            let mut deeds = story.iter().filter(|one| is_deed(one)).peekable();
            if deeds.peek().is_some() && deeds.all(|one| fate(one) == Fate::Stopped) {
                "Each step that alarmed was stopped".to_owned()
            } else {
                "No step of it is known to send anything away".to_owned()
            }
        }
        Left::Stopped => {
            let those = sent(Left::Stopped);
            format!(
                "Nothing that was seen left this machine: {}{}",
                attempts(&those),
                to(&those)
            )
        }
        Left::Perhaps => {
            let those = sent(Left::Perhaps);
            let why = if those.iter().all(|one| fate(one) == Fate::Asked) {
                "if the person who was asked said yes"
            } else {
                "it was let run, and nobody saw whether it got through"
            };
            format!("Something may have left this machine{}: {why}", to(&those))
        }
        Left::Seen => {
            let those = sent(Left::Seen);
            let what = match facts::sent(&those) {
                Sent::Request => "A request was sent",
                Sent::Connection => "A connection was made",
                Sent::Name => "A name was asked for",
            };
            format!("{what}{}: take it that something left", to(&those))
        }
    }
}

/// How many attempts were stopped, and how many failed by themselves.
fn attempts(those: &[&Evidence]) -> String {
    let failed = those.iter().filter(|one| fate(one) == Fate::Failed).count();
    let stopped = those.len() - failed;
    let count = |count: usize| match count {
        1 => "one attempt".to_owned(),
        several => format!("{several} attempts"),
    };
    let was = |count: usize| if count == 1 { "was" } else { "were" };
    match (stopped, failed) {
        (stopped, 0) => format!("{} {} stopped", count(stopped), was(stopped)),
        (0, failed) => format!("{} failed", count(failed)),
        (stopped, failed) => format!(
            "{} {} stopped, and {failed} failed",
            count(stopped),
            was(stopped)
        ),
    }
}

/// To which hosts, but for this machine.
fn to(those: &[&Evidence]) -> String {
    let mut hosts: Vec<String> = Vec::new();
    for host in those.iter().flat_map(|one| &one.event.labels.hosts) {
        if host.class != HostClass::Loopback && !hosts.contains(&host.host) {
            hosts.push(short(&host.host));
        }
    }
    match hosts.len() {
        0 => String::new(),
        _ => format!(", to {}", named(&hosts)),
    }
}

/// What was changed and works on after the session.
fn stays(story: &[&Evidence], facts: &Facts) -> String {
    let surely = facts::facts(&unasked(story)).persistence;
    let (paths, how) = if surely.is_empty() {
        let how = ", if the person who was asked said yes";
        (&facts.persistence, how)
    } else {
        (&surely, "")
    };
    match paths.len() {
        0 => String::new(),
        1 => format!("; {} was changed{how}", named(paths)),
        _ => format!("; {} were changed{how}", named(paths)),
    }
}

fn named(all: &[String]) -> String {
    let first: Vec<String> = all.iter().take(NAMED).map(|one| short(one)).collect();
    match all.len() - first.len() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

fn short(text: &str) -> String {
    if text.chars().count() <= QUOTED {
        return text.to_owned();
    }
    let begin: String = text.chars().take(QUOTED - 1).collect();
    format!("{begin}…")
}

#[cfg(test)]
mod tests;
