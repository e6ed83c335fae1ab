//! `ringfence mcp-wrap -- SERVER…`: an MCP server with a reader beside it.
//!
//! **Invariant:** the server is never held up and never changed: bytes are passed on before they are
//! read, a reader that is behind loses its copy, and nothing of ours goes to the server's output.
//! Half-close, signals and exit code are the server's own; it dies with the wrap.

mod beside;

use crate::cli::McpWrap;
use crate::output::Exit;
use crate::places::Places;
use anyhow::{Context, Result};
use beside::Beside;
use ringfence_proxy::Direction;
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::signal;
use signal_hook::iterator::Signals;
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Bytes that are passed on at once.
const PIECE: usize = 64 * 1024;
/// How long what a server has left in its pipe is passed on after its end, where a child of it holds
/// the pipe open.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How often its end is looked for then.
const STEP: Duration = Duration::from_millis(5);
/// Signals that are passed on to the server.
const PASSED: [i32; 7] = [
    signal::SIGTERM,
    signal::SIGINT,
    signal::SIGHUP,
    signal::SIGQUIT,
    signal::SIGUSR1,
    signal::SIGUSR2,
    signal::SIGWINCH,
];

pub(super) fn run(args: &McpWrap, places: &Places) -> Result<Exit> {
    if args.child {
        return Err(become_server(args));
    }
    let name = args.name.clone().unwrap_or_else(|| own_name(args));
    let signals = Signals::new(PASSED).context("failed to take signals")?;
    let mut server = start(args)?;
    let pid = i32::try_from(server.id()).ok().and_then(Pid::from_raw);
    pass_signals(signals, pid);
    let beside = Arc::new(Beside::start(&name, places));
    let (stdin, stdout) = (server.stdin.take(), server.stdout.take());
    if let Some(stdin) = stdin {
        let beside = Arc::clone(&beside);
        thread::spawn(move || {
            // Dropped at its end: the server sees that there is nothing more.
            pass(std::io::stdin().lock(), stdin, Direction::Outgoing, &beside);
        });
    }
    let answers = stdout.map(|stdout| {
        let beside = Arc::clone(&beside);
        thread::spawn(move || pass(stdout, std::io::stdout(), Direction::Incoming, &beside))
    });
    let status = server.wait().context("failed to wait for the server")?;
    let until = Instant::now() + LAST_WORDS;
    while answers.as_ref().is_some_and(|thread| !thread.is_finished()) && Instant::now() < until {
        thread::sleep(STEP);
    }
    beside.finish();
    Ok(ended(status))
}

/// Starts this program once more, to become the server: only a process itself can ask to end with
/// its parent.
fn start(args: &McpWrap) -> Result<Child> {
    let own = std::env::current_exe().context("failed to find this program")?;
    let mut command = Command::new(own);
    command
        .args(["mcp-wrap", "--child", "--"])
        .args(&args.command);
    // A group of its own: a signal to ours reaches it once, from us.
    command
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command.spawn().context("failed to start the server")
}

/// Becomes the server; returns only if that failed.
fn become_server(args: &McpWrap) -> anyhow::Error {
    #[cfg(target_os = "linux")]
    {
        let parent = rustix::process::getppid();
        let dies = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
        // Between the start and here the wrap may have gone already.
        if dies.is_ok() && rustix::process::getppid() != parent {
            return anyhow::anyhow!("the wrap around this server is gone");
        }
    }
    let mut words = args.command.iter();
    let Some(program) = words.next() else {
        return anyhow::anyhow!("no server was named");
    };
    let error = Command::new(program).args(words).exec();
    let named = program.to_string_lossy();
    anyhow::Error::new(error).context(format!("failed to start `{named}`"))
}

/// The server's name, where the configuration gave none: its program.
fn own_name(args: &McpWrap) -> String {
    let program = args.command.first().map(|word| word.to_string_lossy());
    let program = program.unwrap_or_default();
    program.rsplit('/').next().unwrap_or_default().to_owned()
}

fn pass_signals(mut signals: Signals, server: Option<Pid>) {
    let Some(server) = server else { return };
    thread::spawn(move || {
        for number in signals.forever() {
            if let Some(signal) = Signal::from_named_raw(number) {
                // A server that is gone needs no signal.
                kill_process_group(server, signal).unwrap_or_default();
            }
        }
    });
}

/// Passes bytes on until one side closes, and then reads the other to its end, as a pipe would hold it.
fn pass(mut from: impl Read, to: impl Write, direction: Direction, beside: &Beside) {
    let mut piece = vec![0; PIECE];
    let mut to = Some(to);
    loop {
        let count = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        let bytes = piece.get(..count).unwrap_or_default();
        let passed = to
            .as_mut()
            .map(|to| to.write_all(bytes).and_then(|()| to.flush()));
        match passed {
            Some(Ok(())) => beside.copy(direction, bytes),
            Some(Err(_)) => to = None,
            None => {}
        }
    }
    beside.end(direction);
}

/// Ends as the server ended: with its code, or by its signal.
fn ended(status: ExitStatus) -> Exit {
    if let Some(number) = status.signal() {
        // Only returns for signals that end nobody.
        signal_hook::low_level::emulate_default_handler(number).unwrap_or_default();
        return Exit::Passed(u8::try_from(128 + number).unwrap_or(255));
    }
    Exit::Passed(
        status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .unwrap_or(255),
    )
}
