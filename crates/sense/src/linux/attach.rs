//! Gets the programs into the kernel: which of them this kernel takes is found out by trying.
//!
//! **Invariant:** what is attached here comes down with its [`Link`]; nothing is pinned.
#![expect(
    unsafe_code,
    reason = "perf_event_open(2) has no safe wrapper, and libbpf tells its ring's descriptor as a number"
)]

use super::SensorError;
use libbpf_rs::{Link, Object, ObjectBuilder, OpenObject, RingBuffer};
use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::mount::{FsMountFlags, FsOpenFlags, MountAttrFlags, fsconfig_create, fsmount, fsopen};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd};
use std::path::Path;

/// What `make bpf` made of the C in `bpf/`.
const OBJECT: &[u8] = include_bytes!("../../../../bpf/ringfence.bpf.o");

/// Where tracefs is found on most systems.
const TRACEFS: [&str; 2] = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/// Sections by how their programs are attached.
const SECURITY: &str = "lsm/";
const TRACEPOINT: &str = "tp/";
const CGROUP: &str = "cgroup";
const ITERATOR: &str = "iter/";

/// Whether the security hooks are loaded too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hooks {
    Security,
    None,
}

/// The loaded object, what is attached of it, and what the kernel has not.
pub(super) struct Attached {
    pub(super) links: Vec<Link>,
    pub(super) object: Object,
    pub(super) missing: Vec<String>,
}

/// Loads and attaches. Where a single tracepoint is missing, the rest goes on without it.
pub(super) fn attach(hooks: Hooks, options: &super::Options) -> Result<Attached, SensorError> {
    let object = open(hooks, options)
        .and_then(OpenObject::load)
        .map_err(|source| refused("to load what runs in it", source))?;
    let group = File::open(&options.cgroup).map_err(|source| SensorError::Refused {
        what: format!("the control group {}", options.cgroup.display()),
        source,
    })?;
    let tracefs = tracefs().map_err(|source| SensorError::Refused {
        what: "its list of tracepoints".to_owned(),
        source,
    })?;
    let mut links = Vec::new();
    let mut missing = Vec::new();
    for program in object.progs_mut() {
        let section = program.section().to_string_lossy().into_owned();
        if !program.autoload() || section.starts_with(ITERATOR) {
            continue;
        }
        let link = if let Some(event) = section.strip_prefix(TRACEPOINT) {
            let Some(event) = tracepoint(&tracefs, event) else {
                missing.push(section);
                continue;
            };
            program.attach_perf_event(event.into_raw_fd())
        } else if section.starts_with(CGROUP) {
            program.attach_cgroup(group.as_raw_fd())
        } else {
            program.attach()
        };
        match link {
            Ok(link) => links.push(link),
            Err(_) if section.starts_with("raw_tp/") => missing.push(section),
            Err(source) => return Err(refused(&section, source)),
        }
    }
    Ok(Attached {
        links,
        object,
        missing,
    })
}

fn open(hooks: Hooks, options: &super::Options) -> libbpf_rs::Result<OpenObject> {
    let mut object = ObjectBuilder::default().open_memory(OBJECT)?;
    for mut program in object.progs_mut() {
        let security = program.section().to_string_lossy().starts_with(SECURITY);
        program.set_autoload(!security || hooks == Hooks::Security);
    }
    for mut map in object.maps_mut() {
        let name = map.name().to_string_lossy().into_owned();
        match name.as_str() {
            "ring" => map.set_max_entries(options.ring_bytes)?,
            "members" => map.set_max_entries(options.processes)?,
            name if name.ends_with("rodata.hooks") && hooks == Hooks::Security => {
                if let Some(first) = map.initial_value_mut().and_then(<[u8]>::first_mut) {
                    *first = 1;
                }
            }
            _ => {}
        }
    }
    Ok(object)
}

fn refused(what: &str, source: libbpf_rs::Error) -> SensorError {
    SensorError::Refused {
        what: what.to_owned(),
        source: io::Error::other(source),
    }
}

/// What to wait on for a ring.
pub(super) fn ring_descriptor<'ring>(ring: &'ring RingBuffer<'_>) -> BorrowedFd<'ring> {
    // SAFETY: the ring keeps its descriptor open as long as it lives, and the borrow ends before.
    unsafe { BorrowedFd::borrow_raw(ring.epoll_fd()) }
}

/// The directory of tracepoints, from a mount of our own that stands nowhere if the system has none.
fn tracefs() -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    for place in TRACEFS {
        if Path::new(place).join("events/syscalls").is_dir() {
            return Ok(openat(CWD, place, flags, Mode::empty())?);
        }
    }
    let context = fsopen("tracefs", FsOpenFlags::FSOPEN_CLOEXEC)?;
    fsconfig_create(&context)?;
    Ok(fsmount(
        &context,
        FsMountFlags::FSMOUNT_CLOEXEC,
        MountAttrFlags::empty(),
    )?)
}

/// A tracepoint's perf event (`syscalls/sys_exit_openat`), if this kernel has it.
fn tracepoint(tracefs: &OwnedFd, name: &str) -> Option<OwnedFd> {
    let path = format!("events/{name}/id");
    let file = openat(
        tracefs,
        path,
        OFlags::RDONLY | OFlags::CLOEXEC,
        Mode::empty(),
    )
    .ok()?;
    let mut text = String::new();
    File::from(file).take(32).read_to_string(&mut text).ok()?;
    perf_event(text.trim().parse().ok()?).ok()
}

/// Opens a tracepoint for all processes (`perf_event_open(2)`): with a program on it, it fires on each
/// processor, whichever it was opened for.
fn perf_event(id: u64) -> io::Result<OwnedFd> {
    const TRACEPOINT: u64 = 2;
    const CLOEXEC: libc::c_ulong = 8;
    const SIZE: u64 = 128;
    // struct perf_event_attr: type and size, config, sample period; all else is zero.
    let mut attributes = [0_u64; 16];
    let [first, config, period, ..] = &mut attributes;
    (*first, *config, *period) = (TRACEPOINT | SIZE << 32, id, 1);
    // SAFETY: the kernel reads 128 bytes, the size that is told, of an array that lives throughout.
    let number = unsafe {
        libc::syscall(
            libc::SYS_perf_event_open,
            attributes.as_ptr(),
            -1,
            0,
            -1,
            CLOEXEC,
        )
    };
    match i32::try_from(number) {
        // SAFETY: the kernel has just opened it, and nobody else has it.
        Ok(number) if number >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(number) }),
        _ => Err(io::Error::last_os_error()),
    }
}
