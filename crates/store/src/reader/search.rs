//! Which events of one segment hold words: asked from the table of words as far as
//! that goes, and read from the events behind it.
//!
//! **Invariant:** an event is found the moment it is committed, whether its words are
//! in the table yet or not.

use super::events::{COLUMNS, Row};
use super::failed;
use super::filter::direction;
use super::segment::Segment;
use super::select::Wanted;
use super::words::Words;
use crate::StoreError;
use crate::connection::is_damage;
use crate::record::searched;
use rusqlite::{CachedStatement, Connection, params, params_from_iter};

/// Forms of a word (`deploy`, `deployed`, …) that are named one by one. Of more, the
/// table itself puts together which events hold them, all before the first.
const MAX_FORMS: usize = 256;

/// Events with the same form that are passed over one by one on the way to the next
/// form; of more, it is looked up.
const FEW_EVENTS: usize = 32;

/// What is looked for in one segment.
struct Hunt<'a> {
    segment: &'a Segment,
    wanted: &'a Wanted,
    words: &'a Words,
    /// The only events that fit otherwise, in order; `None` if that is to be checked.
    fit: Option<&'a [i64]>,
    most: usize,
}

/// Returns the numbers of the events between two numbers that hold the words.
pub(super) fn seqs(
    segment: &Segment,
    wanted: &Wanted,
    words: &Words,
    window: (i64, i64),
    fit: Option<&[i64]>,
    most: usize,
) -> Result<Vec<i64>, StoreError> {
    let hunt = Hunt {
        segment,
        wanted,
        words,
        fit,
        most,
    };
    if let Some(table) = segment.words()? {
        match hunt.with(table, window) {
            // The table is only a help.
            Err(error) if is_damage(&error) => {}
            found => return found,
        }
    }
    let mut found = Vec::new();
    hunt.read(window, &mut found)?;
    Ok(found)
}

impl Hunt<'_> {
    fn with(&self, table: &Connection, window: (i64, i64)) -> Result<Vec<i64>, StoreError> {
        let _view = table.unchecked_transaction().map_err(failed())?;
        let mark: i64 = table
            .prepare_cached("SELECT seq FROM mark WHERE id = 1")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(failed())?;
        let known = (window.0, window.1.min(mark));
        let rest = (window.0.max(mark.saturating_add(1)), window.1);
        let mut found = Vec::new();
        if self.wanted.newest_first {
            self.recent(rest, &mut found)?;
            self.look_up(table, known, &mut found)?;
        } else {
            self.look_up(table, known, &mut found)?;
            self.recent(rest, &mut found)?;
        }
        Ok(found)
    }

    /// Asks the table.
    fn look_up(
        &self,
        table: &Connection,
        window: (i64, i64),
        found: &mut Vec<i64>,
    ) -> Result<(), StoreError> {
        if window.0 > window.1 || found.len() >= self.most {
            return Ok(());
        }
        let asked = self.words.all.iter().map(|word| forms(table, word));
        let asked = asked.collect::<rusqlite::Result<Option<Vec<String>>>>();
        let Some(asked) = asked.map_err(failed())? else {
            return Ok(());
        };
        self.match_all(table, &asked.join(" AND "), window, found)
            .map_err(failed())
    }

    fn match_all(
        &self,
        table: &Connection,
        asked: &str,
        (first, last): (i64, i64),
        found: &mut Vec<i64>,
    ) -> rusqlite::Result<()> {
        let sql = format!(
            "SELECT rowid FROM fts WHERE fts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid {}",
            direction(self.wanted.newest_first)
        );
        let mut statement = table.prepare_cached(&sql)?;
        let mut rows = statement.query(params![asked, first, last])?;
        let mut check = self.check()?;
        while let Some(row) = rows.next()? {
            let seq: i64 = row.get(0)?;
            if self.fits(&mut check, seq)? {
                found.push(seq);
                if found.len() >= self.most {
                    break;
                }
            }
        }
        Ok(())
    }

    /// What asks whether an event fits otherwise.
    fn check(&self) -> rusqlite::Result<CachedStatement<'_>> {
        let clause = self.wanted.conditions((0, 0), None).clause();
        let sql = format!("SELECT 1 FROM event NOT INDEXED{clause}");
        self.segment.events.prepare_cached(&sql)
    }

    fn fits(&self, check: &mut CachedStatement<'_>, seq: i64) -> rusqlite::Result<bool> {
        match self.fit {
            Some(fit) => Ok(fit.binary_search(&seq).is_ok()),
            None if self.wanted.is_only_words() => Ok(true),
            None => {
                let values = self.wanted.conditions((seq, seq), None).values;
                check.exists(params_from_iter(values))
            }
        }
    }

    /// Looks at what is not in the table yet: in memory, as far as it is there.
    fn recent(&self, (first, last): (i64, i64), found: &mut Vec<i64>) -> Result<(), StoreError> {
        // What is committed after this view began is in none of its answers.
        let last = last.min(self.segment.last()?.unwrap_or_default());
        if first > last {
            return Ok(());
        }
        let batches = self
            .segment
            .fresh
            .between(self.segment.number, (first, last));
        let (Some(begin), Some(end)) = (batches.first(), batches.last()) else {
            return self.read((first, last), found);
        };
        let before = (first, last.min(begin.first - 1));
        let after = (first.max(end.last + 1), last);
        let inside = |seq: i64| (first..=last).contains(&seq);
        if self.wanted.newest_first {
            self.read(after, found)?;
            let texts = batches
                .iter()
                .rev()
                .flat_map(|batch| batch.texts.iter().rev());
            self.pick(texts.filter(|(seq, _)| inside(*seq)), found)?;
            self.read(before, found)
        } else {
            self.read(before, found)?;
            let texts = batches.iter().flat_map(|batch| batch.texts.iter());
            self.pick(texts.filter(|(seq, _)| inside(*seq)), found)?;
            self.read(after, found)
        }
    }

    fn pick<'a>(
        &self,
        texts: impl Iterator<Item = (i64, &'a str)>,
        found: &mut Vec<i64>,
    ) -> Result<(), StoreError> {
        let mut check = self.check().map_err(failed())?;
        for (seq, text) in texts {
            if found.len() >= self.most {
                break;
            }
            if self.words.may_be_in([text, ""])
                && self.words.are_in(text)?
                && self.fits(&mut check, seq).map_err(failed())?
            {
                found.push(seq);
            }
        }
        Ok(())
    }

    /// Reads the events themselves; one that cannot be read holds no word.
    fn read(&self, window: (i64, i64), found: &mut Vec<i64>) -> Result<(), StoreError> {
        if window.0 > window.1 || found.len() >= self.most {
            return Ok(());
        }
        let conditions = self.wanted.conditions(window, None);
        let sql = format!(
            "{COLUMNS} NOT INDEXED{} ORDER BY seq {}",
            conditions.clause(),
            direction(self.wanted.newest_first)
        );
        let events = &self.segment.events;
        let mut statement = events.prepare_cached(&sql).map_err(failed())?;
        let values = params_from_iter(conditions.values);
        let mut rows = statement.query(values).map_err(failed())?;
        while let Some(row) = rows.next().map_err(failed())? {
            let row = Row::read(row).map_err(failed())?;
            if self
                .fit
                .is_none_or(|fit| fit.binary_search(&row.seq).is_ok())
                && self.holds(&row)?
            {
                found.push(row.seq);
                if found.len() >= self.most {
                    break;
                }
            }
        }
        Ok(())
    }

    fn holds(&self, row: &Row<'_>) -> Result<bool, StoreError> {
        let mut decoder = self.segment.decoder.borrow_mut();
        let Ok(body) = row.body(&mut decoder) else {
            return Ok(false);
        };
        if !body
            .json()
            .is_ok_and(|json| self.words.may_be_in([body.summary, &json]))
        {
            return Ok(false);
        }
        match body.event(row.columns.clone()) {
            Ok(event) => self.words.are_in(&searched::words(&event, body.summary)),
            Err(_) => Ok(false),
        }
    }
}

/// What asks the table for the words that begin so; `None` if there are none.
///
/// They are named one by one: then the table can begin with the events that are asked
/// for, where for a prefix it first collects all that hold any of them.
fn forms(table: &Connection, word: &str) -> rusqlite::Result<Option<String>> {
    let mut find = table.prepare_cached("SELECT term FROM form WHERE term >= ? AND term < ?")?;
    let end = format!("{word}{}", char::MAX);
    let mut from = word.to_owned();
    let mut forms: Vec<String> = Vec::new();
    loop {
        let mut rows = find.query(params![from, end])?;
        let mut events = 0;
        loop {
            let Some(row) = rows.next()? else {
                return Ok(any_of(&forms));
            };
            let form = row.get_ref(0)?.as_str()?;
            events += 1;
            if forms.last().is_none_or(|last| last != form) {
                if forms.len() >= MAX_FORMS {
                    return Ok(Some(format!("\"{word}\" *")));
                }
                forms.push(form.to_owned());
                events = 1;
            } else if events > FEW_EVENTS {
                // No word holds this character, so no word lies between the two.
                from = format!("{form}\u{1}");
                break;
            }
        }
    }
}

fn any_of(forms: &[String]) -> Option<String> {
    if forms.is_empty() {
        return None;
    }
    let quoted: Vec<String> = forms.iter().map(|form| format!("\"{form}\"")).collect();
    Some(format!("({})", quoted.join(" OR ")))
}
