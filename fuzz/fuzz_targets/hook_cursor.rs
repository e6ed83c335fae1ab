#![no_main]

use libfuzzer_sys::fuzz_target;
use ringfence_event::AgentKind;

fuzz_target!(|payload: &[u8]| ringfence_fuzz::hook(AgentKind::Cursor, payload));
