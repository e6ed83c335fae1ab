//! One segment, open for reading, with the words of its events.
//!
//! **Invariant:** all that is asked of it in one go is answered from one view: what
//! is committed meanwhile is in none of the answers.

use super::failed;
use super::segments::{is_about_the_file, opened};
use crate::body::Decoder;
use crate::folders::Folders;
use crate::search::Fresh;
use crate::{StoreError, catalog, schema};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use std::cell::{OnceCell, RefCell};

/// Statements that stay prepared for each segment.
const STATEMENTS: usize = 32;

/// Pages of each file that are held in memory, in KiB at most.
const CACHE: i64 = 2048;

/// One segment, open for reading.
pub(super) struct Segment {
    folders: Folders,
    pub(super) number: u32,
    pub(super) fresh: Fresh,
    pub(super) events: Connection,
    pub(super) decoder: RefCell<Decoder>,
    /// Opened when the first word is looked for; `None` if it cannot be.
    words: OnceCell<Connection>,
}

impl Segment {
    /// Opens a segment; `None` while it is only being made.
    pub(super) fn open(
        folders: &Folders,
        number: u32,
        fresh: &Fresh,
    ) -> Result<Option<Segment>, StoreError> {
        let Some(events) = opened(&folders.segment(number), schema::SEGMENT)? else {
            return Ok(None);
        };
        prepare(&events).map_err(failed())?;
        let dictionary: Option<Vec<u8>> = catalog::meta(&events, "dictionary").map_err(failed())?;
        let Some(dictionary) = dictionary else {
            return Ok(None);
        };
        Ok(Some(Segment {
            folders: folders.clone(),
            number,
            fresh: fresh.clone(),
            events,
            decoder: RefCell::new(Decoder::new(&dictionary).map_err(StoreError::Pack)?),
            words: OnceCell::new(),
        }))
    }

    /// Asks something of what is committed now.
    pub(super) fn view<T>(
        &self,
        ask: impl FnOnce(&Segment) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let view = self.events.unchecked_transaction().map_err(failed())?;
        let answer = ask(self)?;
        drop(view);
        Ok(answer)
    }

    /// The words of its events; `None` if there are none that can be read, which
    /// only makes a search slow.
    pub(super) fn words(&self) -> Result<Option<&Connection>, StoreError> {
        if let Some(words) = self.words.get() {
            return Ok(Some(words));
        }
        let connection = match opened(&self.folders.search(self.number), schema::SEARCH) {
            Ok(Some(connection)) => connection,
            Ok(None) => return Ok(None),
            Err(error) if is_about_the_file(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        prepare(&connection)
            .and_then(|()| connection.execute_batch(FORMS))
            .map_err(failed())?;
        Ok(Some(self.words.get_or_init(|| connection)))
    }

    /// The number of its last event; `None` if it has none.
    pub(super) fn last(&self) -> Result<Option<i64>, StoreError> {
        self.number("SELECT max(seq) FROM event", Vec::new())
    }

    /// Asks for one number.
    pub(super) fn number(&self, sql: &str, values: Vec<Value>) -> Result<Option<i64>, StoreError> {
        self.events
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement
                    .query_row(params_from_iter(values), |row| row.get(0))
                    .optional()
            })
            .map(Option::flatten)
            .map_err(failed())
    }

    /// Asks for one text, if there is one.
    pub(super) fn text(&self, sql: &str, values: Vec<Value>) -> Result<Option<String>, StoreError> {
        self.events
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement
                    .query_row(params_from_iter(values), |row| row.get(0))
                    .optional()
            })
            .map_err(failed())
    }

    /// Asks for numbers.
    pub(super) fn numbers(&self, sql: &str, values: Vec<Value>) -> Result<Vec<i64>, StoreError> {
        self.events
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement
                    .query_map(params_from_iter(values), |row| row.get(0))?
                    .collect()
            })
            .map_err(failed())
    }

    /// Asks for pairs of numbers.
    pub(super) fn pairs(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        self.events
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement
                    .query_map(params_from_iter(values), |row| {
                        Ok((row.get(0)?, row.get(1)?))
                    })?
                    .collect()
            })
            .map_err(failed())
    }
}

/// Lists each word with the events that hold it, in order, without counting them.
const FORMS: &str = "CREATE VIRTUAL TABLE temp.form USING fts5vocab ('main', 'fts', 'instance')";

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -CACHE)
}
