//! A last look at text that no grammar accepts.
//!
//! **Invariant:** linear. It finds what is obvious (`cat ~/.ssh/id_rsa; "`) and claims nothing more;
//! the caller has noted the problem.

use super::{Outer, Reader};
use crate::expand;
use crate::grammar::Parsed;
use crate::run::Command;
use crate::words::Field;

/// Most lines that are given to the grammar one by one.
const MOST_LINES: usize = 512;

/// Most pieces of one text that are taken for commands.
const MOST_PIECES: usize = 1024;

/// Reads line by line, then piece by piece.
pub(super) fn read(reader: &mut Reader<'_>, text: &str, outer: &Outer) {
    let single = !text.trim().contains('\n');
    let mut pieces = 0;
    for (number, line) in text.lines().enumerate() {
        if pieces > MOST_PIECES {
            return;
        }
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if !single
            && number < MOST_LINES
            && let Ok(parsed) = Parsed::parse(line)
        {
            if !reader.charge(parsed.tokens * super::STEP) {
                return;
            }
            reader.program(&parsed, outer);
            continue;
        }
        for piece in line.split([';', '|', '&', '(', ')', '`']) {
            pieces += 1;
            if pieces > MOST_PIECES || !command(reader, piece, outer) {
                return;
            }
        }
    }
}

/// Takes a piece for a simple command; false when there was enough work.
fn command(reader: &mut Reader<'_>, piece: &str, outer: &Outer) -> bool {
    if !reader.charge(piece.len()) {
        return false;
    }
    let mut words: Vec<Field> = Vec::new();
    let mut redirects = outer.redirects.clone();
    let mut pending = None;
    for raw in piece.split_whitespace() {
        let bare = raw.trim_matches(['"', '\'', '{', '}', '\\']);
        if words.is_empty() && matches!(bare, "for" | "case" | "select" | "function") {
            return true;
        }
        if bare.is_empty() || (words.is_empty() && is_keyword(bare)) {
            continue;
        }
        let target = bare.trim_start_matches(|letter: char| letter.is_ascii_digit());
        if let Some(direction) = target.chars().next().filter(|first| "<>".contains(*first)) {
            let path = target.trim_start_matches(['<', '>']);
            if path.is_empty() {
                pending = Some(direction);
            } else {
                redirect(reader, direction, path, &mut redirects);
            }
            continue;
        }
        if let Some(direction) = pending.take() {
            redirect(reader, direction, bare, &mut redirects);
            continue;
        }
        words.push(expand::single(reader, bare));
    }
    let names_a_program = words.first().is_some_and(|word| {
        word.text
            .starts_with(|letter: char| letter.is_ascii_alphabetic() || "/.~_".contains(letter))
    });
    if names_a_program {
        reader.run(Command {
            words,
            redirects,
            stdin: outer.stdin.clone(),
            ..Command::default()
        });
    }
    true
}

fn redirect(
    reader: &mut Reader<'_>,
    direction: char,
    path: &str,
    redirects: &mut super::Redirects,
) {
    let field = expand::single(reader, path);
    let path = reader.path(&field.text);
    if let Some(host) = super::redirect::network_device(&path) {
        redirects.hosts.push(host);
    } else if direction == '<' {
        redirects.reads.push(path);
    } else if path != "/dev/null" {
        redirects.writes.push(path);
    }
}

fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "if" | "then"
            | "else"
            | "elif"
            | "fi"
            | "do"
            | "done"
            | "while"
            | "until"
            | "esac"
            | "in"
            | "!"
            | "$"
            | ">"
            | "$("
    )
}
