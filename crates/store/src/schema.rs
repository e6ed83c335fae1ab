//! The tables of each kind of file, as lists of steps from nothing to now.
//!
//! **Invariant:** a step that was released is never changed. A new one is added
//! at the end, also when a new word in an event would stop an older version from
//! reading the row: `user_version` counts the steps a file has behind it.

use rusqlite::{Connection, TransactionBehavior};

/// The steps of a segment.
pub(crate) const SEGMENT: &[&str] = &[include_str!("schema/segment.sql")];

/// The steps of a segment's words.
pub(crate) const SEARCH: &[&str] = &[include_str!("schema/search.sql")];

/// The steps of the main database.
pub(crate) const MAIN: &[&str] = &[
    include_str!("schema/main.sql"),
    include_str!("schema/main-losses.sql"),
];

/// The format of this version.
pub(crate) fn known(steps: &[&str]) -> u32 {
    u32::try_from(steps.len()).unwrap_or(u32::MAX)
}

/// The format of a file; 0 is a new one.
pub(crate) fn found(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings a file from its format to the last one, each step whole or not at all.
pub(crate) fn migrate(connection: &mut Connection, steps: &[&str]) -> rusqlite::Result<()> {
    let done = usize::try_from(found(connection)?).unwrap_or(usize::MAX);
    for (place, step) in steps.iter().enumerate().skip(done) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", i64::try_from(place).unwrap_or(0) + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_file_is_upgraded_with_its_data() {
        let mut connection = Connection::open_in_memory().unwrap();
        let first = ["CREATE TABLE a (x TEXT) STRICT; INSERT INTO a VALUES ('kept');"];
        migrate(&mut connection, &first).unwrap();
        assert_eq!(found(&connection).unwrap(), 1);
        let later = [
            first[0],
            "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 7;",
        ];
        for _ in 0..2 {
            migrate(&mut connection, &later).unwrap();
            let row: (String, i64) = connection
                .query_row("SELECT x, y FROM a", [], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .unwrap();
            assert_eq!(
                (row, found(&connection).unwrap()),
                (("kept".to_owned(), 7), 2)
            );
        }
    }

    #[test]
    fn a_step_that_fails_leaves_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        let steps = [
            "CREATE TABLE a (x)",
            "CREATE TABLE b (x); CREATE TABLE a (x);",
        ];
        assert!(migrate(&mut connection, &steps).is_err());
        assert_eq!(found(&connection).unwrap(), 1);
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .unwrap();
        assert_eq!(tables, 1);
    }
}
