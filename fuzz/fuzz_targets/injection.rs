#![no_main]

use libfuzzer_sys::fuzz_target;
use ringfence_scan::injection::{Origin, Scanner, scan};

// However the bytes are cut, the verdict is the same.
fuzz_target!(|input: (u8, Vec<u8>)| {
    let (cut, bytes) = input;
    for origin in Origin::ALL {
        let mut scanner = Scanner::new(origin);
        for piece in bytes.chunks(usize::from(cut) + 1) {
            scanner.push(piece);
        }
        assert_eq!(scanner.finish(), scan(&bytes, origin));
    }
});
