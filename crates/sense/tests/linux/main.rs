//! The sensor of Linux against real processes, as root.
#![cfg(all(test, target_os = "linux"))]

mod denying;
mod losing;
mod scene;
mod seeing;
