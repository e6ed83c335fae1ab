use super::*;
use crate::archive::Reports;
use crate::samples::{denied, folders, record};
use crate::{Folders, Options, Reader};

struct Place {
    _root: tempfile::TempDir,
    folders: Folders,
    archive: Archive,
}

fn place() -> Place {
    let root = tempfile::tempdir().unwrap();
    let folders = folders(root.path());
    folders::prepare(&folders.spool).unwrap();
    Place {
        archive: Archive::open(&folders, Options::default(), Reports::default()).unwrap(),
        folders,
        _root: root,
    }
}

impl Place {
    fn spool(&mut self) -> Taken {
        Intake::new(&mut self.archive, 2)
            .unwrap()
            .spool(&self.folders.spool)
            .unwrap()
    }

    fn journal(&mut self, content: &[u8]) -> Taken {
        let path = self.folders.spool.join("journal-1-1.jsonl");
        std::fs::write(&path, content).unwrap();
        Intake::new(&mut self.archive, 2)
            .unwrap()
            .journal(&path, &self.folders.spool)
            .unwrap()
    }

    fn stored(&self) -> usize {
        let reader = Reader::open(&self.folders).unwrap().unwrap();
        reader.events(&crate::EventFilter::default()).unwrap().len()
    }

    fn bad(&self) -> usize {
        std::fs::read_dir(self.folders.spool.join("bad")).map_or(0, Iterator::count)
    }
}

fn taken(new: usize, bad: u64) -> Taken {
    Taken {
        new,
        bad,
        trouble: None,
    }
}

fn line(number: u64) -> Vec<u8> {
    crate::record::line(record(number, "ls")).unwrap()
}

#[test]
fn spooled_records_are_taken_in_once() {
    let mut place = place();
    for number in 1..=5 {
        spool::put(&place.folders, &denied(number, "ls", &["r"])).unwrap();
    }
    assert_eq!(place.spool(), taken(5, 0));
    assert_eq!(place.spool(), taken(0, 0));
    // As if the process had been stopped between the commit and the removal.
    spool::put(&place.folders, &denied(3, "ls", &["r"])).unwrap();
    assert_eq!(place.spool(), taken(0, 0));
    assert_eq!(place.stored(), 5);
    assert!(spool::waiting(&place.folders.spool).unwrap().is_empty());
}

#[test]
fn garbage_is_moved_aside_and_stops_nothing() {
    let mut place = place();
    let folder = place.folders.spool.clone();
    let half = line(7);
    let garbage: [(&str, Vec<u8>); 6] = [
        ("a.json", Vec::new()),
        ("b.json", b"\0\xff\x1b".to_vec()),
        ("c.json", half[..half.len() / 2].to_vec()),
        ("d.json", b"{\"event\":{}}".to_vec()),
        ("e.json", vec![b'['; 200_000]),
        ("f.json", vec![b' '; MAX_LINE_BYTES * 2]),
    ];
    for (name, content) in &garbage {
        std::fs::write(folder.join(name), content).unwrap();
    }
    std::os::unix::fs::symlink("/etc/passwd", folder.join("g.json")).unwrap();
    std::fs::create_dir(folder.join("h.json")).unwrap();
    spool::put(&place.folders, &record(1, "ls")).unwrap();
    spool::put(&place.folders, &record(2, "ls")).unwrap();
    assert_eq!(place.spool(), taken(2, 8));
    assert_eq!((place.stored(), place.bad()), (2, 8));
    assert_eq!(place.spool(), taken(0, 0));
}

#[test]
fn what_is_moved_aside_is_bounded() {
    let mut place = place();
    let count = MAX_BAD_FILES + 7;
    for number in 0..count {
        std::fs::write(place.folders.spool.join(format!("{number}.json")), "{").unwrap();
    }
    assert_eq!(place.spool(), taken(0, u64::try_from(count).unwrap()));
    assert_eq!(place.bad(), MAX_BAD_FILES);
    assert!(spool::waiting(&place.folders.spool).unwrap().is_empty());
}

#[test]
fn trouble_with_one_file_stops_nothing() {
    let mut place = place();
    std::os::unix::fs::symlink("/", place.folders.spool.join("bad")).unwrap();
    std::fs::write(place.folders.spool.join("a.json"), "{").unwrap();
    spool::put(&place.folders, &record(1, "ls")).unwrap();
    let Taken { new, bad, trouble } = place.spool();
    assert_eq!((new, bad), (1, 1));
    assert!(trouble.unwrap().contains("symbolic link"));
}

#[test]
fn a_journal_is_read_up_to_what_was_written_whole() {
    let mut place = place();
    let mut content: Vec<u8> = (1..=3).flat_map(line).collect();
    let torn = line(4);
    content.extend(&torn[..torn.len() - 1]);
    assert_eq!(place.journal(&content), taken(3, 0));
    content.push(b'\n');
    assert_eq!(place.journal(&content), taken(1, 0));
    assert_eq!((place.stored(), place.bad()), (4, 0));
}

#[test]
fn bad_lines_of_a_journal_are_kept_aside() {
    let mut place = place();
    let mut content = line(1);
    content.extend(b"\0\0\0\n\n");
    content.extend(vec![b'x'; MAX_LINE_BYTES * 3]);
    content.push(b'\n');
    content.extend(line(2));
    content.extend(vec![b'y'; 100]);
    assert_eq!(place.journal(&content), taken(2, 3));
    assert_eq!((place.stored(), place.bad()), (2, 3));
    let kept = place.folders.spool.join("bad/journal-1-1-line-2.txt");
    assert_eq!(std::fs::read(kept).unwrap(), b"\0\0\0\n");
}

#[test]
fn no_folder_and_no_journal_hold_nothing() {
    let mut place = place();
    let gone = place.folders.spool.join("gone");
    let intake = Intake::new(&mut place.archive, 2).unwrap();
    assert_eq!(intake.spool(&gone).unwrap(), taken(0, 0));
    let intake = Intake::new(&mut place.archive, 2).unwrap();
    assert_eq!(
        intake.journal(&gone, &place.folders.spool).unwrap(),
        taken(0, 0)
    );
}
