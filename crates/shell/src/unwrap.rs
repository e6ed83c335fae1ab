//! Programs that only start another one: `sudo`, `xargs`, `find -exec`, `sh -c`, `ssh`, `docker run` …
//!
//! **Invariant:** pure; one layer at a time, so that the caller counts the depth.

mod each;
mod elsewhere;

use crate::options::{Arguments, Order, arguments};
use crate::programs::base_name;
use crate::scan::is_identifier;
use crate::words::{Field, Stream};
pub(crate) use each::listed;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What is inside of a wrapper.
#[derive(Debug)]
pub(crate) struct Peeled {
    /// How it reads in `through`.
    pub(crate) label: String,
    pub(crate) inner: Inner,
    /// `NAME=value` given to the inner program.
    pub(crate) assignments: Vec<(String, String)>,
    /// The wrapper is worth reporting by itself.
    pub(crate) keep: bool,
}

/// The inner program.
#[derive(Debug)]
pub(crate) enum Inner {
    /// Run as it stands, once for each list.
    Words(Vec<Vec<Field>>),
    /// Read by a shell, with its positional parameters.
    Text(Field, Vec<Field>),
}

/// A wrapper that takes options, operands of its own, then a program.
struct Wrapper {
    names: &'static str,
    /// Options that take a value.
    values: &'static str,
    /// Operands before the program.
    operands: usize,
    keep: bool,
}

const fn wrapper(names: &'static str, values: &'static str, operands: usize) -> Wrapper {
    Wrapper {
        names,
        values,
        operands,
        keep: false,
    }
}

/// From the manual pages of sudo, GNU coreutils, util-linux, procps, strace, proxychains-ng, uv and others.
const WRAPPERS: &[Wrapper] = &[
    wrapper(
        "sudo",
        "-u -g -h -p -C -r -t -T -U -D -R --user --group --host --prompt --chdir --chroot --role",
        0,
    ),
    wrapper("doas", "-u -C", 0),
    wrapper("and or not begin", "", 0),
    wrapper("gosu su-exec", "", 1),
    wrapper("choom", "-n -p --adjust --pid", 0),
    wrapper("cpulimit", "-l -p -e -P --limit", 0),
    wrapper("aa-exec", "-p -n --profile --namespace", 0),
    wrapper("runcon setpriv", "-t -u -r -l --reuid --regid --groups", 0),
    wrapper("prlimit multitime softlimit", "-n -i -r -s", 0),
    wrapper("valgrind", "", 0),
    wrapper("logsave", "", 1),
    wrapper(
        "fakeroot eatmydata ccache catchsegv daemonize dtach",
        "-o -e -p -l -c -A",
        0,
    ),
    wrapper("run0", "-u --user -D --unit", 0),
    wrapper("cgexec", "-g", 0),
    wrapper("trickle", "-d -u -s -w -t -l", 0),
    wrapper("arch-chroot", "-u", 1),
    wrapper("schroot", "-c -u -d --chroot --user --directory", 0),
    wrapper("envdir setlock chpst", "-u -e -n -l", 1),
    wrapper("pkexec", "--user", 0),
    wrapper("env", "-u --unset -C --chdir -P", 0),
    wrapper(
        "nohup setsid builtin nocorrect noglob rlwrap setarch linux64 linux32 unbuffer",
        "",
        0,
    ),
    wrapper("nice", "-n --adjustment", 0),
    wrapper("ionice", "-c -n -p --class --classdata", 0),
    wrapper("timeout gtimeout", "-s -k --signal --kill-after", 1),
    wrapper("stdbuf", "-i -o -e --input --output --error", 0),
    wrapper("time gtime", "-f -o --format --output", 0),
    wrapper("command", "", 0),
    wrapper("exec", "-a", 0),
    wrapper("strace ltrace", "-e -o -p -s -u -E -P -a -I -O -S", 0),
    wrapper("chroot", "--userspec --groups", 1),
    wrapper("taskset chrt", "", 1),
    wrapper("numactl", "-N -m -C -i", 0),
    wrapper("caffeinate", "-t -w", 0),
    wrapper("unshare nsenter", "-t -S -G --target --root --wd", 0),
    wrapper("firejail bwrap", "", 0),
    wrapper("proxychains proxychains4", "-f", 0),
    wrapper("torsocks torify tsocks", "-u -p -a -P", 0),
    wrapper("busybox toybox", "", 0),
    wrapper("dbus-run-session xvfb-run", "-s -n -e -f -p", 0),
    wrapper(
        "systemd-run",
        "-p --property -u --unit --uid --gid -E --setenv --slice",
        0,
    ),
    wrapper("systemd-inhibit", "--what --who --why --mode", 0),
    wrapper("faketime", "-f", 1),
    wrapper("aws-vault", "", 2),
];

/// The wrapper of each name.
static BY_NAME: LazyLock<HashMap<&str, &Wrapper>> = LazyLock::new(|| {
    // The first of two with the same name counts.
    let names = WRAPPERS.iter().rev().flat_map(|wrapper| {
        let names = wrapper.names.split(' ');
        names.map(move |name| (name, wrapper))
    });
    names.collect()
});

/// Wrappers that are a program and a subcommand.
const RUNNERS: &[(&str, &str, &str)] = &[
    (
        "uv",
        "run",
        "--with --python -p --package --extra --group --env-file --directory --project",
    ),
    ("poetry", "run", ""),
    ("pipenv", "run", ""),
    ("pdm", "run", ""),
    ("hatch", "run", ""),
    ("rye", "run", ""),
    ("bundle", "exec", ""),
    ("pnpm", "exec", ""),
    ("yarn", "exec", ""),
    ("npm", "exec", ""),
    ("conda", "run", "-n -p --name --prefix"),
    ("mamba", "run", "-n -p --name --prefix"),
    ("op", "run", "--env-file"),
    ("doppler", "run", "-p -c"),
    ("mise", "exec", ""),
    ("asdf", "exec", ""),
    ("rustup", "run", ""),
    ("perf", "stat", "-e -r -o -x -C -p"),
    ("perf", "record", "-e -o -F -p -C -g"),
    ("direnv", "exec", ""),
    ("dotenv", "run", "-f"),
    ("cabal", "exec", ""),
    ("stack", "exec", ""),
    ("opam", "exec", ""),
    ("xdotool", "exec", ""),
    ("task", "execute", ""),
    ("bear", "--", "-o --output"),
    ("scl", "enable", ""),
];

/// Names of the Bourne shells.
pub(crate) fn is_shell(name: &str) -> bool {
    matches!(
        name,
        "sh" | "bash"
            | "zsh"
            | "dash"
            | "ksh"
            | "ash"
            | "mksh"
            | "pdksh"
            | "ksh93"
            | "rbash"
            | "fish"
            | "csh"
            | "tcsh"
            | "$0"
            | "$SHELL"
            | "$BASH"
    )
}

/// How a shell's options are cut.
pub(crate) fn shell_arguments(words: &[Field]) -> Arguments<'_> {
    arguments(words, Order::FirstOperandEnds, |name| {
        usize::from(matches!(name, "-o" | "-O" | "--rcfile" | "--init-file"))
    })
}

/// Takes one wrapper off; nothing when `words` is no wrapper, or starts nothing.
pub(crate) fn peel(words: &[Field], stdin: &Stream) -> Option<Peeled> {
    let (program, rest) = words.split_first()?;
    let name = base_name(&program.text);
    if is_shell(name) {
        return shell(rest);
    }
    match name {
        "eval" => joined("eval", rest, false),
        "trap" => rest
            .split_first()
            .filter(|(text, signals)| !signals.is_empty() && !text.text.starts_with('-'))
            .map(|(text, _)| text_of("trap", text.clone(), false)),
        // What `env` takes for an assignment though a shell does not, such as `A-B=2`.
        _ if program.text.contains('=') && !program.text.contains('/') && !program.open => {
            words_of("env", rest.to_vec(), false)
        }
        "xargs" => each::xargs(rest, stdin),
        "parallel" => each::parallel(rest, stdin),
        "find" | "gfind" | "fd" | "fdfind" => each::find(name, rest),
        "watch" => {
            let sorted = sort(rest, "-n -d --interval");
            joined("watch", &owned(&sorted.operands), false)
        }
        "hyperfine" | "entr" | "chronic" | "ifne" => {
            let sorted = sort(
                rest,
                "-w -r -m -M -s -p -c -n --warmup --runs --prepare --cleanup --setup",
            );
            let words = owned(&sorted.operands);
            if name == "hyperfine" {
                joined(name, &words, true)
            } else {
                words_of(name, words, false)
            }
        }
        "ssh" | "autossh" | "sshpass" | "mosh" => elsewhere::remote_shell(name, rest),
        "tmux" | "screen" => elsewhere::multiplexer(name, rest),
        "docker" | "podman" | "nerdctl" | "kubectl" | "oc" | "lxc" | "docker-compose" => {
            elsewhere::container(name, rest)
        }
        "nix" | "guix" => elsewhere::nix(name, rest),
        "ip" => elsewhere::namespace(rest),
        "env" => environment(rest).or_else(|| plain(name, rest)),
        "command"
            if rest
                .first()
                .is_some_and(|word| matches!(word.text.as_str(), "-v" | "-V")) =>
        {
            None
        }
        _ if name.starts_with("ld-linux") || name.starts_with("ld-musl") || name == "ld.so" => {
            let sorted = sort(
                rest,
                "--library-path --preload --argv0 --inhibit-rpath --audit",
            );
            words_of("ld.so", owned(&sorted.operands), false)
        }
        _ => plain(name, rest)
            .or_else(|| runner(name, rest))
            .or_else(|| elsewhere::package(name, rest))
            .or_else(|| elsewhere::command_option(name, rest)),
    }
}

fn sort<'a>(rest: &'a [Field], values: &str) -> Arguments<'a> {
    arguments(rest, Order::FirstOperandEnds, |name| {
        usize::from(values.split(' ').any(|value| value == name))
    })
}

fn owned(fields: &[&Field]) -> Vec<Field> {
    fields.iter().map(|field| (*field).clone()).collect()
}

fn words_of(label: impl Into<String>, words: Vec<Field>, keep: bool) -> Option<Peeled> {
    (!words.is_empty()).then(|| Peeled {
        label: label.into(),
        inner: Inner::Words(vec![words]),
        assignments: Vec::new(),
        keep,
    })
}

fn text_of(label: impl Into<String>, text: Field, keep: bool) -> Peeled {
    Peeled {
        label: label.into(),
        inner: Inner::Text(text, Vec::new()),
        assignments: Vec::new(),
        keep,
    }
}

/// Words that are joined by blanks and read again.
fn joined(label: &str, words: &[Field], keep: bool) -> Option<Peeled> {
    let (first, more) = words.split_first()?;
    let mut text = first.clone();
    for word in more {
        text.text.push(' ');
        text.text.push_str(&word.text);
        text.absorb(word);
    }
    Some(text_of(label, text, keep))
}

fn plain(name: &str, rest: &[Field]) -> Option<Peeled> {
    let wrapper = BY_NAME.get(name)?;
    let sorted = sort(rest, wrapper.values);
    let mut operands = sorted.operands.iter().copied();
    let mut assignments = Vec::new();
    let mut inner = Vec::new();
    let mut skip = wrapper.operands;
    for field in operands.by_ref() {
        let assignment = field
            .text
            .split_once('=')
            .filter(|(name, _)| is_identifier(name));
        match assignment {
            Some((name, value)) if inner.is_empty() && matches!(wrapper.names, "sudo" | "env") => {
                assignments.push((name.to_owned(), value.to_owned()));
            }
            _ if skip > 0 => skip -= 1,
            None if inner.is_empty() && name == "env" && field.text == "-" => {}
            _ => inner.push(field.clone()),
        }
    }
    let mut peeled = words_of(name, inner, wrapper.keep)?;
    peeled.assignments = assignments;
    Some(peeled)
}

fn runner(name: &str, rest: &[Field]) -> Option<Peeled> {
    let (subcommand, behind) = rest.split_first()?;
    let (program, run, values) = RUNNERS
        .iter()
        .find(|(program, run, _)| *program == name && *run == subcommand.text)?;
    let sorted = sort(behind, values);
    words_of(format!("{program} {run}"), owned(&sorted.operands), false)
}

/// `env -S 'program argument'`.
fn environment(rest: &[Field]) -> Option<Peeled> {
    let sorted = sort(rest, "-u --unset -C --chdir -P -S --split-string");
    let text = sorted.value(&["-S", "--split-string"])?;
    let mut words = vec![Field::plain(text)];
    words.extend(owned(&sorted.operands));
    joined("env", &words, false)
}

fn shell(rest: &[Field]) -> Option<Peeled> {
    let sorted = shell_arguments(rest);
    if !sorted.has(&["-c"]) {
        return None;
    }
    let (text, behind) = sorted.operands.split_first()?;
    Some(Peeled {
        label: "sh -c".to_owned(),
        inner: Inner::Text((*text).clone(), owned(behind).into_iter().skip(1).collect()),
        assignments: Vec::new(),
        keep: false,
    })
}
