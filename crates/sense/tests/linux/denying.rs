//! What a policy denies does not happen in a watched tree, and goes on happening everywhere else.

use crate::scene::{OWNER, Ran, Scene};
use ringfence_event::{FileActivity, Transport};
use ringfence_sense::{
    AddressRule, Deed, Endpoint, FileRule, FileUse, FileUses, Lock, NameRule, Observation, Policy,
    RuleNumber, Settings,
};
use std::net::UdpSocket;

const SECRET: &str = "-----BEGIN PRIVATE-----\n";

fn file_rule(number: u32, path: &str, denies: FileUses) -> FileRule {
    FileRule {
        number: RuleNumber(number),
        path: path.to_owned(),
        denies,
        except: Vec::new(),
        spares_agent: false,
    }
}

fn denied(ran: &Ran) -> Vec<&Observation> {
    ran.seen.iter().filter(|one| one.denied.is_some()).collect()
}

fn enforce(scene: &mut Scene, policy: &Policy) {
    let problems = scene.sensor.enforce(OWNER, policy).unwrap();
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn a_denied_file_is_not_read_by_any_of_its_names() {
    let mut scene = Scene::new();
    let secret = scene.file("keys/deep/id", SECRET);
    let keys = scene.at("keys");
    std::os::unix::fs::symlink(&secret, scene.at("soft")).unwrap();
    std::fs::hard_link(&secret, scene.at("hard")).unwrap();
    let other = scene.file("plain", "plain\n");
    let rule = file_rule(7, &keys, [FileUse::Read].into_iter().collect());
    enforce(
        &mut scene,
        &Policy {
            files: vec![rule],
            ..Policy::default()
        },
    );
    for path in [
        secret.clone(),
        scene.at("soft"),
        scene.at("hard"),
        scene.at("keys/deep/../deep/id"),
    ] {
        let ran = scene.deed(&["read", &path]);
        assert!(!ran.output.contains("PRIVATE"), "{path}: {}", ran.output);
        let told = denied(&ran);
        assert_eq!(told.len(), 1, "{path}: {:#?}", ran.seen);
        assert_eq!(told[0].denied, Some(RuleNumber(7)));
        assert!(
            matches!(
                &told[0].deed,
                Deed::File {
                    activity: FileActivity::Read,
                    ..
                }
            ),
            "{told:?}"
        );
        // It is told once, not as a failed opening beside the denial.
        let failed = ran.seen.iter().filter(|one| one.error.is_some()).count();
        assert_eq!(failed, 1, "{path}: {:#?}", ran.seen);
    }
    assert_eq!(scene.deed(&["read", &other]).output, "plain\n");
    // Who is in no tree reads it all the same.
    let outside = scene.start(&[&scene.helper(), "read", &secret]);
    assert_eq!(scene.finish(outside).output, SECRET);
}

#[test]
fn who_reads_past_fanotify_is_ended_before_it_prints() {
    let mut scene = Scene::new();
    let secret = scene.file("keys/id", SECRET);
    // The second name lies in a directory that no rule names and nobody marks.
    let second = scene.at("second");
    std::fs::hard_link(&secret, &second).unwrap();
    let mut rule = file_rule(3, &scene.at("keys"), [FileUse::Write].into_iter().collect());
    enforce(
        &mut scene,
        &Policy {
            files: vec![rule.clone()],
            ..Policy::default()
        },
    );
    let ran = scene.run(&["sh", "-c", &format!("echo changed > {second}; echo after")]);
    assert_eq!(ran.output, "", "{:?}", ran.status);
    assert!(std::os::unix::process::ExitStatusExt::signal(&ran.status).is_some());
    assert_eq!(denied(&ran).len(), 1);
    // Reading is not writing.
    let ran = scene.deed(&["read", &second]);
    assert_eq!(denied(&ran), Vec::<&Observation>::new());
    rule.denies = FileUses::ALL;
    enforce(
        &mut scene,
        &Policy {
            files: vec![rule],
            ..Policy::default()
        },
    );
    assert_eq!(denied(&scene.deed(&["read", &second])).len(), 1);
}

#[test]
fn an_excepted_program_reads_unless_a_library_was_loaded_into_it() {
    let mut scene = Scene::new();
    let secret = scene.file("keys/id", SECRET);
    let helper = scene.helper();
    let rule = FileRule {
        except: vec![helper.clone()],
        ..file_rule(5, &scene.at("keys"), [FileUse::Read].into_iter().collect())
    };
    enforce(
        &mut scene,
        &Policy {
            files: vec![rule],
            ..Policy::default()
        },
    );
    assert_eq!(scene.deed(&["read", &secret]).output, SECRET);
    assert_eq!(scene.run(&["cat", &secret]).output, "");
    let started = scene.start_with(
        &[&helper, "read", &secret],
        &[("LD_PRELOAD", "")],
        &scene.directory,
    );
    scene.sensor.watch(OWNER, started.root).unwrap();
    assert!(!scene.finish(started).output.contains("PRIVATE"));
}

#[test]
fn what_is_the_agents_own_is_denied_to_what_it_runs() {
    let mut scene = Scene::new();
    let login = scene.file("agent/login", SECRET);
    let rule = FileRule {
        spares_agent: true,
        ..file_rule(6, &scene.at("agent"), [FileUse::Read].into_iter().collect())
    };
    let helper = scene.helper();
    let settings = Settings {
        programs: vec!["my-agent".to_owned()],
        ..Settings::default()
    };
    scene.sensor.settings(OWNER, &settings).unwrap();
    enforce(
        &mut scene,
        &Policy {
            files: vec![rule],
            ..Policy::default()
        },
    );
    assert_eq!(scene.deed(&["read", &login]).output, SECRET);
    let line = format!("{helper} read {login}; echo over");
    let ran = scene.run(&["sh", "-c", &line]);
    assert!(ran.output.ends_with("over\n"), "{}", ran.output);
    assert!(!ran.output.contains("PRIVATE"), "{}", ran.output);
    assert_eq!(denied(&ran).len(), 1, "{:#?}", ran.seen);
    // An agent's launcher starts the agent, and another agent of that name is not it.
    let again = scene.at("my-agent");
    std::fs::copy(&helper, &again).unwrap();
    let line = format!("{again} read {login}; sh -c \"{again} read {login}; true\"; echo over");
    let ran = scene.run(&["sh", "-c", &line]);
    assert_eq!(ran.output.matches("PRIVATE").count(), 1, "{}", ran.output);
    assert_eq!(denied(&ran).len(), 1, "{:#?}", ran.seen);
}

#[test]
fn a_path_is_armed_when_it_comes_to_exist() {
    let mut scene = Scene::new();
    let keys = scene.at("late");
    let rule = file_rule(2, &keys, [FileUse::Read].into_iter().collect());
    let policy = Policy {
        files: vec![rule],
        ..Policy::default()
    };
    let problems = scene.sensor.enforce(OWNER, &policy).unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    let secret = scene.file("late/id", SECRET);
    scene.sensor.pulse(OWNER).unwrap();
    while scene.deed(&["read", &secret]).output.contains("PRIVATE") {
        scene.sensor.pulse(OWNER).unwrap();
    }
}

#[test]
fn a_denied_program_does_not_run() {
    let mut scene = Scene::new();
    let tool = scene.at("tool");
    std::fs::copy("/bin/echo", &tool).unwrap();
    let rule = file_rule(4, &tool, [FileUse::Execute].into_iter().collect());
    enforce(
        &mut scene,
        &Policy {
            files: vec![rule],
            ..Policy::default()
        },
    );
    let ran = scene.run(&["sh", "-c", &format!("{tool} ran; echo after")]);
    assert_eq!(ran.output, "after\n");
    assert!(!denied(&ran).is_empty(), "{:#?}", ran.seen);
}

#[test]
fn denied_addresses_are_not_reached_however_they_are_written() {
    let mut scene = Scene::new();
    let server = std::net::TcpListener::bind("127.0.0.2:0").unwrap();
    let port = server.local_addr().unwrap().port().to_string();
    let rule = AddressRule {
        number: RuleNumber(11),
        network: "127.0.0.2".parse().unwrap(),
        prefix: 32,
    };
    enforce(
        &mut scene,
        &Policy {
            addresses: vec![rule],
            ..Policy::default()
        },
    );
    for address in ["127.0.0.2", "::ffff:127.0.0.2"] {
        let ran = scene.deed(&["connect", address, &port]);
        assert_eq!(ran.output, "Operation not permitted\n", "{address}");
        let told = denied(&ran);
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].denied, told[0].error),
            (Some(RuleNumber(11)), Some(1))
        );
        let to = Endpoint::Inet {
            address: "127.0.0.2".parse().unwrap(),
            port: port.parse().unwrap(),
            transport: Transport::Tcp,
        };
        assert_eq!(told[0].deed, Deed::Connect { to });
    }
    assert_eq!(
        scene.deed(&["send", "127.0.0.2", "9"]).output,
        "Operation not permitted\n"
    );
    let outside = scene.start(&[&scene.helper(), "connect", "127.0.0.2", &port]);
    assert_eq!(scene.finish(outside).output, "ok\n");
}

#[test]
fn denied_names_are_not_asked_for() {
    let mut scene = Scene::new();
    let server = UdpSocket::bind("127.0.0.77:53").expect("nobody else listens there");
    server
        .set_read_timeout(Some(std::time::Duration::from_secs(10)))
        .unwrap();
    let rule = NameRule {
        number: RuleNumber(9),
        suffix: "Evil.example.".to_owned(),
    };
    enforce(
        &mut scene,
        &Policy {
            names: vec![rule],
            ..Policy::default()
        },
    );
    for (deed, name, refused) in [
        ("query", "c2VjcmV0.evil.example", true),
        ("query-connected", "EVIL.example", true),
        ("query", "notevil.example", false),
        ("query-connected", "evil.example.org", false),
    ] {
        let ran = scene.deed(&[deed, "127.0.0.77", name]);
        let said = if refused {
            "Operation not permitted\n"
        } else {
            "ok\n"
        };
        assert_eq!(ran.output, said, "{name}");
        let asked = ran.only(|deed| matches!(deed, Deed::Query { .. }));
        let told = Deed::Query {
            name: name.to_ascii_lowercase(),
            record: 16,
        };
        assert_eq!(asked.deed, told);
        assert_eq!(asked.denied, refused.then_some(RuleNumber(9)));
        assert_eq!(asked.process, ran.root);
        if !refused {
            let mut packet = [0; 512];
            let length = server.recv(&mut packet).unwrap();
            assert_eq!(length, 12 + name.len() + 2 + 4, "the server got this one");
        }
    }
}

#[test]
fn a_locked_tree_reaches_what_is_named_and_itself() {
    let mut scene = Scene::new();
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port().to_string();
    let helper = scene.helper();
    let script = format!(
        "{helper} connect 127.0.0.1 {port}; {helper} connect 192.0.2.1 9; {helper} send 198.51.100.1 9; \
         {helper} query 127.0.0.1 a.open.example; {helper} query 127.0.0.1 shut.example"
    );
    let started = scene.start(&["sh", "-c", &script]);
    scene.sensor.watch(OWNER, started.root).unwrap();
    let lock = Lock {
        number: RuleNumber(1),
        tree: started.root,
        addresses: vec![("198.51.100.0".parse().unwrap(), 24)],
        names: vec!["open.example".to_owned()],
    };
    enforce(
        &mut scene,
        &Policy {
            locks: vec![lock],
            ..Policy::default()
        },
    );
    let ran = scene.finish(started);
    let said: Vec<&str> = ran.output.lines().collect();
    assert_eq!(said[..2], ["ok", "Operation not permitted"]);
    // There may be no way to the third, but no rule stands in it.
    assert_ne!(said[2], "Operation not permitted");
    assert_eq!(said[3..], ["ok", "Operation not permitted"]);
    assert_eq!(denied(&ran).len(), 2);
}

#[test]
fn release_lifts_at_once_and_so_does_the_sensors_end() {
    let mut scene = Scene::new();
    let secret = scene.file("keys/id", SECRET);
    let rule = file_rule(1, &scene.at("keys"), FileUses::ALL);
    let policy = Policy {
        files: vec![rule],
        ..Policy::default()
    };
    let reads = |scene: &mut Scene| scene.deed(&["read", &secret]).output == SECRET;
    enforce(&mut scene, &policy);
    assert!(!reads(&mut scene));
    assert!(scene.sensor.report(OWNER).enforcing);
    scene.sensor.release(OWNER).unwrap();
    assert!(reads(&mut scene));
    enforce(&mut scene, &policy);
    assert!(!reads(&mut scene));
    // A process that was watched goes on when the sensor is gone, and nothing holds it.
    let started = scene.start(&[&scene.helper(), "read", &secret]);
    scene.sensor.watch(OWNER, started.root).unwrap();
    scene.end_sensor();
    assert_eq!(scene.finish_unseen(started), SECRET);
}

#[test]
fn another_users_policy_does_not_touch_a_tree() {
    let mut scene = Scene::new();
    let secret = scene.file("keys/id", SECRET);
    let rule = file_rule(1, &scene.at("keys"), FileUses::ALL);
    scene
        .sensor
        .enforce(
            4242,
            &Policy {
                files: vec![rule],
                ..Policy::default()
            },
        )
        .unwrap();
    let ran = scene.deed(&["read", &secret]);
    assert_eq!(ran.output, SECRET);
    assert_eq!(denied(&ran), Vec::<&Observation>::new());
    let started = scene.start(&["true"]);
    let foreign = scene.sensor.watch(4242, started.root);
    assert!(foreign.is_err(), "{foreign:?}");
    scene.finish(started);
}

#[test]
fn a_denied_socket_is_not_spoken_to() {
    let mut scene = Scene::new();
    let path = scene.at("sockets/control.sock");
    std::fs::create_dir(scene.at("sockets")).unwrap();
    let server = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let rule = file_rule(8, &scene.at("sockets"), FileUses::ALL);
    enforce(
        &mut scene,
        &Policy {
            files: vec![rule],
            ..Policy::default()
        },
    );
    let helper = scene.helper();
    let ran = scene.run(&["sh", "-c", &format!("{helper} unix {path}; echo after")]);
    assert_eq!(
        ran.output, "after\n",
        "it was ended before it could say that it is connected"
    );
    assert_eq!(denied(&ran).len(), 1);
    drop(server);
}
