"""The platform on a broker and a database that can be harmed, each part behind links that can."""

from pathlib import Path
from types import TracebackType

from deploy.local import plan
from deploy.local.processes import LOOPBACK
from tests.chaos.proxy import Network
from tests.chaos.supervisor import Supervisor
from tests.support.mortal import Mortal
from tests.support.platform import Platform
from tests.support.processes import Process

# These reach the database through a link. A driver that knows the whole replica set goes where the set says that its members
# are, around any link; so these know its one member alone, and meet every change of it. The others follow the set.
LINKED = ("roster", "reports", "meetings.worker", "notifications", "notifications.relay", "roster.relay", "reports.worker")
NOT_OURS = ("carriers", "translator")  # simulators of what is outside: they count, and are left alone
LIFE = {
    "RETRY_DELAYS": "1,2,4,8,15,30,30,30,30",  # as many as to outlive a fault, and short: the end is waited for
    "DIGEST_AT": "18:00",
    "MESSAGES_PER_DAY": "10",  # by a carrier to one guardian; the rest stands in the feed and waits for the day's digest
    "SMS_PER_SECOND": "1000",
    "WHATSAPP_PER_SECOND": "1000",
    "MAIL_PER_SECOND": "1000",
    "BRANCH_PER_SECOND": "1000",
}


class System:
    """Entered, it runs; its processes are started again when they end."""

    def __init__(self, folder: Path) -> None:
        self.mortal = Mortal(folder / "infrastructure")
        self.platform = Platform(self.mortal.infrastructure, folder)
        self.network = Network()
        self.processes = {name: each for name, each in self.platform.processes.items() if name not in NOT_OURS}
        for process in self.processes.values():
            process.environment |= LIFE
            self._behind_links(process)
        self.supervisor = Supervisor(self.processes.values())

    def __enter__(self) -> "System":
        try:
            self.platform.start()
        except BaseException:
            self._end()
            raise
        self.supervisor.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.supervisor.__exit__()
        self.platform.stop()
        self._end()

    @property
    def names(self) -> list[str]:
        return sorted(self.processes)

    @property
    def links(self) -> list[str]:
        return sorted(self.network.links)

    def _behind_links(self, process: Process) -> None:
        ports, environment = self.mortal.ports, process.environment
        if process.name == "gateway":
            for service in plan.SERVICES:
                self._link_service(service, environment)
            return
        if process.name == "notifications.worker":
            self._link_carriers(environment)
        broker = self.network.link(f"{process.name} to the broker", ports.amqp)
        environment["AMQP_URI"] = environment["AMQP_URI"].replace(f":{ports.amqp}/", f":{broker}/")
        if process.name in LINKED:
            database = self.network.link(f"{process.name} to the database", ports.mongodb)
            environment["MONGODB_URI"] = f"mongodb://127.0.0.1:{database}/?directConnection=true"

    def _link_service(self, service: str, environment: dict[str, str]) -> None:
        urls = []
        for name in plan.serving(service):
            urls.append(plan.url(self.network.link(f"gateway to {name}", self.platform.processes[name].port)))
        environment[f"{service.upper()}_URL"] = ",".join(urls)

    def _link_carriers(self, environment: dict[str, str]) -> None:
        phones = plan.url(self.network.link("notifications.worker to the phones", self.platform.ports["PHONES_PORT"]))
        mail = self.network.link("notifications.worker to the mail server", self.platform.ports["MAIL_PORT"])
        environment |= {"SMS_API_URL": phones, "WHATSAPP_API_URL": phones, "SMTP_URL": f"smtp://{LOOPBACK}:{mail}"}

    def _end(self) -> None:
        self.network.end()
        self.mortal.stop()
