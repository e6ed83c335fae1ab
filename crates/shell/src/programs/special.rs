//! Programs whose arguments follow rules of their own: `tar`, `dd`, `find`, `sed -i`, `socat`, `git`.
//!
//! **Invariant:** adds to what the table's row has found; never takes away, but for `sed -i`, whose
//! files are written as well.

use super::{Effects, remote};
use crate::options::Arguments;
use crate::words::Field;

/// Adds what the table cannot tell of `row`, which is the program's name in the table.
pub(super) fn effects(row: &str, rest: &[Field], sorted: &Arguments<'_>, effects: &mut Effects) {
    match row {
        "sed" | "gsed" => sed(sorted, effects),
        "awk" | "gawk" | "mawk" | "nawk" => {
            effects.reads.retain(|path| !path.contains('='));
        }
        "perl" | "ruby" => line_filter(sorted, effects),
        "tar" | "gtar" | "bsdtar" | "star" => tar(rest, sorted, effects),
        "dd" => dd(rest, effects),
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" if sorted.has(&["-s"]) => {
            effects.reads.clear();
        }
        "find" | "fd" | "fdfind" => find(rest, effects),
        "nc" | "ncat" | "netcat" | "nc.traditional" | "nc.openbsd"
            if sorted.has(&["-l", "--listen"]) =>
        {
            effects.hosts.clear();
        }
        "socat" => socat(sorted, effects),
        "make" | "gmake" => make_calls(effects),
        "dig" => dig(sorted, effects),
        "getent" => getent(sorted, effects),
        "ssh" => ssh(rest, effects),
        "zip" => zip(rest, effects),
        "cp" | "gcp" | "install" | "ln" | "ditto" => into_directory(effects),
        "mv" | "gmv" => {
            into_directory(effects);
            moved(effects);
        }
        "git clean" => {
            let path = sorted
                .operands
                .first()
                .map_or(".", |word| word.text.as_str());
            if sorted.has(&["-f", "--force"]) && !sorted.has(&["-n", "--dry-run"]) {
                effects.deletes.push(path.to_owned());
            }
        }
        "git diff" if sorted.has(&["--no-index"]) => {
            effects.reads.extend(texts(sorted));
        }
        _ => {}
    }
    if row.starts_with("git ") {
        git_transport(rest, effects);
    }
    if matches!(row, "curl" | "wget" | "wget2" | "tlscurl") {
        downloaded(row, sorted, effects);
    }
    if matches!(
        row,
        "vim" | "vi" | "nvim" | "ex" | "view" | "rvim" | "rview" | "ed"
    ) {
        editor(row, sorted, effects);
    }
}

/// Files behind `file://`, and files that get their names from URLs.
fn downloaded(row: &str, sorted: &Arguments<'_>, effects: &mut Effects) {
    let urls = std::mem::take(&mut effects.hosts);
    let named = names_its_download(row, sorted);
    for url in urls {
        if let Some(path) = url.strip_prefix("file://") {
            effects.reads.push(path.to_owned());
            continue;
        }
        if named {
            effects.writes.extend(last_part(&url));
        }
        effects.hosts.push(url);
    }
    effects.writes.retain(|path| path != "-");
}

/// Whether a download gets its name from the URL.
fn names_its_download(row: &str, sorted: &Arguments<'_>) -> bool {
    match row {
        "wget" | "wget2" => !sorted.has(&["-O", "--output-document", "--spider", "-i"]),
        "curl" | "tlscurl" => sorted.has(&["-O", "--remote-name", "--remote-name-all"]),
        _ => false,
    }
}

/// The name of the file behind a URL, as a download is named after it.
fn last_part(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?;
    let path = path.split_once("://").map_or(path, |(_scheme, rest)| rest);
    let (_host, rest) = path.split_once('/')?;
    let name = rest.rsplit('/').next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

fn texts(sorted: &Arguments<'_>) -> Vec<String> {
    sorted
        .operands
        .iter()
        .map(|word| word.text.clone())
        .collect()
}

/// `1e command`, `s/a/command/e` (GNU sed): text that is given to a shell.
fn sed_commands(sorted: &Arguments<'_>, effects: &mut Effects) {
    let given: Vec<&str> = sorted
        .options
        .iter()
        .filter(|option| option.is("-e") || option.is("--expression"))
        .filter_map(|option| option.value)
        .collect();
    let scripts = if given.is_empty() {
        sorted
            .operands
            .iter()
            .take(1)
            .map(|word| word.text.as_str())
            .collect()
    } else {
        given
    };
    for line in scripts.iter().flat_map(|script| script.split(['\n', ';'])) {
        let command = line.trim_start_matches(|letter: char| {
            letter.is_ascii_digit() || matches!(letter, '$' | ',' | ' ' | '!')
        });
        if let Some(text) = command.strip_prefix("e ") {
            effects.commands.push(("sed e".to_owned(), text.to_owned()));
        }
        let mut parts = command.strip_prefix("s").and_then(|body| {
            let separator = body.chars().next().filter(char::is_ascii_punctuation)?;
            Some(body.split(separator).skip(2))
        });
        if let Some(parts) = &mut parts
            && let (Some(replacement), Some(flags)) = (parts.next(), parts.next())
            && flags.contains('e')
        {
            effects
                .commands
                .push(("sed e".to_owned(), replacement.to_owned()));
        }
    }
}

fn sed(sorted: &Arguments<'_>, effects: &mut Effects) {
    sed_commands(sorted, effects);
    let changes = sorted
        .options
        .iter()
        .any(|option| option.is("-i") || option.name.starts_with("-i") || option.is("--in-place"));
    if !changes {
        return;
    }
    // BSD: the suffix is a word of its own, so that the script is taken for a file.
    let looks_like_script = |path: &String| path.is_empty() || path.starts_with("s/");
    effects.reads.retain(|path| !looks_like_script(path));
    // What it changes in place it shows to nobody, unless the script writes (`w FILE`) or prints.
    let shows = sorted.options.iter().any(|option| option.is("-n"))
        || texts(sorted).iter().any(|text| text.contains(['w', 'W']));
    if shows {
        effects.writes.extend(effects.reads.iter().cloned());
    } else {
        effects.writes.append(&mut effects.reads);
    }
}

/// `perl -ne '…' files`, `perl -pi -e '…' files` (perlrun): the operands are read, or rewritten.
fn line_filter(sorted: &Arguments<'_>, effects: &mut Effects) {
    if !sorted.has(&["-e", "-E"]) || !sorted.has(&["-n", "-p", "-i"]) {
        return;
    }
    effects.reads.extend(texts(sorted));
    let in_place = sorted
        .options
        .iter()
        .any(|option| option.is("-i") || option.name.starts_with("-i"));
    if in_place {
        effects.writes.extend(texts(sorted));
    }
}

fn tar(rest: &[Field], sorted: &Arguments<'_>, effects: &mut Effects) {
    let mut operands = sorted.operands.iter().map(|word| word.text.as_str());
    let first = rest.first().map_or("", |word| word.text.as_str());
    let bundled = !first.starts_with('-')
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && first.contains(['c', 'x', 't', 'r', 'u']);
    let mut archive = sorted.value(&["-f", "--file"]);
    let mode = |letter: char, long: &str| {
        (bundled && first.contains(letter)) || sorted.has(&[format!("-{letter}").as_str(), long])
    };
    let (creates, extracts, lists) = (
        mode('c', "--create") || mode('r', "--append") || mode('u', "--update"),
        mode('x', "--extract") || sorted.has(&["--get"]),
        mode('t', "--list"),
    );
    if bundled {
        operands.next();
        if first.contains('f') {
            archive = operands.next();
        }
    }
    let archive = archive.filter(|path| *path != "-");
    if let Some(archive) = archive {
        if let Some(host) = remote(archive) {
            effects.hosts.push(host.to_owned());
        } else if creates {
            effects.writes.push(archive.to_owned());
        } else if extracts || lists {
            effects.reads.push(archive.to_owned());
        }
    }
    let directory = sorted.value(&["-C", "--directory"]);
    if creates {
        effects
            .reads
            .extend(operands.map(|path| within(directory, path)));
    } else if extracts && let Some(directory) = directory {
        effects.writes.push(directory.to_owned());
    }
    for option in &sorted.options {
        let command = option
            .value
            .filter(|_| option.is("--checkpoint-action"))
            .and_then(|value| value.strip_prefix("exec="));
        if let Some(command) = command {
            effects
                .commands
                .push(("tar --checkpoint-action".to_owned(), command.to_owned()));
        }
    }
}

fn within(directory: Option<&str>, path: &str) -> String {
    match directory {
        Some(directory) if !path.starts_with(['/', '~', '$']) => {
            let directory = directory.trim_end_matches('/');
            if path == "." {
                directory.to_owned()
            } else {
                format!("{directory}/{path}")
            }
        }
        _ => path.to_owned(),
    }
}

fn dd(rest: &[Field], effects: &mut Effects) {
    for word in rest {
        if let Some(path) = word.text.strip_prefix("if=") {
            effects.reads.push(path.to_owned());
        } else if let Some(path) = word
            .text
            .strip_prefix("of=")
            .filter(|path| *path != "/dev/null")
        {
            effects.writes.push(path.to_owned());
            effects.deletes.push(path.to_owned());
        }
    }
}

fn find(rest: &[Field], effects: &mut Effects) {
    let words: Vec<&str> = rest.iter().map(|word| word.text.as_str()).collect();
    let starts: Vec<String> = words
        .iter()
        .skip_while(|word| matches!(**word, "-L" | "-H" | "-P" | "-E" | "-O3"))
        .take_while(|word| !word.starts_with(['-', '(', '!']))
        .map(|word| (*word).to_owned())
        .collect();
    if words.contains(&"-delete") {
        let named = words
            .iter()
            .position(|word| matches!(*word, "-name" | "-iname" | "-path"))
            .and_then(|at| words.get(at + 1));
        let mut doomed = starts.clone();
        if doomed.is_empty() {
            doomed.push(".".to_owned());
        }
        let filtered = words.iter().any(|word| FILTERS.contains(word));
        if let Some(below) = named.copied().or(filtered.then_some("{}")) {
            doomed = doomed
                .iter()
                .map(|start| format!("{}/{below}", start.trim_end_matches('/')))
                .collect();
        }
        effects.deletes.extend(doomed);
    }
    for (at, word) in words.iter().enumerate() {
        if matches!(*word, "-fprint" | "-fprintf" | "-fls" | "-fprint0")
            && let Some(path) = words.get(at + 1)
        {
            effects.writes.push((*path).to_owned());
        }
    }
    effects.reads.extend(starts);
}

/// Tests of `find` that leave some files out.
const FILTERS: [&str; 16] = [
    "-mtime", "-mmin", "-atime", "-amin", "-ctime", "-cmin", "-newer", "-size", "-empty", "-user",
    "-group", "-perm", "-regex", "-uid", "-links", "-inum",
];

fn socat(sorted: &Arguments<'_>, effects: &mut Effects) {
    for operand in &sorted.operands {
        let Some((kind, address)) = operand.text.split_once(':') else {
            continue;
        };
        let address = address.split(',').next().unwrap_or(address);
        let kind = kind.to_ascii_uppercase();
        match kind.as_str() {
            "TCP" | "TCP4" | "TCP6" | "UDP" | "UDP4" | "UDP6" | "TCP-CONNECT" | "TCP4-CONNECT"
            | "OPENSSL" | "OPENSSL-CONNECT" | "SSL" | "SCTP" | "SOCKS4" | "SOCKS4A" | "PROXY"
            | "UDP-SENDTO" | "UDP-CONNECT" => effects.hosts.push(address.to_owned()),
            "EXEC" | "SYSTEM" | "SHELL" => effects.commands.push((
                format!("socat {kind}"),
                address.trim_matches(['"', '\'']).to_owned(),
            )),
            "FILE" | "OPEN" | "GOPEN" => effects.reads.push(address.to_owned()),
            "CREATE" => effects.writes.push(address.to_owned()),
            _ => {}
        }
    }
}

fn dig(sorted: &Arguments<'_>, effects: &mut Effects) {
    effects.hosts.clear();
    for operand in &sorted.operands {
        let text = operand.text.as_str();
        if let Some(server) = text.strip_prefix('@') {
            effects.hosts.push(server.to_owned());
        } else if text.contains('.') && !text.starts_with('+') {
            effects.hosts.push(text.to_owned());
        }
    }
    if let Some(address) = sorted.value(&["-x"]) {
        effects.hosts.push(address.to_owned());
    }
}

fn getent(sorted: &Arguments<'_>, effects: &mut Effects) {
    if let [database, keys @ ..] = sorted.operands.as_slice() {
        match database.text.as_str() {
            "hosts" | "ahosts" | "ahostsv4" | "ahostsv6" => {
                effects
                    .hosts
                    .extend(keys.iter().map(|key| key.text.clone()));
            }
            "passwd" | "shadow" | "group" | "gshadow" => {
                effects.reads.push(format!("/etc/{}", database.text));
            }
            _ => {}
        }
    }
}

/// `-o ProxyCommand=…`, `-o LocalCommand=…`.
fn ssh(rest: &[Field], effects: &mut Effects) {
    for word in rest {
        let text = word.text.strip_prefix("-o").unwrap_or(&word.text);
        let command = text
            .strip_prefix("ProxyCommand=")
            .or_else(|| text.strip_prefix("LocalCommand="))
            .or_else(|| text.strip_prefix("ProxyCommand "));
        if let Some(command) = command {
            let command = command.strip_prefix(';').unwrap_or(command);
            effects
                .commands
                .push(("ssh -o ProxyCommand".to_owned(), command.to_owned()));
        }
    }
}

/// `zip archive files -T --unzip-command='sh -c …'`.
fn zip(rest: &[Field], effects: &mut Effects) {
    let mut words = rest.iter().map(|word| word.text.as_str());
    while let Some(word) = words.next() {
        let command = match word {
            "-TT" | "--unzip-command" => words.next(),
            _ => word.strip_prefix("--unzip-command="),
        };
        if let Some(command) = command {
            effects
                .commands
                .push(("zip -TT".to_owned(), command.to_owned()));
        }
    }
}

/// `cp a directory/` writes `directory/a`.
fn into_directory(effects: &mut Effects) {
    let Some(target) = effects.writes.last().filter(|target| target.ends_with('/')) else {
        return;
    };
    let inside: Vec<String> = effects
        .reads
        .iter()
        .map(|path| format!("{target}{}", super::base_name(path)))
        .collect();
    effects.writes.pop();
    effects.writes.extend(inside);
}

/// What is moved away is gone where it was.
fn moved(effects: &mut Effects) {
    effects.deletes.extend(effects.reads.iter().cloned());
}

/// `git -c core.pager=…`: settings of git that are run.
pub(super) fn git_configuration(rest: &[Field], effects: &mut Effects) {
    let mut words = rest.iter().map(|word| word.text.as_str());
    while let Some(word) = words.next().filter(|word| word.starts_with('-')) {
        match word {
            "-c" => git_setting(words.next().unwrap_or_default(), effects),
            "-C" | "--git-dir" | "--work-tree" | "--namespace" => {
                words.next();
            }
            _ => {}
        }
    }
}

/// `--upload-pack=…`: the program that the other side runs, here for `ext::` and local paths.
fn git_transport(rest: &[Field], effects: &mut Effects) {
    let mut words = rest.iter().map(|word| word.text.as_str());
    while let Some(word) = words.next() {
        let command = match word {
            "--upload-pack" | "--receive-pack" => words.next(),
            _ => word
                .strip_prefix("--upload-pack=")
                .or_else(|| word.strip_prefix("--receive-pack=")),
        };
        if let Some(command) = command {
            effects
                .commands
                .push(("git --upload-pack".to_owned(), command.to_owned()));
        }
    }
}

fn git_setting(value: &str, effects: &mut Effects) {
    let Some((key, command)) = value.split_once('=') else {
        return;
    };
    let key = key.to_ascii_lowercase();
    let runs = matches!(
        key.as_str(),
        "core.pager"
            | "core.editor"
            | "core.sshcommand"
            | "core.fsmonitor"
            | "core.askpass"
            | "diff.external"
            | "sequence.editor"
            | "gpg.program"
            | "credential.helper"
    ) || key.starts_with("alias.")
        || key.starts_with("pager.");
    if runs && let Some(command) = command.strip_prefix('!').or(Some(command)) {
        effects
            .commands
            .push(("git -c".to_owned(), command.to_owned()));
    }
}

/// `vim -c ':!sh'`, `vim +!sh`, `vim --cmd 'py3 import os; os.system("sh")'`.
fn editor(name: &str, sorted: &Arguments<'_>, effects: &mut Effects) {
    let options = sorted
        .options
        .iter()
        .filter(|option| option.is("-c") || option.is("--cmd") || option.is("-S"))
        .filter_map(|option| option.value);
    let operands = sorted
        .operands
        .iter()
        .filter_map(|word| word.text.strip_prefix('+'));
    let label = format!("{name} -c");
    for value in options.chain(operands) {
        for command in value.split('|') {
            let command = command.trim_start_matches([':', ' ']);
            if let Some(text) = command.strip_prefix('!') {
                effects.commands.push((label.clone(), text.to_owned()));
            }
        }
        let found = crate::inline::read("vim -c", value);
        let texts = found.commands.into_iter();
        let lists = found.argv.into_iter().map(|words| words.join(" "));
        effects
            .commands
            .extend(texts.chain(lists).map(|text| (label.clone(), text)));
        effects.reads.extend(found.reads);
        effects.writes.extend(found.writes);
    }
}

/// `make --eval='$(shell …)'`: what stands in the call is given to a shell.
fn make_calls(effects: &mut Effects) {
    for (label, text) in &mut effects.commands {
        "make".clone_into(label);
        if let Some((_, call)) = text.split_once("$(shell ") {
            *text = call.strip_suffix(')').unwrap_or(call).to_owned();
        }
    }
}
