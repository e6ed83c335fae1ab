#![no_main]

use libfuzzer_sys::fuzz_target;
use ringfence_shell::Context;

fuzz_target!(|text: &str| {
    let context = Context {
        cwd: Some("/home/dev/project"),
        home: Some("/home/dev"),
        ignores_case: false,
    };
    let reading = ringfence_shell::read(text, context);
    let count = reading.invocations.len();
    for invocation in &reading.invocations {
        let fed = invocation.stdin_from.iter().chain(&invocation.args_from);
        assert!(fed.copied().all(|index| index < count));
    }
});
