#!/usr/bin/env bash
# Makes sure that this machine has what is named: `scripts/need.sh rust node agents`.
# Says what it will install before it does, and installs nothing that is there already.
set -euo pipefail
cd "$(dirname "$0")/.."

rust_version=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
node_version=20.19

say() { printf '==> %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$1" >&2; printf 'hint: %s\n' "$2" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Installs packages by the system's own package manager.
system() {
    say "installing with the system's package manager: $*"
    if has apt-get; then
        apt-cache show "$@" >/dev/null 2>&1 || as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
    elif has dnf; then as_root dnf install -y -q "$@"
    elif has pacman; then as_root pacman -S --noconfirm --needed "$@"
    elif has brew; then brew install --quiet "$@"
    else fail "no apt-get, dnf, pacman or brew to install $*" "install it by hand, then try again"
    fi
}

need_compiler() {
    if ! has cc; then
        if has apt-get; then system gcc libc6-dev; else system gcc; fi
    fi
    if [ "$(uname)" = Linux ]; then need_kernel_loader; fi
}

# What the sensor's loader is built with: libbpf comes with its crate, libelf and zlib from the system.
need_kernel_loader() {
    if has make && has pkg-config && pkg-config --exists libelf zlib; then return; fi
    if has apt-get; then system make pkg-config libelf-dev zlib1g-dev
    elif has dnf; then system make pkgconf-pkg-config elfutils-libelf-devel zlib-devel
    else system make pkgconf libelf zlib; fi
}

# Compiles what runs in the kernel; its object is committed, so only who changes it needs this.
need_clang() {
    if has clang-19 && has llvm-strip-19; then return; fi
    system clang-19 llvm-19
}

rust_is_there() {
    has cargo && at_least "$rust_version" "$(rustc --version 2>/dev/null | cut -d ' ' -f 2)"
}

need_rust() {
    need_compiler
    if rust_is_there; then return; fi
    say "Ringfence is written in Rust and needs version $rust_version or newer"
    if ! has rustup; then
        if has apt-get; then system rustup || true  # Debian 13, Ubuntu 24.04 and newer have it
        elif has dnf; then system rust cargo clippy rustfmt
        else system rust; fi
    fi
    if has rustup && ! rust_is_there; then
        say "installing Rust with rustup: the stable toolchain, rustfmt and clippy"
        rustup toolchain install stable --profile minimal --component rustfmt --component clippy
        rustup default stable
    fi
    rust_is_there || fail "this system has no Rust $rust_version or newer" \
        "install rustup (https://rustup.rs), then try again"
}

node_is_there() {
    has npm && has node && at_least "$node_version" "$(node --version | tr -d v)"
}

need_node() {
    if node_is_there; then return; fi
    if ! has npm || ! has node; then
        if has brew; then system node; else system nodejs npm; fi
    fi
    if node_is_there; then return; fi
    has npm || fail "npm is missing" "install Node $node_version or newer with npm, then try again"
    # Where the Makefile's PATH finds it, and nobody else does.
    say "this system's Node is older than $node_version: installing a newer one below target/node"
    npm install --prefix target/node --no-save --no-audit --no-fund --silent node@22
    PATH="$PWD/target/node/node_modules/node/bin:$PATH"
    node_is_there || fail "Node $node_version or newer is missing" "install it by hand, then try again"
}

# Installs the packages of a folder at the versions that its lock pins: `packages FOLDER WHAT [OPTION]`.
packages() {
    need_node
    local lock=$1/package-lock.json installed=$1/node_modules/.installed
    if cmp -s "$lock" "$installed"; then return; fi
    say "installing $2, from npm: $(sed -n 's/^    "\(.*\)": "\([0-9].*[0-9]\)".*/\1 \2/p' "$1/package.json" | paste -sd ';')"
    npm ci --prefix "$1" --no-audit --no-fund --loglevel error "${@:3}"
    cp "$lock" "$installed"
}
need_agents() { packages tests/agents "the agents that the tests drive"; }
need_ui() { packages ui "what the dashboard is made of" --ignore-scripts; }

browser_is_there() { has chromium || has chromium-browser || has google-chrome; }

# A real browser, and what drives it.
need_web() {
    packages tests/web "what drives the browser in the tests" --ignore-scripts
    if browser_is_there; then return; fi
    system chromium || true
    browser_is_there || fail "the tests look at the dashboard with Chromium, and there is none" \
        "install Chromium or Google Chrome by hand, then try again"
}

# Changes the record behind our back, to see that it is noticed.
need_python() { if ! has python3; then system python3; fi; }

# Goes through the proxy as users' programs do.
need_curl() { if ! has curl; then system curl; fi; }

# More of them: Go's client in rclone, and Python's two.
need_clients() {
    need_curl
    if has rclone && /usr/bin/python3 -c 'import httpx, requests' 2>/dev/null; then return; fi
    system rclone python3-httpx python3-requests
}

# What the benchmark's shell hook is made of, as its users have it.
need_shell_hook() {
    if ! has jq; then system jq; fi
    need_curl
}

# Proxies that the benchmark puts beside ours. Where one can't be had, the benchmark leaves it out.
need_proxies() {
    local made=${CARGO_TARGET_DIR:-target}
    if ! [ -x "$made/mitmproxy/bin/mitmdump" ]; then
        need_python
        if has apt-get && ! python3 -c 'import ensurepip' 2>/dev/null; then system python3-venv; fi
        say "installing mitmproxy with pip, below $made/mitmproxy"
        { python3 -m venv "$made/mitmproxy" && "$made/mitmproxy/bin/pip" install --quiet 'mitmproxy>=11,<13'; } ||
            say "SKIPPED: mitmproxy can't be installed"
    fi
    say "building a proxy of hudsucker, with cargo"
    cargo build --release --locked --quiet --target-dir "$made/hudsucker" \
        --manifest-path crates/proxy/benches/hudsucker/Cargo.toml || say "SKIPPED: hudsucker can't be built"
}

# Installs a cargo command from source, at the versions its own lock pins.
cargo_command() {
    if cargo "$1" --version >/dev/null 2>&1; then return; fi
    say "installing cargo-$1 with cargo: takes some minutes, once"
    cargo install --locked --quiet "cargo-$1"
}
need_nextest() { cargo_command nextest; }
need_deny() { cargo_command deny; }
need_fuzz() {
    cargo_command fuzz
    has rustup || fail "fuzzing needs rustup, for a nightly toolchain" "install rustup (https://rustup.rs)"
    rustup toolchain list | grep -q nightly || rustup toolchain install nightly --profile minimal
}

# An emulator, what its guests are made of, and their kernels. Where that can't be, says so loudly and
# leaves the reason in `skipped`, for the tests that then do nothing.
need_guest() {
    local cache=${CARGO_TARGET_DIR:-target}/guest why
    mkdir -p "$cache"
    rm -f "$cache/skipped"
    if has dnf; then rpm -q glibc-static >/dev/null || system glibc-static; fi # what the attempts are linked with
    if has apt-get && ! { has qemu-system-x86_64 && [ -x /bin/busybox ]; }; then
        (system qemu-system-x86 busybox-static) || true
    fi
    if ! has qemu-system-x86_64 || ! [ -x /bin/busybox ]; then
        why="there is no qemu-system-x86_64, or no static busybox"
    else
        why=$(scripts/guest-kernels.sh "$cache" 2>&1 >/dev/null | tee /dev/stderr | tail -n 1) && return
    fi
    printf '%s\n' "$why" >"$cache/skipped"
    say "SKIPPED: tier A in a guest: $why"
}

for thing in "$@"; do
    "need_$thing"
done
