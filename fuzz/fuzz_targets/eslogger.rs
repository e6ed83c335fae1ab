#![no_main]

use libfuzzer_sys::fuzz_target;
use ringfence_sense::Settings;
use ringfence_sense::macos::Reader;

// Lines of one stream: a later one may meet what an earlier one left.
fuzz_target!(|text: &[u8]| {
    let mut reader = Reader::new(Settings {
        programs: vec!["claude".to_owned()],
        ..Settings::default()
    });
    for line in text.split(|byte| *byte == b'\n') {
        drop(reader.read(line));
    }
});
