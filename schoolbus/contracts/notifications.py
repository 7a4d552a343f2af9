"""What notifications says."""

from marshmallow import EXCLUDE, Schema, fields, validate

from schoolbus.contracts import noted, replayed
from schoolbus.events import Event, Id, Items, Utc

TELLS_OF_READING = ("app", "push", "whatsapp")  # channels; by any other nobody hears whether a message was opened


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


class OfChannel(Schema):
    """Messages of a month by the channel that each was on last, such as sms, whatsapp, email, voice, push, app, paper."""

    told = fields.Integer(required=True)
    delivered = fields.Integer(required=True)
    read = fields.Integer(required=True)
    failed = fields.Integer(load_default=0)


class Reach(Schema):
    """What a guardian was told in a month and branch so far, in whole numbers; of who may receive reports also where all are
    zero. A message that was delivered counts as told too, and one that was read as delivered too. One that failed counts as
    failed alone; one that waits, or was skipped, as nothing. Of a shared phone and of the day's digest each message counts by
    itself.

    `contact`: what can carry a message to them now: `works` (a carrier, or the app for who has opened something there, has a
    device or can sign in), `failing` (all their numbers and mailboxes are known to be bad), `none` (they have none, or want
    none, and no app), `paper` (they want paper first).
    """

    reach_id = Id(required=True)  # guardian:month
    guardian_id = Id(required=True)
    month = fields.String(required=True)  # 2026-11, of the branches' calendar
    version = fields.Integer(required=True, validate=validate.Range(min=1))
    told = fields.Integer(required=True)
    delivered = fields.Integer(required=True)
    read = fields.Integer(required=True)
    failed = fields.Integer(load_default=0)
    answered = fields.Integer(
        required=True
    )  # what they wrote: answers to messages (not STOP, START, HELP), and in conversations
    other_language = fields.Integer(required=True)  # of told: in another language than the one that they ask for now
    channels = fields.Dict(keys=fields.String(), values=fields.Nested(OfChannel(unknown=EXCLUDE)), required=True)
    # ISO date of the last sign of life, a reading or an answer: of messages of this month, else as was known a month before
    last_read_on = fields.String(required=True, allow_none=True)
    # ISO date of the first message since then that nobody opened, of those that went by a channel that tells of reading: the
    # app, push, WhatsApp. Whether an SMS, a mail, a call or a letter was opened nobody knows
    unread_since = fields.String(required=True, allow_none=True)
    language = fields.String(required=True)
    contact = fields.String(required=True)


class ReachCounted(Event):
    """How far messages reached these guardians: of each guardian and month the highest version is the truth. Leads to no
    message, and goes to no webhook. Since 1."""

    type = "notifications.reach_counted"
    read_by = ("reports",)
    items = Items(Reach, required=True)


class AccessNoted(noted.AccessNoted):
    """Who saw or changed what about children, of whatever branch. Since 1."""

    type = "notifications.access_noted"


class PersonExported(noted.PersonExported):
    """A part of what notifications holds of a person. Since 1."""

    type = "notifications.person_exported"


class PersonErased(noted.PersonErased):
    """Nothing of a person is left in notifications but counts. Since 1."""

    type = "notifications.person_erased"


class ReplayedToReports(replayed.Replayed):
    """What notifications has told of whom messages reached, for reports' copy. Since 1."""

    type = "notifications.replayed_to_reports"
    read_by = ("reports",)
    reach = replayed.items(Reach)


class ReplayAsked(replayed.ReplayAsked):
    """Notifications wants its copy of the roster anew. Since 1."""

    type = "notifications.replay_asked"


class ReplayDoubted(replayed.ReplayDoubted):
    """Records of the roster that notifications has and was not told. Since 1."""

    type = "notifications.replay_doubted"
