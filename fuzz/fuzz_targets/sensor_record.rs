#![no_main]

use libfuzzer_sys::fuzz_target;
use ringfence_sense::linux::record;

fuzz_target!(|bytes: &[u8]| {
    if let Some(record) = record::read(bytes) {
        let parts: usize = record.parts.iter().map(|part| part.len()).sum();
        assert!(record::HEAD + parts <= bytes.len());
    }
});
