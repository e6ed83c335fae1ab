//! Every end-to-end test, in one binary: the real program, temporary homes, no network.
#![forbid(unsafe_code)]
#![cfg(test)]

mod agents;
mod api;
mod audit;
mod canaries;
mod choices;
mod cli;
mod clock;
mod collect;
mod daemon;
mod decided;
mod everyday;
mod exec;
mod faults;
mod guest;
mod histories;
mod hooks;
mod incidents;
mod install;
mod kernel;
mod layers;
mod limits;
mod looks;
mod opinions;
mod proxied;
mod proxy;
mod rewriting;
mod rules;
mod scan;
mod secrets;
mod sensor;
mod sequences;
mod sign_in;
mod telemetry;
mod texts;
mod timeline;
mod trial;
mod trusted;
mod users;
mod walk;
mod web;
mod wraps;
