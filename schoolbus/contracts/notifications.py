"""What notifications says."""

from marshmallow import fields

from schoolbus.contracts import noted
from schoolbus.events import Event, Id, Utc


class UsageMetered(Event):
    """What a branch has used in a month so far, absolute numbers; the newest sequence of a subject is the truth. Since 1.

    `messages` and `sms_parts` that were handed to carriers, `app_messages` in the app.
    """

    type = "notifications.usage_metered"
    read_by = ("roster",)
    month = fields.String(required=True)  # 2026-11, of the branches' calendar
    used = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ContactFailed(Event):
    """A carrier says of somebody's number or mailbox that it is bad. `address_hash` is its schoolbus.ids.fingerprint. Since
    1."""

    type = "notifications.contact_failed"
    read_by = ("roster", "reports")
    person_id = Id(required=True)
    channel = fields.String(required=True)
    address_hash = fields.String(required=True)
    reason = fields.String(required=True)  # such as unknown, no_number, not_on_whatsapp
    failed_at = Utc(required=True)


class AccessNoted(noted.AccessNoted):
    """Who saw or changed what about children, of whatever branch. Since 1."""

    type = "notifications.access_noted"


class PersonExported(noted.PersonExported):
    """A part of what notifications holds of a person. Since 1."""

    type = "notifications.person_exported"


class PersonErased(noted.PersonErased):
    """Nothing of a person is left in notifications but counts. Since 1."""

    type = "notifications.person_erased"
