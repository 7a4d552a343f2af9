"""The shapes of the audit trail, of exports and of erasures."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Id, Utc


class AuditQuery(Schema):
    """`student_id`: about whom; `person_id`: by whom; `since` (included) and `until` (not) in time."""

    student_id = Id(load_default=None)
    person_id = Id(load_default=None)
    since = Utc(load_default=None)
    until = Utc(load_default=None)


class ExportsQuery(Schema):
    person_id = Id(load_default=None)


class Export(Schema):
    """`state`: asked, then done, then gone. `missing`: services that did not answer within a day."""

    export_id = fields.String(attribute="_id")
    person_id = fields.String()
    state = fields.String()
    asked_at = Utc()
    done_at = Utc()
    expires_at = Utc()
    missing = fields.List(fields.String())
    path = fields.String(allow_none=True)  # where the ZIP is while it is there


class ErasureDraft(Schema):
    """`confirm`: the person's whole name, as the roster has it: nobody is erased by a wrong click."""

    reason = fields.String(required=True, validate=validate.OneOf(("request", "retention", "mistake", "order")))
    confirm = fields.String(required=True, validate=validate.Length(1, 600))


class Erasure(Schema):
    """`state`: asked, then called-off, or erasing and done. `services`: who has done it, with counts by collection."""

    erasure_id = fields.String(attribute="_id")
    person_id = fields.String()
    reason = fields.String()
    state = fields.String()
    asked_by = fields.String()
    asked_at = Utc()
    confirmed_by = fields.String()
    confirmed_at = Utc()
    done_at = Utc()
    services = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer()))


class Named(Schema):
    id = fields.String()
    name = fields.String()  # blank: no longer known


class AuditEntry(Schema):
    """A look is one entry a day (a guardian at their own child) or an hour (anybody else): `at` is the first of them."""

    entry_id = fields.String(attribute="_id")
    at = Utc()
    who = fields.Nested(Named)
    role = fields.String()
    right = fields.String()
    action = fields.String()  # read or change
    outcome = fields.String()  # allowed, refused, or failed: a change that was allowed and did not come about
    children = fields.List(fields.Nested(Named))
    class_id = fields.String(allow_none=True)
    class_title = fields.String(allow_none=True)
    correlation_id = fields.String(allow_none=True)
