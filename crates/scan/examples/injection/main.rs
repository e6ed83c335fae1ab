//! Trains the classifier and measures the whole scanner on labelled texts.
//!
//! `injection <dir with injection.jsonl.gz and agent_assets.jsonl.gz> [--write]`. Every figure is of
//! rows that the model of that figure has not seen. `--write` trains on all rows that may be used
//! and writes `src/classifier/weights.bin` and `training/manifest.tsv`. Two runs give the same bytes.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a program for developers: it prints, and stops at the first fault"
)]

mod corpus;
mod learning;
mod report;
mod synthetic;

use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let directory = arguments.first().expect("usage: injection DIR [--write]");
    let rows = corpus::read(Path::new(directory));
    let synthetic = synthetic::rows();
    if arguments.iter().any(|argument| argument == "--write") {
        learning::write(&rows, &synthetic);
        return;
    }
    report::print(&rows, &synthetic);
}
