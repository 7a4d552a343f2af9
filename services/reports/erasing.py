"""Somebody is erased: their name goes first, so that no paper begins with it any more; what was made of it; then the rest."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from schoolbus.contracts.reports import PersonErased
from schoolbus.events import Event
from schoolbus.privacy import branches_of, erase_again, erase_and_tell, erase_person
from schoolbus.privacy import erase as erase_held
from schoolbus.scope import branch
from services.reports import briefs, privacy
from services.reports.cards.states import FAILED, IN_WORK
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
    _end(store, person_id, branch_ids)
    with briefs.erasing(store, person_id):
        erase_and_tell(store, privacy.HELD, event, PersonErased)


def again(store: Store) -> None:
    """Those of a while ago, for what was under way then."""
    erase_again(store, partial(_again, store))


def _again(store: Store, person_id: str, branch_ids: Sequence[str]) -> None:
    _end(store, person_id, branch_ids)
    with briefs.erasing(store, person_id):
        erase_held(store, privacy.HELD, person_id, branch_ids)


def _end(store: Store, person_id: str, branch_ids: Sequence[str]) -> None:
    """Before their id goes: what is found by it and is more than a document. A card that is made at this moment is not issued,
    or it was before its files are looked for."""
    for branch_id in branch_ids:
        in_work = {"student_id": person_id, "state": {"$in": list(IN_WORK)}}
        store.report_cards.change_all(branch(branch_id), in_work, {"state": FAILED, "reason": "The child was erased."})
    files.erase(store, person_id)
    clearing.erase(store, person_id, branch_ids)
    voices.erase(store, person_id)
