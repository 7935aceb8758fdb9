#!/usr/bin/env python3
"""What a short script would do instead of Tenure.

    baseline.py plan REPOSITORY REF STORE     load the manifests of a commit, load the store, diff the dictionaries
    baseline.py apply CHANGES STORE           known changes (changes.tsv of generate.py), in one transaction with a row
                                              of a hash-chained audit log for each

It uses the fastest loader of PyYAML (libyaml, in C), `git cat-file --batch`, and a few queries on the store of Tenure. It
checks nothing that it does not need for the difference of memberships: no unknown keys, no roles, no places for messages,
no rules. `apply` is told what changed and finds out nothing.
"""

import datetime
import hashlib
import json
import pathlib
import sqlite3
import subprocess
import sys
import time

import yaml

TOP = {"organization": "super-admin", "workspace": "admin"}


# Plan.

def documents(repository, ref):
    """Every document of every file below manifests/ of the commit."""
    git = ["git", "-C", repository]
    tree = subprocess.run([*git, "ls-tree", "-r", ref, "--", "manifests/"], check=True, stdout=subprocess.PIPE).stdout
    names = b"".join(line.split()[2] + b"\n" for line in tree.splitlines())
    batch = subprocess.run([*git, "cat-file", "--batch"], check=True, input=names, stdout=subprocess.PIPE).stdout
    start = 0
    while start < len(batch):
        end = batch.index(b"\n", start)
        size = int(batch[start:end].split()[2])
        yield from yaml.load_all(batch[end + 1 : end + 1 + size], Loader=yaml.CSafeLoader)
        start = end + size + 2


def expand(members, groups):
    """Person → (role, expires, protect), groups below people."""
    result = {}
    for name, entry in members.items():
        if isinstance(entry, str):
            grant = (entry, None, False)
        else:
            grant = (entry["role"], end(entry.get("expires")), bool(entry.get("protect")))
        if "@" in name:
            result[name.lower()] = grant
        else:
            for person in groups[name]:
                result.setdefault(person.lower(), grant)
    return result


def end(day):
    """Access ends after that day: milliseconds since 1970."""
    if day is None:
        return None
    midnight = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), datetime.timezone.utc)
    return int(midnight.timestamp() * 1000)


def desired(found):
    """(organization, workspace or None) → person → grant."""
    by_kind = {"Organization": [], "Workspace": [], "Group": [], "Policy": []}
    for document in found:
        by_kind[document["kind"]].append(document)
    shared = {document["name"]: document["members"] for document in by_kind["Group"]}
    result, groups = {}, {}
    for document in by_kind["Organization"]:
        name = document["name"]
        own = groups[name] = {**shared, **document.get("groups", {})}
        members = expand(document["members"], own)
        if "owner" in document:
            members.setdefault(document["owner"].lower(), (TOP["organization"], None, False))
        result[name, None] = members
        for workspace, entry in document.get("workspaces", {}).items():
            result[name, workspace] = expand(entry.get("members", {}), own)
    for document in by_kind["Workspace"]:
        name = document["organization"]
        result[name, document["name"]] = expand(document.get("members", {}), groups[name])
    return result


def actual(store):
    database = sqlite3.connect(f"{pathlib.Path(store).resolve().as_uri()}?mode=ro", uri=True)
    people = dict(database.execute("SELECT id, email_key FROM accounts"))
    result = {}
    organizations = dict(database.execute("SELECT id, name FROM tenants WHERE account_id IS NULL"))
    for number, name in organizations.items():
        result[name, None] = {}
    for tenant, account, role, expires, protect in database.execute(
        "SELECT tenant_id, account_id, role, expires_at, protect FROM tenant_members"):
        if tenant in organizations:
            result[organizations[tenant], None][people[account]] = (role, expires, bool(protect))
    workspaces = {}
    for number, tenant, name in database.execute("SELECT id, tenant_id, name FROM workspaces"):
        if tenant in organizations:
            workspaces[number] = result[organizations[tenant], name] = {}
    for workspace, account, role, expires, protect in database.execute(
        "SELECT workspace_id, account_id, role, expires_at, protect FROM workspace_members"):
        if workspace in workspaces:
            workspaces[workspace][people[account]] = (role, expires, bool(protect))
    return result


def differences(wanted, stored):
    found = []
    for place in sorted(wanted.keys() | stored.keys(), key=str):
        new, old = wanted.get(place, {}), stored.get(place, {})
        if new == old:
            continue
        for person in sorted(new.keys() | old.keys()):
            if new.get(person) != old.get(person):
                found.append((place, person, old.get(person), new.get(person)))
    return found


def plan(repository, ref, store):
    wanted = desired(documents(repository, ref))
    found = differences(wanted, actual(store))
    for difference in found[:20]:
        print(*difference)
    print(f"{len(found)} differences in {sum(map(len, wanted.values()))} memberships")


# Apply.

def account_for(database, email, now):
    row = database.execute("SELECT id FROM accounts WHERE email_key = ?", [email.lower()]).fetchone()
    if row:
        return row[0]
    return database.execute("INSERT INTO accounts (email, email_key, created_at) VALUES (?, ?, ?)",
                            [email, email.lower(), now]).lastrowid


def write_change(database, organization, workspace, email, old, new, now):
    """The row of one change; the action's name."""
    if workspace:
        place = database.execute(
            "SELECT w.id FROM workspaces w JOIN tenants t ON t.id = w.tenant_id WHERE t.name = ? AND w.name = ?",
            [organization, workspace]).fetchone()[0]
        table, column = "workspace_members", "workspace_id"
    else:
        place = database.execute("SELECT id FROM tenants WHERE name = ?", [organization]).fetchone()[0]
        table, column = "tenant_members", "tenant_id"
    account = account_for(database, email, now)
    if not old:
        database.execute(f"INSERT INTO {table} ({column}, account_id, role, joined_at) VALUES (?, ?, ?, ?)",
                         [place, account, new, now])
        return "add-member"
    if not new:
        done = database.execute(f"DELETE FROM {table} WHERE {column} = ? AND account_id = ?", [place, account])
    else:
        done = database.execute(f"UPDATE {table} SET role = ? WHERE {column} = ? AND account_id = ? AND role = ?",
                                [new, place, account, old])
    if done.rowcount != 1:
        sys.exit(f"baseline: {organization}/{workspace} {email} is not {old}")
    return "change-role" if new else "remove-member"


def apply(changes, store):
    rows = [line.split("\t") for line in pathlib.Path(changes).read_text().splitlines()]
    database = sqlite3.connect(store, isolation_level=None)
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "cache_size = -65536"):
        database.execute(f"PRAGMA {pragma}")
    now = int(time.time() * 1000)
    database.execute("BEGIN IMMEDIATE")
    sequence, head = database.execute("SELECT sequence, hash FROM audit_head").fetchone()
    for organization, workspace, email, old, new in rows:
        action = write_change(database, organization, workspace, email, old, new, now)
        sequence += 1
        entry = [sequence, now, '["bench@people.example"]', action, f"{organization}/{workspace}".rstrip("/"), email,
                 json.dumps({"role": old}) if old else None, json.dumps({"role": new}) if new else None]
        head = hashlib.sha256((head + json.dumps(entry)).encode()).hexdigest()
        database.execute("INSERT INTO audit (sequence, time, actors, action, path, subject, before, after, overrides, hash)"
                         " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '[]', ?)", [*entry, head])
        database.execute("UPDATE audit_head SET sequence = ?, hash = ?", [sequence, head])
    database.execute("COMMIT")
    database.close()
    print(f"{len(rows)} changes")


def main():
    if len(sys.argv) == 5 and sys.argv[1] == "plan":
        plan(*sys.argv[2:])
    elif len(sys.argv) == 4 and sys.argv[1] == "apply":
        apply(*sys.argv[2:])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
