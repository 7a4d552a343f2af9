"""The HTTP shapes of permission slips."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Id, Utc
from services.meetings.activities.schemas import (
    TWO_WEEKS,
    Audience,
    AudienceDraft,
    Child,
    Guardian,
    LineOrNone,
    Prose,
    everybody,
)
from services.meetings.activities.slips.standing import ANSWERS, STANDINGS
from services.meetings.schemas import MOMENT, Line


class SlipDraft(Schema):
    """`both_guardians`: two have to say yes, where a child has two who decide; `reminders`: minutes before `answer_by`."""

    activity_id = Id(load_default=None, allow_none=True)
    title = Line(120)
    title_ur = LineOrNone(120)
    text = Prose(8000, required=True)
    text_ur = Prose(8000)
    audience = fields.Nested(AudienceDraft, load_default=everybody)
    answer_by = Utc(required=True, validate=MOMENT)
    both_guardians = fields.Boolean(load_default=False)
    reminders = fields.List(
        fields.Integer(strict=True, validate=validate.Range(10, TWO_WEEKS)),
        load_default=lambda: [24 * 60],
        validate=validate.Length(max=5),
    )
    version = fields.Integer(load_default=None, allow_none=True, strict=True)


class Consent(Schema):
    guardian_id = fields.String()
    answer = fields.String(validate=validate.OneOf(ANSWERS))
    text_version = fields.Integer()
    how = fields.String()
    note = fields.String()
    recorded_by = fields.String()
    answered_at = Utc()


class ChildAsked(Child):
    standing = fields.String(validate=validate.OneOf(STANDINGS))
    my_answer = fields.Nested(Consent, allow_none=True)


class SlipCounts(Schema):
    granted = fields.Integer()
    refused = fields.Integer()
    half = fields.Integer()
    missing = fields.Integer()


class Slip(Schema):
    """`children`: the caller's own that it is about; `counts`: of students, for those who ask, of one slip."""

    permission_slip_id = fields.String(attribute="_id")
    activity_id = fields.String(allow_none=True)
    title = fields.String()
    title_ur = fields.String(allow_none=True)
    text = fields.String()
    text_ur = fields.String()
    text_version = fields.Integer()
    audience = fields.Nested(Audience)
    answer_by = Utc()
    both_guardians = fields.Boolean()
    reminders = fields.List(fields.Integer())
    state = fields.String()
    edition = fields.Integer()
    version = fields.Integer()
    children = fields.List(fields.Nested(ChildAsked))
    counts = fields.Nested(SlipCounts, allow_none=True)


class SlipsQuery(Schema):
    activity_id = Id(load_default=None)
    open = fields.Boolean(load_default=False, metadata={"description": "Only what can still be answered"})


class AnswerDraft(Schema):
    """`text_version`: of the text that was read."""

    answer = fields.String(required=True, validate=validate.OneOf(ANSWERS))
    text_version = fields.Integer(required=True, strict=True)


class PaperAnswer(AnswerDraft):
    """`note`: where the paper is."""

    guardian_id = Id(required=True)
    note = Prose(200)


class StudentsQuery(Schema):
    standing = fields.String(load_default=None, validate=validate.OneOf(STANDINGS))


class StudentAsked(Child):
    standing = fields.String(validate=validate.OneOf(STANDINGS))
    guardians = fields.List(fields.Nested(Guardian))
    answers = fields.List(fields.Nested(Consent))
