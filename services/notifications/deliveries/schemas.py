"""The shapes of a day's deliveries."""

from marshmallow import Schema, fields


class DayQuery(Schema):
    """At the branches; without it, today."""

    day = fields.Date(load_default=None)


class OfChannel(Schema):
    """`channel` is None where a message found no way at all. `parts`: SMS parts of those that a carrier took."""

    channel = fields.String(allow_none=True)
    total = fields.Integer()
    states = fields.Dict(keys=fields.String(), values=fields.Integer())
    parts = fields.Integer()
    paisa = fields.Integer()


class Reason(Schema):
    channel = fields.String(allow_none=True)
    state = fields.String()  # failed or skipped
    reason = fields.String()
    count = fields.Integer()


class OfCarrier(Schema):
    """Attempts by what came of them."""

    carrier = fields.String()
    channel = fields.String()
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer())


class Waiting(Schema):
    """Queued now, whenever they were written. `due`: their time has come; `oldest_at`: since when the first of those waits."""

    channel = fields.String(allow_none=True)
    due = fields.Integer()
    later = fields.Integer()
    oldest_at = fields.AwareDateTime(allow_none=True)


class Deliveries(Schema):
    """`paisa`: what a carrier took, by its last channel and the prices of today. `carriers_of`: the newest messages of the day
    whose attempts are counted."""

    day = fields.Date()
    total = fields.Integer()
    channels = fields.List(fields.Nested(OfChannel))
    reasons = fields.List(fields.Nested(Reason))
    carriers = fields.List(fields.Nested(OfCarrier))
    carriers_of = fields.Integer()
    waiting = fields.List(fields.Nested(Waiting))
    paisa = fields.Integer()
    pkr = fields.String()
