//! What the kernel saw, in a few words.

use ringfence_event::{Action, FileActivity};

/// Returns what was done, for people.
pub(crate) fn deed(action: &Action) -> String {
    match action {
        Action::Exec { argv, error, .. } => format!("ran {}{}", argv.join(" "), failed(*error)),
        Action::Exit { code, signal } => match (code, signal) {
            (Some(code), _) => format!("ended with {code}"),
            (None, Some(signal)) => format!("ended by signal {signal}"),
            (None, None) => "ended".to_owned(),
        },
        Action::File {
            path,
            activity,
            to,
            error,
        } => {
            let to = to.as_ref().map(|to| format!(" to {to}"));
            let to = to.unwrap_or_default();
            format!("{} {path}{to}{}", touched(*activity), failed(*error))
        }
        Action::Connect {
            address,
            port,
            error,
            ..
        } => format!("talked to {address} port {port}{}", failed(*error)),
        Action::DnsQuery { name, error, .. } => format!("asked for {name}{}", failed(*error)),
        Action::Listen { address, port, .. } => format!("waits at {address} port {port}"),
        Action::Accept { address, port, .. } => format!("was reached by {address} at port {port}"),
        Action::System {
            activity,
            target,
            error,
        } => format!("{} {target}{}", activity.name(), failed(*error)),
        other => other.kind().to_owned(),
    }
}

fn failed(error: Option<i32>) -> String {
    error.map_or_else(String::new, |error| format!(" (failed: {error})"))
}

fn touched(activity: FileActivity) -> &'static str {
    match activity {
        FileActivity::Create => "made",
        FileActivity::Read => "read",
        FileActivity::Update => "wrote",
        FileActivity::Delete => "deleted",
        FileActivity::Rename => "renamed",
        FileActivity::Link => "linked",
        FileActivity::SetAttributes => "changed the permissions of",
    }
}
