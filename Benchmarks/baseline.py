#!/usr/bin/env python3
"""What a short script would do instead of `tenure plan`: load the manifests, load the store, diff the dictionaries.

    baseline.py MANIFESTS STORE

It uses the fastest loader of PyYAML (libyaml, in C) and reads the store of Tenure with three queries. It checks nothing
that it does not need for the difference of memberships: no unknown keys, no roles, no places for messages, no rules.
"""

import datetime
import pathlib
import sqlite3
import sys

import yaml

TOP = {"organization": "super-admin", "workspace": "admin"}


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


def desired(folder):
    """(organization, workspace or None) → person → grant."""
    result = {}
    for path in sorted(folder.rglob("*.yaml")):
        with path.open("rb") as file:
            for document in yaml.load_all(file, Loader=yaml.CSafeLoader):
                if document["kind"] != "Organization":
                    continue
                name, groups = document["name"], document.get("groups", {})
                members = expand(document["members"], groups)
                if "owner" in document:
                    members.setdefault(document["owner"].lower(), (TOP["organization"], None, False))
                result[name, None] = members
                for workspace, entry in document.get("workspaces", {}).items():
                    result[name, workspace] = expand(entry.get("members", {}), groups)
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


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    wanted = desired(pathlib.Path(sys.argv[1]))
    found = differences(wanted, actual(sys.argv[2]))
    for difference in found[:20]:
        print(*difference)
    print(f"{len(found)} differences in {sum(map(len, wanted.values()))} memberships")


if __name__ == "__main__":
    main()
