"""The store as a nameko dependency: `store = Stored(Store)`."""

from typing import Any

from nameko.extensions import DependencyProvider

from schoolbus.store import Database, connect


class Stored(DependencyProvider):  # type: ignore[misc]
    """Opened when the service starts, closed when it stops; one for all its workers."""

    def __init__(self, make: type[Database]) -> None:
        super().__init__()
        self.make = make

    def setup(self) -> None:
        name = self.container.service_name
        self.client = connect(self.container.config["MONGODB_URI"], name)
        self.store = self.make(self.client[self.container.config["MONGODB_DATABASE"]])
        self.store.ensure_indexes()

    def stop(self) -> None:
        self.client.close()

    def get_dependency(self, worker_ctx: Any) -> Database:
        return self.store

    def ping(self) -> bool:
        return bool(self.store.database.command("ping")["ok"])
