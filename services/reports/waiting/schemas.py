"""The HTTP shape of what waits."""

from marshmallow import Schema, fields

from schoolbus.waiting import Waits


class AwayToday(Schema):
    """Children of whom a register of today says so."""

    on = fields.Date()
    absent = fields.Integer()
    late = fields.Integer()


class ReportsWaiting(Schema):
    review = fields.Nested(Waits, metadata={"description": "Report card runs with cards to review"})
    approve = fields.Nested(Waits, metadata={"description": "Report card runs with cards to approve"})
    reasons = fields.Nested(Waits, metadata={"description": "Absences of which nobody has said why"})
    today = fields.Nested(AwayToday)
