"""What the platform itself has to say to a branch's staff: in the app, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.scope import branch
from services.notifications.languages import say
from services.notifications.messages import Message
from services.notifications.states import State, step
from services.notifications.texts import Text

if TYPE_CHECKING:
    from services.notifications.store import Store

_URGENCY = 5


def tell_staff(
    store: Store,
    branch_id: str,
    roles: Sequence[str],
    text: Text,
    facts: Mapping[str, Any],
    *,
    about: tuple[str, str],
    path: str,
) -> None:
    """`about`: the kind and the id of the thing; of one thing, a person hears a text once."""
    told = store.people.find(branch(branch_id), {"roles": {"$in": list(roles)}, "active": True})
    store.messages.add_new([_message(branch_id, person, text, facts, about, path) for person in told])


def _message(
    branch_id: str,
    person: Mapping[str, Any],
    text: Text,
    facts: Mapping[str, Any],
    about: tuple[str, str],
    path: str,
) -> Message:
    at, said = now(), say(text, person["language"], [], facts)
    return {
        "_id": effect_id(text.name, branch_id, *about, person["person_id"]),
        "branch_id": branch_id,
        "person_id": person["person_id"],
        "role": "staff",
        "student_ids": [],
        "about_type": about[0],
        "about_id": about[1],
        "path": path,
        "channel": "app",
        "address": None,
        "text": text.name,
        "calendar": None,
        "urgency": _URGENCY,
        "state": State.SENT.value,
        "reason": None,
        "history": [step(State.SENT, at)],
        "created_at": at,
        "send_at": at,
        "leased_until": None,
        "attempts": 0,
        "refusals": 0,
        "language": person["language"],
        "subject": said.subject,
        "body": said.body,
        "template": None,
        "parameters": list(said.parameters),
        "link": None,
        "parts": None,
    }
