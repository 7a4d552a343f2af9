"""What is said otherwise after all: canceled announcements are taken back, corrected ones get their new words, as far as they
are still queued. What a carrier is just taking, or has taken, stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications.announcing import runs
from services.notifications.announcing.choosing import Recipient
from services.notifications.announcing.words import draft_of, language_for, worded
from services.notifications.links import link
from services.notifications.messages import sms_text
from services.notifications.segments import parts
from services.notifications.sending import outdated
from services.notifications.sending.attempts import MISSING, NOT_UNDER_WAY, to_be_asked_about
from services.notifications.sending.channels import SMS
from services.notifications.speaking import notes
from services.notifications.states import State
from services.notifications.wording.languages import first_name

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

LEASE = 5  # seconds, after which one that is not through is looked at again
CHUNK = 500
CANCELED = "canceled"


def claim(store: Store) -> Document | None:
    free = {"mending": True, "mended_until": {"$not": {"$gt": now()}}}
    to = {"mended_until": now() + timedelta(seconds=LEASE)}
    found = store.announcements.first(WHOLE_CHAIN, free)
    return store.announcements.change(WHOLE_CHAIN, found["_id"], to=to, when=free) if found else None


def mend(store: Store, announcement: Document, public_url: str) -> None:
    """Until nothing that waits is left, and nothing more can come: while a worker may still be at a chunk, it comes again."""
    if announcement["state"] == CANCELED:
        still_at_work = _stop(store, announcement)
        _take_back(store, announcement)
    else:
        still_at_work = store.runs.first(WHOLE_CHAIN, _under_way(announcement)) is not None
        _reword(store, announcement, public_url)
    waits = store.messages.first(WHOLE_CHAIN, _old(announcement), sort="created_at _id")
    if not still_at_work and waits is None:
        unchanged = {"text": announcement["text"], "state": announcement["state"]}
        store.announcements.change(WHOLE_CHAIN, announcement["_id"], to={"mending": False}, when=unchanged)
        log().info("announcement_mended", announcement=announcement["_id"], state=announcement["state"])


def still(store: Store, messages: Sequence[Mapping[str, Any]]) -> list[Recipient]:
    """Whom earlier messages told, as they are now: their own rows, and the children of whom they may still be told."""
    recipients = []
    by_branch: dict[str, list[Mapping[str, Any]]] = {}
    for message in messages:
        by_branch.setdefault(message["branch_id"], []).append(message)
    for branch_id, told in by_branch.items():
        students = {id for message in told for id in message["student_ids"]}
        allowed = {(row["guardian_id"], row["student_id"]) for row in _relations(store, told)}
        rows = _rows(store, branch_id, [message["person_id"] for message in told])
        children = _rows(store, branch_id, students)
        for message in told:
            person = rows.get(message["person_id"])
            own = [id for id in message["student_ids"] if (message["person_id"], id) in allowed and id in children]
            if person is not None and (own or not message["student_ids"]):
                recipients.append(Recipient(person, branch_id, message["role"], [children[id] for id in own]))
    return recipients


def _rows(store: Store, branch_id: str, ids: Iterable[str]) -> dict[str, Document]:
    """Of each person the row of the branch, or where it has none, of another."""
    found = store.people.find(WHOLE_CHAIN, {"person_id": {"$in": sorted(ids)}})
    return {row["person_id"]: row for row in sorted(found, key=lambda row: row["branch_id"] == branch_id)}


def _relations(store: Store, messages: Sequence[Mapping[str, Any]]) -> list[Document]:
    """Those that still let these people hear of these children, in whatever branch."""
    ids = sorted({id for message in messages for id in (message["person_id"], *message["student_ids"])})
    branch_ids = sorted({row["branch_id"] for row in store.people.find(WHOLE_CHAIN, {"person_id": {"$in": ids}})})
    guardians = sorted({message["person_id"] for message in messages})
    where = {"guardian_id": {"$in": guardians}, "active": True, "may_receive_reports": True}
    return [row for branch_id in branch_ids for row in store.relations.find(branch(branch_id), where)]


def _stop(store: Store, announcement: Document) -> bool:
    """Ends its sends; whether a worker may still be at one of them."""
    about = {"announcement_id": announcement["_id"]}
    ended = {"state": runs.CANCELED, "ended_at": now()}
    store.runs.change_all(WHOLE_CHAIN, {**about, "state": {"$in": [runs.PLANNING, runs.RUNNING]}}, ended)
    busy = store.parts.first(WHOLE_CHAIN, {**about, "state": {"$ne": "done"}, "leased_until": {"$gt": now()}})
    store.parts.change_all(WHOLE_CHAIN, {**about, "state": "waiting"}, {"state": CANCELED})
    return busy is not None


def _take_back(store: Store, announcement: Document) -> None:
    outdated.withdraw(store, WHOLE_CHAIN.filter(_old(announcement)), CANCELED)


def _reword(store: Store, announcement: Document, public_url: str) -> None:
    """Each in its own language again, guarded: what goes out meanwhile goes with the words that it has."""
    page = Paged([], "")
    while page.next is not None:
        where = {**_old(announcement), **NOT_UNDER_WAY}
        page = store.messages.page(WHOLE_CHAIN, where, sort="created_at", page=Paging(CHUNK, page.next or None))
        for message, recipient in zip(page.items, _as_told(store, page.items), strict=True):
            if to_be_asked_about(message):
                continue  # until then this comes again
            to = _anew(announcement, message, recipient, public_url)
            guard = {"state": State.QUEUED.value, "source.text": message["source"]["text"], **NOT_UNDER_WAY}
            guard[f"attempts.{len(message['attempts'])}"] = MISSING
            new = store.messages.change(WHOLE_CHAIN, message["_id"], to=to, when=guard)
            if new is not None and new.get("aloud"):
                notes.reword(store, new)


def _as_told(store: Store, messages: Sequence[Document]) -> list[tuple[str, list[Document]]]:
    """The language that each wants, and the rows of the children that it names."""
    ids = {id for message in messages for id in (message["person_id"], *message["student_ids"]) if id}
    rows = {row["person_id"]: row for row in store.people.find(WHOLE_CHAIN, {"person_id": {"$in": sorted(ids)}})}
    return [
        (
            rows[message["person_id"]]["language"] if message["person_id"] in rows else message["language"],
            [rows[id] for id in message["student_ids"] if id in rows],
        )
        for message in messages
    ]


def _anew(
    announcement: Mapping[str, Any], message: Mapping[str, Any], told: tuple[str, list[Document]], public_url: str
) -> dict[str, Any]:
    language, children = told
    code = language_for(announcement["texts"], language)
    words = worded(announcement["texts"], language, [first_name(child, code) for child in children])
    fields = draft_of(announcement, message["_id"], words, link(public_url, message["_id"]))
    count = parts(sms_text(fields["body"], fields["link"])) if message["channel"] == SMS else None
    return {**fields, "parts": count, "source.text": announcement["text"], "claim": None, "leased_until": None}


def _old(announcement: Mapping[str, Any]) -> dict[str, Any]:
    """Queued; for a correction, with words that were replaced."""
    where = {"about_type": "announcement", "about_id": announcement["_id"], "state": State.QUEUED.value}
    return where if announcement["state"] == CANCELED else {**where, "source.text": {"$lt": announcement["text"]}}


def _under_way(announcement: Mapping[str, Any]) -> dict[str, Any]:
    return {"announcement_id": announcement["_id"], "state": {"$in": [runs.PLANNING, runs.RUNNING]}}
