//! Which files are looked at: what stands below a path and is not ignored, on several threads.
//!
//! **Invariant:** links are not followed, and only plain files are opened.

use super::look::{Lines, Looker, Text};
use super::report::{Report, count};
use ignore::{DirEntry, WalkBuilder, WalkState};
use ringfence_store::visible;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Our own ignore files, in the format of `.gitignore`.
const IGNORE_FILE: &str = ".ringfenceignore";

/// How to walk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Walk {
    /// Whether ignore files count.
    pub(crate) ignores: bool,
    pub(crate) max_size: Option<u64>,
    /// 0 is as many as there are processors.
    pub(crate) threads: usize,
}

/// Looks through all files below the paths.
pub(crate) fn look(paths: &[PathBuf], walk: Walk, looker: &Looker, report: &Report) {
    let Some((first, others)) = paths.split_first() else {
        return;
    };
    let mut builder = WalkBuilder::new(first);
    for path in others {
        builder.add(path);
    }
    builder
        .standard_filters(walk.ignores)
        // A `.env` is what people look for.
        .hidden(false)
        .require_git(false)
        .follow_links(false)
        .threads(walk.threads)
        .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
    if walk.ignores {
        builder.add_custom_ignore_filename(IGNORE_FILE);
    }
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            match entry {
                Ok(entry) => visit(&entry, walk, looker, report),
                Err(error) => {
                    count(&report.unreadable, 1);
                    report.problem(visible(&error.to_string()));
                }
            }
            WalkState::Continue
        })
    });
}

fn visit(entry: &DirEntry, walk: Walk, looker: &Looker, report: &Report) {
    if let Some(error) = entry.error() {
        report.problem(visible(&error.to_string()));
    }
    // A link that was named itself is followed; one that was met is not.
    let named = entry.depth() == 0;
    let path = entry.path();
    let is_file = if named {
        path.is_file()
    } else {
        entry.file_type().is_some_and(|kind| kind.is_file())
    };
    if !is_file {
        return;
    }
    if let Some(most) = walk.max_size
        && entry.metadata().is_ok_and(|found| found.len() > most)
    {
        count(&report.too_large, 1);
        return;
    }
    if let Err(error) = one(path, looker, report) {
        count(&report.unreadable, 1);
        report.problem(format!("{}: {error}", visible(&path.to_string_lossy())));
    }
}

fn one(path: &Path, looker: &Looker, report: &Report) -> io::Result<()> {
    let absolute = std::path::absolute(path)?;
    let text = Text {
        path: &shown(path),
        origin: Some(looker.origin_of(&absolute.to_string_lossy())),
        lines: Lines::Own,
    };
    match looker.look(|| File::open(path), &text, report)? {
        Some(bytes) => {
            count(&report.files, 1);
            count(&report.bytes, bytes);
        }
        None => count(&report.binary, 1),
    }
    Ok(())
}

/// `./src/a.rs` as `src/a.rs`.
fn shown(path: &Path) -> String {
    let short = path.strip_prefix(".").unwrap_or(path);
    short.to_string_lossy().into_owned()
}
