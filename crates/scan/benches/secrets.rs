//! MB/s of one core over source code, logs and chat text, and the cost of a start.
//!
//! `cargo bench -p ringfence-scan --bench secrets` prints a table; the source code is
//! this repository's own.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use ringfence_scan::personal::personal;
use ringfence_scan::secrets::{Key, RuleSet, Scanner};
use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

/// Each text is made at least this long.
const LENGTH: usize = 8 * 1024 * 1024;
/// The best of so many runs counts: the machine is shared.
const RUNS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let key = Key::new([7; 32]);
    let started = Instant::now();
    let all = Scanner::new(key.clone())?;
    println!(
        "start: {:?}, {} rules",
        started.elapsed(),
        RuleSet::own()?.len()
    );
    // The same rules without what finds secrets by their names.
    let led = Scanner::with_rules(key.clone(), RuleSet::from_gitleaks(&own_rules()?)?);
    println!("text | keyword-led rules | all secrets | personal data, MB/s");
    for (name, text) in [
        ("source code", source()?),
        ("logs", logs()),
        ("chat", chat()),
        ("keywords only", hostile()),
    ] {
        let text = text.as_bytes();
        println!(
            "{name} | {} | {} | {}",
            rate(text, || {
                black_box(led.secrets(text));
            }),
            rate(text, || {
                black_box(all.secrets(text));
            }),
            rate(text, || {
                black_box(personal(&key, text));
            }),
        );
    }
    Ok(())
}

fn rate(text: &[u8], work: impl Fn()) -> usize {
    work();
    let best = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .min()
        .unwrap_or(Duration::MAX);
    let micros = usize::try_from(best.as_micros())
        .unwrap_or(usize::MAX)
        .max(1);
    text.len() / micros
}

fn own_rules() -> Result<String, std::io::Error> {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/secrets.toml"))
}

fn source() -> Result<String, std::io::Error> {
    let mut text = String::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = vec![crates];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                text.push_str(&std::fs::read_to_string(path)?);
            }
        }
    }
    Ok(repeated(&text))
}

fn logs() -> String {
    let mut text = String::new();
    for number in 0..2000 {
        let written = writeln!(
            text,
            "2026-11-21T10:{:02}:{:02}.{:03}Z INFO request{{id={} method=GET path=/api/v1/items/{}}} status=200 took={}us",
            number % 60,
            number * 7 % 60,
            number % 1000,
            number * 7919,
            number,
            number * 31 % 9000
        );
        if written.is_err() {
            break;
        }
    }
    repeated(&text)
}

fn chat() -> String {
    repeated(
        "Could you look at why the build fails on the second machine? I think that the cache is stale.\n\
         Sure. First I read the log, then I run the tests again with the same flags as yesterday.\n\
         The token of the service expired, so the job could not authenticate; ask for a new one.\n",
    )
}

fn hostile() -> String {
    repeated("key=token secret password auth private access sk-key-api: ")
}

fn repeated(text: &str) -> String {
    text.repeat(LENGTH / text.len().max(1) + 1)
}
