//! What a watched tree does under measurement.

use ringfence_tests::home::Home;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files of the big tree.
const FILES: usize = 20_000;

/// Files in one of its directories.
const IN_ONE: usize = 100;

/// One thing that is done.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    pub(crate) aim: &'static str,
    /// As a line of shell.
    pub(crate) line: String,
}

/// Makes the files, and says what is done with them.
pub(crate) fn prepare(home: &Home) -> Vec<Work> {
    let tree = home.path().join("tree");
    for number in 0..FILES {
        let directory = tree.join(format!("d{}", number / IN_ONE));
        if number % IN_ONE == 0 {
            fs::create_dir_all(&directory).expect("a directory of the home");
        }
        let text = format!("file {number}\n");
        fs::write(directory.join(format!("f{number}")), text).expect("a file of the home");
    }
    shell(
        home,
        &format!(
            "cd {} && git init -q . && git add . && git -c user.name=a -c user.email=a@a commit -qm a",
            tree.display()
        ),
    );
    write_crate(home);
    let own = std::env::current_exe().expect("a program knows its path");
    let (own, tree) = (own.display(), tree.display());
    let crate_ = home.path().join("crate");
    vec![
        work(
            "`git status` ×10, 20,000 files",
            "1.15",
            format!("cd {tree}; for i in 0 1 2 3 4 5 6 7 8 9; do git status >/dev/null; done"),
        ),
        work(
            "`find` ×10, 20,000 files",
            "1.15",
            format!(
                "for i in 0 1 2 3 4 5 6 7 8 9; do find {tree} -xdev -type f -newer / >/dev/null; done"
            ),
        ),
        work(
            "20,000 files opened and read",
            "1.15",
            format!("{own} --open {tree}"),
        ),
        work(
            "2,000 programs started",
            "1.15",
            format!("{own} --start 2000"),
        ),
        work(
            "`cargo build` of a small crate",
            "1.03",
            format!(
                "cd {}; rm -rf target; RUSTFLAGS=-Adead_code cargo build -q --offline",
                crate_.display()
            ),
        ),
    ]
}

/// Twenty small modules and nothing to fetch.
fn write_crate(home: &Home) {
    home.write(
        "crate/Cargo.toml",
        "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    let mut main = String::new();
    for number in 0..20 {
        let body = format!(
            "pub fn f{number}(a: u64) -> String {{ (0..a).map(|x| format!(\"{{x}} {{}}\", x * {number})).collect::<Vec<_>>().join(\",\") }}\n"
        );
        home.write(&format!("crate/src/m{number}.rs"), &body);
        main.push_str(&format!("mod m{number};\n"));
    }
    main.push_str("fn main() { println!(\"{}\", m0::f0(3)); }\n");
    home.write("crate/src/main.rs", &main);
}

fn work(name: &'static str, aim: &'static str, line: String) -> Work {
    Work { name, aim, line }
}

fn shell(home: &Home, line: &str) {
    let status = home.command("/bin/sh").args(["-c", line]).status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "failed: {line}"
    );
}

/// Does the part of the work that this program does itself, if it was started for that.
pub(crate) fn was_done() -> bool {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match arguments.as_slice() {
        [what, tree] if what == "--open" => open_all(Path::new(tree)),
        [what, count] if what == "--start" => {
            let count = count.to_str().and_then(|count| count.parse().ok());
            for _ in 0..count.unwrap_or(0) {
                let status = Command::new("/bin/true").status();
                assert!(status.is_ok_and(|status| status.success()));
            }
        }
        _ => return false,
    }
    true
}

fn open_all(tree: &Path) {
    let mut directories: Vec<PathBuf> = vec![tree.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind)
                    if kind.is_dir() && path.file_name().is_some_and(|name| name != ".git") =>
                {
                    directories.push(path);
                }
                Ok(kind) if kind.is_file() => drop(fs::read(path)),
                _ => {}
            }
        }
    }
}
