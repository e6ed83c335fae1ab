//! The words of the events, in a file beside each segment, written by a thread of
//! their own so that the segment need not wait for them.
//!
//! **Invariant:** `mark` and the words up to it are stored in one transaction, and
//! whatever is missing behind it is read from the segment. So nothing here needs to
//! be synced, and a file that is damaged is simply made again.

use crate::StoreError;
use crate::connection::{self, Settings};
use crate::folders::Folders;
use crate::health::Report;
use crate::{schema, stored};
use rusqlite::Connection;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

mod fresh;
mod words;

use words::Words;

pub(crate) use fresh::Fresh;
#[cfg(test)]
pub(crate) use words::remove;

/// Batches that may wait for the thread; when there are more, the writer waits, and
/// what is appended meanwhile lies in the queue and the journal.
const WAITING: usize = 8;

/// How long words wait in memory, and how many, and how big: whichever comes first.
const AT_LATEST: Duration = Duration::from_millis(100);
const MOST: usize = 16_384;
const MOST_BYTES: usize = 8 << 20;

const SETTINGS: Settings = Settings {
    steps: schema::SEARCH,
    synchronous: "OFF",
    cache: 4 << 10,
    checkpoint: 2000,
};

/// The words of one batch.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) number: u32,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) texts: Texts,
}

/// The words of several events behind each other, each with its event's number.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    all: String,
    ends: Vec<(i64, usize)>,
}

impl Texts {
    pub(crate) fn push(&mut self, seq: i64, words: &str) {
        self.all.push_str(words);
        self.ends.push((seq, self.all.len()));
    }

    /// Each event's words, in the order in which they came.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (i64, &str)> {
        let starts = [0].into_iter().chain(self.ends.iter().map(|(_, end)| *end));
        let starts: Vec<usize> = starts.take(self.ends.len()).collect();
        let ends = self.ends.iter().zip(starts);
        ends.map(|((seq, end), start)| {
            let words = self.all.get(start..*end).unwrap_or_default();
            (*seq, words)
        })
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn bytes(&self) -> usize {
        self.all.len()
    }
}

/// What the thread is told.
enum Message {
    Batch(Arc<Batch>),
    /// These segments have events up to these.
    CatchUp(BTreeMap<u32, i64>),
    /// This segment gets no more events; tidy its file up.
    Sealed(u32, Box<Connection>),
    /// This segment was set aside: delete its files.
    Gone(u32),
}

/// The writer's end.
pub(crate) struct Search {
    sender: Option<SyncSender<Message>>,
    thread: Option<JoinHandle<()>>,
    fresh: Fresh,
}

impl Search {
    /// Starts the thread.
    pub(crate) fn start(folders: &Folders, report: Report) -> Result<Search, StoreError> {
        let (sender, receiver) = sync_channel(WAITING);
        let fresh = Fresh::default();
        let worker = Worker {
            folders: folders.clone(),
            report,
            fresh: fresh.clone(),
            stored: (0, 0),
            words: None,
            behind: BTreeMap::new(),
            tidy: VecDeque::new(),
        };
        let thread = std::thread::Builder::new()
            .name("search".to_owned())
            .spawn(move || worker.run(&receiver))
            .map_err(|source| StoreError::file(&folders.data, source))?;
        Ok(Search {
            sender: Some(sender),
            thread: Some(thread),
            fresh,
        })
    }

    /// The words that came last, for readers.
    pub(crate) fn fresh(&self) -> &Fresh {
        &self.fresh
    }

    pub(crate) fn batch(&self, batch: Batch) {
        let batch = Arc::new(batch);
        self.fresh.add(&batch);
        self.tell(Message::Batch(batch));
    }

    /// What these segments have, up to the last event of each, may be missing.
    pub(crate) fn catch_up(&self, segments: BTreeMap<u32, i64>) {
        self.tell(Message::CatchUp(segments));
    }

    pub(crate) fn sealed(&self, number: u32, segment: Connection) {
        self.tell(Message::Sealed(number, Box::new(segment)));
    }

    /// This segment was set aside: its files are deleted when there is time.
    pub(crate) fn gone(&self, number: u32) {
        self.tell(Message::Gone(number));
    }

    fn tell(&self, message: Message) {
        if let Some(sender) = &self.sender {
            // A thread that is gone has said why; what it misses is read at the next start.
            drop(sender.send(message));
        }
    }
}

impl Drop for Search {
    /// Waits until all words are stored.
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has already said so.
            drop(thread.join());
        }
    }
}

/// The thread's end.
struct Worker {
    folders: Folders,
    report: Report,
    fresh: Fresh,
    /// What the file held when words were stored the last time but one.
    stored: (u32, i64),
    words: Option<Words>,
    /// Segments whose words are missing, up to an event.
    behind: BTreeMap<u32, i64>,
    /// Files of sealed segments whose parts are still to be merged.
    tidy: VecDeque<(u32, Connection)>,
}

impl Worker {
    fn run(mut self, receiver: &Receiver<Message>) {
        loop {
            let message = match self.patience() {
                None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(patience) => receiver.recv_timeout(patience),
            };
            let done = match message {
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => self.idle(),
                Err(RecvTimeoutError::Disconnected) => break,
            };
            self.note(done);
        }
        let done = self.flush();
        self.note(done);
    }

    /// How long to wait for the next message; `None` for as long as it takes.
    fn patience(&self) -> Option<Duration> {
        match self.words.as_ref().and_then(Words::since) {
            Some(since) => Some(AT_LATEST.saturating_sub(since.elapsed())),
            None if self.tidy.is_empty() && self.behind.is_empty() => None,
            None => Some(Duration::ZERO),
        }
    }

    fn note(&self, done: Result<(), StoreError>) {
        match done {
            Ok(()) => self.report.works(),
            Err(error) => self.report.fails(error.chain()),
        }
    }

    fn take(&mut self, message: Message) -> Result<(), StoreError> {
        match message {
            Message::Batch(batch) => self.add(&batch),
            Message::CatchUp(segments) => {
                self.behind.extend(segments);
                Ok(())
            }
            Message::Sealed(number, segment) => {
                let done = self.seal(number);
                tidied(&segment);
                done
            }
            Message::Gone(number) => {
                self.words.take_if(|words| words.number() == number);
                self.tidy.retain(|(other, _)| *other != number);
                self.behind.remove(&number);
                self.folders.delete_set_aside()
            }
        }
    }

    fn add(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let (number, first, last) = (batch.number, batch.first, batch.last);
        let words = self.words(number)?;
        if words.last() + 1 < first {
            self.behind.insert(number, last);
            return self.catch_up_some();
        }
        words.add(batch);
        let is_due = words
            .since()
            .is_some_and(|since| since.elapsed() >= AT_LATEST);
        if is_due || words.waiting() >= MOST || words.bytes() >= MOST_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    /// Reads some of what is missing from its segment, the newest first.
    fn catch_up_some(&mut self) -> Result<(), StoreError> {
        let Some((number, upto)) = self.behind.pop_last() else {
            return Ok(());
        };
        let words = self.words(number)?;
        // One that cannot be read now is read at the next start, or when more comes.
        if words.catch_up_some(upto)? {
            self.behind.insert(number, upto);
        }
        Ok(())
    }

    /// The file of a segment; what was open before is stored and closed.
    fn words(&mut self, number: u32) -> Result<&mut Words, StoreError> {
        if self
            .words
            .as_ref()
            .is_none_or(|words| words.number() != number)
        {
            let stored = self.flush();
            self.words = None;
            stored?;
        }
        match &mut self.words {
            Some(words) => Ok(words),
            none => Ok(none.insert(Words::open(&self.folders, number)?)),
        }
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        let Some(words) = &mut self.words else {
            return Ok(());
        };
        words.flush()?;
        let (number, upto) = std::mem::replace(&mut self.stored, (words.number(), words.last()));
        self.fresh.stored(number, upto);
        Ok(())
    }

    fn seal(&mut self, number: u32) -> Result<(), StoreError> {
        let Some(mut words) = self.words.take_if(|words| words.number() == number) else {
            return Ok(());
        };
        words.flush()?;
        let connection = words.into_connection();
        words::begin_merging(&connection)?;
        self.tidy.push_back((number, connection));
        Ok(())
    }

    fn idle(&mut self) -> Result<(), StoreError> {
        if self.words.as_ref().and_then(Words::since).is_some() {
            return self.flush();
        }
        if !self.behind.is_empty() {
            return self.catch_up_some();
        }
        let Some((_, connection)) = self.tidy.front() else {
            return Ok(());
        };
        let merged = words::merge_some(connection);
        if !matches!(merged, Ok(true))
            && let Some((_, connection)) = self.tidy.pop_front()
        {
            tidied(&connection);
        }
        merged.map(drop)
    }
}

/// Moves a log into its file and removes it, if no reader hinders; if one does, the
/// last of them does it.
fn tidied(connection: &Connection) {
    let tidy = |pragma: &str| connection.query_row(pragma, [], |_| Ok(()));
    let waits = connection.busy_timeout(Duration::ZERO);
    drop(waits.and_then(|()| tidy("PRAGMA wal_checkpoint(TRUNCATE)")));
    drop(tidy("PRAGMA journal_mode = DELETE"));
}

/// Catches up with a segment through a connection of its own.
fn each_text(
    folders: &Folders,
    number: u32,
    (first, last): (i64, i64),
    most: usize,
    mut take: impl FnMut(i64, String),
) -> Result<i64, StoreError> {
    let opened = connection::for_reading(&folders.segment(number), schema::SEGMENT)?;
    let Some(segment) = opened else {
        return Ok(last);
    };
    let mut decoder = stored::decoder(&segment)?;
    stored::each(&segment, &mut decoder, (first, last), most, |event| {
        take(event.seq, event.words());
    })
}
