//! What people decide, on record: an event of our own for each decision, sealed with all others.
//!
//! **Invariant:** what was decided is done before it is put on record, its texts are masked, and no
//! rule judges it. It belongs to no session: what a person does is nothing that an agent did.

use crate::daemon::now;
use crate::judge::Judge;
use anyhow::{Context, Result};
use ringfence_detect::{AllowScope, Allowance};
use ringfence_event::{Action, Decision, Event, EventKey, FindingId, Labels, Mode, RuleId, Source};
use ringfence_incident::Handling;
use ringfence_store::Record;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The moment of all of them.
pub(crate) const MOMENT: &str = "PersonDecided";

/// One decision: what it is about, in a sentence and for programs.
pub(crate) struct Decided {
    text: String,
    about: Value,
}

impl Decided {
    /// Where an incident stands, or that nothing is decided about it any more.
    pub(crate) fn incident(
        incident: &FindingId,
        before: Option<&Handling>,
        after: Option<&Handling>,
    ) -> Decided {
        let status = |handling: Option<&Handling>| handling.map(|handling| handling.status.name());
        let text = match after {
            Some(handling) => format!(
                "incident {incident} is {}: {}",
                handling.status.name().replace('_', " "),
                handling.reason
            ),
            None => format!("incident {incident} is as if nothing had been decided"),
        };
        Decided {
            text,
            about: json!({ "what": "incident", "incident": incident,
                "before": status(before), "after": status(after) }),
        }
    }

    /// What one rule does.
    pub(crate) fn choice(rule: &RuleId, before: Option<&str>, after: Option<&str>) -> Decided {
        Decided {
            text: format!("rule {rule} is {}", after.unwrap_or("as it comes")),
            about: json!({ "what": "rule_mode", "rule": rule, "before": before, "after": after }),
        }
    }

    /// How far Ringfence goes.
    pub(crate) fn mode(before: Mode, after: Mode) -> Decided {
        Decided {
            text: format!("the mode is {}", after.name()),
            about: json!({ "what": "mode", "before": before.name(), "after": after.name() }),
        }
    }

    /// An exception.
    pub(crate) fn allowed(allowance: &Allowance) -> Decided {
        let what = match &allowance.scope {
            AllowScope::Once { subject } => format!("once: {subject}"),
            AllowScope::Project { root } => format!("below {root}"),
        };
        let reason = allowance.reason.as_deref().unwrap_or("no reason was given");
        Decided {
            text: format!("rule {} is silent {what} ({reason})", allowance.rule),
            about: json!({ "what": "exception", "rule": allowance.rule,
                "exception": allowance.finding, "after": "made" }),
        }
    }

    /// An exception that was taken back.
    pub(crate) fn no_longer_allowed(exception: &FindingId) -> Decided {
        Decided {
            text: format!("the exception {exception} is taken back"),
            about: json!({ "what": "exception", "exception": exception, "after": "taken back" }),
        }
    }

    /// A rule of the user's own that was written, or taken away.
    pub(crate) fn own_rule(rule: &RuleId, before: Option<&str>, after: Option<&str>) -> Decided {
        let done = match (before, after) {
            (_, None) => "taken away",
            (None, Some(_)) => "new",
            (Some(_), Some(_)) => "written anew",
        };
        Decided {
            text: format!("the user's own rule {rule} is {done}"),
            about: json!({ "what": "own_rule", "rule": rule, "before": before, "after": after }),
        }
    }
}

/// Returns what is put on record of a decision.
pub(crate) fn record(judge: &Judge, decided: &Decided) -> Record {
    let text = format!("A person decided: {}", decided.text);
    let event = Event {
        key: EventKey(Uuid::now_v7()),
        at: now(),
        source: Source::Host,
        agent: None,
        moment: Some(MOMENT.to_owned()),
        session: None,
        call: None,
        process: None,
        cwd: None,
        action: Action::Notification {
            text: judge.harmless(&text),
        },
        labels: Labels::default(),
        rest: Map::from_iter([("decided".to_owned(), masked(judge, &decided.about))]),
    };
    Record {
        event,
        decision: Decision::from_findings(Vec::new()),
    }
}

fn masked(judge: &Judge, value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(judge.harmless(text)),
        Value::Object(fields) => {
            let fields = fields.iter();
            Value::Object(
                fields
                    .map(|(name, field)| (name.clone(), masked(judge, field)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

/// Puts a decision that was made in a terminal on record: the daemon takes it in, now or at its next
/// start.
pub(crate) fn put(judge: &Judge, decided: &Decided) -> Result<()> {
    ringfence_store::spool::put(&judge.places.folders(), &record(judge, decided))
        .map(drop)
        .context("it is done, and it is not on record")
}
