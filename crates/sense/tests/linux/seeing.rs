//! What a watched tree does is seen, and what others do is not.

use crate::scene::{OWNER, Scene};
use ringfence_event::{FileActivity, Transport};
use ringfence_sense::{
    Deed, Endpoint, FileRule, FileUses, Interest, Policy, Reached, RuleNumber, Settings,
};

fn inet(address: &str, port: u16, transport: Transport) -> Endpoint {
    Endpoint::Inet {
        address: address.parse().unwrap(),
        port,
        transport,
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "two whole observations, word for word"
)]
fn a_started_program_is_told_with_all_that_belongs_to_it() {
    let mut scene = Scene::new();
    let settings = Settings {
        variables: vec!["CALL_ID".to_owned()],
        ..Settings::default()
    };
    scene.sensor.settings(OWNER, &settings).unwrap();
    let script = scene.file("work/run.sh", "#!/bin/sh\nexec /bin/true \"$@\"\n");
    std::process::Command::new("chmod")
        .args(["+x", &script])
        .status()
        .unwrap();
    let work = scene.directory.join("work");
    let environment = [("CALL_ID", "call=1"), ("SECRET", "hidden")];
    let started = scene.start_with(&["./run.sh", "one", "two words"], &environment, &work);
    scene.sensor.watch(OWNER, started.root).unwrap();
    let ran = scene.finish(started);
    let execs = ran.deeds(|deed| match deed {
        // The gate's own start may still be told.
        Deed::Exec { argv, .. } if argv.get(1).is_some_and(|word| word == "gate") => None,
        Deed::Exec {
            executable,
            script,
            argv,
            cwd,
            environment,
            truncated,
            ..
        } => Some((
            executable.clone(),
            script.clone(),
            argv.clone(),
            cwd.clone(),
            environment.clone(),
            *truncated,
        )),
        _ => None,
    });
    let real = |path: &str| {
        std::fs::canonicalize(path)
            .unwrap()
            .into_os_string()
            .into_string()
            .unwrap()
    };
    let marked = vec![("CALL_ID".to_owned(), "call=1".to_owned())];
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|&word| word.to_owned())
            .collect::<Vec<_>>()
    };
    let cwd = Some(scene.at("work"));
    assert_eq!(
        execs,
        [
            (
                real("/bin/sh"),
                Some(script),
                words(&["/bin/sh", "./run.sh", "one", "two words"]),
                cwd.clone(),
                marked.clone(),
                false
            ),
            (
                real("/bin/true"),
                None,
                words(&["/bin/true", "one", "two words"]),
                cwd,
                marked,
                false
            ),
        ]
    );
    let exit = ran.only(|deed| matches!(deed, Deed::Exit { .. }));
    assert_eq!(
        exit.deed,
        Deed::Exit {
            code: Some(0),
            signal: None
        }
    );
    assert_eq!((exit.process, exit.tree), (ran.root, ran.root));
}

#[test]
fn children_stay_in_their_tree_whatever_they_do() {
    let mut scene = Scene::new();
    let words = |word: &str, scene: &Scene| vec![word.to_owned(), scene.at(word)];
    for word in ["orphan", "sibling"] {
        let all = words(word, &scene);
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let ran = scene.deed(&all);
        let path = scene.at(word);
        let made = ran.only(|deed| matches!(deed, Deed::File { path: told, .. } if *told == path));
        assert_eq!(made.tree, ran.root, "{word}");
        assert_ne!(made.process, ran.root, "{word}");
    }
    // The thread that execs takes the process's number; the process stays a member.
    let path = scene.at("by thread");
    let helper = scene.helper();
    let ran = scene.deed(&["thread-exec", &helper, "sibling", &path]);
    let made = ran.only(|deed| matches!(deed, Deed::File { path: told, .. } if *told == path));
    assert_eq!(made.tree, ran.root);
}

#[test]
fn who_runs_already_is_in_the_tree() {
    let mut scene = Scene::new();
    let path = scene.at("late");
    let helper = scene.helper();
    let mut started = scene.start(&[&helper, "wait-child", &path]);
    started.let_go();
    // The child is there when its parent has one.
    let root = started.root;
    let children = format!("/proc/{0}/task/{0}/children", root.pid);
    while std::fs::read_to_string(&children).unwrap().is_empty() {}
    let members = scene.sensor.watch(OWNER, root).unwrap();
    assert_eq!(members.len(), 2, "{members:?}");
    let ran = scene.finish(started);
    let made = ran.only(|deed| matches!(deed, Deed::File { path: told, .. } if *told == path));
    assert_ne!(made.process, root);
    assert!(members.contains(&made.process));
}

#[test]
fn files_are_told_by_their_real_paths() {
    let mut scene = Scene::new();
    scene.file("real/one", "x");
    std::os::unix::fs::symlink(scene.at("real"), scene.at("link")).unwrap();
    let [link, real] = [scene.at("link"), scene.at("real")];
    let script = format!(
        "cd {link} && echo y > two && mv one three && ln two four && rm three && chmod 600 four && echo z > {link}/five"
    );
    let ran = scene.run(&["sh", "-c", &script]);
    let files = ran.deeds(|deed| match deed {
        Deed::File { activity, path, to } if path.starts_with(&real) => Some((
            *activity,
            path.strip_prefix(&real)?.to_owned(),
            to.as_ref()
                .and_then(|to| to.strip_prefix(&real))
                .map(str::to_owned),
        )),
        _ => None,
    });
    let own = |path: &str| path.to_owned();
    assert_eq!(
        files,
        [
            (FileActivity::Create, own("/two"), None),
            (FileActivity::Rename, own("/one"), Some(own("/three"))),
            (FileActivity::Link, own("/two"), Some(own("/four"))),
            (FileActivity::Delete, own("/three"), None),
            (FileActivity::SetAttributes, own("/four"), None),
            (FileActivity::Create, own("/five"), None),
        ]
    );
}

#[test]
fn a_file_that_takes_the_place_of_a_deleted_one_is_told() {
    let mut scene = Scene::new();
    let directory = scene.at("made");
    std::fs::create_dir(&directory).unwrap();
    // Many a file system gives the number of the last one that was deleted to the next one that is made.
    let script = format!("cd {directory}; for i in 1 2 3 4 5 6 7 8 9; do : > $i; rm $i; done");
    let ran = scene.run(&["bash", "-c", &script]);
    let made = ran.deeds(|deed| match deed {
        Deed::File {
            activity: FileActivity::Create,
            path,
            ..
        } => path
            .strip_prefix(&format!("{directory}/"))
            .map(str::to_owned),
        _ => None,
    });
    assert_eq!(made.join(""), "123456789");
}

#[test]
fn reading_is_told_where_somebody_asked_and_counted_elsewhere() {
    let mut scene = Scene::new();
    let [named, ending, other] =
        ["keys/deep/id", "a/.env", "a/plain"].map(|name| scene.file(name, "x"));
    let settings = Settings {
        interests: vec![
            Interest {
                path: scene.at("keys"),
                ending: false,
            },
            Interest {
                path: "/.env".to_owned(),
                ending: true,
            },
        ],
        ..Settings::default()
    };
    scene.sensor.settings(OWNER, &settings).unwrap();
    let absent = scene.at("keys/absent");
    let nothing = scene.at("a/absent");
    let ran = scene.run(&["cat", &named, &ending, &other, &absent, &nothing]);
    let read: Vec<_> = ran
        .seen
        .iter()
        .filter_map(|one| match &one.deed {
            Deed::File {
                activity: FileActivity::Read,
                path,
                ..
            } => Some((path.clone(), one.error)),
            _ => None,
        })
        .collect();
    assert_eq!(read, [(named, None), (ending, None), (absent, Some(2))]);
    let tally = scene
        .sensor
        .report(OWNER)
        .tallies
        .into_iter()
        .find(|tally| tally.kind == "open")
        .unwrap();
    assert_eq!(tally.sent, 3);
    assert!(tally.suppressed >= 2, "{tally:?}");
}

#[test]
fn connections_are_told_whatever_the_family() {
    let mut scene = Scene::new();
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let six = std::net::TcpListener::bind("[::1]:0").unwrap();
    let [port, port6] = [
        server.local_addr().unwrap().port(),
        six.local_addr().unwrap().port(),
    ];
    for (address, port, told) in [
        ("127.0.0.1", port, "127.0.0.1"),
        ("::1", port6, "::1"),
        ("::ffff:127.0.0.1", port, "127.0.0.1"),
    ] {
        let ran = scene.deed(&["connect", address, &port.to_string()]);
        assert_eq!(ran.output, "ok\n", "{address}");
        let to = ran.deeds(|deed| match deed {
            Deed::Connect { to } => Some(to.clone()),
            _ => None,
        });
        assert_eq!(to, [inet(told, port, Transport::Tcp)]);
    }
    let ran = scene.deed(&["send", "127.0.0.1", "9"]);
    let sent = ran.only(|deed| matches!(deed, Deed::Send { .. }));
    assert_eq!(
        sent.deed,
        Deed::Send {
            to: inet("127.0.0.1", 9, Transport::Udp)
        }
    );
}

#[test]
fn a_process_outside_is_never_told() {
    let mut scene = Scene::new();
    let outside = scene.at("outside");
    let started = scene.start(&["sh", "-c", &format!("echo x > {outside}")]);
    let ran = scene.finish(started);
    assert!(ran.status.success());
    assert_eq!(ran.seen, []);
    assert_eq!(scene.sensor.report(OWNER).tallies, []);
}

#[test]
fn control_sockets_are_told_by_path() {
    let mut scene = Scene::new();
    let path = scene.at("control.sock");
    let _server = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let ran = scene.deed(&["unix", &path]);
    assert_eq!(ran.output, "ok\n");
    let reached = ran.only(|deed| matches!(deed, Deed::Connect { .. }));
    let to = Endpoint::Unix { path };
    assert_eq!(reached.deed, Deed::Connect { to });
}

#[test]
fn who_waits_for_others_is_told_and_who_waits_for_itself_is_not() {
    let mut scene = Scene::new();
    for (address, told) in [("0.0.0.0", 1), ("127.0.0.1", 0)] {
        let ran = scene.deed(&["listen", address]);
        assert_eq!(ran.output, "ok\n");
        let listens = ran.deeds(|deed| match deed {
            Deed::Listen { at } => Some(at.clone()),
            _ => None,
        });
        assert_eq!(listens.len(), told, "{listens:?}");
    }
}

#[test]
fn signals_to_guarded_processes_are_told() {
    let mut scene = Scene::new();
    let guarded = scene.start(&["true"]);
    let other = scene.start(&["true"]);
    let settings = Settings {
        guarded: vec![guarded.root],
        ..Settings::default()
    };
    scene.sensor.settings(OWNER, &settings).unwrap();
    let [pid, unguarded] = [guarded.root, other.root].map(|process| process.pid.to_string());
    scene.deed(&["kill", &unguarded, "18"]);
    let ran = scene.deed(&["kill", &pid, "18"]);
    let signals = ran.deeds(|deed| match deed {
        Deed::System {
            activity: Reached::Signal,
            target,
        } => Some(target.clone()),
        _ => None,
    });
    assert_eq!(signals, [pid]);
    scene.finish(guarded);
    scene.finish(other);
}

#[test]
fn a_program_of_a_named_kind_begins_a_tree_also_where_an_interpreter_reads_it() {
    let mut scene = Scene::new();
    let settings = Settings {
        programs: vec!["ringfence-agent".to_owned()],
        ..Settings::default()
    };
    scene.sensor.settings(OWNER, &settings).unwrap();
    let made = scene.at("made");
    let agent = scene.file("bin/ringfence-agent", &format!("echo x > {made}\n"));
    let other = scene.file("bin/ringfence-other", &format!("echo x > {made}\n"));
    for (script, watched) in [(&agent, true), (&other, false)] {
        let started = scene.start(&["sh", "-e", script]);
        let ran = scene.finish(started);
        let told = ran.deeds(|deed| match deed {
            Deed::File { path, .. } if *path == made => Some(()),
            _ => None,
        });
        assert_eq!(
            told.len(),
            usize::from(watched),
            "{script}: {:#?}",
            ran.seen
        );
        assert!(ran.seen.iter().all(|one| one.tree == ran.root));
        std::fs::remove_file(&made).unwrap();
    }
}

#[test]
fn a_sensor_with_few_privileges_does_all_the_same() {
    let mut scene = Scene::new();
    // In a thread of its own: this one still has to clean up.
    std::thread::scope(|scope| {
        scope
            .spawn(|| deny_with_few_privileges(&mut scene))
            .join()
            .unwrap();
    });
}

fn deny_with_few_privileges(scene: &mut Scene) {
    scene.sensor.drop_privileges().unwrap();
    let secret = scene.file("keys/id", "PRIVATE");
    let rule = FileRule {
        number: RuleNumber(1),
        path: scene.at("keys"),
        denies: FileUses::ALL,
        except: Vec::new(),
        spares_agent: false,
    };
    let policy = Policy {
        files: vec![rule],
        ..Policy::default()
    };
    let problems = scene.sensor.enforce(OWNER, &policy).unwrap();
    assert_eq!(problems, Vec::<String>::new());
    let ran = scene.deed(&["read", &secret]);
    assert!(!ran.output.contains("PRIVATE"));
    assert!(ran.seen.iter().any(|one| one.denied == Some(RuleNumber(1))));
    let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
    let kept = status
        .lines()
        .find_map(|line| line.strip_prefix("CapEff:"))
        .unwrap();
    let kept = u64::from_str_radix(kept.trim(), 16).unwrap();
    assert_eq!(kept.count_ones(), 5, "{kept:x}");
}
