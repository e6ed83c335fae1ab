//! The real sensor in this machine's kernel, as root: what a tree does is seen, joined and, in
//! enforce, stopped; whoever is outside of the tree is left alone.

use ringfence_tests::agents::RealAgent;
use ringfence_tests::home::{Home, KEY_CONTENT, binary};
use ringfence_tests::model::{Model, Script};
use ringfence_tests::run::until;
use ringfence_tests::scene::{SESSION, Scene};
use ringfence_tests::sensor::RealSensor;
use serde_json::Value;
use std::fs;
use std::path::Path;

#[test]
fn what_a_grandchild_reads_is_seen_with_its_tool_call() {
    let mut scene = Scene::new("");
    scene.home.write(
        "project/tool.sh",
        "#!/bin/sh\ncat ~/.ssh/id_rsa >/dev/null\n",
    );
    drop(scene.runs("sh ./tool.sh"));
    let key = scene.key();
    let read = scene.wait_for("file", |event| event["action"]["path"] == key.as_str());
    let event = &read["event"];
    assert_eq!(event["source"], "kernel", "{event:#}");
    assert_eq!(event["session"], SESSION, "{event:#}");
    assert_eq!(event["call"]["id"], "call: sh ./tool.sh", "{event:#}");
    let program = event["process"]["executable"].as_str().unwrap_or_default();
    assert!(program.ends_with("/cat"), "{event:#}");
}

#[test]
fn who_leaves_the_tree_still_belongs_to_it() {
    let mut scene = Scene::new("");
    scene.home.write(
        "project/later.sh",
        "#!/bin/sh\nsleep 0.2\ncat ~/.ssh/id_rsa >/dev/null\n",
    );
    drop(scene.runs("(setsid sh ./later.sh >/dev/null 2>&1 &)"));
    let key = scene.key();
    let read = scene.wait_for("file", |event| event["action"]["path"] == key.as_str());
    assert_eq!(read["event"]["session"], SESSION, "{read:#}");
}

#[test]
fn where_a_tree_connects_is_seen_by_name_and_address() {
    let mut scene = Scene::new("");
    scene.home.write(
        "project/reach.py",
        "import socket\nsocket.socket().connect_ex(('192.0.2.1', 9))\n",
    );
    drop(scene.runs("getent hosts secret.example.invalid; timeout 1 python3 reach.py"));
    scene.wait_for("dns_query", |event| {
        event["action"]["name"] == "secret.example.invalid"
    });
    scene.wait_for("connect", |event| event["action"]["address"] == "192.0.2.1");
}

#[test]
fn in_enforce_a_key_is_not_printed_below_an_agent_and_is_elsewhere() {
    let mut scene = Scene::new("mode = \"enforce\"");
    scene.wait_for_denials();
    // A script, so that no hook can know what it reads.
    scene
        .home
        .write("project/tool.sh", "#!/bin/sh\ncat ~/.ssh/id_rsa\n");
    let printed = scene.runs("sh ./tool.sh");
    assert!(!printed.contains(KEY_CONTENT), "{printed}");
    let key = scene.key();
    let denied = scene.wait_for("file", |event| event["action"]["path"] == key.as_str());
    assert_eq!(denied["verdict"], "deny", "{denied:#}");
    let read = std::fs::read_to_string(&key).expect("who is outside may read it");
    assert!(read.contains(KEY_CONTENT));
    // The panic switch: at once, and for the same line.
    drop(scene.home.ringfence(&["release"]).ok());
    until("nothing is denied any more", || {
        scene.runs("sh ./tool.sh").contains(KEY_CONTENT)
    });
    scene.sensor.stop();
}

#[test]
fn claude_code_is_fenced_in_the_kernel() {
    fences(RealAgent::ClaudeCode);
}

#[test]
fn codex_is_fenced_in_the_kernel() {
    fences(RealAgent::Codex);
}

#[test]
fn gemini_is_fenced_in_the_kernel() {
    fences(RealAgent::Gemini);
}

/// A real agent runs a harmless-looking script whose grandchild reads a key.
fn fences(agent: RealAgent) {
    let home = Home::new().with_key();
    let _sensor = RealSensor::start(&home, "mode = \"enforce\"");
    home.write("project/tool.sh", "#!/bin/sh\nsh -c 'cat ~/.ssh/id_rsa'\n");
    let model = Model::start(agent.dialect(), Script::new().shell("sh ./tool.sh"));
    agent.settle(&home, &model);
    drop(home.ringfence(&["install", agent.name()]).ok());
    home.up();
    until("denials are in force", || {
        let status = home.json(&["status", "--json"]);
        status["status"]["daemon"]["sensor"]["report"]["enforcing"] == true
    });
    drop(agent.run(&home, &model));
    let asked = model.take_asked();
    assert!(asked.len() > 1, "the model got no result: {asked:#?}");
    assert!(!asked.iter().any(|asked| asked.tells(KEY_CONTENT)));
    let key = home.path().join(".ssh/id_rsa").display().to_string();
    let mut denied = Value::Null;
    until("the denial is on record", || {
        let events = home.json(&["events", "--kind", "file", "--limit", "1000", "--json"]);
        let events = events["events"].as_array().cloned().unwrap_or_default();
        let of_key = |stored: &&Value| stored["event"]["action"]["path"] == key.as_str();
        denied = events.iter().find(of_key).cloned().unwrap_or_default();
        denied["verdict"] == "deny"
    });
    let event = &denied["event"];
    assert_eq!(event["agent"], agent.name(), "{event:#}");
    assert!(event["session"].is_string(), "{event:#}");
    // Gemini gives its calls no id.
    if agent != RealAgent::Gemini {
        assert!(event["call"]["id"].is_string(), "{event:#}");
    }
}

/// What the unit leaves the sensor (systemd.exec(5)), as setpriv(1) takes it.
fn capabilities(unit: &str) -> String {
    let line = unit
        .lines()
        .find_map(|line| line.strip_prefix("CapabilityBoundingSet="));
    let names = line.expect("the unit names capabilities").split(' ');
    let names = names.map(|name| {
        let name = name.strip_prefix("CAP_").expect("a capability");
        format!("+{}", name.to_lowercase())
    });
    let names: Vec<String> = names.collect();
    format!("-all,{}", names.join(","))
}

#[test]
fn the_unit_is_understood_and_leaves_the_sensor_what_it_needs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/ringfence-sensor.service");
    let unit = fs::read_to_string(path).expect("the unit is packaged");
    let home = Home::new();
    // A manual that is not installed is no error of the unit's.
    let here = unit
        .replace("/usr/local/bin/ringfence", &binary().display().to_string())
        .replace("Documentation=man:ringfence-sensor(1)\n", "");
    home.write("ringfence-sensor.service", &here);
    let verify = home
        .command("systemd-analyze")
        .arg("verify")
        .arg(home.path().join("ringfence-sensor.service"))
        .output();
    match verify {
        Ok(verify) => assert!(verify.status.success(), "{verify:#?}"),
        Err(_) => println!("SKIPPED: there is no systemd-analyze to look at the unit"),
    }
    let _sensor = RealSensor::start_under(
        &home,
        "",
        &[
            "setpriv",
            "--no-new-privs",
            "--bounding-set",
            &capabilities(&unit),
        ],
    );
    home.up();
    until("the sensor reports", || {
        let status = home.json(&["status", "--json"]);
        let tier = &status["status"]["daemon"]["sensor"]["report"]["tier"];
        tier == "A" || tier == "B"
    });
}
