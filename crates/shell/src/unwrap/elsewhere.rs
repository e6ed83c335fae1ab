//! Programs that start another one somewhere else: on a host, in a container, as another user, out of
//! a package.
//!
//! **Invariant:** what stands behind the place is the inner program; the place's own options count here.

use super::{Peeled, joined, owned, sort, text_of, words_of};
use crate::options::{Order, arguments};
use crate::words::Field;

/// `ssh host command …`.
pub(super) fn remote_shell(name: &str, rest: &[Field]) -> Option<Peeled> {
    if name == "sshpass" {
        let sorted = sort(rest, "-p -f -d -P");
        return words_of("sshpass", owned(&sorted.operands), false);
    }
    let sorted = sort(
        rest,
        "-b -B -c -D -E -e -F -I -i -J -L -l -m -M -O -o -p -P -Q -R -S -W -w",
    );
    let (_, command) = sorted.operands.split_first()?;
    joined("ssh", &owned(command), true)
}

/// A program that takes a command line as the value of an option.
struct Taker {
    names: &'static str,
    /// Options whose value is a command line.
    commands: &'static [&'static str],
    /// Other options that take a value.
    values: &'static str,
    /// Worth reporting by itself.
    keep: bool,
}

const fn taker(
    names: &'static str,
    commands: &'static [&'static str],
    values: &'static str,
    keep: bool,
) -> Taker {
    Taker {
        names,
        commands,
        values,
        keep,
    }
}

/// From the manual pages of util-linux, shadow, Nix, screen, tmux, expect, nodemon and others.
const TAKERS: &[Taker] = &[
    taker(
        "su runuser",
        &["-c", "--command", "--session-command"],
        "-s --shell -g -G -u -w",
        false,
    ),
    taker("script", &["-c", "--command"], "-O -I -B -T -t -E -o", true),
    taker("flock", &["-c", "--command"], "-w -E --timeout", false),
    taker("sg newgrp capsh", &["-c"], "", false),
    taker(
        "nix-shell",
        &["--run", "--command"],
        "-p -A -E -I --arg --argstr -E --expr",
        false,
    ),
    taker("expect", &["-c"], "-f", true),
    taker("genie", &["-c"], "", false),
    taker(
        "nodemon watchexec",
        &["--exec", "-x"],
        "-e -w --watch --ext -i --ignore",
        false,
    ),
    taker(
        "start-stop-daemon",
        &["-x", "--exec", "-a", "--startas"],
        "-p -u -c -n -s -R",
        false,
    ),
    taker("ksu", &["-e"], "-n -k", false),
    taker("dnsmasq", &["--conf-script", "--dhcp-script"], "", true),
    taker("tmate", &["-c"], "-S -f", false),
    taker("cmd cmd.exe", &["/c", "/k"], "", false),
];

/// Programs that take a command line as the value of an option.
pub(super) fn command_option(name: &str, rest: &[Field]) -> Option<Peeled> {
    let taker = TAKERS
        .iter()
        .find(|taker| taker.names.split(' ').any(|one| one == name))?;
    if matches!(name, "cmd" | "cmd.exe") {
        let at = rest
            .iter()
            .position(|word| matches!(word.text.as_str(), "/c" | "/C" | "/k" | "/K"))?;
        return joined("cmd /c", rest.get(at + 1..)?, false);
    }
    let sorted = arguments(rest, Order::Mixed, |option| {
        usize::from(
            taker.commands.contains(&option)
                || taker.values.split(' ').any(|value| value == option),
        )
    });
    let value = sorted
        .options
        .iter()
        .find(|option| taker.commands.iter().any(|flag| option.is(flag)));
    if let Some(option) = value {
        let text = option.value?;
        let text = text
            .strip_prefix("spawn ")
            .filter(|_| name == "expect")
            .unwrap_or(text);
        let attached = option.field.filter(|field| field.text == text);
        let field = attached.map_or_else(|| Field::plain(text), Clone::clone);
        return Some(text_of(format!("{name} -c"), field, taker.keep));
    }
    let operands = match name {
        "flock" => 1,
        "sg" => 1,
        _ => return None,
    };
    let sorted = sort(rest, taker.values);
    let inner = owned(&sorted.operands).split_off(operands.min(sorted.operands.len()));
    words_of(name, inner, false)
}

/// `tmux new-session … 'command'`, `screen -dmS name command`: started, and left alone.
pub(super) fn multiplexer(name: &str, rest: &[Field]) -> Option<Peeled> {
    if name == "screen" {
        let sorted = sort(rest, "-S -c -e -h -L -p -s -t -T");
        let starts = sorted.has(&["-d", "-m", "-dmS", "-D"]);
        return starts
            .then(|| words_of("screen", owned(&sorted.operands), true))
            .flatten();
    }
    let sorted = sort(rest, "-L -S -f -c");
    let (verb, behind) = sorted.operands.split_first()?;
    let verbs = [
        "new-session",
        "new",
        "new-window",
        "neww",
        "split-window",
        "splitw",
        "run-shell",
        "run",
        "respawn-pane",
        "respawn-window",
        "popup",
        "display-popup",
        "if-shell",
        "pipe-pane",
    ];
    if !verbs.contains(&verb.text.as_str()) {
        return None;
    }
    let behind = owned(behind);
    let sorted = sort(&behind, "-s -n -c -t -e -F -x -y");
    joined("tmux", &owned(&sorted.operands), true)
}

/// `npx package …`, `uvx`, `pnpm dlx`, `nix run`: a package whose program runs.
pub(super) fn package(name: &str, rest: &[Field]) -> Option<Peeled> {
    let values = "-p --package --from --with --python -w --node-options --cache --spec -c --call";
    let (verb, behind) = match name {
        "npx" | "bunx" | "pnpx" | "uvx" | "pkgx" => ("", rest),
        _ => {
            let (verb, behind) = rest.split_first()?;
            let runs = matches!(
                (name, verb.text.as_str()),
                ("pnpm" | "yarn", "dlx") | ("npm", "x" | "exec") | ("bun", "x") | ("pipx", "run")
            ) || (name == "uv" && verb.text == "tool");
            (runs.then_some(verb.text.as_str())?, behind)
        }
    };
    let behind = match behind {
        [run, more @ ..] if name == "uv" && run.text == "run" => more,
        _ if name == "uv" => return None,
        behind => behind,
    };
    let sorted = sort(behind, values);
    if let Some(text) = sorted.value(&["-c", "--call"]) {
        return Some(text_of(
            format!("{name} {verb}").trim(),
            Field::plain(text),
            true,
        ));
    }
    let mut words = owned(&sorted.operands);
    let program = words.first_mut()?;
    if !program.text.starts_with('/') {
        program.text = program_of(&program.text).to_owned();
    }
    words_of(format!("{name} {verb}").trim(), words, true)
}

/// The program's name that a package specifier stands for: `@scope/name@1.2` is `name`.
fn program_of(specifier: &str) -> &str {
    let specifier = specifier.split(['#', '=']).next().unwrap_or(specifier);
    let bare = specifier.strip_prefix('@').map_or(specifier, |scoped| {
        scoped.split_once('/').map_or(scoped, |(_, name)| name)
    });
    let bare = bare.split('@').next().unwrap_or(bare);
    bare.rsplit('/').next().unwrap_or(bare)
}

/// `nix shell … -c program`, `nix develop --command program`, `guix shell … -- program`.
pub(super) fn nix(name: &str, rest: &[Field]) -> Option<Peeled> {
    let at = rest
        .iter()
        .position(|word| matches!(word.text.as_str(), "-c" | "--command" | "--"))?;
    let (verb, _) = rest.split_first()?;
    matches!(
        verb.text.as_str(),
        "shell" | "develop" | "environment" | "exec"
    )
    .then(|| {
        words_of(
            format!("{name} {}", verb.text),
            rest.get(at + 1..)?.to_vec(),
            false,
        )
    })
    .flatten()
}

/// `ip netns exec name program`.
pub(super) fn namespace(rest: &[Field]) -> Option<Peeled> {
    let at = rest.iter().position(|word| word.text == "exec")?;
    words_of("ip netns exec", rest.get(at + 2..)?.to_vec(), false)
}

/// `docker run|exec`, `kubectl exec`: the program runs elsewhere, the container's options count here.
pub(super) fn container(name: &str, rest: &[Field]) -> Option<Peeled> {
    let sorted = sort(
        rest,
        "-H -c -n --context --namespace --kubeconfig --host --config --log-level -l --cluster",
    );
    let mut operands = sorted.operands.as_slice();
    if operands
        .first()
        .is_some_and(|word| word.text == "container" || word.text == "compose")
    {
        operands = operands.get(1..)?;
    }
    let (verb, behind) = operands.split_first()?;
    let verb = verb.text.as_str();
    if !matches!(verb, "run" | "exec" | "debug") {
        return None;
    }
    let behind = owned(behind);
    let separator = behind.iter().position(|word| word.text == "--");
    let inner = match separator {
        Some(at) if name == "kubectl" || name == "oc" || name == "lxc" => {
            behind.get(at + 1..)?.to_vec()
        }
        _ => {
            let sorted = sort(
                &behind,
                "-v --volume -e --env -u --user -w --workdir --name --network --net -p --publish \
                 --mount --entrypoint -h --hostname --label -l --env-file -m --memory --cpus \
                 --cap-add --cap-drop --device --pid --ipc --security-opt --platform --add-host \
                 --tmpfs --ulimit --runtime --gpus --restart --dns --link --volumes-from -c \
                 --container --namespace -n",
            );
            let entry = sorted
                .value(&["--entrypoint"])
                .filter(|entry| !entry.is_empty())
                .map(Field::plain);
            let behind = owned(sorted.operands.get(1..)?);
            entry.into_iter().chain(behind).collect()
        }
    };
    words_of(format!("{name} {verb}"), inner, true)
}
