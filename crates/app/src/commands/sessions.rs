//! `ringfence sessions`.

use super::narrow::{self, narrow, nothing_yet, reader};
use crate::cli::Sessions;
use crate::daemon::now;
use crate::output::{BOLD, Exit, ago, print, print_json, table};
use crate::places::Places;
use anyhow::Result;
use ringfence_store::{SessionFilter, SessionSummary, visible};

pub(super) fn run(args: &Sessions, places: &Places) -> Result<Exit> {
    let (agent, since) = narrow(&args.narrow)?;
    let filter = SessionFilter {
        agent,
        session: args.narrow.session.clone(),
        since,
        before: None,
        limit: Some(narrow::limit(&args.narrow)?),
    };
    let sessions = match reader(places)? {
        Some(store) => store.sessions(&filter)?,
        None => Vec::new(),
    };
    if args.narrow.json {
        print_json("sessions", &sessions)?;
    } else if sessions.is_empty() {
        print(&nothing_yet(places))?;
    } else {
        print(&table(&rows(&sessions)))?;
    }
    Ok(Exit::Done)
}

fn rows(sessions: &[SessionSummary]) -> Vec<Vec<String>> {
    let now = now();
    let head = [
        "last seen",
        "agent",
        "session",
        "events",
        "calls",
        "denied",
        "findings",
        "directory",
    ];
    let mut rows = vec![
        head.iter()
            .map(|name| format!("{BOLD}{name}{BOLD:#}"))
            .collect(),
    ];
    for session in sessions {
        let findings: u64 = session.findings.values().sum();
        rows.push(vec![
            ago(session.last, now),
            session
                .agent
                .map_or_else(|| "-".to_owned(), |agent| agent.to_string()),
            visible(session.session.as_str()).chars().take(8).collect(),
            session.events.to_string(),
            session.tool_calls.to_string(),
            session.denied.to_string(),
            findings.to_string(),
            visible(session.cwd.as_deref().unwrap_or("-")),
        ]);
    }
    rows
}
