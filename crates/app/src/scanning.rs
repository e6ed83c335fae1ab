//! `ringfence scan`: what texts carry, found in files, diffs and transcripts.
//!
//! **Invariant:** memory does not grow with a file; nothing that is found is kept or
//! shown whole.

pub(crate) mod baseline;
pub(crate) mod diff;
pub(crate) mod files;
mod finding;
mod look;
pub(crate) mod opinions;
mod origin;
pub(crate) mod progress;
mod report;
pub(crate) mod sarif;
pub(crate) mod show;
mod spot;
pub(crate) mod stdin;
pub(crate) mod transcripts;

pub(crate) use finding::{Category, Finding};
pub(crate) use look::{Looker, Wanted};
pub(crate) use report::{Counts, Report};
