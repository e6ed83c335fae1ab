//! `ringfence sessions replay`: a session once more, step by step.

use super::steps::{LEGEND, lines, turn_line};
use super::{find, open};
use crate::cli::Replay;
use crate::output::{DIM, Exit, print, print_json_line};
use crate::places::Places;
use anyhow::{Context, Result};
use ringfence_api::Recording;
use ringfence_event::Timestamp;
use ringfence_timeline::{Cursor, What};
use std::io::{IsTerminal, stdout};
use std::thread;
use std::time::Duration;

/// Events that are read for one page.
const PAGE: usize = 200;

/// The longest text that is shown, in bytes.
const LONGEST_TEXT: usize = 64 << 10;

/// No pause is longer.
const LONGEST_PAUSE: f64 = 2.0;

pub(super) fn run(args: &Replay, places: &Places) -> Result<Exit> {
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
    // Nobody watches a pipe.
    let waits = !args.no_wait && !args.json && stdout().is_terminal();
    let mut last: Option<Timestamp> = None;
    let mut number = None;
    loop {
        let page = session.page(from, PAGE, Some(LONGEST_TEXT))?;
        for turn in &page.timeline.turns {
            if !args.json && number != Some(turn.number) {
                print(&turn_line(turn))?;
            }
            number = Some(turn.number);
            for step in &turn.steps {
                if waits && let Some(last) = last {
                    thread::sleep(pause(last, step.at, args.speed));
                }
                last = Some(step.at);
                if args.json {
                    print_json_line(step)?;
                } else if args.full || !matches!(step.what, What::Thinking { .. }) {
                    print(&lines(step, args.full))?;
                }
            }
        }
        from = page.next.as_deref().and_then(Cursor::parse);
        if from.is_none() {
            break;
        }
    }
    if !args.json {
        print(&format!("\n{DIM}{LEGEND}{DIM:#}\n"))?;
    }
    Ok(Exit::Done)
}

fn pause(last: Timestamp, next: Timestamp, speed: f64) -> Duration {
    let microseconds = u64::try_from(next.0.saturating_sub(last.0)).unwrap_or_default();
    let seconds = Duration::from_micros(microseconds).as_secs_f64() / speed;
    Duration::from_secs_f64(seconds.clamp(0.0, LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_as_they_were_and_never_long() {
        let table = [
            (0, 1_000_000, 10.0, 100),
            (0, 3_600_000_000, 10.0, 2000),
            (5_000_000, 0, 1.0, 0),
            (0, 1_000_000, 0.01, 2000),
            (i64::MIN, i64::MAX, 1e6, 2000),
        ];
        for (last, next, speed, milliseconds) in table {
            let pause = pause(Timestamp(last), Timestamp(next), speed);
            assert_eq!(pause, Duration::from_millis(milliseconds));
        }
    }
}
