//! `ringfence exec`: a fence of the kernel's around real programs, also without root.

use ringfence_event::{AgentKind, Transport};
use ringfence_sense::wire::{Answer, Request};
use ringfence_sense::{
    AddressRule, Deed, Endpoint, Observation, Policy, Process, Reached, RuleNumber, Settings,
};
use ringfence_tests::fence::ScriptedDaemon;
use ringfence_tests::home::{Home, binary};
use ringfence_tests::payload::ShellCall;
use ringfence_tests::run::{Run, until, wait};
use ringfence_tests::sensor::FakeAgent;
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// Runs a command inside, with these options.
fn fenced(home: &Home, options: &[&str], command: &[&str]) -> Run {
    let arguments = [&["exec"], options, &["--"], command].concat();
    home.ringfence(&arguments)
}

/// Says for each place whether a connection to it was made, or what it failed with.
const CONNECT: &str = "
import socket, sys, errno
for place in sys.argv[1:]:
    host, port = place.rsplit(':', 1)
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    s = socket.socket(family)
    s.settimeout(20)
    try:
        s.connect((host, int(port)))
        print('made')
    except OSError as error:
        print(errno.errorcode[error.errno])
";

/// A door on every address of this machine.
fn door() -> (TcpListener, u16) {
    let door = TcpListener::bind("0.0.0.0:0").expect("a free port");
    let port = door.local_addr().expect("an address").port();
    (door, port)
}

/// Starts a command inside and goes on; what it says goes nowhere.
fn start(home: &Home, options: &[&str], command: &[&str]) -> Child {
    let arguments = [&["exec"], options, &["--"], command].concat();
    home.command(binary())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ringfence starts")
}

#[test]
fn the_end_is_the_programs_own() {
    let home = Home::new();
    for (command, code) in [
        (&["true"][..], 0),
        (&["sh", "-c", "exit 7"], 7),
        (&["sh", "-c", "exit 255"], 255),
        (&["no-such-program"], 127),
        (&["/etc/passwd"], 126),
    ] {
        assert_eq!(fenced(&home, &[], command).code(), code, "{command:?}");
    }
    for signal in [Signal::TERM, Signal::KILL, Signal::HUP] {
        let line = format!("kill -{} $$", signal.as_raw());
        let run = fenced(&home, &[], &["sh", "-c", &line]);
        assert_eq!(run.status.signal(), Some(signal.as_raw()), "{run:#?}");
    }
    let run = fenced(&home, &[], &["no-such-program"]);
    assert!(
        run.stderr.contains("failed to start `no-such-program`"),
        "{run:#?}"
    );
}

#[test]
fn input_output_and_signals_pass_through() {
    let home = Home::new();
    let input = vec![b'x'; 100_000];
    let run = Run::with_input(home.command(binary()).args(["exec", "--", "cat"]), &input);
    assert_eq!(run.ok().stdout.as_bytes(), input);
    let script = "trap 'exit 9' USR1; touch ready; while :; do read line || exit 8; done";
    let mut child = start(&home, &[], &["sh", "-c", script]);
    until("the program is ready", || {
        home.project().join("ready").exists()
    });
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::USR1).expect("it runs");
    // A shell that waits for input looks at the signal once it has a line.
    let mut stdin = child.stdin.take().expect("it is piped");
    drop(stdin.write_all(b"line\n"));
    let status = wait(&mut child, PATIENCE).expect("it ends");
    assert_eq!(status.code(), Some(9));
}

#[test]
fn who_ends_the_front_ends_the_program() {
    let home = Home::new();
    let mut child = start(&home, &[], &["sh", "-c", "echo $$ > pid; exec cat"]);
    let mut pid = None;
    until("the program runs", || {
        let text = fs::read_to_string(home.project().join("pid")).unwrap_or_default();
        pid = text.trim().parse::<u32>().ok();
        pid.is_some()
    });
    let program = format!("/proc/{}/cmdline", pid.expect("a pid"));
    child.kill().expect("it runs");
    child.wait().expect("it ended");
    until("the program is gone", || {
        fs::read(&program).unwrap_or_default().is_empty()
    });
}

fn argv_of(deed: &Deed) -> Option<Vec<&str>> {
    match deed {
        Deed::Exec { argv, .. } => Some(argv.iter().map(String::as_str).collect()),
        _ => None,
    }
}

/// Runs a script that leaves a child in a session of its own, with a mark in its environment.
fn build(home: &Home, line: &str) -> (ScriptedDaemon, PathBuf, Process) {
    let settings = Settings {
        variables: vec!["CODEX_TOOL_CALL_ID".to_owned()],
        ..Settings::default()
    };
    let daemon = ScriptedDaemon::listen(home, settings, Policy::default());
    let script = home.project().join("build.sh");
    let text = "#!/bin/sh -e\nsetsid sh -c '/bin/echo one two; exit 3' & wait\n";
    fs::write(&script, text).expect("a script");
    let mut runnable = home.command("chmod");
    drop(Run::of(runnable.args([OsStr::new("+x"), script.as_os_str()])).ok());
    drop(fenced(home, &[], &["sh", "-c", line]).ok());
    let root = daemon.answer(|answer| match answer {
        Answer::Watching { root, .. } => Some(root),
        _ => None,
    });
    (daemon, script, root)
}

const BUILD: &str = "CODEX_TOOL_CALL_ID=call-7 ./build.sh";

#[test]
fn programs_are_seen_with_what_they_were_started_with() {
    let home = Home::new();
    let (daemon, path, root) = build(&home, BUILD);
    let first = daemon.saw("the program", |deed| {
        argv_of(deed) == Some(vec!["sh", "-c", BUILD])
    });
    assert_eq!((first.process, first.tree), (root, root));
    let build = daemon.saw("the script", |deed| {
        matches!(
            deed,
            Deed::Exec {
                script: Some(_),
                ..
            }
        )
    });
    let Deed::Exec {
        executable,
        script,
        argv,
        cwd,
        environment,
        parent,
        ..
    } = &build.deed
    else {
        panic!("{build:?}");
    };
    assert_eq!(argv, &["/bin/sh", "-e", "./build.sh"]);
    assert_eq!(script.as_deref(), path.to_str());
    assert!(executable.ends_with("sh"), "{executable}");
    assert_eq!(cwd.as_deref(), home.project().to_str());
    let mark = ("CODEX_TOOL_CALL_ID".to_owned(), "call-7".to_owned());
    assert_eq!(environment, &[mark]);
    assert_eq!((parent, build.tree), (&root, root));
}

#[test]
fn forks_and_ends_are_seen() {
    let home = Home::new();
    let (daemon, _, root) = build(&home, BUILD);
    let echo = daemon.saw("the grandchild", |deed| {
        argv_of(deed) == Some(vec!["/bin/echo", "one", "two"])
    });
    assert_eq!(echo.tree, root);
    // The root ends last; its end has its code.
    let end = Deed::Exit {
        code: Some(0),
        signal: None,
    };
    until("the end is told", || {
        let mut heard = daemon.heard().into_iter();
        heard.any(|seen| seen.process == root && seen.deed == end)
    });
    let heard: Vec<Observation> = daemon.heard();
    let forked =
        |seen: &&Observation| matches!(seen.deed, Deed::Fork { child } if child == echo.process);
    assert_eq!(heard.iter().filter(forked).count(), 1, "{heard:#?}");
}

#[test]
fn a_denied_address_is_refused_however_it_is_written_and_outside_it_is_not() {
    let home = Home::new();
    let (_door, port) = door();
    let six = TcpListener::bind("[::1]:0").expect("a free port");
    let six = six.local_addr().expect("an address").port();
    let places: Vec<String> = [
        format!("127.0.0.1:{port}"),
        format!("127.0.0.2:{port}"),
        format!("::ffff:127.0.0.2:{port}"),
        format!("::1:{six}"),
    ]
    .into();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let command = [&["python3", "-c", CONNECT], places.as_slice()].concat();
    let options = ["--deny", "127.0.0.2", "--deny", "::1"];
    let inside = fenced(&home, &options, &command).ok();
    assert_eq!(inside.stdout, "made\nEPERM\nEPERM\nEPERM\n");
    let allowed = fenced(
        &home,
        &["--allow", "192.0.2.0/24"],
        &[&command[..3], &["198.51.100.1:9"]].concat(),
    );
    assert_eq!(allowed.ok().stdout, "EPERM\n");
    let outside = Run::of(home.command(command[0]).args(&command[1..])).ok();
    assert!(
        outside.stdout.starts_with("made\nmade\nmade\n"),
        "{}",
        outside.stdout
    );
}

#[test]
fn a_daughter_of_nobody_is_still_fenced_and_denied_by_a_live_policy() {
    let home = Home::new();
    let (_door, port) = door();
    let daemon = ScriptedDaemon::listen(&home, Settings::default(), Policy::default());
    // Leaves its parent and its session, says that it is there, and goes on when it is told to.
    let orphan = "
import os, subprocess, sys
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
nothing = os.open('/dev/null', os.O_RDWR)
for number in (0, 1, 2): os.dup2(nothing, number)
open('there', 'w').close()
open('gate').read()
out = subprocess.run([sys.executable, '-c', sys.argv[1], *sys.argv[2:]], capture_output=True, text=True)
open('said.new', 'w').write(out.stdout + out.stderr)
os.rename('said.new', 'said')
";
    let gate = home.project().join("gate");
    drop(Run::of(home.command("mkfifo").arg(&gate)).ok());
    let place = format!("127.0.0.2:{port}");
    drop(fenced(&home, &[], &["python3", "-c", orphan, CONNECT, &place]).ok());
    until("the orphan is there", || {
        home.project().join("there").exists()
    });
    let policy = Policy {
        addresses: vec![AddressRule {
            number: RuleNumber(17),
            network: IpAddr::from([127, 0, 0, 2]),
            prefix: 32,
        }],
        ..Policy::default()
    };
    let talk = daemon.say(&Request::Enforce(policy));
    let problems = daemon.answer(|answer| match answer {
        Answer::Armed { problems } => Some(problems),
        _ => None,
    });
    assert_eq!(problems, Vec::<String>::new());
    fs::write(&gate, "go").expect("the orphan listens");
    until("the orphan has tried", || {
        home.project().join("said").exists()
    });
    assert_eq!(home.read("project/said"), "EPERM\n");
    let to = Endpoint::Inet {
        address: IpAddr::from([127, 0, 0, 2]),
        port,
        transport: Transport::Tcp,
    };
    let denied = daemon.saw("the denial", |deed| {
        *deed == Deed::Connect { to: to.clone() }
    });
    assert_eq!(
        (denied.denied, denied.error),
        (Some(RuleNumber(17)), Some(1))
    );
    drop(talk);
}

#[test]
fn an_address_that_changes_under_the_check_leads_nowhere_else() {
    let home = Home::new();
    let (door, port) = door();
    let reached = [AtomicUsize::new(0), AtomicUsize::new(0)];
    // One thread writes the last byte of the address, over and over; another one connects.
    let flip = "
import ctypes, socket, struct, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
port = int(sys.argv[1])
address = ctypes.create_string_buffer(struct.pack('=H', socket.AF_INET) + struct.pack('>H', port) + bytes([127, 0, 0, 1]) + bytes(8), 16)
over = False
def flip():
    value = 0
    while not over:
        value ^= 3
        address[7] = bytes([value or 1])
thread = threading.Thread(target=flip)
thread.start()
denied = made = 0
sys.setswitchinterval(0.000001)
for _ in range(1500):
    s = socket.socket()
    if libc.connect(s.fileno(), address, 16) == 0: made += 1
    else: denied += 1
    s.close()
over = True
thread.join()
print(made > 0, denied > 0)
";
    let port_text = port.to_string();
    thread::scope(|scope| {
        let reached = &reached;
        scope.spawn(move || {
            for stream in door.incoming().flatten() {
                let here = stream.local_addr().expect("an address").ip();
                if here == IpAddr::from([127, 0, 0, 9]) {
                    return;
                }
                let is_denied = here != IpAddr::from([127, 0, 0, 1]);
                reached[usize::from(is_denied)].fetch_add(1, Ordering::Relaxed);
            }
        });
        let options = ["--deny", "127.0.0.2", "--deny", "127.0.0.3"];
        let run = fenced(&home, &options, &["python3", "-c", flip, &port_text]);
        drop(std::net::TcpStream::connect(("127.0.0.9", port)).expect("the door is open"));
        assert_eq!(run.ok().stdout, "True True\n", "both were tried");
    });
    assert!(reached[0].load(Ordering::Relaxed) > 0);
    assert_eq!(
        reached[1].load(Ordering::Relaxed),
        0,
        "connections to a denied address"
    );
}

/// Tries calls that would lead out of the fence, and says how each ends.
const ESCAPES: &str = "
import ctypes, errno, os, platform, sys
libc = ctypes.CDLL(None, use_errno=True)
arm = platform.machine() == 'aarch64'
def call(name, x86, arm64, *args):
    ctypes.set_errno(0)
    got = libc.syscall(arm64 if arm else x86, *args)
    print(name, 'done' if got >= 0 else errno.errorcode[ctypes.get_errno()])
outside = int(sys.argv[1])
supervisor = os.getppid()
call('io_uring', 425, 425, 8, 0)
call('attach outside', 101, 117, 16, outside, 0, 0)
call('memory outside', 310, 270, outside, 0, 0, 0, 0, 0)
call('signal the supervisor', 62, 129, supervisor, 15)
call('signal nobody', 62, 129, outside, 0)
call('take a file', 438, 438, 0, 0, 0)
call('load a program', 321, 280, 5, 0, 0)
call('load a module', 175, 105, 0, 0, 0)
call('clone3', 435, 435, 0, 0)
call('share files', 56, 220, 0x400 | 17, 0, 0, 0, 0)
call('hide', 157, 167, 4, 0, 0, 0, 0)
print('hidden', libc.prctl(3, 0, 0, 0, 0) == 0)
";

#[test]
fn ways_out_are_closed_and_told() {
    let home = Home::new();
    let daemon = ScriptedDaemon::listen(&home, Settings::default(), Policy::default());
    let outside = std::process::id().to_string();
    let run = fenced(&home, &[], &["python3", "-c", ESCAPES, &outside]).ok();
    let expected = "io_uring ENOSYS
attach outside EPERM
memory outside EPERM
signal the supervisor EPERM
signal nobody done
take a file EPERM
load a program EPERM
load a module EPERM
clone3 ENOSYS
share files EPERM
hide done
hidden False
";
    assert_eq!(run.stdout, expected);
    for reached in [
        Reached::Queue,
        Reached::Trace,
        Reached::Signal,
        Reached::LoadProgram,
        Reached::LoadModule,
    ] {
        let told = daemon.saw(
            "it is told",
            |deed| matches!(deed, Deed::System { activity, .. } if *activity == reached),
        );
        assert!(told.error.is_some(), "{told:?}");
    }
}

/// Asks port 53 of a loopback address for names, in every way of sending.
const ASK: &str = "
import socket, errno, ctypes
def question(name):
    labels = b''.join(bytes([len(l)]) + l.encode() for l in name.split('.'))
    return b'\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0' + labels + b'\\0\\0\\1\\0\\1'
place = ('127.0.0.3', 53)
for name in ('Leak.Evil.example', 'notevil.example'):
    for way in ('sendto', 'sendmsg', 'send'):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            if way == 'sendto': s.sendto(question(name), place)
            if way == 'sendmsg': s.sendmsg([question(name)[:9], question(name)[9:]], [], 0, place)
            if way == 'send':
                s.connect(place)
                s.send(question(name))
            print(name, way, 'sent')
        except OSError as error:
            print(name, way, errno.errorcode[error.errno])
";

#[test]
fn names_are_seen_and_denied() {
    let home = Home::new();
    let daemon = ScriptedDaemon::listen(&home, Settings::default(), Policy::default());
    let run = fenced(&home, &["--deny", "evil.example"], &["python3", "-c", ASK]).ok();
    let expected = "Leak.Evil.example sendto EPERM
Leak.Evil.example sendmsg EPERM
Leak.Evil.example send EPERM
notevil.example sendto sent
notevil.example sendmsg sent
notevil.example send sent
";
    assert_eq!(run.stdout, expected);
    for (name, denied) in [("leak.evil.example", true), ("notevil.example", false)] {
        let seen = daemon.saw(
            "the question",
            |deed| matches!(deed, Deed::Query { name: asked, record: 1 } if asked == name),
        );
        assert_eq!(seen.denied.is_some(), denied, "{seen:?}");
    }
}

#[test]
fn without_its_supervisor_nobody_inside_starts_or_reaches_anything() {
    let home = Home::new();
    let (_door, port) = door();
    let left_behind = "
import errno, os, socket, subprocess, sys
def attempt(what):
    try:
        what()
        return 'done'
    except OSError as error:
        return errno.errorcode[error.errno]
if os.fork() == 0:
    os.setsid()
    nothing = os.open('/dev/null', os.O_RDWR)
    for number in (0, 1, 2): os.dup2(nothing, number)
    s = socket.socket()
    open('there', 'w').close()
    open('gate').read()
    said = [attempt(lambda: os.execv('/bin/true', ['true'])), attempt(lambda: s.connect(('127.0.0.1', int(sys.argv[1]))))]
    open('said.new', 'w').write(' '.join(said))
    os.rename('said.new', 'said')
    os._exit(0)
sys.stdin.read()
";
    let gate = home.project().join("gate");
    drop(Run::of(home.command("mkfifo").arg(&gate)).ok());
    let mut child = start(
        &home,
        &[],
        &["python3", "-c", left_behind, &port.to_string()],
    );
    until("it is there", || home.project().join("there").exists());
    let children = format!("/proc/{0}/task/{0}/children", child.id());
    let supervisor = fs::read_to_string(children).expect("the front runs");
    let supervisor = supervisor.trim().parse().ok().and_then(Pid::from_raw);
    kill_process(supervisor.expect("one child"), Signal::KILL).expect("it runs");
    let status = wait(&mut child, PATIENCE).expect("the front ends");
    assert_eq!(status.code(), Some(125));
    let mut complaint = String::new();
    let stderr = child.stderr.as_mut().expect("it is piped");
    stderr
        .read_to_string(&mut complaint)
        .expect("it said something");
    assert!(complaint.contains("supervisor was ended"), "{complaint}");
    fs::write(&gate, "go").expect("it listens");
    until("it has tried", || home.project().join("said").exists());
    assert_eq!(home.read("project/said"), "ENOSYS ENOSYS");
}

/// A server that answers every request with a word.
fn greeter() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            drop(stream.read(&mut [0; 4096]));
            drop(stream.write_all(
                b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
            ));
        }
    });
    port
}

/// Asks for a page through the proxy that the environment names, as a request and as a tunnel.
const THROUGH_PROXY: &str = "
import http.client, os, sys, urllib.parse
proxy = urllib.parse.urlparse(os.environ['HTTPS_PROXY'])
for tunnel in (False, True):
    c = http.client.HTTPConnection(proxy.hostname, proxy.port, timeout=20)
    try:
        if tunnel: c.set_tunnel(sys.argv[1], int(sys.argv[2]))
        c.request('GET', '/' if tunnel else f'http://{sys.argv[1]}:{sys.argv[2]}/')
        answer = c.getresponse()
        print(answer.status, answer.read().decode())
    except OSError as error:
        print(error)
";

#[test]
fn with_a_proxy_it_is_the_only_way_out() {
    let home = Home::new();
    let port = greeter().to_string();
    let daemon = ScriptedDaemon::listen(&home, Settings::default(), Policy::default());
    let through = ["python3", "-c", THROUGH_PROXY, "127.0.0.1", &port];
    let allowed = ["--net=proxy", "--allow", "127.0.0.1"];
    let run = fenced(&home, &allowed, &through).ok();
    assert_eq!(run.stdout, "200 hello\n200 hello\n");
    let to = Endpoint::Inet {
        address: IpAddr::from([127, 0, 0, 1]),
        port: port.parse().expect("a port"),
        transport: Transport::Tcp,
    };
    let dialled = daemon.saw("what was dialled", |deed| {
        *deed == Deed::Connect { to: to.clone() }
    });
    assert_eq!((dialled.error, dialled.denied), (None, None));
    let run = fenced(&home, &["--net=proxy"], &through).ok();
    let refused = "a rule of the fence denies this\n";
    assert_eq!(
        run.stdout,
        format!("403 {refused}\nTunnel connection failed: 403 Forbidden\n")
    );
    let by_name = ["python3", "-c", THROUGH_PROXY, "localhost", &port];
    let run = fenced(&home, &allowed, &by_name).ok();
    assert!(
        run.stdout.starts_with("403"),
        "no name was allowed: {}",
        run.stdout
    );
    for net in ["--net=proxy", "--net=none"] {
        let places = [format!("127.0.0.1:{port}"), format!("192.0.2.1:{port}")];
        let run = fenced(
            &home,
            &[net],
            &["python3", "-c", CONNECT, &places[0], &places[1]],
        );
        assert_eq!(run.ok().stdout, "ECONNREFUSED\nENETUNREACH\n", "{net}");
    }
}

#[test]
fn a_hidden_directory_is_not_read_and_its_files_do_not_move() {
    let home = Home::new().with_key();
    home.write("notes", "plain");
    let line = "cat ~/.ssh/id_rsa; cat ~/notes; mv ~/.ssh/id_rsa stolen; ln ~/.ssh/id_rsa linked; cat stolen linked; echo new > ~/new; cat ~/new; echo end";
    let hidden = home.path().join(".ssh").display().to_string();
    let run = fenced(&home, &["--deny-read", &hidden], &["sh", "-c", line]).ok();
    assert_eq!(run.stdout, "plainend\n", "{run:#?}");
    assert_eq!(home.read("new"), "new\n", "what is new can be written");
    let open = fenced(&home, &[], &["sh", "-c", "cat ~/.ssh/id_rsa"]).ok();
    assert!(open.stdout.contains("PRIVATE KEY"));
    let missing = fenced(&home, &["--deny-read", "/nowhere"], &["true"]);
    assert_eq!(missing.code(), 125);
    assert!(
        missing.stderr.contains("hint: what is denied must exist"),
        "{missing:#?}"
    );
}

#[test]
fn nothing_of_it_needs_root() {
    let home = Home::new().with_key();
    let (_door, door) = door();
    let greeter = greeter().to_string();
    drop(Run::of(home.command("chmod").args(["-R", "a+rwX"]).arg(home.path())).ok());
    // Nobody may read where the program was built.
    let program = home.path().join("ringfence");
    fs::copy(binary(), &program).expect("a copy of the program");
    let as_nobody = |options: &[&str], command: &[&str]| {
        let mut nobody = home.command("setpriv");
        nobody.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        nobody
            .arg(&program)
            .arg("exec")
            .args(options)
            .arg("--")
            .args(command);
        Run::of(&mut nobody).ok().stdout
    };
    assert_eq!(as_nobody(&[], &["id", "-u"]), "65534\n");
    let places = [format!("127.0.0.1:{door}"), format!("127.0.0.2:{door}")];
    let connect = ["python3", "-c", CONNECT, &places[0], &places[1]];
    assert_eq!(
        as_nobody(&["--deny", "127.0.0.2"], &connect),
        "made\nEPERM\n"
    );
    let through = ["python3", "-c", THROUGH_PROXY, "127.0.0.1", &greeter];
    let proxied = as_nobody(&["--net=proxy", "--allow", "127.0.0.1"], &through);
    assert_eq!(proxied, "200 hello\n200 hello\n");
    let hidden = home.path().join(".ssh").display().to_string();
    let key = format!("cat {hidden}/id_rsa || echo hidden");
    assert_eq!(
        as_nobody(&["--deny-read", &hidden], &["sh", "-c", &key]),
        "hidden\n"
    );
}

#[test]
fn what_no_daemon_heard_is_told_to_the_next() {
    let home = Home::new();
    home.configure("[sensor]\nsocket = \"/nonexistent/sensor.sock\"");
    drop(fenced(&home, &[], &["sh", "-c", "/bin/echo unheard; true"]).ok());
    let left = || fs::read_dir(home.state().join("unheard")).map_or(0, Iterator::count);
    until("the fence leaves what it saw", || left() == 1);
    home.up();
    until("what nobody heard is on record", || {
        let events = home.json(&["events", "--kind", "exec", "--json"]);
        let events = events["events"].as_array().cloned().unwrap_or_default();
        let argv = |stored: &serde_json::Value| stored["event"]["action"]["argv"].to_string();
        events
            .iter()
            .any(|stored| argv(stored) == r#"["/bin/echo","unheard"]"#)
    });
    assert_eq!(left(), 0);
}

#[test]
fn without_a_sensor_the_daemon_looks_for_itself() {
    let home = Home::new();
    home.configure("[sensor]\nsocket = \"/nonexistent/sensor.sock\"");
    home.up();
    let mut agent = FakeAgent::start(&home);
    let cwd = home.project().display().to_string();
    let call = ShellCall {
        session: "session-1",
        call: "call-1",
        cwd: &cwd,
        command: "sleep 600",
    };
    drop(agent.fire(&call.payload(AgentKind::ClaudeCode)));
    drop(agent.run("sleep 600 >/dev/null 2>&1 &"));
    until("the program is on record", || {
        let events = home.json(&["events", "--kind", "exec", "--json"]);
        let events = events["events"].as_array().cloned().unwrap_or_default();
        events.iter().any(|stored| {
            stored["event"]["action"]["argv"] == serde_json::json!(["sleep", "600"])
                && stored["event"]["session"] == "session-1"
        })
    });
    let status = home.ringfence(&["status"]).ok().stdout;
    assert!(status.contains("Tier D meanwhile"), "{status}");
    assert!(status.contains("nothing can be denied"), "{status}");
    let doctor = home.ringfence(&["doctor"]).stdout;
    assert!(doctor.contains("meanwhile tier D"), "{doctor}");
    let told = home.json(&["alerts", "--json"]);
    assert_eq!(told["alerts"], serde_json::Value::Array(Vec::new()));
}
