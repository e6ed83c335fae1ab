#![no_main]

use libfuzzer_sys::fuzz_target;
use ringfence_scan::text::read;

// Every view leads back into the text.
fuzz_target!(|text: &str| {
    for view in read(text).views {
        assert!(view.place(0..view.text.len()).end <= text.len());
    }
});
