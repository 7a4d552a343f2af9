"""The HTTP shape of what waits."""

from marshmallow import Schema, fields

from schoolbus.waiting import Waits


class PeopleWaiting(Schema):
    contacts = fields.Nested(Waits, metadata={"description": "Numbers and mailboxes that don't work"})
    matches = fields.Nested(
        Waits,
        metadata={"description": "Pairs of guardians who may be one person; `more` when not all records were looked at"},
    )
    transfers = fields.Nested(Waits, metadata={"description": "Asked by other branches, and not answered"})
