"""The words that are in force: what comes with us, what the operator brought over it, and the versions over both.

Each process has them in memory and looks every two seconds whether they are others: a message costs no query for its words.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import current_session
from services.notifications.wording import catalogues
from services.notifications.wording.catalogues import Catalogue
from services.notifications.wording.language import Language, described
from services.notifications.wording.texts import TEXTS
from services.notifications.wording.words import Key, Wording, Words, fits, of_row, shipped

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

AGE = 2.0  # seconds after which a process looks again; all are promised to have new words within five
STAMP = "wording"  # the one document of the collection `wording`: its number rises with every change
IN_FORCE = "in_force"


class InForce:
    """This process's."""

    def __init__(self) -> None:
        self._store: Store | None = None
        self._words = shipped()
        self._looked_at: float | None = None  # None: never
        self._lock = Lock()

    def read_from(self, store: Store) -> None:
        self._store, self._looked_at = store, None

    def words(self) -> Words:
        if self._looked_at is None or time.monotonic() - self._looked_at > AGE:
            self._look()
        return self._words

    def look_again(self) -> None:
        """Who has just changed them sees it."""
        self._looked_at = None

    def _look(self) -> None:
        """One looks, and the others go on with what was; only at the start all wait."""
        store = self._store
        if store is None or not self._lock.acquire(blocking=self._looked_at is None):
            return
        try:
            if self._looked_at is not None and time.monotonic() - self._looked_at <= AGE:
                return
            self._looked_at = time.monotonic()
            self._words = read(store, self._words)
        except Exception:  # whatever it is, what was in force goes on
            log().exception("wording_not_read")
        finally:
            self._lock.release()


def read(store: Store, before: Words) -> Words:
    """What is in force by the database; `before`, when nothing has changed."""
    stamp = store.wording.collection.find_one(WHOLE_CHAIN.filter({"_id": STAMP}))
    number = stamp["number"] if stamp else 0
    if number == before.number:
        return before
    rows = store.catalogues.collection.find(WHOLE_CHAIN.filter({IN_FORCE: True}), {"po": False})
    uploaded = {row["language"]: kept(row) for row in rows}
    ours = catalogues.shipped()
    layers = {code: (uploaded[code],) if code in uploaded else () for code in ours.keys() | uploaded.keys()}
    layers = {code: (*those, *([ours[code]] if code in ours else [])) for code, those in layers.items()}
    approved = frozenset(
        (row["text"], row["language"], row["version"]) for row in store.template_approvals.collection.find(WHOLE_CHAIN.filter())
    )
    words = Words(layers, {}, approved, number)
    states = {"state": {"$in": [IN_FORCE, "retired"]}}
    return Words(layers, _versions(words, store.templates.collection.find(WHOLE_CHAIN.filter(states))), approved, number)


def kept(row: Mapping[str, Any]) -> Catalogue:
    """A catalogue as it was checked when it came."""
    words = {key: tuple(forms) for key, forms in row["words"]}
    named = {field.name for field in fields(Language)}  # an upgrade may have others
    headers = {name: value for name, value in row["headers"].items() if name in named}
    base = described(row["language"]) or catalogues.shipped()["en"].language
    return Catalogue(replace(base, **headers), words, missing=tuple(row["missing"]))


def changed(store: Store) -> None:
    """In the transaction of a change: all processes will see it."""
    update = {"$inc": {"number": 1}, "$setOnInsert": {"branch_id": []}}
    store.wording.collection.update_one(WHOLE_CHAIN.filter({"_id": STAMP}), update, upsert=True, session=current_session())


def _versions(words: Words, rows: Iterable[Document]) -> dict[Key, tuple[Wording, ...]]:
    """By text and language: the version in force, then those before it, newest first."""
    found: dict[Key, list[Wording]] = {}
    in_force: dict[Key, int] = {}
    for row in rows:
        text, code = TEXTS.get(row["text"]), row["language"]
        if text is None or not fits(text, row["subject"], row["forms"]):
            continue  # of a text that an upgrade has changed
        key = (text.name, code)
        if row["state"] == IN_FORCE:
            in_force[key] = row["version"]
        found.setdefault(key, []).append(of_row(words, text, row))
    counting = {key: [each for each in those if each.version <= in_force.get(key, 0)] for key, those in found.items()}
    return {key: tuple(sorted(those, key=lambda each: -each.version)) for key, those in counting.items() if those}


IN_FORCE_HERE = InForce()


def words() -> Words:
    return IN_FORCE_HERE.words()
