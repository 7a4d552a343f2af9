"""Roster's settings and store as nameko dependencies."""

from typing import Any, cast

from nameko.extensions import DependencyProvider

from schoolbus import settings
from schoolbus.stored import Stored
from services.roster import accounts
from services.roster.settings import Settings
from services.roster.store import Store


class Configured(DependencyProvider):  # type: ignore[misc]
    """The settings, checked before the service starts."""

    def setup(self) -> None:
        self.settings = settings.read(Settings)

    def get_dependency(self, worker_ctx: Any) -> Settings:
        return self.settings


class RosterStore(Stored):
    """Opened with the first operator in it."""

    def setup(self) -> None:
        super().setup()
        accounts.ensure_operator(cast(Store, self.store), settings.read(Settings))
