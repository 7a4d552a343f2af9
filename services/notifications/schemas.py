"""The shapes of notifications' HTTP interface."""

from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from schoolbus.contracts.roster import LANGUAGES
from schoolbus.problems import Sentence
from services.notifications.states import State
from services.notifications.wording.rules import PLACES

GUIDE = "guide"  # messages about it lead there without a rule of events


def not_blank(words: str) -> None:
    if not words.strip():
        raise ValidationError("Write something.")


def is_day(text: str) -> None:
    try:
        fits = len(text) == 10 and date.fromisoformat(text) >= date(2000, 1, 1)
    except ValueError:
        fits = False
    if not fits:
        raise ValidationError("Wants a day such as 2026-12-01")


def is_language(code: str) -> None:
    """Also one that has no catalogue: the words are the school's own."""
    if code not in LANGUAGES:
        raise ValidationError(Sentence("One of %(languages)s.", languages=sorted(LANGUAGES)))


class Step(Schema):
    state = fields.String(validate=validate.OneOf([state.value for state in State]))
    at = fields.AwareDateTime()
    reason = fields.String(allow_none=True)
    channel = fields.String(allow_none=True)


class AboutQuery(Schema):
    about_type = fields.String(required=True, validate=validate.OneOf(sorted((*PLACES, GUIDE))))
    about_id = fields.String(required=True, validate=validate.Length(1, 255))


class Named(Schema):
    id = fields.String()
    name = fields.String()


class Reply(Schema):
    text = fields.String()
    channel = fields.String()
    received_at = fields.AwareDateTime()


class Receipt(Schema):
    state = fields.String()
    at = fields.AwareDateTime()


class Attempt(Schema):
    """A call to a carrier: what came of it, and what the carrier said afterwards."""

    channel = fields.String()
    carrier = fields.String()
    began_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)
    outcome = fields.String(metadata={"description": "under_way, taken, refused, not_taken, unknown"})
    carrier_id = fields.String(allow_none=True, metadata={"description": "The carrier's own id of the message"})
    reason = fields.String(allow_none=True)
    receipt = fields.Nested(Receipt)


class FamilyMessage(Schema):
    """A message as those see it who sent what it is about."""

    message_id = fields.String(attribute="_id")
    about_type = fields.String()
    about_id = fields.String()
    created_at = fields.AwareDateTime()
    children = fields.List(fields.Nested(Named))
    guardian = fields.Nested(Named, allow_none=True)
    channel = fields.String(allow_none=True)
    language = fields.String(allow_none=True)
    text_version = fields.Integer(allow_none=True, metadata={"description": "Of its words; 0 is the catalogue's"})
    parts = fields.Integer(allow_none=True, metadata={"description": "How many SMS it is"})
    state = fields.String(validate=validate.OneOf([state.value for state in State]))
    reason = fields.String(allow_none=True)
    history = fields.List(fields.Nested(Step))
    attempts = fields.List(fields.Nested(Attempt))
    rides_on = fields.String(
        allow_none=True, metadata={"description": "The message that tells this one too: one phone, digest"}
    )
    answers = fields.List(fields.Nested(Reply))


class Resend(Schema):
    """A wish to send again what about a thing has reached nobody, and how far it is."""

    resend_id = fields.String(attribute="_id")
    about_type = fields.String()
    about_id = fields.String()
    state = fields.String(validate=validate.OneOf(["waiting", "done"]))
    sent = fields.Integer()
    stays = fields.Integer(metadata={"description": "Those to whom there is still no way, or of whom it is no longer so"})
    asked_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)


class Summary(Schema):
    total = fields.Integer()
    states = fields.Dict(keys=fields.String(), values=fields.Integer())


class FeedItem(Schema):
    """A message as its reader sees it; `path` is where the thing is."""

    message_id = fields.String(attribute="_id")
    branch_id = fields.String()
    student_ids = fields.List(fields.String())
    subject = fields.String()
    body = fields.String()
    about_type = fields.String()
    about_id = fields.String()
    path = fields.String()
    calendar = fields.Function(lambda message: _calendar_path(message), metadata={"type": ["string", "null"]})
    audio = fields.Function(lambda message: _audio_path(message), metadata={"type": ["string", "null"]})
    channel = fields.String(allow_none=True)
    state = fields.String()
    created_at = fields.AwareDateTime()


class Challenge(Schema):
    """What Meta asks of a new webhook address."""

    mode = fields.String(data_key="hub.mode", load_default="")
    verify_token = fields.String(data_key="hub.verify_token", load_default="")
    challenge = fields.String(data_key="hub.challenge", load_default="", validate=validate.Length(max=255))


def _calendar_path(message: dict[str, Any]) -> str | None:
    return f"/v1/feed/{message['_id']}/calendar" if message["calendar"] else None


def _audio_path(message: dict[str, Any]) -> str | None:
    return f"/v1/feed/{message['_id']}/audio" if message.get("aloud") else None
