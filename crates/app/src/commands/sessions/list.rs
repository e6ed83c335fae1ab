//! `ringfence sessions list`.

use crate::cli::Narrow;
use crate::commands::narrow::{self, narrow, nothing_yet, reader};
use crate::daemon::now;
use crate::habits::Habits;
use crate::output::{BOLD, Exit, ago, print, print_json, table};
use crate::places::Places;
use anyhow::Result;
use ringfence_detect::Score;
use ringfence_event::Timestamp;
use ringfence_store::{SessionFilter, SessionSummary, visible};
use serde::Serialize;

pub(super) fn run(args: &Narrow, places: &Places) -> Result<Exit> {
    let (agent, since) = narrow(args)?;
    let filter = SessionFilter {
        agent,
        session: args.session.clone(),
        since,
        before: None,
        limit: Some(narrow::limit(args)?),
    };
    let sessions = match reader(places)? {
        Some(store) => store.sessions(&filter)?,
        None => Vec::new(),
    };
    let habits = Habits::load(&places.habits()).unwrap_or_default();
    let now = now();
    let sessions: Vec<Row> = (sessions.into_iter())
        .map(|session| Row {
            risk: habits
                .score(&session.session, now)
                .or_else(|| session.findings.is_empty().then(Score::default)),
            session,
        })
        .collect();
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
        "directory",
    ];
    let mut rows = vec![
        head.iter()
            .map(|name| format!("{BOLD}{name}{BOLD:#}"))
            .collect(),
    ];
    for Row { session, risk } in sessions {
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
            visible(session.cwd.as_deref().unwrap_or("-")),
        ]);
    }
    rows
}

/// How many events there are; `+` says that the sensor lost some.
fn events(session: &SessionSummary) -> String {
    let more = if session.incomplete { "+" } else { "" };
    format!("{}{more}", session.events)
}
