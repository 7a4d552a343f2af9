"""A broker and a database of one's own, to be killed and to come back with what they had kept."""

from contextlib import suppress
from pathlib import Path

import psutil

from deploy.local import broker, database
from deploy.local.infrastructure import CACHE, Infrastructure, Ports, start


class Mortal:
    def __init__(self, folder: Path) -> None:
        self.ports = Ports.free()
        self.infrastructure: Infrastructure = start(folder, ports=self.ports, keep=True)
        self.folder = self.infrastructure.ledger.path.parent

    def stop(self) -> None:
        self.infrastructure.stop()

    def kill_database(self) -> None:
        """And wait until it is back."""
        self._kill("mongod")
        database.begin(self.infrastructure.ledger, self.folder / "mongodb", self.ports.mongodb, CACHE)()

    def kill_broker(self) -> None:
        self._kill("rabbitmq")
        broker.begin(self.infrastructure.ledger, self.folder / "rabbitmq", self.ports.amqp, self.ports.management)()

    def _kill(self, name: str) -> None:
        entries = self.infrastructure.ledger.entries()
        roots = [process for entry in entries if entry.name == name and (process := entry.process())]
        assert roots, f"no {name} is running"
        for process in [each for root in roots for each in [*root.children(recursive=True), root]]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(roots, timeout=10)
