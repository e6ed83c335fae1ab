//! Refuses to open what a rule denies, where no security hook can: fanotify(7) asks us first.
//!
//! **Invariant:** only inodes that rules name are marked, so nobody else waits for us; who is in no
//! tree is let through after one look. Telling never blocks the verdict. The thread opens nothing that
//! is marked, and holds no lock while it answers, so that it can't wait for itself; if it dies, the kernel lets
//! everything through.
#![expect(
    unsafe_code,
    reason = "fanotify has no safe wrapper in a crate that we have"
)]

use super::layout::{Fields, Inode, Member};
use super::maps::Maps;
use super::plan::Excepts;
use super::{SensorError, now, plan};
use crate::{Deed, Observation, Process, RuleNumber};
use libbpf_rs::{MapCore, MapFlags, MapHandle};
use ringfence_event::FileActivity;
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd};
use rustix::fs::fstat;
use std::collections::{BTreeMap, HashMap};
use std::ffi::CString;
use std::io;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;

/// Denials that wait to be told; more are counted by the kernel's side alone.
const WAITING: usize = 1024;

/// Ten seconds after the last pulse denials lapse, as in the kernel's programs.
const PULSE_HOLDS: u64 = 10_000_000_000;

/// Uses of a file (`enum use`).
const READ: u32 = 1;
const EXECUTE: u32 = 4;

/// What is asked of a path: a mask of fanotify's events, by path.
pub(super) type Marks = BTreeMap<String, u64>;

/// A denial, and whose tree it was in.
pub(super) type Denial = (u32, Observation);

/// Files by stat(2), as the kernel tells them apart.
type Identities = Arc<RwLock<HashMap<(u64, u64), Inode>>>;

/// The thread that answers, and the marks it answers for.
pub(super) struct Watcher {
    group: Arc<OwnedFd>,
    stop: Arc<OwnedFd>,
    /// Readable when a denial waits.
    pub(super) wake: Arc<OwnedFd>,
    denials: Receiver<Denial>,
    marks: Marks,
    identities: Identities,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        ring_bell(&self.stop);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// The mask for uses that a rule denies: reading, running, or none.
pub(super) fn mark_of(denies: crate::FileUses) -> u64 {
    let mut mask = 0;
    if denies.has(crate::FileUse::Read) {
        mask |= libc::FAN_OPEN_PERM;
    }
    if denies.has(crate::FileUse::Execute) {
        mask |= libc::FAN_OPEN_EXEC_PERM;
    }
    mask
}

/// Whether a user may have every opening of this path wait for us: it is theirs.
pub(super) fn is_own(path: &str, owner: u32) -> bool {
    owner == 0 || std::fs::metadata(path).is_ok_and(|found| found.uid() == owner)
}

impl Watcher {
    /// Starts the thread, with nothing marked.
    pub(super) fn start(maps: &Maps) -> Result<Watcher, SensorError> {
        let refused = |source| SensorError::Refused {
            what: "fanotify".to_owned(),
            source,
        };
        let group = Arc::new(group().map_err(refused)?);
        let bell = || eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK);
        let stop = Arc::new(bell().map_err(|error| refused(error.into()))?);
        let wake = Arc::new(bell().map_err(|error| refused(error.into()))?);
        let identities = Identities::default();
        let (told, denials) = sync_channel(WAITING);
        let judge = Judge {
            group: Arc::clone(&group),
            stop: Arc::clone(&stop),
            wake: Arc::clone(&wake),
            told,
            identities: Arc::clone(&identities),
            members: maps.handle("members")?,
            owners: maps.handle("owners")?,
            files: maps.handle("files")?,
            exceptions: maps.handle("exceptions")?,
        };
        let thread = std::thread::Builder::new()
            .name("fanotify".to_owned())
            .spawn(move || judge.run())
            .map_err(refused)?;
        Ok(Watcher {
            group,
            stop,
            wake,
            denials,
            marks: Marks::new(),
            identities,
            thread: Some(thread),
        })
    }

    /// Takes the denials that wait.
    pub(super) fn take(&self) -> Vec<Denial> {
        let mut bell = [0; 8];
        // Nothing to read means that it did not ring.
        rustix::io::read(&*self.wake, &mut bell).ok();
        self.denials.try_iter().collect()
    }

    /// Marks these paths and no others. What can't be marked is told, one sentence each.
    pub(super) fn mark(
        &mut self,
        marks: Marks,
        identities: HashMap<(u64, u64), Inode>,
    ) -> Vec<String> {
        *self
            .identities
            .write()
            .unwrap_or_else(PoisonError::into_inner) = identities;
        let mut problems = Vec::new();
        for (path, mask) in &marks {
            // Again where it is marked already: it may be another file by now.
            if let Err(error) = self.change(libc::FAN_MARK_ADD, *mask, path)
                && error.kind() != io::ErrorKind::NotFound
            {
                problems.push(format!("`{path}` can't be guarded by fanotify: {error}"));
            }
        }
        for (path, mask) in &self.marks {
            if !marks.contains_key(path) {
                // It may be gone, and its mark with it.
                drop(self.change(libc::FAN_MARK_REMOVE, *mask, path));
            }
        }
        self.marks = marks;
        problems
    }

    fn change(&self, action: libc::c_uint, mut mask: u64, path: &str) -> io::Result<()> {
        if Path::new(path).is_dir() {
            mask |= libc::FAN_EVENT_ON_CHILD | libc::FAN_ONDIR;
        }
        let path = CString::new(path)?;
        // SAFETY: the path is a string that ends with a zero byte and lives throughout the call.
        let done = unsafe {
            libc::fanotify_mark(
                self.group.as_raw_fd(),
                action,
                mask,
                libc::AT_FDCWD,
                path.as_ptr(),
            )
        };
        if done == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    }
}

fn group() -> io::Result<OwnedFd> {
    let flags = libc::FAN_CLASS_CONTENT | libc::FAN_CLOEXEC | libc::FAN_NONBLOCK;
    let files = libc::O_RDONLY | libc::O_LARGEFILE | libc::O_CLOEXEC;
    let files = libc::c_uint::try_from(files).unwrap_or(0);
    // SAFETY: no memory is passed.
    let number = unsafe { libc::fanotify_init(flags, files) };
    if number < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel has just opened it, and nobody else has it.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

fn ring_bell(bell: &OwnedFd) {
    // It can only fail where it has rung already.
    rustix::io::write(bell, &1_u64.to_ne_bytes()).ok();
}

/// A question: who opens what, and how. The file is open while it is asked.
struct Question {
    mask: u64,
    file: OwnedFd,
    pid: u32,
}

/// What the thread knows. Rules and members it looks up where the kernel's programs do.
struct Judge {
    group: Arc<OwnedFd>,
    stop: Arc<OwnedFd>,
    wake: Arc<OwnedFd>,
    told: SyncSender<Denial>,
    identities: Identities,
    members: MapHandle,
    owners: MapHandle,
    files: MapHandle,
    exceptions: MapHandle,
}

impl Judge {
    fn run(self) {
        let mut buffer = [0; 8192];
        loop {
            let mut polled = [
                PollFd::new(&*self.group, PollFlags::IN),
                PollFd::new(&*self.stop, PollFlags::IN),
            ];
            let ready = rustix::event::poll(&mut polled, None);
            let [_, stop] = &polled;
            if ready.is_err_and(|error| error != rustix::io::Errno::INTR)
                || stop.revents().contains(PollFlags::IN)
            {
                return;
            }
            // Nothing to read is no error: another signal woke us.
            let Ok(length) = rustix::io::read(&*self.group, &mut buffer) else {
                continue;
            };
            for question in questions(buffer.get(..length).unwrap_or_default()) {
                self.answer(&question);
            }
        }
    }

    fn answer(&self, question: &Question) {
        let own = question.pid == std::process::id();
        let denied = if own { None } else { self.denied(question) };
        let verdict = match denied {
            Some(_) => libc::FAN_DENY,
            None => libc::FAN_ALLOW,
        };
        let mut response = question.file.as_raw_fd().to_ne_bytes().to_vec();
        response.extend_from_slice(&verdict.to_ne_bytes());
        // Told first, so that the failed opening, which the kernel tells too, comes after it.
        if let Some((member, rule)) = denied {
            let observation = observe(question, &member, rule);
            if self.told.try_send((member.owner, observation)).is_ok() {
                ring_bell(&self.wake);
            }
        }
        // It fails only if the asking process is gone.
        rustix::io::write(&*self.group, &response).ok();
    }

    /// The rule that denies it, if one does.
    fn denied(&self, question: &Question) -> Option<(Member, RuleNumber)> {
        let look = |map: &MapHandle, key: &[u8]| map.lookup(key, MapFlags::ANY).ok().flatten();
        let member = Member::read(&look(&self.members, &question.pid.to_ne_bytes())?);
        let owner = look(&self.owners, &member.owner.to_ne_bytes())?;
        let mut fields = Fields(&owner);
        let pulse = fields.long();
        fields.long(); // last bytes of ends of paths
        if fields.word() == 0 || now().saturating_sub(pulse) >= PULSE_HOLDS {
            return None;
        }
        let wanted = if question.mask & libc::FAN_OPEN_EXEC_PERM == 0 {
            READ
        } else {
            EXECUTE
        };
        let (file, directory) = self.rules(question);
        let excepts = |inode, number: RuleNumber, what| {
            let key = plan::exception_key(member.owner, inode, number.0, what);
            look(&self.exceptions, &key).is_some()
        };
        let tree = Inode {
            number: member.tree.started,
            device: member.tree.pid,
        };
        let mut held = [file, directory].into_iter().flatten();
        held.find_map(|inode| {
            let rule = look(&self.files, &plan::file_key(member.owner, inode))?;
            let denial = plan::denial(&rule, wanted)?;
            let number = denial.number;
            let program = denial.excepted && !member.preloaded;
            let may = denial.spares_agent && member.agent
                || program && excepts(member.executable, number, Excepts::Program)
                || file.is_some_and(|file| excepts(file, number, Excepts::File))
                || excepts(tree, number, Excepts::Tree);
            (!may).then_some((member, denial.number))
        })
    }

    /// The file itself and the directory it lies in, where rules name them.
    fn rules(&self, question: &Question) -> (Option<Inode>, Option<Inode>) {
        let file = fstat(question.file.as_fd()).map(|found| (found.st_dev, found.st_ino));
        let directory = path_of(&question.file)
            .and_then(|path| std::fs::metadata(Path::new(&path).parent()?).ok())
            .map(|found| (found.dev(), found.ino()));
        let known = self
            .identities
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let inode = |identity: Option<(u64, u64)>| known.get(&identity?).copied();
        (inode(file.ok()), inode(directory))
    }
}

fn path_of(file: &OwnedFd) -> Option<String> {
    let link = std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()?;
    link.into_os_string().into_string().ok()
}

fn observe(question: &Question, member: &Member, rule: RuleNumber) -> Observation {
    let process = Process {
        pid: question.pid,
        started: member.started,
    };
    Observation {
        at: super::booted().saturating_add(super::boot_time()),
        process,
        tree: member.tree,
        user: super::processes::user(question.pid).unwrap_or(member.owner),
        deed: Deed::File {
            activity: FileActivity::Read,
            path: path_of(&question.file).unwrap_or_default(),
            to: None,
        },
        error: Some(libc::EPERM),
        denied: Some(rule),
        times: 1,
    }
}

/// Reads the kernel's questions (`struct fanotify_event_metadata`; fanotify(7)). Files that come with
/// them are ours to close.
fn questions(mut bytes: &[u8]) -> Vec<Question> {
    const HEAD: usize = 24;
    let mut questions = Vec::new();
    while bytes.len() >= HEAD {
        let mut fields = Fields(bytes);
        let length = usize::try_from(fields.word()).unwrap_or(0);
        fields.word(); // version and the head's length
        let mask = fields.long();
        let file = fields.number();
        let pid = fields.word();
        if file >= 0 {
            questions.push(Question {
                mask,
                // SAFETY: the kernel opened it for us with this event, and each event is read once.
                file: unsafe { OwnedFd::from_raw_fd(file) },
                pid,
            });
        }
        bytes = bytes.get(length.max(HEAD)..).unwrap_or_default();
    }
    questions
}
