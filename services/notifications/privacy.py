"""What notifications holds about a person. A table: `schoolbus.privacy` exports and erases by it.

Of a message, its channel, states and times stay; its words, names and address do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.contracts.notifications import PersonErased
from schoolbus.events import Event
from schoolbus.privacy import COPY, COPY_NOBODY, Held, erase_and_tell
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.states import State

if TYPE_CHECKING:
    from services.notifications.store import Store

_MESSAGE = ("about_type", "channel", "language", "subject", "body", "calendar", "state", "reason", "history", "created_at")
_WORDS: dict[str, Any] = {"subject": "", "body": "", "parameters": [], "calendar": None}

HELD = (
    Held("people", "person_id", shows=(*COPY[0].shows, "phone", "email", "language", "channels")),
    *COPY[1:],
    Held("messages", "person_id", shows=(*_MESSAGE, "address"), blanks={**_WORDS, "address": None, "ladder": [], "link": None}),
    Held("messages", "student_ids", blanks=_WORDS),
    Held("messages", "teacher_id", blanks=_WORDS),
    Held("answers", "person_id", shows=("channel", "address", "text", "received_at"), blanks={"text": "", "address": None}),
    Held("answers", "student_ids", blanks={"text": ""}),
    Held("contacts", "person_id", shows=("channel", "reason", "at"), blanks={"hash": ""}),
    Held("webhooks", "created_by"),
    Held("announcements", "written_by", shows=("texts", "link", "state", "created_at")),
    Held("announcements", "audience.person_ids"),
    Held("audiences", "created_by"),
    Held("audiences", "audience.person_ids"),
    Held("tags", "person_ids", shows=("tag",)),
    Held("runs", "people"),
    Held("prices", "changed_by"),
)
NOBODY = (
    *COPY_NOBODY,
    "codes",  # gone in five minutes, and at once with its person
    "deliveries",  # ids of things, for thirty days
    "metered",
    "parts",  # of an announcement's send: branches, how far it is, counts
    "previews",  # counts
    "buckets",
)


def erase(store: Store, event: Event) -> None:
    """What waits is not sent any more; what came from their number, and only theirs, goes too."""
    person_id = event.data["person_id"]
    waiting = {"person_id": person_id, "state": State.QUEUED.value}
    store.messages.change_all(WHOLE_CHAIN, waiting, {"state": State.FAILED.value, "reason": "erased"})
    rows = store.people.find(WHOLE_CHAIN, {"person_id": person_id})
    for phone in {row["phone"] for row in rows if row.get("phone")}:
        store.codes.collection.delete_many({"address": phone})
        others = {"phone": phone, "person_id": {"$ne": person_id}}
        if store.people.first(WHOLE_CHAIN, others) is None:
            store.answers.collection.delete_many({"address": phone, "person_id": None})
    contacts: dict[str, Any] = {"phone": None, "email": None, "channels": []}
    erase_and_tell(store, [each for each in HELD if each.collection != "people"], event, PersonErased, **contacts)
