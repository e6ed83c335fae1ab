//! The packages that a command line installs or runs: `npm i x`, `pip install x==1`, `npx x@2`, `go install`.
//!
//! **Invariant:** a flag, a file or a value of an option is never reported as a package; a package
//! without a name of its own (a URL, a directory) is reported as typed.

use crate::Package;
use crate::options::{Order, arguments};
use crate::programs::base_name;
use crate::words::Field;
use std::collections::HashMap;
use std::sync::LazyLock;

/// How one package manager is told to install.
struct Manager {
    /// Programs, then subcommands (`install`), joined by `,`; no subcommand: it always installs.
    programs: &'static str,
    verbs: &'static str,
    ecosystem: &'static str,
    /// Options that take a value.
    values: &'static str,
    /// What stands between name and version.
    mark: &'static str,
    /// Only the first operand is a package (`npx x arguments`).
    first: bool,
}

const fn manager(
    programs: &'static str,
    verbs: &'static str,
    ecosystem: &'static str,
    mark: &'static str,
    values: &'static str,
) -> Manager {
    Manager {
        programs,
        verbs,
        ecosystem,
        values,
        mark,
        first: false,
    }
}

const fn runner(
    programs: &'static str,
    verbs: &'static str,
    ecosystem: &'static str,
    mark: &'static str,
    values: &'static str,
) -> Manager {
    Manager {
        programs,
        verbs,
        ecosystem,
        values,
        mark,
        first: true,
    }
}

const NODE: &str =
    "--registry --prefix -C -w --workspace --tag --save-prefix --cache --dir --filter -F --cwd";
const PYTHON: &str = "-r --requirement -c --constraint -i --index-url --extra-index-url -t --target \
                      --prefix -f --find-links --python --trusted-host --group --extra -e --editable \
                      --platform --index --config-settings";
const SYSTEM: &str = "-t -o -c --repo --repository --root --config -X";

/// From the managers' own manuals.
const MANAGERS: &[Manager] = &[
    manager(
        "npm,cnpm",
        "install,i,add,in,ins,isntall,update,up",
        "npm",
        "@",
        NODE,
    ),
    manager("pnpm,yarn,bun", "add,install,i,global", "npm", "@", NODE),
    runner(
        "npx,pnpx,bunx",
        "",
        "npm",
        "@",
        "-p --package -c --call --registry",
    ),
    runner(
        "npm,pnpm,yarn,bun",
        "exec,x,dlx,create,init",
        "npm",
        "@",
        "-p --package -c --call",
    ),
    manager(
        "pip,pip3,pipenv,pdm,poetry,rye,hatch",
        "install,add,download",
        "pypi",
        "==",
        PYTHON,
    ),
    manager("uv", "add,install", "pypi", "==", PYTHON),
    runner("uvx", "", "pypi", "==", "--from --with --python -p"),
    runner("pipx", "run", "pypi", "==", "--spec --python"),
    manager("pipx", "install,inject", "pypi", "==", "--spec --python"),
    manager(
        "conda,mamba,micromamba",
        "install,create",
        "conda",
        "=",
        "-n -c -p --name --channel --prefix",
    ),
    manager(
        "cargo",
        "install,add,binstall",
        "cargo",
        "@",
        "--version --git --branch --tag --rev --path --registry --root -F --features -p --index",
    ),
    manager("go", "install,get", "go", "@", "-modfile -o"),
    manager(
        "gem",
        "install,i",
        "gem",
        ":",
        "-v --version -s --source -i -n",
    ),
    manager("bundle", "add", "gem", ":", "-v --version --source --git"),
    manager("composer", "require", "composer", ":", "--working-dir -d"),
    manager(
        "dotnet",
        "add,install",
        "nuget",
        "@",
        "--version -v --source -s --tool-path",
    ),
    manager("brew", "install,reinstall,tap", "brew", "@", ""),
    manager(
        "apt,apt-get,aptitude,dnf,yum,zypper,tdnf,microdnf",
        "install,reinstall,localinstall,in",
        "system",
        "=",
        SYSTEM,
    ),
    manager("apk", "add", "system", "=", SYSTEM),
    manager("pacman,yay,paru", "-S,-Sy,-Syu,-U", "system", "=", ""),
    manager("snap,flatpak", "install", "system", "=", "--channel"),
    manager(
        "code,cursor,codium",
        "--install-extension",
        "vscode",
        "@",
        "",
    ),
    manager("gh", "extension", "gh", "@", "--pin"),
    manager("helm", "plugin", "helm", "@", "--version"),
];

/// The managers of each program, in order.
static BY_PROGRAM: LazyLock<HashMap<&str, Vec<&Manager>>> = LazyLock::new(|| {
    let mut found: HashMap<&str, Vec<&Manager>> = HashMap::new();
    for manager in MANAGERS {
        for program in manager.programs.split(',') {
            found.entry(program).or_default().push(manager);
        }
    }
    found
});

/// Most packages that one command is read as.
const MOST: usize = 256;

/// What `words` (a program and its arguments) install.
pub(crate) fn installed(words: &[Field]) -> Vec<Package> {
    let Some((program, rest)) = words.split_first() else {
        return Vec::new();
    };
    let mut name = base_name(&program.text);
    let mut rest = rest;
    if name.starts_with("python")
        && let [flag, module, more @ ..] = rest
        && flag.text == "-m"
    {
        name = &module.text;
        rest = more;
    }
    if name == "uv"
        && let [tool, more @ ..] = rest
        && matches!(tool.text.as_str(), "pip" | "tool")
    {
        rest = more;
    }
    let bare = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let known = BY_PROGRAM.get(name).or_else(|| BY_PROGRAM.get(bare));
    let mut managers = known.into_iter().flatten();
    managers
        .find_map(|manager| read(manager, rest))
        .unwrap_or_default()
}

fn read(manager: &Manager, rest: &[Field]) -> Option<Vec<Package>> {
    let takes =
        |name: &str| usize::from(manager.values.split(' ').any(|value| value.trim() == name));
    let mut behind = rest;
    let flag = manager.verbs.starts_with('-');
    if !manager.verbs.is_empty() {
        let order = if flag {
            Order::Mixed
        } else {
            Order::FirstOperandEnds
        };
        let sorted = arguments(rest, order, takes);
        let at = if flag {
            rest.iter()
                .position(|word| manager.verbs.split(',').any(|verb| verb == word.text))?
        } else {
            sorted.read
        };
        let verb = rest.get(at)?;
        if !manager.verbs.split(',').any(|one| one == verb.text) {
            return None;
        }
        behind = rest.get(at + 1..)?;
    }
    let order = if manager.first {
        Order::FirstOperandEnds
    } else {
        Order::Mixed
    };
    let sorted = arguments(behind, order, takes);
    let named = sorted
        .options
        .iter()
        .filter(|option| {
            manager.first
                && ["-p", "--package", "--from"]
                    .iter()
                    .any(|name| option.is(name))
        })
        .filter_map(|option| option.value);
    let most = if manager.first { 1 } else { MOST };
    // `dotnet add package x`, `yarn global add x`, `gh extension install x`.
    let is_second_verb = |word: &&Field| {
        matches!(word.text.as_str(), "package" | "tool" | "add" | "install")
            && matches!(manager.ecosystem, "nuget" | "npm" | "gh" | "helm")
    };
    let skipped = usize::from(sorted.operands.first().is_some_and(is_second_verb));
    let operands = sorted.operands.iter().skip(skipped).take(most);
    let packages = named
        .chain(operands.map(|word| word.text.as_str()))
        .filter(|text| is_package(text))
        .map(|text| split(manager, text))
        .collect();
    Some(packages)
}

/// Directories and files of the project are not packages from elsewhere.
fn is_package(text: &str) -> bool {
    !text.is_empty()
        && text != "."
        && !text.starts_with(['-', '~', '$', '<', '>'])
        && !text.starts_with("./")
        && !text.starts_with("../")
        && !text.starts_with(".[")
        && !text.starts_with('/')
}

/// Cuts a specifier into name and version.
fn split(manager: &Manager, text: &str) -> Package {
    let whole = |name: &str, version: Option<&str>| Package {
        ecosystem: manager.ecosystem.to_owned(),
        name: name.to_owned(),
        version: version
            .filter(|version| !version.is_empty())
            .map(str::to_owned),
    };
    let from_elsewhere = text.contains("://") || text.contains(" @ ") || text.contains("github:");
    if from_elsewhere {
        return whole(text, None);
    }
    if manager.ecosystem == "pypi" {
        let end = text
            .find(['=', '<', '>', '~', '!', ';', '[', ' ', '@'])
            .unwrap_or(text.len());
        let (name, version) = text.split_at_checked(end).unwrap_or((text, ""));
        let exact = version.split_once("==").map(|(_, version)| version.trim());
        return whole(name, exact.or_else(|| version.strip_prefix('@')));
    }
    let (scope, bare) = match text.strip_prefix('@') {
        Some(bare) => ("@", bare),
        None => ("", text),
    };
    match bare.split_once(manager.mark) {
        Some((name, version)) => whole(&format!("{scope}{name}"), Some(version)),
        None => whole(text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<String> {
        let words: Vec<Field> = line.split(' ').map(Field::plain).collect();
        installed(&words)
            .into_iter()
            .map(|one| match one.version {
                Some(version) => format!("{} {} {version}", one.ecosystem, one.name),
                None => format!("{} {}", one.ecosystem, one.name),
            })
            .collect()
    }

    #[test]
    fn managers_install_what_they_are_told() {
        let table: &[(&str, &[&str])] = &[
            (
                "npm i left-pad@1.3.0 @a/b@2 --save-dev",
                &["npm left-pad 1.3.0", "npm @a/b 2"],
            ),
            ("npm install", &[]),
            ("npm --prefix web add x", &["npm x"]),
            ("npm run build", &[]),
            ("pnpm add -D x", &["npm x"]),
            ("yarn add github:a/b", &["npm github:a/b"]),
            ("npx -y cowsay@1 hi", &["npm cowsay 1"]),
            ("npx -p x y", &["npm x", "npm y"]),
            ("pnpm dlx x y", &["npm x"]),
            (
                "pip install requests==2.1 flask>=2 -r r.txt",
                &["pypi requests 2.1", "pypi flask"],
            ),
            ("pip3.11 install -e . uvicorn[standard]", &["pypi uvicorn"]),
            ("python3 -m pip install x", &["pypi x"]),
            (
                "pip install git+https://h.example/x.git",
                &["pypi git+https://h.example/x.git"],
            ),
            ("uv pip install x", &["pypi x"]),
            ("uv add x==1", &["pypi x 1"]),
            ("uvx ruff@0.1 check", &["pypi ruff 0.1"]),
            ("pipx run x y", &["pypi x"]),
            ("cargo install ripgrep@14", &["cargo ripgrep 14"]),
            ("cargo install --git https://h.example/x", &[]),
            ("cargo build", &[]),
            ("go install h.example/x@latest", &["go h.example/x latest"]),
            ("gem install x -v 1", &["gem x"]),
            ("brew install jq", &["brew jq"]),
            ("apt-get install -y curl=7", &["system curl 7"]),
            ("apk add --no-cache git", &["system git"]),
            ("pacman -S --noconfirm git", &["system git"]),
            ("code --install-extension a.b", &["vscode a.b"]),
            ("dotnet add package X --version 1", &["nuget X"]),
            ("composer require a/b:1", &["composer a/b 1"]),
            ("pip list", &[]),
            ("ls x", &[]),
        ];
        for (line, wanted) in table {
            assert_eq!(found(line), *wanted, "{line}");
        }
    }
}
