"""The store as a nameko dependency: `store = Stored(Store)`."""

from typing import Any

import eventlet
from nameko.extensions import DependencyProvider

from schoolbus import layout, prepare
from schoolbus.audit import Audited
from schoolbus.logs import log
from schoolbus.store import Database, connect

FLUSH = 1.0  # seconds that notes of reads wait


class Stored(DependencyProvider):  # type: ignore[misc]
    """Opened when the service starts, closed when it stops; one for all its workers."""

    def __init__(self, make: type[Database]) -> None:
        super().__init__()
        self.make = make

    def setup(self) -> None:
        name = self.container.service_name
        self.client = connect(self.container.config["MONGODB_URI"], name)
        self.store = self.make(self.client[self.container.config["MONGODB_DATABASE"]])
        if self.container.config["PREPARE"] == "self":
            layout.prepare(self.store, prepare.also(name))
        else:
            layout.look(self.store)  # it was waited for before

    def start(self) -> None:
        if isinstance(self.store, Audited):
            self.container.spawn_managed_thread(self._keep_flushing)

    def stop(self) -> None:
        self._flush()
        self.client.close()

    def get_dependency(self, worker_ctx: Any) -> Database:
        return self.store

    def _keep_flushing(self) -> None:
        while True:
            eventlet.sleep(FLUSH)
            self._flush()

    def _flush(self) -> None:
        if isinstance(self.store, Audited):
            try:
                self.store.trail.flush()
            except Exception:
                log().exception("accesses_wait")

    def ping(self) -> bool:
        return bool(self.store.database.command("ping")["ok"])
