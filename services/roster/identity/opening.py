"""Roster's store is opened with the chain's first operator in it."""

from typing import cast

from schoolbus import settings
from schoolbus.stored import Stored
from services.roster.identity import accounts
from services.roster.settings import Settings
from services.roster.store import Store


class RosterStore(Stored):
    def setup(self) -> None:
        super().setup()
        accounts.ensure_operator(cast(Store, self.store), settings.read(Settings))
