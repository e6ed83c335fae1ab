//! Other scanners for secrets on the same files, one processor each, if they are installed.
//!
//! `cargo bench -p ringfence-scan --bench rivals`; what is not in `PATH` is named and left out.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use ringfence_scan::secrets::{Key, Scanner};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Files, and the bytes of each at least.
const FILES: usize = 48;
const LENGTH: usize = 1024 * 1024;
/// The best of so many runs counts: the machine is shared.
const RUNS: usize = 3;

/// A program, what tells its version, and how it scans a directory; `DIR` stands for that.
const RIVALS: &[(&str, &str, &[&str])] = &[
    (
        "gitleaks",
        "version",
        &[
            "dir",
            "--no-banner",
            "--exit-code=0",
            "--log-level=error",
            "DIR",
        ],
    ),
    (
        "kingfisher",
        "--version",
        &[
            "scan",
            "DIR",
            "--no-validate",
            "--jobs=1",
            "--no-update-check",
            "--quiet",
        ],
    ),
    (
        "noseyparker",
        "--version",
        &["scan", "--jobs=1", "--datastore=DIR.np", "DIR"],
    ),
    (
        "trufflehog",
        "--version",
        &[
            "filesystem",
            "--no-verification",
            "--no-update",
            "--concurrency=1",
            "DIR",
        ],
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("ringfence-rivals-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure(&folder);
    fs::remove_dir_all(&folder)?;
    measured
}

fn measure(folder: &Path) -> Result<(), Box<dyn Error>> {
    let bytes = write(folder)?;
    println!(
        "{FILES} files of source code, {} MB, one processor",
        bytes / 1_000_000
    );
    println!("program | MB/s");
    let scanner = Scanner::new(Key::new([7; 32]))?;
    let own = best(|| {
        for entry in fs::read_dir(folder)? {
            std::hint::black_box(scanner.secrets(&fs::read(entry?.path())?));
        }
        Ok(())
    })?;
    println!("ringfence-scan, all secrets | {}", rate(bytes, own));
    for (program, version, arguments) in RIVALS {
        let Some(version) = said(program, version) else {
            println!("{program} | not installed");
            continue;
        };
        let took = best(|| run(program, arguments, folder))?;
        println!(
            "{} | {}",
            version.replace('\n', " ").trim(),
            rate(bytes, took)
        );
    }
    Ok(())
}

fn best(work: impl Fn() -> Result<(), Box<dyn Error>>) -> Result<Duration, Box<dyn Error>> {
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        let started = Instant::now();
        work()?;
        best = best.min(started.elapsed());
    }
    Ok(best)
}

fn rate(bytes: usize, took: Duration) -> usize {
    let micros = usize::try_from(took.as_micros()).unwrap_or(usize::MAX);
    bytes / micros.max(1)
}

fn said(program: &str, version: &str) -> Option<String> {
    let output = Command::new(program).arg(version).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(format!("{program} {}", text.replace(program, "")))
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> Result<(), Box<dyn Error>> {
    let place = folder.to_string_lossy();
    let arguments = arguments.iter().map(|word| word.replace("DIR", &place));
    // Findings have exit codes of their own: only that it ran counts.
    Command::new("taskset")
        .args(["-c", "1", program])
        .args(arguments)
        .env("GOMAXPROCS", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    Ok(())
}

/// Writes this repository's own source code, again and again, each time a little different.
fn write(folder: &Path) -> Result<usize, Box<dyn Error>> {
    let mut source = String::new();
    let mut folders: Vec<PathBuf> = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..")];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                source.push_str(&fs::read_to_string(path)?);
            }
        }
    }
    let lines: Vec<&str> = source.lines().collect();
    let mut bytes = 0;
    for number in 0..FILES {
        let mut text = String::new();
        for line in lines.iter().cycle().skip(number * 997) {
            if text.len() >= LENGTH {
                break;
            }
            text.push_str(line);
            text.push_str(&format!(" // {number}\n"));
        }
        bytes += text.len();
        fs::write(folder.join(format!("file{number}.rs")), text)?;
    }
    Ok(bytes)
}
