//! Lines that a git diff adds, file by file.
//!
//! **Invariant:** of git only the comparing of stored trees runs: no hooks, no external
//! diff, no text conversion, no filter of the work tree, no file-system monitor, no
//! fetching. What stands in the repository's configuration cannot make it run a program.

use super::look::{Lines, Looker, Text};
use super::report::{Report, count};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Bytes of added lines that are looked at together.
const PART: usize = 8 * 1024 * 1024;

/// As much of one line is read at once.
const LONGEST_LINE: u64 = 1024 * 1024;

/// As much of git's complaint is told.
const COMPLAINT: u64 = 4 * 1024;

/// Looks through what is staged, or committed and staged since `revision`.
pub(crate) fn look(revision: &str, looker: &Looker, report: &Report) -> Result<()> {
    let top = top()?;
    let mut git = git();
    git.args(["diff", "--unified=0", "--no-color", "--no-ext-diff"])
        .args(["--no-textconv", "--no-renames", "--submodule=short"])
        .args(["--src-prefix=a/", "--dst-prefix=b/", "--no-relative"])
        .args(["--ignore-submodules", "--diff-filter=AMT"]);
    // Two trees, or a tree and the index: the work tree, whose files pass filters, is not read.
    if !revision.contains("..") {
        git.arg("--cached");
    }
    git.args(["--end-of-options", revision, "--"]);
    let mut child = git
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("failed to start git")?;
    let output = child.stdout.take().context("git has no output")?;
    let read = Added::new(&top, looker, report).read(BufReader::new(output));
    let complaint = complaint(&mut child);
    let status = child.wait().context("failed to wait for git")?;
    read.context("failed to read git's output")?;
    if !status.success() {
        bail!("git cannot compare with `{revision}`: {complaint}");
    }
    Ok(())
}

/// The directory of the repository.
fn top() -> Result<PathBuf> {
    let found = git()
        .args(["rev-parse", "--show-toplevel"])
        .output()
        .context("failed to start git\nhint: `--git-diff` needs the program `git`")?;
    if !found.status.success() {
        let said = String::from_utf8_lossy(&found.stderr);
        bail!(
            "there is no git repository here: {}\nhint: run it inside of one, or name paths to scan",
            ringfence_store::visible(said.trim())
        );
    }
    let path = String::from_utf8_lossy(&found.stdout);
    Ok(PathBuf::from(path.trim_end_matches('\n')))
}

/// Git with everything off that would run another program.
fn git() -> Command {
    let mut git = Command::new("git");
    for setting in [
        "core.fsmonitor=false",
        "core.hooksPath=/dev/null",
        "core.quotePath=false",
        "core.pager=cat",
        "protocol.allow=never",
    ] {
        git.args(["-c", setting]);
    }
    git.arg("--no-pager")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env_remove("GIT_EXTERNAL_DIFF")
        .stdin(Stdio::null());
    git
}

fn complaint(child: &mut std::process::Child) -> String {
    let mut said = String::new();
    let read = child
        .stderr
        .take()
        .map(|stderr| stderr.take(COMPLAINT).read_to_string(&mut said));
    if !matches!(read, Some(Ok(_))) {
        said.clear();
    }
    ringfence_store::visible(said.trim())
}

/// The added lines of one file after the other.
struct Added<'a> {
    top: &'a Path,
    looker: &'a Looker,
    report: &'a Report,
    path: Option<String>,
    text: Vec<u8>,
    lines: Vec<u64>,
    /// Number of the next added line.
    next: u64,
    /// Lines of the hunk that are still to come: old and new.
    left: (u64, u64),
}

impl<'a> Added<'a> {
    fn new(top: &'a Path, looker: &'a Looker, report: &'a Report) -> Added<'a> {
        Added {
            top,
            looker,
            report,
            path: None,
            text: Vec::new(),
            lines: Vec::new(),
            next: 0,
            left: (0, 0),
        }
    }

    fn read(mut self, mut diff: impl BufRead) -> std::io::Result<()> {
        let mut line = Vec::new();
        let mut goes_on = None;
        loop {
            line.clear();
            if diff
                .by_ref()
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut line)?
                == 0
            {
                break;
            }
            let whole = line.ends_with(b"\n");
            match goes_on {
                // The rest of a line that is longer than what is read at once.
                Some(added) => {
                    if added {
                        self.text.extend_from_slice(&line);
                    }
                }
                None => goes_on = Some(self.line(&line)?),
            }
            if whole {
                goes_on = None;
            }
            if self.text.len() >= PART {
                self.flush()?;
            }
        }
        self.flush()?;
        self.end_of_file();
        Ok(())
    }

    /// Takes the start of a line; returns whether it was added.
    fn line(&mut self, line: &[u8]) -> std::io::Result<bool> {
        match line.first() {
            Some(b'+') if self.left.1 > 0 => {
                self.left.1 -= 1;
                self.text
                    .extend_from_slice(line.get(1..).unwrap_or_default());
                self.lines.push(self.next);
                self.next += 1;
                return Ok(true);
            }
            Some(b'-') if self.left.0 > 0 => self.left.0 -= 1,
            _ => self.header(&String::from_utf8_lossy(line))?,
        }
        Ok(false)
    }

    fn header(&mut self, line: &str) -> std::io::Result<()> {
        let line = line.trim_end_matches(['\n', '\r']);
        if let Some(path) = line.strip_prefix("+++ ") {
            self.flush()?;
            self.end_of_file();
            self.path = new_path(path);
        } else if line.starts_with("Binary files ") {
            count(&self.report.binary, 1);
        } else if let Some(hunk) = line.strip_prefix("@@ ") {
            let (old, new) = hunk_lines(hunk).unwrap_or_default();
            self.left = (old, new.1);
            self.next = new.0;
        }
        Ok(())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let text = std::mem::take(&mut self.text);
        let lines = std::mem::take(&mut self.lines);
        let Some(path) = self.path.as_ref().filter(|_| !text.is_empty()) else {
            return Ok(());
        };
        let absolute = self.top.join(path);
        let about = Text {
            path,
            origin: Some(self.looker.origin_of(&absolute.to_string_lossy())),
            lines: Lines::Picked(&lines),
        };
        let bytes = self
            .looker
            .look(|| Ok(text.as_slice()), &about, self.report)?;
        count(&self.report.bytes, bytes.unwrap_or_default());
        Ok(())
    }

    fn end_of_file(&mut self) {
        if self.path.take().is_some() {
            count(&self.report.files, 1);
        }
    }
}

/// `b/src/a.rs`, or the same in quotes with C's escapes; nothing for `/dev/null`.
fn new_path(text: &str) -> Option<String> {
    // Git ends a path that holds blanks with a tab.
    let text = text.trim_end_matches('\t');
    let plain = match text.strip_prefix('"') {
        Some(quoted) => unquoted(quoted.strip_suffix('"')?)?,
        None => text.to_owned(),
    };
    plain.strip_prefix("b/").map(str::to_owned)
}

/// The escapes of git's `quote.c`: letters, `\"`, `\\` and three octal digits.
fn unquoted(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next()? {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'v' => 11,
            digit @ b'0'..=b'3' => {
                let two = rest.next()?.wrapping_sub(b'0');
                let three = rest.next()?.wrapping_sub(b'0');
                if two > 7 || three > 7 {
                    return None;
                }
                (digit - b'0') * 64 + two * 8 + three
            }
            other => other,
        });
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// `-12,3 +14,2 @@ …`: how many old lines, and which new ones.
fn hunk_lines(text: &str) -> Option<(u64, (u64, u64))> {
    let mut words = text.split(' ');
    let old = range(words.next()?.strip_prefix('-')?)?;
    let new = range(words.next()?.strip_prefix('+')?)?;
    Some((old.1, new))
}

fn range(text: &str) -> Option<(u64, u64)> {
    match text.split_once(',') {
        Some((start, length)) => Some((start.parse().ok()?, length.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_git_writes_them() {
        let table = [
            ("b/src/a.rs", Some("src/a.rs")),
            ("b/with blank\t", Some("with blank")),
            ("\"b/tab\\tquote\\\"\\303\\251\"", Some("tab\tquote\"é")),
            ("/dev/null", None),
            ("\"b/broken\\9", None),
            ("\"b/broken\\399\"", None),
        ];
        for (text, wanted) in table {
            assert_eq!(new_path(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn hunks_say_which_lines_are_new() {
        assert_eq!(hunk_lines("-12,3 +14,2 @@ fn a()"), Some((3, (14, 2))));
        assert_eq!(hunk_lines("-0,0 +1 @@"), Some((0, (1, 1))));
        assert_eq!(hunk_lines("nonsense"), None);
    }
}
