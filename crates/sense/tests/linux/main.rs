//! The sensor of Linux against real processes, as root.
#![cfg(target_os = "linux")]

mod scene;
mod seeing;
