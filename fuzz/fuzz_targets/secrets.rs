//! Any bytes, cut anywhere, give the same secrets as in one piece.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ringfence_scan::personal::personal;
use ringfence_scan::secrets::ledger::Ledger;
use ringfence_scan::secrets::{Key, Scanner};
use std::sync::OnceLock;

static SCANNER: OnceLock<Option<Scanner>> = OnceLock::new();

fuzz_target!(|data: &[u8]| {
    let key = Key::new([1; 32]);
    let scanner = SCANNER.get_or_init(|| Scanner::new(key.clone()).ok());
    let Some(scanner) = scanner else {
        return;
    };
    let whole = scanner.secrets(data);
    let cut = data.first().map_or(0, |first| usize::from(*first) % data.len());
    let (first, second) = data.split_at(cut);
    let mut stream = scanner.stream(None);
    stream.push(first);
    stream.push(second);
    assert_eq!(stream.finish(), whole);
    let mut ledger = Ledger::new(key.clone());
    ledger.note(first);
    ledger.look(second);
    personal(&key, data);
});
