//! `ringfence sessions export`: one session in a file that can be shown to others.
//!
//! **Invariant:** secrets are masked once more with the rules of today, and the home directory is
//! written as `~`. A file is written whole or not at all.

mod page;

use super::{find, open};
use crate::cli::{Export, Format};
use crate::output::{Exit, SCHEMA};
use crate::places::Places;
use anyhow::{Context, Result};
use page::{About, HtmlPage};
use ringfence_api::Recording;
use ringfence_enrich::Masker;
use ringfence_event::{EventKey, SessionId, Timestamp, ToolCallId};
use ringfence_store::{SessionSummary, StoreError};
use ringfence_timeline::{Cursor, Facts, Mark, Recorded, Records, Session};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Events that are read for one page.
const PAGE: usize = 500;

/// The longest text in a page for people, in bytes; JSON has all.
const LONGEST_TEXT: usize = 16 << 10;

pub(super) fn run(args: &Export, places: &Places) -> Result<Exit> {
    let (store, summary) = find(&args.session, places)?;
    let records = Masked {
        recording: Recording(&store),
        masker: Masker::new([0; 32]),
    };
    let session = open(&records, &summary)?;
    let homes = Homes::of(&places.home);
    match &args.output {
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            write(args.format, &session, &summary, &homes, &mut out)?;
            out.flush()?;
        }
        Some(path) => to_file(path, |out| {
            write(args.format, &session, &summary, &homes, out)
        })?,
    }
    Ok(Exit::Done)
}

fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let failed = || format!("failed to write `{}`", path.display());
    let written = File::create(&part)
        .with_context(failed)
        .and_then(|file| {
            let mut out = BufWriter::new(file);
            write(&mut out)?;
            out.flush().with_context(failed)
        })
        .and_then(|()| std::fs::rename(&part, path).with_context(failed));
    if written.is_err() {
        drop(std::fs::remove_file(&part));
    }
    written
}

fn write(
    format: Format,
    session: &Session<'_, Masked<'_>>,
    summary: &SessionSummary,
    homes: &Homes,
    out: &mut dyn Write,
) -> Result<()> {
    let facts = session.facts()?;
    match format {
        Format::Json => json(session, summary, &facts, homes, out),
        Format::Html => html(session, summary, &facts, homes, out),
    }
}

fn json(
    session: &Session<'_, Masked<'_>>,
    summary: &SessionSummary,
    facts: &Facts,
    homes: &Homes,
    out: &mut dyn Write,
) -> Result<()> {
    let summary = homes.hide(&serde_json::to_string(summary)?);
    let facts = serde_json::to_string(facts)?;
    write!(
        out,
        "{{\"schema\":{SCHEMA},\"session\":{summary},\"facts\":{facts},\"turns\":["
    )?;
    let mut comma = "\n";
    let mut from = None;
    loop {
        let page = session.page(from, PAGE, None)?;
        for turn in &page.timeline.turns {
            write!(out, "{comma}{}", homes.hide(&serde_json::to_string(turn)?))?;
            comma = ",\n";
        }
        from = page.next.as_deref().and_then(Cursor::parse);
        if from.is_none() {
            break;
        }
    }
    writeln!(out, "\n]}}")?;
    Ok(())
}

fn html(
    session: &Session<'_, Masked<'_>>,
    summary: &SessionSummary,
    facts: &Facts,
    homes: &Homes,
    out: &mut dyn Write,
) -> Result<()> {
    let about = About { summary, facts };
    let mut html = HtmlPage::begin(&about);
    out.write_all(homes.hide(&html.take()).as_bytes())?;
    let mut from = None;
    loop {
        let page = session.page(from, PAGE, Some(LONGEST_TEXT))?;
        for turn in &page.timeline.turns {
            html.turn(turn);
            out.write_all(homes.hide(&html.take()).as_bytes())?;
        }
        from = page.next.as_deref().and_then(Cursor::parse);
        if from.is_none() {
            break;
        }
    }
    html.end();
    out.write_all(homes.hide(&html.take()).as_bytes())?;
    Ok(())
}

/// The record, with secrets masked by the rules of today.
struct Masked<'a> {
    recording: Recording<'a>,
    masker: Masker,
}

impl Masked<'_> {
    fn mask(&self, mut record: Recorded) -> Recorded {
        let marks = record.event.labels.secrets.clone();
        self.masker.mask_event(&mut record.event);
        record.event.labels.secrets = marks;
        record
    }
}

impl Records for Masked<'_> {
    type Error = StoreError;

    fn marks(&self, session: &str) -> Result<Vec<Mark>, StoreError> {
        self.recording.marks(session)
    }

    fn read(&self, seqs: &[i64]) -> Result<Vec<Recorded>, StoreError> {
        let records = self.recording.read(seqs)?.into_iter();
        Ok(records.map(|record| self.mask(record)).collect())
    }

    fn mark_of_call(&self, id: &ToolCallId) -> i64 {
        self.recording.mark_of_call(id)
    }

    fn by_key(&self, key: EventKey) -> Result<Option<Recorded>, StoreError> {
        Ok(self.recording.by_key(key)?.map(|record| self.mask(record)))
    }

    fn writer(
        &self,
        path: &str,
        before: Timestamp,
        session: &SessionId,
    ) -> Result<Option<Recorded>, StoreError> {
        let found = self.recording.writer(path, before, session)?;
        Ok(found.map(|record| self.mask(record)))
    }
}

/// How the home directory is written, in paths and in the names that Claude Code makes of them.
struct Homes(Vec<(String, &'static str)>);

impl Homes {
    fn of(home: &Path) -> Homes {
        let home = home.to_string_lossy().trim_end_matches('/').to_owned();
        // A home of `/` or `/root` names nobody, and would stand everywhere.
        if home.len() < 3 {
            return Homes(Vec::new());
        }
        let dashed = home.replace(['/', '.'], "-");
        Homes(vec![(home, "~"), (dashed, "-~")])
    }

    /// Writes `~` for the home directory, where it stands as a whole name.
    fn hide(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (home, short) in &self.0 {
            if text.contains(home.as_str()) {
                text = replace_names(&text, home, short);
            }
        }
        text
    }
}

fn replace_names(text: &str, name: &str, short: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(name) {
        replaced.push_str(before);
        let goes_on = after
            .chars()
            .next()
            .is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        replaced.push_str(if goes_on { name } else { short });
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}

#[cfg(test)]
mod tests;
