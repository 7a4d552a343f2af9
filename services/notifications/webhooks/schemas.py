"""The shapes of webhooks."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.notifications.webhooks.offered import TYPES
from services.notifications.webhooks.sending import DELIVERED, FAILED, WAITING

_STATES = validate.OneOf((WAITING, DELIVERED, FAILED))
_EVENTS = validate.Length(1, len(TYPES))
_TYPE = validate.OneOf(TYPES)


class OfferedEvent(Schema):
    type = fields.String()
    about = fields.String(metadata={"description": "What it is about: the page of its contract"})
    says = fields.String(metadata={"description": "When it is told, for who writes the program"})


class OfferedEvents(Schema):
    items = fields.List(fields.Nested(OfferedEvent))


class WebhookDraft(Schema):
    url = fields.String(required=True, validate=validate.Length(1, 2000))
    events = fields.List(fields.String(validate=_TYPE), required=True, validate=_EVENTS)
    description = fields.String(load_default="", validate=validate.Length(max=200))
    active = fields.Boolean(load_default=True)


class WebhookChange(Schema):
    """What is not there stays as it is."""

    url = fields.String(validate=validate.Length(1, 2000))
    events = fields.List(fields.String(validate=_TYPE), validate=_EVENTS)
    description = fields.String(validate=validate.Length(max=200))
    active = fields.Boolean()


class Webhook(WebhookDraft):
    webhook_id = fields.String(attribute="_id")
    created_at = fields.AwareDateTime()
    created_by = fields.String()
    failing_since = fields.AwareDateTime(allow_none=True)
    stopped_because = fields.String(allow_none=True, metadata={"description": "gone (410) or failing (for five days)"})


class WebhookWithSecret(Webhook):
    secret = fields.String(metadata={"description": "Shown this once"})


class Try(Schema):
    at = fields.AwareDateTime()
    status = fields.Integer(allow_none=True)
    outcome = fields.String()
    duration_ms = fields.Integer()


class Delivery(Schema):
    delivery_id = fields.String(attribute="_id")  # the webhook-id header
    type = fields.String()
    state = fields.String(validate=_STATES)
    tries = fields.Integer()
    status = fields.Function(lambda delivery: _last(delivery, "status"), metadata={"type": ["integer", "null"]})
    duration_ms = fields.Function(lambda delivery: _last(delivery, "duration_ms"), metadata={"type": ["integer", "null"]})
    next_try = fields.AwareDateTime(attribute="send_at", allow_none=True)
    created_at = fields.AwareDateTime()
    log = fields.List(fields.Nested(Try))  # the last 20


class DeliveryQuery(Schema):
    state = fields.String(load_default=None, validate=_STATES)


def _last(delivery: dict[str, Any], name: str) -> Any:
    return delivery["log"][-1][name] if delivery["log"] else None
