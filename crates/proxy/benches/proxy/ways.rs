//! The ways to the origin: directly, and through each proxy that is there.

use crate::client::Client;
use crate::origin::{self, Origin};
use crate::world::{self, Via};
use ringfence_proxy::reading::{Examiner, NoLedger, Readers};
use ringfence_proxy::{Authority, Running, Settings, UpstreamSettings};
use ringfence_scan::secrets::{Key, Scanner};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

/// The origin by a name that every proxy finds by itself.
const HOST: &str = "localhost";

/// No proxy.
pub(crate) const DIRECT: &str = "direct";
/// Ours, and nobody reads what passes.
const PASSED: &str = "ringfence, unread";
/// Ours, whose readers read.
pub(crate) const READ: &str = "ringfence";
pub(crate) const MITMPROXY: &str = "mitmproxy";
const HUDSUCKER: &str = "hudsucker";

/// Ticks of a process's clock in `/proc` (`USER_HZ`), each in milliseconds.
const TICK: f64 = 10.0;

/// A way to the origin.
pub(crate) struct Way {
    pub(crate) name: &'static str,
    pub(crate) client: Client,
    /// Requests that were not answered as they should be.
    pub(crate) failed: AtomicUsize,
    process: Option<Child>,
}

impl Way {
    /// Whether there is a proxy on it.
    pub(crate) fn is_proxy(&self) -> bool {
        self.process.is_some()
    }

    /// Whether it is somebody else's proxy.
    pub(crate) fn is_other(&self) -> bool {
        [MITMPROXY, HUDSUCKER].contains(&self.name)
    }

    /// Processor time of the proxy so far, in milliseconds, once it does nothing more.
    pub(crate) async fn spent(&self) -> f64 {
        self.left_alone().await;
        self.ticks() * TICK
    }

    /// Waits until the proxy does nothing more: its readers may be behind.
    pub(crate) async fn left_alone(&self) {
        let mut before = self.ticks();
        loop {
            tokio::time::sleep(Duration::from_millis(60)).await;
            let now = self.ticks();
            // One tick is what a proxy may take that only waits.
            if now - before <= 1.0 {
                return;
            }
            before = now;
        }
    }

    fn ticks(&self) -> f64 {
        let Some(process) = &self.process else {
            return 0.0;
        };
        let stat = fs::read_to_string(format!("/proc/{}/stat", process.id())).unwrap();
        let after = stat.rsplit_once(") ").unwrap().1;
        let fields: Vec<f64> = after
            .split(' ')
            .map(|word| word.parse().unwrap_or(0.0))
            .collect();
        fields[11] + fields[12]
    }

    /// Resident memory of the proxy, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        let Some(process) = &self.process else {
            return 0;
        };
        let status = fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS"));
        let kib: u64 = (line.unwrap().split_whitespace().nth(1).unwrap())
            .parse()
            .unwrap();
        kib * 1024
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            drop(process.kill());
            drop(process.wait());
        }
    }
}

/// All ways that there are; says which are not.
pub(crate) async fn all(origin: &Origin, folder: &Path) -> Vec<Way> {
    let mut ways = vec![
        direct(origin),
        ringfence(origin, folder, PASSED),
        ringfence(origin, folder, READ),
    ];
    if let Some(program) = named("HUDSUCKER") {
        ways.push(hudsucker(origin, folder, &program));
    }
    if let Some(program) = named("MITMDUMP") {
        ways.push(mitmproxy(origin, folder, &program).await);
    }
    ways
}

/// The program that a variable names, if it is there; else says so.
fn named(variable: &str) -> Option<PathBuf> {
    let program = std::env::var_os(variable).map(PathBuf::from);
    let found = program.filter(|program| program.is_file());
    if found.is_none() {
        println!("SKIPPED: {variable} names no program\n");
    }
    found
}

fn direct(origin: &Origin) -> Way {
    let trusted = [origin::root()];
    Way {
        name: DIRECT,
        client: Client::new(Via::Direct, origin.tls, origin.tls, HOST, &trusted),
        failed: AtomicUsize::new(0),
        process: None,
    }
}

/// Our proxy in this process, until its input ends; what passes is read, or only taken.
pub(crate) fn serve(folder: &Path, how: &str) {
    let hosts = world::hosts().with([HOST.parse().unwrap()]);
    let (authority, _) = Authority::open(folder, &hosts, world::now()).unwrap();
    let mut settings = Settings::new("127.0.0.1:0".parse().unwrap(), hosts);
    settings.upstream = UpstreamSettings {
        roots: vec![folder.join("origin.pem")],
        ..UpstreamSettings::default()
    };
    let (running, mut pieces, _notices) = Running::start(settings, Arc::new(authority)).unwrap();
    if how == READ {
        let scanner = Scanner::new(Key::new([7; 32])).unwrap();
        let mut readers = Readers::new(Arc::new(Examiner::new(scanner, Box::new(NoLedger))));
        std::thread::spawn(move || {
            while let Some(piece) = pieces.blocking_next() {
                drop(readers.take(piece));
            }
        });
    } else {
        std::thread::spawn(move || while pieces.blocking_next().is_some() {});
    }
    println!("{}", running.address());
    std::io::stdout().flush().unwrap();
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// Our proxy as a process.
pub(crate) fn ringfence(origin: &Origin, folder: &Path, name: &'static str) -> Way {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("serve").arg(folder).arg(name);
    let (process, address) = started(command);
    let standing = Authority::standing_in(folder).unwrap().unwrap();
    let trusted = [standing.certificate];
    Way {
        name,
        client: Client::new(Via::Proxy, address, origin.tls, HOST, &trusted),
        failed: AtomicUsize::new(0),
        process: Some(process),
    }
}

fn hudsucker(origin: &Origin, folder: &Path, program: &Path) -> Way {
    let mut command = Command::new(program);
    command.arg(folder);
    let (process, address) = started(command);
    let trusted = [fs::read_to_string(folder.join("hudsucker.pem")).unwrap()];
    Way {
        name: HUDSUCKER,
        client: Client::new(Via::Proxy, address, origin.tls, HOST, &trusted),
        failed: AtomicUsize::new(0),
        process: Some(process),
    }
}

/// Starts a proxy that says where it listens.
fn started(mut command: Command) -> (Child, SocketAddr) {
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    (process, line.trim().parse().unwrap())
}

async fn mitmproxy(origin: &Origin, folder: &Path, program: &Path) -> Way {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    let kept = folder.join("mitm");
    let root = folder.join("origin.pem");
    let process = Command::new(program)
        .args(["-q", "--listen-host", "127.0.0.1", "--listen-port"])
        .arg(port.to_string())
        .args(["--set", "stream_large_bodies=1"])
        .arg("--set")
        .arg(format!("confdir={}", kept.display()))
        .arg("--set")
        .arg(format!("ssl_verify_upstream_trusted_ca={}", root.display()))
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    while tokio::net::TcpStream::connect(address).await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let trusted = [fs::read_to_string(kept.join("mitmproxy-ca-cert.pem")).unwrap()];
    Way {
        name: MITMPROXY,
        client: Client::new(Via::Proxy, address, origin.tls, HOST, &trusted),
        failed: AtomicUsize::new(0),
        process: Some(process),
    }
}
