//! Evidence in, incidents out.

use crate::facts::{self, Facts};
use crate::narrative::narrative;
use crate::next::{self, Todo};
use crate::steps::{self, Step};
use crate::{Evidence, ties};
use ringfence_event::{AgentKind, FindingId, SessionId, Severity, Timestamp, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// Milder findings open no incident; they join one that others opened.
const OPENS: Severity = Severity::Medium;

/// Findings of one session that belong to one story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// The id of the first finding that a person is told of: it never changes.
    pub id: FindingId,
    /// What happened, in one line.
    pub title: String,
    /// At most four sentences; the last one says whether something left the machine.
    pub narrative: Vec<String>,
    /// The worst severity.
    pub severity: Severity,
    /// The strictest answer.
    pub verdict: Verdict,
    /// Who did it.
    pub agent: Option<AgentKind>,
    /// In which session.
    pub session: Option<SessionId>,
    /// In which directory.
    pub cwd: Option<String>,
    /// When it began.
    pub first: Timestamp,
    /// When the last step was.
    pub last: Timestamp,
    /// What it comes to.
    pub facts: Facts,
    /// What happened, in order of time.
    pub steps: Vec<Step>,
    /// What to do, the most urgent first.
    pub next: Vec<Todo>,
    /// All findings, in order of time.
    pub findings: Vec<FindingId>,
    /// The rules that matched, each once, in order of time.
    pub rules: Vec<String>,
}

/// Returns the incidents that evidence makes up, the latest first. Evidence may come in any order.
pub fn group(evidence: &[Evidence]) -> Vec<Incident> {
    let mut stories: BTreeMap<usize, Vec<&Evidence>> = BTreeMap::new();
    for (one, story) in evidence.iter().zip(ties::stories(evidence)) {
        stories.entry(story).or_default().push(one);
    }
    let mut incidents: Vec<Incident> = stories
        .into_values()
        .filter_map(|mut story| {
            story.sort_by_key(|one| (one.event.at, one.event.key));
            incident(&story)
        })
        .collect();
    incidents.sort_by(|left, right| (right.last, &right.id).cmp(&(left.last, &left.id)));
    incidents
}

/// Returns the incident that a story is; none, if nothing in it is worth a person's time.
fn incident(story: &[&Evidence]) -> Option<Incident> {
    let alarms = || story.iter().flat_map(|one| one.alarms());
    let leading = alarms().max_by_key(|finding| (finding.verdict, finding.severity))?;
    if !alarms().any(|finding| finding.severity >= OPENS) {
        return None;
    }
    let (first, last) = (story.first()?, story.last()?);
    let facts = facts::facts(story);
    let session = story.iter().find_map(|one| one.event.session.clone());
    let origins = origins(story);
    let findings = || story.iter().flat_map(|one| &one.findings);
    let mut rules: Vec<String> = Vec::new();
    for finding in alarms() {
        if !rules.contains(&finding.rule.0) {
            rules.push(finding.rule.0.clone());
        }
    }
    Some(Incident {
        id: alarms().next()?.id.clone(),
        title: leading.title.clone(),
        narrative: narrative(story, leading, &origins, &facts),
        severity: alarms().map(|finding| finding.severity).max()?,
        verdict: alarms().map(|finding| finding.verdict).max()?,
        agent: story.iter().find_map(|one| one.event.agent),
        cwd: story.iter().find_map(|one| one.event.cwd.clone()),
        first: first.event.at,
        last: last.event.at,
        next: next::next(&facts, session.as_ref(), &origins, &leading.id),
        steps: story.iter().map(|one| steps::step(one)).collect(),
        findings: findings().map(|finding| finding.id.clone()).collect(),
        session,
        facts,
        rules,
    })
}

/// Returns where texts that give orders came from.
fn origins(story: &[&Evidence]) -> Vec<String> {
    let mut origins = Vec::new();
    let told = story
        .iter()
        .filter(|one| !one.event.labels.injections.is_empty() && one.alarms().next().is_some())
        // What was stopped was not read.
        .filter(|one| one.verdict != Verdict::Deny);
    for origin in told.flat_map(|one| ties::sources(one)) {
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    origins
}
