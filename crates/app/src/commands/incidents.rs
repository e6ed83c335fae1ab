//! `ringfence incidents [list|show|resolve|export]`.

use super::narrow::{nothing_yet, reader};
use super::person;
use crate::cli::{ExportForm, Incidents, IncidentsList, IncidentsWhat, Resolve, Standing};
use crate::daemon::now;
use crate::decided::{self, Decided};
use crate::handled;
use crate::judge::Judge;
use crate::output::{self, BOLD, DIM, Exit, ago, clock, count, print, print_json, table};
use crate::places::Places;
use anyhow::{Context, Result};
use ringfence_event::{SessionId, Timestamp};
use ringfence_incident::{Handling, Incident, Status, report};
use ringfence_store::visible;
use serde::Serialize;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

pub(super) fn run(args: &Incidents, places: &Places) -> Result<Exit> {
    match &args.what {
        None => list(&args.list, places),
        Some(IncidentsWhat::List(args)) => list(args, places),
        Some(IncidentsWhat::Show { incident, json }) => show(incident, *json, places),
        Some(IncidentsWhat::Resolve(args)) => resolve(args, places),
        Some(IncidentsWhat::Export {
            incident,
            format,
            output,
        }) => export(incident, *format, output.as_deref(), places),
    }
}

/// An incident, and what a person decided about it.
#[derive(Serialize)]
struct Row {
    status: Status,
    handling: Option<Handling>,
    #[serde(flatten)]
    incident: Incident,
}

impl Row {
    fn new(incident: Incident, places: &Places) -> Result<Row> {
        let handling = handled::load(places, &incident.id)?;
        Ok(Row {
            status: incident.status(handling.as_ref()),
            handling,
            incident,
        })
    }
}

/// The incidents of a time, the latest first, and whether there are older findings than were looked at.
fn all(places: &Places, since: Timestamp) -> Result<(Vec<Row>, bool)> {
    let Some(reader) = reader(places)? else {
        return Ok((Vec::new(), false));
    };
    let (incidents, cut) = ringfence_incident::read(&reader, None)?;
    let rows = incidents
        .into_iter()
        .filter(|incident| incident.last >= since)
        .map(|incident| Row::new(incident, places));
    Ok((rows.collect::<Result<_>>()?, cut))
}

fn list(args: &IncidentsList, places: &Places) -> Result<Exit> {
    let now = now();
    let (mut rows, cut) = all(places, output::since(&args.since, now)?)?;
    if let Some(session) = &args.session {
        let of_it = |own: &SessionId| own.as_str().starts_with(session.as_str());
        rows.retain(|row| row.incident.session.as_ref().is_some_and(of_it));
    }
    let closed = rows.iter().filter(|row| !row.status.open()).count();
    if !args.all {
        rows.retain(|row| row.status.open());
    }
    if args.json {
        print_json("incidents", &rows)?;
        return Ok(Exit::Done);
    }
    if reader(places)?.is_none() {
        print(&nothing_yet(places))?;
    } else if rows.is_empty() {
        let closed = match closed {
            0 => String::new(),
            some => format!(
                " {} dealt with: --all shows them.",
                count(some as u64, "incident")
            ),
        };
        print(&format!("Nothing is open.{closed}\n"))?;
    } else {
        print(&table(&listed(&rows, now)))?;
    }
    if cut {
        print(&format!(
            "{DIM}There are older findings than were looked at.{DIM:#}\n"
        ))?;
    }
    Ok(Exit::Done)
}

fn listed(rows: &[Row], now: Timestamp) -> Vec<Vec<String>> {
    let head = [
        "incident",
        "last",
        "severity",
        "answer",
        "status",
        "findings",
        "agent",
        "what happened",
    ];
    let mut lines = vec![
        head.iter()
            .map(|name| format!("{BOLD}{name}{BOLD:#}"))
            .collect(),
    ];
    for Row {
        status, incident, ..
    } in rows
    {
        lines.push(vec![
            incident.id.to_string(),
            ago(incident.last, now),
            output::severity(incident.severity),
            output::verdict(incident.verdict),
            status.name().replace('_', " "),
            incident.findings.len().to_string(),
            incident
                .agent
                .map_or_else(|| "-".to_owned(), |agent| agent.to_string()),
            visible(&incident.title),
        ]);
    }
    lines
}

/// Finds the incident that a person means: by its id, the start of it, or a finding in it.
fn find(name: &str, places: &Places) -> Result<Row> {
    let found = match reader(places)? {
        Some(reader) => ringfence_incident::find(&reader, name)?,
        None => None,
    };
    let incident = found.with_context(|| {
        format!(
            "no incident is called `{}`\nhint: `ringfence incidents --all` lists them",
            visible(name)
        )
    })?;
    Row::new(incident, places)
}

fn show(name: &str, json: bool, places: &Places) -> Result<Exit> {
    let row = find(name, places)?;
    if json {
        print_json("incident", &row)?;
    } else {
        print(&shown(&row, now()))?;
    }
    Ok(Exit::Done)
}

fn shown(row: &Row, now: Timestamp) -> String {
    let incident = &row.incident;
    let mut text = format!(
        "{BOLD}{}{BOLD:#}\n{}  {}  {}  {DIM}incident {}, {}{DIM:#}\n\n{}\n",
        visible(&incident.title),
        output::severity(incident.severity),
        output::verdict(incident.verdict),
        row.status.name().replace('_', " "),
        incident.id,
        clock(incident.first, now),
        visible(&incident.narrative.join(" ")),
    );
    if let Some(handling) = &row.handling {
        text.push_str(&format!(
            "{DIM}{} {}: {}{DIM:#}\n",
            clock(handling.at, now),
            handling.status.name().replace('_', " "),
            visible(&handling.reason),
        ));
    }
    text.push_str(&format!("\n{BOLD}What happened{BOLD:#}\n"));
    let steps: Vec<Vec<String>> = (incident.steps.iter())
        .map(|step| {
            vec![
                format!("  {}", clock(step.at, now)),
                output::verdict(step.verdict),
                step.what.clone(),
                visible(&step.to),
            ]
        })
        .collect();
    text.push_str(&table(&steps));
    text.push_str(&format!("\n{BOLD}Do next{BOLD:#}\n"));
    for todo in &incident.next {
        text.push_str(&format!("  {}: {}\n", todo.what, visible(&todo.with)));
        if let Some(command) = &todo.command {
            text.push_str(&format!("      {DIM}{}{DIM:#}\n", visible(command)));
        }
    }
    text
}

fn resolve(args: &Resolve, places: &Places) -> Result<Exit> {
    person::only(places)?;
    let row = find(&args.incident, places)?;
    let handling = Handling {
        status: status(args.standing),
        reason: args.reason.clone(),
        at: now(),
        findings: row.incident.findings.len(),
    };
    handled::save(places, &row.incident.id, &handling)?;
    let decided = Decided::incident(&row.incident.id, row.handling.as_ref(), Some(&handling));
    decided::put(&Judge::load(places)?, &decided)?;
    if args.json {
        let row = Row {
            status: handling.status,
            handling: Some(handling),
            incident: row.incident,
        };
        print_json("incident", &row)?;
    } else {
        print(&format!(
            "{} is {} now. It opens again if it grows.\nundo: ringfence incidents resolve {} --as {} --reason …\n",
            row.incident.id,
            handling.status.name().replace('_', " "),
            row.incident.id,
            row.status.name().replace('_', "-"),
        ))?;
    }
    Ok(Exit::Done)
}

fn status(standing: Standing) -> Status {
    match standing {
        Standing::New => Status::New,
        Standing::Investigating => Status::Investigating,
        Standing::Contained => Status::Contained,
        Standing::Resolved => Status::Resolved,
        Standing::FalsePositive => Status::FalsePositive,
        Standing::Snoozed => Status::Snoozed,
    }
}

fn export(name: &str, form: ExportForm, output: Option<&Path>, places: &Places) -> Result<Exit> {
    let row = find(name, places)?;
    let text = match form {
        ExportForm::Markdown => report::markdown(&row.incident, row.status),
        ExportForm::Html => report::html(&row.incident, row.status),
        ExportForm::Json => format!("{}\n", serde_json::to_string_pretty(&row)?),
    };
    let Some(path) = output else {
        print(&text)?;
        return Ok(Exit::Done);
    };
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("failed to write `{}`", path.display()))?;
    print(&format!("Written to {}.\n", path.display()))?;
    Ok(Exit::Done)
}
