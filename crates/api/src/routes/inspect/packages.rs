//! `GET /api/v1/packages`: the packages that agents installed.

use super::{Fold, MOST_EVENTS, Narrow, name, query, walk};
use crate::extract::Asked;
use crate::failure::Failure;
use crate::readers::Json;
use crate::shared::Shared;
use crate::types::{ErrorAnswer, PackageList, PackageRow};
use axum::extract::State;
use ringfence_store::{Reader, StoredEvent, summary};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What tells of packages.
const KINDS: [&str; 2] = ["tool_call", "exec"];

query! { PackageQuery {} }

/// What is kept of a package.
struct Kept {
    version: Option<String>,
    by: Vec<String>,
    command: String,
}

/// Packages that agents installed or wanted to, the latest first.
#[utoipa::path(get, path = "/api/v1/packages", operation_id = "packages", tag = "inspect", params(PackageQuery),
    responses((status = 200, body = PackageList), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn packages(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<PackageQuery>,
) -> Result<Json, Failure> {
    let narrow = query.narrow()?;
    let read = move |reader: &Reader| {
        let mut fold = Fold::new();
        let looked = walk(reader, &narrow, &KINDS, MOST_EVENTS, |stored| {
            take(&mut fold, stored, &narrow);
        })?;
        let (items, left_out) =
            fold.page(narrow.limit, |(ecosystem, name), kept: Kept, touched| {
                PackageRow {
                    ecosystem,
                    name,
                    version: kept.version,
                    by: kept.by,
                    command: kept.command,
                    touched,
                }
            });
        Ok(PackageList {
            items,
            left_out,
            looked,
        })
    };
    shared.readers.json(read).await
}

fn take(fold: &mut Fold<(String, String), Kept>, stored: &StoredEvent, narrow: &Narrow) {
    let mut counted = BTreeSet::new();
    for package in &stored.event.labels.packages {
        let is_meant = narrow.means(&package.name);
        let key = (package.ecosystem.clone(), package.name.clone());
        if !is_meant || !counted.insert(key.clone()) {
            continue;
        }
        // The newest come first.
        let new = || Kept {
            version: None,
            by: Vec::new(),
            command: summary(&stored.event),
        };
        if let Some(kept) = fold.add(key, stored, new) {
            kept.version = kept.version.take().or_else(|| package.version.clone());
            name(&mut kept.by, &package.by);
        }
    }
}
