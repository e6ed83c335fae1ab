//! Reads what agents wrote down below some paths, and says what became of each file:
//! `cargo run --release -p ringfence-agents --example import -- [--json] PATH…`.
//!
//! With `--json` it prints each event as a line of JSON instead.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a program for ourselves"
)]

use ringfence_agents::{
    Counted, EntryKind, FileIdentity, HistoryFormat, HistoryReader, Ledger, Look, Origin, Spent,
    Tail, Told, prices,
};
use ringfence_event::{Action, Source, Timestamp};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

const CHUNK: usize = 256 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let mut json = false;
    let mut files = Vec::new();
    for argument in std::env::args().skip(1) {
        if argument == "--json" {
            json = true;
        } else {
            walk(Path::new(&argument), &mut files)?;
        }
    }
    files.sort();
    let mut ledger = Ledger::default();
    let mut spent = BTreeMap::new();
    for path in files {
        one(&path, json, &mut ledger, &mut spent)?;
    }
    if !json {
        for (agent, sum) in spent {
            println!("{agent}: {sum:?}");
        }
    }
    Ok(())
}

fn walk(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            walk(&entry?.path(), files)?;
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}

fn format_of(path: &str) -> Result<Option<HistoryFormat>, Box<dyn Error>> {
    if let Some(format) = HistoryFormat::of_path(path) {
        return Ok(Some(format));
    }
    let mut head = vec![0; 1024 * 1024];
    let length = File::open(path)?.read(&mut head)?;
    head.truncate(length);
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(HistoryFormat::of_entry(first))
}

fn one(
    path: &Path,
    json: bool,
    ledger: &mut Ledger,
    spent: &mut BTreeMap<&'static str, Spent>,
) -> Result<(), Box<dyn Error>> {
    let name = path.to_string_lossy().into_owned();
    let short = name.rsplit('/').next().unwrap_or_default().to_owned();
    let Some(format) = format_of(&name)? else {
        if !json {
            println!("{short}: not a transcript");
        }
        return Ok(());
    };
    let origin = Origin {
        path: name,
        time: Some(Timestamp(0)),
        cwd: None,
    };
    let begin = Instant::now();
    let mut reader = HistoryReader::new(format, origin);
    let mut events = 0_u64;
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    let mut each = |told: &mut Vec<Told>| {
        for one in told.drain(..) {
            events += 1;
            *kinds.entry(one.event.action.kind()).or_default() += 1;
            assert_eq!(one.event.source, Source::Transcript);
            if json && let Ok(text) = serde_json::to_string(&one.event) {
                println!("{text}");
            }
            if let Action::Usage { usage } = &one.event.action {
                let sum = spent.entry(format.agent().name()).or_default();
                match ledger.count(format.agent(), usage, prices()) {
                    Counted::New(spent) => sum.add(&spent),
                    Counted::Instead(before, after) => {
                        sum.take_back(&before);
                        sum.add(&after);
                    }
                    Counted::Again => {}
                }
            }
        }
    };
    let bytes = feed(path, &mut reader, &mut each)?;
    let seconds = begin.elapsed().as_secs_f64();
    if !json {
        let counts = reader.counts();
        let speed = bytes as f64 / 1e6 / seconds;
        println!(
            "{short}: {format:?}, {bytes} bytes, {speed:.0} MB/s: {} entries = {} understood + {} unknown + {} too long + {} empty; {events} events {kinds:?}",
            counts.entries, counts.understood, counts.unknown, counts.too_long, counts.empty
        );
    }
    Ok(())
}

/// Reads a file as the daemon would: in pieces, or whole.
fn feed(
    path: &Path,
    reader: &mut HistoryReader,
    each: &mut dyn FnMut(&mut Vec<Told>),
) -> Result<u64, Box<dyn Error>> {
    let mut told = Vec::new();
    if reader.format().kind() == EntryKind::Whole {
        let bytes = fs::read(path)?;
        reader.whole(&bytes, &mut told);
        reader.finish(&mut told);
        each(&mut told);
        return Ok(bytes.len() as u64);
    }
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let identity = FileIdentity {
        device: 0,
        inode: 0,
    };
    let mut tail = Tail::new();
    let mut piece = vec![0; CHUNK];
    let mut head = Vec::new();
    while let Look::Read { .. } = tail.look(identity, length, &head) {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        let bytes = piece.get(..read).unwrap_or_default();
        if head.is_empty() {
            head = bytes.iter().copied().take(256).collect();
        }
        tail.take(bytes, |line| reader.line(line, &mut told));
        each(&mut told);
    }
    tail.end(|line| reader.line(line, &mut told));
    reader.finish(&mut told);
    each(&mut told);
    Ok(length)
}
