"""Where the doctor looks."""

from dataclasses import dataclass

from schoolbus.backup import databases
from schoolbus.chain import SERVICES
from schoolbus.settings import AmqpUrl, Delays, MongoUrl

HTTP = (*SERVICES, "gateway")


@dataclass(frozen=True)
class Wanted:
    """Addresses like http://host:port, several with commas between; of what has none nothing is asked by HTTP."""

    amqp_uri: AmqpUrl
    mongodb_uri: MongoUrl
    management_uri: str = ""
    database_prefix: str = "rabta_"
    audit_database: str = ""
    roster_url: str = ""
    meetings_url: str = ""
    reports_url: str = ""
    notifications_url: str = ""
    gateway_url: str = ""  # with METRICS_PORT: there it says how it is
    processes: str = ""  # of relays and workers
    backup_hours: float = 26
    retry_delays: Delays = Delays("1,5,30,120,600")  # as services have them

    def database(self, part: str) -> str:
        return databases.name(part, self.database_prefix, self.audit_database)

    def addresses(self) -> list[tuple[str, str]]:
        named = [(name, getattr(self, f"{name}_url")) for name in HTTP] + [("processes", self.processes)]
        return [(name, each.strip().rstrip("/")) for name, text in named for each in text.split(",") if each.strip()]
