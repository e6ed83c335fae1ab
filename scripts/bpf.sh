#!/usr/bin/env bash
# Compiles what runs in the kernel into bpf/ringfence.bpf.o, and notes from which sources.
# Usage: scripts/bpf.sh. The headers are those of the libbpf that we link.
set -euo pipefail
cd "$(dirname "$0")/../bpf"

headers=$(cargo metadata --format-version 1 --locked 2>/dev/null |
    grep -o '"manifest_path":"[^"]*/libbpf-sys-[^"]*/Cargo.toml"' | head -n 1 | cut -d '"' -f 4)
headers=$(dirname "$headers")/libbpf

clang-19 -g -O2 -mcpu=v3 -target bpf -Wall -Wextra -Werror -Wno-unused-function \
    "-ffile-prefix-map=$headers=libbpf" -fdebug-compilation-dir=. \
    "-I$headers/src" "-I$headers/include/uapi" "-I/usr/include/$(gcc -dumpmachine)" \
    -c ringfence.bpf.c -o ringfence.bpf.o
llvm-strip-19 -g ringfence.bpf.o
sha256sum -- *.c *.h ringfence.bpf.o > SHA256SUMS
