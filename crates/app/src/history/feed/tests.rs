use super::*;
use crate::history::find::{Source, of_path};
use std::io::Write;
use std::path::Path;

fn source(path: &Path) -> Source {
    let data = fs::metadata(path).unwrap();
    Source {
        path: path.to_owned(),
        format: of_path(path).unwrap(),
        length: data.len(),
        modified: find::modified(&data),
    }
}

fn line(id: &str, text: &str) -> String {
    format!(
        "{{\"type\":\"user\",\"uuid\":\"{id}\",\"sessionId\":\"s\",\"timestamp\":\
         \"2026-11-21T12:00:00Z\",\"message\":{{\"role\":\"user\",\"content\":\"{text}\"}}}}\n"
    )
}

/// Reads on as far as it goes, through a restart at each step; returns what users said.
fn said(kept: &mut Kept) -> Vec<String> {
    let mut told = Vec::new();
    loop {
        let text = serde_json::to_string(kept).unwrap();
        *kept = serde_json::from_str(&text).unwrap();
        if !step(kept, &mut told).unwrap().more {
            break;
        }
    }
    let said = told.iter().filter_map(|one| match &one.event.action {
        ringfence_event::Action::Prompt { text } => Some(text.clone()),
        _ => None,
    });
    said.collect()
}

fn append(path: &Path, text: &str) {
    let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

#[test]
fn a_file_that_grows_is_cut_and_replaced_is_read_right() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("projects/-x");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("s.jsonl");
    fs::write(&path, line("1", "one")).unwrap();
    let mut kept = Kept::new(&source(&path));
    assert_eq!(said(&mut kept), ["one"]);
    assert!(kept.is_read(&source(&path)));
    assert_eq!(said(&mut kept), [""; 0]);

    // Half a line waits for its other half, also over a restart.
    let (two, rest) = (line("2", "two"), line("3", "three"));
    let (half, other) = two.split_at(40);
    append(&path, half);
    assert_eq!(said(&mut kept), [""; 0]);
    append(&path, &format!("{other}{rest}"));
    assert!(!kept.is_read(&source(&path)));
    assert_eq!(said(&mut kept), ["two", "three"]);

    // Cut short, then written anew.
    fs::write(&path, line("4", "four")).unwrap();
    assert_eq!(said(&mut kept), ["four"]);

    // Another file under the same name.
    let new = folder.join("new");
    fs::write(&new, [line("4", "four"), line("5", "five")].concat()).unwrap();
    fs::rename(&new, &path).unwrap();
    assert_eq!(said(&mut kept), ["four", "five"]);

    // A last line without an end counts if it is whole, and once.
    append(&path, line("6", "six").trim_end());
    assert_eq!(said(&mut kept), [""; 0]);
    let mut told = Vec::new();
    step(&mut kept, &mut told).unwrap();
    finish(&mut kept, false, &mut told);
    assert_eq!(told.len(), 1);
    append(&path, &format!("\n{}", line("7", "seven")));
    assert_eq!(said(&mut kept), ["seven"]);
    assert_eq!(kept.reader.counts().empty, 0);

    // A piece of one only if the file is complete.
    append(&path, line("8", "eight").split_at(40).0);
    let mut told = Vec::new();
    step(&mut kept, &mut told).unwrap();
    finish(&mut kept, false, &mut told);
    assert_eq!(told.len(), 0);
    finish(&mut kept, true, &mut told);
    assert_eq!((told.len(), kept.reader.counts().unknown), (1, 1));
}

#[test]
fn a_long_file_is_read_in_steps() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("projects/-x");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("s.jsonl");
    let long = "word ".repeat(2000);
    let text: String = (0..300)
        .map(|number| line(&number.to_string(), &long))
        .collect();
    fs::write(&path, &text).unwrap();
    let mut kept = Kept::new(&source(&path));
    let mut told = Vec::new();
    let first = step(&mut kept, &mut told).unwrap();
    assert_eq!((first.bytes, first.more), (STEP, true));
    assert!(told.len() < 300);
    assert_eq!(said(&mut kept).len() + told.len(), 300 + 1);
    assert_eq!(kept.reader.counts().understood, 300);
}

#[test]
fn what_is_no_regular_file_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("s.traj");
    fs::write(&path, "{}").unwrap();
    let mut kept = Kept::new(&source(&path));
    fs::remove_file(&path).unwrap();
    assert!(step(&mut kept, &mut Vec::new()).is_err());
    fs::create_dir(&path).unwrap();
    assert!(step(&mut kept, &mut Vec::new()).is_err());
}
