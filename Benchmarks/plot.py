#!/usr/bin/env python3
"""Draws cost against size: cost.txt with nothing but Python, cost.png with matplotlib where there is one.

    plot.py results.json DIR
"""

import json
import math
import pathlib
import subprocess
import sys

import report
from cases import TITLES

# What is drawn: the case, a letter for the text, and a colour and line for the picture. Tenure's lines are solid.
SERIES = {
    "cold · octoDNS": ("o", "tab:brown", ":"),
    "cold · ldap2pg": ("l", "tab:orange", ":"),
    "cold · PyYAML script": ("p", "tab:red", "--"),
    "cold · C floor": ("f", "tab:gray", "--"),
    "cold · tenure": ("C", "tab:blue", "-"),
    "cached · tenure": ("M", "tab:cyan", "-"),
    "one-line · tenure": ("1", "tab:green", "-"),
    "unchanged · tenure": ("0", "tab:olive", "-"),
    "first-apply · tenure": ("A", "tab:purple", "-"),
    "first-apply · C insert": ("i", "tab:pink", "--"),
}
WIDTH, HEIGHT = 72, 26


def label(key):
    name, contender = key.split(" · ")
    return f"{contender}: {TITLES[name]}"


def points(results):
    """Series → [(memberships, seconds)]."""
    out = {}
    for key in SERIES:
        found = [(size["memberships"], report.median(size, key)) for size in results["sizes"]]
        found = [(size, wall) for size, wall in found if wall]
        if found:
            out[key] = found
    return out


def text(series):
    """Both axes logarithmic. Where two series meet, `*`."""
    everything = [point for found in series.values() for point in found]
    low, high = (f(math.log10(wall) for _, wall in everything) for f in (min, max))
    low, high = math.floor(low), math.ceil(high)
    left, right = (f(math.log10(size) for size, _ in everything) for f in (min, max))
    grid = [[" "] * WIDTH for _ in range(HEIGHT)]

    def place(size, wall):
        across = (math.log10(size) - left) / (right - left) if right > left else 0.5
        return round(across * (WIDTH - 1)), round((high - math.log10(wall)) / (high - low) * (HEIGHT - 1))

    def put(x, y, letter):
        grid[y][x] = letter if grid[y][x] in (" ", "·", letter) else "*"

    for found in series.values():
        for (size, wall), (next_size, next_wall) in zip(found, found[1:]):
            (x, y), (next_x, next_y) = place(size, wall), place(next_size, next_wall)
            for step in range(x + 1, next_x):
                row = round(y + (next_y - y) * (step - x) / (next_x - x))
                if grid[row][step] == " ":
                    grid[row][step] = "·"
    for key, found in series.items():
        for size, wall in found:
            put(*place(size, wall), SERIES[key][0])
    marks = {round((high - power) / (high - low) * (HEIGHT - 1)): power for power in range(low, high + 1)}
    lines = []
    for number, row in enumerate(grid):
        mark = report.seconds(10.0 ** marks[number]) if number in marks else ""
        lines.append(f"{mark:>10} |{''.join(row)}".rstrip())
    scale = [" "] * (WIDTH + 12)
    for size in sorted({size for size, _ in everything}):
        name = f"{size:,}"
        x = min(12 + place(size, 10.0 ** low)[0] - len(name) // 2, len(scale) - len(name))
        scale[x : x + len(name)] = name
    lines += [" " * 11 + "+" + "-" * WIDTH, "".join(scale).rstrip(), ""]
    for key, found in series.items():
        lines.append(f"  {SERIES[key][0]}  {label(key):58} {', '.join(report.seconds(wall) for _, wall in found)}")
    return "Wall time of the whole process against memberships, both axes logarithmic.\n\n" + "\n".join(lines) + "\n"


def picture(series, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot, ticker

    figure, axes = pyplot.subplots(figsize=(9, 6))
    for key, found in series.items():
        _, colour, style = SERIES[key]
        axes.plot(*zip(*found), style, color=colour, marker="o", markersize=4, label=label(key))
    axes.set(xscale="log", yscale="log", xlabel="memberships", ylabel="wall time of the whole process",
             title="Cost against size")
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: report.seconds(value)))
    axes.grid(True, which="major", alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=120, metadata={"Software": None})


def write(results, folder):
    """Both plots. Another Python of the system may be the one that has matplotlib."""
    folder = pathlib.Path(folder)
    series = points(results)
    if not series:
        return
    (folder / "cost.txt").write_text(text(series))
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import matplotlib"], stderr=subprocess.DEVNULL).returncode == 0:
            subprocess.run([python, __file__, str(folder / "results.json"), str(folder), "--picture"], check=True)
            return
    print("bench: there is no matplotlib, so no cost.png", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    with open(sys.argv[1]) as file:
        loaded = json.load(file)
    if "--picture" in sys.argv:
        picture(points(loaded), pathlib.Path(sys.argv[2]) / "cost.png")
    else:
        write(loaded, sys.argv[2])
