"""Which message an operator's id stands for, and the pieces of what families write.

A receipt may come before the answer to the submit_sm, and by another process's connection: whichever of the two is written
second finds the other. Both are forgotten after some days, because operators use their ids again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import receipts
from services.notifications.carriers.reports import LONGEST, Answer, Receipt
from services.notifications.carriers.smpp.pdus import Delivered, Written
from services.notifications.states import State

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

KEPT = timedelta(days=5)
PATIENCE = timedelta(minutes=10)  # for the last piece of a long text
_ORDER = {None: 0, State.SENT.value: 1, State.FAILED.value: 2, State.DELIVERED.value: 3}  # a later one is never undone


class Parts:
    """As `carrier.Sent`. `system`: the operator's account, because ids are the operator's own. `hex_ids`: it answers with
    hexadecimal ones and reports with the same in decimal."""

    def __init__(self, store: Store, system: str, *, hex_ids: bool = False) -> None:
        self.store = store
        self.system = system
        self.hex_ids = hex_ids

    def taken(self, carrier_id: str, attempt_id: str, of: int) -> None:
        """A receipt that came before counts from now on."""
        as_reported = decimal(carrier_id) if self.hex_ids else carrier_id
        row = self._write(as_reported, {"attempt_id": attempt_id, "of": of})
        if receipt := self._settled(row):
            receipts.apply(self.store, receipt)

    def ids(self, attempt_id: str, of: int) -> list[str]:
        """The operator's ids of all parts of an attempt, in the order in which it took them; none while any is missing."""
        rows = self.store.sms_parts.find(WHOLE_CHAIN, {"attempt_id": attempt_id}, sort="at")
        return [row["_id"].partition(":")[2] for row in rows] if len(rows) >= of else []

    def reported(self, told: Delivered) -> Receipt | None:
        """What the receipt of a part says of its message: nothing while other parts, or the message, are unknown."""
        if told.state is None or not told.carrier_id:
            return None
        row = self._write(told.carrier_id, {})
        if _ORDER[told.state.value] > _ORDER[row.get("state")]:
            row = self._write(told.carrier_id, {"state": told.state.value, "reason": told.reason})
        return self._settled(row)

    def _settled(self, row: Document) -> Receipt | None:
        if "attempt_id" not in row:
            return None
        parts = self.store.sms_parts.find(WHOLE_CHAIN, {"attempt_id": row["attempt_id"]}, sort="at")
        told = [part.get("state") for part in parts]
        failed = next((part for part in parts if part.get("state") == State.FAILED.value), None)
        if failed is not None:
            state, reason = State.FAILED, failed["reason"]
        elif told.count(State.DELIVERED.value) >= row["of"]:
            state, reason = State.DELIVERED, None
        else:
            return None
        return Receipt(row["attempt_id"], state, now(), reason)

    def _write(self, carrier_id: str, to: dict[str, Any]) -> Document:
        id, at = f"{self.system}:{carrier_id}", now()
        new = {"branch_id": [], "at": at, "expires_at": at + KEPT}
        update: dict[str, Any] = {"$setOnInsert": new, **({"$set": to} if to else {})}
        self.store.sms_parts.collection.update_one({"_id": id}, update, upsert=True)
        return self.store.sms_parts.one(WHOLE_CHAIN, id)


def decimal(carrier_id: str) -> str:
    """A hexadecimal id in decimal; what is none, as it is."""
    try:
        return str(int(carrier_id, 16))
    except ValueError:
        return carrier_id


def joined(store: Store, system: str, part: Written) -> Answer | None:
    """The whole text, once all of its pieces are there."""
    if part.of == 1:
        minute = f"{now():%Y%m%d%H%M}"  # it comes again when our acknowledgement was lost
        return _answer(part.sender, part.text, effect_id(system, part.sender, part.text, minute))
    id = effect_id(system, part.sender, str(part.reference), str(part.of))
    at = now()
    update = {
        "$set": {f"pieces.{part.number}": part.text},
        "$setOnInsert": {"branch_id": [], "address": part.sender, "of": part.of, "at": at, "expires_at": at + KEPT},
    }
    store.sms_pieces.collection.update_one({"_id": id}, update, upsert=True)
    row = store.sms_pieces.one(WHOLE_CHAIN, id)
    return _whole(store, row) if len(row["pieces"]) == row["of"] else None


def overdue(store: Store) -> list[Answer]:
    """Texts whose last piece does not come: what there is of them."""
    rows = store.sms_pieces.find(WHOLE_CHAIN, {"at": {"$lt": now() - PATIENCE}}, limit=100)
    return [answer for row in rows if (answer := _whole(store, row))]


def forget(store: Store, answer: Answer) -> None:
    """The pieces of an answer that is kept."""
    store.sms_pieces.remove(WHOLE_CHAIN, answer.id.partition(" ")[0])


def _whole(store: Store, row: Document) -> Answer | None:
    text = "".join(row["pieces"].get(str(number), " […] ") for number in range(1, row["of"] + 1))
    return _answer(row["address"], text, f"{row['_id']} {row['at'].isoformat()}")


def _answer(sender: str, text: str, id: str) -> Answer:
    return Answer(id, "sms", sender, text[:LONGEST], now())
