"""The HTTP shapes of behaviour."""

from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.clock import today
from schoolbus.events import CHUNK, Id
from schoolbus.problems import Sentence
from services.reports.fields import Line, OwnId, Text

PRAISE, CONCERN = "praise", "concern"
TONES = (PRAISE, CONCERN)
OLDEST = 14  # days


class AspectDraft(Schema):
    aspect_id = OwnId()
    title = Line(60, required=True)
    title_ur = Line(60, load_default=None, allow_none=True)


class AspectChange(Schema):
    """What is not given stays."""

    title = Line(60)
    title_ur = Line(60, allow_none=True)
    active = fields.Boolean()


class Aspect(Schema):
    aspect_id = fields.String(attribute="_id")
    title = fields.String()
    title_ur = fields.String(allow_none=True)
    active = fields.Boolean()
    own = fields.Boolean(metadata={"description": "Added by the school"})


class Aspects(Schema):
    aspects = fields.List(fields.Nested(Aspect))


def _lately(day: date) -> None:
    if not today() - timedelta(days=OLDEST) <= day <= today():
        raise ValidationError(Sentence("Today or one of the %(oldest)s days before.", oldest=OLDEST))


class Words(Schema):
    """A concern says what was seen; praise may."""

    tone = fields.String(required=True, validate=validate.OneOf(TONES))
    level = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 4), metadata={"description": "How much"}
    )
    text = Text(1000, load_default=None, allow_none=True)
    text_ur = Text(1000, load_default=None, allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def check(self, note: dict[str, Any], **_: Any) -> None:
        if note["tone"] == CONCERN and not (note["text"] or note["text_ur"]):
            raise ValidationError("A concern wants a word on what was seen.", "text")


class NotesDraft(Words):
    noting_id = OwnId()
    class_id = Id(required=True)
    student_ids = fields.List(Id(), required=True, validate=validate.Length(1, CHUNK))
    aspect_id = Id(required=True)
    noted_on = fields.Date(load_default=None, validate=_lately)


class NoteChange(Words):
    edition = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1_000_000))


class NotesQuery(Schema):
    student_id = Id(load_default=None)
    class_id = Id(load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def check(self, query: dict[str, Any], **_: Any) -> None:
        if (query["student_id"] is None) == (query["class_id"] is None):
            raise ValidationError("Either a student or a class.", "student_id")


class Answering(Schema):
    """How a family answers: a conversation of its own, begun with this."""

    path = fields.String()
    student_id = fields.String()
    teacher_id = fields.String()


class Note(Schema):
    behaviour_note_id = fields.String(attribute="_id")
    student_id = fields.String()
    class_id = fields.String()
    class_title = fields.String()
    aspect_id = fields.String()
    aspect = fields.String()
    aspect_ur = fields.String(allow_none=True)
    tone = fields.String(validate=validate.OneOf(TONES))
    level = fields.Integer(allow_none=True)
    text = fields.String(allow_none=True)
    text_ur = fields.String(allow_none=True)
    noted_on = fields.String(metadata={"format": "date"})
    noted_at = fields.DateTime()
    noted_by = fields.String()
    edition = fields.Integer()
    changed_at = fields.DateTime(allow_none=True)
    withdrawn_at = fields.DateTime(allow_none=True, metadata={"description": "It was a mistake, and says nothing any more"})
    answer = fields.Nested(Answering)


class Notes(Schema):
    notes = fields.List(fields.Nested(Note))


class CourseQuery(Schema):
    student_id = Id(required=True)
    weeks = fields.Integer(load_default=8, validate=validate.Range(1, 52))


class Counts(Schema):
    praise = fields.Integer()
    concern = fields.Integer()


class OfAspect(Counts):
    aspect_id = fields.String()
    title = fields.String()
    title_ur = fields.String(allow_none=True)
    weeks = fields.List(fields.Nested(Counts), metadata={"description": "As in `weeks` above"})


class Week(Counts):
    begins_on = fields.String(metadata={"format": "date", "description": "A Monday"})


class Course(Schema):
    student_id = fields.String()
    weeks = fields.List(fields.Nested(Week), metadata={"description": "The oldest first; the last is this week"})
    aspects = fields.List(fields.Nested(OfAspect))
