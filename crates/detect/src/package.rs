//! Which packages a command line will install, read off its words.

use ringfence_event::Command;

/// Package managers, and their words for installing.
const MANAGERS: &[(&str, &[&str])] = &[
    ("npm", &["install", "i", "add", "ci"]),
    ("pnpm", &["install", "i", "add"]),
    ("yarn", &["add"]),
    ("bun", &["install", "i", "add"]),
    ("pip", &["install"]),
    ("pip3", &["install"]),
    ("pipx", &["install", "run"]),
    ("uv", &["add"]),
    ("poetry", &["add"]),
    ("cargo", &["install", "add", "binstall"]),
    ("gem", &["install"]),
    ("go", &["install", "get"]),
    ("brew", &["install"]),
    ("apt", &["install"]),
    ("apt-get", &["install"]),
    ("dnf", &["install"]),
    ("yum", &["install"]),
    ("apk", &["add"]),
    ("pacman", &["-S"]),
    ("composer", &["require"]),
    ("dotnet", &["add"]),
    ("conda", &["install"]),
];

/// Programs that fetch a package and run it at once.
const RUNNERS: &[&str] = &["npx", "uvx", "bunx", "pnpx"];

/// The packages that a command will install, as typed, with their version; none if it names none.
pub(crate) fn installed(command: &Command) -> Vec<&str> {
    let is_name = |word: &&str| !word.starts_with('-') && !word.is_empty();
    let mut words = command.args.iter().map(String::as_str);
    if RUNNERS.contains(&command.program.as_str()) {
        return words.find(is_name).into_iter().collect();
    }
    let mut verbs: &[&str] = &[];
    if let Some((_, known)) = (MANAGERS.iter()).find(|(name, _)| *name == command.program) {
        verbs = known;
    } else if command.program.starts_with("python")
        && (words.next(), words.next()) == (Some("-m"), Some("pip"))
    {
        verbs = &["install"];
    }
    // `uv pip install`, `dotnet add package`: the word before a name may be one of theirs.
    let mut words = words.skip_while(|word| !verbs.contains(word));
    if words.next().is_none() {
        return Vec::new();
    }
    words
        .filter(is_name)
        .filter(|word| !matches!(*word, "." | "package"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::command;

    #[test]
    fn packages_are_the_words_after_the_verb() {
        let cases: [(&str, &[&str]); 11] = [
            ("npm install -g left-pad@1 right", &["left-pad@1", "right"]),
            ("npm run install-all", &[]),
            ("npm install", &[]),
            ("pip install -U requests", &["requests"]),
            ("python3 -m pip install requests", &["requests"]),
            ("python3 setup.py install", &[]),
            ("npx -y cowsay hello", &["cowsay"]),
            ("apt-get -y install curl", &["curl"]),
            ("uv add httpx", &["httpx"]),
            ("pip install .", &[]),
            ("cat install x", &[]),
        ];
        for (line, wanted) in cases {
            assert_eq!(installed(&command(line)), wanted, "{line}");
        }
    }
}
