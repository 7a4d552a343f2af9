"""The shapes of contacts that don't work."""

from marshmallow import Schema, fields

from services.roster.schemas import Person


class FailedContact(Schema):
    channel = fields.String()
    reason = fields.String(metadata={"description": "Such as unknown, no_number, not_on_whatsapp"})
    failed_at = fields.AwareDateTime()


class ContactToRepair(FailedContact):
    """`address` is the number or mailbox as the roster has it."""

    person = fields.Nested(Person)
    address = fields.String()
