//! Which segments there are, and those of them that are open.
//!
//! **Invariant:** at most [`MOST_OPEN`] are open at a time. A segment that was deleted
//! for its age is closed when the next question is asked.

use super::failed;
use super::segment::Segment;
use crate::connection::{beside, is_damage, is_there};
use crate::folders::Folders;
use crate::reader::Size;
use crate::search::Fresh;
use crate::{StoreError, connection};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Segments that are open at a time: each takes up to seven open files and, once it
/// was asked something, some 100 KiB.
const MOST_OPEN: usize = 24;

/// One segment, as the main database lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) number: u32,
    /// What it holds, if it can get no more.
    pub(super) sealed: Option<Bounds>,
}

/// Between which numbers and which moments the events of a segment lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) seqs: (i64, i64),
    pub(super) at: (i64, i64),
}

impl Listed {
    /// Whether the segment may hold events between these numbers and moments.
    pub(super) fn may_hold(&self, seqs: (i64, i64), at: (i64, i64)) -> bool {
        self.sealed
            .is_none_or(|bounds| overlap(bounds.seqs, seqs) && overlap(bounds.at, at))
    }
}

fn overlap(one: (i64, i64), other: (i64, i64)) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}

struct Open {
    segment: Segment,
    /// When it was last used, counted in uses.
    used: u64,
}

/// Which segments there are, and those of them that are open.
pub(super) struct Segments {
    folders: Folders,
    fresh: Fresh,
    /// Oldest first.
    listed: Vec<Listed>,
    /// The main database's data version when they were listed.
    seen: Option<i64>,
    open: BTreeMap<u32, Open>,
    uses: u64,
    problems: BTreeMap<u32, String>,
}

impl Segments {
    pub(super) fn new(folders: &Folders, fresh: Fresh) -> Segments {
        Segments {
            folders: folders.clone(),
            fresh,
            listed: Vec::new(),
            seen: None,
            open: BTreeMap::new(),
            uses: 0,
            problems: BTreeMap::new(),
        }
    }

    pub(super) fn problems(&self) -> Vec<String> {
        self.problems.values().cloned().collect()
    }

    pub(super) fn visit(
        &mut self,
        main: &Connection,
        newest_first: bool,
        may_hold: impl Fn(&Listed) -> bool,
        mut take: impl FnMut(&Segment) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        self.refresh(main)?;
        let mut wanted: Vec<u32> = self
            .listed
            .iter()
            .filter(|listed| may_hold(listed))
            .map(|listed| listed.number)
            .collect();
        if newest_first {
            wanted.reverse();
        }
        for number in wanted {
            match self.ask(number, &mut take) {
                Ok(enough) => {
                    self.problems.remove(&number);
                    if enough {
                        break;
                    }
                }
                Err(error) if is_about_the_file(&error) => {
                    self.open.remove(&number);
                    self.note_problem(main, number, &error)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn ask(
        &mut self,
        number: u32,
        take: &mut impl FnMut(&Segment) -> Result<bool, StoreError>,
    ) -> Result<bool, StoreError> {
        self.uses += 1;
        if !self.open.contains_key(&number) {
            let Some(segment) = Segment::open(&self.folders, number, &self.fresh)? else {
                return Ok(false);
            };
            self.make_room();
            let used = self.uses;
            self.open.insert(number, Open { segment, used });
        }
        let Some(open) = self.open.get_mut(&number) else {
            return Ok(false);
        };
        open.used = self.uses;
        open.segment.view(|segment| take(segment))
    }

    /// Closes the segment that was not used for the longest time, if too many are open.
    fn make_room(&mut self) {
        while self.open.len() >= MOST_OPEN {
            let oldest = self.open.iter().min_by_key(|(_, open)| open.used);
            let Some(number) = oldest.map(|(number, _)| *number) else {
                return;
            };
            self.open.remove(&number);
        }
    }

    /// A segment may have been deleted for its age just now: then nothing is wrong.
    fn note_problem(
        &mut self,
        main: &Connection,
        number: u32,
        error: &StoreError,
    ) -> Result<(), StoreError> {
        self.refresh(main)?;
        if self.listed.iter().any(|listed| listed.number == number) {
            self.problems.insert(number, error.chain());
        }
        Ok(())
    }

    /// Lists the segments anew if the main database has changed, and looks for those
    /// that it does not list yet: it is told of a new one up to a second later.
    fn refresh(&mut self, main: &Connection) -> Result<(), StoreError> {
        let version = main
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(failed())?;
        if self.seen != Some(version) {
            self.listed = listed(main).map_err(failed())?;
            let there = |number: &u32| {
                self.listed
                    .binary_search_by_key(number, |listed| listed.number)
                    .is_ok()
            };
            self.open.retain(|number, _| there(number));
            self.problems.retain(|number, _| there(number));
            self.seen = Some(version);
        }
        let mut next = self.listed.last().map_or(1, |last| last.number + 1);
        while is_there(&self.folders.segment(next)) {
            self.listed.push(Listed {
                number: next,
                sealed: None,
            });
            next += 1;
        }
        Ok(())
    }

    pub(super) fn size(&mut self, main: &Connection) -> Result<Size, StoreError> {
        self.refresh(main)?;
        let mut bytes = with_log(&self.folders.main())?;
        for listed in &self.listed {
            bytes += with_log(&self.folders.segment(listed.number))?;
            bytes += with_log(&self.folders.search(listed.number))?;
        }
        Ok(Size {
            segments: u64::try_from(self.listed.len()).unwrap_or(u64::MAX),
            bytes,
        })
    }
}

fn listed(main: &Connection) -> rusqlite::Result<Vec<Listed>> {
    main.prepare_cached(
        "SELECT number, first, last, at_first, at_last, sealed FROM segment ORDER BY number",
    )?
    .query_map([], |row| {
        let bounds = Bounds {
            seqs: (row.get(1)?, row.get(2)?),
            at: (row.get(3)?, row.get(4)?),
        };
        let sealed: i64 = row.get(5)?;
        Ok(Listed {
            number: row.get(0)?,
            sealed: (sealed > 0).then_some(bounds),
        })
    })?
    .collect()
}

/// Opens a file of a segment; `None` while it is only being made.
pub(super) fn opened(
    path: &Path,
    steps: &'static [&'static str],
) -> Result<Option<Connection>, StoreError> {
    let connection = connection::for_reading(path, steps)?;
    if connection.is_none() && !is_there(path) {
        return Err(StoreError::file(path, io::ErrorKind::NotFound));
    }
    Ok(connection)
}

/// Whether a segment cannot be read because of what lies there, and not because the
/// machine is short of something or a later version wrote it.
pub(super) fn is_about_the_file(error: &StoreError) -> bool {
    match error {
        StoreError::File { source, .. } => source.kind() == io::ErrorKind::NotFound,
        StoreError::Refused { .. } | StoreError::Pack(_) => true,
        _ => is_damage(error),
    }
}

/// The length of a file and of the log beside it.
fn with_log(path: &Path) -> Result<u64, StoreError> {
    let mut bytes = 0;
    for path in [path.to_owned(), beside(path, "-wal")] {
        match std::fs::symlink_metadata(&path) {
            Ok(metadata) => bytes += metadata.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::file(&path, error)),
        }
    }
    Ok(bytes)
}
