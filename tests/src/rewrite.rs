//! Twelve families of writing a command line differently so that a shell still does the same.
//!
//! **Invariant:** a family that cannot rewrite a line without changing what it does leaves it out.

#![expect(clippy::unnecessary_wraps, reason = "all ways have one form")]

use std::fmt::Write as _;

/// A way to write a line differently; nothing when it does not fit the line.
pub type Rewrite = fn(&str) -> Option<String>;

/// The families, each with its ways.
pub const FAMILIES: &[(&str, &[Rewrite])] = &[
    ("quoting", &[empty_quotes, quoted_letters, backslashes]),
    ("ansi-c", &[ansi_name, ansi_octal]),
    ("variables", &[variable, joined_variables, default_value]),
    ("ifs", &[field_separators]),
    ("braces", &[braces]),
    ("globs", &[glob_class]),
    ("pipes", &[base64_pipe, hex_pipe, octal_pipe, reversed_pipe]),
    ("nesting", &[evaluated, nested_shells]),
    ("wrappers", &[wrapped, found_and_run, fed_to_xargs]),
    ("paths", &[absolute, relative]),
    ("heredocs", &[heredoc, here_string]),
    ("aliases", &[alias, function]),
    ("continuations", &[continued, continued_inside]),
];

/// The program's name, when it stands at the line's beginning and is nothing but letters.
fn first(line: &str) -> Option<(&str, &str)> {
    let end = line.find([' ', '\n']).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let plain = name.len() > 1
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let keyword = matches!(
        name,
        "for"
            | "while"
            | "if"
            | "case"
            | "export"
            | "exec"
            | "eval"
            | "alias"
            | "cd"
            | "history"
            | "unset"
            | "source"
            | "time"
            | "until"
            | "set"
            | "trap"
            | "test"
    );
    (plain && !keyword).then_some((name, rest))
}

/// Whether the line is words alone: no quotes, operators or expansions.
fn is_words(line: &str) -> bool {
    !line.contains([
        '\'', '"', '\\', '$', '`', '|', '&', ';', '<', '>', '(', ')', '{', '}', '*', '?', '[', '#',
        '~', '!', '\n', ',',
    ])
}

fn single_quoted(line: &str) -> String {
    format!("'{}'", line.replace('\'', "'\\''"))
}

/// Each byte in hexadecimal or octal digits, with what stands before it.
fn codes(text: &str, before: &str, octal: bool) -> String {
    let mut result = String::new();
    for byte in text.bytes() {
        result.push_str(before);
        let written = if octal {
            write!(result, "{byte:03o}")
        } else {
            write!(result, "{byte:02x}")
        };
        written.expect("a string takes all text");
    }
    result
}

fn empty_quotes(line: &str) -> Option<String> {
    let (name, rest) = first(line)?;
    let (head, tail) = name.split_at(1);
    Some(format!("{head}''{tail}{rest}"))
}

fn quoted_letters(line: &str) -> Option<String> {
    let (name, rest) = first(line)?;
    let (head, tail) = name.split_at(1);
    Some(format!("{head}\"{tail}\"{rest}"))
}

fn backslashes(line: &str) -> Option<String> {
    let (name, rest) = first(line)?;
    Some(format!("\\{name}{rest}"))
}

fn ansi_name(line: &str) -> Option<String> {
    let (name, rest) = first(line)?;
    let codes = codes(name, "\\x", false);
    Some(format!("$'{codes}'{rest}"))
}

fn ansi_octal(line: &str) -> Option<String> {
    let (name, rest) = first(line)?;
    let (head, tail) = name.split_at(1);
    let codes = codes(tail, "\\", true);
    Some(format!("{head}$'{codes}'{rest}"))
}

fn variable(line: &str) -> Option<String> {
    let (name, rest) = first(line)?;
    Some(format!("zq={name}; $zq{rest}"))
}

fn joined_variables(line: &str) -> Option<String> {
    let (name, rest) = first(line)?;
    let (head, tail) = name.split_at(1);
    Some(format!("za={head};zb={tail};${{za}}${{zb}}{rest}"))
}

fn default_value(line: &str) -> Option<String> {
    let (name, rest) = first(line)?;
    Some(format!("${{zq:-{name}}}{rest}"))
}

fn field_separators(line: &str) -> Option<String> {
    is_words(line).then(|| line.replace(' ', "${IFS}"))
}

fn braces(line: &str) -> Option<String> {
    let fits = is_words(line) && line.contains(' ') && !line.contains('=');
    fits.then(|| format!("{{{}}}", line.split(' ').collect::<Vec<_>>().join(",")))
}

fn glob_class(line: &str) -> Option<String> {
    let (name, rest) = first(line)?;
    let (head, tail) = name.split_at(1);
    Some(format!("/usr/bin/[{head}]{tail}{rest}"))
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut result = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let mut bits = 0_usize;
        for place in 0..3 {
            bits = (bits << 8) | usize::from(chunk.get(place).copied().unwrap_or(0));
        }
        for place in 0..4 {
            let used = place <= chunk.len();
            let letter = char::from(LETTERS[(bits >> (18 - 6 * place)) & 63]);
            result.push(if used { letter } else { '=' });
        }
    }
    result
}

fn base64_pipe(line: &str) -> Option<String> {
    Some(format!("echo {} | base64 -d | sh", base64(line)))
}

fn hex_pipe(line: &str) -> Option<String> {
    let digits = codes(line, "", false);
    Some(format!("echo {digits} | xxd -r -p | bash"))
}

fn octal_pipe(line: &str) -> Option<String> {
    let codes = codes(line, "\\", true);
    Some(format!("printf '{codes}' | sh"))
}

fn reversed_pipe(line: &str) -> Option<String> {
    let turned: String = line.chars().rev().collect();
    let plain = !line.contains('\n') && line.is_ascii();
    plain.then(|| format!("echo {} | rev | sh", single_quoted(&turned)))
}

fn evaluated(line: &str) -> Option<String> {
    Some(format!("eval {}", single_quoted(line)))
}

fn nested_shells(line: &str) -> Option<String> {
    let inner = format!("bash -c {}", single_quoted(line));
    Some(format!("sh -c {}", single_quoted(&inner)))
}

fn wrapped(line: &str) -> Option<String> {
    let inner = single_quoted(line);
    Some(format!(
        "nohup timeout 60 env ZQ=1 nice -n 5 bash -c {inner}"
    ))
}

fn found_and_run(line: &str) -> Option<String> {
    Some(format!(
        "find . -maxdepth 0 -exec sh -c {} \\;",
        single_quoted(line)
    ))
}

fn fed_to_xargs(line: &str) -> Option<String> {
    let (name, rest) = line.rsplit_once(' ')?;
    let fits = is_words(line) && !rest.contains('=') && !rest.starts_with('-');
    fits.then(|| format!("echo {rest} | xargs {name}"))
}

fn absolute(line: &str) -> Option<String> {
    let (name, rest) = first(line)?;
    Some(format!("/usr/bin/{name}{rest}"))
}

fn relative(line: &str) -> Option<String> {
    let (name, rest) = first(line)?;
    Some(format!("../../../usr/./bin/{name}{rest}"))
}

fn heredoc(line: &str) -> Option<String> {
    Some(format!("bash <<'ZQ'\n{line}\nZQ\n"))
}

fn here_string(line: &str) -> Option<String> {
    Some(format!("sh <<< {}", single_quoted(line)))
}

fn alias(line: &str) -> Option<String> {
    let (name, rest) = first(line)?;
    Some(format!("alias zq={name}\nzq{rest}"))
}

fn function(line: &str) -> Option<String> {
    let open = line.ends_with('&') || line.contains("<<");
    (!open).then(|| format!("zq() {{ {line}; }}; zq"))
}

fn continued(line: &str) -> Option<String> {
    is_words(line).then(|| line.replace(' ', " \\\n  "))
}

fn continued_inside(line: &str) -> Option<String> {
    let (name, rest) = first(line)?;
    let (head, tail) = name.split_at(1);
    Some(format!("{head}\\\n{tail}{rest}"))
}
