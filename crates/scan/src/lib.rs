//! What a text carries: secrets, personal data, injections, hidden characters.
//!
//! **Invariant:** no I/O, no rules of behaviour, no agents. The same bytes give the same
//! findings however they are cut into pieces; memory is bounded whatever comes.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod classifier;
pub mod injection;
pub mod personal;
pub mod secrets;
pub mod text;
