//! What leaves the machine: a forward proxy that reads what agents say to their models and tools.
//!
//! **Invariant:** no byte waits for a reader. What passes is forwarded at once; a copy goes into a
//! bounded queue ([`Pieces`]) and is dropped and counted when nobody takes it. Hosts that are not on
//! the list are never decrypted. This crate knows no rules, no store and no process tree.
#![forbid(unsafe_code)]

mod piece;
pub mod reading;
mod tap;

pub use piece::{
    Client, Connection, Direction, End, ExchangeId, Head, Piece, RequestHead, ResponseHead, Scheme,
    What,
};
pub use tap::{Pieces, Taps};
