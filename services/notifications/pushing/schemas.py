"""The shapes of devices: a browser's PushSubscription, with a name for people."""

from marshmallow import Schema, fields, validate

_KEY = validate.Length(1, 200)


class Keys(Schema):
    p256dh = fields.String(required=True, validate=_KEY)
    auth = fields.String(required=True, validate=_KEY)


class DeviceDraft(Schema):
    endpoint = fields.String(required=True, validate=validate.Length(1, 2000))
    keys = fields.Nested(Keys, required=True)
    name = fields.String(load_default="", validate=validate.Length(max=100))


class Device(Schema):
    device_id = fields.String(attribute="_id")
    name = fields.String()
    created_at = fields.AwareDateTime()


class Devices(Schema):
    items = fields.List(fields.Nested(Device))


class PushKey(Schema):
    public_key = fields.String(allow_none=True, metadata={"description": "applicationServerKey; null: none here"})
