"""The HTTP shapes of home notes."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id
from schoolbus.problems import Sentence
from services.reports.fields import OwnId, Text
from services.reports.homenotes import choices
from services.reports.homenotes.choices import KINDS

MOST_CHOICES = 6
EVERY = (0, 1, 2, 4)  # weeks


class HomeNoteDraft(Schema):
    """Text, choices, a voice note, or several of these."""

    home_note_id = OwnId()
    student_id = Id(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    text = Text(2000, load_default=None, allow_none=True)
    choices = fields.List(fields.String(), load_default=list, validate=validate.Length(max=MOST_CHOICES))
    voice_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 255))
    language = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"[a-z]{2,3}\Z"),
        metadata={"description": "In which it is written or spoken, such as ur, pa, ps, sd, en"},
    )

    @validates_schema
    def _says_something(self, draft: dict[str, Any], **_: Any) -> None:
        if not draft["text"] and not draft["choices"] and draft["voice_id"] is None:
            raise ValidationError({"text": ["Say something: in words, by choices or with your voice."]})
        if len(set(draft["choices"])) < len(draft["choices"]):
            raise ValidationError({"choices": ["Each once."]})
        if strange := choices.strange(draft["kind"], draft["choices"]):
            raise ValidationError(
                {
                    "choices": [
                        Sentence("No choices of %(kind)s: %(strange)s", kind=draft["kind"], strange=", ".join(strange)[:100])
                    ]
                }
            )


class HomeNoteQuery(Schema):
    acknowledged = fields.Boolean(load_default=None)
    student_id = Id(load_default=None)


class ChoicesQuery(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))


class Choice(Schema):
    key = fields.String()
    text = fields.String()
    text_ur = fields.String()


class Choices(Schema):
    items = fields.List(fields.Nested(Choice))


class VoiceQuery(Schema):
    student_id = Id(required=True)
    client_id = Id(required=True)


class Voice(Schema):
    voice_id = fields.String(attribute="_id")
    content_type = fields.String()
    size = fields.Integer()
    seconds = fields.Float(allow_none=True, metadata={"description": "Null where the recording does not say"})


class VoiceOfNote(Voice):
    voice_id = fields.String()


class Acknowledgement(Schema):
    """The answer is for the writer."""

    may_be_left_out = True
    answer = Text(500, load_default=None, allow_none=True)


class HomeNote(Schema):
    home_note_id = fields.String(attribute="_id")
    student_id = fields.String()
    guardian_id = fields.String()
    kind = fields.String()
    text = fields.String()
    choices = fields.Function(
        lambda note: [choices.shown(key) for key in note.get("choices", ())],
        metadata={"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}},
    )
    voice = fields.Nested(VoiceOfNote, allow_none=True)
    language = fields.String(allow_none=True)
    written_at = fields.DateTime()
    acknowledged = fields.Boolean()
    acknowledged_by = fields.String(allow_none=True)
    acknowledged_at = fields.DateTime(allow_none=True)
    answer = fields.String(allow_none=True)


class Prompts(Schema):
    prompt_every = fields.Integer(
        strict=True,
        required=True,
        validate=validate.OneOf(EVERY),
        metadata={"description": "Weeks between two times that we ask; 0: never"},
    )
