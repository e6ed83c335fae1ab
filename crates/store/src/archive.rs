//! All that is remembered: the segments, the main database and the words for the
//! search. The only place that writes to them.
//!
//! **Invariant:** an event is in the segment before anything else tells of it; what
//! tells of it is made good from the segments at the next start. A segment that is
//! damaged is left as it is, said, and followed by a new one: recording goes on.

use crate::StoreError;
use crate::catalog::Catalog;
use crate::connection;
use crate::daily::Daily;
use crate::folders::{self, Folders};
use crate::health::{Report, now};
use crate::id::Identity;
use crate::keys::{self, Recent};
use crate::record::Prepared;
use crate::schema;
use crate::search::{self, Fresh, Search};
use crate::segment::{self, Segment};
use crate::store::Options;
use ringfence_event::Timestamp;
use std::time::Instant;

mod expire;
mod replay;

pub(crate) use expire::Expired;

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Numbers left out behind a segment that cannot be read: more than it can have given
/// out since the main database was last written.
const GAP: i64 = 1_000_000;

/// Where an event may have been stored before. What agents wrote down may be anywhere in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// It was just sent: among the last events.
    Recent,
    /// It lay in a file: anywhere.
    Stored,
}

/// What the parts report, for the store's health.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reports {
    pub(crate) segments: Report,
    pub(crate) search: Report,
    pub(crate) daily: Report,
}

/// All that is remembered, open for writing.
pub(crate) struct Archive {
    folders: Folders,
    options: Options,
    identity: Identity,
    /// Before the segment, because it is dropped first: who reads a segment while its
    /// writer closes it would leave the write-ahead file behind.
    search: Search,
    catalog: Catalog,
    current: Option<Segment>,
    next_number: u32,
    last_seq: i64,
    recent: Recent,
    daily: Option<Daily>,
    reports: Reports,
}

impl Archive {
    /// Opens what is there, or begins it, and makes good what a stop left undone.
    pub(crate) fn open(
        folders: &Folders,
        options: Options,
        reports: Reports,
    ) -> Result<Archive, StoreError> {
        folders::prepare(&folders.events())?;
        let failed = |source| StoreError::file(&folders.events(), source);
        let numbers = folders.segments().map_err(failed)?;
        let (catalog, identity) = Catalog::open(folders, || of_segments(folders, &numbers))?;
        let known = catalog.segments().keys().next_back();
        let last_number = numbers.last().max(known).copied().unwrap_or(0);
        let mut archive = Archive {
            folders: folders.clone(),
            options,
            identity,
            last_seq: catalog.applied(),
            next_number: last_number.saturating_add(1),
            catalog,
            current: None,
            recent: Recent::default(),
            search: Search::start(folders, reports.search.clone())?,
            daily: None,
            reports,
        };
        for number in numbers {
            archive.take_up(number)?;
        }
        archive.catalog.commit()?;
        archive.folders.delete_set_aside()?;
        archive.remember_keys();
        archive.catch_up_words();
        archive.daily = archive.open_daily();
        Ok(archive)
    }

    pub(crate) fn identity(&self) -> Identity {
        self.identity
    }

    /// The words that came last.
    pub(crate) fn fresh(&self) -> &Fresh {
        self.search.fresh()
    }

    /// The last sequence number given out.
    pub(crate) fn last_seq(&self) -> i64 {
        self.last_seq
    }

    /// Stores a batch; returns how many of it were new.
    pub(crate) fn insert(
        &mut self,
        batch: Vec<&Prepared>,
        check: Check,
    ) -> Result<usize, StoreError> {
        // What could not be written the last time comes first, so that it does not pile up.
        self.catalog.commit_if_due()?;
        let batch = self.only_new(batch, check)?;
        let new = batch.len();
        let mut rest = batch.as_slice();
        while !rest.is_empty() {
            let room = self.make_room()?;
            let (first, later) = rest.split_at(room.min(rest.len()));
            self.write(first)?;
            rest = later;
        }
        self.catalog.commit_if_due()?;
        Ok(new)
    }

    /// When something must be written though nothing new has come.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.catalog.due()
    }

    /// Writes what may not wait longer.
    pub(crate) fn commit_if_due(&mut self) -> Result<(), StoreError> {
        self.catalog.commit_if_due()
    }

    /// Writes all that waits.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        self.catalog.commit()
    }

    /// Gives back the memory that a busy hour took.
    pub(crate) fn shrink(&self) {
        if let Some(current) = &self.current {
            // Only memory: the next time will do.
            drop(current.shrink());
        }
    }

    /// Leaves out what is stored already, also earlier in the batch.
    fn only_new<'a>(
        &mut self,
        mut batch: Vec<&'a Prepared>,
        check: Check,
    ) -> Result<Vec<&'a Prepared>, StoreError> {
        let mut seen = std::collections::HashSet::with_capacity(batch.len());
        batch.retain(|one| !self.recent.contains(one.row.key) && seen.insert(one.row.key));
        let current = self.current.as_ref();
        let current = current.map(|segment| (segment.number(), segment.connection()));
        let named = |one: &&Prepared| (one.row.key, one.row.at);
        let (told, others): (Vec<&Prepared>, Vec<&Prepared>) =
            (batch.iter()).partition(|one| keys::is_told(one.row.source));
        let told: Vec<_> = told.iter().map(named).collect();
        let mut found = keys::told(&self.folders, &self.catalog, current, &told)?;
        if check == Check::Stored {
            let others = others.iter().map(named);
            let stored = keys::stored(&self.folders, &self.catalog, current, others)?;
            found.extend(stored);
        }
        batch.retain(|one| !found.contains(&one.row.key));
        Ok(batch)
    }

    /// Makes sure that there is a segment with room; returns for how many events.
    fn make_room(&mut self) -> Result<usize, StoreError> {
        if let Some(current) = &mut self.current {
            current.make_sure()?;
            self.replay_current()?;
        }
        if self.is_full(now()) {
            self.seal();
        }
        if self.current.is_none() {
            let number = self.next_number;
            let path = self.folders.segment(number);
            let head = *self.catalog.head();
            self.current = Some(Segment::open(&path, number, self.identity, &head)?);
            self.next_number = number.saturating_add(1);
        }
        let events = self.current.as_ref().map_or(0, Segment::events);
        let room = self.options.segment_events.saturating_sub(events).max(1);
        Ok(usize::try_from(room).unwrap_or(usize::MAX))
    }

    /// Whether the current segment should be sealed at this moment.
    fn is_full(&self, now: Timestamp) -> bool {
        let Some(current) = &self.current else {
            return false;
        };
        // A segment outlives its oldest event: it must not span more than is kept.
        let days = match self.options.retention_days {
            0 => self.options.segment_days,
            kept => self.options.segment_days.min(kept),
        };
        let age = i64::from(days).saturating_mul(MICROS_PER_DAY);
        let is_old = current
            .begun()
            .is_some_and(|begun| now.0.saturating_sub(begun) >= age);
        is_old || current.events() >= self.options.segment_events || !current.is_current()
    }

    fn seal(&mut self) {
        if let Some(current) = self.current.take() {
            let number = current.number();
            self.catalog.sealed(number, now().0);
            self.search.sealed(number, current.seal());
        }
    }

    fn write(&mut self, batch: &[&Prepared]) -> Result<(), StoreError> {
        let Some(current) = &mut self.current else {
            return Ok(());
        };
        let first = self.last_seq + 1;
        if let Err(error) = current.write(batch, first, now().0) {
            if connection::is_damage(&error) {
                self.abandon(&error);
            }
            return Err(error);
        }
        let (number, last) = (current.number(), current.last());
        let mut texts = search::Texts::default();
        for (seq, one) in (first..).zip(batch.iter()) {
            self.recent.add(one.row.key);
            self.catalog.note(number, seq, &one.row);
            texts.push(seq, one.row.texts.words());
        }
        self.catalog.batch_ended(number, current.head());
        self.last_seq = last;
        let batch_of_words = search::Batch {
            number,
            first,
            last,
            texts,
        };
        self.search.batch(batch_of_words);
        if let Some(daily) = &mut self.daily {
            let lines = (first..).zip(batch.iter().map(|one| one.line.as_slice()));
            self.reports.daily.tell(daily.write(lines));
        }
        Ok(())
    }

    /// Leaves a damaged segment as it is; the next event begins a new one.
    fn abandon(&mut self, error: &StoreError) {
        if let Some(current) = self.current.take() {
            let path = self.folders.segment(current.number());
            self.reports.segments.fails(damaged(&path, error));
            self.catalog.unreadable(current.number(), now().0);
            self.last_seq = self.last_seq.saturating_add(GAP);
        }
    }
}

fn damaged(path: &std::path::Path, error: &StoreError) -> String {
    format!(
        "`{}` is damaged and was left as it is: {}",
        path.display(),
        error.chain()
    )
}

/// Whose the newest readable segment is, for a main database that is lost.
fn of_segments(folders: &Folders, numbers: &[u32]) -> Option<Identity> {
    numbers.iter().rev().find_map(|number| {
        let path = folders.segment(*number);
        let opened = connection::for_reading(&path, schema::SEGMENT);
        segment::identity(&opened.ok()??).ok()?
    })
}

#[cfg(test)]
mod tests;
