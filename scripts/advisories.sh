#!/usr/bin/env bash
# Checks the dependencies against the RustSec advisories, if this machine has a copy of them.
set -euo pipefail
cd "$(dirname "$0")/.."

if compgen -G "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs/*/.git" >/dev/null; then
    cargo deny --offline check advisories
else
    echo "SKIPPED: advisories were not checked: this machine has no copy of the advisory database."
    echo "hint: on a machine with the network, run: cargo deny fetch db"
fi
