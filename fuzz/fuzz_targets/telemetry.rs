#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| ringfence_fuzz::telemetry(body));
