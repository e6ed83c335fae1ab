#!/usr/bin/env bash
# Fetches the kernels that the guests of `make test-lsm` boot into the directory that is named:
# Debian's own packages, unpacked and not installed. Leaves one directory for each, `linux-6.1` and
# so on, with the kernel and the one module that the tests load. What is there stays.
set -euo pipefail
mkdir -p "${1:?where to}"
into=$(cd "$1" && pwd) # apt takes a relative path for one below its own directory
apt=$into/apt

fail() { printf '%s\n' "$1" >&2; exit 1; }

if [ -f "$into/linux-6.1/kernel" ] && [ -f "$into/linux-6.12/kernel" ]; then exit 0; fi
command -v apt-get >/dev/null && command -v dpkg >/dev/null || fail "there is no apt-get to fetch Debian's kernels with"
[ "$(dpkg --print-architecture)" = amd64 ] || fail "the guests are built for amd64 only"

# Debian 12 has both kernels; it is on the mirrors that this machine has Debian from.
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
apt-get indextargets --format '$(REPO_URI) $(ORIGIN)' | awk '$2 == "Debian" { print $1 }' | sort -u |
    while read -r mirror; do
        case $mirror in
            *security*) suites=bookworm-security ;;
            *) suites="bookworm bookworm-backports" ;;
        esac
        for suite in $suites; do
            echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
        done
    done >"$apt/sources.list"
[ -s "$apt/sources.list" ] || fail "this system's package manager knows no mirror of Debian"

# A package manager of our own: the system's lists and sources stay as they are.
own=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=-
    -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root)
apt-get "${own[@]}" -qq update >&2 || fail "Debian's package lists can't be fetched"

for version in 6.1 6.12; do
    # The newest by version; `dbg` and `rt` flavours have other names.
    package=$(apt-cache "${own[@]}" pkgnames "linux-image-$version." |
        grep -E "^linux-image-${version/./\\.}\.[0-9][^-]*(-[0-9]+)?-cloud-amd64$" | sort -V | tail -n 1)
    [ -n "$package" ] || fail "Debian has no kernel $version for the cloud any more"
    printf '==> fetching %s\n' "$package" >&2
    (cd "$apt" && rm -f ./*.deb && apt-get "${own[@]}" -qq download "$package" >&2) || fail "$package can't be fetched"
    rm -rf "$apt/unpacked"
    mkdir "$apt/unpacked"
    dpkg -x "$apt"/*.deb "$apt/unpacked"
    rm -rf "$into/linux-$version"
    mkdir "$into/linux-$version"
    cp "$apt"/unpacked/lib/modules/*/kernel/fs/overlayfs/overlay.ko* "$into/linux-$version/"
    cp "$apt"/unpacked/boot/vmlinuz-* "$into/linux-$version/kernel"
done
rm -rf "$apt"
