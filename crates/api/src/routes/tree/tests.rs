use crate::testing::{Instance, START, denied, record};
use ringfence_event::{
    Action, CallRef, Event, FileActivity, FindingId, Join, ProcessRef, Source, Timestamp,
    ToolCallId, Transport,
};
use ringfence_store::Record;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn call(id: &str) -> CallRef {
    CallRef {
        id: ToolCallId::from(id),
        join: Join::Exact,
    }
}

fn process(pid: u32) -> ProcessRef {
    ProcessRef {
        pid,
        started: u64::from(pid) * 10,
        executable: Some(format!("/bin/{pid}")),
    }
}

/// Something that the kernel saw a process do for a call.
fn seen(number: u64, pid: u32, of: Option<&str>, action: Action) -> Record {
    let Record { event, decision } = record(number);
    let event = Event {
        source: Source::Kernel,
        call: of.map(call),
        process: Some(process(pid)),
        session: Some("session-0".into()),
        action,
        ..event
    };
    Record { event, decision }
}

fn exec(line: &str, parent: u32) -> Action {
    Action::Exec {
        argv: line.split(' ').map(str::to_owned).collect(),
        parent: Some(process(parent)),
        environment: BTreeMap::new(),
        script: None,
        error: None,
    }
}

fn file() -> Action {
    Action::File {
        path: "/home/ada/.env".to_owned(),
        activity: FileActivity::Read,
        to: None,
        error: None,
    }
}

/// A theft, and what ran for it and for another call.
fn stolen() -> (Instance, FindingId) {
    let mut theft = denied(10, &["rule-a"]);
    theft.event.call = Some(call("theft"));
    let id = theft.decision.findings[0].id.clone();
    let connect = Action::Connect {
        address: "192.0.2.7".to_owned(),
        port: 443,
        transport: Transport::Tcp,
        error: None,
    };
    let names = Action::DnsQuery {
        name: "paste.example".to_owned(),
        record: "A".to_owned(),
        error: None,
    };
    let exit = Action::Exit {
        code: Some(3),
        signal: None,
    };
    let instance = Instance::start();
    instance.keep([
        theft,
        seen(12, 7, Some("theft"), exec("sh -c curl", 1)),
        seen(14, 8, Some("theft"), exec("curl x", 7)),
        seen(16, 8, Some("theft"), file()),
        seen(18, 8, None, names),
        seen(20, 8, None, connect),
        seen(22, 8, None, exit),
        seen(24, 9, Some("another"), exec("make", 1)),
    ]);
    (instance, id)
}

#[test]
fn the_processes_of_the_calls_of_an_incident_are_told_as_a_tree() {
    let (instance, id) = stolen();
    let told = instance.read(&format!("/api/v1/incidents/{id}/processes"));
    assert_eq!(
        (&told["sensed"], &told["more"]),
        (&json!(true), &json!(false))
    );
    let rows: Vec<Value> = (told["items"].as_array().unwrap().iter())
        .map(|row| {
            json!([
                row["pid"],
                row["started"],
                row["parent"],
                row["line"],
                row["code"],
                row["call"],
                row["step"],
                row["files"],
                row["names"],
                row["hosts"],
                row["children"],
                row["verdict"]
            ])
        })
        .collect();
    assert_eq!(
        rows,
        [
            json!([
                7,
                70,
                1,
                "sh -c curl",
                null,
                "theft",
                "1-1",
                0,
                0,
                0,
                1,
                "allow"
            ]),
            json!([8, 80, 7, "curl x", 3, "theft", "1-1", 1, 1, 1, 0, "allow"]),
        ]
    );
    let began = told["items"][0]["began"].as_str().unwrap();
    assert_eq!(began, Timestamp(START + 12_000_000).to_string());
    let missing = instance.get("/api/v1/incidents/nothing0/processes");
    assert_eq!(missing.status, 404);
}

#[test]
fn without_a_sensor_nothing_is_made_up() {
    let instance = Instance::start();
    let theft = denied(10, &["rule-a"]);
    let id = theft.decision.findings[0].id.clone();
    instance.keep([theft]);
    let told = instance.read(&format!("/api/v1/incidents/{id}/processes"));
    assert_eq!(told, json!({ "sensed": false, "items": [], "more": false }));
}
