//! What a process is about to start: the file, its arguments, the variables that were asked for.
//!
//! **Invariant:** read while the process waits. Its other threads go on, so what is told is what was
//! asked for at that moment; the kernel reads it once more.

use super::filter::Call;
use super::memory::{LONGEST_PATH, Memory};
use super::notice::Notice;
use super::socket::{Place, find, own_link};
use crate::{Deed, Process, proc};
use std::fs::File;
use std::io::{self, Read};

/// Most arguments that are told, and most bytes of all of them.
const MOST_ARGUMENTS: usize = 512;
const LONGEST_ARGUMENTS: usize = 16 * 1024;

/// Longest value of a variable that is told, and longest name that is compared.
const LONGEST_VALUE: usize = 1024;

/// Longest first line of a script (`BINPRM_BUF_SIZE`, `linux/binfmts.h`).
const LONGEST_FIRST_LINE: u64 = 256;

/// What will run.
pub(super) struct Program {
    pub(super) executable: String,
    script: Option<String>,
    argv: Vec<String>,
    truncated: bool,
    environment: Vec<(String, String)>,
}

/// The places of an exec's arguments.
struct Places {
    path: u64,
    argv: u64,
    environment: u64,
    base: String,
}

impl Places {
    fn of(call: Call, notice: &Notice) -> Places {
        let thread = notice.thread;
        let here = format!("/proc/{thread}/cwd");
        let first = usize::from(call == Call::Execveat);
        let base = match notice.int(0) {
            _ if first == 0 => here,
            libc::AT_FDCWD => here,
            directory => format!("/proc/{thread}/fd/{directory}"),
        };
        Places {
            path: notice.word(first),
            argv: notice.word(first + 1),
            environment: notice.word(first + 2),
            base,
        }
    }
}

impl Program {
    /// Reads it; an error if there is no such program, as the kernel will say itself.
    pub(super) fn read(
        call: Call,
        notice: &Notice,
        process: u32,
        memory: &Memory,
        variables: &[String],
    ) -> io::Result<Program> {
        let places = Places::of(call, notice);
        let (path, _) = memory.text(places.path, LONGEST_PATH)?;
        let file = find(notice, process, &places.base, &path)?;
        if !is_program(&file)? {
            return Err(io::Error::from_raw_os_error(libc::EACCES));
        }
        let (arguments, more_arguments) = memory.list(places.argv)?;
        let (pairs, _) = memory.list(places.environment)?;
        let both: Vec<u64> = arguments.iter().chain(&pairs).copied().collect();
        let window = memory.around(&both);
        let mut argv = Vec::new();
        let mut left = LONGEST_ARGUMENTS;
        let mut truncated = more_arguments || arguments.len() > MOST_ARGUMENTS;
        for at in arguments.into_iter().take(MOST_ARGUMENTS) {
            let (text, more) = window.text(at, left)?;
            left -= text.len();
            argv.push(String::from_utf8_lossy(&text).into_owned());
            if more {
                truncated = true;
                break;
            }
        }
        let mut environment = Vec::new();
        for at in pairs.into_iter().filter(|_| !variables.is_empty()) {
            // A variable that can't be read will not reach the program either.
            let Ok((text, _)) = window.text(at, LONGEST_VALUE) else {
                continue;
            };
            let text = String::from_utf8_lossy(&text);
            if let Some((name, value)) = text.split_once('=')
                && variables.iter().any(|wanted| wanted == name)
            {
                environment.push((name.to_owned(), value.to_owned()));
            }
        }
        let mut program = Program {
            executable: file.path.clone(),
            script: None,
            argv,
            truncated,
            environment,
        };
        program.read_interpreter(notice, process, &file, &path);
        Ok(program)
    }

    /// A script is run by the program that its first line names (execve(2), "Interpreter scripts").
    fn read_interpreter(&mut self, notice: &Notice, process: u32, file: &Place, path: &[u8]) {
        let mut line = Vec::new();
        let read = File::open(own_link(&file.handle))
            .and_then(|file| file.take(LONGEST_FIRST_LINE).read_to_end(&mut line));
        let Some((interpreter, argument)) = read.ok().and_then(|_| first_line(&line)) else {
            return;
        };
        let base = format!("/proc/{}/cwd", notice.thread);
        let Ok(found) = find(notice, process, &base, interpreter.as_bytes()) else {
            return;
        };
        self.executable = found.path;
        self.script = Some(file.path.clone());
        let mut argv = vec![interpreter];
        argv.extend(argument);
        argv.push(String::from_utf8_lossy(path).into_owned());
        argv.extend(self.argv.drain(..).skip(1));
        self.argv = argv;
    }

    /// The file that a rule would name: the script, or the program itself.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        [Some(self.executable.as_str()), self.script.as_deref()]
            .into_iter()
            .flatten()
    }

    pub(super) fn told(self, notice: &Notice, parent: Process) -> Deed {
        Deed::Exec {
            executable: self.executable,
            script: self.script,
            argv: self.argv,
            truncated: self.truncated,
            cwd: proc::link(notice.thread, "cwd"),
            environment: self.environment,
            parent,
        }
    }
}

fn is_program(file: &Place) -> io::Result<bool> {
    let stat = rustix::fs::fstat(&file.handle)?;
    let is_file = rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file();
    Ok(is_file && stat.st_mode & 0o111 != 0)
}

/// Reads `#!interpreter [argument]`.
fn first_line(bytes: &[u8]) -> Option<(String, Option<String>)> {
    let line = bytes
        .strip_prefix(b"#!")?
        .split(|byte| *byte == b'\n')
        .next()?;
    let line = String::from_utf8_lossy(line);
    let line = line.trim_matches([' ', '\t']);
    let (interpreter, argument) = match line.split_once([' ', '\t']) {
        Some((interpreter, argument)) => (
            interpreter,
            Some(argument.trim_matches([' ', '\t']).to_owned()),
        ),
        None => (line, None),
    };
    (!interpreter.is_empty()).then(|| (interpreter.to_owned(), argument))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_lines_are_read_as_the_kernel_does() {
        let owned = |interpreter: &str, argument: Option<&str>| {
            Some((interpreter.to_owned(), argument.map(str::to_owned)))
        };
        let cases: [(&[u8], _); 7] = [
            (b"#!/bin/sh\necho", owned("/bin/sh", None)),
            (b"#! /bin/sh -e -u \n", owned("/bin/sh", Some("-e -u"))),
            (
                b"#!\t/usr/bin/env python3",
                owned("/usr/bin/env", Some("python3")),
            ),
            (b"#!", None),
            (b"#! \n/bin/sh", None),
            (b"\x7fELF", None),
            (b"", None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(first_line(bytes), expected, "{bytes:?}");
        }
    }
}
