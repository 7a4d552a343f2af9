"""The HTTP shapes of written meetings."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Id, Utc
from services.meetings.schemas import OfFamily, Text
from services.meetings.writing.forms import LONGEST, SIDES
from services.meetings.writing.states import STATES

_QUESTION = fields.String(validate=validate.Length(1, 60))
_ANSWER = Text(LONGEST, may_be_empty=True)


class WrittenMeetingDraft(Schema):
    """Who is left out is the caller. `meeting_day_id`: of the day on which no time fits."""

    student_id = Id(required=True)
    guardian_id = Id(load_default=None, allow_none=True)
    teacher_id = Id(load_default=None, allow_none=True)
    meeting_day_id = Id(load_default=None, allow_none=True)


class WrittenMeetingQuery(Schema):
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class Answers(Schema):
    """By the ids of the questions of one's own side."""

    answers = fields.Dict(keys=_QUESTION, values=_ANSWER, required=True, validate=validate.Length(1, 20))


class Question(Schema):
    id = fields.String()
    en = fields.String()
    ur = fields.String()


class Form(Schema):
    version = fields.Integer()
    guardian = fields.List(fields.Nested(Question))
    teacher = fields.List(fields.Nested(Question))


class GivenAnswers(Schema):
    guardian = fields.Dict(keys=fields.String(), values=fields.String())
    teacher = fields.Dict(keys=fields.String(), values=fields.String())


class WrittenMeeting(OfFamily):
    """The other side's answers are in it once both have answered, or the week is over."""

    written_meeting_id = fields.String(attribute="_id")
    meeting_day_id = fields.String(allow_none=True)
    state = fields.String(validate=validate.OneOf(STATES))
    form = fields.Nested(Form)
    answers = fields.Nested(GivenAnswers)
    answered = fields.List(fields.String(validate=validate.OneOf(SIDES)))
    asked_at = Utc()
    answer_by = Utc()
    edition = fields.Integer()
