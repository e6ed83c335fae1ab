//! `ringfence sessions show`.

use super::steps::{LEGEND, lines, turn_line};
use super::{cost_line, find, number, open, spent_line};
use crate::cli::Show;
use crate::daemon::now;
use crate::output::{BOLD, DIM, Exit, SCHEMA, YELLOW, clock, count, print};
use crate::places::Places;
use anyhow::{Context, Result};
use ringfence_api::Recording;
use ringfence_store::{SessionSummary, visible};
use ringfence_timeline::{Facts, Turn, What};

/// Events that are read for one page.
const PAGE: usize = 500;

/// The longest text that is shown, in bytes.
const LONGEST_TEXT: usize = 64 << 10;

pub(super) fn run(args: &Show, places: &Places) -> Result<Exit> {
    let (store, summary) = find(&args.session, places)?;
    let records = Recording(&store);
    let session = open(&records, &summary)?;
    let mut from = match args.turn {
        Some(turn) => Some(session.turn(turn).with_context(|| {
            let turns = session.counts().turns;
            format!("the session has no turn {turn}\nhint: it has {turns}")
        })?),
        None => None,
    };
    if args.json {
        return json(args, &session, &summary, from);
    }
    if args.turn.is_none() {
        print(&head(&summary, &session.facts()?))?;
    }
    let mut last = None;
    loop {
        let page = session.page(from, PAGE, Some(LONGEST_TEXT))?;
        for turn in &page.timeline.turns {
            if args.turn.is_some_and(|wanted| wanted != turn.number) {
                return Ok(Exit::Done);
            }
            print(&told(turn, args.full, last))?;
            last = Some(turn.number);
        }
        from = page
            .next
            .as_deref()
            .and_then(ringfence_timeline::Cursor::parse);
        if from.is_none() {
            break;
        }
    }
    print(&format!("\n{DIM}{LEGEND}{DIM:#}\n"))?;
    Ok(Exit::Done)
}

/// A turn; thoughts only if all is asked for.
fn told(turn: &Turn, full: bool, last: Option<u64>) -> String {
    let mut text = String::new();
    if last != Some(turn.number) {
        text.push_str(&turn_line(turn));
    }
    for step in &turn.steps {
        if full || !matches!(step.what, What::Thinking { .. }) {
            text.push_str(&lines(step, full));
        }
    }
    text
}

/// What is known of the session as a whole.
pub(super) fn head(summary: &SessionSummary, facts: &Facts) -> String {
    let now = now();
    let agent = summary
        .agent
        .map_or("an unknown agent", |agent| agent.title());
    let mut text = format!(
        "{BOLD}{}{BOLD:#}  {agent}\n{}\n{DIM}{} to {}{DIM:#}\n\n",
        visible(summary.session.as_str()),
        visible(summary.cwd.as_deref().unwrap_or("no directory known")),
        clock(summary.first, now),
        clock(summary.last, now),
    );
    let counts = &facts.counts;
    let sources: Vec<String> = (counts.sources.iter())
        .map(|(source, events)| format!("{} {source}", number(*events)))
        .collect();
    text.push_str(&format!(
        "{}, {}, {} denied; {} ({})\n",
        count(counts.turns, "turn"),
        count(counts.calls, "tool call"),
        counts.denied,
        count(counts.events, "event"),
        sources.join(", ")
    ));
    for (model, spent) in &facts.models {
        let model = if model.is_empty() {
            "unknown model"
        } else {
            model
        };
        text.push_str(&format!(
            "{}: {}, {}\n",
            visible(model),
            spent_line(spent),
            cost_line(spent)
        ));
    }
    if facts.spent.requests > 0 {
        text.push_str(&format!(
            "{} {DIM}prices of {}{DIM:#}\n",
            cost_line(&facts.spent),
            facts.prices_of
        ));
    }
    if !facts.modes.is_empty() {
        let modes: Vec<&str> = facts.modes.iter().map(String::as_str).collect();
        text.push_str(&format!("permissions: {}\n", visible(&modes.join(", "))));
    }
    if summary.incomplete {
        text.push_str(&format!(
            "{YELLOW}incomplete: the sensor lost something{YELLOW:#}\n"
        ));
    }
    if counts.left_out > 0 {
        text.push_str(&format!(
            "{DIM}{} of the kernel are not shown: their calls have too many{DIM:#}\n",
            count(counts.left_out, "event")
        ));
    }
    text
}

/// The same in JSON, turn by turn, so that a long session needs no more memory than a short one.
fn json<R: ringfence_timeline::Records>(
    args: &Show,
    session: &ringfence_timeline::Session<'_, R>,
    summary: &SessionSummary,
    mut from: Option<ringfence_timeline::Cursor>,
) -> Result<Exit>
where
    R::Error: std::error::Error + Send + Sync + 'static,
{
    let facts = session.facts()?;
    print(&format!(
        "{{\"schema\":{SCHEMA},\"session\":{},\"facts\":{},\"turns\":[",
        serde_json::to_string(summary)?,
        serde_json::to_string(&facts)?
    ))?;
    let mut first = true;
    'pages: loop {
        let page = session.page(from, PAGE, None)?;
        for turn in &page.timeline.turns {
            if args.turn.is_some_and(|wanted| wanted != turn.number) {
                break 'pages;
            }
            let comma = if first { "\n" } else { ",\n" };
            first = false;
            print(&format!("{comma}{}", serde_json::to_string(turn)?))?;
        }
        from = page
            .next
            .as_deref()
            .and_then(ringfence_timeline::Cursor::parse);
        if from.is_none() {
            break;
        }
    }
    print("\n]}\n")?;
    Ok(Exit::Done)
}
