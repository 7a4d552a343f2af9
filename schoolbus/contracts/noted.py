"""What each service that holds data of people says to roster: who touched it, what it holds, and that it is gone."""

from typing import ClassVar

from marshmallow import Schema, fields, validate

from schoolbus.events import Event, Id, Items, Utc

ROSTER = ("roster",)


class AccessItem(Schema):
    """Who touched what about whom. A look is one item a day or an hour: its id is the same in all processes."""

    entry_id = Id(required=True)
    at = Utc(required=True)  # of a look: the first of that day or hour
    person_id = Id(required=True)
    role = fields.String(required=True)
    right = fields.String(required=True)  # its name in schoolbus.rights
    action = fields.String(required=True, validate=validate.OneOf(("read", "change")))
    branch_id = Id(required=True)
    student_ids = fields.List(Id(), required=True, validate=validate.Length(max=500))
    class_id = fields.String(required=True, allow_none=True)  # whose children, where none is named
    outcome = fields.String(required=True, validate=validate.OneOf(("allowed", "refused", "failed")))
    correlation_id = fields.String(required=True, allow_none=True)


class AccessNoted(Event):
    """Who saw or changed what about children, of whatever branch; roster keeps it as the audit trail."""

    read_by: ClassVar = ROSTER
    items = Items(AccessItem, required=True)


class PersonExported(Event):
    """A part of what a service holds of a person: documents of one collection, each as JSON."""

    read_by: ClassVar = ROSTER
    export_id = Id(required=True)
    set_id = Id(required=True)  # the parts of one answer
    part = fields.Integer(required=True)  # from 1
    parts = fields.Integer(required=True, allow_none=True)  # how many there are: in the last one
    collection = fields.String(required=True)
    documents = fields.List(fields.String(), required=True)


class PersonErased(Event):
    """Nothing of a person is left in a service but counts."""

    read_by: ClassVar = ROSTER
    erasure_id = Id(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)  # documents, by collection
