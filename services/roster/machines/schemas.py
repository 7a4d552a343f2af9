"""The shapes of machine clients and of their token endpoint."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Utc
from schoolbus.oneroster.scopes import SCOPES

MOST_BRANCHES = 50  # they travel in every token


class MachineDraft(Schema):
    """Either `branches` or `whole_chain`."""

    name = fields.String(required=True, validate=validate.Length(1, 100))
    branches = fields.List(
        fields.String(validate=validate.Length(1, 100)), load_default=[], validate=validate.Length(max=MOST_BRANCHES)
    )
    whole_chain = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SCOPES)), required=True, validate=validate.Length(1, len(SCOPES))
    )


class Machine(Schema):
    client_id = fields.String(attribute="_id")
    name = fields.String()
    branches = fields.List(fields.String(), attribute="branch_id")
    whole_chain = fields.Boolean()
    scopes = fields.List(fields.String())
    made_at = Utc()
    secret_made_at = Utc()


class MachineWithSecret(Machine):
    client_secret = fields.String()  # shown once: only its hash is kept


class MachineToken(Schema):
    """RFC 6749, section 5.1"""

    access_token = fields.String()
    token_type = fields.String(validate=validate.OneOf(("Bearer",)))
    expires_in = fields.Integer()
    scope = fields.String()
