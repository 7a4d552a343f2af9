"""Families by name, why they are not reached, and what was tried."""

from marshmallow import Schema, fields

from services.reports.engagement.schemas.numbers import Noted, Share


class Person(Schema):
    person_id = fields.String()
    name = fields.String(allow_none=True)
    name_ur = fields.String(allow_none=True)


class Child(Person):
    class_ids = fields.List(fields.String())


class _Family(Schema):
    family_id = fields.String()
    children = fields.List(fields.Nested(Child))
    guardians = fields.List(fields.Nested(Person))


class ReasonShown(Schema):
    reason = fields.String()
    text = fields.String()
    text_ur = fields.String()


class StrategyShown(Schema):
    strategy = fields.String()
    text = fields.String()
    text_ur = fields.String()


class Learning(Schema):
    student_id = fields.String()
    days = fields.Integer()
    there = fields.Integer()
    homework_set = fields.Integer()
    homework_known = fields.Integer()
    homework_done = fields.Integer()
    signed = fields.Integer()
    attendance_percent = fields.String(allow_none=True)
    homework_done_percent = fields.String(allow_none=True)
    marks_percent = fields.String(allow_none=True)


class _Counted(Schema):
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    reasons = fields.List(fields.Nested(ReasonShown))
    learning = fields.List(fields.Nested(Learning))


class FamilyRow(_Family, _Counted):
    pass


class FamilyMonth(_Counted):
    month = fields.String()


class FamilyMonths(_Family):
    months = fields.List(fields.Nested(FamilyMonth))


class Contact(Schema):
    guardian_id = fields.String()
    contact = fields.String()
    language = fields.String()
    last_read_on = fields.String(allow_none=True)
    unread_since = fields.String(allow_none=True)
    channels = fields.List(fields.String())


class TriedShown(Schema):
    strategy = fields.String()
    on = fields.Date()
    outcome = fields.String(allow_none=True)


class Unreached(_Family):
    reasons = fields.List(fields.Nested(ReasonShown))
    contacts = fields.List(fields.Nested(Contact))
    next = fields.List(fields.Nested(StrategyShown))
    tried = fields.List(fields.Nested(TriedShown))


class Step(Schema):
    step_id = fields.String(attribute="_id")
    student_ids = fields.List(fields.String())
    strategy = fields.String()
    note = fields.String(allow_none=True)
    taken_on = fields.String(metadata={"format": "date"})
    taken_by = fields.String()
    outcome = fields.String(allow_none=True)
    outcome_on = fields.String(allow_none=True, metadata={"format": "date"})
    outcome_note = fields.String(allow_none=True)
    outcome_by = fields.String(allow_none=True)
    read_on = fields.String(
        allow_none=True, metadata={"format": "date", "description": "When a guardian opened something, within 28 days after"}
    )


class StrategyCounts(StrategyShown):
    taken = fields.Integer()
    waiting = fields.Integer()
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)
    reached = fields.Nested(Share(exclude=("measure", "left_out")))
    read_after = fields.Nested(Share(exclude=("measure", "left_out")))


class Strategies(Noted):
    items = fields.List(fields.Nested(StrategyCounts))
