"""Identifiers: new ones, and those that come out the same each time."""

import hashlib
import uuid
from collections.abc import Callable

_RABTA = uuid.UUID("5f0a8a3e-6c0b-5b0e-9a55-0d0e6f2b7c11")
_VARIANT = {digit: f"{int(digit, 16) & 3 | 8:x}" for digit in "0123456789abcdef"}  # RFC 9562, section 4.1


def new_id() -> str:
    return str(uuid.uuid4())


def natural_id(source: str, kind: str, sourced_id: str) -> str:
    """Rabta's id of a record of another system: the same record, the same id, and never that of another source."""
    return str(uuid.uuid5(_RABTA, f"{source}\x1f{kind}\x1f{sourced_id}"))


def effect_id(cause: str, *recipient: str) -> str:
    """The id of what a cause (an event, a command) does for a recipient: a second delivery finds it already there."""
    return str(uuid.uuid5(_RABTA, "\x1f".join((cause, *recipient))))


def natural_ids(source: str, kind: str) -> Callable[[str], str]:
    """`natural_id` for many records of one kind: the same ids in a quarter of the time (uuid5 is a SHA-1 with six
    bits set, RFC 9562)."""
    start = hashlib.sha1(_RABTA.bytes + f"{source}\x1f{kind}\x1f".encode(), usedforsecurity=False)

    def natural_id(sourced_id: str) -> str:
        sha = start.copy()
        sha.update(sourced_id.encode())
        x = sha.hexdigest()
        return f"{x[:8]}-{x[8:12]}-5{x[13:16]}-{_VARIANT[x[16]]}{x[17:20]}-{x[20:32]}"

    return natural_id


def fingerprint(text: str) -> str:
    """Tells whether two texts are the same without saying them."""
    return hashlib.sha256(_RABTA.bytes + text.encode()).hexdigest()[:32]
