"""One phone, several messages of one send, by SMS or WhatsApp: one goes, about all the children, and the others ride on it.

A message that rides is never handed over itself; it comes to what the other comes to.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.notifications.sending.channels import VOICE
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
