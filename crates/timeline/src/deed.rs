//! What was done below a call: labels say what it names, kernel events what was seen.

use crate::call::{Call, FileTouch, HostTouch, MOST_TOUCHED, Process, Seen};
use ringfence_event::{Action, Event, FileAccess, HostAccess, Source};

/// Adds what an event tells of processes, files and hosts.
pub(crate) fn add(call: &mut Call, event: &Event) {
    let seen = match event.source {
        Source::Kernel | Source::Proxy => Seen::Done,
        Source::Hook | Source::Host | Source::Watcher | Source::Transcript | Source::Telemetry => {
            Seen::Said
        }
    };
    for FileAccess {
        full,
        access,
        class,
        ..
    } in &event.labels.files
    {
        call.touch_file(FileTouch {
            path: full.clone(),
            access: *access,
            class: *class,
            seen,
        });
    }
    for HostAccess { host, class, .. } in &event.labels.hosts {
        call.touch_host(HostTouch {
            host: host.clone(),
            class: *class,
            seen,
        });
    }
    match &event.action {
        Action::Exec { argv, .. } if call.processes.len() < MOST_TOUCHED => {
            call.processes.push(Process {
                at: event.at,
                line: argv.join(" "),
                process: event.process.clone(),
                code: None,
            });
        }
        Action::Exec { .. } => call.more += 1,
        Action::Exit { code, .. } => {
            let ended = event.process.as_ref();
            let started = call.processes.iter_mut().rev().find(|started| {
                let process = started.process.as_ref();
                process.is_some_and(|process| {
                    ended.is_some_and(|ended| {
                        (process.pid, process.started) == (ended.pid, ended.started)
                    })
                })
            });
            if let Some(started) = started {
                started.code = *code;
            }
        }
        _ => {}
    }
}

/// Whether the kernel told of it.
pub(crate) fn is_deed(event: &Event) -> bool {
    matches!(
        event.action,
        Action::Exec { .. }
            | Action::Exit { .. }
            | Action::File { .. }
            | Action::Connect { .. }
            | Action::DnsQuery { .. }
            | Action::Listen { .. }
            | Action::Accept { .. }
            | Action::System { .. }
    )
}
