#!/usr/bin/env python3
"""Makes what a benchmark of one size works on, and keeps it until the generator or the binary changes it.

    prepare.py TENURE N DIR

DIR gets what generate.py writes, and three stores:

    equal.db     made by `tenure apply` of the branch main: nothing differs
    touched.db   equal too, but plain SQL wrote to every organization since, so that none can be taken as unchanged
    drift.db     about one membership in a hundred differs: roles changed, members taken out and put in, in every
                 organization; drift.json says how many of each
"""

import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

import generate

CHANGEABLE = "('developer', 'operator', 'viewer')"


def environment(cache=None):
    """The variables for a measured process: none of Tenure's but the folder of its cache."""
    out = {name: value for name, value in os.environ.items() if not name.startswith(("TENURE", "GIT_"))}
    if cache:
        out["TENURE_CACHE"] = str(cache)
    return out


def apply(tenure, folder, state):
    """A first apply of the branch main. The cache goes where nobody finds it."""
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(
            [tenure, "apply", "--yes", "--repo", str(folder / "company.git"), "--ref", "main", "--state", str(state)],
            env=environment(cache), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit(f"prepare: tenure apply ended with {done.returncode}: {done.stderr.decode()[-2000:]}")


def opened(path):
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    return database


def closed(database):
    """Leaves nothing in the write-ahead log, so that the file alone can be copied."""
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def version(tenure):
    """Changes with the generator, and with the tables of the binary's stores and how it writes what was applied."""
    here = pathlib.Path(__file__).resolve().parent
    digest = hashlib.sha256((here / "generate.py").read_bytes() + (here / "prepare.py").read_bytes())
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        generate.write(100, scratch)
        apply(tenure, scratch, scratch / "small.db")
        database = opened(scratch / "small.db")
        for query in ("PRAGMA user_version", "SELECT sql FROM sqlite_master ORDER BY name",
                      "SELECT entries FROM baselines ORDER BY tenant_id"):
            digest.update(repr(database.execute(query).fetchall()).encode())
        database.close()
    return digest.hexdigest()


def drift(path):
    """Changes about one membership in a hundred behind Tenure's back; how many of each kind."""
    database = opened(path)
    database.execute("BEGIN")
    done = {"changed": 0, "removed": 0, "added": 0}
    organizations = database.execute(
        "SELECT t.id, t.name, w.id FROM tenants t JOIN workspaces w ON w.tenant_id = t.id AND w.kind = 'default'"
        " WHERE t.account_id IS NULL ORDER BY t.name").fetchall()
    for tenant, name, default in organizations:
        dice = generate.Dice(f"drift {name}")
        members = database.execute(
            "SELECT m.workspace_id, m.account_id, m.role FROM workspaces w JOIN workspace_members m"
            " ON m.workspace_id = w.id JOIN accounts a ON a.id = m.account_id"
            f" WHERE w.tenant_id = ? AND m.role IN {CHANGEABLE} AND m.expires_at IS NULL AND m.protect = 0"
            " ORDER BY w.name, a.email_key", [tenant]).fetchall()
        outside = database.execute(
            "SELECT a.id FROM tenant_members m JOIN accounts a ON a.id = m.account_id WHERE m.tenant_id = ?1"
            " AND m.role = 'member' AND a.id NOT IN (SELECT account_id FROM workspace_members WHERE workspace_id = ?2)"
            " ORDER BY a.email_key",
            [tenant, default]).fetchall()
        for _ in range(max(1, len(members) // 60)):
            kind = dice.below(5)
            if kind == 0 and outside:
                (account,) = outside.pop(dice.below(len(outside)))
                database.execute("INSERT INTO workspace_members (workspace_id, account_id, role, joined_at)"
                                 " VALUES (?, ?, 'viewer', 0)", [default, account])
                done["added"] += 1
            elif members:
                workspace, account, role = members.pop(dice.below(len(members)))
                if kind == 1:
                    database.execute("DELETE FROM workspace_members WHERE workspace_id = ? AND account_id = ?",
                                     [workspace, account])
                    done["removed"] += 1
                else:
                    other = generate.CHANGEABLE[(generate.CHANGEABLE.index(role) + 1) % 3]
                    database.execute("UPDATE workspace_members SET role = ? WHERE workspace_id = ? AND account_id = ?",
                                     [other, workspace, account])
                    done["changed"] += 1
    database.execute("COMMIT")
    closed(database)
    return done


def prepare(tenure, memberships, folder, key=None):
    """Fills `folder` where it is not, or not for this binary; what summary.json says, and drift.json as `drift`."""
    folder = pathlib.Path(folder)
    key = key or version(tenure)
    mark = folder / "version.txt"
    if not mark.exists() or mark.read_text() != key:
        print(f"bench: making a company of {memberships:,} memberships and its stores …", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        generate.write(memberships, folder)
        apply(tenure, folder, folder / "equal.db")
        closed(opened(folder / "equal.db"))
        for name in ("touched.db", "drift.db"):
            shutil.copyfile(folder / "equal.db", folder / name)
        database = opened(folder / "touched.db")
        database.execute("UPDATE tenants SET display_name = display_name WHERE account_id IS NULL")
        closed(database)
        (folder / "drift.json").write_text(json.dumps(drift(folder / "drift.db")) + "\n")
        mark.write_text(key)
    summary = json.loads((folder / "summary.json").read_text())
    return summary | {"drift": json.loads((folder / "drift.json").read_text())}


if __name__ == "__main__":
    if len(sys.argv) != 4 or not sys.argv[2].isdigit():
        sys.exit(__doc__)
    print(json.dumps(prepare(sys.argv[1], int(sys.argv[2]), sys.argv[3]), indent=2))
