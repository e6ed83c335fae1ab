//! The sensor of Linux against real processes, as root.
#![deny(unsafe_code)]
#![cfg(target_os = "linux")]
#![cfg(test)]

mod denying;
mod losing;
mod scene;
mod seeing;
