//! What agents export through OpenTelemetry, as events: the bodies of OTLP over HTTP, in protobuf
//! and in JSON, of Claude Code, Codex, Gemini CLI and Copilot CLI.
//!
//! **Invariant:** bytes in, events out. The size of a body, the number of its records and the depth
//! of their values are bounded; a record of an unknown program is counted, never an error. The same
//! record has the same key each time, so that a batch may come twice.
//!
//! Source: the OpenTelemetry protocol, <https://opentelemetry.io/docs/specs/otlp/>, version 1.7.

mod agents;
mod json;
mod metrics;
mod protobuf;
mod record;
mod wire;

use record::{Batch, Record};
use ringfence_event::{Event, Timestamp};

/// Largest body that is read, in bytes, after it was unpacked.
pub const LARGEST_TELEMETRY: usize = 16 * 1024 * 1024;

/// Most records that are read of one body.
const MOST_RECORDS: u64 = 50_000;

/// What a body carries, by the last part of its path (`/v1/logs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// `/v1/logs`.
    Logs,
    /// `/v1/traces`.
    Traces,
    /// `/v1/metrics`.
    Metrics,
}

/// How a body is written, by its `Content-Type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-protobuf`.
    Protobuf,
    /// `application/json`.
    Json,
}

/// What was in a body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Telemetry {
    /// What it tells.
    pub events: Vec<Event>,
    /// How many records it had: the sum of the next four.
    pub records: u64,
    /// Those that were told.
    pub told: u64,
    /// Those that are understood, and say nothing that another record does not say.
    pub quiet: u64,
    /// Those of a known agent that this version has no words for; logs are told as they came.
    pub unknown: u64,
    /// Those of programs that are no agents.
    pub foreign: u64,
}

/// Why a body could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TelemetryError {
    /// More came than is read.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// It is not what its `Content-Type` says.
    #[error("the body is not OTLP: {what}")]
    Broken {
        /// What is wrong.
        what: String,
    },
    /// It has more records than are read.
    #[error("the body has more than {limit} records")]
    TooMany {
        /// The limit.
        limit: u64,
    },
}

/// Reads a body; `received` is the time of records that tell none.
pub fn read_telemetry(
    signal: Signal,
    encoding: Encoding,
    body: &[u8],
    received: Timestamp,
) -> Result<Telemetry, TelemetryError> {
    if body.len() > LARGEST_TELEMETRY {
        return Err(TelemetryError::TooLarge {
            limit: LARGEST_TELEMETRY,
        });
    }
    let mut found = Telemetry::default();
    let mut each = |batch: &Batch, record: Record| {
        found.records += 1;
        if found.records > MOST_RECORDS {
            return Err(TelemetryError::TooMany {
                limit: MOST_RECORDS,
            });
        }
        agents::read(batch, record, received, &mut found);
        Ok(())
    };
    match encoding {
        Encoding::Protobuf => protobuf::read(signal, body, &mut each)?,
        Encoding::Json => json::read(signal, body, &mut each)?,
    }
    Ok(found)
}

/// What takes the records of a body.
type Each<'a> = dyn FnMut(&Batch, Record) -> Result<(), TelemetryError> + 'a;

#[cfg(test)]
mod tests;
