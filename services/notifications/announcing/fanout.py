"""Works off the parts of a send: chunk by chunk, people become messages. Killed anywhere, it goes on with the same chunk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.ids import natural_ids
from schoolbus.paging import Paging
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.announcing import mending, runs
from services.notifications.announcing.branches import Branches
from services.notifications.announcing.choosing import Chosen, Recipient, choose
from services.notifications.announcing.words import draft_of, language_for, worded
from services.notifications.links import link
from services.notifications.sending import enqueue
from services.notifications.sending.daily import URGENT
from services.notifications.sending.lanes import BULK
from services.notifications.sending.queueing import Reword
from services.notifications.wording.languages import first_name
from services.notifications.wording.texts import ANNOUNCEMENT

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

CHUNK = 1000  # people
NORMAL = 5
REACHED = ("sent", "delivered", "read")


def claim(store: Store) -> Document | None:
    return store.parts.claim({"state": "waiting"}, lease=runs.LEASE, sort="created_at _id")


def work_off(store: Store, part: Document, public_url: str) -> None:
    """A part from where it stands to its end, or until it is canceled or somebody else's."""
    run = store.runs.one(WHOLE_CHAIN, part["run_id"])
    announcement = store.announcements.one(WHOLE_CHAIN, run["announcement_id"])
    people = None if run["people"] is None else set(run["people"])
    branches = Branches(store, announcement["audience"], run["branch_ids"], people)
    cursor: str | None = part["cursor"]
    while cursor is not None:
        announcement = store.announcements.one(WHOLE_CHAIN, run["announcement_id"])  # its words may be corrected meanwhile
        if announcement["state"] == "canceled":
            return _let_go(store, part)
        if run["of"] == runs.ALL:
            chosen = choose(store, announcement["audience"], branches, part["span"], cursor, CHUNK)
        else:
            chosen = _again(store, announcement, run, cursor)
        told = _tell(store, announcement, run["version"], chosen.recipients, public_url)
        counted, cursor = {"seen": chosen.seen, "doubled": chosen.doubled, "planned": told, "stored": told}, chosen.cursor
        gone_on = _gone_on(store, part, counted, cursor)
        if gone_on is None:
            return _let_go(store, part)
        part = gone_on
    runs.finish(store, run["_id"])


def _gone_on(store: Store, part: Mapping[str, Any], counted: Mapping[str, int], cursor: str | None) -> Document | None:
    """Writes down how far it is, with its counts: one write, so no chunk counts twice. None: it is somebody else's by now."""
    to: dict[str, Any] = {"state": "done", "leased_until": None} if cursor is None else {"cursor": cursor}
    if cursor is not None:
        to["leased_until"] = now() + timedelta(seconds=runs.LEASE)
    to |= {f"counts.{name}": part["counts"][name] + more for name, more in counted.items()}
    ours = {"state": "waiting", "cursor": part["cursor"], "attempts": part["attempts"]}
    return store.parts.change(WHOLE_CHAIN, part["_id"], to=to, when=ours)


def _let_go(store: Store, part: Document) -> None:
    """Of a canceled part nothing more comes from this worker: what it stored can be taken back. Another's is left alone."""
    ours = {"state": {"$in": ["waiting", "canceled"]}, "attempts": part["attempts"], "cursor": part["cursor"]}
    canceled = store.announcements.first(WHOLE_CHAIN, {"_id": part["announcement_id"], "state": "canceled"})
    if canceled:
        store.parts.change(WHOLE_CHAIN, part["_id"], to={"state": "canceled", "leased_until": None}, when=ours)


def _tell(store: Store, announcement: Document, version: int, recipients: Sequence[Recipient], public_url: str) -> int:
    """Queues a message for each; how many are there when this returns, whoever stored them."""
    made = drafts(announcement, version, recipients, public_url)
    people = {each.person_id: each.person for each in recipients}
    enqueue(store, made, people=people, reword=rewording(announcement, recipients, public_url))
    return len(made)


def drafts(
    announcement: Mapping[str, Any], version: int, recipients: Sequence[Recipient], public_url: str
) -> list[dict[str, Any]]:
    """One for each, for `sending.enqueue`."""
    id_of = natural_ids(announcement["_id"], str(version))  # comes to the same as effect_id, and faster
    return [message(announcement, version, each, public_url, id_of(each.person_id)) for each in recipients]


def rewording(announcement: Mapping[str, Any], recipients: Sequence[Recipient], public_url: str) -> Reword:
    """The same draft about children of several of them."""
    rows = {child["person_id"]: child for each in recipients for child in each.children}

    def reword(draft: Mapping[str, Any], student_ids: Sequence[str]) -> dict[str, Any]:
        children = [rows[id] for id in student_ids if id in rows]
        code = draft["language"]
        words = worded(announcement["texts"], code, [first_name(child, code) for child in children])
        return {**draft, **draft_of(announcement, draft["_id"], words, link(public_url, draft["_id"]))}

    return reword


def _again(store: Store, announcement: Document, run: Document, cursor: str) -> Chosen:
    """Those whom earlier sends reached, or did not: each person once, of the children of whom they may still be told."""
    where = {"about_type": "announcement", "about_id": announcement["_id"], "source.version": {"$lt": run["version"]}}
    page = store.messages.page(WHOLE_CHAIN, where, sort="created_at", page=Paging(CHUNK, cursor or None))
    ids = sorted({each["person_id"] for each in page.items if each["person_id"]})
    states: dict[str, set[str]] = {}
    first: dict[str, str] = {}  # of several messages to a person the first one stands for them
    for each in store.messages.find(WHOLE_CHAIN, {**where, "person_id": {"$in": ids}}, sort="created_at _id"):
        states.setdefault(each["person_id"], set()).add(each["state"])
        first.setdefault(each["person_id"], each["_id"])
    told = [each for each in page.items if each["person_id"] and first[each["person_id"]] == each["_id"]]
    told = [each for each in told if _wanted(run["of"], states[each["person_id"]])]
    return Chosen(mending.still(store, told), seen=len(page.items), cursor=page.next)


def _wanted(of: str, states: set[str]) -> bool:
    """Whom nothing has reached, and nothing that still waits may reach."""
    reached = not states.isdisjoint(REACHED)
    return reached if of == runs.REACHED else not reached and "queued" not in states


def message(announcement: Mapping[str, Any], version: int, recipient: Recipient, public_url: str, id: str) -> dict[str, Any]:
    """A draft for `sending.enqueue`. `id`: effect_id of the announcement, the send and the person."""
    code = language_for(announcement["texts"], recipient.person["language"])
    words = worded(announcement["texts"], code, [first_name(child, code) for child in recipient.children])
    return {
        "_id": id,
        "branch_id": recipient.branch_id,
        "person_id": recipient.person_id,
        "role": recipient.role,
        "student_ids": [child["person_id"] for child in recipient.children],
        "about_type": "announcement",
        "about_id": announcement["_id"],
        "text": ANNOUNCEMENT.name,
        "urgency": URGENT if announcement["urgent"] else NORMAL,
        "lane": BULK,
        "paper": announcement["on_paper"] and recipient.role == "guardian",
        "source": {
            "kind": "announcement",
            "id": f"{announcement['_id']}.{version}",  # of each send: a later one does not lean on what failed before
            "version": version,
            "text": announcement["text"],
        },
        **draft_of(announcement, id, words, link(public_url, id)),
    }
