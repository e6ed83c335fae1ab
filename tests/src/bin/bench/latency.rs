//! Wall time of a hook as a whole process, beside `/bin/true`, in turns in the same run:
//! what disturbs one disturbs all.

use crate::shell_hook::ShellHook;
use crate::{head, milliseconds, row};
use ringfence_event::AgentKind;
use ringfence_tests::home::{Home, binary};
use ringfence_tests::payload::ShellCall;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Rounds, each with one run of every program.
const ROUNDS: usize = 1000;

/// Rounds before the clock counts: caches fill, the store makes its files.
const WARM_UP: usize = 20;

/// How much above `/bin/true` a hook may take.
const AIM: &str = "at most 3 ms above `/bin/true`, p99 at most 6 ms";

struct Contestant {
    name: &'static str,
    command: Command,
    times: Vec<Duration>,
}

/// Runs the race and prints its table.
pub(crate) fn print() {
    let (up, away, shell) = (Home::new(), Home::new(), Home::new());
    up.up();
    let server = ShellHook::install(&shell);
    let hook = |home: &Home| {
        let mut command = home.command(binary());
        command.args(["hook", "claude-code"]);
        command
    };
    let mut contestants = [
        contestant("`/bin/true`", up.command("/bin/true")),
        contestant("`ringfence hook`, daemon up", hook(&up)),
        contestant("`ringfence hook`, daemon away", hook(&away)),
        contestant("shell hook: jq and curl", server.command(&shell)),
    ];
    let payload = ShellCall {
        session: "session-1",
        call: "call-1",
        cwd: "/home/dev/project",
        command: "git status && cargo test --workspace",
    }
    .payload(AgentKind::ClaudeCode);
    for round in 0..ROUNDS + WARM_UP {
        for contestant in &mut contestants {
            let time = time(&mut contestant.command, &payload);
            if round >= WARM_UP {
                contestant.times.push(time);
            }
        }
    }
    report(contestants);
}

fn contestant(name: &'static str, command: Command) -> Contestant {
    Contestant {
        name,
        command,
        times: Vec::with_capacity(ROUNDS),
    }
}

fn time(command: &mut Command, payload: &[u8]) -> Duration {
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    // `/bin/true` may be gone before it could read.
    child
        .stdin
        .take()
        .expect("stdin is piped")
        .write_all(payload)
        .ok();
    let status = child.wait().expect("it ends");
    let took = started.elapsed();
    assert!(status.success(), "{command:?} failed: {status}");
    took
}

fn report(contestants: [Contestant; 4]) {
    let figures = contestants.map(|mut contestant| {
        contestant.times.sort_unstable();
        let at = |share: usize| {
            let place = (contestant.times.len() * share / 1000).min(contestant.times.len() - 1);
            contestant.times.get(place).copied().unwrap_or_default()
        };
        (contestant.name, at(500), at(990))
    });
    let [(_, nothing, nothing_99), _, _, (_, shell, _)] = figures;
    println!("\n{ROUNDS} rounds, each with one run of every program. Aim: {AIM}.");
    head(&[
        "one tool call",
        "median",
        "p99",
        "above `/bin/true`: median",
        "p99",
        "shell hook takes",
    ]);
    for (name, median, p99) in figures {
        row(&[
            name,
            &milliseconds(median),
            &milliseconds(p99),
            &milliseconds(median.saturating_sub(nothing)),
            &milliseconds(p99.saturating_sub(nothing_99)),
            &format!(
                "{:.0} times as long",
                shell.as_secs_f64() / median.as_secs_f64()
            ),
        ]);
    }
}
