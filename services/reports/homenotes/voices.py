"""Voice notes: uploaded by a guardian of the child, then named by a home note; who may read the note may hear it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import access, attached, clock, sound
from schoolbus.attached import KEPT
from schoolbus.body import Raw
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.problems import Invalid, NotFound, Problem, Sentence
from schoolbus.route import Answer
from schoolbus.scope import Scope
from services.reports.cards.storage import check_room

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
LARGEST = 2_000_000  # bytes
LONGEST = 60  # seconds
UNUSED = timedelta(days=1)  # after which one that no note names goes
NAME = "home_note_voices"


def upload(store: Store, caller: Caller, branch_id: str, query: Document, raw: Raw) -> Document:
    """For a note to come. Twice is once. Raises NotFound, Conflict, Problem 413, 415 or 422."""
    scope = access.student(store, caller, branch_id, query["student_id"])
    seconds = _checked(raw.body)
    id = effect_id("home-note-voice", branch_id, query["student_id"], caller.person_id, query["client_id"])
    if store.home_note_voices.first(scope, {"_id": id}) is None:
        check_room(store, scope)
    made = {
        "_id": id,
        "branch_id": branch_id,
        "student_id": query["student_id"],
        "owner_id": caller.person_id,
        "seconds": seconds,
        "used": False,
        "at": clock.now(),
    }
    store.metered.touch(branch_id)
    return attached.keep(store, store.home_note_voices, scope, made, raw.body, {"used": False})


def of_writer(store: Store, scope: Scope, caller: Caller, student_id: str, voice_id: str | None) -> Document | None:
    """What a note says of its voice. Raises Invalid for what the writer did not upload about this child."""
    if voice_id is None:
        return None
    wanted = {"_id": voice_id, "state": KEPT, "student_id": student_id, "owner_id": caller.person_id}
    found = store.home_note_voices.first(scope, wanted)
    if found is None:
        raise _gone()
    return {"voice_id": voice_id, **{name: found[name] for name in ("content_type", "size", "seconds")}}


def use(store: Store, scope: Scope, voice: Document | None, note_id: str) -> None:
    """Within the note's own transaction. Raises Invalid for one that went away, or is at another note."""
    if voice is not None:
        there = {"state": KEPT, "note_id": {"$in": [None, note_id]}}
        if store.home_note_voices.change(scope, voice["voice_id"], {"used": True, "note_id": note_id}, when=there) is None:
            raise _gone()


def heard(store: Store, scope: Scope, note: Document) -> Answer:
    """To be saved, not to be run by a browser. Raises NotFound, also once it is erased."""
    wanted = {"_id": (note.get("voice") or {}).get("voice_id"), "note_id": note["_id"], "state": KEPT}
    found = store.home_note_voices.first(scope, wanted)
    if found is None:
        raise NotFound("Voice note")
    return attached.shown(store, found)


def clear(store: Store) -> None:
    """What was uploaded and is at no note."""
    old = {"used": False, "at": {"$lt": clock.now() - UNUSED}}
    _recount(store, attached.clear(store, store.home_note_voices, old))


def erase(store: Store, person_id: str) -> None:
    """What a guardian spoke, and what was spoken about a child."""
    theirs: Document = {"$or": [{"owner_id": person_id}, {"student_id": person_id}]}
    _recount(store, attached.erase(store, store.home_note_voices, theirs, size=0))


def exported(store: Store, person_id: str, branch_ids: Sequence[str]) -> Iterator[tuple[str, Document]]:
    return attached.exported(store, store.home_note_voices, NAME, person_id, branch_ids)


def _checked(content: bytes) -> float | None:
    """How long it is. Raises Problem."""
    kind = attached.kind_of(content)
    if not kind.content_type.startswith("audio/"):
        raise Problem("not-a-voice-note", "This is no voice note", "Sound alone (OGG, MP3, M4A, AMR).", status=415)
    if len(content) > LARGEST:
        raise Problem(
            "too-large", "The voice note is too large", Sentence("At most %(largest)s bytes.", largest=LARGEST), status=413
        )
    seconds = sound.seconds(content, kind.content_type)
    if seconds is not None and seconds > LONGEST + 0.5:
        raise Problem(
            "too-long",
            "The voice note is too long",
            Sentence("At most %(longest)s seconds: say the rest in another.", longest=LONGEST),
            status=413,
        )
    return seconds


def _gone() -> Invalid:
    return Invalid({"voice_id": ["Not a voice note that you have uploaded about this child, and not used yet."]})


def _recount(store: Store, branch_ids: set[str]) -> None:
    if branch_ids:
        store.metered.touch(*sorted(branch_ids))
