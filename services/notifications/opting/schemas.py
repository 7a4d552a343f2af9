"""The shape of an opt-out."""

from marshmallow import Schema, fields, validate

from services.notifications.opting.opt_outs import CHANNELS


class OptOutDraft(Schema):
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    branch_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 255))


class OptOut(Schema):
    opt_out_id = fields.String(attribute="_id")
    branch_id = fields.Function(
        lambda row: row["branch_id"] or None, metadata={"type": ["string", "null"], "description": "null: in every branch"}
    )
    channel = fields.String(validate=validate.OneOf(CHANNELS))
    since = fields.AwareDateTime()
    how = fields.String(metadata={"description": "list_unsubscribe, stop, …"})


class OptOuts(Schema):
    items = fields.List(fields.Nested(OptOut))
