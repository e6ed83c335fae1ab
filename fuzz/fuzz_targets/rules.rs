#![no_main]

use libfuzzer_sys::fuzz_target;
use ringfence_detect::{Pack, RuleSet};

fuzz_target!(|text: &str| {
    // An error or a set of rules: never a panic.
    drop(RuleSet::compile(&[Pack { name: "fuzz.yml", text }]));
});
