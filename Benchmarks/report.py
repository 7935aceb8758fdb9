#!/usr/bin/env python3
"""The tables of a benchmark's results.

    report.py results.json      prints them again
"""

import json
import math
import statistics
import sys

from cases import OTHER, TITLES

JUDGED_AT = 1_000_000
COMPARED_TO = 10_000


def median(size, key, figure="wall"):
    """The median over the runs of a case, or None where it did not run or has no such figure."""
    values = [run[figure] for run in size["runs"].get(key, []) if run[figure] is not None]
    return statistics.median(values) if values else None


def least(size, key):
    return min((run["wall"] for run in size["runs"].get(key, [])), default=None)


def processor(size, key):
    """Median seconds of processor time, user and system together."""
    values = [run["user"] + run["system"] for run in size["runs"].get(key, []) if run["user"] is not None]
    return statistics.median(values) if values else None


def keys(results):
    return list(dict.fromkeys(key for size in results["sizes"] for key in size["runs"]))


def exponent(results, key):
    """Growth from the smallest size that is at least 10,000 to the largest: 1 is linear, 0 is flat."""
    sizes = [size for size in results["sizes"] if size["memberships"] >= COMPARED_TO]
    if len(sizes) < 2:
        return None
    first, last = median(sizes[0], key), median(sizes[-1], key)
    if not first or not last:
        return None
    return math.log(last / first) / math.log(sizes[-1]["memberships"] / sizes[0]["memberships"])


def seconds(value):
    if value is None:
        return "–"
    if value < 0.1:
        return f"{value * 1000:.1f} ms"
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def megabytes(value):
    return "–" if value is None else f"{value / 1e6:.1f} MB"


def instructions(size, key):
    found = median(size, key, "instructions")
    note = ""
    if found is None:
        found, note = size["valgrind"].get(key), " *"
    return "not available" if found is None else f"{found / 1e6:,.1f} M{note}"


def table(header, rows, right=()):
    """A table of markdown with aligned columns."""
    widths = [max(len(str(row[i])) for row in [header, *rows]) for i in range(len(header))]
    align = [str.rjust if i in right else str.ljust for i in range(len(header))]
    line = lambda row: "| " + " | ".join(align[i](str(cell), widths[i]) for i, cell in enumerate(row)) + " |"
    rule = "|" + "|".join("-" * (width + 1) + (":" if i in right else "-") for i, width in enumerate(widths)) + "|"
    return "\n".join([line(header), rule, *map(line, rows)])


def counted(number, noun):
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def facts(size):
    """What the company of this size is like."""
    found = size["summary"]
    text = (f"{counted(found['organizations'], 'organization')}, the largest of {found['largest']:,};"
            f" {found['bytes'] / 1e6:.3g} MB of YAML; {counted(found['changes'], 'change')} in"
            f" {counted(found['changedOrganizations'], 'organization')}; drift {sum(found['drift'].values()):,}.")
    return text if size["cache"] else text + " This binary keeps no cache: «cached» and «nothing changed» are cold, too."


def size_table(results, size):
    rows = []
    for key in size["runs"]:
        name, contender = key.split(" · ")
        growth = exponent(results, key)
        rows.append([
            TITLES[name], contender, seconds(median(size, key)), seconds(least(size, key)),
            seconds(processor(size, key)), megabytes(median(size, key, "peak")), instructions(size, key),
            len(size["runs"][key])] + ([f"n^{growth:.2f}" if growth is not None else "–"] if is_last(results, size)
                                       else []))
    header = ["work", "who", "wall", "least", "processor", "peak memory", "instructions", "runs"]
    return table(header + (["growth"] if is_last(results, size) else []), rows, right=range(2, 9))


def is_last(results, size):
    return size is results["sizes"][-1]


def judged(results):
    """Rows of the judging table: what, at most or at least, measured, verdict."""
    size = next((s for s in results["sizes"] if s["memberships"] == JUDGED_AT), results["sizes"][-1])
    small = next((s for s in results["sizes"] if s["memberships"] == COMPARED_TO and s is not size), None)
    rows = []

    def row(what, target, value, shown, passes, stretch=""):
        verdict = "–" if value is None else "pass" if passes(value) else "miss"
        rows.append([what, target, "–" if value is None else shown(value), verdict + (stretch if verdict == "pass" else "")])

    def ratio(a, b):
        return a / b if a and b else None

    def at_most(what, target, value, limit, shown, stretch=None):
        more = " (stretch too)" if stretch and value is not None and value <= stretch else ""
        row(what, target, value, shown, lambda found: found <= limit, more)

    times, growth = (lambda value: f"{value:.2f} ×"), (lambda value: f"n^{value:.3f}")
    wall = lambda key, where=size: median(where, key) if where else None
    cold, script = wall("cold · tenure"), wall("cold · PyYAML script")
    at_most("plan, everything cold", "1.0 × the C floor, stretch 0.5 ×", ratio(cold, wall("cold · C floor")), 1.0, times,
            0.5)
    row("plan, everything cold", "18 × faster than the PyYAML script", ratio(script, cold),
        lambda value: f"{value:.1f} × faster", lambda value: value >= 18)
    if "full · tenure" in size["runs"]:
        at_most("the same with --full", "1.0 × the C floor, stretch 0.5 ×",
                ratio(wall("full · tenure"), wall("cold · C floor")), 1.0, times, 0.5)
    at_most("plan, manifests cached, every row compared", "2 × the C scan",
            ratio(wall("cached · tenure"), wall("cached · C scan")), 2, times)
    at_most("nothing changed, whole process", "35 ms", wall("unchanged · tenure"), 0.035, seconds)
    at_most("nothing changed, growth", "1.2 × the figure at 10,000",
            ratio(wall("unchanged · tenure"), wall("unchanged · tenure", small)), 1.2, times)
    at_most("nothing changed, a cycle of run", "5 ms", wall("cycle · tenure"), 0.005, seconds)
    at_most("plan of one line, whole process", "50 ms", wall("one-line · tenure"), 0.050, seconds)
    at_most("plan of one line, growth", "2 × the figure at 10,000",
            ratio(wall("one-line · tenure"), wall("one-line · tenure", small)), 2, times)
    at_most("diff of one line, no store, no cache", "40 ms", wall("diff · tenure"), 0.040, seconds)
    at_most("first apply of everything", "4 × the insertion from C",
            ratio(wall("first-apply · tenure"), wall("first-apply · C insert")), 4, times)
    at_most("apply of N/100 changes", "3 × the Python script",
            ratio(wall("apply · tenure"), wall("apply · Python script")), 3, times)
    at_most("peak memory, cold plan", "200 MB, stretch 96 MB", median(size, "cold · tenure", "peak"), 200e6, megabytes,
            96e6)
    at_most("cold plan, growth", "n^1.05", exponent(results, "cold · tenure"), 1.05, growth)
    return size["memberships"], rows


def against(size):
    """Ratios of this binary's figures to the other one's."""
    rows = []
    for key in size["runs"]:
        name, contender = key.split(" · ")
        other = f"{name} · {OTHER}"
        if contender != "tenure" or other not in size["runs"]:
            continue
        pairs = [(median(size, one), least(size, one), processor(size, one), median(size, one, "peak"),
                  median(size, one, "instructions") or size["valgrind"].get(one)) for one in (key, other)]
        rows.append([TITLES[name], *(f"{a / b:.2f} ×" if a and b else "–" for a, b in zip(*pairs))])
    return table(["work", "wall", "least", "processor", "peak memory", "instructions"], rows, right=range(1, 6))


def markdown(results):
    host = results["machine"]
    at, rows = judged(results)
    out = [
        "# Results",
        f"Tenure {results['tenure']}, {results['time']}. {host['processor']}, {host['cores']} cores,"
        f" {host['memory'] / 2**30:.0f} GiB, Linux {host['kernel']}, Python {host['python']}; load {host['load']:.1f}"
        " when it began. Written by `make bench`; Benchmarks/README.md says how to read it.",
        f"## Against the targets, at {at:,} memberships",
        table(["work", "at most", "measured", ""], rows, right=[2]),
    ]
    for size in reversed(results["sizes"]):
        out += [f"## {size['memberships']:,} memberships", facts(size), size_table(results, size)]
        if any(key.endswith(OTHER) for key in size["runs"]):
            out += [f"Against the other binary, {results['other']}, in the same rounds:", against(size)]
        if any(value is not None for value in size["valgrind"].values()):
            out.append("\\* This machine does not count instructions; these are valgrind's (callgrind), in one run of"
                       " this size only, of the process without its children.")
    return "\n\n".join(out) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1]) as file:
        print(markdown(json.load(file)), end="")
