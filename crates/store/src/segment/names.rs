//! The numbers that stand for sessions, subjects, calls and directories in one segment.
//!
//! **Invariant:** the texts in memory are bounded, and each stands in the segment, or
//! in the transaction that is being written to it.

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use std::collections::HashMap;

/// The hash that a text is found by: the first eight bytes of its BLAKE3 hash, of which
/// nobody can make many texts have the same.
pub(crate) fn hash(text: &str) -> i64 {
    let hash = blake3::hash(text.as_bytes());
    let first = hash.as_bytes().first_chunk().copied();
    i64::from_le_bytes(first.unwrap_or_default())
}

/// Texts in each of two generations: the older one goes when the younger one is full.
const GENERATION: usize = 32_768;

/// The texts that were used last, with their numbers.
#[derive(Debug)]
pub(super) struct Names {
    young: HashMap<Box<str>, i64>,
    old: HashMap<Box<str>, i64>,
    next: i64,
    /// Set while no text of the segment is missing here.
    complete: bool,
}

impl Names {
    /// Begins with none of what the segment holds.
    pub(super) fn load(connection: &Connection) -> rusqlite::Result<Names> {
        let last: i64 =
            connection.query_row("SELECT coalesce(max(id), 0) FROM str", [], |row| row.get(0))?;
        Ok(Names {
            young: HashMap::new(),
            old: HashMap::new(),
            next: last + 1,
            complete: last == 0,
        })
    }

    /// Goes to work in a transaction. If that is not committed, the names are void.
    pub(super) fn on<'a>(
        &'a mut self,
        connection: &'a Connection,
    ) -> rusqlite::Result<NamesOn<'a>> {
        Ok(NamesOn {
            find: connection.prepare_cached("SELECT id FROM str WHERE hash = ?1 AND val = ?2")?,
            insert: connection
                .prepare_cached("INSERT INTO str (id, hash, val) VALUES (?1, ?2, ?3)")?,
            names: self,
        })
    }

    fn remembered(&mut self, text: &str) -> Option<i64> {
        if let Some(id) = self.young.get(text) {
            return Some(*id);
        }
        let (text, id) = self.old.remove_entry(text)?;
        self.remember(text, id);
        Some(id)
    }

    fn remember(&mut self, text: Box<str>, id: i64) {
        if self.young.len() >= GENERATION {
            self.complete &= self.old.is_empty();
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(text, id);
    }
}

/// [`Names`] in a transaction.
pub(super) struct NamesOn<'a> {
    names: &'a mut Names,
    find: CachedStatement<'a>,
    insert: CachedStatement<'a>,
}

impl NamesOn<'_> {
    /// The number of a text; 0 if there is none.
    pub(super) fn id(&mut self, text: Option<&str>) -> rusqlite::Result<i64> {
        let Some(text) = text else {
            return Ok(0);
        };
        if let Some(id) = self.names.remembered(text) {
            return Ok(id);
        }
        let hash = hash(text);
        let stored = if self.names.complete {
            None
        } else {
            let find = &mut self.find;
            find.query_row(params![hash, text], |row| row.get(0))
                .optional()?
        };
        let id = match stored {
            Some(id) => id,
            None => {
                let id = self.names.next;
                self.insert.execute(params![id, hash, text])?;
                self.names.next += 1;
                id
            }
        };
        self.names.remember(text.into(), id);
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number_however_many_there_are() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(crate::schema::SEGMENT.concat().as_str())
            .unwrap();
        let mut names = Names::load(&connection).unwrap();
        let many = 3 * i64::try_from(GENERATION).unwrap();
        let transaction = connection.unchecked_transaction().unwrap();
        let mut on = names.on(&transaction).unwrap();
        assert_eq!(on.id(None).unwrap(), 0);
        for round in 0..2 {
            for number in 1..=many {
                let text = format!("text {number}");
                assert_eq!(on.id(Some(&text)).unwrap(), number, "round {round}");
            }
        }
        assert_eq!(on.id(Some("")).unwrap(), many + 1);
        drop(on);
        transaction.commit().unwrap();
        assert!(names.young.len() + names.old.len() <= 2 * GENERATION);
        let mut names = Names::load(&connection).unwrap();
        let mut on = names.on(&connection).unwrap();
        assert_eq!(on.id(Some("text 7")).unwrap(), 7);
        assert_eq!(on.id(Some("new")).unwrap(), many + 2);
    }
}
