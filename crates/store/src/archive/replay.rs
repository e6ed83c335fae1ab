//! Makes good at the start what a stop left undone: events that are in a segment and
//! not in what is derived from it.

use super::{Archive, GAP, damaged};
use crate::StoreError;
use crate::connection;
use crate::daily::Daily;
use crate::keys;
use crate::segment::Segment;
use crate::{folders, schema, stored};
use rusqlite::Connection;

/// As many of the last segments may lack words: more than can wait for the thread.
const MAY_BE_BEHIND: usize = 3;

impl Archive {
    /// Looks at a segment that lies there: the last one is written on, if it can be.
    pub(super) fn take_up(&mut self, number: u32) -> Result<(), StoreError> {
        let listed = self.catalog.segments().get(&number);
        if listed.is_some_and(|listed| listed.sealed > 0) {
            return Ok(());
        }
        let is_listed = listed.is_some();
        let path = self.folders.segment(number);
        let head = *self.catalog.head();
        let segment = match Segment::open(&path, number, self.identity, &head) {
            Ok(segment) => segment,
            Err(error) if is_about_the_file(&error) => {
                self.reports.segments.fails(damaged(&path, &error));
                self.catalog.unreadable(number, crate::health::now().0);
                self.last_seq = self.last_seq.saturating_add(GAP);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let last = segment.last();
        if !is_listed && last > 0 && last <= self.catalog.pruned()? {
            // It was being deleted when the process was stopped.
            drop(segment);
            return self.folders.set_aside(number);
        }
        self.seal();
        self.current = Some(segment);
        self.replay_current()
    }

    /// Has the words made good that the last stop left out: those of the segment that
    /// is written on, of the last sealed ones, and of those that have none at all.
    pub(super) fn catch_up_words(&self) {
        let listed = self.catalog.segments().iter().rev();
        let behind = listed.enumerate().filter(|(place, (number, _))| {
            *place < MAY_BE_BEHIND || !connection::is_there(&self.folders.search(**number))
        });
        let behind = behind.map(|(_, (number, listed))| (*number, listed.last));
        self.search.catch_up(behind.collect());
    }

    /// Tells the main database what is in the current segment and not in it.
    pub(super) fn replay_current(&mut self) -> Result<(), StoreError> {
        let Some(current) = &self.current else {
            return Ok(());
        };
        self.last_seq = self.last_seq.max(current.last());
        if current.last() <= self.catalog.applied() {
            return Ok(());
        }
        let number = current.number();
        let connection = current.connection();
        let mut decoder = stored::decoder(connection)?;
        for batch in stored::batches(connection, self.catalog.applied())? {
            let range = (batch.first, batch.last);
            stored::each(connection, &mut decoder, range, usize::MAX, |one| {
                self.recent.add(one.row.key);
                self.catalog.note(number, one.seq, &one.row);
            })?;
            self.catalog.batch_ended(number, &batch.head);
        }
        Ok(())
    }

    /// Reads the last keys, so that what is sent again is known.
    pub(super) fn remember_keys(&mut self) {
        let numbers: Vec<u32> = self.catalog.segments().keys().rev().copied().collect();
        let mut keys = Vec::new();
        for number in numbers {
            let path = self.folders.segment(number);
            let opened = connection::for_reading(&path, schema::SEGMENT);
            // A segment that cannot be read is told of by whoever needs it.
            if let Ok(Some(segment)) = opened {
                keys.extend(keys::last(&segment, keys::RECENT - keys.len()).unwrap_or_default());
            }
            if keys.len() >= keys::RECENT {
                break;
            }
        }
        for key in keys.into_iter().rev() {
            self.recent.add(key);
        }
    }

    /// Opens the daily files, if they are asked for, and adds what they miss.
    pub(super) fn open_daily(&mut self) -> Option<Daily> {
        if !self.options.daily_files {
            return None;
        }
        let opened = self.opened_daily();
        self.reports.daily.tell(opened.as_ref().map(drop));
        opened.ok()
    }

    fn opened_daily(&self) -> Result<Daily, StoreError> {
        folders::prepare(&self.folders.daily())?;
        let mut daily = Daily::open(&self.folders.daily(), self.identity.epoch)?;
        let Some(last) = daily.last() else {
            return Ok(daily);
        };
        for (number, listed) in self.catalog.segments() {
            if listed.last > last {
                let path = self.folders.segment(*number);
                if let Some(segment) = connection::for_reading(&path, schema::SEGMENT)? {
                    add_missing(&segment, &mut daily, last)?;
                }
            }
        }
        Ok(daily)
    }
}

fn add_missing(segment: &Connection, daily: &mut Daily, after: i64) -> Result<(), StoreError> {
    let mut decoder = stored::decoder(segment)?;
    for batch in stored::batches(segment, after)? {
        let mut lines = Vec::new();
        let range = (batch.first.max(after + 1), batch.last);
        stored::each(segment, &mut decoder, range, usize::MAX, |one| {
            let seq = one.seq;
            lines.push((seq, one.line()));
        })?;
        let mut whole = Vec::with_capacity(lines.len());
        for (seq, line) in lines {
            whole.push((seq, line?));
        }
        daily.write(whole.iter().map(|(seq, line)| (*seq, line.as_slice())))?;
    }
    Ok(())
}

/// Whether a segment cannot be used because of what lies there, and not because the
/// machine is short of something.
fn is_about_the_file(error: &StoreError) -> bool {
    connection::is_damage(error)
        || matches!(
            error,
            StoreError::Refused { .. } | StoreError::Newer { .. } | StoreError::Pack(_)
        )
}
