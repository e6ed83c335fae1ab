//! What programs do with their arguments: a table, and code for those that a table cannot tell.
//!
//! **Invariant:** a pattern, a message or a number is never reported as a file. The rows are written
//! from the programs' manual pages.

mod development;
mod files;
mod network;
mod special;
mod system;
mod table;

use crate::options::{Arguments, OptionUse};
use crate::pattern;
use crate::words::Field;
use table::{Role, Row};

/// What an invocation touches, paths as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effects {
    pub(crate) reads: Vec<String>,
    pub(crate) writes: Vec<String>,
    pub(crate) deletes: Vec<String>,
    pub(crate) hosts: Vec<String>,
    /// Texts that it gives to a shell, and how that reads in `through`.
    pub(crate) commands: Vec<(String, String)>,
}

/// The name without directory.
pub(crate) fn base_name(typed: &str) -> &str {
    typed.rsplit('/').next().unwrap_or(typed)
}

/// Whether the table knows the program.
pub(crate) fn is_known(name: &str) -> bool {
    table::has(name) || crate::unwrap::is_shell(name)
}

/// The first known program that a pattern names.
pub(crate) fn first_matching(name: &str) -> Option<&'static str> {
    [
        "sh", "bash", "cat", "curl", "wget", "rm", "nc", "base64", "python3", "zsh",
    ]
    .into_iter()
    .chain(table::names())
    .find(|known| pattern::matches(name, known))
}

/// What `words` (a program and its arguments) touch.
pub(crate) fn effects(words: &[Field]) -> Effects {
    let mut effects = Effects::default();
    let Some((program, rest)) = words.split_first() else {
        return effects;
    };
    let name = base_name(&program.text);
    match table::find(name, rest) {
        Some(entry) => {
            let sorted = entry.row.arguments(entry.rest);
            row_effects(name, entry.row, &sorted, &mut effects);
            special::effects(entry.name, entry.rest, &sorted, &mut effects);
        }
        None => unknown(name, rest, &mut effects),
    }
    if name == "git" {
        special::git_configuration(rest, &mut effects);
    }
    effects
}

/// Of an unknown program only addresses are believed, and that it starts the shell it is given.
fn unknown(name: &str, rest: &[Field], effects: &mut Effects) {
    let starts = |word: &Field| {
        word.text.starts_with('/')
            && word.text.contains("bin/")
            && crate::unwrap::is_shell(base_name(&word.text))
    };
    // `pw useradd x -s /bin/sh` only names it.
    let names = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| rest.get(before));
        before.is_some_and(|word| {
            word.text.to_ascii_lowercase().ends_with("shell") || word.text == "-s"
        })
    };
    if let Some(at) = rest.iter().position(starts).filter(|at| !names(*at)) {
        let words: Vec<String> = rest
            .iter()
            .skip(at)
            .map(|word| format!("'{}'", word.text.replace('\'', "'\\''")))
            .collect();
        effects.commands.push((name.to_owned(), words.join(" ")));
    }
    for word in rest {
        let text = word.text.as_str();
        let value = match text.split_once('=') {
            Some((option, value)) if option.starts_with('-') => value,
            _ => text,
        };
        if is_url(value) {
            effects.hosts.push(value.to_owned());
        }
    }
}

fn row_effects(name: &str, row: &Row, sorted: &Arguments<'_>, effects: &mut Effects) {
    let mut pattern_given = false;
    let mut written = false;
    for option in &sorted.options {
        let Some(role) = row.option_role(option) else {
            continue;
        };
        pattern_given |= role == Role::Pattern;
        written |= role == Role::Write;
        if let Some(value) = option.value {
            take(name, role, value, Some(option), effects);
        }
    }
    for (role, operand) in row.operands(sorted, pattern_given, written) {
        let process = operand.text.starts_with("<(") || operand.text.starts_with(">(");
        if process && operand.unresolved {
            continue;
        }
        take(name, role, &operand.text, None, effects);
    }
}

/// Notes one argument by its role.
fn take(
    name: &str,
    role: Role,
    value: &str,
    option: Option<&OptionUse<'_>>,
    effects: &mut Effects,
) {
    match role {
        Role::Text | Role::Pattern | Role::Two => {}
        // `less +F`, `vim +10`.
        Role::Read if value == "-" || value.starts_with('+') => {}
        // `chattr +i`.
        Role::Write if value.starts_with('+') => {}
        Role::Write if matches!(value, "-" | "/dev/null" | "/dev/stdout") => {}
        Role::Read => effects.reads.push(value.to_owned()),
        Role::Write => effects.writes.push(value.to_owned()),
        Role::Delete => effects.deletes.push(value.to_owned()),
        Role::Host => effects.hosts.push(value.to_owned()),
        Role::Port => {
            if let Some(host) = effects.hosts.last_mut()
                && value.starts_with(|letter: char| letter.is_ascii_digit() || letter == '$')
            {
                host.push(':');
                host.push_str(value);
            }
        }
        Role::Url => {
            if let Some(path) = value.strip_prefix("file://") {
                effects.reads.push(path.to_owned());
            } else if is_url(value) {
                effects.hosts.push(value.to_owned());
            }
        }
        Role::Repository => {
            if is_url(value) || remote(value).is_some() {
                effects.hosts.push(value.to_owned());
            }
        }
        Role::Data => {
            let encoded = option.is_some_and(|option| option.name == "--data-urlencode");
            effects.reads.extend(data_file(value, encoded));
        }
        Role::Form => effects.reads.extend(form_file(value)),
        Role::Command => effects.commands.push((
            option.map_or_else(
                || name.to_owned(),
                |option| match option.letter {
                    Some(letter) => format!("{name} -{letter}"),
                    None => format!("{name} {}", option.name),
                },
            ),
            value.to_owned(),
        )),
        Role::Remote => match remote(value) {
            Some(host) => effects.hosts.push(host.to_owned()),
            None if is_url(value) => effects.hosts.push(value.to_owned()),
            None => effects.reads.push(value.to_owned()),
        },
        Role::RemoteWrite => match remote(value) {
            Some(host) => effects.hosts.push(host.to_owned()),
            None if is_url(value) => effects.hosts.push(value.to_owned()),
            None => effects.writes.push(value.to_owned()),
        },
    }
}

/// `@file`, and `name@file` where the data is encoded (curl manual, `--data-urlencode`).
fn data_file(value: &str, encoded: bool) -> Option<String> {
    let path = match value.strip_prefix('@') {
        Some(path) => path,
        None if encoded => {
            let (name, path) = value.split_once('@')?;
            (!name.contains(['=', ' '])).then_some(path)?
        }
        None => return None,
    };
    (path != "-").then(|| path.to_owned())
}

/// `name=@file;type=…`, `name=<file` (curl manual, `--form`).
fn form_file(value: &str) -> Option<String> {
    let content = value.split_once('=').map_or(value, |(_, content)| content);
    let path = content.strip_prefix(['@', '<'])?.split(';').next()?;
    (path != "-").then(|| path.trim_matches('"').to_owned())
}

/// Whether a word is an address with a scheme.
pub(crate) fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme != "file"
            && !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// `user@host:path` or `host:path` as a whole, when that is what a word is.
fn remote(text: &str) -> Option<&str> {
    let (host, _) = text.split_once(':')?;
    let plausible = host.len() > 1
        && !host.contains('/')
        && !host.starts_with(['.', '-', '$'])
        && !text.contains("://");
    plausible.then_some(text)
}

/// Whether a text looks like an IP address or a host name.
pub(crate) fn is_address(text: &str) -> bool {
    if text == "localhost" {
        return true;
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (host, port),
        _ => (text, "1"),
    };
    if host.parse::<std::net::IpAddr>().is_ok() {
        return true;
    }
    port.bytes().all(|byte| byte.is_ascii_digit())
        && host.contains('.')
        && host.len() > 3
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        && host.rsplit('.').next().is_some_and(|last| {
            last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        })
}
