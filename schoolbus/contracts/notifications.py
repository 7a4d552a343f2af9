"""What notifications says."""

from marshmallow import fields

from schoolbus.events import Event


class UsageMetered(Event):
    """What a branch has used in a month so far, absolute numbers; the newest sequence of a subject is the truth. Since 1.

    `messages` and `sms_parts` that were handed to carriers, `app_messages` in the app.
    """

    type = "notifications.usage_metered"
    read_by = ("roster",)
    month = fields.String(required=True)  # 2026-11, of the branches' calendar
    used = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
