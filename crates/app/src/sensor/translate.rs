//! What a sensor saw, as an event of the record.
//!
//! **Invariant:** every word of the sensor has an action or is counted by who calls; nothing is
//! judged here.

use ringfence_event::{
    Action, AgentKind, CallRef, Event, EventKey, Labels, ProcessRef, SessionId, Source,
    SystemActivity, Timestamp, Transport,
};
use ringfence_sense::{Deed, Endpoint, Losses, Observation, Process, Reached};
use serde_json::Map;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Makes an event of an observation, of nobody yet; `None` for what is no event: forks make the tree
/// only, and reads are counted.
pub(crate) fn event(seen: Observation) -> Option<Event> {
    let Observation {
        at,
        process,
        deed,
        error,
        times,
        ..
    } = seen;
    let mut rest = Map::new();
    if times > 1 {
        rest.insert("times".to_owned(), times.into());
    }
    let (mut executable, mut inside) = (None, None);
    if let Deed::Exec {
        executable: file,
        cwd,
        truncated,
        ..
    } = &deed
    {
        executable = Some(file.clone());
        inside.clone_from(cwd);
        if *truncated {
            rest.insert("truncated".to_owned(), true.into());
        }
    }
    Some(Event {
        process: Some(reference(process, executable)),
        cwd: inside,
        rest,
        ..blank(Timestamp(at), action(deed, error)?)
    })
}

/// An event of the sensor of which nothing else is known.
pub(crate) fn blank(at: Timestamp, action: Action) -> Event {
    Event {
        key: EventKey(Uuid::now_v7()),
        at,
        source: Source::Kernel,
        agent: None,
        moment: None,
        session: None,
        call: None,
        process: None,
        cwd: None,
        action,
        labels: Labels::default(),
        rest: Map::new(),
    }
}

/// An event that says how many things of a tree were lost.
pub(crate) fn lost(at: Timestamp, tree: Process, counts: BTreeMap<String, u64>) -> Event {
    Event {
        process: (tree.pid != 0).then(|| reference(tree, None)),
        ..blank(at, Action::Lost { counts })
    }
}

/// An event that says how many files a call only read.
pub(crate) fn reads(
    at: Timestamp,
    agent: Option<AgentKind>,
    session: SessionId,
    call: Option<CallRef>,
    times: u64,
) -> Event {
    let mut rest = Map::new();
    rest.insert("times".to_owned(), times.into());
    Event {
        agent,
        moment: Some("files read".to_owned()),
        session: Some(session),
        call,
        rest,
        ..blank(at, Action::Other)
    }
}

/// A process as events name it.
pub(crate) fn reference(process: Process, executable: Option<String>) -> ProcessRef {
    ProcessRef {
        pid: process.pid,
        started: process.started,
        executable,
    }
}

fn action(deed: Deed, error: Option<i32>) -> Option<Action> {
    Some(match deed {
        Deed::Fork { .. } | Deed::Reads => return None,
        Deed::Exec {
            script,
            argv,
            environment,
            parent,
            ..
        } => Action::Exec {
            argv,
            parent: (parent.pid != 0).then(|| reference(parent, None)),
            environment: environment.into_iter().collect(),
            script,
            error,
        },
        Deed::Exit { code, signal } => Action::Exit { code, signal },
        Deed::File { activity, path, to } => Action::File {
            path,
            activity,
            to,
            error,
        },
        Deed::Connect { to } | Deed::Send { to } => connect(to, error),
        Deed::Listen { at } => {
            let (address, port, transport) = parts(at);
            Action::Listen {
                address,
                port,
                transport,
            }
        }
        Deed::Accept { from, port } => {
            let (address, _, transport) = parts(from);
            Action::Accept {
                address,
                port,
                transport,
            }
        }
        Deed::Query { name, record } => Action::DnsQuery {
            name,
            record: record_name(record),
            error,
        },
        Deed::System { activity, target } => Action::System {
            activity: system(activity),
            target,
            error,
        },
        Deed::Lost(losses) => Action::Lost {
            counts: counts(losses),
        },
    })
}

fn connect(to: Endpoint, error: Option<i32>) -> Action {
    let (address, port, transport) = parts(to);
    Action::Connect {
        address,
        port,
        transport,
        error,
    }
}

fn parts(endpoint: Endpoint) -> (String, u16, Transport) {
    match endpoint {
        Endpoint::Inet {
            address,
            port,
            transport,
        } => (address.to_string(), port, transport),
        Endpoint::Unix { path } => (path, 0, Transport::Unix),
    }
}

fn system(activity: Reached) -> SystemActivity {
    match activity {
        Reached::Trace => SystemActivity::Trace,
        Reached::Signal => SystemActivity::Signal,
        Reached::Mount => SystemActivity::Mount,
        Reached::LoadModule => SystemActivity::LoadModule,
        Reached::LoadProgram => SystemActivity::LoadProgram,
        Reached::Queue => SystemActivity::Queue,
    }
}

fn counts(losses: Losses) -> BTreeMap<String, u64> {
    [
        ("ring_full", losses.ring_full),
        ("map_full", losses.map_full),
        ("fault", losses.fault),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(cause, count)| (cause.to_owned(), count))
    .collect()
}

/// The name of a type of record; `TYPE65280` where it has none here (RFC 3597, section 5).
fn record_name(number: u16) -> String {
    let name = match number {
        1 => "A",
        2 => "NS",
        5 => "CNAME",
        6 => "SOA",
        10 => "NULL",
        12 => "PTR",
        15 => "MX",
        16 => "TXT",
        28 => "AAAA",
        33 => "SRV",
        35 => "NAPTR",
        43 => "DS",
        48 => "DNSKEY",
        64 => "SVCB",
        65 => "HTTPS",
        255 => "ANY",
        other => return format!("TYPE{other}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringfence_event::FileActivity;

    const SHELL: Process = Process {
        pid: 7,
        started: 99,
    };

    fn seen(deed: Deed, error: Option<i32>) -> Observation {
        Observation {
            at: 1_700_000_000_000_000,
            process: SHELL,
            tree: SHELL,
            user: 1000,
            deed,
            error,
            denied: None,
            times: 1,
        }
    }

    fn action_of(deed: Deed, error: Option<i32>) -> Option<Action> {
        event(seen(deed, error)).map(|event| event.action)
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one table")]
    fn every_deed_has_its_action() {
        let to = |transport| Endpoint::Inet {
            address: [192, 0, 2, 1].into(),
            port: 443,
            transport,
        };
        let connect = |address: &str, port, transport, error| Action::Connect {
            address: address.to_owned(),
            port,
            transport,
            error,
        };
        let table = [
            (
                Deed::Connect {
                    to: to(Transport::Tcp),
                },
                Some(1),
                Some(connect("192.0.2.1", 443, Transport::Tcp, Some(1))),
            ),
            (
                Deed::Send {
                    to: to(Transport::Udp),
                },
                None,
                Some(connect("192.0.2.1", 443, Transport::Udp, None)),
            ),
            (
                Deed::Connect {
                    to: Endpoint::Unix {
                        path: "/run/docker.sock".to_owned(),
                    },
                },
                None,
                Some(connect("/run/docker.sock", 0, Transport::Unix, None)),
            ),
            (
                Deed::Query {
                    name: "a.example".to_owned(),
                    record: 28,
                },
                None,
                Some(Action::DnsQuery {
                    name: "a.example".to_owned(),
                    record: "AAAA".to_owned(),
                    error: None,
                }),
            ),
            (
                Deed::Lost(Losses {
                    ring_full: 3,
                    ..Losses::default()
                }),
                None,
                Some(Action::Lost {
                    counts: BTreeMap::from([("ring_full".to_owned(), 3)]),
                }),
            ),
            (
                Deed::File {
                    activity: FileActivity::Rename,
                    path: "/a".to_owned(),
                    to: Some("/b".to_owned()),
                },
                Some(13),
                Some(Action::File {
                    path: "/a".to_owned(),
                    activity: FileActivity::Rename,
                    to: Some("/b".to_owned()),
                    error: Some(13),
                }),
            ),
            (Deed::Fork { child: SHELL }, None, None),
            (Deed::Reads, None, None),
        ];
        for (deed, error, expected) in table {
            let shown = format!("{deed:?}");
            assert_eq!(action_of(deed, error), expected, "{shown}");
        }
    }

    #[test]
    fn a_start_tells_its_program_where_it_runs_and_how_often() {
        let mut start = seen(
            Deed::Exec {
                executable: "/usr/bin/cat".to_owned(),
                script: None,
                argv: vec!["cat".to_owned(), "x".to_owned()],
                truncated: true,
                cwd: Some("/tmp".to_owned()),
                environment: vec![("CODEX_SESSION_ID".to_owned(), "s".to_owned())],
                parent: Process {
                    pid: 6,
                    started: 98,
                },
            },
            None,
        );
        start.times = 2;
        let made = event(start).unwrap();
        assert_eq!(made.source, Source::Kernel);
        assert_eq!(made.cwd.as_deref(), Some("/tmp"));
        assert_eq!(
            made.process,
            Some(reference(SHELL, Some("/usr/bin/cat".to_owned())))
        );
        assert_eq!(
            serde_json::Value::Object(made.rest),
            serde_json::json!({ "times": 2, "truncated": true })
        );
    }
}
