"""The shape of what is spoken on demand."""

from marshmallow import Schema, fields, validate

from services.notifications.speaking.aloud import LONGEST


class SpokenText(Schema):
    text = fields.String(required=True, validate=[validate.Length(1, LONGEST), validate.Regexp(r"(?s).*\w")])
    language = fields.String(required=True, validate=validate.Length(2, 20))
