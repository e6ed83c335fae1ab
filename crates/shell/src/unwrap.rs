//! Programs that only start another one: `sudo`, `xargs`, `find -exec`, `sh -c`, `ssh`, `docker run` …
//!
//! **Invariant:** pure; one layer at a time, so that the caller counts the depth.

use crate::options::{Arguments, Order, arguments};
use crate::programs::base_name;
use crate::scan::is_identifier;
use crate::words::{Field, Stream};

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
        "xargs" => xargs(rest, stdin),
        "parallel" => parallel(rest),
        "find" | "fd" | "fdfind" => find(name, rest),
        "watch" => {
            let sorted = sort(rest, "-n -d --interval");
            joined("watch", &owned(&sorted.operands), false)
        }
        "ssh" | "autossh" | "sshpass" | "mosh" => remote_shell(name, rest),
        "su" | "runuser" | "script" | "flock" | "nix-shell" | "cmd" => command_option(name, rest),
        "docker" | "podman" | "nerdctl" | "kubectl" | "oc" | "lxc" => container(name, rest),
        "env" => environment(rest).or_else(|| plain(name, rest)),
        "command"
            if rest
                .first()
                .is_some_and(|word| matches!(word.text.as_str(), "-v" | "-V")) =>
        {
            None
        }
        _ => plain(name, rest).or_else(|| runner(name, rest)),
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
    let wrapper = WRAPPERS
        .iter()
        .find(|wrapper| wrapper.names.split(' ').any(|one| one == name))?;
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
    Some(text_of("env", Field::plain(text), false))
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

/// Most words that are taken over from known standard input.
const MOST_WORDS: usize = 64;

fn xargs(rest: &[Field], stdin: &Stream) -> Option<Peeled> {
    let sorted = sort(
        rest,
        "-I -n -P -L -d -E -s -a --max-args --max-procs --max-lines --delimiter --replace --arg-file",
    );
    let mut inner = owned(&sorted.operands);
    if inner.is_empty() {
        return None;
    }
    let given: Vec<Field> = stdin
        .text
        .iter()
        .flat_map(|text| text.split([' ', '\t', '\n', '\0']))
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .map(|word| Field::plain(word.trim_matches(['"', '\''])))
        .chain(stdin.listed.iter().map(|path| Field {
            open: true,
            ..Field::plain(path.as_str())
        }))
        .collect();
    let mark = sorted.value(&["-I", "--replace"]).or_else(|| {
        let replaces = sorted.has(&["-i", "--replace"]);
        replaces.then_some("{}")
    });
    let Some(mark) = mark else {
        inner.extend(given);
        return words_of("xargs", inner, false);
    };
    if given.is_empty() {
        return words_of("xargs", inner, false);
    }
    let mut peeled = words_of("xargs", inner.clone(), false)?;
    peeled.inner = Inner::Words(
        given
            .iter()
            .take(16)
            .map(|value| filled(&inner, mark, &value.text))
            .collect(),
    );
    Some(peeled)
}

/// The words with a placeholder replaced.
fn filled(words: &[Field], mark: &str, value: &str) -> Vec<Field> {
    words
        .iter()
        .map(|word| {
            if mark.is_empty() || !word.text.contains(mark) {
                return word.clone();
            }
            let mut word = word.with_text(word.text.replacen(mark, value, 8));
            word.open |= value.contains('{') || value.contains('*');
            word
        })
        .collect()
}

fn parallel(rest: &[Field]) -> Option<Peeled> {
    let sorted = sort(
        rest,
        "-j -P -N -n -L -d -a -S -I --jobs --colsep --max-args",
    );
    let mut template = sorted.operands.iter().copied();
    let head: Vec<&Field> = template
        .by_ref()
        .take_while(|word| !matches!(word.text.as_str(), ":::" | "::::" | ":::+"))
        .collect();
    let values: Vec<&Field> = template
        .take_while(|word| !word.text.starts_with(":::"))
        .take(16)
        .collect();
    if head.is_empty() {
        // The arguments themselves are the commands.
        let commands: Vec<String> = values.iter().map(|value| value.text.clone()).collect();
        return (!commands.is_empty())
            .then(|| text_of("parallel", Field::plain(commands.join("\n")), false));
    }
    let text = joined("parallel", &owned(&head), false)?;
    let Inner::Text(line, _) = text.inner else {
        return None;
    };
    let lines: Vec<String> = values
        .iter()
        .map(|value| {
            if line.text.contains("{}") {
                line.text.replacen("{}", &value.text, 8)
            } else {
                format!("{} {}", line.text, value.text)
            }
        })
        .collect();
    if lines.is_empty() {
        return Some(text_of("parallel", line, false));
    }
    Some(text_of("parallel", line.with_text(lines.join("\n")), false))
}

/// `find … -exec program {} \;`, once for each such action.
fn find(name: &str, rest: &[Field]) -> Option<Peeled> {
    let exec = |word: &str| {
        matches!(word, "-exec" | "-execdir" | "-ok" | "-okdir")
            || (name != "find" && matches!(word, "-x" | "-X" | "--exec" | "--exec-batch"))
    };
    let mut lists: Vec<Vec<Field>> = Vec::new();
    let mut inside = false;
    for word in rest {
        if !inside && exec(&word.text) {
            inside = true;
            lists.push(Vec::new());
        } else if inside && matches!(word.text.as_str(), ";" | "+") {
            inside = false;
        } else if inside && let Some(list) = lists.last_mut() {
            list.push(word.clone());
        }
    }
    lists.retain(|list| !list.is_empty());
    let found = found_path(rest);
    let lists: Vec<Vec<Field>> = lists
        .iter()
        .map(|list| filled(list, "{}", &found))
        .collect();
    (!lists.is_empty()).then(|| Peeled {
        label: "find -exec".to_owned(),
        inner: Inner::Words(lists),
        assignments: Vec::new(),
        keep: true,
    })
}

/// A path like those that a program lists.
pub(crate) fn listed(name: &str, rest: &[Field]) -> Option<String> {
    let path = (name == "find").then(|| found_path(rest))?;
    (path != "{}").then_some(path)
}

/// What `{}` will be, as far as the start path and `-name` tell.
fn found_path(rest: &[Field]) -> String {
    let start = rest
        .iter()
        .find(|word| !matches!(word.text.as_str(), "-L" | "-H" | "-P"))
        .map_or("", |word| word.text.as_str());
    if start.starts_with(['-', '(', '!']) {
        return "{}".to_owned();
    }
    let mut words = rest.iter().map(|word| word.text.as_str());
    let named = words
        .by_ref()
        .find(|word| matches!(*word, "-name" | "-iname"))
        .and_then(|_| words.next());
    let below = named.unwrap_or("{}");
    format!("{}/{below}", start.trim_end_matches('/'))
}

fn remote_shell(name: &str, rest: &[Field]) -> Option<Peeled> {
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

/// Programs that take a command line as the value of an option.
fn command_option(name: &str, rest: &[Field]) -> Option<Peeled> {
    let (flag, values, operands): (&[&str], &str, usize) = match name {
        "su" | "runuser" => (
            &["-c", "--command"],
            "-c --command -s --shell -g -G -u -w",
            0,
        ),
        "script" => (&["-c", "--command"], "-c --command -O -I -B -T -t -E -o", 0),
        "flock" => (&["-c", "--command"], "-w -E -c --command --timeout", 1),
        "nix-shell" => (&["--run", "--command"], "--run --command -p -A -E -I", 0),
        _ => (&["/c"], "", 0),
    };
    let sorted = arguments(rest, Order::Mixed, |option| {
        usize::from(values.split(' ').any(|value| value == option))
    });
    let value = sorted
        .options
        .iter()
        .find(|option| flag.iter().any(|name| option.is(name)));
    if let Some(option) = value {
        let text = option.value?;
        let attached = option.field.filter(|field| field.text == text);
        let field = attached.map_or_else(|| Field::plain(text), Clone::clone);
        return Some(text_of(format!("{name} -c"), field, name == "script"));
    }
    if name == "flock" {
        let sorted = sort(rest, values);
        let inner = owned(&sorted.operands).split_off(operands.min(sorted.operands.len()));
        return words_of("flock", inner, false);
    }
    None
}

/// `docker run|exec`, `kubectl exec`: the program runs elsewhere, the container's options count here.
fn container(name: &str, rest: &[Field]) -> Option<Peeled> {
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
            owned(sorted.operands.get(1..)?)
        }
    };
    words_of(format!("{name} {verb}"), inner, true)
}
