#!/usr/bin/env python3
"""Writes the manifests of a made-up company with a given number of memberships, the same ones every time.

    generate.py MEMBERSHIPS DIR

Organizations are of skewed sizes, as real ones are: the first has about a third of everybody. Some people come through
groups; some entries are plain, some are flow mappings, some are block mappings. A membership is one person in one
organization or workspace, after groups are expanded.
"""

import pathlib
import random
import sys

WORKSPACE_ROLES = ["developer"] * 12 + ["viewer"] * 6 + ["operator"] * 3 + ["admin"]


def entry(random, person, role):
    """One line or three: three ways to write the same grant."""
    style = random.random()
    if style < 0.90:
        return f"{person}: {role}", []
    if style < 0.97:
        return f"{person}: {{role: {role}, expires: 2099-12-31}}", []
    return f"{person}:", [f"  role: {role}", "  protect: true"]


def lines_of(random, people, roles, indent):
    out = []
    for person in people:
        first, more = entry(random, person, random.choice(roles))
        out += [f"{indent}{first}", *(indent + line for line in more)]
    return out


def organization(random, number, size):
    """The text of one organization with about `size` memberships, and how many there are."""
    name = f"org-{number:04}"
    everyone = [f"p{number:04}x{i:05}@people.example" for i in range(max(4, size * 2 // 5))]
    random.shuffle(everyone)
    grouped, alone = everyone[: len(everyone) // 8], everyone[len(everyone) // 8 :]
    groups = {f"team-{i}": grouped[i::4] for i in range(4) if grouped[i::4]}
    count = len(everyone)
    out = ["apiVersion: tenure/v1", "kind: Organization", f"name: {name}", f"displayName: Organization {number}"]
    out += [f"owner: owner-{number:04}@people.example"]
    count += 3  # the owner, and the owner of record in the default workspace, declared below
    out += ["members:", f"  owner-{number:04}@people.example: super-admin"]
    # Who is in workspaces has a role that may be there.
    members = random.sample(alone, len(alone))
    out += lines_of(random, members, ["member"] * 30 + ["super-admin"], "  ")
    out += [f"  billing-{number:04}@people.example: billing-admin"]
    out += [f"  {group}: member" for group in groups]
    if groups:
        out += ["groups:"] + [f"  {group}: [{', '.join(people)}]" for group, people in groups.items()]
    out += ["workspaces:", "  default:", "    members:", f"      owner-{number:04}@people.example: admin"]
    workspace = 0
    while count < size:
        room = min(size - count, len(everyone), max(3, int(random.paretovariate(1.1) * 4)))
        out += [f"  ws-{workspace:04}:"]
        if random.random() < 0.8:
            out += [f"    displayName: Workspace {workspace}"]
        if groups and random.random() < 0.2:
            group = random.choice(sorted(groups))
            chosen = random.sample(alone, min(room, len(alone)))
            count += len(groups[group])
            out += ["    members:", f"      {group}: operator"]
        else:
            chosen = random.sample(everyone, room)
            out += ["    members:"]
        count += len(chosen)
        out += lines_of(random, chosen, WORKSPACE_ROLES, "      ")
        workspace += 1
    return "\n".join(out) + "\n", count


def sizes(memberships):
    """Sizes of the organizations, largest first: a third, a ninth, an eighteenth …, none under 40."""
    total, number, left = [], 1, memberships
    while left > 0:
        size = max(40, int(memberships * 2 / 3 / (number * (number + 1))))
        size = left if left < size + 40 else size
        total.append(size)
        left -= size
        number += 1
    return total


def write(memberships, folder):
    """Writes the files; the number of memberships they declare."""
    randomness = random.Random(memberships)
    folder.mkdir(parents=True)
    (folder / "policy.yaml").write_text(
        "apiVersion: tenure/v1\nkind: Policy\nextends: enterprise\ninvitations: {admission: direct}\n")
    count = 0
    for number, size in enumerate(sizes(memberships)):
        text, declared = organization(randomness, number, size)
        (folder / f"org-{number:04}.yaml").write_text(text)
        count += declared
    return count


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    print(write(int(sys.argv[1]), pathlib.Path(sys.argv[2])))
