//! `GET /api/v1/hosts`: the hosts that agents talked to.

use super::{Fold, MOST_EVENTS, Narrow, name, query, walk};
use crate::extract::Asked;
use crate::failure::Failure;
use crate::readers::Json;
use crate::shared::Shared;
use crate::types::{ErrorAnswer, HostList, HostRow};
use axum::extract::State;
use ringfence_event::{HostClass, Timestamp};
use ringfence_store::{EventFilter, Reader, StoredEvent};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::ToSchema;

/// What tells of hosts.
const KINDS: [&str; 4] = ["tool_call", "connect", "dns_query", "http_exchange"];

/// Hosts of which it is looked up whether they are new.
const LOOKED_UP: usize = 100;

query! { HostQuery {
    /// Which hosts; those that are not known for work if absent.
    of: Option<HostsOf>,
} }

/// Which hosts are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HostsOf {
    /// Those that are neither this machine, nor its network, nor known for work.
    #[default]
    Unknown,
    /// All.
    All,
}

impl HostsOf {
    fn holds(self, class: HostClass) -> bool {
        let usual = matches!(
            class,
            HostClass::Loopback | HostClass::Private | HostClass::Known
        );
        self == HostsOf::All || !usual
    }
}

/// What is kept of a host.
struct Kept {
    class: HostClass,
    by: Vec<String>,
}

/// Hosts that agents talked to, the latest first.
#[utoipa::path(get, path = "/api/v1/hosts", operation_id = "hosts", tag = "inspect", params(HostQuery),
    responses((status = 200, body = HostList), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn hosts(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<HostQuery>,
) -> Result<Json, Failure> {
    let narrow = query.narrow()?;
    let read = move |reader: &Reader| {
        let of = query.of.unwrap_or_default();
        let mut fold = Fold::new();
        let looked = walk(reader, &narrow, &KINDS, MOST_EVENTS, |stored| {
            take(&mut fold, stored, of, &narrow);
        })?;
        let (mut items, left_out) = fold.page(narrow.limit, |host, kept: Kept, touched| HostRow {
            host,
            class: kept.class,
            by: kept.by,
            new: None,
            touched,
        });
        if let Some(since) = narrow.since {
            for row in items.iter_mut().take(LOOKED_UP) {
                row.new = Some(is_new(reader, &row.host, since)?);
            }
        }
        Ok(HostList {
            items,
            left_out,
            looked,
        })
    };
    shared.readers.json(read).await
}

fn take(fold: &mut Fold<String, Kept>, stored: &StoredEvent, of: HostsOf, narrow: &Narrow) {
    let mut counted = BTreeSet::new();
    for host in &stored.event.labels.hosts {
        let is_meant = narrow.means(&host.host);
        if !of.holds(host.class) || !is_meant {
            continue;
        }
        let new = || Kept {
            class: host.class,
            by: Vec::new(),
        };
        let kept = if counted.insert(&host.host) {
            fold.add(host.host.clone(), stored, new)
        } else {
            fold.rows.get_mut(&host.host).map(|(_, kept)| kept)
        };
        if let Some(kept) = kept {
            name(&mut kept.by, &host.by);
        }
    }
}

/// Whether nothing that is kept names a host before a moment.
fn is_new(reader: &Reader, host: &str, since: Timestamp) -> Result<bool, Failure> {
    let before = reader.rows(&EventFilter {
        text: Some(host.to_owned()),
        until: Some(since),
        newest_first: true,
        limit: Some(1),
        ..EventFilter::default()
    })?;
    Ok(before.is_empty())
}
