"""A branch, or the chain, has something translated: within its share of the day, and never waiting long for it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now, today
from schoolbus.logs import log
from schoolbus.problems import Conflict, Invalid, Problem, Sentence
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.translating.translator import CannotTranslate, NotNow, Translator

if TYPE_CHECKING:
    from services.notifications.settings import Receiving
    from services.notifications.store import Store

CHAIN = "chain"
AT_ONCE = 4  # calls of this process: a slow translator holds up no more of its requests than these
KEPT = timedelta(days=40)  # of a day's count
_calls = threading.BoundedSemaphore(AT_ONCE)


def translate(
    store: Store, settings: Receiving, branch_id: str | None, texts: Sequence[str], source: str, target: str
) -> list[str]:
    """Raises Conflict where there is no translator, Invalid for a language that it lacks, Problem 429 or 503."""
    translator, size = _translator(settings), sum(map(len, texts))
    if not _calls.acquire(blocking=False):
        raise _not_now("busy")
    try:
        _take(store, settings, branch_id, size)
        try:
            told = translator.translate(texts, source, target)
        except (NotNow, CannotTranslate) as fault:
            _count(store, branch_id, -size)
            raise _problem(fault) from fault
    finally:
        _calls.release()
    log().info("translated", branch=branch_id or CHAIN, source=source, target=target, characters=size)
    return told


def what_there_is(store: Store, settings: Receiving, branch_id: str | None) -> dict[str, Any]:
    """The pairs of languages, and how many characters are left today. Raises as `translate`."""
    translator = _translator(settings)
    if not _calls.acquire(blocking=False):
        raise _not_now("busy")
    try:
        found = translator.languages()
    except (NotNow, CannotTranslate) as fault:
        raise _problem(fault) from fault
    finally:
        _calls.release()
    used = (store.translated.first(WHOLE_CHAIN, {"_id": _key(branch_id)}) or {"characters": 0})["characters"]
    pairs = [{"from": code, "to": targets} for code, targets in sorted(found.items())]
    return {"languages": pairs, "characters_left": max(0, settings.translate_per_day - used)}


def _translator(settings: Receiving) -> Translator:
    if not settings.translate_url:
        way_out = "Write the other language yourself, or ask the operator to set TRANSLATE_URL."
        raise Conflict("no-translator", "Nothing translates here", way_out)
    return Translator(settings.translate_url, settings.translate_key, settings.translate_timeout)


def _take(store: Store, settings: Receiving, branch_id: str | None, size: int) -> None:
    """Of the day's characters, before they cost anything. Raises Problem 429."""
    most = settings.translate_per_day - size
    if _count(store, branch_id, size, most):
        return
    new: dict[str, Any] = {"_id": _key(branch_id), "branch_id": branch_id or [], "characters": 0, "expires_at": now() + KEPT}
    store.translated.add_new([new])
    if not _count(store, branch_id, size, most):
        way_out = "Write it yourself, or go on tomorrow."
        raise Problem("translations-used-up", "Today's translations are used up", way_out, status=429)


def _count(store: Store, branch_id: str | None, size: int, most: int | None = None) -> bool:
    """Whether there was room, where there is a limit."""
    where: dict[str, Any] = {"_id": _key(branch_id), **({} if most is None else {"characters": {"$lte": most}})}
    return store.translated.collection.update_one(where, {"$inc": {"characters": size}}).matched_count == 1


def _key(branch_id: str | None) -> str:
    return f"{branch_id or CHAIN}:{today().isoformat()}"


def _problem(fault: NotNow | CannotTranslate) -> Problem:
    log().warning("not_translated", reason=type(fault).__name__ if isinstance(fault, CannotTranslate) else str(fault))
    if isinstance(fault, CannotTranslate):
        return Invalid(
            {"to": [Sentence("The translator says: %(fault)s", fault=fault)]},
            "The translator can't do this",
            slug="not-translatable",
        )
    return _not_now(str(fault))


def _not_now(reason: str) -> Problem:
    way_out = "Try again in a minute, or write it yourself."
    problem = Problem("translator-not-there", "The translator does not answer", way_out, status=503, reason=reason)
    problem.headers["Retry-After"] = "60"
    return problem
