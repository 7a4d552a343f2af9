"""The shapes of imports."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Utc
from services.roster.kinds import SOURCE


class ImportQuery(Schema):
    """`source`: the system that the set comes from, always by the same name; its ids are one world of their own."""

    source = fields.String(
        required=True,
        validate=[validate.Regexp(r"[a-z0-9][a-z0-9-]{0,31}\Z"), validate.NoneOf([SOURCE], error="Is Rabta's own.")],
    )


class Finding(Schema):
    file = fields.String()  # blank: the ZIP itself
    line = fields.Integer(allow_none=True)
    column = fields.String(allow_none=True)
    reason = fields.String()


class Warning(Finding):
    rows = fields.Integer()  # how many have it; `line` is the first


class Count(Schema):
    rows = fields.Integer()
    added = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    gone = fields.Integer()  # left out of the set: inactive from now on


class ImportLine(Schema):
    """`state`: received, checking, applying, then done, refused or failed. `progress` is of the state, 0 to 1."""

    import_id = fields.String(attribute="_id")
    source = fields.String()
    state = fields.String()
    progress = fields.Float()
    received_at = Utc()
    finished_at = Utc()
    problem_count = fields.Integer()


class Import(ImportLine):
    counts = fields.Dict(keys=fields.String(), values=fields.Nested(Count))  # by file
    warnings = fields.List(fields.Nested(Warning))
    problems = fields.List(fields.Nested(Finding))  # the first thousand of problem_count
