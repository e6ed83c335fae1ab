//! The proxy between real clients and a real origin, all on loopback.
//!
//! **Invariant:** what holds through the proxy is also checked without it, so that a test that the
//! origin or the client fails says so.
#![forbid(unsafe_code)]
#![cfg(test)]

mod client;
mod origin;
#[path = "../../src/reading/tests/wire.rs"]
#[expect(dead_code, reason = "the readers' own tests use more of it")]
mod wire;
mod world;

mod bodies;
mod conformance;
mod faults;
mod inspection;
mod shapes;
mod sockets;
mod streams;
mod tunnels;
