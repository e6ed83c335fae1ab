//! What programs do by nature: which secrets are theirs, which files they keep, what they build.
//!
//! **Invariant:** data only. A program is known by its name: who gives another program that name
//! is caught where the program is run, not here.

use ringfence_event::FileClass;

/// Whose a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The program's that reads it.
    Own,
    /// Some service's, whose libraries read it in any program.
    Library,
    /// Somebody else's.
    Stranger,
}

/// Parts of paths, and the programs whose own they are.
const OWNERS: &[(&[&str], &[&str])] = &[
    (
        &[
            "/.ssh/",
            "/id_rsa",
            "/id_ed25519",
            "/id_ecdsa",
            "/id_dsa",
            "/etc/ssh/",
        ],
        &[
            "ssh",
            "scp",
            "sftp",
            "ssh-add",
            "ssh-keygen",
            "ssh-agent",
            "sshd",
            "git",
            "git-remote-http",
            "ansible",
            "ansible-playbook",
            "mosh-client",
            "autossh",
            "sshfs",
            "rsync",
            "jj",
        ],
    ),
    (
        &["/.gnupg/"],
        &[
            "gpg",
            "gpg2",
            "gpg-agent",
            "gpgsm",
            "gpgconf",
            "scdaemon",
            "keyboxd",
            "dirmngr",
            "gpg-connect-agent",
            "pass",
        ],
    ),
    (
        &[
            "/.git-credentials",
            "/.config/git/credentials",
            "/.netrc",
            "/_netrc",
        ],
        &[
            "git",
            "git-credential-store",
            "git-remote-http",
            "git-remote-https",
            "curl",
            "wget",
            "pip",
            "uv",
            "go",
            "cargo",
            "hg",
            "heroku",
        ],
    ),
    (&["/.config/gh/"], &["gh", "git-credential-gh"]),
    (&["/.config/glab-cli/"], &["glab"]),
    (
        &["/.npmrc", "/.yarnrc"],
        &[
            "npm", "npx", "pnpm", "pnpx", "yarn", "yarnpkg", "bun", "bunx", "corepack", "lerna",
            "nx", "turbo",
        ],
    ),
    (
        &["/.pypirc"],
        &["pip", "twine", "poetry", "uv", "flit", "hatch", "pdm"],
    ),
    (&["/.cargo/credentials"], &["cargo"]),
    (&["/.gem/"], &["gem", "bundle"]),
    (&["/.composer/", "/.config/composer/"], &["composer"]),
    (
        &["/.docker/"],
        &[
            "docker",
            "docker-compose",
            "docker-buildx",
            "buildx",
            "buildctl",
            "podman",
            "skopeo",
            "crane",
            "ko",
            "nerdctl",
            "kind",
            "minikube",
            "act",
            "helm",
            "devcontainer",
            "com.docker.cli",
        ],
    ),
    (
        &["/.kube"],
        &[
            "kubectl",
            "helm",
            "k9s",
            "kustomize",
            "kubectx",
            "kubens",
            "stern",
            "skaffold",
            "tilt",
            "flux",
            "argocd",
            "kind",
            "minikube",
            "terraform",
            "tofu",
        ],
    ),
    (
        &["/.aws"],
        &[
            "aws",
            "sam",
            "cdk",
            "terraform",
            "tofu",
            "pulumi",
            "eksctl",
            "serverless",
            "copilot",
            "kubectl",
            "packer",
        ],
    ),
    (
        &["/.config/gcloud"],
        &[
            "gcloud",
            "gsutil",
            "bq",
            "terraform",
            "tofu",
            "kubectl",
            "pulumi",
        ],
    ),
    (
        &["/.azure"],
        &["az", "azd", "func", "terraform", "tofu", "pulumi"],
    ),
    (&["/.terraform.d/"], &["terraform", "tofu"]),
    (&["/.vault-token"], &["vault"]),
    (&["/.fly/"], &["fly", "flyctl"]),
    (&["/.config/doctl/"], &["doctl"]),
    (&["/.config/hcloud/"], &["hcloud"]),
    (&["/.config/rclone/"], &["rclone"]),
    (&["/.s3cfg"], &["s3cmd"]),
    (
        &["/.pgpass"],
        &[
            "psql",
            "pg_dump",
            "pg_restore",
            "pg_dumpall",
            "createdb",
            "dropdb",
            "pg_isready",
        ],
    ),
    (
        &["/.my.cnf", "/.mylogin.cnf"],
        &[
            "mysql",
            "mysqldump",
            "mariadb",
            "mariadb-dump",
            "mysqladmin",
        ],
    ),
    (&["/.config/sops/", "/.age/"], &["sops", "age", "rage"]),
    (&["/.claude/"], &["claude", "claude-code"]),
    (&["/.codex/"], &["codex"]),
    (&["/.gemini/"], &["gemini", "gemini-cli"]),
    (
        &["/.config/github-copilot/"],
        &["copilot", "copilot-language-server"],
    ),
    (&["/opencode/auth.json"], &["opencode"]),
    (
        &["/etc/shadow", "/etc/gshadow", "/etc/sudoers"],
        &[
            "sudo",
            "su",
            "login",
            "passwd",
            "unix_chkpwd",
            "useradd",
            "usermod",
            "userdel",
            "groupadd",
            "chpasswd",
            "chage",
            "pwck",
            "systemd-sysusers",
            "visudo",
            "sshd",
            "runuser",
            "newgrp",
        ],
    ),
    (
        &["_history"],
        &[
            "bash", "zsh", "fish", "psql", "mysql", "mariadb", "python", "sh",
        ],
    ),
    (&["/.mozilla/"], &["firefox", "geckodriver"]),
    (
        &["/google-chrome/", "/chromium/", "/Google/Chrome/"],
        &[
            "chrome",
            "google-chrome",
            "chromium",
            "chromium-browser",
            "chrome_crashpad_handler",
        ],
    ),
    (
        &["/keyrings/"],
        &[
            "gnome-keyring-daemon",
            "secret-tool",
            "kwalletd5",
            "kwalletd6",
        ],
    ),
    (
        &["/Keychains/"],
        &[
            "security",
            "securityd",
            "secd",
            "codesign",
            "git-credential-osxkeychain",
        ],
    ),
    (&["/.password-store/"], &["pass", "gopass"]),
    (&["/.config/op/"], &["op"]),
];

/// Secrets of services whose libraries stand in the programs of a project.
const LIBRARIES: &[&str] = &[
    "/.aws",
    "/.kube",
    "/.config/gcloud",
    "/.azure",
    "/.docker/config.json",
    "/.npmrc",
    "/.netrc",
    "/.pypirc",
    "/.pgpass",
    "/.my.cnf",
    "/var/run/secrets/kubernetes.io/",
    "/run/secrets/kubernetes.io/",
    "/.oci/",
];

/// Programs that show or carry away whatever file they are given.
const READERS: &[&str] = &[
    "cat",
    "head",
    "tail",
    "less",
    "more",
    "cp",
    "mv",
    "dd",
    "tar",
    "zip",
    "gzip",
    "base64",
    "base32",
    "xxd",
    "od",
    "hexdump",
    "strings",
    "grep",
    "rg",
    "awk",
    "gawk",
    "mawk",
    "sed",
    "cut",
    "sort",
    "tee",
    "rsync",
    "scp",
    "curl",
    "wget",
    "nc",
    "ncat",
    "socat",
    "openssl",
    "sh",
    "bash",
    "dash",
    "zsh",
    "busybox",
    "find",
    "xargs",
    "jq",
    "yq",
    "diff",
    "trufflehog",
    "gitleaks",
];

/// Programs that open directories and no files.
const LISTERS: &[&str] = &[
    "find", "fd", "fdfind", "ls", "eza", "exa", "du", "tree", "updatedb",
];

/// Package managers of the system, below which other programs make users and services.
const OF_SYSTEM: &[&str] = &[
    "dpkg", "apt", "apt-get", "rpm", "dnf", "yum", "pacman", "apk", "brew",
];

/// Programs that read and write text or code, and have no business on the network.
const QUIET_TOOLS: &[&str] = &[
    "prettier",
    "eslint",
    "stylelint",
    "biome",
    "rustfmt",
    "gofmt",
    "goimports",
    "gofumpt",
    "black",
    "isort",
    "ruff",
    "autopep8",
    "yapf",
    "flake8",
    "pylint",
    "shfmt",
    "shellcheck",
    "clang-format",
    "clang-tidy",
    "cppcheck",
    "jshint",
    "htmlhint",
    "markdownlint",
    "stylua",
    "luacheck",
    "hadolint",
    "yamllint",
    "gcc",
    "g++",
    "cc",
    "c++",
    "cc1",
    "cc1plus",
    "clang",
    "clang++",
    "as",
    "ld",
    "lld",
    "ld.lld",
    "mold",
    "collect2",
    "ar",
    "ranlib",
    "rustc",
    "clippy-driver",
    "tsc",
    "javac",
    "protoc",
    "sed",
    "awk",
    "gawk",
    "mawk",
    "grep",
    "sort",
    "cut",
    "tr",
    "wc",
    "diff",
    "patch",
    "jq",
    "yq",
    "xxd",
    "base64",
    "tar",
    "gzip",
    "gunzip",
    "zip",
    "unzip",
    "cat",
    "head",
    "tail",
    "ls",
];

/// Programs whose work is to make, fetch and start programs.
const BUILDERS: &[&str] = &[
    "ld",
    "ld.lld",
    "lld",
    "mold",
    "collect2",
    "cc",
    "gcc",
    "g++",
    "clang",
    "clang++",
    "as",
    "rustc",
    "cargo",
    "rustup",
    "rustup-init",
    "go",
    "link",
    "make",
    "gmake",
    "cmake",
    "ninja",
    "meson",
    "bazel",
    "buck",
    "gradle",
    "mvn",
    "java",
    "dotnet",
    "msbuild",
    "swift",
    "swiftc",
    "xcodebuild",
    "config.status",
    "configure",
    "libtool",
    "autoconf",
    "automake",
    "dpkg",
    "apt",
    "apt-get",
    "rpm",
    "dnf",
    "brew",
    "pacman",
    "nix",
    "pip",
    "uv",
    "pipx",
    "poetry",
    "virtualenv",
    "venv",
    "conda",
    "mamba",
    "gem",
    "bundle",
    "git",
    "hg",
    "docker",
    "containerd-shim",
    "install",
    "strip",
    "patchelf",
    "tsc",
    "esbuild",
    "webpack",
    "rollup",
    "vite",
    "pyinstaller",
    "ghc",
    "stack",
    "cabal",
    "opam",
    "dune",
    "zig",
    "mix",
];

/// Directories in whose files building and installing ends; nobody is surprised when those run.
const OUTPUTS: &[&str] = &[
    "/target/",
    "/node_modules/",
    "/.venv/",
    "/venv/",
    "/virtualenv/",
    "/site-packages/",
    "/dist-packages/",
    "/build/",
    "/dist/",
    "/out/",
    "/obj/",
    "/_build/",
    "/.build/",
    "/__pycache__/",
    "/.cargo/",
    "/.rustup/",
    "/.npm/",
    "/.nvm/",
    "/.pyenv/",
    "/.rbenv/",
    "/.asdf/",
    "/.gradle/",
    "/.m2/",
    "/go/pkg/",
    "/go-build",
    "/.cache/pre-commit/",
    "/.cache/uv/",
    "/.cache/pip/",
    "/.cache/puppeteer/",
    "/.cache/ms-playwright/",
    "/.cache/bazel/",
    "/.cache/yarn/",
    "/.cache/node/",
    "/.cache/deno/",
    "/.cache/electron/",
    "/.cache/rosetta/",
    "/.local/share/uv/",
    "/.local/share/pnpm/",
    "/.local/share/pipx/",
    "/.local/share/virtualenv",
    "/.local/share/mise/",
    "/.local/bin/",
    "/cargo-install",
    "/rustc",
    "/pip-",
    "/CMakeFiles/",
    "/.tox/",
    "/.nox/",
    "/.next/",
    "/.turbo/",
    "/.yarn/",
    "/.pnpm",
    "/vendor/",
    "/.bundle/",
    "/.terraform/",
    "/conftest",
    "/.ccls-cache/",
    "/.stack-work/",
    "/dist-newstyle/",
    "/.dart_tool/",
    "/.direnv/",
    "/.nix-",
];

/// Programs that are meant to stay.
const DAEMONS: &[&str] = &[
    "tmux",
    "screen",
    "zellij",
    "ssh-agent",
    "gpg-agent",
    "keyboxd",
    "scdaemon",
    "dirmngr",
    "dbus-daemon",
    "adb",
    "sccache",
    "ccache",
    "watchman",
    "fsmonitor",
    "git",
    "gradle",
    "java",
    "bazel",
    "buck2d",
    "bazelisk",
    "kotlin-daemon",
    "turbo",
    "nx",
    "eslint_d",
    "prettierd",
    "dmypy",
    "pyright-langserver",
    "esbuild",
    "rust-analyzer",
    "gopls",
    "clangd",
    "tsserver",
    "typescript-language-server",
    "node_exporter",
    "docker",
    "dockerd",
    "containerd",
    "podman",
    "colima",
    "minikube",
    "postgres",
    "redis-server",
    "mysqld",
    "mongod",
    "nginx",
    "caddy",
    "vite",
    "webpack",
    "next",
    "next-server",
    "nodemon",
    "metro",
    "flask",
    "uvicorn",
    "gunicorn",
    "puma",
    "rails",
    "jekyll",
    "hugo",
    "http-server",
    "serve",
    "cargo",
    "chrome",
    "chromium",
    "firefox",
    "code",
    "Xvfb",
    "ssh",
    "mutagen",
    "ngrok",
    "wrangler",
    "supabase",
    "gh",
    "direnv",
    "emacs",
    "npm",
    "buildkitd",
    "ringfence",
];

/// Who may change what runs by itself, without a word.
const KEEPERS: &[(&[FileClass], &[&str])] = &[
    (
        &[FileClass::GitHook],
        &[
            "git",
            "husky",
            "lefthook",
            "pre-commit",
            "simple-git-hooks",
            "overcommit",
            "git-lfs",
            "gh",
            "jj",
            "yorkie",
        ],
    ),
    (
        &[
            FileClass::AgentInstructions,
            FileClass::AgentConfig,
            FileClass::Autostart,
            FileClass::GitHook,
        ],
        &[
            "git",
            "jj",
            "hg",
            "vim",
            "nvim",
            "emacs",
            "nano",
            "code",
            "claude",
            "claude-code",
            "codex",
            "gemini",
            "gemini-cli",
            "cursor",
            "cursor-agent",
            "ringfence",
            "chezmoi",
            "stow",
        ],
    ),
    (
        &[FileClass::Autostart, FileClass::AccessGrant],
        &[
            "dpkg",
            "apt",
            "apt-get",
            "rpm",
            "dnf",
            "yum",
            "pacman",
            "apk",
            "brew",
            "systemctl",
            "systemd",
            "update-rc.d",
            "update-ca-certificates",
            "snapd",
            "passwd",
            "useradd",
            "usermod",
            "userdel",
            "groupadd",
            "groupmod",
            "adduser",
            "chpasswd",
            "visudo",
            "ssh-copy-id",
            "crontab",
            "systemd-sysusers",
            "ldconfig",
        ],
    ),
    (&[FileClass::Guard], &["ringfence"]),
];

/// Sockets that give power over others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Socket {
    /// Of what runs containers: who speaks to it is root.
    Containers,
    /// Of who signs with keys.
    Keys,
}

impl Socket {
    /// A word that, where a command holds it, explains the use.
    pub(super) fn word(self) -> &'static str {
        match self {
            Socket::Containers => "docker",
            Socket::Keys => "ssh",
        }
    }
}

/// Which socket of that kind a path is, if any.
pub(super) fn socket(path: &str) -> Option<Socket> {
    const CONTAINERS: [&str; 6] = [
        "/docker.sock",
        "/containerd.sock",
        "/podman.sock",
        "/crio.sock",
        "/buildkitd.sock",
        "/docker-desktop/",
    ];
    const KEYS: [&str; 9] = [
        "/agent.",
        "/keyring/ssh",
        "/gcr/ssh",
        "ssh-agent",
        "S.gpg-agent",
        "/agent.sock",
        "/Listeners",
        "openssh_agent",
        "/ssh-auth",
    ];
    if CONTAINERS.iter().any(|part| path.contains(part)) {
        return Some(Socket::Containers);
    }
    KEYS.iter()
        .any(|part| path.contains(part))
        .then_some(Socket::Keys)
}

/// Says whether a program's work goes through such a socket.
pub(super) fn owns_socket(kind: Socket, program: &str) -> bool {
    const CONTAINERS: [&str; 24] = [
        "docker",
        "docker-compose",
        "docker-buildx",
        "buildx",
        "podman",
        "nerdctl",
        "buildctl",
        "dockerd",
        "containerd",
        "ctr",
        "crictl",
        "kind",
        "minikube",
        "k3d",
        "act",
        "devcontainer",
        "lazydocker",
        "dive",
        "skaffold",
        "tilt",
        "earthly",
        "dagger",
        "compose",
        "code",
    ];
    const KEYS: [&str; 24] = [
        "ssh",
        "ssh-add",
        "ssh-keygen",
        "ssh-agent",
        "scp",
        "sftp",
        "git",
        "git-remote-ssh",
        "rsync",
        "jj",
        "cargo",
        "go",
        "ansible",
        "ansible-playbook",
        "gpg",
        "gpg2",
        "gpg-agent",
        "gpg-connect-agent",
        "gpgconf",
        "gpgsm",
        "mosh",
        "pass",
        "gh",
        "code",
    ];
    match kind {
        Socket::Containers => CONTAINERS.contains(&program),
        Socket::Keys => KEYS.contains(&program),
    }
}

/// Whose the secret at a path is, to a program.
pub(super) fn owns(program: &str, path: &str) -> Owner {
    let program = plain(program);
    let mut entries = OWNERS
        .iter()
        .filter(|(parts, _)| parts.iter().any(|part| path.contains(part)));
    if entries.any(|(_, programs)| programs.contains(&program))
        || program.starts_with("docker-credential-") && path.contains("/.docker/")
    {
        return Owner::Own;
    }
    if LIBRARIES.iter().any(|part| path.contains(part)) {
        return Owner::Library;
    }
    Owner::Stranger
}

/// `python3.12` is `python`.
fn plain(program: &str) -> &str {
    let cut = program.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    if cut == "python" || cut == "pip" {
        cut
    } else {
        program
    }
}

pub(super) fn is_reader(program: &str) -> bool {
    READERS.contains(&program)
}

pub(super) fn is_lister(program: &str) -> bool {
    LISTERS.contains(&program)
}

pub(super) fn installs_for_system(program: &str) -> bool {
    OF_SYSTEM.contains(&program)
}

pub(super) fn is_quiet_tool(program: &str) -> bool {
    QUIET_TOOLS.contains(&program)
}

pub(super) fn is_builder(program: &str) -> bool {
    BUILDERS.contains(&program)
}

pub(super) fn is_daemon(program: &str) -> bool {
    DAEMONS.contains(&program)
}

pub(super) fn may_change(program: &str, class: FileClass) -> bool {
    let mut keepers = KEEPERS
        .iter()
        .filter(|(classes, _)| classes.contains(&class));
    keepers.any(|(_, programs)| programs.contains(&program))
}

pub(super) fn build_output(path: &str) -> bool {
    OUTPUTS.iter().any(|part| path.contains(part))
}

/// Says whether a name with its verb installs packages, and so runs code of strangers.
pub(super) fn is_installing(name: &str) -> bool {
    let (program, verb) = name.split_once(' ').unwrap_or((name, ""));
    match program {
        "npm" | "pnpm" | "yarn" | "bun" => matches!(
            verb,
            "" | "install" | "i" | "ci" | "add" | "update" | "upgrade" | "rebuild" | "install-test"
        ),
        "pip" | "pipx" | "uv" | "poetry" | "gem" | "bundle" | "composer" | "conda" | "mamba"
        | "pdm" => matches!(
            verb,
            "install"
                | "add"
                | "sync"
                | "update"
                | "upgrade"
                | "require"
                | "wheel"
                | "pip"
                | "tool"
        ),
        "build-script-build" => true,
        _ => false,
    }
}
