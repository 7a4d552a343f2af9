"""What the platform itself has to say to a branch's staff: in the app, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.ids import effect_id
from schoolbus.scope import branch
from services.notifications.messages import Draft
from services.notifications.sending import enqueue
from services.notifications.sending.channels import APP
from services.notifications.wording.languages import say
from services.notifications.wording.texts import Text

if TYPE_CHECKING:
    from services.notifications.store import Store


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
    people = {person["person_id"]: person for person in told}
    enqueue(store, [_draft(branch_id, person, text, facts, about, path) for person in told], people=people)


def _draft(
    branch_id: str,
    person: Mapping[str, Any],
    text: Text,
    facts: Mapping[str, Any],
    about: tuple[str, str],
    path: str,
) -> Draft:
    said = say(text, person["language"], [], facts)
    return {
        "_id": effect_id(text.name, branch_id, *about, person["person_id"]),
        "branch_id": branch_id,
        "person_id": person["person_id"],
        "role": "staff",
        "about_type": about[0],
        "about_id": about[1],
        "path": path,
        "text": text.name,
        "only": APP,
        **said.fields(),
    }
