"""What is compared: for each case, Tenure and who does the same or less beside it.

A case has a name, a contender, a command, and what its output has to end with: a run that did something else is an
error, never a figure. `ready` runs before each measurement, outside of it.
"""

import dataclasses
import pathlib
import re
import shutil
import subprocess

from prepare import environment

HERE = pathlib.Path(__file__).resolve().parent

# Case → what it is, as the table says it.
TITLES = {
    "cold": "plan, no cache, store equal",
    "full": "plan --full, store equal",
    "drift": "plan, no cache, 1 % drift",
    "cached": "plan, manifests cached, every row compared",
    "unchanged": "plan, nothing changed",
    "one-line": "plan of one line",
    "diff": "diff of one line, no store, no cache",
    "cycle": "a cycle of run, nothing changed",
    "first-apply": "first apply of everything",
    "apply": "apply of N/100 changes",
}

# The contender that `--against` names.
OTHER = "other tenure"


@dataclasses.dataclass
class Case:
    name: str
    contender: str
    command: list
    ends_with: str  # a regular expression for the last line of stdout, or lines
    ready: object = None
    runs: int = 99  # at most so many, for what takes long
    cycles: int = 0  # for `tenure run`: stop after so many lines
    optional: bool = False  # left out where it fails
    bench: object = None  # the workbench that it works on

    def key(self):
        return f"{self.name} · {self.contender}"


class Workbench:
    """The folders of one size: what prepare.py made, and a scratch folder for stores and caches of single runs."""

    def __init__(self, tools, memberships, folder, summary):
        self.tools, self.memberships, self.folder, self.summary = tools, memberships, folder, summary
        self.scratch = folder / "scratch"
        self.cache = self.scratch / "cache"
        self.warm = self.scratch / "warm"
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir()

    def path(self, name):
        return str(self.folder / name)

    def tenure(self, command, *arguments, state="equal.db"):
        """A command line; a relative `state` is one of the stores that prepare.py made."""
        return [self.tools["tenure"], command, *arguments, "--repo", self.path("company.git"), "--state",
                str(self.folder / state)]

    # Before a run.

    def cold(self):
        shutil.rmtree(self.cache, ignore_errors=True)
        self.cache.mkdir()

    def warmed(self):
        """The cache as a plan of main left it, and nothing that a measured run added."""
        if not self.warm.exists():
            self.warm.mkdir()
            subprocess.run(self.tenure("plan", "--ref", "main"), env=environment(self.warm), check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.cache, ignore_errors=True)
        shutil.copytree(self.warm, self.cache)

    def has_cache(self):
        """Whether this binary keeps one at all."""
        if not self.warm.exists():
            self.warmed()
        return any(self.warm.rglob("*"))

    def fresh(self):
        """No store from the run before."""
        self.cold()
        for path in self.scratch.glob("new.db*"):
            path.unlink()

    def copied(self):
        """A store of its own to write to, on the disk before the clock starts, and a cache that knows it."""
        self.fresh()
        self.warmed()
        shutil.copyfile(self.folder / "equal.db", self.scratch / "new.db")
        subprocess.run(["sync", str(self.scratch / "new.db")], check=True)
        if self.has_cache():
            subprocess.run(self.tenure("plan", "--ref", "main", state=self.scratch / "new.db"), check=True,
                           env=environment(self.cache), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def cases(bench):
    """All cases of one size, in the order in which each round runs them."""
    tools, summary = bench.tools, bench.summary
    new, changes = str(bench.scratch / "new.db"), summary["changes"]
    drift = summary["drift"]
    nothing, one = r"No changes\.", r"Plan: 0 to add, 1 to change, 0 to remove; 0 blocked, 0 waiting, 0 held\."
    drifted = (rf"Plan: {drift['removed']} to add, {drift['changed']} to change, {drift['added']} to remove; "
               r"0 blocked, 0 waiting, 0 held\.")
    script = [tools["python"], str(HERE / "baseline.py")]
    repository, equal = bench.path("company.git"), bench.path("equal.db")
    members = summary["memberships"]
    out = [
        Case("cold", "tenure", bench.tenure("plan"), nothing, bench.cold),
        Case("cold", "C floor", [tools["floor"], "plan", repository, "main", equal], rf".* {members} rows; .*"),
        Case("cold", "PyYAML script", [*script, "plan", repository, "main", equal],
             rf"0 differences in {members} memberships", runs=3),
        Case("drift", "tenure", bench.tenure("plan", state="drift.db"), drifted, bench.cold),
        Case("cached", "tenure", bench.tenure("plan", state="touched.db"), nothing, bench.warmed),
        Case("cached", "C scan", [tools["floor"], "scan", bench.path("touched.db")], rf"{members} rows .*"),
        Case("unchanged", "tenure", bench.tenure("plan"), nothing, bench.warmed),
        Case("one-line", "tenure", bench.tenure("plan", "--ref", "one-line"), one, bench.warmed),
        Case("diff", "tenure", bench.tenure("diff", "main..one-line", state=bench.scratch / "no.db"), one, bench.cold),
        Case("cycle", "tenure", bench.tenure("run", "--interval", "1s", "--jitter", "0", "--ref", "main", state=new),
             r'\{.*"actions":0,.*', bench.copied, runs=3, cycles=6),
        Case("first-apply", "tenure", bench.tenure("apply", "--yes", state=new),
             rf"Applied (?P<all>\d+) of (?P=all) actions in {summary['organizations']} organizations?\.", bench.fresh, runs=3),
        Case("first-apply", "C insert", [tools["floor"], "insert", equal, new], r"\d+ rows, \d+ of them members",
             bench.fresh, runs=3),
        Case("apply", "tenure", bench.tenure("apply", "--yes", "--ref", "many", state=new),
             rf"Applied {changes} of {changes} actions in {summary['changedOrganizations']} organizations?\.",
             bench.copied),
        Case("apply", "Python script", [*script, "apply", bench.path("changes.tsv"), new], rf"{changes} changes",
             bench.copied),
    ]
    if understands_full(tools["tenure"]):
        out.insert(3, Case("full", "tenure", bench.tenure("plan", "--full"), nothing, bench.warmed))
    return [dataclasses.replace(case, bench=bench) for case in out]


def understands_full(tenure):
    shown = subprocess.run([tenure, "plan", "--help"], stdout=subprocess.PIPE, text=True).stdout
    return re.search(r"--full\b", shown) is not None


class Failed(Exception):
    """A run that did something else than it should."""


def check(case, code, output):
    """Raises where a run was not what it should be."""
    if code != 0 or re.search(rf"(\A|\n)(?:{case.ends_with})\n*\Z", output) is None:
        raise Failed(f"{case.key()} ended with {code} and: {output.rstrip()[-300:]}\n"
                     f"  expected: 0 and {case.ends_with}\n  command: {' '.join(case.command)}")
