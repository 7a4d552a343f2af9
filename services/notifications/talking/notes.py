"""What one person is told that is about no conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.ids import effect_id
from services.notifications.talking import teasers
from services.notifications.wording.languages import Said
from services.notifications.wording.rules import PLACES, place
from services.notifications.wording.texts import Text

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

FEED = "/v1/feed"


def send(
    store: Store,
    branch_id: str,
    person: Document,
    text: Text,
    said: Said,
    cause: str,
    about: str,
    about_id: str,
    public_url: str,
    **wishes: Any,
) -> None:
    """`about`: what it is about; where that has no place of its own, its link leads to the feed."""
    told = {
        "_id": effect_id(cause, text.name, person["person_id"]),
        "branch_id": branch_id,
        "person_id": person["person_id"],
        "role": "guardian" if "guardian" in person["roles"] else "teacher",
        "about_type": about,
        "about_id": about_id,
        "path": place(branch_id, about, about_id) if about in PLACES else FEED,
        "text": text.name,
        **said.fields(),
        "source": {"kind": about, "id": about_id},
        **wishes,
    }
    teasers.send(store, [told], public_url)
