#![no_main]

use libfuzzer_sys::fuzz_target;
use ringfence_agents::HistoryFormat;

fuzz_target!(|bytes: &[u8]| ringfence_fuzz::history(&[HistoryFormat::Codex], bytes));
