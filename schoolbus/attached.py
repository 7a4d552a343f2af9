"""What people attach: known by its own bytes, whatever it is called; kept once; never opened by a browser.

A service keeps a document for each, with `_id`, `owner_id`, `content_type`, `size`, `sha256`, `state` and `at`, and the bytes
beside them (schoolbus/files.py).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import filetype

from schoolbus.files import KeepsFiles
from schoolbus.logs import log
from schoolbus.privacy import pieces
from schoolbus.problems import Conflict, NotFound, Problem, Sentence
from schoolbus.route import Answer
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document, Documents

LARGEST = 10_000_000  # bytes of anything
MOST = 5  # at one thing
MOST_UNUSED = 20  # of one person
COMING, KEPT, ERASED = "coming", "kept", "erased"
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}
NOT_YET_THERE: Document = {"content_type": None, "size": None, "sha256": None}


@dataclass(frozen=True)
class Kind:
    content_type: str
    ending: str
    limit: int = LARGEST


KINDS = {
    kind.content_type: kind
    for kind in (
        Kind("image/jpeg", "jpg", 5_000_000),
        Kind("image/png", "png", 5_000_000),
        Kind("image/webp", "webp", 5_000_000),
        Kind("audio/ogg", "ogg"),
        Kind("audio/mpeg", "mp3"),
        Kind("audio/mp4", "m4a"),
        Kind("audio/amr", "amr"),
        Kind("application/pdf", "pdf"),
    )
}
_OGG_SOUND = (b"OpusHead", b"\x01vorbis")  # of a file that may also hold a film


def kind_of(content: bytes) -> Kind:
    """Raises Problem 415 for what is none of these, 413 for what is too large."""
    found = filetype.guess(content[:8192])
    kind = KINDS.get(found.mime) if found else None
    if kind is None or (kind.ending == "ogg" and not any(mark in content[:256] for mark in _OGG_SOUND)):
        wanted = "Pictures (JPEG, PNG, WebP), sound (OGG, MP3, M4A, AMR), PDF."
        raise Problem("not-attachable", "This kind of file can't be sent", wanted, status=415)
    if len(content) > kind.limit:
        raise Problem(
            "too-large",
            "The file is too large",
            Sentence("At most %(limit)s bytes of %(content_type)s.", limit=kind.limit, content_type=kind.content_type),
            status=413,
        )
    return kind


def known(content: bytes) -> Document:
    """What a document says of its file. Raises Problem 413 or 415."""
    kind = kind_of(content)
    return {"content_type": kind.content_type, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def keep(store: KeepsFiles, documents: Documents, scope: Scope, made: Document, content: bytes, unused: Document) -> Document:
    """The document with its file. Twice is once. `unused`: of the owner's, those that are at nothing yet.

    Raises Conflict for too many of those, or another file under this id; Problem 413 or 415.
    """
    made = {**NOT_YET_THERE, **made, **known(content), "state": COMING}
    if documents.count(scope, {**unused, "owner_id": made["owner_id"], "_id": {"$ne": made["_id"]}}) >= MOST_UNUSED:
        raise Conflict("too-many-attachments", "There are many files that you have not sent", "Send them, or wait a day.")
    documents.add_new([dict(made)])
    there = documents.one(scope, made["_id"])
    if there["sha256"] != made["sha256"]:
        raise Conflict("already-there", "This client_id is taken by another file of yours", "Send another id.")
    if there["state"] == COMING:
        store.keep_file(there["_id"], content)
        there = documents.change(scope, there["_id"], to={"state": KEPT}) or there
    return there


def shown(store: KeepsFiles, document: Document) -> Answer:
    """To be saved, not to be run."""
    id, content_type = document["_id"], document["content_type"]
    content = store.file_if_there(id)
    if content is None:  # erased at this moment
        raise NotFound("Attachment")
    named = f'attachment; filename="{file_name(document)}"'
    return Answer(content, content_type, headers={**SAFE, "Content-Disposition": named})


def file_name(document: Document) -> str:
    return f"{document['_id']}.{KINDS[document['content_type']].ending}"


def clear(store: KeepsFiles, documents: Documents, old: Mapping[str, Any]) -> set[str]:
    """What was uploaded and never sent: said first, so that nothing is sent without its file. The branches it was of."""
    branches = set()
    for each in documents.find(WHOLE_CHAIN, old, sort="at", limit=500):
        if documents.change(WHOLE_CHAIN, each["_id"], to={"state": ERASED}, when=old) is None:  # sent at this moment
            continue
        store.drop_file(each["_id"])
        documents.remove(WHOLE_CHAIN, each["_id"])
        branches.add(each["branch_id"])
        log().info("attachment_cleared", attachment=each["_id"])
    return branches


def erase(store: KeepsFiles, documents: Documents, theirs: Mapping[str, Any], **blanks: Any) -> set[str]:
    """The files of a person, or about one; their documents stay. The branches they were of."""
    found = documents.find(WHOLE_CHAIN, theirs)
    for each in found:
        store.drop_file(each["_id"])
    documents.change_all(WHOLE_CHAIN, theirs, {"state": ERASED, "sha256": None, **blanks})
    return {each["branch_id"] for each in found}


def exported(
    store: KeepsFiles, documents: Documents, name: str, person_id: str, branch_ids: Sequence[str]
) -> Iterator[tuple[str, Document]]:
    """What a person attached, as `schoolbus.privacy.export` wants it; `name`: of the collection."""
    theirs = {"owner_id": person_id, "state": KEPT, "branch_id": {"$in": list(branch_ids)}}
    for each in documents.find(WHOLE_CHAIN, theirs):
        content = store.file_if_there(each["_id"])
        if content is not None:
            yield from pieces(name, each["_id"], file_name(each), content)
