//! What leaves the machine: a forward proxy that reads what agents say to their models and tools.
//!
//! **Invariant:** no byte waits for a reader. What passes is forwarded at once; a copy goes into a
//! bounded queue ([`Pieces`]) and is dropped and counted when nobody takes it. Hosts that are not on
//! the list are never decrypted. This crate knows no rules, no store and no process tree.
#![forbid(unsafe_code)]

mod proxy;
mod room;
mod running;

mod front;
mod hello;
mod link;
mod passing;
mod tunnel;
mod upstream;
mod wire;

mod certificates;
mod clients;
mod gate;
mod hosts;

mod notice;
mod piece;
mod tap;

pub mod reading;

pub use certificates::{
    Authority, AuthorityError, BundleError, FolderError, Opened, Standing, Why, write_bundle,
};
pub use clients::{Clients, Who};
pub use gate::{Attention, Complete, Gate, Judge, Passage, Refusal};
pub use hosts::{Hosts, Pattern, PatternError};
pub use notice::{Happened, Notice, Notices, Tunnel, Unread};
pub use piece::{
    Client, Connection, Direction, End, ExchangeId, Handled, Head, Piece, RequestHead,
    ResponseHead, Scheme, What,
};
pub use proxy::{Control, Proxy, ProxyError, Settings};
pub use running::{Running, StartError};
pub use tap::Pieces;
pub use upstream::{
    Bypass, Identity, ProxyAddress, ProxyAddressError, Routes, UpstreamError, UpstreamSettings,
};
