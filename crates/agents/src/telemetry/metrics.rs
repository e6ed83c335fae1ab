//! Metrics say in sums what logs say one by one: they are counted, and nothing of them is told.

use super::record::Record;

/// Whether a metric is one that an agent is known to send.
pub(super) fn is_known(record: &Record) -> bool {
    const BEGINNINGS: &[&str] = &[
        "claude_code.",
        "codex.",
        "codex_",
        "gemini_cli.",
        "gen_ai.",
        "github.copilot.",
        "qwen-code.",
    ];
    BEGINNINGS
        .iter()
        .any(|beginning| record.name.starts_with(beginning))
}
