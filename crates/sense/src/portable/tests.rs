//! Real processes, seen by looking.

use super::*;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

/// A shell that does what it is told, line by line, and says so.
struct Shell(Child);

impl Shell {
    fn start() -> Shell {
        let shell = Command::new("/bin/bash")
            .env("RINGFENCE_TEST_MARK", "seen")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut shell = Shell(shell.unwrap());
        // Its arguments and variables are in place once it has answered.
        assert_eq!(shell.run("echo ready"), "ready");
        shell
    }

    fn process(&self) -> Process {
        proc::process(self.0.id()).unwrap()
    }

    /// Runs a line and returns the one that it prints.
    fn run(&mut self, line: &str) -> String {
        let stdin = self.0.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
        let mut said = String::new();
        BufReader::new(self.0.stdout.as_mut().unwrap())
            .read_line(&mut said)
            .unwrap();
        said.trim().to_owned()
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn deeds(seen: &[Observation]) -> Vec<(u32, &Deed)> {
    seen.iter()
        .map(|one| (one.process.pid, &one.deed))
        .collect()
}

#[test]
fn programs_their_ends_and_their_connections_are_seen() {
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = door.local_addr().unwrap().port();
    let mut shell = Shell::start();
    let root = shell.process();
    let mut poller = Poller::new(Settings {
        variables: vec!["RINGFENCE_TEST_MARK".to_owned()],
        ..Settings::default()
    });
    poller.watch(root);
    let first = poller.poll();
    let Deed::Exec {
        argv, environment, ..
    } = &first[0].deed
    else {
        panic!("{first:?}");
    };
    assert_eq!(argv, &["/bin/bash"]);
    assert_eq!(
        environment,
        &[("RINGFENCE_TEST_MARK".to_owned(), "seen".to_owned())]
    );
    assert_eq!(poller.poll(), []);

    let child: u32 = shell
        .run("cat >/dev/null < <(sleep 100) & echo $!")
        .parse()
        .unwrap();
    shell.run(&format!("exec 9<>/dev/tcp/127.0.0.1/{port}; echo done"));
    let (second, _kept) = (poller.poll(), door.accept().unwrap());
    let second = deeds(&second);
    let forked = |deed: &Deed| matches!(deed, Deed::Fork { child: one } if one.pid == child);
    assert!(
        second
            .iter()
            .any(|(pid, deed)| *pid == root.pid && forked(deed)),
        "{second:?}"
    );
    let to = Endpoint::Inet {
        address: [127, 0, 0, 1].into(),
        port,
        transport: ringfence_event::Transport::Tcp,
    };
    assert!(
        second.contains(&(root.pid, &Deed::Connect { to })),
        "{second:?}"
    );

    shell.run(&format!(
        "kill {child}; wait {child} 2>/dev/null; echo done"
    ));
    let third = poller.poll();
    let ended = Deed::Exit {
        code: None,
        signal: None,
    };
    assert!(deeds(&third).contains(&(child, &ended)), "{third:?}");
    assert!(poller.rest() >= OFTEN);
    assert_eq!(poller.report("1").tier, Tier::D);
    poller.forget(root);
    assert_eq!(poller.poll(), []);
}

#[test]
fn a_reused_id_is_nobody() {
    let mut poller = Poller::new(Settings::default());
    poller.watch(Process {
        pid: std::process::id(),
        started: 1,
    });
    assert_eq!(poller.poll(), []);
}
