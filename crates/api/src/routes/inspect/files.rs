//! `GET /api/v1/files`: the files that agents touched.

use super::{Fold, MOST_EVENTS, Narrow, name, query, walk};
use crate::extract::Asked;
use crate::failure::Failure;
use crate::readers::Json;
use crate::shared::Shared;
use crate::types::{ErrorAnswer, FileList, FileRow};
use axum::extract::State;
use ringfence_event::{Access, Action, Difference, FileClass};
use ringfence_store::{Reader, StoredEvent};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::ToSchema;

/// What tells of files.
const KINDS: [&str; 3] = ["tool_call", "file", "config_change"];

query! { FileQuery {
    /// Which files; those that hold secrets if absent.
    of: Option<FilesOf>,
} }

/// Which files are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FilesOf {
    /// Keys, stored logins, project secrets, decoys.
    #[default]
    Sensitive,
    /// What agents obey, what runs by itself, what lets others in.
    Trusted,
    /// All.
    All,
}

impl FilesOf {
    fn holds(self, class: FileClass) -> bool {
        match self {
            FilesOf::All => true,
            FilesOf::Sensitive => matches!(
                class,
                FileClass::Canary
                    | FileClass::Credential
                    | FileClass::ProjectSecret
                    | FileClass::SystemSecret
                    | FileClass::PrivateStore
            ),
            FilesOf::Trusted => matches!(
                class,
                FileClass::AgentConfig
                    | FileClass::AgentInstructions
                    | FileClass::Autostart
                    | FileClass::GitHook
                    | FileClass::AccessGrant
            ),
        }
    }
}

/// What is kept of a file.
struct Kept {
    class: FileClass,
    read: u64,
    written: u64,
    deleted: u64,
    by: Vec<String>,
    changes: Vec<Difference>,
}

/// Files that agents touched, the latest first.
#[utoipa::path(get, path = "/api/v1/files", operation_id = "files", tag = "inspect", params(FileQuery),
    responses((status = 200, body = FileList), (status = 400, body = ErrorAnswer)))]
pub(crate) async fn files(
    State(shared): State<Arc<Shared>>,
    Asked(query): Asked<FileQuery>,
) -> Result<Json, Failure> {
    let narrow = query.narrow()?;
    let read = move |reader: &Reader| {
        let of = query.of.unwrap_or_default();
        let mut fold = Fold::new();
        let looked = walk(reader, &narrow, &KINDS, MOST_EVENTS, |stored| {
            take(&mut fold, stored, of, &narrow);
        })?;
        let (items, left_out) = fold.page(narrow.limit, |path, kept: Kept, touched| FileRow {
            path,
            class: kept.class,
            read: kept.read,
            written: kept.written,
            deleted: kept.deleted,
            by: kept.by,
            changes: kept.changes,
            touched,
        });
        Ok(FileList {
            items,
            left_out,
            looked,
        })
    };
    shared.readers.json(read).await
}

fn take(fold: &mut Fold<String, Kept>, stored: &StoredEvent, of: FilesOf, narrow: &Narrow) {
    let event = &stored.event;
    let changes: &[Difference] = match &event.action {
        Action::ConfigChange { changes, .. } => changes,
        _ => &[],
    };
    let mut counted = BTreeSet::new();
    for file in &event.labels.files {
        let is_meant = narrow.means(&file.full);
        if !of.holds(file.class) || !is_meant {
            continue;
        }
        let new = || Kept {
            class: file.class,
            read: 0,
            written: 0,
            deleted: 0,
            by: Vec::new(),
            changes: changes.to_vec(),
        };
        // A command can name a file many times: it is one event of that file.
        let kept = if counted.insert(&file.full) {
            fold.add(file.full.clone(), stored, new)
        } else {
            fold.rows.get_mut(&file.full).map(|(_, kept)| kept)
        };
        let Some(kept) = kept else { continue };
        match file.access {
            Access::Read => kept.read += 1,
            Access::Write => kept.written += 1,
            Access::Delete => kept.deleted += 1,
        }
        if kept.changes.is_empty() {
            kept.changes = changes.to_vec();
        }
        name(&mut kept.by, &file.by);
    }
}
