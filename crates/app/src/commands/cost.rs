//! `ringfence cost`.

use super::narrow::{agent, nothing_yet, reader};
use super::sessions::{cost_line, number};
use crate::cli::{Cost as Args, CostBy};
use crate::daemon::now;
use crate::output::{self, BOLD, DIM, Exit, YELLOW, print, print_json, table};
use crate::places::Places;
use anyhow::Result;
use jiff::tz::TimeZone;
use ringfence_api::spending;
use ringfence_event::Timestamp;
use ringfence_store::{EventFilter, visible};
use ringfence_timeline::{By, CostReport, CostRow, Spent};

/// Models that one row names.
const MOST_MODELS: usize = 3;

pub(super) fn run(args: &Args, places: &Places) -> Result<Exit> {
    let filter = EventFilter {
        agent: args.agent.as_deref().map(agent).transpose()?,
        session: args.session.clone(),
        since: (args.since.as_deref())
            .map(|text| output::since(text, now()))
            .transpose()?,
        ..EventFilter::default()
    };
    let by = match args.by {
        CostBy::Day => By::Day,
        CostBy::Model => By::Model,
        CostBy::Project => By::Project,
        CostBy::Agent => By::Agent,
        CostBy::Session => By::Session,
    };
    let Some(store) = reader(places)? else {
        if args.json {
            print_json("cost", &CostReport::default())?;
        } else {
            print(&nothing_yet(places))?;
        }
        return Ok(Exit::Done);
    };
    let zone = TimeZone::system();
    let spent = spending(&store, &filter, |at| day(at, &zone))?;
    let report = spent.costs.report(by);
    if args.json {
        print_json("cost", &report)?;
    } else if report.rows.is_empty() {
        print(EMPTY)?;
    } else {
        print(&shown(&report, by, spent.more))?;
    }
    Ok(Exit::Done)
}

const EMPTY: &str = "No request to a model is recorded. Agents write down what they used: it is read \
from their history, or sent with\n`ringfence install --telemetry`.\n";

fn day(at: Timestamp, zone: &TimeZone) -> String {
    let moment = jiff::Timestamp::from_microsecond(at.0);
    moment.map_or_else(
        |_| String::new(),
        |moment| moment.to_zoned(zone.clone()).date().to_string(),
    )
}

fn shown(report: &CostReport, by: By, more: bool) -> String {
    let head = [
        by.name(),
        "cost",
        "requests",
        "input",
        "output",
        "cache read",
        "cache write",
        "sessions",
        "models",
    ];
    let mut rows = vec![
        head.iter()
            .map(|name| format!("{BOLD}{name}{BOLD:#}"))
            .collect(),
    ];
    rows.extend(report.rows.iter().map(|one| row(one, by)));
    rows.push(sums("together", &report.total));
    let mut text = table(&rows);
    text.push_str(&format!(
        "\n{} {DIM}at the makers' list prices of {}; a subscription costs what it costs{DIM:#}\n",
        cost_line(&report.total),
        report.prices_of
    ));
    if !report.unknown_models.is_empty() {
        let names: Vec<String> = (report.unknown_models.iter())
            .map(|name| match name.as_str() {
                "" => "a model that was not named".to_owned(),
                name => visible(name),
            })
            .collect();
        text.push_str(&format!(
            "{YELLOW}no price is known for {}{YELLOW:#}: counted in tokens only\n",
            names.join(", ")
        ));
    }
    if more {
        text.push_str(&format!(
            "{YELLOW}there is more{YELLOW:#}: narrow it down with --since\n"
        ));
    }
    text
}

fn row(row: &CostRow, by: By) -> Vec<String> {
    let name = match row.name.as_str() {
        "" => "-".to_owned(),
        name => visible(name),
    };
    let mut cells = sums(&name, &row.spent);
    cells.push(row.sessions.to_string());
    if by != By::Model {
        let mut models: Vec<String> = (row.models.iter().take(MOST_MODELS))
            .map(|name| visible(name))
            .collect();
        if row.models.len() > MOST_MODELS {
            models.push("…".to_owned());
        }
        cells.push(models.join(", "));
    }
    cells
}

fn sums(name: &str, spent: &Spent) -> Vec<String> {
    let unpriced = if spent.unpriced > 0 { "+" } else { "" };
    vec![
        name.to_owned(),
        format!("{}{unpriced}", spent.cost),
        number(spent.requests),
        number(spent.input),
        number(spent.output),
        number(spent.cache_read),
        number(spent.cache_write),
    ]
}
