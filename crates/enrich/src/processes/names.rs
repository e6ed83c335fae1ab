//! The name by which people know a running program: `npm install`, not `node npm-cli.js install`.

/// Programs that run the file they are given; that file is what people mean.
const INTERPRETERS: [&str; 8] = [
    "node", "nodejs", "bun", "deno", "python", "ruby", "perl", "php",
];

/// Programs that do different things by their first word.
const MANY: [&str; 30] = [
    "npm", "pnpm", "yarn", "bun", "npx", "pip", "pipx", "uv", "poetry", "cargo", "rustup", "gem",
    "bundle", "go", "git", "brew", "apt", "apt-get", "dnf", "docker", "podman", "composer",
    "corepack", "conda", "mamba", "dpkg", "kubectl", "gh", "make", "pdm",
];

/// Names of scripts that stand for their package.
const NAMELESS: [&str; 6] = ["cli", "index", "main", "bin", "__main__", "run"];

/// Longest name, in bytes.
const LONGEST: usize = 64;

/// Returns the name of a program without its directory.
pub(crate) fn base(path: &str) -> &str {
    let path = path.strip_suffix(" (deleted)").unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path)
}

/// Returns the name of what a process runs, with its verb where it has one.
pub(super) fn name_of(executable: Option<&str>, argv: &[String]) -> String {
    let typed = argv.first().map_or("", |word| base(word));
    let file = executable.map_or(typed, base);
    let plain = file.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let mut rest = argv.get(1..).unwrap_or_default();
    let mut name = as_people_say(file).to_owned();
    if INTERPRETERS.contains(&plain)
        && let Some((script, after)) = script_of(plain, rest)
    {
        name = script;
        rest = after;
    }
    if MANY.contains(&name.as_str())
        && let Some(verb) = verb_of(rest)
    {
        name.push(' ');
        name.push_str(verb);
    }
    name.truncate(name.floor_char_boundary(LONGEST));
    name
}

/// The first word that is neither an option nor the value of one.
fn verb_of(rest: &[String]) -> Option<&str> {
    const VALUED: [&str; 7] = [
        "-C",
        "-c",
        "--prefix",
        "--manifest-path",
        "--git-dir",
        "--work-tree",
        "-R",
    ];
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        if VALUED.contains(&word.as_str()) {
            words.next();
        } else if !word.starts_with(['-', '+']) {
            let is_verb = word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            return is_verb.then_some(word);
        }
    }
    None
}

/// `x86_64-linux-gnu-gcc-14` is `gcc`, `ld.bfd` is `ld`: what a compiler's parts are called depends on
/// the machine and its age.
fn as_people_say(file: &str) -> &str {
    const PARTS: [&str; 14] = [
        "gcc", "g++", "cpp", "cc", "c++", "clang", "clang++", "as", "ld", "lld", "ar", "ranlib",
        "nm", "strip",
    ];
    let name = ["-linux-gnu-", "-linux-gnueabihf-", "-linux-musl-"]
        .iter()
        .find_map(|system| file.split_once(system))
        .map_or(file, |(_, name)| name);
    let name = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let name = name.trim_end_matches('-');
    let name = name.split('.').next().unwrap_or(name);
    if PARTS.contains(&name) {
        return name;
    }
    without_version(file)
}

/// `pip3.12` is `pip`; `python3.12` stays what it is.
fn without_version(name: &str) -> &str {
    let plain = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    if plain == "pip" { plain } else { name }
}

/// The script that an interpreter runs, and the words after it.
fn script_of<'a>(interpreter: &str, rest: &'a [String]) -> Option<(String, &'a [String])> {
    let mut place = 0;
    loop {
        let word = rest.get(place)?;
        place += 1;
        let after = rest.get(place..).unwrap_or_default();
        if word == "-m" && interpreter == "python" {
            let module = after.first()?.split('.').next()?;
            return Some((module.to_owned(), after.get(1..).unwrap_or_default()));
        }
        if word == "run" && matches!(interpreter, "deno" | "bun") {
            continue;
        }
        if ["-c", "-e", "-p", "--eval", "--print", "-"].contains(&word.as_str()) {
            return None;
        }
        if word == "-r" || word == "--require" || word == "--import" || word == "-W" || word == "-X"
        {
            place += 1;
        } else if !word.starts_with('-') {
            return Some((script_name(word), after));
        }
    }
}

fn script_name(path: &str) -> String {
    let file = base(path);
    let stem = [".js", ".cjs", ".mjs", ".py", ".rb", ".pl", ".ts"]
        .iter()
        .find_map(|ending| file.strip_suffix(ending))
        .unwrap_or(file);
    let stem = stem.strip_suffix("-cli").unwrap_or(stem);
    if NAMELESS.contains(&stem)
        && let Some(package) = package_of(path)
    {
        return package.to_owned();
    }
    without_version(stem).to_owned()
}

/// The package whose file a path below `node_modules` or `site-packages` is.
fn package_of(path: &str) -> Option<&str> {
    let below = ["/node_modules/", "/site-packages/", "/dist-packages/"]
        .iter()
        .find_map(|folder| path.rsplit_once(folder))?
        .1;
    let mut parts = below.split('/');
    let first = parts.next()?;
    if first.starts_with('@') {
        return parts.next();
    }
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_have_the_names_that_people_know() {
        let table: [(&str, &[&str], &str); 19] = [
            ("/usr/bin/x86_64-linux-gnu-gcc-14", &["gcc", "a.c"], "gcc"),
            ("/usr/bin/x86_64-linux-gnu-ld.bfd", &["ld"], "ld"),
            ("/usr/bin/clang-19", &["clang"], "clang"),
            (
                "/usr/bin/node",
                &["node", "/usr/bin/npm", "install", "x"],
                "npm install",
            ),
            (
                "/usr/bin/node",
                &["node", "/usr/lib/node_modules/npm/bin/npm-cli.js", "ci"],
                "npm ci",
            ),
            (
                "/usr/bin/node",
                &["node", "node_modules/.bin/prettier", "-w", "."],
                "prettier",
            ),
            (
                "/usr/bin/node",
                &[
                    "node",
                    "/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js",
                ],
                "claude-code",
            ),
            ("/usr/bin/node", &["node", "-e", "1"], "node"),
            ("/usr/bin/node", &["node", "--require", "x.js", "a.js"], "a"),
            (
                "/usr/bin/python3.12",
                &["python3", "-m", "pip", "install", "x"],
                "pip install",
            ),
            (
                "/usr/bin/python3.12",
                &["python3", "-m", "pip._internal", "list"],
                "pip list",
            ),
            (
                "/usr/bin/python3.12",
                &["/usr/bin/python3", "/usr/bin/pip3", "list"],
                "pip list",
            ),
            ("/usr/bin/python3.12", &["python3"], "python3.12"),
            ("/usr/bin/cargo", &["cargo", "build", "-q"], "cargo build"),
            ("/usr/bin/git", &["git", "-C", "/p", "push"], "git push"),
            ("/usr/bin/git (deleted)", &[], "git"),
            ("/usr/bin/bash", &["bash", "-c", "x"], "bash"),
            (
                "/p/target/debug/build/a-1/build-script-build",
                &["x"],
                "build-script-build",
            ),
            ("", &[], ""),
        ];
        for (executable, argv, wanted) in table {
            let argv: Vec<String> = argv.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(name_of(Some(executable), &argv), wanted, "{argv:?}");
        }
    }
}
