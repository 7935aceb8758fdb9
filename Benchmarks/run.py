#!/usr/bin/env python3
"""Times a cold `tenure plan` beside Benchmarks/baseline.py: same files, same store, same run, one after the other.

Each run is a process of its own; files and store are in the page cache for both. The store equals what is declared, as
it mostly does in a reconciler's life. Printed are medians, and the largest peak of resident memory. Memory cannot show
less than what this script itself has, about 10 MB.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("TENURE")}


def measured(command):
    """Last line of output, wall and CPU seconds, peak resident megabytes."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=ENVIRONMENT)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench: exit {process.returncode} of: {' '.join(map(str, command))}")
    last = output.decode().rstrip("\n").rsplit("\n", 1)[-1]
    return last, wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss / 1024


def quietly(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)


def prepare(tenure, memberships, folder):
    """A repository with one commit, and a store that equals it; the memberships written."""
    repository, state = folder / "company", folder / "state.db"
    quietly("git", "init", "-q", "-b", "main", str(repository))
    done = subprocess.run(
        [sys.executable, HERE / "generate.py", str(memberships), repository / "manifests"], check=True,
        stdout=subprocess.PIPE, text=True)
    git = ["git", "-C", str(repository), "-c", "user.name=Bench", "-c", "user.email=bench@example.com",
           "-c", "commit.gpgsign=false"]
    quietly(*git, "add", "-A")
    quietly(*git, "commit", "-q", "-m", "Company")
    start = time.perf_counter()
    quietly(tenure, "apply", "--yes", "--repo", str(repository), "--state", str(state))
    return repository, state, int(done.stdout), time.perf_counter() - start


def compare(tenure, memberships, runs):
    with tempfile.TemporaryDirectory() as folder:
        repository, state, written, applying = prepare(tenure, memberships, pathlib.Path(folder))
        contenders = {
            "tenure plan": ([tenure, "plan", "--repo", str(repository), "--state", str(state)], "No changes."),
            "baseline.py": (
                [sys.executable, str(HERE / "baseline.py"), str(repository / "manifests"), str(state)], None),
        }
        results = {name: [] for name in contenders}
        for number in range(runs + 1):
            for name, (command, expected) in contenders.items():
                last, *figures = measured(command)
                if expected is not None and last != expected or expected is None and not last.startswith("0 "):
                    sys.exit(f"bench: {name} should find no difference and ended with: {last}")
                if number > 0:  # the first run fills the caches
                    results[name].append(figures)
    print(f"{written:,} memberships, {runs} runs each (the first apply took {applying:.2f} s)")
    summary = {}
    for name, rows in results.items():
        wall, user, system, _ = (statistics.median(column) for column in zip(*rows))
        peak = max(row[3] for row in rows)
        summary[name] = (wall, user, peak)
        print(f"  {name:12}  wall {wall * 1000:8.1f} ms   user {user * 1000:8.1f} ms   "
              f"system {system * 1000:6.1f} ms   peak {peak:7.1f} MB")
    ours, theirs = summary["tenure plan"], summary["baseline.py"]
    ratios = [f"{label} {b / a:.1f}x" for label, a, b in zip(("wall", "user", "memory"), ours, theirs) if a > 0]
    print(f"  {'script/tenure':12} {'   '.join(ratios)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tenure", default=os.environ.get("TENURE", str(HERE.parent / ".build/release/tenure")))
    parser.add_argument("--memberships", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    if not os.access(options.tenure, os.X_OK):
        sys.exit(f"bench: no binary at {options.tenure}; run make release")
    for memberships in options.memberships:
        compare(options.tenure, memberships, options.runs)


if __name__ == "__main__":
    main()
