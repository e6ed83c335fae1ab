//! The text that a shell was given, freed of what an agent wraps around it, as a fingerprint:
//! two texts that differ in blanks only are the same.
//!
//! **Invariant:** nothing of the text is kept, since it may hold secrets.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Longest line in which wrappings are looked for, in bytes.
const LONGEST: usize = 256 * 1024;

/// Programs that read a command line from an argument.
const SHELLS: [&str; 7] = ["sh", "bash", "zsh", "dash", "ksh", "fish", "ash"];

/// A command line that can be told from others, and not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Typed(u64);

impl Typed {
    pub(super) fn of(text: &str) -> Typed {
        let mut hasher = DefaultHasher::new();
        for word in text.split_ascii_whitespace() {
            word.hash(&mut hasher);
        }
        Typed(hasher.finish())
    }

    /// The same of words that no shell reads.
    pub(super) fn of_words(words: &[String]) -> Typed {
        let mut hasher = DefaultHasher::new();
        words.hash(&mut hasher);
        Typed(hasher.finish())
    }
}

/// The text that a shell is given with `-c`, behind launchers such as `env` and `timeout`.
pub(super) fn shell_text(argv: &[String]) -> Option<&str> {
    let is_shell = |word: &String| {
        let name = word.rsplit('/').next().unwrap_or(word);
        SHELLS.contains(&name.trim_start_matches('-'))
    };
    let place = argv.iter().take(8).position(is_shell)?;
    if !launches(argv.get(..place)?) {
        return None;
    }
    let mut words = argv.get(place + 1..)?.iter();
    // `-c` may stand apart from `-l`; the text is the first word that is no option (sh(1)).
    let mut told = false;
    let text = words.find(|word| {
        let is_option = word.starts_with('-') || word.starts_with('+');
        told |= is_option && !word.starts_with("--") && word.contains('c');
        !is_option
    })?;
    (told && text.len() <= LONGEST).then_some(text.as_str())
}

fn launches(words: &[String]) -> bool {
    const LAUNCHERS: [&str; 6] = ["env", "timeout", "nice", "stdbuf", "setsid", "nohup"];
    let Some(first) = words.first() else {
        return true;
    };
    LAUNCHERS.contains(&first.rsplit('/').next().unwrap_or(first))
}

/// Every text that may be the one that the agent's hook told: the line as it is, what an `eval`
/// in it is given, and what stands in braces or, behind a `trap`, in parentheses before an agent
/// takes the exit code.
pub(super) fn candidates(text: &str) -> Vec<String> {
    let mut found = vec![text.to_owned()];
    found.extend(evaluated(text));
    let inside = text.trim_start().strip_prefix('{');
    let inside = inside.and_then(|rest| rest.rsplit_once('}'));
    found.extend(inside.map(|(inside, _)| inside.trim().trim_end_matches(';').to_owned()));
    let trapped = text.split_once("' EXIT\n");
    let trapped = trapped.and_then(|(_, rest)| rest.rsplit_once("\n)\n__code=$?"));
    found.extend(trapped.map(|(inside, _)| inside.to_owned()));
    found
}

/// The word after the first `eval` that stands at the beginning of a command.
fn evaluated(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("eval ")?;
    word(rest.trim_start())
}

/// The first word of a shell's line, without its quotes (POSIX 2.2).
fn word(text: &str) -> Option<String> {
    let mut word = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => loop {
                match letters.next()? {
                    '\'' => break,
                    inside => word.push(inside),
                }
            },
            '"' => loop {
                match letters.next()? {
                    '"' => break,
                    '\\' => match letters.next()? {
                        escaped @ ('$' | '`' | '"' | '\\') => word.push(escaped),
                        '\n' => {}
                        other => word.extend(['\\', other]),
                    },
                    inside => word.push(inside),
                }
            },
            '\\' => word.push(letters.next()?),
            blank if blank.is_ascii_whitespace() => break,
            plain => word.push(plain),
        }
    }
    (!word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &[&str]) -> Vec<String> {
        line.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn the_text_of_a_shell_is_found() {
        let table: [(&[&str], Option<&str>); 9] = [
            (&["sh", "-c", "npm test"], Some("npm test")),
            (&["/bin/bash", "-lc", "npm test"], Some("npm test")),
            (&["/bin/zsh", "-c", "-l", "eval 'x'"], Some("eval 'x'")),
            (&["bash", "--norc", "-c", "x"], Some("x")),
            (&["env", "A=1", "bash", "-c", "x"], Some("x")),
            (&["bash", "run.sh"], None),
            (&["cat", "bash", "-c", "x"], None),
            (&["bash", "-c"], None),
            (&[], None),
        ];
        for (line, wanted) in table {
            assert_eq!(shell_text(&words(line)), wanted, "{line:?}");
        }
    }

    #[test]
    fn what_an_agent_wraps_around_a_command_is_taken_off() {
        let table = [
            ("npm test", "npm  test"),
            (
                r#"source /h/.claude/shell-snapshots/s.sh 2>/dev/null || true && eval 'echo '"'"'a b'"'"'' < /dev/null && pwd -P >| /tmp/c"#,
                "echo 'a b'",
            ),
            (
                "shopt -u promptvars; _bgpids_file=/tmp/gemini-shell-a/b\n(\n  trap 'jobs -p > \"$_bgpids_file\"' EXIT\necho a | tr a-z A-Z\n)\n__code=$?\nexit $__code",
                "echo a | tr a-z A-Z",
            ),
            (r#"eval "echo \"\$HOME\" \n" && x"#, r#"echo "$HOME" \n"#),
            (
                "{ npm test; }; __code=$?; pgrep -g 0 >/tmp/x 2>&1; exit $__code;",
                "npm test",
            ),
        ];
        for (line, wanted) in table {
            let found = candidates(line);
            let wanted = Typed::of(wanted);
            assert!(
                found.iter().any(|one| Typed::of(one) == wanted),
                "{found:?}"
            );
        }
        assert_eq!(evaluated("eval 'open"), None);
    }
}
