"""Identifiers: new ones, and those that come out the same each time."""

import uuid

_RABTA = uuid.UUID("5f0a8a3e-6c0b-5b0e-9a55-0d0e6f2b7c11")


def new_id() -> str:
    return str(uuid.uuid4())


def natural_id(source: str, kind: str, sourced_id: str) -> str:
    """Rabta's id of a record of another system: the same record, the same id, and never that of another source."""
    return str(uuid.uuid5(_RABTA, f"{source}\x1f{kind}\x1f{sourced_id}"))


def effect_id(cause: str, *recipient: str) -> str:
    """The id of what a cause (an event, a command) does for a recipient: a second delivery finds it already there."""
    return str(uuid.uuid5(_RABTA, "\x1f".join((cause, *recipient))))
