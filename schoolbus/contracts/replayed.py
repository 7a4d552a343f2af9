"""How a reader gets its copy of the roster anew: it asks, roster tells its state in parts, and of what is doubtful it asks."""

from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from schoolbus.events import Event, Id, Items

ROSTER = ("roster",)
KINDS = ("branches", "calendars", "classes", "people", "enrollments", "relations", "machine_clients")
CHAIN = "chain"  # the branch_id of what is of no branch: machine clients, and which branches are told


class ReplayAsked(Event):
    """A reader wants its copy anew: of these branches, or of all when none is named. A newer one takes the place of an older
    one that it contains."""

    read_by: ClassVar = ROSTER
    run_id = Id(required=True)
    branch_ids = fields.List(Id(), required=True)


class ReplayDoubted(Event):
    """Records of a branch that the reader has, and that were not told, or in an older version: what are they now?"""

    read_by: ClassVar = ROSTER
    run_id = Id(required=True)
    doubt_id = Id(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
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
