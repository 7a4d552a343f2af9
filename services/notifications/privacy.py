"""What notifications holds about a person. A table: `schoolbus.privacy` exports and erases by it.

Of a message, its channel, states and times stay; its words, names and address do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus import attached, counted
from schoolbus.contracts.notifications import PersonErased
from schoolbus.events import Event
from schoolbus.privacy import COPY, COPY_NOBODY, Held, branches_of, erase_again, erase_and_tell, erase_person
from schoolbus.privacy import erase as erase_held
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import ANY_CASE
from services.notifications.sending import riders
from services.notifications.states import State
from services.notifications.talking import attachments, mailed

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

_MESSAGE = ("about_type", "channel", "language", "subject", "body", "calendar", "state", "reason", "history", "created_at")
_SAID: dict[str, Any] = {"text": "", "translations": {}}
_WORDS: dict[str, Any] = {
    "subject": "",
    "body": "",
    "parameters": [],
    "calendar": None,
    "path": "/v1/feed",
}  # a path names a child

HELD = (
    Held("people", "person_id", shows=(*COPY[0].shows, "phone", "email", "language", "channels")),
    *COPY[1:],
    Held("messages", "person_id", shows=(*_MESSAGE, "address"), blanks={**_WORDS, "address": None, "ladder": [], "link": None}),
    Held("messages", "student_ids", blanks=_WORDS),
    Held("messages", "teacher_id", blanks=_WORDS),
    Held("answers", "person_id", shows=("channel", "address", "text", "received_at"), blanks={"text": "", "address": None}),
    Held("answers", "student_ids", blanks={"text": ""}),
    *(Held("answers", f"candidates.{who}", blanks={"text": ""}) for who in ("person_id", "student_id")),
    *(Held("answers", by) for by in ("inbox_id", "sorted_by")),
    *(Held("conversations", by) for by in ("guardian_id", "teacher_id", "student_id", "answering_id", "members.person_id")),
    Held("attachments", "owner_id", shows=("content_type", "size", "at")),
    Held("attachments", "student_id"),
    Held("suggestions", "person_id", shows=("text", "on", "answer"), blanks={"text": ""}),  # of who gave their name
    Held("suggestions", "answered_by"),
    Held("desks", "person_id", shows=("days", "from", "to", "answer_within_hours"), goes=True),
    Held("desks", "changed_by"),
    Held("conversations", "changes.by"),
    Held("conversations", "changes.to"),
    *(Held("conversations", by) for by in ("untold.by", "untold.to")),
    Held("abuse_reports", "reporter_id", shows=("reason", "at"), blanks={"reason": ""}),
    *(Held("abuse_reports", by, blanks={"reason": ""}) for by in ("writer_id", "student_id")),
    Held("abuse_reports", "done_by"),
    Held("blocks", "person_id", shows=("until", "reason", "at", "lifted_at"), blanks={"reason": ""}),
    *(Held("blocks", by) for by in ("by", "lifted_by")),
    Held("posts", "writer_id", shows=("text", "channel", "at"), blanks=_SAID),
    Held("posts", "student_id", blanks=_SAID),
    Held("contacts", "person_id", shows=("channel", "reason", "at"), blanks={"hash": ""}),
    Held("webhooks", "created_by"),
    Held("voice_notes", "person_id", shows=("language", "text", "ogg", "created_at"), goes=True),
    Held("voice_notes", "student_ids", goes=True),
    Held("voice_notes", "teacher_id", goes=True),
    Held("print_files", "_id", goes=True, via=("print_runs", "letters.person_id")),
    Held("print_files", "_id", goes=True, via=("print_runs", "letters.student_id")),
    Held("print_runs", "letters.person_id"),
    Held("print_runs", "letters.student_id"),
    Held("print_runs", "handed_out"),
    Held("print_runs", "asked_by"),
    Held("seatings", "student_ids"),
    Held("seatings", "set_by"),
    Held("reach_told", "person_id", shows=("month", "item"), goes=True),
    Held("devices", "person_id", shows=("name", "endpoint", "created_at"), goes=True),
    Held("opt_outs", "person_id", shows=("channel", "since", "how"), goes=True),
    Held("announcements", "written_by", shows=("texts", "link", "state", "created_at")),
    Held("announcements", "audience.person_ids"),
    Held("announcements", "confirmed.by"),
    Held("audiences", "created_by"),
    Held("audiences", "audience.person_ids"),
    Held("tags", "person_ids", shows=("tag",)),
    Held("runs", "people"),
    Held("guides", "created_by"),
    Held("packs", "created_by"),
    Held("pack_runs", "student_id", shows=("pack_id", "began_on", "state", "parts")),
    Held("guide_versions", "by"),
    Held("guide_opens", "person_id", shows=("guide_id", "form", "language", "opens", "first_at", "last_at")),
    Held("prices", "changed_by"),
    Held("resends", "asked_by"),
    *(Held(collection, "changed_by") for collection in ("rules", "narrowings")),
    *(Held(kept, "by") for kept in ("catalogues", "templates", "template_approvals")),
    Held("templates", "put_in_force_by"),
)
_WITHOUT_ROW = [each for each in HELD if each.collection != "people"]
NOBODY = (
    *COPY_NOBODY,
    "codes",  # gone in five minutes, and at once with its person
    "deliveries",  # ids of things, for thirty days
    "metered",
    "counts",  # how often each branch was counted
    "sms_parts",  # ids alone, for five days
    "sms_pieces",  # of texts on their way to `answers`: of their number, and gone with the last piece or in minutes
    "parts",  # of an announcement's send: branches, how far it is, counts
    "previews",  # counts
    "wording",  # a number
    "buckets",
    "editions",  # ids of things, and how often each has changed
    "box_counts",  # hashes whose key goes with the day
    "turns",  # ids alone, of today's messages; `erase` forgets them
    "pack_branches",
    "guide_files",  # of guides, which say nothing about anybody
    "translated",  # how many characters a day
)


def files(store: Store, person_id: str, branch_ids: Sequence[str]) -> Iterator[tuple[str, Document]]:
    """What they attached to their messages."""
    return attached.exported(store, store.attachments, "attachments", person_id, branch_ids)


def erase(store: Store, event: Event) -> None:
    """What waits is not sent any more, and whom it told too go on by themselves; what came from their number, and only theirs,
    goes too."""
    person_id = event.data["person_id"]
    branch_ids = branches_of(store, person_id, event.data["branch_ids"])
    contacts: dict[str, Any] = {"phone": None, "email": None, "channels": []}
    _forget_addresses(store, person_id)
    erase_person(store, person_id, branch_ids, **contacts)
    _end(store, person_id, branch_ids)
    erase_and_tell(store, _WITHOUT_ROW, event, PersonErased, **contacts)
    counted.forget(store.reach_told, store.counts, person_id, branch_ids)


def again(store: Store) -> None:
    """Those of a while ago, for what was under way then."""
    erase_again(store, partial(_again, store))


def _again(store: Store, person_id: str, branch_ids: Sequence[str]) -> None:
    _end(store, person_id, branch_ids)
    erase_held(store, _WITHOUT_ROW, person_id, branch_ids)


def _forget_addresses(store: Store, person_id: str) -> None:
    """While their row still has them."""
    rows = store.people.find(WHOLE_CHAIN, {"person_id": person_id})
    for phone in {row["phone"] for row in rows if row.get("phone")}:
        store.codes.collection.delete_many({"address": phone})
        store.sms_pieces.collection.delete_many({"address": phone})
        others = {"phone": phone, "person_id": {"$ne": person_id}}
        if store.people.first(WHOLE_CHAIN, others) is None:
            _forget_answers(store, {"address": phone, "person_id": None})
    for mailbox in {row["email"] for row in rows if row.get("email")}:
        others = {"email": mailbox, "person_id": {"$ne": person_id}}
        if next(store.people.collection.find(others).collation(ANY_CASE).limit(1), None) is None:
            _forget_answers(store, {"address": mailbox.lower(), "channel": "email", "person_id": None})


def _end(store: Store, person_id: str, branch_ids: Sequence[str]) -> None:
    """What is found by their id, before it goes."""
    riders.let_go(store, person_id)
    waiting = {"person_id": person_id, "state": State.QUEUED.value}
    store.messages.change_all(WHOLE_CHAIN, waiting, {"state": State.FAILED.value, "reason": "erased"})
    theirs = ("person_id", "student_ids", "candidates.person_id", "candidates.student_id")
    there = {"branch_id": {"$in": list(branch_ids)}}
    mailed.drop(store, store.answers.find(WHOLE_CHAIN, {**there, "$or": [{name: person_id} for name in theirs]}))
    attachments.erase(store, person_id)
    store.turns.forget(f"{person_id}:")


def _forget_answers(store: Store, where: dict[str, Any]) -> None:
    mailed.drop(store, store.answers.find(WHOLE_CHAIN, where))
    store.answers.collection.delete_many(where)
