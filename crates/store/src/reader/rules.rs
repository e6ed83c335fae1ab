//! How often rules matched, as it was counted when their findings were stored.

use super::{Reader, failed};
use crate::StoreError;
use ringfence_event::{RuleId, Timestamp};
use rusqlite::OptionalExtension;
use serde::Serialize;
use std::collections::BTreeMap;

/// How often a rule matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RuleHits {
    /// Since the record began, also where the events are gone.
    pub all: u64,
    /// Since the moment that was asked about.
    pub recent: u64,
    /// The last time.
    pub last: Option<Timestamp>,
}

impl Reader {
    /// Counts how often each rule matched, in all and since a moment. Rules that never matched
    /// are not among them.
    pub fn rule_hits(&self, since: Timestamp) -> Result<BTreeMap<RuleId, RuleHits>, StoreError> {
        self.count_rules(since).map_err(failed())
    }

    fn count_rules(&self, since: Timestamp) -> rusqlite::Result<BTreeMap<RuleId, RuleHits>> {
        let mut hits = BTreeMap::new();
        let mut statement = self
            .main
            .prepare_cached("SELECT id, hits, last FROM rule")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let counted = RuleHits {
                all: row.get(1)?,
                recent: 0,
                last: Some(Timestamp(row.get(2)?)),
            };
            hits.insert(RuleId(row.get(0)?), counted);
        }
        let mut statement = self
            .main
            .prepare_cached("SELECT rule, count(*) FROM finding WHERE at >= ? GROUP BY rule")?;
        let mut rows = statement.query([since.0])?;
        while let Some(row) = rows.next()? {
            let rule: &mut RuleHits = hits.entry(RuleId(row.get(0)?)).or_default();
            rule.recent = row.get(1)?;
        }
        Ok(hits)
    }

    /// When the first event that is still kept happened.
    pub fn begins(&self) -> Result<Option<Timestamp>, StoreError> {
        let first = "SELECT at_first FROM segment WHERE events > 0 ORDER BY at_first LIMIT 1";
        let first: Option<i64> = self
            .main
            .query_row(first, [], |row| row.get(0))
            .optional()
            .map_err(failed())?;
        Ok(first.map(Timestamp))
    }
}
