//! What a fenced tree can't do, on kernels where everything works, and on this one.

use ringfence_tests::guest::{Kernel, Programs};

#[test]
fn on_linux_6_1() {
    on("6.1");
}

#[test]
fn on_linux_6_12() {
    on("6.12");
}

fn on(version: &str) {
    let kernel = match Kernel::find(version) {
        Ok(kernel) => kernel,
        Err(why) => {
            eprintln!("SKIPPED: {why}");
            return;
        }
    };
    let lines = kernel.run(
        "attempts /tmp/world /programs /sys/fs/cgroup",
        &Programs::new(),
    );
    eprintln!("{lines:#?}");
}
