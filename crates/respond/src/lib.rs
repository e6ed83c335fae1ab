//! Does something about it: holds a tree of processes still, ends it, lets it go on.
//!
//! **Invariant:** no process outside of the tree is ever touched: each is known by its id and its
//! start time, and a tree that has the asking process in it is refused.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod freezer;
mod machine;
mod stop;
mod tree;

pub use machine::{Machine, Running, Signal, This};
pub use stop::{How, Order, Outcome, StopError, carry_out};
pub use tree::{Key, Tree, members};
