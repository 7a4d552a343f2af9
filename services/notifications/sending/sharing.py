"""One phone, several messages of one send, by SMS or WhatsApp: one goes, about all the children, and the others ride on it.

A message that rides is not handed over itself; it comes to what the other comes to at that phone. When the other goes there
no more, by e-mail instead, or to nobody, it goes on by its own ladder: what reaches one person privately reaches no other.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from services.notifications.sending.attempts import Outcome
from services.notifications.sending.channels import CARRIED, VOICE
from services.notifications.sending.daily import DIGEST
from services.notifications.states import State

Message = dict[str, Any]
Reword = Callable[[Message, Sequence[str]], Message]

SHARED = "shared_phone"  # the channel and the lane of a message that rides


def gathered(messages: Sequence[Message], reword: Reword | None) -> list[Message]:
    """The same messages, those to one phone and of one thing joined. `reword`: a message about other children.

    Without it, only those are joined that say the same.
    """
    groups: dict[Any, list[Message]] = {}
    for message in messages:
        groups.setdefault(_key(message, alike=reword is None), []).append(message)
    return [joined for group in groups.values() for joined in _joined(group, reword)]


def riding(message: Mapping[str, Any], on: str, state: str = State.QUEUED.value) -> Message:
    rides = {"rides_on": on, "channel": SHARED, "lane": SHARED, "state": state, "send_at": None, "due_at": None}
    return {**message, **rides, "counted": None, "parts": None}


def heard(on: Mapping[str, Any], address: str | None) -> State | None:
    """The best that the ledger says of what went to this address; None: nothing that arrived, as far as is known."""
    known = [_said(attempt) for attempt in on["attempts"] if _went_to(on, attempt, address)]
    return max((state for state in known if state in _GOOD), key=_GOOD.index, default=None)


def goes_there(on: Mapping[str, Any], address: str | None) -> bool:
    """Whether the message that is ridden on may still come to this address, or has."""
    waits: bool = on["state"] == State.QUEUED.value
    return bool(heard(on, address)) or (waits and bool(on["channel"] == DIGEST or on["address"] == address))


def own_rung(rider: Mapping[str, Any], on: Mapping[str, Any], left: Collection[str] = (), *, free: bool = False) -> int | None:
    """The number of the first of its own rungs that has not been tried for it. `left`: channels that its person wants no more;
    `free`: for which no carrier is paid."""
    rungs = on["ladder"][: on["step"] + (on["state"] == State.FAILED.value)]
    tried = [(rung["channel"], rung["address"]) for rung in rungs]
    if on["ladder"]:
        tried += [(attempt["channel"], on["ladder"][attempt["step"]]["address"]) for attempt in on["attempts"]]
    for number, rung in list(enumerate(rider["ladder"]))[rider["step"] :]:
        channel = rung["channel"]
        if (channel, rung["address"]) not in tried and channel not in left and not (free and channel in CARRIED):
            return number
    return None


_GOOD = (State.SENT, State.DELIVERED, State.READ)


def _said(attempt: Mapping[str, Any]) -> State | None:
    if attempt.get("receipt"):
        return State(attempt["receipt"]["state"])
    return State.SENT if attempt["outcome"] == Outcome.TAKEN.value else None


def _went_to(on: Mapping[str, Any], attempt: Mapping[str, Any], address: str | None) -> bool:
    """Of a person who was erased nobody knows any more."""
    return not on["ladder"] or on["ladder"][attempt["step"]]["address"] == address


def _key(message: Mapping[str, Any], *, alike: bool) -> Any:
    """Those with the same key are one; everything but a phone is its own."""
    if message["state"] != State.QUEUED.value or not message["address"]:
        return message["_id"]
    of = (message.get("source") or {}).get("id") or message["about_id"]
    said = (message["body"], *message["parameters"][:-1]) if alike else ()
    about = message["about_type"], message["about_id"], message["role"], message.get("text")
    aloud = message["channel"] == VOICE  # who would rather hear is called, though the other reads
    return of, message["branch_id"], about, aloud, message["address"], said


def _joined(group: list[Message], reword: Reword | None) -> list[Message]:
    if len(group) == 1:
        return group
    first, *others = sorted(group, key=lambda message: str(message["_id"]))
    children = list(dict.fromkeys(child for message in (first, *others) for child in message["student_ids"]))
    said = reword(first, children) if reword and children != first["student_ids"] else first
    return [{**said, "student_ids": children, "carries": True}, *(riding(other, first["_id"]) for other in others)]
