//! Parts of an event that come in more than one shape.

use super::super::moment;
use crate::{Deed, Interest, Process};
use serde_json::Value;

/// Who a process is, until it runs another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) pid: u32,
    /// Goes up with every program that the process runs.
    version: u32,
}

/// A token is an object up to macOS 15, and eight numbers since (`bsm/libbsm.h`, `audit_token_t`):
/// audit user, user, group, real user, real group, pid, session, version.
fn token(process: &Value, name: &str, field: &str, place: usize) -> Option<u32> {
    let token = process.get(name)?;
    let value = match token {
        Value::Object(fields) => fields.get(field)?,
        Value::Array(numbers) if numbers.len() == 8 => numbers.get(place)?,
        _ => return None,
    };
    u32::try_from(value.as_i64()?).ok()
}

pub(super) fn key(process: &Value, name: &str) -> Option<Key> {
    Some(Key {
        pid: token(process, name, "pid", 5)?,
        version: token(process, name, "pidversion", 7)?,
    })
}

pub(super) fn user(process: &Value, name: &str) -> u32 {
    token(process, name, "euid", 1).unwrap_or_default()
}

/// Its start is told in microseconds since the Unix epoch: a reused id has another.
pub(super) fn process(process: &Value, key: Key) -> Process {
    let started = text(process, &["start_time"]).and_then(moment::read);
    Process {
        pid: key.pid,
        started: started.map_or(0, |started| u64::try_from(started).unwrap_or_default()),
    }
}

/// Who started it; when that began is not told.
pub(super) fn parent(process: &Value) -> Process {
    let pid = key(process, "parent_audit_token").map(|key| key.pid);
    let pid = pid.or_else(|| u32::try_from(number(process, "ppid")?).ok());
    Process {
        pid: pid.unwrap_or_default(),
        started: 0,
    }
}

pub(super) fn number(value: &Value, name: &str) -> Option<i64> {
    value.get(name)?.as_i64()
}

/// The text at the end of a way through objects.
pub(super) fn text<'a>(value: &'a Value, way: &[&str]) -> Option<&'a str> {
    let end = way.iter().try_fold(value, |value, name| value.get(name))?;
    end.as_str()
}

/// A status as wait(2) tells it.
pub(super) fn end(status: i64) -> Deed {
    let signal = i32::try_from(status & 0x7f).unwrap_or_default();
    let code = i32::try_from(status >> 8 & 0xff).unwrap_or_default();
    Deed::Exit {
        code: (signal == 0).then_some(code),
        signal: (signal != 0).then_some(signal),
    }
}

/// Where a file is made or moved to: one that is there, or a name in a directory.
pub(super) fn destination(event: &Value) -> Option<String> {
    let destination = event.get("destination")?;
    if let Some(path) = text(destination, &["existing_file", "path"]) {
        return Some(path.to_owned());
    }
    let new = destination.get("new_path")?;
    let directory = text(new, &["dir", "path"])?;
    Some(format!("{directory}/{}", text(new, &["filename"])?))
}

/// The new name of a file that is linked.
pub(super) fn link(event: &Value) -> Option<String> {
    let directory = text(event, &["target_dir", "path"])?;
    Some(format!(
        "{directory}/{}",
        text(event, &["target_filename"])?
    ))
}

/// Says whether somebody asked to hear of a file.
pub(super) fn covers(interest: &Interest, path: &str) -> bool {
    if interest.ending {
        return path.ends_with(&interest.path);
    }
    std::path::Path::new(path).starts_with(&interest.path)
}
