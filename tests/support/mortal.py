"""A broker and a database of one's own, to be ended and to come back with what they had kept."""

import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

from deploy.local import broker, database
from deploy.local.infrastructure import CACHE, Infrastructure, Ports, start

CONTROL = "/usr/lib/rabbitmq/bin/rabbitmqctl"  # the one on the PATH changes user and ignores our folders
PATIENCE = 15.0  # seconds for who was asked to end


class Mortal:
    def __init__(self, folder: Path) -> None:
        self.ports = Ports.free()
        self.infrastructure: Infrastructure = start(folder, ports=self.ports, keep=True)
        self.folder = self.infrastructure.ledger.path.parent

    def stop(self) -> None:
        self.infrastructure.stop()

    def kill_database(self) -> None:
        """And wait until it is back."""
        self.end_database()
        self.begin_database()

    def kill_broker(self) -> None:
        self.end_broker()
        self.begin_broker()

    def end_database(self, sign: signal.Signals = signal.SIGKILL) -> None:
        self._end("mongod", sign)

    def begin_database(self) -> None:
        database.begin(self.infrastructure.ledger, self.folder / "mongodb", self.ports.mongodb, CACHE)()

    def end_broker(self, sign: signal.Signals = signal.SIGKILL) -> None:
        self._end("rabbitmq", sign)
        self._end("epmd", signal.SIGKILL)  # the next node brings its own

    def begin_broker(self) -> None:
        broker.begin(self.infrastructure.ledger, self.folder / "rabbitmq", self.ports.amqp, self.ports.management)()

    def control_broker(self, *words: str) -> None:
        """As `rabbitmqctl`, of this node and no other."""
        node = self._running("rabbitmq")[-1]
        subprocess.run([CONTROL, *words], env=node.environ(), check=True, capture_output=True, timeout=60)

    def _running(self, name: str) -> list[psutil.Process]:
        entries = self.infrastructure.ledger.entries()
        found = [process for entry in entries if entry.name == name and (process := entry.process())]
        assert found, f"no {name} is running"
        return found

    def _end(self, name: str, sign: signal.Signals) -> None:
        roots = self._running(name)
        family = [each for root in roots for each in [*root.children(recursive=True), root]]
        for process in roots if sign is signal.SIGTERM else family:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(sign)
        _, left = psutil.wait_procs(family, timeout=PATIENCE)
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(roots, timeout=PATIENCE)
