//! What the API answers about incidents.

use crate::host::Rule;
use crate::schema;
use ringfence_event::{AgentKind, FindingId, SessionId, Severity, Timestamp, Verdict};
use ringfence_incident::{Handling, Incident, Left, Status, Step};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One incident in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentRow {
    /// The id of its first finding: it never changes.
    #[schema(value_type = String)]
    pub(crate) id: FindingId,
    /// What happened, in one line.
    pub(crate) title: String,
    /// The worst severity.
    #[schema(value_type = schema::Severity)]
    pub(crate) severity: Severity,
    /// The strictest answer.
    #[schema(value_type = schema::Verdict)]
    pub(crate) verdict: Verdict,
    /// Who did it.
    #[schema(required, value_type = Option<schema::AgentKind>)]
    pub(crate) agent: Option<AgentKind>,
    /// In which session.
    #[schema(required, value_type = Option<String>)]
    pub(crate) session: Option<SessionId>,
    /// In which directory.
    #[schema(required)]
    pub(crate) cwd: Option<String>,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) first: Timestamp,
    /// When the last step was.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) last: Timestamp,
    /// Where it stands.
    #[schema(value_type = schema::Status)]
    pub(crate) status: Status,
    /// What was decided last, also if it grew since.
    #[schema(required, value_type = Option<schema::Handling>)]
    pub(crate) handled: Option<Handling>,
    /// At most four sentences.
    pub(crate) narrative: Vec<String>,
    /// Whether something left the machine.
    #[schema(value_type = schema::Left)]
    pub(crate) left: Left,
    /// How many secrets were exposed.
    pub(crate) exposed: u64,
    /// How many findings it has.
    pub(crate) findings: u64,
    /// How many steps it has.
    pub(crate) steps: u64,
    /// The last of its steps that say what the story is; at most 6.
    #[schema(value_type = Vec<schema::IncidentStep>)]
    pub(crate) chain: Vec<Step>,
    /// The rules that matched, each once.
    pub(crate) rules: Vec<String>,
}

/// Telling steps that a row has.
const TELLING: usize = 6;

/// Returns the last of those steps that say what the story is: what was found, stopped, asked about
/// or carried a secret.
fn telling(steps: &[Step]) -> Vec<Step> {
    let tells = |step: &&Step| {
        !step.findings.is_empty() || step.carries_secret || step.verdict >= Verdict::Ask
    };
    let mut telling: Vec<Step> = (steps.iter().rev())
        .filter(tells)
        .take(TELLING)
        .cloned()
        .collect();
    telling.reverse();
    telling
}

impl IncidentRow {
    pub(crate) fn new(incident: &Incident, status: Status, handled: Option<Handling>) -> Self {
        IncidentRow {
            id: incident.id.clone(),
            title: incident.title.clone(),
            severity: incident.severity,
            verdict: incident.verdict,
            agent: incident.agent,
            session: incident.session.clone(),
            cwd: incident.cwd.clone(),
            first: incident.first,
            last: incident.last,
            status,
            handled,
            narrative: incident.narrative.clone(),
            left: incident.facts.left,
            exposed: incident.facts.exposed.len() as u64,
            findings: incident.findings.len() as u64,
            steps: incident.steps.len() as u64,
            chain: telling(&incident.steps),
            rules: incident.rules.clone(),
        }
    }
}

/// A page of incidents, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentList {
    /// The incidents.
    pub(crate) items: Vec<IncidentRow>,
    /// What to ask for next as `before`; `null` at the end.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub(crate) next: Option<Timestamp>,
    /// How many of those that fit are open, whatever state was asked for.
    pub(crate) open: u64,
    /// How many of them are dealt with.
    pub(crate) closed: u64,
    /// Set when there are older findings than were looked at.
    pub(crate) more: bool,
}

/// One incident, with all that explains it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentDetail {
    /// The incident.
    #[schema(value_type = schema::Incident)]
    pub(crate) incident: Incident,
    /// Where it stands.
    #[schema(value_type = schema::Status)]
    pub(crate) status: Status,
    /// What was decided last, also if it grew since.
    #[schema(required, value_type = Option<schema::Handling>)]
    pub(crate) handled: Option<Handling>,
    /// The rules that matched, as far as they are still loaded.
    pub(crate) rules: Vec<Rule>,
}

/// What a person decides about an incident.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decide {
    /// Where it stands from now on.
    #[schema(value_type = schema::Status)]
    pub(crate) status: Status,
    /// Why, for whoever reads it later.
    #[schema(min_length = 1, max_length = 4096)]
    pub(crate) reason: String,
}

/// What was decided, and what was before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IncidentDecided)]
pub(crate) struct Decided {
    /// The incident as it stands now.
    pub(crate) incident: IncidentRow,
    /// What was decided before, so that it can be taken back.
    #[schema(required, value_type = Option<schema::Handling>)]
    pub(crate) before: Option<Handling>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringfence_incident::Lane;

    fn step(number: usize, found: bool, carries_secret: bool, verdict: Verdict) -> Step {
        Step {
            place: format!("1-{number}"),
            at: Timestamp(0),
            lane: Lane::Process,
            what: "runs a command".to_owned(),
            to: "x".to_owned(),
            severity: None,
            verdict,
            carries_secret,
            findings: found
                .then(|| FindingId::from("k7m2qx4t"))
                .into_iter()
                .collect(),
        }
    }

    fn places(steps: &[Step]) -> Vec<String> {
        telling(steps).into_iter().map(|step| step.place).collect()
    }

    #[test]
    fn a_chain_is_made_of_the_steps_that_tell_something() {
        for (found, secret, verdict, tells) in [
            (false, false, Verdict::Allow, false),
            (false, false, Verdict::Alert, false),
            (false, false, Verdict::Ask, true),
            (false, false, Verdict::Deny, true),
            (true, false, Verdict::Allow, true),
            (false, true, Verdict::Allow, true),
        ] {
            let told = places(&[step(1, found, secret, verdict)]);
            assert_eq!(!told.is_empty(), tells, "{found} {secret} {verdict:?}");
        }
    }

    #[test]
    fn a_long_chain_keeps_its_end_in_order() {
        let steps: Vec<Step> = (1..=20)
            .map(|number| step(number, number % 2 == 0, false, Verdict::Alert))
            .collect();
        assert_eq!(
            places(&steps),
            ["1-10", "1-12", "1-14", "1-16", "1-18", "1-20"]
        );
        assert_eq!(places(&[]), Vec::<String>::new());
    }
}
