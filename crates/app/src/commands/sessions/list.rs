//! `ringfence sessions list`.

use crate::cli::Narrow;
use crate::commands::narrow::{self, narrow, nothing_yet, reader};
use crate::daemon::now;
use crate::habits::Habits;
use crate::output::{BOLD, Exit, ago, print, print_json, table};
use crate::places::Places;
use anyhow::Result;
use ringfence_api::spent_by;
use ringfence_detect::Score;
use ringfence_event::Timestamp;
use ringfence_store::{SessionFilter, SessionSummary, visible};
use ringfence_timeline::CostRow;
use serde::Serialize;

/// Requests that are added up for one list; sessions after that have no cost in it.
const MOST_REQUESTS: usize = 20_000;

pub(super) fn run(args: &Narrow, places: &Places) -> Result<Exit> {
    let (agent, since) = narrow(args)?;
    let filter = SessionFilter {
        agent,
        session: args.session.clone(),
        since,
        before: None,
        limit: Some(narrow::limit(args)?),
    };
    let store = reader(places)?;
    let sessions = match &store {
        Some(store) => store.sessions(&filter)?,
        None => Vec::new(),
    };
    let habits = Habits::load(&places.habits()).unwrap_or_default();
    let now = now();
    let mut left = MOST_REQUESTS;
    let mut listed = Vec::new();
    for session in sessions {
        let spent = match &store {
            Some(store) => spent_by(store, &session.session, left)?,
            None => None,
        };
        left = spent.as_ref().map_or(0, |spent| {
            let requests = usize::try_from(spent.spent.requests).unwrap_or(usize::MAX);
            left.saturating_sub(requests)
        });
        listed.push(Row {
            risk: habits
                .score(&session.session, now)
                .or_else(|| session.findings.is_empty().then(Score::default)),
            spent: spent.filter(|spent| spent.spent.requests > 0),
            session,
        });
    }
    let sessions = listed;
    if args.json {
        print_json("sessions", &sessions)?;
    } else if sessions.is_empty() {
        print(&nothing_yet(places))?;
    } else {
        print(&table(&rows(&sessions, now)))?;
    }
    Ok(Exit::Done)
}

/// A session, and how much it should worry its user.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    session: SessionSummary,
    /// What the model used; `None` if nobody told, or if the list already counted too much.
    #[serde(skip_serializing_if = "Option::is_none")]
    spent: Option<CostRow>,
    /// `None` while it is not known: the daemon writes it down every few seconds.
    risk: Option<Score>,
}

fn rows(sessions: &[Row], now: Timestamp) -> Vec<Vec<String>> {
    let head = [
        "last seen",
        "agent",
        "session",
        "events",
        "calls",
        "denied",
        "findings",
        "risk",
        "cost",
        "model",
        "directory",
    ];
    let mut rows = vec![
        head.iter()
            .map(|name| format!("{BOLD}{name}{BOLD:#}"))
            .collect(),
    ];
    for Row {
        session,
        spent,
        risk,
    } in sessions
    {
        let findings: u64 = session.findings.values().sum();
        rows.push(vec![
            ago(session.last, now),
            session
                .agent
                .map_or_else(|| "-".to_owned(), |agent| agent.to_string()),
            visible(session.session.as_str()).chars().take(8).collect(),
            events(session),
            session.tool_calls.to_string(),
            session.denied.to_string(),
            findings.to_string(),
            risk.as_ref()
                .map_or_else(|| "-".to_owned(), |risk| risk.score.to_string()),
            spent
                .as_ref()
                .map_or_else(|| "-".to_owned(), |spent| spent.spent.cost.to_string()),
            spent.as_ref().map_or_else(|| "-".to_owned(), models),
            visible(session.cwd.as_deref().unwrap_or("-")),
        ]);
    }
    rows
}

/// The model, and whether there were others.
fn models(spent: &CostRow) -> String {
    let more = if spent.models.len() > 1 { "+" } else { "" };
    let first = spent.models.first();
    first.map_or_else(
        || "-".to_owned(),
        |first| format!("{}{more}", visible(first)),
    )
}

/// How many events there are; `+` says that the sensor lost some.
fn events(session: &SessionSummary) -> String {
    let more = if session.incomplete { "+" } else { "" };
    format!("{}{more}", session.events)
}
