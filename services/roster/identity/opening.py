"""Roster's store is opened with the chain's first operator in it."""

from typing import cast

from schoolbus import settings
from schoolbus.stored import Stored
from services.roster.identity import accounts
from services.roster.preparing import audit_database
from services.roster.privacy.trail import AuditTrail
from services.roster.settings import Settings
from services.roster.store import Store


class RosterStore(Stored):
    def setup(self) -> None:
        super().setup()
        store, wanted = cast(Store, self.store), settings.read(Settings)
        database = audit_database(store, wanted.audit_database)
        store.audit = AuditTrail(self.client[database], wanted.audit_days, wanted.audit_family_days)
        accounts.ensure_operator(store, wanted)
        if wanted.provider and wanted.oidc_match == "username":
            store.usernames_are_names = True
