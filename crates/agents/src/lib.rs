//! What each coding agent tells a hook, how it wants to be answered, and where its
//! configuration is.
//!
//! **Invariant:** no I/O, no clock, no ids made here: bytes in, an [`Event`] out; a
//! verdict in, text out. Adding an agent means one folder and one line in `agent.rs`.
//!
//! [`Event`]: ringfence_event::Event
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod agent;
mod answer;
mod bound;
mod collected;
mod fields;
mod history;
mod hook;
mod install;
mod mcp;
mod meant;
mod own_words;
mod patch;
mod payload;
mod places;
mod prices;
mod telemetry;
mod tool;
mod transcripts;
mod trusted;
mod vocabulary;

mod claude_code;
mod codex;
mod cursor;
mod gemini;
mod imported;

pub use answer::{Answer, AnswerKind, Asking, Reply, render};
pub use collected::{CollectRoute, collected_agent, collected_reply, read_collected};
pub use history::{
    EntryKind, FileIdentity, HistoryCounts, HistoryFormat, HistoryReader, LARGEST_WHOLE,
    LONGEST_LINE, Line, Look, Origin, Place, Tail, Told,
};
pub use hook::{HookCall, Stamp, Twin, TwinSide, read_hook};
pub use install::{
    Collector, EditError, ExportError, Exporting, HookState, Removal, Replaced, Variable,
    after_install, export, export_by_hand, export_path, inspect, install, still_exports,
    switched_off, undo_export, uninstall,
};
pub use mcp::{McpEdit, McpServer, mcp_files, mcp_servers, unwrap_mcp, wrap_mcp};
pub use meant::{meant, own_call_id};
pub use own_words::is_own_words;
pub use payload::{LARGEST_PAYLOAD, PayloadError};
pub use places::{
    ChildMarks, Places, announces, blind_spots, child_markers, child_marks, home_of, is_process,
    program_names, program_of, project_settings, session_of, settings_path,
};
pub use prices::{Counted, Ledger, Price, Prices, Spent, prices};
pub use telemetry::{
    Encoding, LARGEST_TELEMETRY, Signal, Telemetry, TelemetryError, read_telemetry,
};
pub use transcripts::{Speaker, TranscriptForm, TranscriptPlace, spoken, transcript_places};
pub use trusted::{
    LARGEST_COMPARED, TrustedFile, TrustedKind, compare, trusted_files, watched_files, watched_part,
};
