//! A light reading of code given to an interpreter: `python -c`, `node -e`, `perl -e` …
//!
//! **Invariant:** only string literals and the name of the call they stand in are looked at, in one
//! pass; what is computed is not guessed.

use crate::decode;
use crate::options::{Arguments, Order, arguments};
use crate::programs::{base_name, is_address};
use crate::scan::{byte, part, rest};
use crate::words::{Field, Stream};

/// What a piece of code does, as far as its literals tell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) reads: Vec<String>,
    pub(crate) writes: Vec<String>,
    pub(crate) deletes: Vec<String>,
    pub(crate) hosts: Vec<String>,
    /// Texts given to a shell.
    pub(crate) commands: Vec<String>,
    /// Texts given to a shell that reads what the code prints (awk's `print | "sh"`).
    pub(crate) fed: Vec<String>,
    /// Lists of words started without a shell.
    pub(crate) argv: Vec<Vec<String>>,
}

/// Most literals that are looked at.
const MOST_LITERALS: usize = 512;

/// An interpreter and the options that hold code.
fn code_options(program: &str) -> Option<(&'static str, &'static [&'static str])> {
    let version = program.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    Some(match version {
        "python" | "pypy" | "ipython" => ("python -c", &["-c"]),
        "node" | "nodejs" | "bun" | "tsx" | "ts-node" => {
            ("node -e", &["-e", "--eval", "-p", "--print", "-pe"])
        }
        "perl" => ("perl -e", &["-e", "-E"]),
        "ruby" | "jruby" => ("ruby -e", &["-e"]),
        "php" => ("php -r", &["-r", "--run", "-B", "-R"]),
        "lua" | "luajit" => ("lua -e", &["-e"]),
        "osascript" => ("osascript -e", &["-e"]),
        "deno" => ("deno eval", &["eval"]),
        "awk" | "gawk" | "mawk" | "nawk" => ("awk", &[]),
        "julia" | "elixir" | "crystal" | "groovy" | "Rscript" | "R" | "guile" | "tclsh" => {
            ("script -e", &["-e", "-E", "--eval"])
        }
        _ => return None,
    })
}

/// The code that an interpreter runs, with its name in `through`.
pub(crate) fn code(program: &str, words: &[Field], stdin: &Stream) -> Option<(String, String)> {
    let (label, options) = code_options(program)?;
    if label == "awk" {
        let program = words
            .iter()
            .find(|word| word.text.contains(['{', '|', '(']) && !word.text.starts_with('-'))?;
        return Some((label.to_owned(), program.text.clone()));
    }
    if label == "deno eval" {
        let [verb, code, ..] = words else { return None };
        return (verb.text == "eval").then(|| (label.to_owned(), code.text.clone()));
    }
    let sorted = arguments(words, Order::FirstOperandEnds, |name| {
        usize::from(options.contains(&name) || matches!(name, "-W" | "-X" | "-r" | "-I" | "-M"))
    });
    let pieces: Vec<&str> = code_pieces(&sorted, options);
    if !pieces.is_empty() {
        return Some((label.to_owned(), pieces.join("\n")));
    }
    let from_stdin = sorted.operands.first().is_none_or(|word| word.text == "-");
    let given = stdin.text.as_deref().filter(|_| from_stdin)?;
    Some((label.to_owned(), given.to_owned()))
}

fn code_pieces<'a>(sorted: &Arguments<'a>, options: &[&str]) -> Vec<&'a str> {
    sorted
        .options
        .iter()
        .filter(|option| options.iter().any(|name| option.is(name)))
        .filter_map(|option| option.value)
        .collect()
}

/// A string literal with what stands before it.
struct Literal<'a> {
    text: String,
    /// The call it is an argument of: `os.system`, or empty.
    callee: &'a str,
    /// Whether it is the first argument of that call.
    first: bool,
    /// The nearest bracket before it is `[`.
    in_list: bool,
    /// Where that bracket stands.
    list: usize,
    backquoted: bool,
    start: usize,
    end: usize,
}

/// Deepest code in code (`exec("""…""")`) that is followed.
const DEEPEST: usize = 3;

/// Reads code and sorts its literals; `label` names the interpreter.
pub(crate) fn read(label: &str, code: &str) -> Found {
    let mut found = Found::default();
    sort_all(label, code, DEEPEST, &mut found);
    found
}

fn sort_all(label: &str, code: &str, depth: usize, found: &mut Found) {
    let literals = literals(code);
    let mut list: Vec<String> = Vec::new();
    for (index, literal) in literals.iter().enumerate() {
        let next = literals.get(index + 1);
        if label == "python -c" && matches!(literal.callee, "exec" | "eval") {
            if depth > 0 && literal.first {
                sort_all(label, &literal.text, depth - 1, found);
            }
            continue;
        }
        if let Some(text) = decode::literal(last_name(literal.callee), &literal.text) {
            decoded(label, code, &text, depth, found);
            continue;
        }
        if label == "awk" && awk_file(literal, code, found) {
            continue;
        }
        if literal.backquoted && matches!(label, "perl -e" | "ruby -e" | "php -r") {
            found.commands.push(literal.text.clone());
            continue;
        }
        if literal.in_list && starts_process(literal.callee) {
            list.push(literal.text.clone());
            let goes_on = next.is_some_and(|next| next.list == literal.list);
            if !goes_on {
                found.argv.push(std::mem::take(&mut list));
            }
            continue;
        }
        sort(literal, next, code, found);
    }
    remote_shell(code, found);
}

/// A literal that code has decoded: more code for `exec` and `eval`, a command for `system` and its kin.
fn decoded(label: &str, code: &str, text: &str, depth: usize, found: &mut Found) {
    let has = |calls: &[&str]| calls.iter().any(|call| code.contains(call));
    if depth > 0 && has(&["exec(", "eval(", "eval ", "exec ", "Function(", "loads("]) {
        sort_all(label, text, depth - 1, found);
    }
    if has(&[
        "system",
        "popen",
        "Popen",
        "subprocess",
        "execSync",
        "shell_exec",
        "passthru",
        "spawn",
        "`",
    ]) {
        found.commands.push(text.to_owned());
    }
}

/// `print > "file"`, `getline < "file"`, `print | "command"`, `"command" | getline` (POSIX awk).
fn awk_file(literal: &Literal<'_>, code: &str, found: &mut Found) -> bool {
    let before = part(code, 0, literal.start).trim_end();
    let behind = rest(code, literal.end).trim_start();
    let text = literal.text.clone();
    if before.ends_with('<') && before.contains("getline") {
        found.reads.push(text);
    } else if before.ends_with('>') && before.contains("print") {
        found.writes.push(text);
    } else if before.ends_with('|') && !before.ends_with("||") {
        found.fed.push(text);
    } else if behind.starts_with("| getline") || behind.starts_with("|getline") {
        found.commands.push(text);
    } else {
        return false;
    }
    true
}

fn sort(literal: &Literal<'_>, next: Option<&Literal<'_>>, code: &str, found: &mut Found) {
    let text = literal.text.as_str();
    if text.is_empty() {
        return;
    }
    let name = last_name(literal.callee);
    if text.contains("://") {
        if text.split_whitespace().count() == 1 {
            found.hosts.push(text.to_owned());
        }
        if !starts_process(literal.callee) {
            return;
        }
    }
    if literal.backquoted && !literal.callee.is_empty() && !starts_process(literal.callee) {
        return;
    }
    if starts_process(literal.callee) {
        if literal.first {
            found.commands.push(text.to_owned());
        }
        return;
    }
    if names_shell(text) {
        found.commands.push(text.to_owned());
        return;
    }
    if connects(name) || literal.callee.contains("Socket") {
        let port = rest(code, literal.end)
            .trim_start_matches([',', ' ', ')'])
            .split(|letter: char| !letter.is_ascii_digit())
            .next()
            .unwrap_or_default();
        let host = if port.is_empty() || text.contains(':') {
            text.to_owned()
        } else {
            format!("{text}:{port}")
        };
        if is_address(text) {
            found.hosts.push(host);
        }
        return;
    }
    let after_handle = matches!(text, "<" | ">" | ">>" | "+<") || text.starts_with(['<', '>']);
    let is_path = literal.first || (name == "open" && after_handle);
    if !is_path || !is_file_call(literal.callee, name) {
        return;
    }
    if matches!(
        name,
        "open" | "fopen" | "io.open" | "File" | "openSync" | "Path" | "new"
    ) {
        opened(literal, name, next, found);
    } else if READERS.contains(&name) {
        found.reads.push(text.to_owned());
    } else if WRITERS.contains(&name) {
        found.writes.push(text.to_owned());
    } else if DELETERS.contains(&name) {
        found.deletes.push(text.to_owned());
    }
}

/// `open(path, mode)`, and Perl's `open(F, "<", path)` and `open(F, ">path")`.
fn opened(literal: &Literal<'_>, name: &str, next: Option<&Literal<'_>>, found: &mut Found) {
    let text = literal.text.as_str();
    let mode = next
        .filter(|next| next.callee == literal.callee && !next.first)
        .map_or("", |next| next.text.as_str());
    if matches!(text, "<" | ">" | ">>" | "+<") {
        let paths = if text == "<" {
            &mut found.reads
        } else {
            &mut found.writes
        };
        paths.push(mode.to_owned());
    } else if let Some(path) = text.strip_prefix('>') {
        let path = path.trim_start_matches('>').trim();
        found.writes.push(path.to_owned());
    } else if mode.starts_with(['w', 'a', 'x', '>']) || mode.contains('+') {
        found.writes.push(text.to_owned());
    } else if name != "new" || text.contains('/') {
        let path = text.trim_start_matches('<').trim();
        found.reads.push(path.to_owned());
    }
}

const READERS: [&str; 20] = [
    "readFile",
    "readFileSync",
    "createReadStream",
    "file_get_contents",
    "readfile",
    "file",
    "read",
    "readlines",
    "binread",
    "foreach",
    "read_text",
    "read_bytes",
    "slurp",
    "expanduser",
    "readTextFile",
    "readTextFileSync",
    "loadtxt",
    "read_csv",
    "show_source",
    "getline",
];

const WRITERS: [&str; 11] = [
    "writeFile",
    "writeFileSync",
    "appendFile",
    "appendFileSync",
    "createWriteStream",
    "file_put_contents",
    "write_text",
    "write_bytes",
    "writeTextFile",
    "makedirs",
    "mkdirSync",
];

const DELETERS: [&str; 15] = [
    "unlink",
    "unlinkSync",
    "remove",
    "removeSync",
    "rmtree",
    "rmdir",
    "rmdirSync",
    "rm",
    "rmSync",
    "rm_rf",
    "rm_r",
    "remove_dir_all",
    "remove_tree",
    "delete",
    "removedirs",
];

/// Calls that start a process: a shell's text, or a list of words.
fn starts_process(callee: &str) -> bool {
    let name = last_name(callee);
    let owner = callee.split('.').next().unwrap_or_default();
    match name {
        "system"
        | "popen"
        | "execSync"
        | "execFile"
        | "execFileSync"
        | "spawn"
        | "spawnSync"
        | "shell_exec"
        | "passthru"
        | "proc_open"
        | "check_output"
        | "check_call"
        | "getoutput"
        | "getstatusoutput"
        | "Popen"
        | "qx"
        | "execvp"
        | "execv"
        | "execl"
        | "execlp"
        | "execve"
        | "popen2"
        | "popen3"
        | "capture2"
        | "capture3"
        | "create_subprocess_shell"
        | "create_subprocess_exec"
        | "doShellScript" => true,
        // A regular expression and a database have a method of that name, too.
        "exec" => {
            name == callee
                || owner == "cp"
                || ["process", "Process", "child", "untime"]
                    .iter()
                    .any(|part| owner.contains(part))
        }
        "execute" => owner == "os",
        "call" | "run" => matches!(owner, "subprocess" | "sp" | "Deno" | "Bun"),
        _ => callee.ends_with("do shell script"),
    }
}

fn last_name(callee: &str) -> &str {
    callee.rsplit(['.', ':', '>']).next().unwrap_or_default()
}

/// Whether a call with a name of many meanings belongs to the file system.
fn is_file_call(callee: &str, name: &str) -> bool {
    let common = matches!(
        name,
        "remove" | "rm" | "delete" | "read" | "foreach" | "rm_r" | "new"
    );
    let owner = callee.strip_suffix(name).unwrap_or_default();
    !common
        || [
            "os", "fs", "File", "IO", "shutil", "Dir", "Path", "promises", "Deno", "unlink",
        ]
        .iter()
        .any(|known| owner.contains(known))
}

/// A literal that can only be meant for running (`/bin/sh -i <&3`).
fn names_shell(text: &str) -> bool {
    let program = text.split([' ', '\t']).next().unwrap_or_default();
    program.contains("bin/") && crate::unwrap::is_shell(base_name(program))
}

fn connects(name: &str) -> bool {
    matches!(
        name,
        "connect"
            | "create_connection"
            | "createConnection"
            | "TCPSocket"
            | "fsockopen"
            | "pfsockopen"
            | "gethostbyname"
            | "getaddrinfo"
            | "inet_aton"
            | "tcp"
            | "Socket"
            | "INET"
            | "PeerAddr"
            | "PeerHost"
            | "PeerAddress"
            | "HTTPConnection"
            | "HTTPSConnection"
            | "lookup"
            | "resolve"
            | "sendto"
            | "stream_socket_client"
            | "host"
            | "hostname"
    )
}

/// Perl's and Ruby's reverse shells keep the address in variables: `$i="10.0.0.1";$p=4242`.
fn remote_shell(code: &str, found: &mut Found) {
    if !found.hosts.is_empty()
        || !["socket", "Socket", "sock", "net"]
            .iter()
            .any(|word| code.contains(word))
    {
        return;
    }
    for literal in literals(code) {
        if is_address(&literal.text) && literal.text.contains('.') {
            found.hosts.push(literal.text);
        }
    }
}

/// Finds the string literals of code.
fn literals(code: &str) -> Vec<Literal<'_>> {
    let mut literals = Vec::new();
    let mut brackets: Vec<(u8, usize, bool)> = Vec::new();
    let mut at = 0;
    while at < code.len() && literals.len() < MOST_LITERALS {
        let here = byte(code, at);
        match here {
            b'(' | b'[' | b'{' => {
                brackets.push((here, at, false));
                at += 1;
            }
            b')' | b']' | b'}' => {
                brackets.pop();
                at += 1;
            }
            b',' => {
                if let Some(bracket) = brackets.last_mut() {
                    bracket.2 = true;
                }
                at += 1;
            }
            b'"' | b'\'' | b'`' => {
                let Some((text, end)) = literal(code, at) else {
                    at += 1;
                    continue;
                };
                let first = brackets
                    .iter()
                    .rev()
                    .find(|open| open.0 == b'(')
                    .is_none_or(|open| !open.2);
                let in_list = brackets.last().is_some_and(|open| open.0 == b'[');
                literals.push(Literal {
                    text,
                    callee: callee(code, at, &brackets),
                    first,
                    in_list,
                    list: brackets.last().map_or(0, |open| open.1),
                    backquoted: here == b'`',
                    start: at,
                    end,
                });
                at = end;
            }
            _ => at += 1,
        }
    }
    literals
}

/// The literal that starts at `at` and the place behind it.
fn literal(code: &str, at: usize) -> Option<(String, usize)> {
    let quote = part(code, at, at + 1);
    let triple = quote.repeat(3);
    if quote != "`" && rest(code, at).starts_with(&triple) {
        let inner = rest(code, at + 3);
        let length = inner.find(&triple)?;
        return Some((part(inner, 0, length).to_owned(), at + 3 + length + 3));
    }
    let mut end = at + 1;
    while end < code.len() {
        match byte(code, end) {
            b'\\' => end += 2,
            found if found == byte(code, at) => {
                let raw = part(code, at + 1, end);
                let text =
                    crate::expand::escapes::unescape(raw, crate::expand::escapes::Style::Quoted);
                return Some((text, end + 1));
            }
            _ => end += 1,
        }
    }
    None
}

/// The name of the call that a literal stands in: what is written right before it
/// (`system "id"`, `PeerAddr => "host"`), else what is written before the bracket around it.
fn callee<'a>(code: &'a str, at: usize, brackets: &[(u8, usize, bool)]) -> &'a str {
    let direct = name_before(code, at);
    if !direct.is_empty()
        && !matches!(
            direct,
            "return" | "f" | "r" | "b" | "u" | "rb" | "in" | "and" | "or" | "print" | "puts"
        )
    {
        return direct;
    }
    brackets
        .iter()
        .rev()
        .map(|(_, open, _)| name_before(code, *open))
        .find(|name| !name.is_empty())
        .unwrap_or_default()
}

/// How far a name may stand before its argument.
const NAME_REACH: usize = 64;

fn name_before(code: &str, at: usize) -> &str {
    let from = code.floor_char_boundary(at.saturating_sub(NAME_REACH));
    let before = part(code, from, at).trim_end();
    let before = before.strip_suffix("=>").map_or(before, str::trim_end);
    if let Some(head) = before.strip_suffix("do shell script") {
        return part(before, head.len(), before.len());
    }
    let name = before
        .rfind(|letter: char| !(letter.is_alphanumeric() || "_.:>".contains(letter)))
        .map_or(before, |last| {
            rest(
                before,
                last + before
                    .get(last..)
                    .and_then(|tail| tail.chars().next())
                    .map_or(1, char::len_utf8),
            )
        });
    // `/x/.exec(…)` asks a regular expression.
    if name.starts_with('.')
        && before
            .strip_suffix(name)
            .is_some_and(|head| head.ends_with('/'))
    {
        return "";
    }
    let name = name.trim_start_matches(['.', ':', '>']);
    if name.ends_with(['.', ':', '>']) || base_name(name).is_empty() {
        return "";
    }
    name
}
