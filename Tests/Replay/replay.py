#!/usr/bin/env python3
"""Replays access histories commit by commit, oldest first, and checks every step from outside.

For each commit of each bundle it checks that

- the plan holds exactly the differences of this commit to the one before,
- no prefix of the plan newly breaks a rule: it is carried out action by action on a model of its own,
- applying it succeeds; where `removal-threshold` refuses, the grants of the commit still go through, and with an
  override the rest does,
- a second plan has no actions,
- `tenure export` equals what the commit declares.

It uses the git command line and the binary, nothing else of Tenure. What it expects is computed here, from the two
commits alone. Exit code 0: all right, or nothing to replay; 1: something is not.
"""

import argparse
import collections
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from prefixes import Broken, World

try:
    import yaml
except ImportError:
    sys.exit("replay: PyYAML is missing: apt-get install python3-yaml")

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Failure(Exception):
    """What does not hold, in a sentence."""


def run(*command, codes=(0,)):
    """Output of a command that must end with one of `codes`, its exit code, and the seconds it took."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    seconds = time.perf_counter() - start
    if done.returncode not in codes:
        raise Failure(
            f"exit {done.returncode} of: {' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}".rstrip())
    return done.stdout, done.returncode, seconds


ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("TENURE")}


# What a commit declares


class Organization:
    def __init__(self):
        self.display_name = None
        self.members = None
        self.workspaces = {}
        self.tombstones = set()


class Workspace:
    def __init__(self, entry):
        self.display_name = entry.get("displayName")
        self.members = roles(entry.get("members"))


def roles(members):
    """Person → role. Bundles hold people and roles, no groups."""
    if members is None:
        return None
    return {person: entry if isinstance(entry, str) else entry["role"] for person, entry in members.items()}


def organizations(documents):
    result = collections.defaultdict(Organization)
    for document in documents:
        if document["kind"] == "Organization":
            organization = result[document["name"]]
            organization.display_name = document.get("displayName")
            organization.members = roles(document.get("members"))
            for name, entry in document.get("workspaces", {}).items():
                add(organization, name, entry)
        elif document["kind"] == "Workspace":
            add(result[document["organization"]], document["name"], document)
    return dict(result)


def add(organization, name, entry):
    if "removed" in entry:
        organization.tombstones.add(name)
    elif "released" not in entry:
        organization.workspaces[name] = Workspace(entry)


class History:
    """The commits of one bundle, each with what it declares."""

    def __init__(self, bundle, folder):
        self.name = bundle.stem
        self.repository = folder / f"{bundle.stem}.git"
        run("git", "clone", "-q", "--bare", "-b", "main", str(bundle), str(self.repository))
        self.commits = self.git("rev-list", "--reverse", "--first-parent", "main").split()
        self.blobs = {}

    def git(self, *arguments):
        return run("git", "-C", str(self.repository), *arguments)[0]

    def declared(self, commit):
        documents, seen = [], {}
        for line in self.git("ls-tree", "-r", commit, "manifests/").splitlines():
            (_, kind, blob), path = line.split("\t")[0].split(), line.split("\t")[1]
            if kind != "blob" or not path.endswith((".yaml", ".yml")):
                continue
            if blob not in self.blobs:
                self.blobs[blob] = list(yaml.load_all(self.git("cat-file", "blob", blob), Loader=LOADER))
            seen[blob] = self.blobs[blob]
            documents += seen[blob]
        self.blobs = seen  # the next commit shares most of them with this one
        return organizations(documents)


# What a plan should hold

MADE_BY_TENURE = "default"


def differences(before, after):
    """(action, organization, workspace, subject, role before, role after) of every action from one commit to the next."""
    found = set()
    for name, new in after.items():
        old = before.get(name)
        if old is None:
            found.add(("create-organization", name, None, None, None, None))
            old = Organization()
        elif new.display_name is not None and new.display_name != old.display_name:
            found.add(("update-organization", name, None, None, None, None))
        found |= people(name, None, old.members, new.members)
        leavers = set(old.members or {}) - set(new.members or {}) if new.members is not None else set()
        for workspace, declared in new.workspaces.items():
            stored = old.workspaces.get(workspace)
            if stored is None:
                if workspace != MADE_BY_TENURE:
                    found.add(("create-workspace", name, workspace, None, None, None))
                stored = Workspace({})
            elif declared.display_name is not None and declared.display_name != stored.display_name:
                found.add(("update-workspace", name, workspace, None, None, None))
            found |= people(name, workspace, stored.members, declared.members)
            if declared.members is None:
                found |= {
                    ("remove-member", name, workspace, person, role, None)
                    for person, role in (stored.members or {}).items() if person in leavers
                }
        for workspace in new.tombstones & set(old.workspaces):
            found.add(("delete-workspace", name, workspace, None, None, None))
    return found


def people(organization, workspace, before, after):
    if after is None:
        return set()
    before, found = before or {}, set()
    for person, role in after.items():
        if person not in before:
            found.add(("add-member", organization, workspace, person, None, role))
        elif before[person] != role:
            found.add(("change-role", organization, workspace, person, before[person], role))
    for person, role in before.items():
        if person not in after:
            found.add(("remove-member", organization, workspace, person, role, None))
    return found


ABOUT_PEOPLE = {"add-member", "remove-member", "change-role"}


def planned(plan):
    """The actions of a plan in the form of `differences`."""
    result = []
    for action in plan["actions"]:
        of_people = action["action"] in ABOUT_PEOPLE
        before, after = action.get("before") or {}, action.get("after") or {}
        result.append((
            action["action"], action["organization"], action["workspace"],
            action["subject"] if of_people else None,
            before.get("role") if of_people else None, after.get("role") if of_people else None))
    if len(set(result)) != len(result):
        raise Failure("the plan holds an action twice")
    return set(result)


def same(found, expected, what):
    if found == expected:
        return
    def some(items):
        shown = "\n".join(f"    {item}" for item in sorted(items, key=str)[:10])
        return f"{len(items)}\n{shown}" if items else "none"
    raise Failure(f"{what}: missing {some(expected - found)}\n  too much {some(found - expected)}")


# The store, by what it exports


def exported(folder):
    documents = []
    for path in sorted(folder.rglob("*.y*ml")):
        documents += yaml.load_all(path.read_text(encoding="utf-8"), Loader=LOADER)
    return organizations([document for document in documents if document])


def agrees(declared, stored):
    same(set(stored), set(declared), "organizations of the export")
    for name, wanted in declared.items():
        found = stored[name]
        if wanted.members is not None:
            same(set(found.members.items()), set(wanted.members.items()), f"exported members of {name}")
        if wanted.display_name is not None and found.display_name != wanted.display_name:
            raise Failure(f"exported display name of {name}: {found.display_name}")
        same(set(found.workspaces) - {MADE_BY_TENURE}, set(wanted.workspaces) - {MADE_BY_TENURE},
             f"exported workspaces of {name}")
        for title, workspace in wanted.workspaces.items():
            path = f"{name}/{title}"
            actual = found.workspaces[title]
            if workspace.members is not None:
                same(set((actual.members or {}).items()), set(workspace.members.items()), f"exported members of {path}")
            if workspace.display_name is not None and actual.display_name != workspace.display_name:
                raise Failure(f"exported display name of {path}: {actual.display_name}")


# One history


class Replay:
    def __init__(self, tenure, history, folder):
        self.tenure, self.history, self.folder = tenure, history, folder
        self.state = folder / f"{history.name}.db"
        self.counts = collections.Counter()
        self.times = collections.defaultdict(list)
        self.world = World()

    def command(self, name, commit, *options, codes=(0,)):
        return run(
            self.tenure, name, "--repo", str(self.history.repository), "--ref", commit, "--state", str(self.state),
            "--format", "json", *options, codes=codes)

    def plan(self, commit, time_as=None):
        text, code, seconds = self.command("plan", commit, "--allow-deletion", codes=(0, 3))
        if time_as:
            self.times[time_as].append(seconds)
        return json.loads(text), code

    def step(self, commit, before, after):
        plan, code = self.plan(commit, "plan")
        expected = differences(before, after)
        same(planned(plan), expected, "actions of the plan")
        refused = {rule for action in plan["actions"] for rule in action["blockedBy"]}
        if code != (3 if refused else 0):
            raise Failure(f"the plan ended with exit code {code}, refused by: {sorted(refused) or 'nothing'}")
        self.prefixes(plan)
        # What depends on a removal that the threshold withheld may name its own rule besides; overriding must clear both.
        if refused and "removal-threshold" not in refused:
            raise Failure(f"refused by {sorted(refused)}: {plan['blocked'][:3]}")
        _, _, seconds = self.command("apply", commit, "--yes", "--allow-deletion", codes=(3,) if refused else (0,))
        self.times["apply"].append(seconds)
        if refused:
            self.overrides(commit, plan)
        try:
            self.world.agrees(after)
        except Broken as broken:
            raise Failure(f"the plan's actions, carried out: {broken}") from None
        rest, code = self.plan(commit, "plan again")
        if rest["actions"] or code != 0:
            raise Failure(f"a second plan has {len(rest['actions'])} actions: {rest['actions'][:3]}")
        self.export(after)
        self.counts.update(action for action, *_ in expected)

    def overrides(self, commit, plan):
        """The threshold withheld the removals; everything else must be there, and the rest must pass when overridden."""
        withheld = {"actions": [action for action in plan["actions"] if action["blockedBy"]]}
        if any(action["action"] in {"add-member", "create-workspace", "create-organization"}
               for action in withheld["actions"]):
            raise Failure("the threshold withheld a grant")
        rest, code = self.plan(commit)
        if code != 3:
            raise Failure(f"planning again over the threshold ended with exit code {code}")
        same(planned(rest), planned(withheld), "what is left after the grants went through")
        override = ("--allow-deletion", "--override", "removal-threshold", "--reason", "replay")
        self.prefixes(json.loads(self.command("plan", commit, *override)[0]))
        self.command("apply", commit, "--yes", *override)
        self.counts["overridden commits"] += 1

    def prefixes(self, plan):
        before = self.world.prefixes
        try:
            self.world.carry_out(plan["actions"])
        except Broken as broken:
            raise Failure(f"prefix {self.world.prefixes - before + 1} of the plan: {broken}") from None
        self.counts["prefixes"] += self.world.prefixes - before

    def export(self, declared):
        out = self.folder / "export"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        _, _, seconds = run(self.tenure, "export", "--state", str(self.state), "--out", str(out))
        self.times["export"].append(seconds)
        agrees(declared, exported(out))

    def all(self, limit):
        commits = self.history.commits[:limit]
        before = {}
        for number, commit in enumerate(commits, 1):
            after = self.history.declared(commit)
            try:
                self.step(commit, before, after)
            except Failure as failure:
                print(f"replay: {self.history.name}, commit {number} ({commit[:12]}): {failure}", file=sys.stderr)
                return False
            before = after
            if number % 50 == 0 or number == len(commits):
                grants = sum(len(o.members or {}) + sum(len(w.members or {}) for w in o.workspaces.values())
                             for o in after.values())
                print(f"{self.history.name}: {number} of {len(commits)} commits, {grants} grants", flush=True)
        run(self.tenure, "audit", "verify", "--state", str(self.state))
        return True


def report(replays):
    print()
    names = ["commits"] + sorted({name for replay in replays for name in replay.counts})
    rows = [["", *(replay.history.name for replay in replays)]]
    for name in names:
        row = [len(r.times["plan"]) if name == "commits" else r.counts[name] for r in replays]
        rows.append([name, *(f"{value:,}" for value in row)])
    for what in ("plan", "plan again", "apply", "export"):
        for label, pick in (("median", statistics.median), ("p95", percentile), ("max", max)):
            values = [r.times[what] for r in replays]
            rows.append([f"{what}, {label}", *(f"{pick(v) * 1000:.0f} ms" if v else "-" for v in values)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join(cells).rstrip())


def percentile(values):
    return sorted(values)[min(len(values) - 1, round(0.95 * (len(values) - 1)))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tenure", default=os.environ.get("TENURE", str(ROOT / ".build/release/tenure")))
    parser.add_argument("--histories", type=pathlib.Path, default=ROOT.parent / "shared" / "data",
                        help="folder of *.bundle files (default: ../shared/data)")
    parser.add_argument("--only", metavar="NAME", help="the bundles whose name begins so")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N commits of each bundle")
    options = parser.parse_args()
    bundles = sorted(options.histories.glob("*.bundle")) if options.histories.is_dir() else []
    bundles = [bundle for bundle in bundles if bundle.name.startswith(options.only or "")]
    if not bundles:
        print(f"replay: SKIPPED: there is no history to replay in {os.path.relpath(options.histories)}"
              + (f" that begins with {options.only}" if options.only else ""))
        return 0
    if not os.access(options.tenure, os.X_OK):
        print(f"replay: no binary at {options.tenure}; run make release", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        replays, right = [], True
        for bundle in bundles:
            replay = Replay(options.tenure, History(bundle, folder), folder)
            replays.append(replay)
            right = replay.all(options.limit) and right
        report(replays)
    print("\nEvery commit is right." if right else "\nSomething is not right, see above.")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
