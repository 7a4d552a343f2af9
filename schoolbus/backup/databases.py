"""Which databases a chain has, and where."""

from dataclasses import dataclass

from schoolbus.chain import SERVICES
from schoolbus.management import ManagementUrl
from schoolbus.settings import AmqpUrl, Delays, MongoUrl

AUDIT = "roster_audit"
PARTS = (*SERVICES, AUDIT)


@dataclass(frozen=True)
class Wanted:
    """The databases are of one replica set, the queues of one vhost."""

    amqp_uri: AmqpUrl
    management_uri: ManagementUrl
    mongodb_uri: MongoUrl
    database_prefix: str = "rabta_"
    audit_database: str = ""

    def name(self, part: str) -> str:
        """The database of one of `PARTS`."""
        return name(part, self.database_prefix, self.audit_database)


@dataclass(frozen=True)
class WantedBack(Wanted):
    retry_delays: Delays = Delays("1,5,30,120,600")  # as services have them: their queues are declared


def name(part: str, prefix: str, audit_database: str) -> str:
    """As AUDIT_DATABASE has it that of the audit trail, all others as the prefix."""
    return audit_database if part == AUDIT and audit_database else f"{prefix}{part}"
