"""A guide as PDF and as sound: made by a worker, or brought by the school. A row for each version, language and form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schoolbus.attached import KINDS, kind_of
from schoolbus.body import Raw
from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.problems import Conflict, NotFound, Problem
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.guiding import markup, setting
from services.notifications.speaking.speakers import CannotSpeak, Speaker, opus
from services.notifications.translating.marks import Texts

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

PDF, AUDIO = FORMS = ("pdf", "audio")
WANTED, MADE, FAILED = "wanted", "made", "failed"
LEASE = 120.0  # seconds: a long text takes half of it to say
MOST_ATTEMPTS = 5
_WORDS = ("title", "body")
Guide = Mapping[str, Any]


def of(store: Store, guide: Guide) -> list[Document]:
    """Those of the version that it is at."""
    these = {"guide_id": guide["_id"], "version": guide["version"]}
    return store.guide_files.find(WHOLE_CHAIN, these, sort="language form")


def want(store: Store, guide: Guide, texts: Iterable[str]) -> None:
    """Whatever is not there is made in a moment. Twice is once."""
    store.guide_files.add_new([_wanted(guide, language, form) for language in texts for form in FORMS])


def carry_over(store: Store, was: Guide, guide: Guide, before: Texts, new: Texts) -> None:
    """Within the transaction of a new version: what is there in languages whose words are the same. What was made of them also
    says who made the words; what the school brought stays."""
    rows = store.guide_files.find(WHOLE_CHAIN, {"guide_id": was["_id"], "version": was["version"]})
    for row in rows:
        old, text = (texts.get(row["language"], {}) for texts in (before, new))
        same = old == text or (row["uploaded"] and all(old.get(name) == text.get(name) for name in _WORDS))
        if text and same and row["state"] == MADE:
            id = _id(guide, row["language"], row["form"])
            store.guide_files.add({**row, "_id": id, "version": guide["version"]})


def keep(store: Store, guide: Guide, language: str, form: str, raw: Raw) -> None:
    """The school's own file, in place of the one that is made. Raises Conflict, NotFound, Problem 413 or 415."""
    if language not in guide["titles"]:
        raise Conflict("no-text", "The guide has no text in this language", "Write it first.")
    kind = kind_of(raw.body)
    if form not in FORMS or not kind.content_type.startswith("audio/" if form == AUDIO else "application/pdf"):
        way_out = "Send sound (OGG, MP3, M4A, AMR)." if form == AUDIO else "Send a PDF."
        raise Problem("not-attachable", "This kind of file does not go here", way_out, status=415)
    content_id = new_id()
    store.keep_file(content_id, raw.body)
    to = {**_made(content_id, kind.content_type, len(raw.body)), "uploaded": True}
    store.guide_files.add_new([_wanted(guide, language, form)])
    before = store.guide_files.one(WHOLE_CHAIN, _id(guide, language, form))
    store.guide_files.change(WHOLE_CHAIN, before["_id"], to=to)
    _drop_unused(store, before["content_id"])
    log().info("guide_file_kept", guide=guide["_id"], language=language, form=form)


def make_again(store: Store, guide: Guide, language: str, form: str) -> None:
    """Instead of the school's own file one that is made from the words. Raises NotFound."""
    found = store.guide_files.first(WHOLE_CHAIN, {"_id": _id(guide, language, form)})
    if found is None:
        raise NotFound("File")
    to = {"state": WANTED, "uploaded": False, "attempts": 0, "leased_until": None, "reason": None, "content_id": None}
    store.guide_files.change(WHOLE_CHAIN, found["_id"], to=to)
    _drop_unused(store, found["content_id"])


def fetched(store: Store, guide: Guide, language: str, form: str) -> tuple[bytes, str, str]:
    """The bytes, their type, and the ending of a file's name. Raises NotFound, also while it is being made."""
    found = store.guide_files.first(WHOLE_CHAIN, {"_id": _id(guide, language, form)})
    if found is None:
        store.guide_files.add_new([_wanted(guide, language, form)])
    elif found["state"] == FAILED:
        raise NotFound("File", detail="There is none in this form: read the text.")
    if found is None or found["state"] == WANTED:
        problem = NotFound("File", slug="being-made", detail="It is being made: ask again in a moment.")
        problem.headers["Retry-After"] = "5"
        raise problem
    return store.file(found["content_id"]), found["content_type"], KINDS[found["content_type"]].ending


def claim(store: Store) -> Document | None:
    return store.guide_files.claim({"state": WANTED}, lease=LEASE, sort="asked_at")


def make(store: Store, row: Document, speaker: Speaker) -> None:
    """The worker's piece. A worker that dies leaves a file that nobody names, and the row comes again."""
    if row["attempts"] > MOST_ATTEMPTS:
        return _become(store, row, {"state": FAILED, "reason": "too_hard"})
    version = store.guide_versions.first(WHOLE_CHAIN, {"_id": f"{row['guide_id']}.{row['version']}"})
    if version is None or row["language"] not in version["texts"]:
        return _become(store, row, {"state": FAILED, "reason": "gone"})
    try:
        content, content_type = _content(store, row, version["texts"][row["language"]], speaker)
    except CannotSpeak as reason:
        return _become(store, row, {"state": FAILED, "reason": str(reason)})
    content_id = new_id()
    store.keep_file(content_id, content)
    _become(store, row, _made(content_id, content_type, len(content)), content_id)


def remove_all(store: Store, guide_id: str) -> None:
    for row in store.guide_files.find(WHOLE_CHAIN, {"guide_id": guide_id}):
        store.guide_files.remove(WHOLE_CHAIN, row["_id"])
        _drop_unused(store, row["content_id"])


def _content(store: Store, row: Document, text: Mapping[str, str], speaker: Speaker) -> tuple[bytes, str]:
    blocks = setting.told(text, row["language"])
    if row["form"] == PDF:
        return setting.pdf(store, row, text, blocks), "application/pdf"
    wav = speaker.speak(markup.as_speech(text["title"], blocks), row["language"])
    packed = opus(wav)
    if packed is None:
        raise CannotSpeak("no_encoder")
    return packed, "audio/ogg"


def _become(store: Store, row: Document, to: Mapping[str, Any], content_id: str | None = None) -> None:
    """Unless somebody brought a file meanwhile, or another worker was faster."""
    ours = {"state": WANTED, "attempts": row["attempts"]}
    if store.guide_files.change(WHOLE_CHAIN, row["_id"], to={**to, "leased_until": None}, when=ours) is None:
        if content_id:
            store.drop_file(content_id)
        return
    if to["state"] == FAILED:
        log().warning("guide_file_not_made", file=row["_id"], reason=to["reason"])


def _drop_unused(store: Store, content_id: str | None) -> None:
    if content_id and store.guide_files.first(WHOLE_CHAIN, {"content_id": content_id}) is None:
        store.drop_file(content_id)


def _id(guide: Guide, language: str, form: str) -> str:
    return f"{guide['_id']}.{guide['version']}.{language}.{form}"


def _wanted(guide: Guide, language: str, form: str) -> Document:
    return {
        "_id": _id(guide, language, form),
        "branch_id": guide["branch_id"],
        "guide_id": guide["_id"],
        "version": guide["version"],
        "language": language,
        "form": form,
        "state": WANTED,
        "reason": None,
        "uploaded": False,
        "content_id": None,
        "content_type": None,
        "size": None,
        "asked_at": now(),
        "attempts": 0,
        "leased_until": None,
    }


def _made(content_id: str, content_type: str, size: int) -> Document:
    return {"state": MADE, "reason": None, "content_id": content_id, "content_type": content_type, "size": size}
