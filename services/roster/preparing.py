"""What roster's database has beside the indexes of its store: those of the audit trail, and of names by which staff sign in."""

from dataclasses import dataclass
from typing import Literal, cast

from schoolbus import settings, trail
from schoolbus.store import Database
from services.roster.identity import names
from services.roster.store import Store


@dataclass(frozen=True)
class Wanted:
    """Of roster's settings (settings.py), what decides which indexes there are: a job gets no key to sign with."""

    audit_database: str = ""
    oidc_issuer: str = ""
    oidc_match: Literal["email", "username"] = "email"


def prepare(made: Database) -> None:
    store, wanted = cast(Store, made), settings.read(Wanted)
    trail.see_to_indexes(store.database.client[audit_database(store, wanted.audit_database)])
    if wanted.oidc_issuer and wanted.oidc_match == "username":
        store.people.ensure_index(names.BY_USERNAME)


def audit_database(store: Database, named: str) -> str:
    return named or f"{store.database.name}_audit"
