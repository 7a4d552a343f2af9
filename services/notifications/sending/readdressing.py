"""A number or mailbox has changed while messages to it waited: for their hour, for a receipt, behind a holiday.

They go to the new one, or on to the next channel where there is none: the old one may be a stranger's by now. What two share
one phone for stays there: it is still the other's. Who would go on from there alone goes to the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.scope import branch
from services.notifications.sending.attempts import MISSING, in_doubt
from services.notifications.sending.channels import CHANNELS
from services.notifications.sending.daily import DIGEST
from services.notifications.sending.marking import tell
from services.notifications.sending.sharing import SHARED
from services.notifications.sending.steps import Change, failed
from services.notifications.settings import rules
from services.notifications.states import State

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

LONGEST = timedelta(days=21)  # that a message is on its way
FIELDS = ("phone", "email")
_ON_ITS_WAY = (State.QUEUED.value, State.SENT.value)


def readdress(store: Store, branch_id: str, items: Iterable[Mapping[str, Any]]) -> None:
    """`items`: people as roster tells them, before they are kept: what is done twice changes nothing the second time."""
    moved = _moved(store, branch_id, items)
    if not moved:
        return
    theirs = {"person_id": {"$in": list(moved)}, "created_at": {"$gt": now() - LONGEST}, "state": {"$in": _ON_ITS_WAY}}
    for message in store.messages.find(branch(branch_id), theirs):
        change = _change(message, moved[message["person_id"]])
        if change is None:
            continue
        unchanged = {"state": message["state"], "step": message["step"], f"attempts.{len(message['attempts'])}": MISSING}
        push = {"history": {"$each": change.history}} if change.history else None
        after = store.messages.change(branch(branch_id), message["_id"], to=change.to, when=unchanged, push=push)
        if after is not None and change.history:
            tell(message, after)


def _moved(store: Store, branch_id: str, items: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Those whose address is another than the one that is kept. For every chunk of an import: by ids, and little of each."""
    newest = {item["person_id"]: item for item in sorted(items, key=lambda item: int(item["version"]))}
    shown = dict.fromkeys(("person_id", "version", *FIELDS), True)
    rows = store.people.collection.find({"_id": {"$in": [f"{branch_id}:{id}" for id in newest]}}, shown)
    return {
        row["person_id"]: item
        for row in rows
        if (item := newest[row["person_id"]])["version"] > row["version"]
        and any((item[field] or "") != (row.get(field) or "") for field in FIELDS)
    }


def _change(message: Document, person: Mapping[str, Any]) -> Change | None:
    """None: nothing of it goes anywhere else."""
    if message["channel"] == SHARED:
        ladder = [{**rung, "address": _address(rung, person)} for rung in message["ladder"]]
        ladder = [rung for rung in ladder if rung["address"] or not _field(rung)]
        return Change({"ladder": ladder}) if ladder != message["ladder"] else None
    if message.get("carries") and message["about_type"] != DIGEST:
        return None
    here = message["step"]
    waits = message["state"] == State.QUEUED.value and in_doubt(message) is None
    ladder = [
        rung if number < here or (number == here and not waits) else {**rung, "address": _address(rung, person)}
        for number, rung in enumerate(message["ladder"])
    ]
    ladder = [rung for number, rung in enumerate(ladder) if number <= here or rung["address"] or not _field(rung)]
    if ladder == message["ladder"]:
        return None
    if message["channel"] != ladder[here]["channel"] or ladder[here] == message["ladder"][here]:
        return Change({"ladder": ladder})
    if ladder[here]["address"] is None:
        change = failed({**message, "ladder": ladder}, rules(), now(), f"no_{_field(ladder[here])}")
        return Change({**change.to, "ladder": ladder, "claim": None}, change.history)
    return Change({"ladder": ladder, "address": ladder[here]["address"], "claim": None, "leased_until": None})


def _field(rung: Mapping[str, Any]) -> str | None:
    return CHANNELS[rung["channel"]].field if rung["channel"] in CHANNELS else None


def _address(rung: Mapping[str, Any], person: Mapping[str, Any]) -> str | None:
    field = _field(rung)
    return (person[field] or None) if field else rung["address"]
