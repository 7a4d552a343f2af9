"""The shapes of letters, print runs and seatings."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.notifications.paper.runs import ASKED, FAILED, PRINTED

_ID = validate.Length(1, 255)


class Waiting(Schema):
    class_id = fields.String(allow_none=True, metadata={"description": "null: children who are in no class"})
    title = fields.String()
    section = fields.String(allow_none=True)
    waiting = fields.Integer(metadata={"description": "Messages"})
    families = fields.Integer()
    oldest = fields.AwareDateTime()


class WaitingList(Schema):
    items = fields.List(fields.Nested(Waiting))


class RunDraft(Schema):
    class_id = fields.String(required=True, allow_none=True, validate=_ID)
    run_id = fields.UUID(load_default=None, allow_none=True)


class RunQuery(Schema):
    class_id = fields.String(load_default=None, validate=_ID)


class Letter(Schema):
    person_id = fields.String()
    student_id = fields.String()
    language = fields.String()
    seat = fields.Integer(allow_none=True)
    messages = fields.Function(lambda letter: len(letter["message_ids"]), metadata={"type": "integer"})


class LeftOut(Schema):
    message_id = fields.String(allow_none=True)
    reason = fields.String()


class Run(Schema):
    """`asked` is the messages in letters and those left out, always, once it is printed."""

    run_id = fields.String(attribute="_id")
    class_id = fields.String(allow_none=True)
    state = fields.String(validate=validate.OneOf((ASKED, PRINTED, FAILED)))
    reason = fields.String(allow_none=True)
    asked = fields.Integer(metadata={"description": "Messages"})
    asked_at = fields.AwareDateTime()
    asked_by = fields.String()
    printed_at = fields.AwareDateTime(allow_none=True)
    printed = fields.Function(lambda run: _printed(run), metadata={"type": "integer", "description": "Messages"})
    letters = fields.List(fields.Nested(Letter))
    left_out = fields.List(fields.Nested(LeftOut))
    handed_out = fields.List(fields.String(), metadata={"description": "The children whose letters were handed out"})


class HandedOut(Schema):
    student_ids = fields.List(fields.String(validate=_ID), load_default=None, allow_none=True, validate=validate.Length(1, 500))


class SeatingDraft(Schema):
    student_ids = fields.List(fields.String(validate=_ID), required=True, validate=validate.Length(max=500))


class Seating(SeatingDraft):
    class_id = fields.String()


def _printed(run: dict[str, Any]) -> int:
    return sum(len(letter["message_ids"]) for letter in run["letters"])
