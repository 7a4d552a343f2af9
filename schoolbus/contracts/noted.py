"""What services say of accesses to children's data: the items of `X.access_noted`, which roster keeps as the audit trail."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Id, Utc


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
