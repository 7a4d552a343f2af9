"""The store as a nameko dependency: `store = Stored(Store)`."""

from collections.abc import Callable, Iterable
from typing import Any

import eventlet
from nameko.extensions import DependencyProvider

from schoolbus import layout, looked_up, metrics, prepare, settings
from schoolbus.audit import Audited
from schoolbus.database_view import DatabaseView
from schoolbus.logs import log
from schoolbus.looked_up import LookedUp
from schoolbus.store import Database, connect

FLUSH = 1.0  # seconds that notes of reads wait


class Stored(DependencyProvider):  # type: ignore[misc]
    """Opened when the service starts, closed when it stops; one for all its workers."""

    def __init__(self, make: type[Database], shows: Callable[[Any], Iterable[LookedUp]] = lambda _: ()) -> None:
        """`shows(store)`: gauges of what is stored."""
        super().__init__()
        self.make = make
        self.shows = shows

    def setup(self) -> None:
        name = self.container.service_name
        database = self.container.config["MONGODB_DATABASE"]
        self.client = connect(self.container.config["MONGODB_URI"], name, database)
        self.store = self.make(self.client[database])
        if self.container.config["PREPARE"] == "self":
            layout.prepare(self.store, prepare.also(name))
        else:
            layout.look(self.store)  # it was waited for before
        metrics.release.labels(name, "serve", settings.release(), self.store.layout).set(1)
        looked_up.show([DatabaseView(self.client), layout.gauge(self.store), *self.shows(self.store)])

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
