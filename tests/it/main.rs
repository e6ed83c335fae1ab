//! Every end-to-end test, in one binary: the real program, temporary homes, no network.
#![forbid(unsafe_code)]
#![cfg(test)]

mod agents;
mod choices;
mod cli;
mod daemon;
mod hooks;
mod install;
mod layers;
mod secrets;
