"""Somebody is erased: their name goes first, so that no paper begins with it any more; what was made of it; then the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolbus.contracts.reports import PersonErased
from schoolbus.events import Event
from schoolbus.privacy import branches_of, erase_and_tell, erase_person
from services.reports import briefs, privacy
from services.reports.classroom.homework import files
from services.reports.homenotes import voices
from services.reports.printruns import clearing

if TYPE_CHECKING:
    from services.reports.store import Store


def erase(store: Store, event: Event) -> None:
    """What roster's PersonErased asks for. Done twice, it finds nothing more to do."""
    person_id = event.data["person_id"]
    branch_ids = branches_of(store, person_id, event.data["branch_ids"])
    erase_person(store, person_id, branch_ids)
    files.erase(store, person_id)
    clearing.erase(store, person_id, branch_ids)
    voices.erase(store, person_id)
    with briefs.erasing(store, person_id):
        erase_and_tell(store, privacy.HELD, event, PersonErased)
