//! The daemon: one at a time, private, and true to what it acknowledged.

use ringfence_event::AgentKind;
use ringfence_tests::home::{Home, binary};
use ringfence_tests::payload::ShellCall;
use ringfence_tests::run::{Run, until};
use rustix::process::{Pid, Signal, kill_process};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::process::Stdio;

/// Reports one call whose command no other has.
fn report(home: &Home, number: usize) {
    let command = format!("echo {number}");
    let call = ShellCall {
        session: "session-1",
        call: &format!("call-{number}"),
        cwd: "/home/dev/project",
        command: &command,
    };
    let run = home.hook("codex", &call.payload(AgentKind::Codex));
    assert_eq!(
        (run.code(), run.stdout.as_str(), run.stderr.as_str()),
        (0, "", "")
    );
}

fn echoes(numbers: impl Iterator<Item = usize>) -> Vec<(String, String)> {
    numbers
        .map(|number| (format!("echo {number}"), "allow".to_owned()))
        .collect()
}

#[test]
fn what_it_keeps_is_private() {
    let home = Home::new();
    home.up();
    report(&home, 1);
    let socket = home.socket().metadata().expect("the socket");
    assert_eq!(socket.mode() & 0o777, 0o600);
    for top in [
        home.data(),
        home.state(),
        home.socket().parent().expect("a folder").to_owned(),
    ] {
        assert_private(&top);
    }
}

fn assert_private(path: &std::path::Path) {
    let mode = path
        .symlink_metadata()
        .expect("it is there")
        .permissions()
        .mode()
        & 0o777;
    let wanted = if path.is_dir() { 0o700 } else { 0o600 };
    assert_eq!(mode, wanted, "{} has mode {mode:o}", path.display());
    if path.is_dir() {
        for entry in std::fs::read_dir(path).expect("a folder") {
            assert_private(&entry.expect("an entry").path());
        }
    }
}

#[test]
fn a_second_daemon_does_not_start() {
    let home = Home::new();
    home.up();
    let first = home.daemon();
    for arguments in [&["up"] as &[&str], &["up", "--detach"]] {
        let run = home.ringfence(arguments).ok();
        assert!(run.stdout.contains("already up"), "{run:#?}");
    }
    assert_eq!(home.processes(), [first]);
    home.down();
    until("the daemon has ended", || home.processes().is_empty());
}

#[test]
fn many_starts_at_once_give_one_daemon() {
    let home = Home::new();
    let mut starts: Vec<_> = (0..4)
        .map(|_| {
            home.command(binary())
                .args(["up", "--detach"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("ringfence starts")
        })
        .collect();
    for start in &mut starts {
        start.wait().expect("it ends");
    }
    let first = home.daemon();
    until("one daemon is left", || home.processes() == [first]);
}

#[test]
fn a_socket_that_a_dead_daemon_left_is_replaced() {
    let home = Home::new();
    let folder = home.socket().parent().expect("a folder").to_owned();
    std::fs::create_dir(&folder).expect("the runtime folder");
    drop(UnixListener::bind(home.socket()).expect("a socket that nobody serves"));
    assert!(home.socket().exists());
    report(&home, 1);
    home.up();
    report(&home, 2);
    assert_eq!(home.wait_for_calls(2), echoes(1..3));
}

#[test]
fn down_says_so_when_nothing_is_up() {
    let home = Home::new();
    let run = home.ringfence(&["down"]);
    assert!(run.code() <= 1, "{run:#?}");
    assert!(!format!("{}{}", run.stdout, run.stderr).is_empty());
}

#[test]
fn a_spooled_event_is_taken_in_exactly_once() {
    let home = Home::new();
    for number in 0..20 {
        report(&home, number);
    }
    for _ in 0..3 {
        home.up();
        assert_eq!(home.wait_for_calls(20), echoes(0..20));
        home.down();
    }
    assert_eq!(home.calls(), echoes(0..20));
}

#[test]
fn an_event_that_comes_while_the_daemon_is_up_but_deaf_is_spooled() {
    let home = Home::new();
    home.up();
    let pid = home.daemon();
    kill_process(pid, Signal::STOP).expect("the daemon is ours");
    report(&home, 1);
    kill_process(pid, Signal::CONT).expect("the daemon is ours");
    home.down();
    home.up();
    assert_eq!(home.wait_for_calls(1), echoes(1..2));
    home.down();
    assert_eq!(home.calls(), echoes(1..2));
}

#[test]
fn an_acknowledged_event_survives_kill_9() {
    let home = Home::new();
    let rounds = 5;
    for round in 0..rounds {
        home.up();
        for number in 0..10 {
            report(&home, round * 10 + number);
        }
        kill_process(home.daemon(), Signal::KILL).expect("the daemon is ours");
        until("the daemon is dead", || home.processes().is_empty());
    }
    home.up();
    let all = rounds * 10;
    assert_eq!(home.wait_for_calls(all), echoes(0..all));
    home.down();
    assert_eq!(home.calls(), echoes(0..all));
}

#[test]
fn sigterm_ends_it_with_everything_stored() {
    let home = Home::new();
    home.up();
    for number in 0..10 {
        report(&home, number);
    }
    kill_process(home.daemon(), Signal::TERM).expect("the daemon is ours");
    until("the daemon has ended", || home.processes().is_empty());
    assert!(!home.socket().exists(), "the socket is left behind");
    assert_eq!(home.calls(), echoes(0..10));
}

#[test]
fn another_language_on_the_socket_does_no_harm() {
    use std::io::{Read, Write};
    let home = Home::new();
    home.up();
    let frames: [&[u8]; 5] = [
        b"GET / HTTP/1.1\r\n\r\n",
        &[0xff; 64],
        &[0, 0, 0, 0],
        b"\x00\x00\x00\x02{}",
        b"\x00\x00\x00\x10{\"ask\":\"fly\"}...",
    ];
    for frame in frames {
        let mut stream =
            std::os::unix::net::UnixStream::connect(home.socket()).expect("it listens");
        stream.write_all(frame).expect("it takes bytes");
        stream
            .shutdown(std::net::Shutdown::Write)
            .expect("the end is told");
        let mut answer = Vec::new();
        // It may answer or hang up; it must not die.
        drop(stream.read_to_end(&mut answer));
    }
    report(&home, 1);
    assert_eq!(home.wait_for_calls(1), echoes(1..2));
}

#[test]
fn in_the_foreground_it_ends_with_its_terminal_signal() {
    let home = Home::new();
    let mut child = home
        .command(binary())
        .arg("up")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("ringfence starts");
    until("the socket is there", || home.socket().exists());
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a pid")).expect("a pid");
    kill_process(pid, Signal::INT).expect("it is ours");
    assert!(child.wait().expect("it ends").success());
    let _still_works: Run = home.ringfence(&["status"]).ok();
}
