"""octoDNS and ldap2pg from PyPI beside Tenure: a dry run that compares everything and finds nothing to do.

They are about other things, so the memberships are dressed up for them. For octoDNS an organization is a zone and a
membership a TXT record; what is declared comes from its own YamlProvider, what is stored from Tenure's store
(octodns_store.py). For ldap2pg a place and role is a role of PostgreSQL, and whoever is a member of it has that
membership; what is declared stands in its YAML, what is stored in a PostgreSQL server that is started for this. Neither
reads git or checks what Tenure checks. Both need their packages in a virtual environment, which is made in the work
folder; ldap2pg also needs PostgreSQL's server programs, and the headers of OpenLDAP and SASL to build python-ldap.
"""

import collections
import contextlib
import dataclasses
import glob
import json
import os
import pathlib
import pwd
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from cases import Case

HERE = pathlib.Path(__file__).resolve().parent

MEMBERS = """
SELECT t.name, '', a.email_key, m.role FROM tenants t JOIN tenant_members m ON m.tenant_id = t.id
JOIN accounts a ON a.id = m.account_id WHERE t.account_id IS NULL
UNION ALL SELECT t.name, w.name, a.email_key, m.role FROM tenants t JOIN workspaces w ON w.tenant_id = t.id
JOIN workspace_members m ON m.workspace_id = w.id JOIN accounts a ON a.id = m.account_id WHERE t.account_id IS NULL
ORDER BY 1, 2, 3"""


def note(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def installed(work, package, program):
    """The program out of the virtual environment, with its package installed where it is missing, or None."""
    folder = work / "venv"
    if not (folder / "bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    path = folder / "bin" / program
    if not path.exists():
        done = subprocess.run([str(folder / "bin/pip"), "install", "--quiet", *package], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
        if done.returncode != 0:
            note(f"{program} is left out: pip could not install {' '.join(package)}")
            return None
    return str(path)


def octodns(bench, work):
    program = installed(work, ["octodns"], "octodns-sync")
    if program is None:
        return
    folder = bench.scratch / "octodns"
    zones = collections.defaultdict(list)
    (folder / "zones").mkdir(parents=True)
    for organization, workspace, email, role in sqlite3.connect(bench.path("equal.db")).execute(MEMBERS):
        zones[organization].append(f"{email.replace('@', '.')}.{workspace or 'organization'}: {{type: TXT, value: {role}}}")
    for organization, lines in zones.items():
        (folder / f"zones/{organization}.example.yaml").write_text("---\n" + "\n".join(lines) + "\n")
    (folder / "config.yaml").write_text(json.dumps({
        "manager": {"max_workers": 1},
        "providers": {
            "manifests": {"class": "octodns.provider.yaml.YamlProvider", "directory": str(folder / "zones"),
                          "default_ttl": 3600, "enforce_order": False},
            "store": {"class": "octodns_store.StoreProvider", "store": bench.path("equal.db")},
        },
        "zones": {f"{name}.example.": {"sources": ["manifests"], "targets": ["store"]} for name in zones},
    }))
    yield Case("cold", "octoDNS", ["env", f"PYTHONPATH={HERE}", program, "--log-stream-stdout", "--config-file",
                                   str(folder / "config.yaml")], r"No changes were planned\n\*+", runs=1)


@contextlib.contextmanager
def server(programs):
    """A PostgreSQL server on a socket in a folder of its own; yields that folder. PostgreSQL refuses to be root."""
    folder = tempfile.mkdtemp(prefix="tenure-bench-")
    user = {}
    if os.getuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    subprocess.run([f"{programs}/initdb", "-D", f"{folder}/data", "-U", "bench", "-A", "trust", "-E", "UTF8"], check=True,
                   **quiet, **user)
    process = subprocess.Popen(
        [f"{programs}/postgres", "-D", f"{folder}/data", "-c", "listen_addresses=", "-c",
         f"unix_socket_directories={folder}", "-c", "fsync=off"], **quiet, **user)
    try:
        while subprocess.run([f"{programs}/pg_isready", "-q", "-h", folder]).returncode != 0:
            if process.poll() is not None:
                raise RuntimeError("the PostgreSQL server did not start")
            time.sleep(0.1)
        yield folder
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        shutil.rmtree(folder)


def ldap2pg(bench, work, stack):
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb")]
    if found[-1] is None:
        note("ldap2pg is left out: there are no server programs of PostgreSQL")
        return
    programs = os.path.dirname(found[-1])
    program = installed(work, ["ldap2pg", "psycopg2-binary"], "ldap2pg")
    if program is None:
        return
    places, people = collections.defaultdict(list), set()
    for organization, workspace, email, role in sqlite3.connect(bench.path("equal.db")).execute(MEMBERS):
        places[f"{organization}/{workspace}:{role}"].append(email)
        people.add(email)
    config = bench.scratch / "ldap2pg.yml"
    with open(config, "w") as file:
        file.write("version: 5\npostgres:\n  roles_blacklist_query: [bench, 'pg_*']\nsync_map:\n- roles:\n  - names:\n")
        file.writelines(f"    - {person}\n" for person in sorted(people))
        for place, members in places.items():
            file.write(f"  - name: {place}\n    members:\n")
            file.writelines(f"    - {person}\n" for person in members)
    folder = stack.enter_context(server(programs))
    with open(bench.scratch / "roles.sql", "w") as file:
        for number, name in enumerate([*sorted(people), *places]):
            if number % 1000 == 0:  # one transaction for all would need more locks than a server has
                file.write("COMMIT;\nBEGIN;\n" if number else "BEGIN;\n")
            file.write(f"CREATE ROLE \"{name}\"; COMMENT ON ROLE \"{name}\" IS 'Managed by ldap2pg';\n")
        for place, members in places.items():
            names = ", ".join(f'"{person}"' for person in members)
            file.write(f'GRANT "{place}" TO {names};\n')
        file.write("COMMIT;\nVACUUM ANALYZE;\n")
    subprocess.run([f"{programs}/psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", folder, "-U", "bench", "-d", "postgres",
                    "-f", str(bench.scratch / "roles.sql")], check=True)
    # It logs to stderr, all of it.
    yield Case("cold", "ldap2pg", ["sh", "-c", 'exec "$@" 2>&1', "sh", "env", f"PGHOST={folder}", "PGUSER=bench",
                                   "PGDATABASE=postgres", program, "--config", str(config)],
               r".*Nothing to do\.\n.*Comparison complete\.", runs=1)


def cases(bench, work, stack):
    """What takes part. Servers run until `stack`, a contextlib.ExitStack, is left."""
    out = []
    for name, peer in (("octoDNS", octodns(bench, work)), ("ldap2pg", ldap2pg(bench, work, stack))):
        try:
            out += [dataclasses.replace(case, optional=True) for case in peer]
        except (OSError, RuntimeError, KeyError, subprocess.CalledProcessError) as error:
            note(f"{name} is left out: {error}")
    return out
