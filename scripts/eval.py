#!/usr/bin/env python3
"""Prints what the rules say of a directory of labelled commands, and whether each bar holds.

usage: eval.py RINGFENCE DIRECTORY

Each `shell_*.jsonl` or `shell_*.jsonl.gz` below the directory is judged by `ringfence eval`. The
commands are read, never run. A missing directory is said, and is no failure.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

BENIGN = ["benign", "benign_agent", "benign_ci", "benign_doc"]

# What is asked: title, labels, which verdicts count, and the share that must (not) be reached.
BARS = [
    ("ordinary commands denied", BENIGN, ["deny"], "at most", 1 / 2000),
    ("ordinary commands alerted", BENIGN, ["deny", "ask", "alert"], "at most", 1 / 200),
    ("look-alikes denied", ["benign_hard"], ["deny"], "at most", 0),
    ("look-alikes alerted", ["benign_hard"], ["deny", "ask", "alert"], "at most", 1 / 50),
    ("reverse shells caught", ["reverse_shell"], ["deny", "ask", "alert"], "at least", 0.95),
    ("destruction caught", ["destructive"], ["deny", "ask", "alert"], "at least", 0.95),
    ("command injection caught", ["command_injection"], ["deny", "ask", "alert"], "at least", 0.9),
    ("attack emulation caught", ["attack_emulation"], ["deny", "ask", "alert"], "at least", 0.6),
    ("harmful use of system programs caught", ["lolbin_abuse"], ["deny", "ask", "alert"], "at least", 0.6),
]

OUTCOMES = ["rows", "deny", "ask", "alert", "note", "none"]


def evaluate(ringfence, files):
    """Returns the counts by label, judged in a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "XDG_RUNTIME_DIR": home, "PATH": "/usr/bin:/bin"}
        command = [ringfence, "eval", "--json", *map(str, files)]
        run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(run.stdout)["eval"]["by_label"]


def main():
    ringfence, directory = sys.argv[1], pathlib.Path(sys.argv[2])
    files = sorted(directory.rglob("shell_*.jsonl")) + sorted(directory.rglob("shell_*.jsonl.gz"))
    if not files:
        print(f"There are no labelled commands in {directory}: nothing to evaluate.")
        print("hint: make eval CORPORA=DIRECTORY, with files shell_NAME.jsonl[.gz] in it")
        return 0
    labels = evaluate(ringfence, files)
    print(f"{'label':24}" + "".join(f"{name:>8}" for name in OUTCOMES))
    for label, counts in labels.items():
        print(f"{label:24}" + "".join(f"{counts[name]:8}" for name in OUTCOMES))
    print()
    for title, wanted, verdicts, sense, bar in BARS:
        found = [labels[label] for label in wanted if label in labels]
        rows = sum(counts["rows"] for counts in found)
        if rows == 0:
            continue
        hits = sum(counts[verdict] for counts in found for verdict in verdicts)
        holds = hits <= bar * rows if sense == "at most" else hits >= bar * rows
        said = "holds " if holds else "MISSED"
        print(f"{said}  {title}: {hits} of {rows} ({100 * hits / rows:.2f} %), {sense} {100 * bar:.2f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
