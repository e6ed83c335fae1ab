//! The tables, as a list of steps from nothing to now; and how enums stand in them.
//!
//! **Invariant:** a step that was released is never changed. A new one is added
//! at the end, also when a new word in an event would stop an older version from
//! reading the row: `user_version` counts the steps a file has behind it.

use ringfence_event::{Severity, Verdict};
use rusqlite::{Connection, TransactionBehavior};

/// What was done from format to format.
pub(crate) const STEPS: &[&str] = &[include_str!("schema/1.sql")];

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

/// A verdict as it stands in the tables.
pub(crate) fn verdict_rank(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Allow => 0,
        Verdict::Alert => 1,
        Verdict::Ask => 2,
        Verdict::Deny => 3,
    }
}

/// Reads [`verdict_rank`]; a number that is none of ours is taken for the strictest.
pub(crate) fn verdict_of(rank: i64) -> Verdict {
    let known = Verdict::ALL.into_iter();
    known
        .rev()
        .find(|verdict| verdict_rank(*verdict) <= rank)
        .unwrap_or(Verdict::Deny)
}

/// A severity as it stands in the tables.
pub(crate) fn severity_rank(severity: Severity) -> i64 {
    match severity {
        Severity::Informational => 0,
        Severity::Low => 1,
        Severity::Medium => 2,
        Severity::High => 3,
        Severity::Critical => 4,
    }
}

/// Reads [`severity_rank`]; a number that is none of ours is taken for the worst.
pub(crate) fn severity_of(rank: i64) -> Severity {
    let known = Severity::ALL.into_iter();
    known
        .rev()
        .find(|severity| severity_rank(*severity) <= rank)
        .unwrap_or(Severity::Critical)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_read_back() {
        for verdict in Verdict::ALL {
            assert_eq!(verdict_of(verdict_rank(verdict)), verdict);
        }
        for severity in Severity::ALL {
            assert_eq!(severity_of(severity_rank(severity)), severity);
        }
        assert_eq!(
            (verdict_of(-1), verdict_of(9)),
            (Verdict::Deny, Verdict::Deny)
        );
    }

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
