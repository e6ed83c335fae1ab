//! From the kernel's records to observations.
//!
//! **Invariant:** reads no clock and no file: where names are to be followed, [`Reading::follow`] is
//! asked. What the record does not have stays empty and is never guessed.

use super::record::{Kind, Record, flag};
use crate::{Deed, Endpoint, Observation, Process, Reached, RuleNumber};
use ringfence_event::{FileActivity, Transport};
use std::borrow::Cow;
use std::net::{IpAddr, Ipv6Addr};

/// What is needed beside the record.
pub(super) struct Reading<'a> {
    /// When the machine was started, in microseconds since the Unix epoch.
    pub(super) booted: i64,
    /// The variables that the owner wants to hear of.
    pub(super) variables: &'a [String],
    /// The real path of a directory, if it can be told.
    pub(super) follow: &'a mut dyn FnMut(&str) -> Option<String>,
}

/// Says what a record says.
pub(super) fn observe(record: &Record<'_>, reading: &mut Reading<'_>) -> Observation {
    Observation {
        at: reading
            .booted
            .saturating_add(i64::try_from(record.at / 1000).unwrap_or(i64::MAX)),
        process: record.process,
        tree: record.tree,
        user: record.user,
        deed: deed(record, reading),
        error: (record.result < 0).then(|| record.result.saturating_neg()),
        denied: record.has(flag::DENIED).then_some(RuleNumber(record.rule)),
        times: record.times,
    }
}

fn deed(record: &Record<'_>, reading: &mut Reading<'_>) -> Deed {
    let pid = || record.other.pid.to_string();
    let system = |activity, target| Deed::System { activity, target };
    match record.kind {
        Kind::Fork => Deed::Fork {
            child: record.other,
        },
        Kind::Exec => exec(record, reading),
        Kind::Exit => exit(record.other),
        Kind::Open => file(record, opened(record.detail), reading),
        Kind::Rename => file(record, FileActivity::Rename, reading),
        Kind::Unlink => file(record, FileActivity::Delete, reading),
        Kind::Link => file(record, FileActivity::Link, reading),
        Kind::Make => file(record, FileActivity::Create, reading),
        Kind::Attributes => file(record, FileActivity::SetAttributes, reading),
        Kind::Truncate => file(record, FileActivity::Update, reading),
        Kind::Connect => Deed::Connect { to: inet(record) },
        Kind::Send => Deed::Send { to: inet(record) },
        Kind::Unix => Deed::Connect {
            to: Endpoint::Unix {
                path: socket_path(record, reading),
            },
        },
        Kind::Listen => Deed::Listen { at: inet(record) },
        Kind::Accept => Deed::Accept {
            from: inet(record),
            port: record.port,
        },
        Kind::Query => Deed::Query {
            name: text(record.parts[0]).trim_start_matches('.').to_owned(),
            record: u16::try_from(record.other.pid).unwrap_or(0),
        },
        Kind::Trace => system(Reached::Trace, pid()),
        Kind::Signal => system(Reached::Signal, pid()),
        Kind::Mount => system(Reached::Mount, path(record, 0, 2, reading)),
        Kind::Module => system(Reached::LoadModule, path(record, 0, 2, reading)),
        Kind::Program => system(Reached::LoadProgram, program_type(record.other.pid)),
        Kind::Queue => system(Reached::Queue, queued(record.detail).to_owned()),
    }
}

fn exec(record: &Record<'_>, reading: &mut Reading<'_>) -> Deed {
    let [executable, script, cwd, argv, environment] = record.parts;
    let cwd = (!cwd.is_empty()).then(|| text(cwd));
    let script = (!script.is_empty()).then(|| {
        let base = cwd.as_deref().unwrap_or_default();
        join(base, &text(script))
    });
    Deed::Exec {
        executable: cut(record, text(executable)),
        script,
        argv: words(argv),
        truncated: record.has(flag::ARGV_CUT),
        cwd,
        environment: variables(environment, reading.variables),
        parent: record.other,
    }
}

/// The words of an argument area: each ends with a zero byte, the last one perhaps by the limit.
fn words(area: &[u8]) -> Vec<String> {
    let area = area.strip_suffix(&[0]).unwrap_or(area);
    if area.is_empty() {
        return Vec::new();
    }
    area.split(|byte| *byte == 0).map(text).collect()
}

/// The variables of these names in an environment (environ(7)).
pub(super) fn variables(environment: &[u8], names: &[String]) -> Vec<(String, String)> {
    environment
        .split(|byte| *byte == 0)
        .filter_map(|variable| {
            let equals = variable.iter().position(|byte| *byte == b'=')?;
            let (name, value) = variable.split_at(equals);
            let name = names.iter().find(|known| known.as_bytes() == name)?;
            Some((name.clone(), text(value.get(1..).unwrap_or_default())))
        })
        .collect()
}

/// A wait status (wait(2)), as the kernel keeps it.
fn exit(status: Process) -> Deed {
    let status = i32::try_from(status.pid & 0xffff).unwrap_or(0);
    let signal = status & 0x7f;
    Deed::Exit {
        code: (signal == 0).then_some(status >> 8),
        signal: (signal != 0).then_some(signal),
    }
}

fn opened(detail: u8) -> FileActivity {
    match detail {
        0 => FileActivity::Read,
        1 => FileActivity::Update,
        _ => FileActivity::Create,
    }
}

fn file(record: &Record<'_>, activity: FileActivity, reading: &mut Reading<'_>) -> Deed {
    let to = (!record.parts[1].is_empty()).then(|| path(record, 1, 3, reading));
    Deed::File {
        activity,
        path: path(record, 0, 2, reading),
        to,
    }
}

/// The path in a part of the record: the kernel's own, or what the process named, followed as far as
/// its directory is.
fn path(record: &Record<'_>, part: usize, base: usize, reading: &mut Reading<'_>) -> String {
    let at = |part: usize| record.parts.get(part).copied().unwrap_or_default();
    let told = text(at(part));
    if !record.has(flag::AS_NAMED) || told.is_empty() {
        return cut(record, told);
    }
    let whole = join(&text(at(base)), &told);
    let Some((directory, name)) = whole.rsplit_once('/') else {
        return whole;
    };
    let directory = if directory.is_empty() { "/" } else { directory };
    match (reading.follow)(directory) {
        Some(real) => join(&real, name),
        None => whole,
    }
}

/// Marks a path whose beginning is missing.
fn cut(record: &Record<'_>, path: String) -> String {
    if record.has(flag::PATH_CUT) {
        format!("…{path}")
    } else {
        path
    }
}

/// A name as it counts from a directory, without `.` and `..`.
pub(super) fn join(base: &str, name: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    let base = if name.starts_with('/') { "" } else { base };
    for step in base.split('/').chain(name.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            _ => steps.push(step),
        }
    }
    format!("/{}", steps.join("/"))
}

fn inet(record: &Record<'_>) -> Endpoint {
    let address = Ipv6Addr::from(record.address);
    Endpoint::Inet {
        address: address
            .to_ipv4_mapped()
            .map_or(IpAddr::V6(address), IpAddr::V4),
        port: record.port,
        transport: match record.detail {
            0 => Transport::Tcp,
            _ => Transport::Udp,
        },
    }
}

/// The path of a Unix socket; an abstract one begins with a zero byte (unix(7)).
fn socket_path(record: &Record<'_>, reading: &mut Reading<'_>) -> String {
    let told = record.parts[0];
    if record.has(flag::DENIED) && record.parts[2].is_empty() && told.first() == Some(&b'/') {
        return text(until_zero(told));
    }
    match told.split_first() {
        Some((0, name)) => format!("@{}", text(name)),
        _ => {
            let name = text(until_zero(told));
            let base = text(record.parts[2]);
            let whole = join(&base, &name);
            match whole.rsplit_once('/') {
                Some((directory, name)) if !directory.is_empty() => (reading.follow)(directory)
                    .map_or_else(|| whole.clone(), |real| join(&real, name)),
                _ => whole,
            }
        }
    }
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// A type of program by its number (`enum bpf_prog_type` in linux/bpf.h): those that can do most.
fn program_type(number: u32) -> String {
    match number {
        1 => "socket_filter",
        2 => "kprobe",
        3 => "sched_cls",
        5 => "tracepoint",
        6 => "xdp",
        7 => "perf_event",
        8 => "cgroup_skb",
        9 => "cgroup_sock",
        17 => "raw_tracepoint",
        18 => "cgroup_sock_addr",
        26 => "tracing",
        29 => "lsm",
        _ => return number.to_string(),
    }
    .to_owned()
}

/// What a queue was used for, by its opcode (`linux/io_uring.h`); 0 where it was made.
fn queued(operation: u8) -> &'static str {
    match operation {
        0 => "setup",
        16 => "connect",
        18 | 28 => "open",
        35 => "rename",
        36 => "unlink",
        37 => "mkdir",
        38 => "symlink",
        39 => "link",
        _ => "other",
    }
}

fn text(bytes: &[u8]) -> String {
    match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    }
}

#[cfg(test)]
mod tests;
