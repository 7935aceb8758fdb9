#!/usr/bin/env python3
"""Times Tenure beside a C program that does the least, and scripts that do the same: one run, round after round.

    run.py [--against BINARY] [--sizes N…] [--runs N] [--only CASE…] [--work DIR] [--results DIR]

`make bench` builds everything that it needs. Results go to Benchmarks/results: results.json with every measurement,
results.md with the table, cost.png and cost.txt with the plot. README.md beside this file says how to read them.
"""

import argparse
import contextlib
import dataclasses
import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time

import generate
import peers
import plot
import report
from cases import OTHER, TITLES, Failed, Workbench, cases, check
from prepare import environment, prepare, version

HERE = pathlib.Path(__file__).resolve().parent


def compile_tools(work):
    """The two C programs, made anew where their source is newer."""
    for name, libraries in (("floor", ["libgit2", "yaml-0.1", "sqlite3"]), ("measure", [])):
        source, program = HERE / f"{name}.c", work / name
        if program.exists() and program.stat().st_mtime > source.stat().st_mtime:
            continue
        flags = []
        if libraries:
            flags = subprocess.run(["pkg-config", "--cflags", "--libs", *libraries], check=True,
                                   stdout=subprocess.PIPE, text=True).stdout.split()
        subprocess.run(["cc", "-O2", str(source), "-o", str(program), *flags], check=True)


def tail(path, octets=65536):
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - octets))
        return file.read().decode(errors="replace")


def measured(case):
    """One run of one case: its figures. Output goes to a file, as a pipeline would keep it."""
    bench = case.bench
    if case.ready:
        case.ready()
    result, output = bench.scratch / "result.json", bench.scratch / "output.txt"
    command = [bench.tools["measure"], str(result), *case.command]
    with open(output, "wb") as out, open(bench.scratch / "errors.txt", "wb") as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors,
                                   env=environment(bench.cache))
        if case.cycles:
            stop_after(process, output, case.cycles)
        code = process.wait()
    if code != 0:
        sys.stderr.write(tail(bench.scratch / "errors.txt", 2000))
    check(case, code, tail(output))
    figures = json.loads(result.read_text())
    if case.cycles:
        figures["wall"] = cycle_time(output)
        figures["user"] = figures["system"] = figures["instructions"] = None
    return figures


def stop_after(process, output, cycles):
    """Lets `tenure run` go on for so many cycles, and at least three however long they take."""
    give_up = time.monotonic() + 60
    while process.poll() is None:
        done = output.read_bytes().count(b"\n")
        if done >= cycles or done >= 3 and time.monotonic() > give_up:
            process.send_signal(signal.SIGTERM)
            return
        time.sleep(0.05)


def cycle_time(output):
    """Seconds that a cycle took, by its own log: the median of all but the first."""
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    return statistics.median(
        line["durationMicroseconds"] / 1e6 if "durationMicroseconds" in line else line["durationMilliseconds"] / 1e3
        for line in lines[1:])


def counted_by_valgrind(case):
    """Instructions of the process itself and not of its children, or None."""
    bench = case.bench
    if case.cycles:
        return None
    if case.ready:
        case.ready()
    program = case.command[0]
    if program == bench.tools["tenure"]:  # valgrind 3.19 does not understand Swift's debugging information
        program = str(bench.scratch / "tenure")
        subprocess.run(["objcopy", "--strip-debug", bench.tools["tenure"], program], check=True)
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, *case.command[1:]],
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          env=environment(bench.cache))
    found = re.search(r"Collected : (\d+)", done.stderr)
    return int(found[1]) if found and done.returncode == 0 else None


def bench_of(tools, memberships, folder, key, stack):
    """A scratch folder that is gone afterwards, beside what prepare.py made for this binary."""
    bench = Workbench(tools, memberships, folder, prepare(tools["tenure"], memberships, folder, key))
    stack.callback(shutil.rmtree, bench.scratch)
    return bench


def against(chosen, bench):
    """Each case of Tenure's followed by the same one of the other binary, which `bench` is for."""
    others = {case.name: case for case in cases(bench) if case.contender == "tenure"}
    for case in chosen:
        yield case
        if case.contender == "tenure" and case.name in others:
            yield dataclasses.replace(others[case.name], contender=OTHER)


def run_size(memberships, options, tools, key):
    """All rounds of one size."""
    with contextlib.ExitStack() as stack:
        bench = bench_of(tools, memberships, options.work / str(memberships), key, stack)
        chosen = [case for case in cases(bench) if not options.only or case.name in options.only]
        if memberships <= options.peers and any(case.name == "cold" for case in chosen):
            chosen += (dataclasses.replace(case, bench=bench) for case in peers.cases(bench, options.work, stack))
        if options.against:
            other = tools | {"tenure": os.path.abspath(options.against)}
            folder = options.work / "against" / str(memberships)
            chosen = list(against(chosen, bench_of(other, memberships, folder, version(other["tenure"]), stack)))
        cached = bench.has_cache()
        rows = {case.key(): [] for case in chosen}
        for number in range(options.runs):
            print(f"bench: {memberships:,} memberships, round {number + 1} of {options.runs}", file=sys.stderr, flush=True)
            for case in chosen:
                if number >= case.runs:
                    continue
                try:
                    rows[case.key()].append(measured(case))
                except Failed as failure:
                    if not case.optional:
                        sys.exit(f"bench: {failure}")
                    print(f"bench: left out: {failure}", file=sys.stderr)
        counted = {}
        if memberships <= 1_000 and options.valgrind and shutil.which("valgrind"):
            if all(run["instructions"] is None for runs in rows.values() for run in runs):
                print("bench: counting instructions with valgrind …", file=sys.stderr, flush=True)
                counted = {case.key(): counted_by_valgrind(case) for case in chosen if case.runs > 1}
    return {"memberships": memberships, "summary": bench.summary, "cache": cached, "runs": rows, "valgrind": counted}


def release(tenure):
    return subprocess.run([tenure, "--version"], stdout=subprocess.PIPE, text=True).stdout.strip()


def machine():
    """What figures depend on."""
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                 platform.machine())
    memory = int(next(line for line in open("/proc/meminfo") if line.startswith("MemTotal")).split()[1])
    return {"processor": model, "cores": os.cpu_count(), "memory": memory * 1024, "kernel": platform.release(),
            "python": platform.python_version(), "load": os.getloadavg()[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tenure", default=os.environ.get("TENURE", str(HERE.parent / ".build/release/tenure")))
    parser.add_argument("--against", metavar="BINARY", help="another tenure, which does each case in the same round")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="N",
                        default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=5, help="rounds; what takes long runs in at most three")
    parser.add_argument("--only", nargs="+", choices=list(TITLES), metavar="CASE", help=", ".join(TITLES))
    parser.add_argument("--work", type=pathlib.Path, default=HERE.parent / ".build/bench",
                        help="where repositories and stores are kept between runs (default: .build/bench)")
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "results")
    parser.add_argument("--peers", type=int, default=0, metavar="N", help="octoDNS and ldap2pg, too, up to this size")
    parser.add_argument("--check", action="store_true", help="first check that the generator writes what it always did")
    parser.add_argument("--no-valgrind", dest="valgrind", action="store_false",
                        help="no instruction counts where the machine itself does not count")
    options = parser.parse_args()
    for binary in filter(None, [options.tenure, options.against]):
        if not os.access(binary, os.X_OK):
            sys.exit(f"bench: no binary at {binary}; run make release")
    if options.check:
        generate.check()
    options.work = options.work.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    compile_tools(options.work)
    tools = {"tenure": os.path.abspath(options.tenure), "python": sys.executable, "floor": str(options.work / "floor"),
             "measure": str(options.work / "measure")}
    results = {
        "tenure": release(tools["tenure"]),
        "other": options.against and release(options.against),
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "machine": machine(),
        "sizes": [],
    }
    key = version(tools["tenure"])
    options.results.mkdir(parents=True, exist_ok=True)
    for memberships in sorted(options.sizes):  # written after each size: the last one takes long
        results["sizes"].append(run_size(memberships, options, tools, key))
        (options.results / "results.json").write_text(json.dumps(results, indent=1) + "\n")
        (options.results / "results.md").write_text(report.markdown(results))
        plot.write(results, options.results)
    print(report.markdown(results))


if __name__ == "__main__":
    main()
