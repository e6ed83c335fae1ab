//! `ringfence sessions`.

mod export;
mod list;
mod replay;
mod show;
pub(super) mod steps;

use super::narrow::{nothing_yet, reader};
use crate::cli::{Sessions, SessionsWhat};
use crate::output::{self, Exit};
use crate::places::Places;
use anyhow::{Context, Result, bail};
use ringfence_event::Cost;
use ringfence_store::{Reader, SessionFilter, SessionSummary, visible};
use ringfence_timeline::Spent;

/// Sessions that an ambiguous beginning is said to mean.
const CANDIDATES: usize = 5;

pub(super) fn run(args: &Sessions, places: &Places) -> Result<Exit> {
    match &args.what {
        None => list::run(&args.list, places),
        Some(SessionsWhat::List(narrow)) => list::run(narrow, places),
        Some(SessionsWhat::Show(args)) => show::run(args, places),
        Some(SessionsWhat::Replay(args)) => replay::run(args, places),
        Some(SessionsWhat::Export(args)) => export::run(args, places),
    }
}

/// Finds the session that a person means.
pub(super) fn find(name: &str, places: &Places) -> Result<(Reader, SessionSummary)> {
    let Some(store) = reader(places)? else {
        bail!("{}", nothing_yet(places).trim_end());
    };
    let found = store.sessions(&SessionFilter {
        session: Some(name.to_owned()),
        limit: Some(CANDIDATES + 1),
        ..SessionFilter::default()
    })?;
    let whole = found.iter().find(|one| one.session.as_str() == name);
    let found = match (whole, found.as_slice()) {
        (Some(whole), _) => whole.clone(),
        (None, [only]) => only.clone(),
        (None, []) => {
            bail!("no session begins with `{name}`\nhint: `ringfence sessions` lists them")
        }
        (None, several) => {
            let names: Vec<String> = (several.iter().take(CANDIDATES))
                .map(|one| visible(one.session.as_str()))
                .collect();
            let more = if several.len() > CANDIDATES {
                ", …"
            } else {
                ""
            };
            bail!(
                "several sessions begin with `{name}`: {}{more}\nhint: type more of the one you mean",
                names.join(", ")
            )
        }
    };
    Ok((store, found))
}

/// Opens a session for reading its turns.
pub(super) fn open<'a, R: ringfence_timeline::Records>(
    records: &'a R,
    summary: &SessionSummary,
) -> Result<ringfence_timeline::Session<'a, R>>
where
    R::Error: std::error::Error + Send + Sync + 'static,
{
    let opened = ringfence_timeline::Session::open(records, summary.session.as_str())?;
    opened.context("the session's events are no longer kept")
}

/// What was used, in a few words.
pub(super) fn spent_line(spent: &Spent) -> String {
    let mut text = format!(
        "{}, {} in, {} out",
        output::count(spent.requests, "request"),
        number(spent.input),
        number(spent.output)
    );
    let cached = spent.cache_read.saturating_add(spent.cache_write);
    if cached > 0 {
        text.push_str(&format!(
            ", {} read from and {} put into caches",
            number(spent.cache_read),
            number(spent.cache_write)
        ));
    }
    text
}

/// What it cost by the table, and what the agent itself says.
pub(super) fn cost_line(spent: &Spent) -> String {
    let mut text = spent.cost.to_string();
    if spent.unpriced > 0 {
        let unpriced = output::count(spent.unpriced, "request");
        text.push_str(&format!(" and {unpriced} without a price"));
    }
    if spent.recorded > Cost(0) {
        text.push_str(&format!(" (the agent says {})", spent.recorded));
    }
    text
}

/// `1234567` as `1,234,567`.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        let table = [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ];
        for (given, expected) in table {
            assert_eq!(number(given), expected);
        }
    }
}
