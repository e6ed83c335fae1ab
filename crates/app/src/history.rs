//! What agents wrote down of their sessions: found below the home, read where it was left, and told
//! as events. Nothing is judged or kept here but how far each file was read.
//!
//! **Invariant:** files of agents are only read, databases of running agents never locked. Looks
//! only below the home and where it was told to.

pub(crate) mod feed;
pub(crate) mod find;
pub(crate) mod import;
pub(crate) mod kept;
mod past;
pub(crate) mod report;
mod rows;
pub(crate) mod status;
