"""Files that came by e-mail: kept as they came until their answer has its place; then they are checked as any others.

Among an answer's `media` they stand beside Meta's ids, as `mail:` and an id of ours, under which the bytes are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.store import ANY_CASE

if TYPE_CHECKING:
    from services.notifications.store import Store

_OURS = "mail:"
KEPT = timedelta(days=30)


class Gone(Exception):
    """It was erased meanwhile."""


def keep(store: Store, answer_id: str, sender: str, files: Sequence[bytes]) -> list[str]:
    """Before the answer itself is stored, so that none is there without its files. Twice is once.

    Of a mailbox that nobody in the roster has, none: anybody may send us a mail.
    """
    if not files or next(store.people.collection.find({"email": sender}).collation(ANY_CASE).limit(1), None) is None:
        return []
    ids = [f"{_OURS}{effect_id('mailed', answer_id, str(number))}" for number in range(len(files))]
    for id, content in zip(ids, files, strict=True):
        store.keep_file(id, content)
    return ids


def is_one(media_id: str) -> bool:
    return media_id.startswith(_OURS)


def content(store: Store, media_id: str) -> bytes:
    """Raises Gone."""
    found = store.file_if_there(media_id)
    if found is None:
        raise Gone
    return found


def clear(store: Store) -> None:
    """Files of answers that nobody has put into a conversation for so long."""
    old = {"_id": {"$regex": f"^{_OURS}"}, "uploadDate": {"$lt": now() - KEPT}}
    for row in store.database["attached.files"].find(old, {"_id": True}).limit(500):
        store.drop_file(row["_id"])


def drop(store: Store, answers: Iterable[Mapping[str, Any]]) -> None:
    """Those of these answers."""
    for media_id in (id for answer in answers for id in answer.get("media") or () if is_one(id)):
        store.drop_file(media_id)
