"""The shapes of pulls."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Utc
from schoolbus.oneroster.scopes import OF_ROSTERING, ROSTER_CORE

_URL = validate.Length(1, 500)
_SHORT = validate.Length(1, 255)


class PullDraft(Schema):
    """`base_url` ends in /ims/oneroster/rostering/v1p2. `client_secret` may be left out when it stays as it is."""

    base_url = fields.String(required=True, validate=_URL)
    token_url = fields.String(required=True, validate=_URL)
    client_id = fields.String(required=True, validate=_SHORT)
    client_secret = fields.String(load_default=None, validate=_SHORT)
    minutes = fields.Integer(load_default=60, validate=validate.Range(5, 10_080))
    scopes = fields.List(
        fields.String(validate=validate.OneOf(OF_ROSTERING)),
        load_default=[ROSTER_CORE],
        validate=validate.Length(1, len(OF_ROSTERING)),
    )


class RunQuery(Schema):
    anew = fields.Boolean(load_default=False)  # everything, not only what has changed


class Pull(Schema):
    """`state`: waiting, pulling, importing or failed, then with a `reason`. `fetched`: rows of this run by collection."""

    source = fields.String(attribute="_id")
    base_url = fields.String()
    token_url = fields.String()
    client_id = fields.String()
    minutes = fields.Integer()
    scopes = fields.List(fields.String())
    state = fields.String()
    reason = fields.String(allow_none=True)
    due_at = Utc()
    since = Utc(allow_none=True)  # what has changed from here on is fetched next; null: everything
    fetched = fields.Dict(keys=fields.String(), values=fields.Integer())
    import_id = fields.String(allow_none=True)
    done_at = Utc(allow_none=True)  # the last one that came to its end
