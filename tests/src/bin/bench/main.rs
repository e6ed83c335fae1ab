//! `make bench`: what a hook costs, against doing nothing and against a shell script,
//! on this machine, in one run. Prints Markdown for docs/benchmarks.md.
#![forbid(unsafe_code)]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints its result, and ends where it cannot go on"
)]

mod crash;
mod daemon;
mod group;
mod history;
mod latency;
mod live;
mod machine;
mod pages;
mod rest;
mod sensor;
mod shell_hook;
mod throughput;
mod work;

/// Prints one table row.
fn row(cells: &[&str]) {
    println!("| {} |", cells.join(" | "));
}

/// Prints the head of a table.
fn head(cells: &[&str]) {
    println!();
    row(cells);
    row(&vec!["---"; cells.len()]);
}

/// Milliseconds, with as many digits as can be trusted.
fn milliseconds(time: std::time::Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

fn main() {
    if work::was_done() {
        return;
    }
    machine::print();
    if std::env::args().nth(1).is_some_and(|part| part == "sensor") {
        return sensor::print(&std::env::args().nth(2).unwrap_or_default());
    }
    if std::env::args()
        .nth(1)
        .is_some_and(|part| part == "history")
    {
        head(&["histories", "measured", "aim"]);
        return history::print();
    }
    if std::env::args().nth(1).is_some_and(|part| part == "pages") {
        head(&["pages", "measured", "aim"]);
        live::print();
        return pages::print();
    }
    latency::print();
    head(&["daemon", "measured", "aim"]);
    rest::print();
    throughput::print();
    live::print();
    pages::print();
    crash::print();
    history::print();
    sensor::print("");
}
