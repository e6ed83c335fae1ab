//! The window: the dashboard, and the record over HTTP, on loopback only.
//!
//! **Invariant:** this crate reads the record and writes nothing; what it knows of
//! rules and agents' formats it asks its [`Host`]. Every request passes the guard
//! before anything else looks at it, and every `/api` route needs a credential.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod assets;
mod body;
mod codes;
mod connections;
mod cookie;
mod error;
mod extract;
mod failure;
mod follow;
mod front;
mod grouped;
mod guard;
mod headers;
mod host;
mod login;
mod openapi;
mod page;
mod patient;
mod pump;
mod readers;
mod recording;
mod refusals;
mod routes;
mod schema;
mod server;
mod shared;
mod types;

#[cfg(test)]
mod testing;

pub use error::ApiError;
pub use host::{
    AllowWhat, CollectAnswer, CollectRequest, CollectRoute, Exception, Exported, HookHealth,
    Hooked, Host, HostAgent, HostStatus, McpServer, NewException, Process, Processes, Refusal,
    Risk, RiskPart, Rule, RuleAnswer, RuleChoice, RuleProblem, RuleState, Ruled, SavedRule, Trial,
    Tried, TryRules,
};
pub use openapi::openapi;
pub use recording::{Recording, Spending, recorded, spending, spent_by};
pub use server::{Limits, Options, Server};
