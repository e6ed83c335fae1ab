//! Command lines and what they are read as, whole readings compared.
//!
//! A line of a reading: `[through] program arguments`, then `<` the invocations on standard input, `^`
//! those in arguments, and `R`, `W`, `D`, `H` for files read, written, deleted and for hosts. Words
//! that are computed end in `$`, open ones in `~`; a problem is a line that starts with `!`.

mod code;
mod data;
mod decoding;
mod hostile;
mod programs;
mod spelling;
mod structure;
mod wrappers;

use std::fmt::Write as _;

use crate::{Context, Invocation, Reading, read, read_argv};

const CONTEXT: Context<'static> = Context {
    cwd: Some("/project"),
    home: Some("/home/u"),
    ignores_case: false,
};

/// A command line and its reading.
type Case = (&'static str, &'static [&'static str]);

fn line(invocation: &Invocation) -> String {
    let mut line = String::new();
    if !invocation.through.is_empty() {
        write!(line, "[{}] ", invocation.through.join(" > ")).unwrap();
    }
    line.push_str(&invocation.program);
    for word in &invocation.args {
        line.push(' ');
        if word.text.is_empty() || word.text.contains([' ', '\n']) {
            write!(line, "{:?}", word.text).unwrap();
        } else {
            line.push_str(&word.text);
        }
        line.push_str(if word.computed { "$" } else { "" });
        line.push_str(if word.open { "~" } else { "" });
    }
    let numbers = |sign, from: &[usize]| {
        let from: Vec<String> = from.iter().map(ToString::to_string).collect();
        (!from.is_empty()).then(|| format!(" {sign}{}", from.join(",")))
    };
    line.extend(numbers('<', &invocation.stdin_from));
    line.extend(numbers('^', &invocation.args_from));
    let lists = [
        ('R', &invocation.reads),
        ('W', &invocation.writes),
        ('D', &invocation.deletes),
        ('H', &invocation.hosts),
    ];
    for (sign, list) in lists {
        if !list.is_empty() {
            write!(line, " {sign}={}", list.join(",")).unwrap();
        }
    }
    line
}

fn lines(reading: &Reading) -> Vec<String> {
    let problems = reading
        .problems
        .iter()
        .map(|problem| format!("! {problem:?}"));
    problems
        .chain(reading.invocations.iter().map(line))
        .collect()
}

fn check(cases: &[Case]) {
    for (text, expected) in cases {
        assert_eq!(lines(&read(text, CONTEXT)), *expected, "{text}");
    }
}

#[test]
fn spellings_mean_the_same() {
    check(spelling::CASES);
}

#[test]
fn compound_commands_are_followed() {
    check(structure::CASES);
}

#[test]
fn wrappers_are_taken_off() {
    check(wrappers::CASES);
}

#[test]
fn encoded_commands_are_decoded() {
    check(decoding::CASES);
}

#[test]
fn code_is_read_lightly() {
    check(code::CASES);
}

#[test]
fn programs_touch_what_they_touch() {
    check(programs::CASES);
}

#[test]
fn data_is_not_a_command() {
    check(data::CASES);
}

#[test]
fn there_are_enough_cases() {
    let tables = [
        spelling::CASES,
        structure::CASES,
        wrappers::CASES,
        decoding::CASES,
        code::CASES,
        programs::CASES,
        data::CASES,
    ];
    assert!(tables.iter().map(|table| table.len()).sum::<usize>() >= 250);
}

#[test]
fn words_without_a_shell_are_not_expanded() {
    let argv = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        lines(&read_argv(&words, CONTEXT))
    };
    assert_eq!(argv(&["cat", "$HOME/x"]), ["cat $HOME/x R=$HOME/x"]);
    assert_eq!(
        argv(&["bash", "-lc", "cat ~/.ssh/id_rsa"]),
        ["[sh -c] cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa"]
    );
    assert_eq!(argv(&["sudo", "rm", "-rf", "/"]), ["[sudo] rm -rf / D=/"]);
    assert_eq!(argv(&["a;b"]), ["a;b"]);
    assert_eq!(argv(&[]), [""; 0]);
}

#[test]
fn the_fields_that_lines_leave_out() {
    let reading = read("A=1 /bin/cat <<< \"$A b\" -", CONTEXT);
    let expected = Invocation {
        program: "cat".to_owned(),
        typed: "/bin/cat".to_owned(),
        args: vec![crate::Word {
            text: "-".to_owned(),
            computed: false,
            open: false,
        }],
        assignments: vec![("A".to_owned(), "1".to_owned())],
        stdin_text: Some("$A b\n".to_owned()),
        ..Invocation::default()
    };
    assert_eq!(reading.invocations, [expected]);
}

#[test]
fn without_a_home_a_tilde_stays() {
    let reading = read("cat \"$HOME/.ssh/id_rsa\" ~/x", Context::default());
    assert_eq!(
        lines(&reading),
        ["cat ~/.ssh/id_rsa ~/x R=~/.ssh/id_rsa,~/x"]
    );
}

#[test]
fn names_without_case_are_the_same_where_the_system_says_so() {
    let context = Context {
        ignores_case: true,
        ..CONTEXT
    };
    let reading = read("/Usr/Bin/CAT f", context);
    assert_eq!(lines(&reading), ["cat f R=f"]);
    assert_eq!(lines(&read("CAT f", CONTEXT)), ["CAT f"]);
}
