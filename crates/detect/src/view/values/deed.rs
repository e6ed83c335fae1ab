//! What stands in each field of one thing that the kernel saw.

use super::{Tell, all, names, one, seen_image, seen_parent};
use crate::field::Field;
use crate::view::Value;
use ringfence_event::{
    Action, Event, FileAccess, FileActivity, FileClass, HostClass, SystemActivity, Transport,
};
use std::net::IpAddr;

/// Tells the values of a field.
pub(super) fn of<'a>(event: &'a Event, field: Field, tell: Tell<'_, 'a>) {
    let labels = &event.labels;
    match field {
        Field::Image => one(seen_image(event), tell),
        Field::Program => one(program(event), tell),
        Field::ParentImage => one(seen_parent(event), tell),
        Field::Class => {
            let classes: Vec<FileClass> = labels.files.iter().map(|file| file.class).collect();
            names(&classes, FileClass::name, tell);
        }
        Field::HostClasses => {
            let classes: Vec<HostClass> = labels.hosts.iter().map(|host| host.class).collect();
            names(&classes, HostClass::name, tell);
        }
        Field::FullPath | Field::FileName => {
            for FileAccess { full, .. } in &labels.files {
                let name = full.rsplit('/').next().unwrap_or(full);
                tell(Value::Text(if field == Field::FullPath {
                    full
                } else {
                    name
                }));
            }
        }
        field => of_action(&event.action, field, tell),
    }
}

fn of_action<'a>(action: &'a Action, field: Field, tell: Tell<'_, 'a>) {
    if field == Field::Error {
        return error_of(action, tell);
    }
    match (action, field) {
        (Action::Exec { argv, .. }, Field::CommandLine) => tell(Value::Made(argv.join(" "))),
        (Action::Exec { argv, .. }, Field::Args) => all(argv.get(1..).unwrap_or_default(), tell),
        (Action::File { path, .. }, Field::Path) => one(Some(path), tell),
        (Action::File { to, .. }, Field::To) => one(to.as_deref(), tell),
        (Action::File { activity, .. }, Field::Activity) => {
            one(Some(file_activity(*activity)), tell);
        }
        (Action::System { activity, .. }, Field::Activity) => one(Some(activity.name()), tell),
        (Action::System { target, .. }, Field::Target) => one(Some(target), tell),
        (Action::DnsQuery { name, .. }, Field::Host) => one(Some(name), tell),
        (
            Action::Connect {
                transport: Transport::Unix,
                address,
                ..
            },
            Field::Path,
        ) => one(Some(address), tell),
        (
            Action::Connect { address, .. }
            | Action::Listen { address, .. }
            | Action::Accept { address, .. },
            Field::Host | Field::Address,
        ) => {
            let is_address = address.parse::<IpAddr>().is_ok();
            one(is_address.then_some(address.as_str()), tell);
        }
        (
            Action::Connect { port, .. }
            | Action::Listen { port, .. }
            | Action::Accept { port, .. },
            Field::Port,
        ) => tell(Value::Made(port.to_string())),
        (
            Action::Connect { transport, .. }
            | Action::Listen { transport, .. }
            | Action::Accept { transport, .. },
            Field::Transport,
        ) => one(Some(transport_name(*transport)), tell),
        _ => {}
    }
}

fn error_of(action: &Action, tell: Tell<'_, '_>) {
    if let Action::Exec {
        error: Some(error), ..
    }
    | Action::File {
        error: Some(error), ..
    }
    | Action::Connect {
        error: Some(error), ..
    }
    | Action::DnsQuery {
        error: Some(error), ..
    }
    | Action::System {
        error: Some(error), ..
    } = action
    {
        tell(Value::Made(error.to_string()));
    }
}

/// The deed in one line.
pub(in crate::view) fn told(event: &Event) -> String {
    let who = program(event).unwrap_or("a process");
    match &event.action {
        Action::Exec { argv, .. } => argv.join(" "),
        Action::File {
            path,
            activity,
            to: Some(to),
            ..
        } => format!("{who}: {} {path} to {to}", file_activity(*activity)),
        Action::File { path, activity, .. } => {
            format!("{who}: {} {path}", file_activity(*activity))
        }
        Action::Connect {
            address, port: 0, ..
        } => format!("{who}: connect {address}"),
        Action::Connect { address, port, .. } => format!("{who}: connect {address} port {port}"),
        Action::DnsQuery { name, record, .. } => format!("{who}: ask for {name} ({record})"),
        Action::Listen { address, port, .. } => format!("{who}: listen at {address} port {port}"),
        Action::Accept { address, port, .. } => format!("{who}: accept {address} at port {port}"),
        Action::System {
            activity, target, ..
        } => format!("{who}: {} {target}", SystemActivity::name(*activity)),
        Action::Lost { counts } => {
            let counts: Vec<String> = counts
                .iter()
                .map(|(cause, count)| format!("{cause} {count}"))
                .collect();
            counts.join(", ")
        }
        action => format!("{who}: {}", action.kind()),
    }
}

fn program(event: &Event) -> Option<&str> {
    let path = event.process.as_ref()?.executable.as_deref()?;
    path.rsplit('/').next()
}

/// The name in JSON.
fn file_activity(activity: FileActivity) -> &'static str {
    match activity {
        FileActivity::Create => "create",
        FileActivity::Read => "read",
        FileActivity::Update => "update",
        FileActivity::Delete => "delete",
        FileActivity::Rename => "rename",
        FileActivity::Link => "link",
        FileActivity::SetAttributes => "set_attributes",
    }
}

fn transport_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Tcp => "tcp",
        Transport::Udp => "udp",
        Transport::Unix => "unix",
    }
}
