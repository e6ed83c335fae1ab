use super::*;
use ringfence_agents::{EntryKind, HistoryReader, Line, Origin, Told};
use std::fs;

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../agents/tests/fixtures")
}

/// Reads all rows there are from `mark` on.
fn all(path: &Path, format: HistoryFormat, mark: &mut RowsMark) -> Vec<Value> {
    let mut rows = Vec::new();
    loop {
        let page = page(path, format, mark).unwrap().unwrap();
        rows.extend(
            page.rows
                .iter()
                .map(|row| serde_json::from_slice::<Value>(row).unwrap()),
        );
        if !page.more {
            return rows;
        }
    }
}

fn told(format: HistoryFormat, rows: impl Iterator<Item = Vec<u8>>) -> Vec<Told> {
    let mut reader = HistoryReader::new(format, Origin::default());
    let mut told = Vec::new();
    for (number, bytes) in (1..).zip(rows) {
        let line = Line {
            number,
            offset: 0,
            bytes: &bytes,
            missing: 0,
        };
        reader.line(&line, &mut told);
    }
    reader.finish(&mut told);
    assert_eq!(reader.format().kind(), EntryKind::Rows);
    told
}

fn keys(mut told: Vec<Told>) -> Vec<String> {
    told.sort_by_key(|one| one.event.key);
    told.iter().map(|one| one.event.key.to_string()).collect()
}

#[test]
fn a_database_tells_what_its_rows_tell() {
    for (format, folder, file) in [
        (HistoryFormat::Opencode, "opencode/1.18.33", "opencode.db"),
        (HistoryFormat::CursorRows, "cursor/rows", "state.vscdb"),
    ] {
        let folder = fixtures().join(folder);
        let lines = fs::read_to_string(folder.join("rows.jsonl")).unwrap();
        let expected = told(format, lines.lines().map(|line| line.as_bytes().to_vec()));
        let mut mark = RowsMark::default();
        let rows = all(&folder.join(file), format, &mut mark);
        let rows = rows.into_iter().map(|row| row.to_string().into_bytes());
        let found = told(format, rows);
        // Rows of Cursor that were written again stand in the database once, and others are not asked for.
        let (found, expected) = (keys(found), keys(expected));
        if format == HistoryFormat::Opencode {
            assert_eq!(found, expected);
        } else {
            assert!(!found.is_empty());
            assert!(found.iter().all(|key| expected.contains(key)), "{found:?}");
        }
        assert_eq!(
            all(&folder.join(file), format, &mut mark),
            Vec::<Value>::new()
        );
    }
}

#[test]
fn where_it_was_left_is_kept() {
    let file = fixtures().join("opencode/1.18.33/opencode.db");
    let whole = all(&file, HistoryFormat::Opencode, &mut RowsMark::default());
    let mut mark = RowsMark::default();
    let mut rows = Vec::new();
    loop {
        let text = serde_json::to_string(&mark).unwrap();
        mark = serde_json::from_str(&text).unwrap();
        let page = page(&file, HistoryFormat::Opencode, &mut mark)
            .unwrap()
            .unwrap();
        for row in &page.rows {
            rows.push(serde_json::from_slice::<Value>(row).unwrap());
        }
        if !page.more {
            break;
        }
    }
    assert_eq!(rows, whole);
    assert_eq!(rows[0]["table"], "session");
}

#[test]
fn what_is_no_such_database_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("opencode.db");
    let mark = &mut RowsMark::default();
    assert!(page(&path, HistoryFormat::Opencode, mark).is_err());
    fs::write(&path, "garbage").unwrap();
    assert!(page(&path, HistoryFormat::Opencode, mark).is_err());
    fs::copy(fixtures().join("cursor/rows/state.vscdb"), &path).unwrap();
    assert!(page(&path, HistoryFormat::Opencode, mark).is_err());
    assert_eq!(*mark, RowsMark::default());
}
