"""The shapes of announcements, audiences and prices."""

from typing import Any

from marshmallow import Schema, fields, validate

from schoolbus.contracts.roster import LANGUAGES
from services.notifications.announcing.choosing import GUARDIAN, STAFF
from services.notifications.announcing.drafts import STATES
from services.notifications.announcing.schedule import DAYS, LAST, MONTH, MOVE, ONCE, SEND, SKIP, WEEK
from services.notifications.schemas import Attempt, Named, Step, is_day, not_blank
from services.notifications.sending.channels import CHANNELS
from services.notifications.states import State
from services.notifications.translating.marks import MADE_BY, PERSON
from services.notifications.wording.schemas import Phone

_ID = validate.Length(1, 255)
_LANGUAGE = validate.OneOf(sorted(LANGUAGES))  # also those that have no catalogue: the words are the sender's
_LINK = validate.Regexp(r"https://[^\s\x00-\x1f]{3,400}\Z", error="Wants an address that begins with https://")
_HOUR = validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z", error="Wants a time such as 08:30")
_MOST = 500


def _ids() -> Any:
    return fields.List(fields.String(validate=_ID), load_default=list, validate=validate.Length(max=_MOST))


class Words(Schema):
    subject = fields.String(required=True, validate=[validate.Length(1, 100), not_blank])
    body = fields.String(required=True, validate=[validate.Length(1, 2000), not_blank])
    made_by = fields.String(
        load_default=PERSON, validate=validate.OneOf(MADE_BY), metadata={"description": "machine: nobody has confirmed it"}
    )


def _texts(**more: Any) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(validate=_LANGUAGE), values=fields.Nested(Words), validate=validate.Length(min=1), **more
    )


class Choice(Schema):
    """Grades, sections and classes narrow each other; tags and people add to what these give."""

    grades = _ids()
    sections = _ids()
    class_ids = _ids()
    tags = _ids()
    person_ids = _ids()


class Audience(Choice):
    """Nothing named: everybody in the roles. `branch_ids`: of the chain's; none: all."""

    branch_ids = fields.List(fields.String(validate=_ID), load_default=list, validate=validate.Length(max=2500))
    roles = fields.List(
        fields.String(validate=validate.OneOf((GUARDIAN, *STAFF))),
        load_default=lambda: [GUARDIAN],
        validate=validate.Length(1, 4),
        metadata={"description": "guardian: the guardians of the students who are chosen"},
    )
    without = fields.Nested(Choice, load_default=lambda: Choice().load({}))
    audience_id = fields.String(load_default=None, allow_none=True, validate=_ID)


class Schedule(Schema):
    """Days and times of the branch. A month without the day has it on its last."""

    starts_on = fields.String(required=True, validate=is_day)
    time = fields.String(required=True, validate=_HOUR)
    every = fields.String(load_default=ONCE, validate=validate.OneOf((ONCE, WEEK, MONTH)))
    days = fields.List(fields.String(validate=validate.OneOf(DAYS)), load_default=list, validate=validate.Length(max=7))
    day = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(rf"([1-9]|[12]\d|3[01]|{LAST})\Z", error="Wants 1 to 31, or last."),
    )
    until = fields.String(load_default=None, allow_none=True, validate=is_day)
    holidays = fields.String(load_default=SEND, validate=validate.OneOf((SEND, SKIP, MOVE)))


class AnnouncementDraft(Schema):
    client_id = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 100),
        metadata={"description": "Sent again, it is the same announcement"},
    )
    texts = _texts(required=True)
    link = fields.String(load_default=None, allow_none=True, validate=_LINK)
    audience = fields.Nested(Audience, load_default=lambda: Audience().load({}))
    urgent = fields.Boolean(load_default=False)
    on_paper = fields.Boolean(load_default=True, metadata={"description": "By letter in the end, where nothing else reached"})
    schedule = fields.Nested(Schedule, load_default=None, allow_none=True)


class AnnouncementChange(Schema):
    """What is not there stays as it is."""

    texts = _texts()
    link = fields.String(allow_none=True, validate=_LINK)
    audience = fields.Nested(Audience)
    urgent = fields.Boolean()
    on_paper = fields.Boolean()
    schedule = fields.Nested(Schedule, allow_none=True)


class Correction(Schema):
    texts = _texts(required=True)
    link = fields.String(load_default=None, allow_none=True, validate=_LINK)
    tell_again = fields.Boolean(load_default=False, metadata={"description": "Also those who got the old words"})


class Counts(Schema):
    seen = fields.Integer()
    planned = fields.Integer()
    doubled = fields.Integer()
    stored = fields.Integer()
    parts = fields.Integer()
    parts_done = fields.Integer()


class Announcement(Schema):
    announcement_id = fields.String(attribute="_id")
    state = fields.String(validate=validate.OneOf(STATES))
    texts = fields.Dict(keys=fields.String(), values=fields.Nested(Words))
    link = fields.String(allow_none=True)
    audience = fields.Nested(Audience)
    urgent = fields.Boolean()
    on_paper = fields.Boolean()
    schedule = fields.Nested(Schedule, allow_none=True)
    next_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String(allow_none=True, metadata={"description": "Why it is paused, where nobody has paused it"})
    sends = fields.Integer(attribute="version")
    mending = fields.Boolean(metadata={"description": "What is queued is just being corrected or taken back"})
    written_by = fields.String()
    created_at = fields.AwareDateTime()
    counts = fields.Nested(Counts)


class StateQuery(Schema):
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class RecipientQuery(Schema):
    state = fields.String(load_default=None, validate=validate.OneOf([state.value for state in State]))
    send = fields.Integer(load_default=None, validate=validate.Range(1, 1_000_000))
    person_id = fields.String(load_default=None, validate=_ID)


class Recipient(Schema):
    message_id = fields.String(attribute="_id")
    send = fields.Integer()
    person = fields.Nested(Named)
    role = fields.String()
    children = fields.List(fields.Nested(Named))
    language = fields.String(allow_none=True)
    channel = fields.String(allow_none=True)
    parts = fields.Integer(allow_none=True)
    state = fields.String()
    reason = fields.String(allow_none=True)
    history = fields.List(fields.Nested(Step))
    attempts = fields.List(fields.Nested(Attempt))


class Reached(Schema):
    total = fields.Integer()
    states = fields.Dict(keys=fields.String(), values=fields.Integer())
    reasons = fields.Dict(keys=fields.String(), values=fields.Integer())


class Cost(Schema):
    paisa = fields.Integer()
    pkr = fields.String()
    by_channel = fields.Dict(keys=fields.String(), values=fields.Integer())


def _counts_by() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Integer())


class Preview(Schema):
    announcement_id = fields.String()
    state = fields.String(validate=validate.OneOf(("waiting", "done")))
    progress = fields.Float()
    told = fields.Integer(metadata={"description": "People, each once"})
    doubled = fields.Integer(metadata={"description": "Reached by another child, branch or record of theirs"})
    by_branch = _counts_by()
    languages = _counts_by()
    fallbacks = fields.Integer(metadata={"description": "Who would like another language than there is a text in"})
    wanted = _counts_by()
    channels = _counts_by()
    reasons = _counts_by()
    sms_parts = fields.Integer()
    cost = fields.Nested(Cost)
    limit_left = fields.Integer(allow_none=True)
    over_limit = fields.Integer()
    phones = fields.List(fields.Nested(Phone))
    asked_at = fields.AwareDateTime()


class SavedAudienceDraft(Schema):
    name = fields.String(required=True, validate=[validate.Length(1, 100), not_blank])
    audience = fields.Nested(Audience, required=True)


class SavedAudience(SavedAudienceDraft):
    audience_id = fields.String(attribute="_id")
    created_at = fields.AwareDateTime()


class TagDraft(Schema):
    class_ids = _ids()
    person_ids = fields.List(fields.String(validate=_ID), load_default=list, validate=validate.Length(max=5000))


class Tag(TagDraft):
    tag = fields.String()


class Prices(Schema):
    """Paisa for an SMS part, or for a message of another channel."""

    paisa = fields.Dict(
        keys=fields.String(validate=validate.OneOf(sorted(CHANNELS))),
        values=fields.Integer(validate=validate.Range(0, 1_000_000)),
        required=True,
    )
