#!/usr/bin/env python3
"""Writes a made-up company of N memberships as a git repository, the same bytes every time and everywhere.

    generate.py N DIR
    generate.py --check       says whether it still writes the bytes that it should, in any order of Python's hashes

A membership is one person in one organization or workspace, after groups are expanded. There are N/100 organizations of
skewed sizes: a few 100 times the mean (as far as N allows), most near it or below. Nearly nine in ten memberships are
plain lines `email: role`; the others are flow mappings, block mappings, short workspaces in flow style, and people who
come through a group, the organization's own or one of the two for all.

DIR gets

    company.git     a bare repository, everything in one pack
      main          every organization, in one commit
      one-line      the role of one person in one organization of average size, on top of main
      many          N/100 memberships changed, on top of main: roles, some added, some removed
    changes.tsv     what `many` changes, one line each: organization, workspace, email, role before, role after
    summary.json    counts and commit ids; written last, so that a folder without it is unfinished

Only `random()` of Python's generator is used: it alone is promised to give the same numbers in every version.
"""

import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

GIVEN = """ada alan amara anita barbara bela carla chen clara daniel dora edith emil erika farid fatima felix
frances grace hedy ida igor ines ivan jana joan john karen kofi lena linus mary nadia niels olga omar paul rosa
tomas vera""".split()
SURNAMES = """abel allen aoki bauer becker berg bose brooks chandra clarke cohen costa curie darwin diaz dubois
engel euler fischer franklin fuchs garcia gauss goldberg haas hamilton hopper ito jensen johnson kahn keller khan
kim klein kovacs lamarr lange lovelace maier mbeki meitner mendel moreau murphy nakamura noether novak okafor
olsen perlman peters planck ritter rossi sato silva tanaka turing weber""".split()
NAMES = len(GIVEN) * len(SURNAMES)

WORKSPACE_ROLES = ["developer"] * 11 + ["viewer"] * 6 + ["operator"] * 3 + ["admin"]
CHANGEABLE = ["developer", "operator", "viewer"]  # the top role stays: its last holder could not lose it
FOR_ALL = {"sre": 8, "audit": 4}

POLICY = "apiVersion: tenure/v1\nkind: Policy\nextends: enterprise\ninvitations: {admission: direct}\n"
WHO = "Bench <bench@people.example>"
START = 1_767_603_600  # 2026-01-05T09:00:00Z

# The commits of a company of 1,000. Whoever changes what is written changes these; figures before and after do not compare.
COMMITS_OF_1000 = {
    "main": "1e17d90ace69ecd75f00cfcf906639f33c861ff6",
    "one-line": "8b4338edd7e1a1161a1956605c2ebafb72704bf9",
    "many": "e3b9b87b122500b160046b8dedc0fb6be23ff993",
}


class Dice:
    """Random choices that need nothing but `random()`."""

    def __init__(self, seed):
        self.random = random.Random(seed).random

    def below(self, limit):
        return int(self.random() * limit)

    def of(self, items):
        return items[int(self.random() * len(items))]

    def one_in(self, number):
        return self.below(number) == 0

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def shuffle(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]


def sizes(memberships):
    """How many memberships each organization has; their sum is `memberships`."""
    dice = Dice(f"sizes {memberships}")
    count = max(1, memberships // 100)
    large = max(1, memberships // 200_000) if count > 4 else 0
    huge = min(100 * (memberships // count), memberships // 8)
    bands = [(20, 70)] * 55 + [(60, 120)] * 25 + [(120, 260)] * 13 + [(250, 600)] * 6 + [(600, 2000)]
    weights = [dice.between(*dice.of(bands)) for _ in range(count - large)]
    rest, total = memberships - large * huge, sum(weights)
    out = [max(20, weight * rest // total) for weight in weights]
    place = 0
    while sum(out) != rest:  # a few to and fro: what rounding and the least size moved
        step = max(1, abs(rest - sum(out)) // len(out))
        if sum(out) < rest:
            out[place % len(out)] += step
        elif out[place % len(out)] - step >= 20:
            out[place % len(out)] -= step
        place += 1
    for i in range(large):
        out.insert((i + 1) * count // (large + 1), huge)
    return out


class Organization:
    """One organization as lines. Lines that the two branches may change are known with person, place and role."""

    def __init__(self, number, width, size):
        self.number, self.size, self.name = number, size, f"org-{number:0{width}}"
        self.dice = Dice(f"organization {number} {size}")
        self.lines = []
        self.entries = []  # (index of the line, workspace or None, email, role), plain lines only
        self.count = self.plain = 0
        self.placed = set()  # who is in a workspace by name
        self.write()

    def email(self, number):
        name = (number * 1409 + self.number * 97) % NAMES
        more = number // NAMES or ""
        return f"{GIVEN[name % len(GIVEN)]}.{SURNAMES[name // len(GIVEN)]}{more}@{self.name}.example"

    def path(self):
        return f"manifests/{self.name}.yaml"

    def text(self):
        return "\n".join(self.lines) + "\n"

    def entry(self, indent, workspace, person, role, plain=False):
        """The grant of one person: a plain line, or sometimes a mapping."""
        style = 0 if plain else self.dice.below(100)
        if style < 95:
            self.entries.append((len(self.lines), workspace, person, role))
            self.lines.append(f"{indent}{person}: {role}")
            self.plain += 1
        elif style < 98:
            self.lines.append(f"{indent}{person}: {{role: {role}, expires: 2099-12-31}}")
        else:
            self.lines += [f"{indent}{person}:", f"{indent}  role: {role}", f"{indent}  protect: true"]
        self.count += 1

    def write(self):
        dice, lines = self.dice, self.lines
        people = [self.email(i) for i in range(max(5, self.size * 2 // 5))]
        owner, people = people[0], people[1:]
        dice.shuffle(people)
        grouped = people[: len(people) // 16] if self.size >= 60 else []
        self.alone = people[len(grouped):]
        if dice.one_in(3):  # some tools and people keep their lists in order
            self.alone.sort()
        groups = {f"team-{i // 8}": grouped[i : i + 8] for i in range(0, len(grouped), 8)}
        shared = dice.of(sorted(FOR_ALL)) if self.size >= 80 and dice.one_in(3) else None
        lines += [f"# {self.name}: ask {owner} before changing this file.", "apiVersion: tenure/v1",
                  "kind: Organization", f"name: {self.name}", f"displayName: Organization {self.number}",
                  f"owner: {owner}", "members:"]
        self.entry("  ", None, owner, "super-admin", plain=True)
        for person in self.alone:
            self.entry("  ", None, person, "super-admin" if dice.one_in(40) else "member")
        for group, members in groups.items():
            lines.append(f"  {group}: member")
            self.count += len(members)
        if shared:
            lines.append(f"  {shared}: member")
            self.count += FOR_ALL[shared]
        if groups:
            lines += ["groups:"] + [f"  {group}: [{', '.join(members)}]" for group, members in groups.items()]
        lines += ["workspaces:", "  default:", "    members:"]
        self.entry("      ", "default", owner, "admin", plain=True)
        self.workspaces(groups, shared)

    def workspaces(self, groups, shared):
        dice, number = self.dice, 0
        while self.count < self.size:
            number += 1
            room = min(self.size - self.count, len(self.alone), dice.of(
                [dice.between(3, 8)] * 6 + [dice.between(8, 25)] * 3 + [dice.between(25, 120)]))
            apart = self.size >= 80 and self.count + room == self.size and dice.one_in(8)
            name = f"ws-{number:03}"
            start = dice.below(len(self.alone))
            chosen = (self.alone[start:] + self.alone[:start])[:room]
            self.placed.update(chosen)
            indent = "" if apart else "    "
            if apart:
                self.lines += ["---", "apiVersion: tenure/v1", "kind: Workspace", f"organization: {self.name}",
                               f"name: {name}"]
            else:
                self.lines.append(f"  {name}:")
            if dice.one_in(4):
                self.lines.append(f"{indent}displayName: Workspace {number} of {self.number}")
            if room <= 4 and dice.one_in(2):
                grants = ", ".join(f"{person}: {dice.of(WORKSPACE_ROLES)}" for person in chosen)
                self.lines.append(f"{indent}members: {{{grants}}}")
                self.count += room
                continue
            self.lines.append(f"{indent}members:")
            for person in chosen:
                self.entry(indent + "  ", name, person, dice.of(WORKSPACE_ROLES))
            group = dice.of(sorted(groups)) if groups and dice.one_in(4) else shared
            more = FOR_ALL[group] if group in FOR_ALL else len(groups.get(group, []))
            if group and self.count + more <= self.size and dice.one_in(2):
                self.lines.append(f"{indent}  {group}: operator")
                self.count += more

    # What the branches do. Each change is one action of a plan.

    def change_role(self):
        """Gives another role to somebody in a workspace."""
        found = [entry for entry in self.entries if entry[3] in CHANGEABLE]
        index, workspace, person, role = self.dice.of(found)
        new = CHANGEABLE[(CHANGEABLE.index(role) + 1 + self.dice.below(2)) % 3]
        self.lines[index] = self.lines[index][: -len(role)] + new
        self.entries.remove((index, workspace, person, role))
        return workspace, person, role, new

    def remove(self):
        """Takes somebody out of a workspace or, who is in none, out of the organization."""
        left = collections.Counter(entry[1] for entry in self.entries)  # no list may become empty
        found = [e for e in self.entries if e[3] in CHANGEABLE and left[e[1]] > 3
                 or e[1] is None and e[3] == "member" and e[2] not in self.placed]
        index, workspace, person, role = self.dice.of(found)
        self.lines[index] = None
        self.entries.remove((index, workspace, person, role))
        return workspace, person, role, ""

    def add(self, number):
        """A new person in the organization, or somebody of another workspace in the default one, too."""
        if number % 2 or number // 2 >= len(self.placed):
            person, place, role = f"new-{number}@{self.name}.example", self.entries[0], "member"
        else:
            person, role = sorted(self.placed)[number // 2], "viewer"
            place = next(entry for entry in self.entries if entry[1] == "default")
        index, workspace, _, _ = place
        line = self.lines[index]
        self.lines[index] = f"{line}\n{line[:len(line) - len(line.lstrip())]}{person}: {role}"
        return workspace, person, "", role

    def change(self, amount):
        """`amount` changes, most of them roles; what they were. Nobody is changed twice."""
        out = []
        for number in range(amount):
            kind = self.dice.below(20)
            change = self.add(number) if kind < 2 else self.remove() if kind < 4 else self.change_role()
            out.append((self.name, *change))
        self.lines = [line for line in self.lines if line is not None]
        return out


def shared_text():
    out = []
    for group, size in FOR_ALL.items():
        people = ", ".join(f"{GIVEN[i]}.{SURNAMES[i * 7]}@{group}.example" for i in range(size))
        out.append(f"apiVersion: tenure/v1\nkind: Group\nname: {group}\nmembers: [{people}]\n")
    return "---\n".join(out)


def data(text):
    octets = text.encode()
    return b"data %d\n%s\n" % (len(octets), octets)


def commit(stream, branch, mark, message, parent=None):
    when = START + mark * 3600
    head = f"commit refs/heads/{branch}\nmark :{mark}\nauthor {WHO} {when} +0000\ncommitter {WHO} {when} +0000\n"
    stream.write(head.encode() + data(message + "\n"))
    if parent:
        stream.write(b"from :%d\n" % parent)


def put(stream, path, text):
    stream.write(b"M 100644 inline %s\n" % path.encode() + data(text))


def spread(all_sizes, amount):
    """Which organizations `many` changes, and how many memberships of each: number → amount."""
    dice = Dice(f"spread {amount} {len(all_sizes)}")
    order = [number for number, size in enumerate(all_sizes) if size >= 50]
    dice.shuffle(order)
    out = {}
    for number in order:
        if amount == 0:
            break
        out[number] = min(amount, all_sizes[number] // 10, 100)
        amount -= out[number]
    return out


def write(memberships, folder):
    """Fills `folder`; what summary.json says."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    repository = folder / "company.git"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*arguments, **more):
        return subprocess.run(["git", *arguments], check=True, env=environment, **more)

    git("init", "-q", "--bare", "--template=", "--object-format=sha1", "--initial-branch=main", str(repository))
    all_sizes = sizes(memberships)
    width = max(4, len(str(len(all_sizes) - 1)))
    count = plain = octets = 0
    importer = subprocess.Popen(
        ["git", "-C", str(repository), "fast-import", "--quiet", "--depth=0"], stdin=subprocess.PIPE, env=environment)
    stream = importer.stdin
    commit(stream, "main", 1, f"A company of {memberships} memberships")
    put(stream, "manifests/policy.yaml", POLICY)
    put(stream, "manifests/groups.yaml", shared_text())
    for number, size in enumerate(all_sizes):
        organization = Organization(number, width, size)
        text = organization.text()
        put(stream, organization.path(), text)
        count, plain, octets = count + organization.count, plain + organization.plain, octets + len(text)

    average = next((n for n, size in enumerate(all_sizes) if 90 <= size <= 120), len(all_sizes) // 2)
    organization = Organization(average, width, all_sizes[average])
    one_line = (organization.name, *organization.change_role())
    commit(stream, "one-line", 2, "Another role for one person", parent=1)
    put(stream, organization.path(), organization.text())

    changes = []
    commit(stream, "many", 3, "Many changes", parent=1)
    touched = spread(all_sizes, max(1, memberships // 100))
    for number, amount in sorted(touched.items()):
        organization = Organization(number, width, all_sizes[number])
        changes += organization.change(amount)
        put(stream, organization.path(), organization.text())
    stream.close()
    if importer.wait() != 0:
        sys.exit("generate: git fast-import failed")
    git("-C", str(repository), "gc", "--quiet")
    (folder / "changes.tsv").write_text("".join("\t".join(x or "" for x in row) + "\n" for row in changes))
    commits = git("-C", str(repository), "rev-parse", "main", "one-line", "many", stdout=subprocess.PIPE, text=True)
    summary = {
        "memberships": count, "organizations": len(all_sizes), "largest": max(all_sizes), "bytes": octets,
        "plain": plain, "oneLine": one_line, "changes": len(changes), "changedOrganizations": len(touched),
        "commits": dict(zip(["main", "one-line", "many"], commits.stdout.split())),
    }
    (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    return summary


def check():
    """Ends the process where a company of 1,000 is not what it always was."""
    written = []
    for seed in ("1", "2"):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, __file__, "1000", folder], check=True, stdout=subprocess.DEVNULL,
                           env=os.environ | {"PYTHONHASHSEED": seed})
            written.append([pathlib.Path(folder, name).read_text() for name in ("summary.json", "changes.tsv")])
    commits = json.loads(written[0][0])["commits"]
    if written[0] != written[1]:
        sys.exit("generate: two runs wrote different companies")
    if commits != COMMITS_OF_1000:
        sys.exit(f"generate: the company of 1,000 is another one than before: {commits}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(check())
    if len(sys.argv) != 3 or not sys.argv[1].isdigit() or int(sys.argv[1]) < 100:
        sys.exit(__doc__)
    print(json.dumps(write(int(sys.argv[1]), sys.argv[2]), indent=2))
