"""What may be attached: known by its own bytes, whatever it is called."""

from dataclasses import dataclass

import filetype

from schoolbus.problems import Problem

LARGEST = 10_000_000  # bytes of anything
MOST = 5  # at one message


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
        raise Problem("too-large", "The file is too large", f"At most {kind.limit:,} bytes of {kind.content_type}.", status=413)
    return kind
