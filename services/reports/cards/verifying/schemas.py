"""The HTTP shape of what a third party learns of a card."""

from marshmallow import Schema, fields, validate

from schoolbus.clock import BRANCH_ZONE
from services.reports.cards.verifying.looking_up import SAID


class Fingerprints(Schema):
    """SHA-256 of each file of the card, hexadecimal: in English, in Urdu, in both."""

    en = fields.String()
    ur = fields.String()
    both = fields.String()


class Verification(Schema):
    code = fields.String()
    school = fields.String()
    school_ur = fields.String(allow_none=True)
    term = fields.String()
    version = fields.Integer()
    issued_on = fields.Function(
        lambda card: card["issued_at"].astimezone(BRANCH_ZONE).date().isoformat(), metadata={"type": "string", "format": "date"}
    )
    state = fields.String(validate=validate.OneOf(SAID))
    replaced_by_version = fields.Integer(allow_none=True)
    sha256 = fields.Nested(Fingerprints)
