//! Incidents, as the API's document describes them.

use super::{AgentKind, Severity, Source, Unsaid, Verdict};
use utoipa::ToSchema;

/// Findings of one session that belong to one story.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Incident {
    /// The id of its first finding: it never changes.
    pub(crate) id: String,
    /// What happened, in one line.
    pub(crate) title: String,
    /// At most four sentences; the last one says whether something left the machine.
    pub(crate) narrative: Vec<String>,
    /// The worst severity.
    pub(crate) severity: Severity,
    /// The strictest answer.
    pub(crate) verdict: Verdict,
    /// Who did it.
    #[schema(required)]
    pub(crate) agent: Option<AgentKind>,
    /// In which session.
    #[schema(required)]
    pub(crate) session: Option<String>,
    /// In which directory.
    #[schema(required)]
    pub(crate) cwd: Option<String>,
    /// When it began.
    #[schema(format = DateTime)]
    pub(crate) first: String,
    /// When the last step was.
    #[schema(format = DateTime)]
    pub(crate) last: String,
    /// What it comes to.
    pub(crate) facts: IncidentFacts,
    /// What happened, in order of time.
    pub(crate) steps: Vec<IncidentStep>,
    /// What to do, the most urgent first.
    pub(crate) next: Vec<Todo>,
    /// All findings, in order of time.
    pub(crate) findings: Vec<String>,
    /// The rules that matched, each once, in order of time.
    pub(crate) rules: Vec<String>,
}

/// What an incident comes to.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct IncidentFacts {
    /// Secrets that were in what ran: the model, or a program, had them.
    pub(crate) exposed: Vec<Exposed>,
    /// Files with keys or stored logins that were read, or that a command was let read.
    pub(crate) read: Vec<String>,
    /// Whether something left the machine.
    pub(crate) left: Left,
    /// How many attempts to send something were stopped.
    pub(crate) stopped: u64,
    /// The hosts that are concerned, but for this machine's.
    pub(crate) hosts: Vec<String>,
    /// Files that run by themselves, let others in or are obeyed by agents, and were changed.
    pub(crate) persistence: Vec<String>,
    /// Who saw it.
    pub(crate) sources: Vec<Source>,
    /// What was done and not said.
    pub(crate) unsaid: Vec<Unsaid>,
}

/// A secret, masked.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Exposed {
    /// What it is (`aws-access-key-id`).
    pub(crate) kind: String,
    /// First and last characters.
    pub(crate) masked: String,
    /// The same secret has the same one.
    pub(crate) fingerprint: String,
}

/// Whether something left the machine, as far as it was seen.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Left {
    /// Nothing of the story tries to send anything.
    Nothing,
    /// Each attempt was stopped.
    Stopped,
    /// A command that sends something was let run; whether it got through, nobody saw.
    Perhaps,
    /// A connection to such a host was seen.
    Seen,
}

/// One event of an incident.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct IncidentStep {
    /// Its place in the record, `1-42`.
    pub(crate) place: String,
    /// When it happened.
    #[schema(format = DateTime)]
    pub(crate) at: String,
    /// Where.
    pub(crate) lane: Lane,
    /// What it was, in a few words.
    pub(crate) what: String,
    /// To what, in one line.
    pub(crate) to: String,
    /// The worst that was found, if anything.
    #[schema(required)]
    pub(crate) severity: Option<Severity>,
    /// What was answered.
    pub(crate) verdict: Verdict,
    /// Set when a secret was in it.
    pub(crate) carries_secret: bool,
    /// What was found.
    pub(crate) findings: Vec<String>,
}

/// Where a step happens: the rows of the picture that shows an incident.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Lane {
    /// What was said to the agent, or what it read.
    Prompt,
    /// Files.
    File,
    /// Programs.
    Process,
    /// Hosts.
    Network,
}

/// One thing to do.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Todo {
    /// What, in a few words.
    pub(crate) what: String,
    /// With what, in one line.
    pub(crate) with: String,
    /// The command that does or shows it, if there is one.
    #[schema(required)]
    pub(crate) command: Option<String>,
}

/// What was decided about an incident.
#[derive(ToSchema)]
#[schema(as = Handled)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
pub(crate) struct Handling {
    /// Where it stands since.
    pub(crate) status: Status,
    /// Why, in the person's words.
    pub(crate) reason: String,
    /// When it was decided.
    #[schema(format = DateTime)]
    pub(crate) at: String,
    /// How many findings it had then: one that was closed and grew since is open again.
    pub(crate) findings: u64,
}

/// Where an incident stands.
#[derive(ToSchema)]
#[schema(as = IncidentStatus)]
#[cfg_attr(test, derive(serde::Deserialize, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// Nobody looked at it yet.
    New,
    /// Somebody is looking.
    Investigating,
    /// It cannot go on.
    Contained,
    /// It is done with.
    Resolved,
    /// It never was one.
    FalsePositive,
    /// It is put off until it changes.
    Snoozed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::is_described_by;
    use ringfence_event::{FindingId, Timestamp, UnsaidKind};
    use ringfence_incident as real;

    fn incident() -> real::Incident {
        let text = || "text".to_owned();
        let lanes = [
            real::Lane::Prompt,
            real::Lane::File,
            real::Lane::Process,
            real::Lane::Network,
        ];
        let step = |lane| real::Step {
            place: text(),
            at: Timestamp(0),
            lane,
            what: text(),
            to: text(),
            severity: Some(ringfence_event::Severity::High),
            verdict: ringfence_event::Verdict::Deny,
            carries_secret: true,
            findings: vec![FindingId::from("abcdefgh")],
        };
        let todo = |command| real::Todo {
            what: text(),
            with: text(),
            command,
        };
        real::Incident {
            id: FindingId::from("abcdefgh"),
            title: text(),
            narrative: vec![text()],
            severity: ringfence_event::Severity::Critical,
            verdict: ringfence_event::Verdict::Ask,
            agent: Some(ringfence_event::AgentKind::Codex),
            session: Some("s".into()),
            cwd: None,
            first: Timestamp(0),
            last: Timestamp(1),
            facts: facts(),
            steps: lanes.map(step).to_vec(),
            next: vec![todo(None), todo(Some(text()))],
            findings: vec![FindingId::from("abcdefgh")],
            rules: vec![text()],
        }
    }

    fn facts() -> real::Facts {
        let text = || "text".to_owned();
        real::Facts {
            exposed: vec![real::Exposed {
                kind: text(),
                masked: text(),
                fingerprint: text(),
            }],
            read: vec![text()],
            left: real::Left::Seen,
            stopped: 2,
            hosts: vec![text()],
            persistence: vec![text()],
            sources: vec![ringfence_event::Source::Kernel],
            unsaid: vec![ringfence_event::Unsaid {
                kind: UnsaidKind::NoCall,
                said: text(),
                done: text(),
            }],
        }
    }

    #[test]
    fn incidents_are_described_as_they_are() {
        is_described_by::<Incident>(&incident());
        for left in [
            real::Left::Nothing,
            real::Left::Stopped,
            real::Left::Perhaps,
            real::Left::Seen,
        ] {
            is_described_by::<Left>(&left);
        }
        for status in real::Status::ALL {
            is_described_by::<Handling>(&real::Handling {
                status,
                reason: "we know".to_owned(),
                at: Timestamp(0),
                findings: 3,
            });
        }
    }
}
