//! Any text as a configuration: an error or rules that run.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ringfence_scan::secrets::{Key, RuleSet, Scanner};

fuzz_target!(|text: &str| {
    if let Ok(set) = RuleSet::from_gitleaks(text) {
        let scanner = Scanner::with_rules(Key::new([1; 32]), set);
        scanner.secrets_in(text.as_bytes(), Some("a/b.toml"));
    }
});
