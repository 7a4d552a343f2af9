"""The shapes of subscriptions."""

from marshmallow import Schema, fields, validate

from schoolbus.contracts.roster import SERVICES


class Subscriptions(Schema):
    services = fields.List(
        fields.String(validate=validate.OneOf(SERVICES)), required=True, validate=validate.Length(max=len(SERVICES))
    )
