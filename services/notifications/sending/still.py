"""Whether what a message says is still so, and still for whom it was: asked before it is sent once more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schoolbus.scope import WHOLE_CHAIN
from services.notifications.sending.daily import DIGEST
from services.notifications.wording.texts import TEXTS

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

ANNOUNCEMENT, CANCELED = "announcement", "canceled"
NAMED = (
    "booking",
    "commitment",
    "written_meeting",
    "conversation",
)  # a guardian's own things: theirs, whatever else they may hear


@dataclass(frozen=True)
class Told:
    """`student_ids`: of those that the message is about, whom its person may still be told of; none: it is nobody's any more.
    `person_ids`: of its person, and those who ride on it, who may still be told of any."""

    student_ids: list[str]
    person_ids: Collection[str]


def said(store: Store, message: Mapping[str, Any]) -> bool:
    """An announcement may have been canceled, or be told in other words by now. Of other things `outdated.py` keeps account."""
    if message["about_type"] != ANNOUNCEMENT:
        return True
    announcement = store.announcements.first(WHOLE_CHAIN, {"_id": message["about_id"]})
    if announcement is None or announcement["state"] == CANCELED:
        return False
    return bool(message["source"]["text"] >= announcement["text"])


def look_again(store: Store, message: Document) -> None:
    """After it was queued: what was taken back or corrected just before that is mended (`announcing/mending.py`)."""
    if not said(store, message):
        store.announcements.change(WHOLE_CHAIN, message["about_id"], to={"mending": True})


def told(store: Store, message: Mapping[str, Any]) -> Told:
    riders = store.messages.find(WHOLE_CHAIN, {"rides_on": message["_id"]}) if message.get("carries") else []
    persons = {message["person_id"], *(rider["person_id"] for rider in riders)}
    if message["role"] != "guardian" or not message["student_ids"]:
        return Told(message["student_ids"], persons)
    allowed = _allowed(store, message, persons)
    theirs = {person_id for person_id, _ in allowed}
    if message["person_id"] not in theirs:
        return Told([], theirs)
    children = {student_id for _, student_id in allowed}  # of all at one phone: its message names them together
    return Told([id for id in message["student_ids"] if id in children], theirs)


def names(message: Mapping[str, Any]) -> bool:
    """Whether its words may name the children that it is about."""
    text = TEXTS.get(message["text"]) if message["about_type"] not in (ANNOUNCEMENT, DIGEST) else None
    return text is None or "children" in text.fields


def _allowed(store: Store, message: Mapping[str, Any], persons: Collection[str]) -> set[tuple[str, str]]:
    """Who may be told of whom; children may be in several branches."""
    rows = store.people.find(WHOLE_CHAIN, {"person_id": {"$in": message["student_ids"]}})
    pairs = {"student_id": {"$in": message["student_ids"]}, "guardian_id": {"$in": sorted(persons)}, "active": True}
    where = {"branch_id": {"$in": sorted({row["branch_id"] for row in rows})}, **pairs}
    may = {} if message["about_type"] in NAMED else {"may_receive_reports": True}
    return {(row["guardian_id"], row["student_id"]) for row in store.relations.find(WHOLE_CHAIN, {**where, **may})}
