"""How a reader gets its copy of an owner's state anew: it asks, the owner tells its state in parts, and of what is doubtful the
reader asks. Who owns most is roster, and it is whom a reader asks where no other is named."""

from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from schoolbus.events import Event, Id, Items

ROSTER = "roster"
KINDS = ("branches", "calendars", "classes", "people", "enrollments", "relations", "machine_clients")  # roster's
CHAIN = "chain"  # the branch_id of what is of no branch: machine clients, and which branches are told


def of_kinds(*known: str) -> fields.String:
    """Of an owner's items."""
    return fields.String(required=True, validate=validate.OneOf(known))


class ReplayAsked(Event):
    """A reader wants its copy anew: of these branches, or of all when none is named. A newer one takes the place of an older
    one that it contains."""

    read_by: ClassVar = (ROSTER,)
    run_id = Id(required=True)
    branch_ids = fields.List(Id(), required=True)


class ReplayDoubted(Event):
    """Records of a branch that the reader has, and that were not told, or in an older version: what are they now?"""

    read_by: ClassVar = (ROSTER,)
    run_id = Id(required=True)
    doubt_id = Id(required=True)
    kind = of_kinds(*KINDS)
    keys = fields.List(Id(), required=True, validate=validate.Length(max=500))


class ToldBranch(Schema):
    branch_id = Id(required=True)


class Replayed(Event):
    """Records of one branch as they are, whole; up to 500 in all.

    A part of a set, which tells a branch (of `chain`: which branches there are to come): the last part says how many there are.
    Or the answer to a doubt, which also names those that do not exist.
    """

    run_id = Id(required=True)
    set_id = Id(load_default=None, allow_none=True)
    part = fields.Integer(load_default=0)  # from 1
    parts = fields.Integer(load_default=None, allow_none=True)  # how many there are: in the last one
    doubt_id = Id(load_default=None, allow_none=True)
    gone = fields.List(Id(), load_default=list)
    told_branches = Items(ToldBranch, load_default=list)


def items(item: type[Schema]) -> Items:
    return Items(item, load_default=list)


def of_branch(called: str, /, **more: fields.Field[Any]) -> type[Schema]:
    """An item that is a branch's own: its version is the sequence of its event."""
    version = fields.Integer(required=True, validate=validate.Range(min=1))
    return Schema.from_dict({"version": version, **more}, name=called)


def asked(reader: str, owner: str) -> type[Event]:
    return Event.known[f"{reader}.replay_asked{_of(owner)}.v1"]


def doubted(reader: str, owner: str) -> type[Event]:
    return Event.known[f"{reader}.replay_doubted{_of(owner)}.v1"]


def told(owner: str, reader: str) -> type[Event]:
    return Event.known[f"{owner}.replayed_to_{reader}.v1"]


def owners() -> dict[str, list[str]]:
    """Of each reader, whom it can ask: roster first."""
    pairs = (event.type.split(".replayed_to_") for event in Event.known.values() if ".replayed_to_" in event.type)
    found: dict[str, list[str]] = {}
    for owner, reader in sorted(pairs, key=lambda pair: (pair[0] != ROSTER, pair)):
        found.setdefault(reader, []).append(owner)
    return found


def _of(owner: str) -> str:
    return "" if owner == ROSTER else f"_of_{owner}"
