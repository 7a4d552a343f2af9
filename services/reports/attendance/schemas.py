"""The HTTP shapes of attendance."""

import re
from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates, validates_schema

from schoolbus.clock import today
from schoolbus.events import Id
from schoolbus.problems import Sentence
from services.reports.attendance.states import ABSENT, EXCUSED, LATE, LEFT_EARLY, PRESENT, STATUSES
from services.reports.fields import MOST_STUDENTS, Line, OwnId, Text, Unread

REASONS = ("ill", "family", "travel", "religious", "other")
LONGEST = 60  # days that are planned at once
DAY = {"format": "date"}
_LESSON = re.compile(r"[\w .,&/()+'’-]+")
_HOUR = validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z", error="An hour, such as 13:30.")


class WeekDay(Schema):
    weekday = fields.Integer(required=True, strict=True, validate=validate.Range(0, 6), metadata={"description": "0: Monday"})
    ends = fields.String(required=True, validate=_HOUR, metadata={"description": "HH:MM at the branch"})


class SchoolWeek(Schema):
    days = fields.List(fields.Nested(WeekDay), required=True, validate=validate.Length(1, 7))

    @validates_schema(skip_on_field_errors=True)
    def check(self, week: dict[str, Any], **_: Any) -> None:
        if len({day["weekday"] for day in week["days"]}) < len(week["days"]):
            raise ValidationError("Each day of the week once.", "days")


class LessonQuery(Schema):
    lesson = Line(40, load_default=None, metadata={"description": "Left out: the register of the whole day"})

    @validates("lesson")
    def check_lesson(self, lesson: str | None, **_: Any) -> None:
        if lesson is not None and not _LESSON.fullmatch(lesson):
            raise ValidationError("A lesson's number or name: letters, digits, spaces, and . , & / ( ) + - '")


class OneEntry(Schema):
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    minutes = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, 600),
        metadata={"description": "How late, or how much too early"},
    )
    note = Line(200, load_default=None, allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def check(self, entry: dict[str, Any], **_: Any) -> None:
        if entry["minutes"] is not None and entry["status"] not in (LATE, LEFT_EARLY):
            raise ValidationError("Of who is late or left early.", "minutes")


class EntryRow(OneEntry):
    student_id = Id(required=True)


class Correction(Schema):
    reason = Line(200, load_default=None, allow_none=True, metadata={"description": "Wanted after the day of the register"})


class RegisterDraft(Correction):
    entries = Unread(fields.Nested(EntryRow), required=True, validate=validate.Length(0, MOST_STUDENTS))
    others = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf((PRESENT, ABSENT)),
        metadata={"description": "What all are who are not named; else everybody is to be named"},
    )
    ends = fields.String(
        load_default=None, allow_none=True, validate=_HOUR, metadata={"description": "HH:MM; else when school ends that day"}
    )
    edition = fields.Integer(
        load_default=0,
        strict=True,
        validate=validate.Range(0, 1_000_000),
        metadata={"description": "Of what was seen; 0: none"},
    )


class EntryDraft(OneEntry, Correction):
    pass


class Entry(Schema):
    student_id = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))
    minutes = fields.Integer(allow_none=True)
    note = fields.String(allow_none=True)
    absence_id = fields.String(allow_none=True, metadata={"description": "Where it is more than present"})


class Register(Schema):
    register_id = fields.String(attribute="_id")
    class_id = fields.String()
    class_title = fields.String()
    held_on = fields.String(metadata=DAY)
    lesson = fields.String(allow_none=True)
    ends_at = fields.DateTime()
    edition = fields.Integer(metadata={"description": "0: it is not taken yet"})
    entries = fields.List(fields.Nested(Entry))
    taken_by = fields.String(allow_none=True)
    taken_at = fields.DateTime(allow_none=True)
    changed_by = fields.String(allow_none=True)
    changed_at = fields.DateTime(allow_none=True)


def _ours(day: date) -> None:
    if not 2000 <= day.year < 2200:
        raise ValidationError("A day of this century or the next.")


class SpanQuery(Schema):
    """Both days are in it."""

    since = fields.Date(load_default=None, validate=_ours)
    until = fields.Date(load_default=None, validate=_ours)


class RegisterQuery(SpanQuery):
    class_id = Id(required=True)


class Counts(Schema):
    students = fields.Integer()
    present = fields.Integer()
    absent = fields.Integer()
    late = fields.Integer()
    left_early = fields.Integer()
    excused = fields.Integer()


class RegisterLine(Schema):
    register_id = fields.String(attribute="_id")
    held_on = fields.String(metadata=DAY)
    lesson = fields.String(allow_none=True)
    edition = fields.Integer()
    counts = fields.Nested(Counts)
    taken_by = fields.String()
    taken_at = fields.DateTime()


class Told(Schema):
    status = fields.String()
    minutes = fields.Integer(allow_none=True)


class Difference(Schema):
    student_id = fields.String()
    before = fields.Nested(Told, allow_none=True)
    after = fields.Nested(Told)


class RegisterChange(Schema):
    edition = fields.Integer()
    changes = fields.List(fields.Nested(Difference))
    by = fields.String()
    at = fields.DateTime()
    reason = fields.String(allow_none=True)


class MissingQuery(Schema):
    on = fields.Date(load_default=None, validate=_ours, metadata={"description": "Left out: today"})


class MissingRegister(Schema):
    class_id = fields.String()
    title = fields.String()
    grade = fields.String(allow_none=True)
    students = fields.Integer()
    teacher_ids = fields.List(fields.String())


class MissingRegisters(Schema):
    on = fields.String(metadata=DAY)
    closed = fields.String(allow_none=True, metadata={"description": "Why there is no school; then none is missing"})
    taken = fields.Integer()
    missing = fields.List(fields.Nested(MissingRegister))


# Absences and their reasons


class ReasonDraft(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(REASONS))
    text = Text(500, load_default=None, allow_none=True)


class AcceptanceDraft(Schema):
    accepted = fields.Boolean(required=True)


class AbsenceQuery(SpanQuery):
    student_id = Id(load_default=None)
    class_id = Id(load_default=None)
    reason = fields.String(load_default=None, validate=validate.OneOf(("wanted", "given")))

    @validates_schema(skip_on_field_errors=True)
    def check(self, query: dict[str, Any], **_: Any) -> None:
        if query["student_id"] and query["class_id"]:
            raise ValidationError("A student or a class.", "class_id")


class AbsenceEntry(Schema):
    class_id = fields.String()
    class_title = fields.String()
    lesson = fields.String(allow_none=True)
    status = fields.String(validate=validate.OneOf((ABSENT, EXCUSED, LATE, LEFT_EARLY)))
    minutes = fields.Integer(allow_none=True)


class Absence(Schema):
    absence_id = fields.String(attribute="_id")
    student_id = fields.String()
    held_on = fields.String(metadata=DAY)
    status = fields.String(validate=validate.OneOf(STATUSES))
    entries = fields.List(fields.Nested(AbsenceEntry))
    told = fields.Boolean(metadata={"description": "Guardians were told of it, and of nothing else since"})
    edition = fields.Integer()
    reason_kind = fields.String(allow_none=True, validate=validate.OneOf(REASONS))
    reason_text = fields.String(allow_none=True, metadata={"description": "For who wrote it and the school"})
    reason_by = fields.String(allow_none=True)
    reason_at = fields.DateTime(allow_none=True)
    planned_absence_id = fields.String(allow_none=True)
    accepted = fields.Boolean(allow_none=True)
    accepted_at = fields.DateTime(allow_none=True)


def _coming(day: date) -> None:
    if not today() <= day <= today() + timedelta(days=366):
        raise ValidationError("From today to a year from now.")


class PlannedDraft(Schema):
    planned_absence_id = OwnId()
    student_id = Id(required=True)
    since = fields.Date(required=True, validate=_coming)
    until = fields.Date(required=True, validate=_coming)
    reason = fields.Nested(ReasonDraft, required=True)

    @validates_schema(skip_on_field_errors=True)
    def check(self, draft: dict[str, Any], **_: Any) -> None:
        if not draft["since"] <= draft["until"] < draft["since"] + timedelta(days=LONGEST):
            raise ValidationError(Sentence("From since on, at most %(longest)s days.", longest=LONGEST), "until")


class PlannedQuery(Schema):
    student_id = Id(required=True)


class PlannedAbsence(Schema):
    planned_absence_id = fields.String(attribute="_id")
    student_id = fields.String()
    since = fields.String(metadata=DAY)
    until = fields.String(metadata=DAY)
    reason_kind = fields.String(validate=validate.OneOf(REASONS))
    reason_text = fields.String(allow_none=True)
    said_by = fields.String()
    said_at = fields.DateTime()
    withdrawn_at = fields.DateTime(allow_none=True)


# Patterns


class Share(Schema):
    count = fields.Integer()
    of = fields.Integer()
    percent = fields.String(allow_none=True, metadata={"description": "One decimal; none of nothing"})


class Of(Schema):
    """Of so many days with a register."""

    days = fields.Integer()
    absent = fields.Nested(Share, metadata={"description": "Without an accepted reason"})
    excused = fields.Nested(Share)
    late = fields.Nested(Share)
    left_early = fields.Nested(Share)


class OfWeekday(Of):
    weekday = fields.Integer(metadata={"description": "0: Monday"})


class Streak(Schema):
    days = fields.Integer()
    since = fields.String(metadata=DAY)
    until = fields.String(metadata=DAY)


class Span(Schema):
    since = fields.String(metadata=DAY)
    until = fields.String(metadata=DAY)
    term = fields.String(allow_none=True, metadata={"description": "Where no days were asked for: the one that goes on"})


class StudentPattern(Span, Of):
    student_id = fields.String()
    minutes_late = fields.Integer()
    lessons = fields.Nested(Share, metadata={"description": "Missed, of those with a register of their own"})
    weekdays = fields.List(fields.Nested(OfWeekday))
    after_holidays = fields.Nested(Of)
    before_holidays = fields.Nested(Of)
    longest = fields.Nested(Streak, allow_none=True, metadata={"description": "Days away in a row"})
    current = fields.Nested(Streak, allow_none=True)


class OfStudent(Of):
    student_id = fields.String()
    current = fields.Nested(Streak, allow_none=True)


class OfDay(Schema):
    held_on = fields.String(metadata=DAY)
    students = fields.Integer()
    absent = fields.Nested(Share)
    excused = fields.Nested(Share)
    late = fields.Nested(Share)


class ClassPattern(Span, Of):
    class_id = fields.String()
    weekdays = fields.List(fields.Nested(OfWeekday))
    after_holidays = fields.Nested(Of)
    before_holidays = fields.Nested(Of)
    dates = fields.List(fields.Nested(OfDay))
    students = fields.List(fields.Nested(OfStudent), metadata={"description": "By name; an order of names, not a ranking"})
