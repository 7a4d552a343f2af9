"""The HTTP shapes of reports."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.clock import today
from schoolbus.events import Id
from services.reports.card import EDITIONS
from services.reports.text import one_line, paragraphs

KINDS = ("learning", "routines", "strengths", "challenges")
MOST_STUDENTS = 1000  # of a class, in one request


class Line(fields.String):
    """One line of text with at least one visible character."""

    def __init__(self, longest: int, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(1, longest), **kwargs)

    def _deserialize(self, *args: Any, **kwargs: Any) -> str:
        return one_line(super()._deserialize(*args, **kwargs))


class Text(fields.String):
    """Some lines of text with at least one visible character."""

    def __init__(self, longest: int, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(1, longest), **kwargs)

    def _deserialize(self, *args: Any, **kwargs: Any) -> str:
        return paragraphs(super()._deserialize(*args, **kwargs))


class OwnId(fields.UUID):
    """An id made by the client, so that sending the same again is no second time. Kept as text."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> str:  # type: ignore[override]
        return str(super()._deserialize(*args, **kwargs))


class Unread(fields.List[Any]):
    """A list whose items the domain reads itself, to name all that it refuses in one answer."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return value


class Points(fields.Decimal):
    """0 to 10,000 with up to two decimals; text or a number in, text out."""

    def __init__(self, **kwargs: Any) -> None:
        shown = {"minimum": 0, "maximum": 10_000}  # as numbers: of a field that gives text, apispec would write text
        limits: list[Callable[[Any], Any]] = [validate.Range(0, 10_000), _two_decimals]
        super().__init__(as_string=True, required=True, validate=limits, metadata=shown, **kwargs)

    def _validated(self, value: Any) -> Decimal:
        if len(str(value)) > 20:  # before arithmetic on what somebody typed
            raise self.make_error("invalid")
        return super()._validated(value)


def _two_decimals(value: Decimal) -> None:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -2:
        raise ValidationError("At most two decimals.")


def _due(day: date) -> None:
    if not today() <= day <= today() + timedelta(days=366):
        raise ValidationError("From today to a year from now.")


# Homework


class HomeworkDraft(Schema):
    homework_id = OwnId()
    class_id = Id(required=True)
    title = Line(120, required=True)
    text = Text(4000, required=True)
    subject = Line(60, load_default=None, allow_none=True)
    due_on = fields.Date(required=True, validate=_due)


class Homework(Schema):
    homework_id = fields.String(attribute="_id")
    class_id = fields.String()
    class_title = fields.String()
    title = fields.String()
    text = fields.String()
    subject = fields.String(allow_none=True)
    due_on = fields.String(metadata={"format": "date"})
    teacher_id = fields.String()
    set_at = fields.DateTime()


class ClassQuery(Schema):
    class_id = Id(required=True)


# Marks


class MarkRow(Schema):
    student_id = Id(required=True)
    score = Points()
    out_of = Points()
    remark = Line(160, load_default=None, allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def check(self, row: dict[str, Any], **_: Any) -> None:
        if row["out_of"] == 0:
            raise ValidationError("Must be above 0.", "out_of")
        if row["score"] > row["out_of"]:
            raise ValidationError("More than out_of.", "score")


class MarkSheetDraft(Schema):
    class_id = Id(required=True)
    term = Line(60, required=True)
    subject = Line(60, required=True)
    marks = Unread(fields.Nested(MarkRow), required=True, validate=validate.Length(1, MOST_STUDENTS))


class MarkQuery(ClassQuery):
    term = Line(60, required=True)


class Mark(Schema):
    student_id = fields.String()
    class_id = fields.String()
    term = fields.String()
    subject = fields.String()
    score = fields.String()
    out_of = fields.String()
    remark = fields.String(allow_none=True)
    marked_at = fields.DateTime()


class MarkSheet(Schema):
    marks = fields.List(fields.Nested(Mark))


# Report cards


class RunDraft(Schema):
    run_id = OwnId()
    class_id = Id(required=True)
    term = Line(60, required=True)
    student_ids = fields.List(Id(), load_default=None, allow_none=True, validate=validate.Length(1, MOST_STUDENTS))


class Failure(Schema):
    student_id = fields.String()
    reason = fields.String()


class Run(Schema):
    """`asked` is always `issued` + `waiting` + the number of `failed`."""

    run_id = fields.String(attribute="_id")
    class_id = fields.String()
    term = fields.String()
    asked_at = fields.DateTime()
    asked = fields.Integer()
    issued = fields.Integer()
    waiting = fields.Integer()
    failed = fields.List(fields.Nested(Failure))


class ReportCardQuery(Schema):
    student_id = Id(required=True)


class ReportCard(Schema):
    report_card_id = fields.String(attribute="_id")
    student_id = fields.String()
    class_id = fields.String()
    term = fields.String()
    version = fields.Integer()
    percent = fields.String()
    grade = fields.String()
    issued_at = fields.DateTime()


class EditionQuery(Schema):
    language = fields.String(load_default="both", validate=validate.OneOf(EDITIONS))


# Home notes


class HomeNoteDraft(Schema):
    home_note_id = OwnId()
    student_id = Id(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    text = Text(2000, required=True)


class HomeNoteQuery(Schema):
    acknowledged = fields.Boolean(load_default=None)


class HomeNote(Schema):
    home_note_id = fields.String(attribute="_id")
    student_id = fields.String()
    guardian_id = fields.String()
    kind = fields.String()
    text = fields.String()
    written_at = fields.DateTime()
    acknowledged = fields.Boolean()
    acknowledged_by = fields.String(allow_none=True)
    acknowledged_at = fields.DateTime(allow_none=True)


# A child's "today", as services.reports.today writes it


class DueHomework(Schema):
    homework_id = fields.String()
    class_id = fields.String()
    class_title = fields.String()
    subject = fields.String(allow_none=True)
    title = fields.String()
    text = fields.String()
    due_on = fields.String(metadata={"format": "date"})
    set_at = fields.DateTime()


class NewReportCard(Schema):
    report_card_id = fields.String()
    term = fields.String()
    version = fields.Integer()
    issued_at = fields.DateTime()


class AcknowledgedNote(Schema):
    home_note_id = fields.String()
    guardian_id = fields.String()
    kind = fields.String()
    acknowledged_at = fields.DateTime()


class Today(Schema):
    student_id = fields.String()
    given_name = fields.String()
    family_name = fields.String()
    name_ur = fields.String(allow_none=True)
    date = fields.String(metadata={"format": "date"})
    homework = fields.List(fields.Nested(DueHomework))
    report_cards = fields.List(fields.Nested(NewReportCard))
    home_notes = fields.List(fields.Nested(AcknowledgedNote))
