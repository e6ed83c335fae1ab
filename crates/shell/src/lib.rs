//! What a command line will really run: parse, expand, unwrap, decode.
//!
//! **Invariant:** no I/O, no clock, no rules. Text in, invocations out.
#![forbid(unsafe_code)]

mod decode;
mod expand;
mod grammar;
mod inline;
mod options;
mod packages;
mod pattern;
mod powershell;
mod programs;
mod reader;
mod run;
mod scan;
#[cfg(test)]
mod tests;
mod unwrap;
mod words;

use reader::{Outer, Reader};
use run::Command;
use words::Field;

/// What is known about the place where a command line would run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// Absolute working directory.
    pub cwd: Option<&'a str>,
    /// The user's home directory, for `~` and `$HOME`.
    pub home: Option<&'a str>,
    /// The file system does not tell `cat` from `CAT` (macOS, Windows).
    pub ignores_case: bool,
}

/// What a command line will run, as far as its text tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// In the order in which they stand; those inside of `$(…)` before the one that uses them.
    pub invocations: Vec<Invocation>,
    /// Why parts could not be understood; never empty when something was left out.
    pub problems: Vec<Problem>,
}

/// One program that will run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invocation {
    /// Name without directory, quotes and expansions resolved (`curl`).
    pub program: String,
    /// The program as it would be typed after expansion (`/usr/bin/curl`).
    pub typed: String,
    /// Arguments after quoting and expansion, without the program and redirections.
    pub args: Vec<Word>,
    /// `NAME=value` before the program.
    pub assignments: Vec<(String, String)>,
    /// What it is started through, outermost first (`sudo`, `xargs`, `find -exec`, `sh -c`, `eval`, `base64 -d | sh`).
    /// Every shell reads as `sh`, every Python as `python`; text that a shell is fed with reads as the
    /// steps it came through (`echo | sh`, `rev | sh`, `sh <<`, `sh <<<`, `sh <()`, `sh FILE`).
    pub through: Vec<String>,
    /// Indices of the invocations whose output it reads on standard input (pipes, here-strings of `$(…)`, `<(…)`).
    pub stdin_from: Vec<usize>,
    /// Indices of the invocations whose output stands in its arguments (`$(…)`, backticks).
    pub args_from: Vec<usize>,
    /// Files whose content it reads: by redirection and by what is known of the program (`cat`, `cp` source, `curl -d @f`).
    pub reads: Vec<String>,
    /// Files it creates or changes: by redirection (`>`, `>>`) and by what is known of the program (`tee`, `cp`, `curl -o`).
    pub writes: Vec<String>,
    /// Files or directories it deletes or destroys (`rm`, `shred`, `mkfs`, `dd of=`, `find -delete`).
    pub deletes: Vec<String>,
    /// URLs, hosts or host:port it talks to, as typed (`curl URL`, `nc host port`, `/dev/tcp/h/p`, `ssh u@h`, `dig name`).
    pub hosts: Vec<String>,
    /// Packages that it installs, or fetches to run them (`npm i x`, `npx x`).
    pub packages: Vec<Package>,
    /// Text on standard input that stands in the command line itself (heredoc, here-string, `echo … |`).
    pub stdin_text: Option<String>,
}

/// A package from a registry, or from wherever its specifier says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// `npm`, `pypi`, `cargo`, `go`, `gem`, `composer`, `nuget`, `conda`, `brew`, `vscode`, `system` …
    pub ecosystem: String,
    /// Its name; the whole specifier when that is a URL or a repository.
    pub name: String,
    /// The version, when it is told.
    pub version: Option<String>,
}

/// One argument.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Its text; what could not be resolved stands as it was typed (`$UNKNOWN`, `$(id)`).
    pub text: String,
    /// It holds the output of another command.
    pub computed: bool,
    /// It holds a glob or an unknown variable, so that the text is not final.
    pub open: bool,
}

/// Why a part of a command line could not be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Problem {
    /// The grammar does not accept it (unbalanced quotes, not a shell's text).
    Unparsable,
    /// Longer than [`LONGEST`].
    TooLong,
    /// Nested deeper than is followed.
    TooDeep,
    /// The program's name comes out of something that only running it would tell.
    UnknownProgram,
}

/// Longest command line that is read, in bytes.
pub const LONGEST: usize = 1024 * 1024;

/// Reads a command line as a shell would.
pub fn read(text: &str, context: Context<'_>) -> Reading {
    reader_of(text, context).reading
}

/// Reads a command line; the reader also knows how much work that was.
fn reader_of<'c>(text: &str, context: Context<'c>) -> Reader<'c> {
    let mut reader = Reader::new(context, text.len());
    let text = if text.len() > LONGEST {
        reader.problem(Problem::TooLong);
        text.get(..text.floor_char_boundary(LONGEST))
            .unwrap_or_default()
    } else {
        text
    };
    reader.text(text, &Outer::default());
    reader
}

/// Reads a list of words that is run without a shell (and unwraps `bash -lc …` in it).
pub fn read_argv(argv: &[String], context: Context<'_>) -> Reading {
    let mut reader = Reader::new(context, argv.iter().map(String::len).sum());
    let mut length = 0;
    let mut words = Vec::with_capacity(argv.len());
    for word in argv {
        length += word.len() + 1;
        if length > LONGEST {
            reader.problem(Problem::TooLong);
            break;
        }
        words.push(Field::plain(word.as_str()));
    }
    if !words.is_empty() {
        reader.run(Command {
            words,
            ..Command::default()
        });
    }
    reader.reading
}
