#!/usr/bin/env bash
# Type-checks the workspace for macOS on a Debian machine. Nothing is linked and nothing runs: this
# finds what does not compile, and says nothing about behaviour.
# The compiler with its sources comes from Debian's packages, C headers from Zig; both are unpacked
# below the target directory, nothing is installed into the system.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")/macos
tools=$target/tools
packages="rustc-web cargo-web rust-web-src libstd-rust-web-dev"
triple=aarch64-apple-darwin

say() { printf '==> %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$1" >&2; printf 'hint: %s\n' "$2" >&2; exit 1; }

fetch_compiler() {
    [ -x "$tools/usr/bin/rustc" ] && return
    command -v apt-get >/dev/null || fail "check-macos needs Debian's packages" "run it on Debian or Ubuntu, or \`cargo check\` on a Mac"
    say "unpacking a compiler that brings its own sources: $packages"
    mkdir -p "$tools/packages"
    local all
    # Only what is not on this machine: libraries that are installed are used from there.
    all=$(apt-get install --simulate --no-install-recommends $packages 2>/dev/null | sed -n 's/^Inst \([^ ]*\) .*/\1/p')
    [ -n "$all" ] || all=$packages
    # Packages that are there already are needed below our directory all the same.
    for name in $packages; do case " $(echo $all) " in *" $name "*) ;; *) all="$all $name" ;; esac; done
    (cd "$tools/packages" && apt-get download -qq $all) || fail "these packages could not be fetched: $(echo $all)" "apt-get update, then try again"
    for package in "$tools"/packages/*.deb; do dpkg-deb -x "$package" "$tools"; done
    rm -r "$tools/packages"
}

# Crates with C in them only need its headers: what is compiled is never linked.
fetch_c_compiler() {
    [ -x "$tools/cc" ] && return
    say "installing Zig's C compiler below $tools"
    python3 -m venv "$tools/python"
    "$tools/python/bin/pip" install --quiet ziglang
    cat > "$tools/cc" <<EOF
#!/usr/bin/env bash
# Drops what names Apple's own kit, which is not here.
arguments=()
while [ \$# -gt 0 ]; do
    case "\$1" in
        --target=*|-mmacosx-version-min=*) ;;
        -arch|-isysroot) shift ;;
        *) arguments+=("\$1") ;;
    esac
    shift
done
exec "$tools/python/bin/python" -m ziglang cc -target aarch64-macos "\${arguments[@]}"
EOF
    printf '#!/bin/sh\nexec "%s" -m ziglang ar "$@"\n' "$tools/python/bin/python" > "$tools/ar"
    chmod +x "$tools/cc" "$tools/ar"
}

fetch_compiler
fetch_c_compiler
libraries=$(find "$tools/usr/lib" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:-}
export RUSTC=$tools/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$target/build
export CC_aarch64_apple_darwin=$tools/cc AR_aarch64_apple_darwin=$tools/ar
say "checking the workspace for $triple"
# A warning there is a mistake too: mostly something that only Linux uses.
RUSTFLAGS="-D warnings" "$tools/usr/bin/cargo" check --workspace --all-targets --locked \
    -Z build-std=std,panic_abort --target "$triple" "$@"
