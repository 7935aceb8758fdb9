"""A provider for octoDNS that has the memberships of one of Tenure's stores, as TXT records. It can only be planned against."""

import logging
import sqlite3

from octodns.provider.base import BaseProvider
from octodns.record import Record

MEMBERS = """
SELECT '' AS workspace, a.email_key, m.role FROM tenants t JOIN tenant_members m ON m.tenant_id = t.id
JOIN accounts a ON a.id = m.account_id WHERE t.name = ?1
UNION ALL SELECT w.name, a.email_key, m.role FROM tenants t JOIN workspaces w ON w.tenant_id = t.id
JOIN workspace_members m ON m.workspace_id = w.id JOIN accounts a ON a.id = m.account_id WHERE t.name = ?1"""


def record_name(workspace, email):
    return f"{email.replace('@', '.')}.{workspace or 'organization'}"


class StoreProvider(BaseProvider):
    SUPPORTS_GEO = SUPPORTS_DYNAMIC = False
    SUPPORTS = {"TXT"}

    def __init__(self, id, store, **more):
        self.log = logging.getLogger(f"StoreProvider[{id}]")
        super().__init__(id, **more)
        self.database = sqlite3.connect(f"file:{store}?mode=ro", uri=True, check_same_thread=False)

    def populate(self, zone, target=False, lenient=False):
        organization = zone.name.split(".")[0]
        for workspace, email, role in self.database.execute(MEMBERS, [organization]):
            data = {"type": "TXT", "ttl": 3600, "value": role}
            zone.add_record(Record.new(zone, record_name(workspace, email), data, source=self, lenient=lenient),
                            lenient=lenient)
        return True

    def _apply(self, plan):
        raise NotImplementedError("this provider is for dry runs")
