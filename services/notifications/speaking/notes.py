"""Audio notes: a message's words, spoken once and kept for some days. Made by the worker: it costs CPU."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.ids import fingerprint
from schoolbus.logs import log
from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import open_links
from services.notifications.speaking.speakers import CannotSpeak, Speaker, opus
from services.notifications.wording.languages import phrase
from services.notifications.wording.texts import FAREWELL, GREETING

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

KEPT = timedelta(days=14)
LEASE = 60  # seconds
WANTED, MADE, FAILED = "wanted", "made", "failed"
PATH = "/v1/carriers/voice/notes/"
PURPOSE = "audio"
LONGEST = 1500  # characters that are spoken
TYPES = {"ogg": "audio/ogg", "wav": "audio/wav"}


def prefers(person: Mapping[str, Any] | None) -> bool:
    return ((person or {}).get("preferences") or {}).get("literacy") == "voice"


def want(store: Store, messages: Iterable[Mapping[str, Any]]) -> None:
    """Notes of these messages are made in a moment."""
    rows = [_wanted(message) for message in messages]
    store.voice_notes.add_new(rows)


def reword(store: Store, message: Mapping[str, Any]) -> None:
    """The message says something else by now: the note of its earlier words is made again."""
    new = _wanted(message)
    other = {"words": {"$ne": new["words"]}}
    store.voice_notes.change(WHOLE_CHAIN, new.pop("_id"), to={**new, "wav": None, "ogg": None}, when=other)


def claim(store: Store) -> Document | None:
    return store.voice_notes.claim({"state": WANTED}, lease=LEASE, sort="created_at")


def make(store: Store, note: Document, speaker: Speaker) -> Document:
    """What can't be spoken is not tried again: the reason stays beside it. The same words are spoken once: an announcement is
    one note for all who hear it in a language."""
    same = store.voice_notes.first(WHOLE_CHAIN, {"words": note["words"], "state": MADE})
    if same is not None:
        return _done(store, note, {"state": MADE, "wav": same["wav"], "ogg": same["ogg"], "reason": None})
    try:
        wav = speaker.speak(note["text"], note["language"])
        return _done(store, note, {"state": MADE, "wav": wav, "ogg": opus(wav), "reason": None})
    except CannotSpeak as reason:
        log().warning("not_spoken", message=note["_id"], reason=str(reason))
        return _done(store, note, {"state": FAILED, "reason": str(reason)})


def work_off(store: Store, note: Document, speaker: Speaker) -> None:
    """The worker's piece."""
    make(store, note, speaker)


def ready(store: Store, message: Mapping[str, Any], speaker: Speaker) -> Document:
    """The note of a message that is about to be sent. Raises CannotSpeak."""
    found = store.voice_notes.first(WHOLE_CHAIN, {"_id": message["_id"]})
    if found is None:
        want(store, [message])
        found = store.voice_notes.one(WHOLE_CHAIN, message["_id"])
    elif found["words"] != _wanted(message)["words"]:
        reword(store, message)
        found = store.voice_notes.one(WHOLE_CHAIN, message["_id"])
    if found["state"] == WANTED:
        found = make(store, found, speaker)
    if found["state"] == FAILED:
        raise CannotSpeak(found["reason"])
    return found


def url(public_url: str, secret: str, message_id: str, kind: str) -> str:
    """Where carriers fetch it: open to whoever has the address, which is signed."""
    return f"{public_url}{PATH}{open_links.token(secret, PURPOSE, message_id)}/{kind}"


def fetched(store: Store, secret: str, token: str, kind: str) -> tuple[bytes, str]:
    """Its bytes and their type. Raises NotFound."""
    return sound(store, open_links.message_id(secret, PURPOSE, token) or "", (kind,))


def sound(store: Store, message_id: str, kinds: Iterable[str] = TYPES) -> tuple[bytes, str]:
    """In the first of these kinds in which it was made. Raises NotFound, also while it is being made."""
    found = store.voice_notes.first(WHOLE_CHAIN, {"_id": message_id, "state": MADE}) or {}
    for kind in kinds:
        if kind in TYPES and found.get(kind):
            return bytes(found[kind]), TYPES[kind]
    raise NotFound("Audio note")


def _done(store: Store, note: Document, to: dict[str, Any]) -> Document:
    """Unless its words were replaced while it was spoken."""
    return store.voice_notes.change(WHOLE_CHAIN, note["_id"], to=to, when={"words": note["words"]}) or {**note, **to}


def _wanted(message: Mapping[str, Any]) -> dict[str, Any]:
    at, said = now(), _said(message)
    return {
        "_id": message["_id"],
        "branch_id": message["branch_id"],
        "person_id": message["person_id"],
        "student_ids": message["student_ids"],
        "teacher_id": message["teacher_id"],
        "language": message["language"],
        "text": said,
        "words": fingerprint(f"{message['language']}\n{said}"),
        "state": WANTED,
        "reason": None,
        "created_at": at,
        "expires_at": at + KEPT,
        "leased_until": None,
        "attempts": 0,
    }


def _said(message: Mapping[str, Any]) -> str:
    """Without the link, which nobody can follow by ear."""
    language = message["language"]
    return f"{phrase(GREETING, language)} {message['body'][:LONGEST]}\n{phrase(FAREWELL, language)}"
