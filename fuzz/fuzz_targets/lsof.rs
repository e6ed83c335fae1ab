#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| drop(ringfence_sense::macos::connections(text)));
