"""What the HTTP shapes of meetings share."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import Schema, fields, validate

DAY = validate.Range(date(2000, 1, 1), date(2099, 12, 31))  # far from where calendars end
MOMENT = validate.Range(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
_SIGN = r"[^\x00-\x1f\x7f-\x9f]"


class Line(fields.String):
    """One line of text that says something."""

    def __init__(self, longest: int, *, required: bool = True, **more: Any) -> None:
        one_line = validate.Regexp(rf"(?=.*\S){_SIGN}+\Z", error="Wants one line of text.")
        super().__init__(required=required, validate=[validate.Length(1, longest), one_line], **more)


class Text(fields.String):
    """Some lines of text, without what surrounds them; they say something, unless they may be empty."""

    def __init__(self, longest: int, *, may_be_empty: bool = False, **more: Any) -> None:
        plain = validate.Regexp(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*\Z", error="Wants text.")
        checks: list[Callable[[Any], Any]] = [validate.Length(0 if may_be_empty else 1, longest), plain]
        super().__init__(validate=checks, **more)

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return super()._deserialize(*args, **kwargs).strip()


WAYS = {"visit": "place", "telephone": "telephone", "video": "video"}  # how to meet, and the field that says where


class Way(Schema):
    """One of the ways to meet a teacher, and where it leads: families are told the room alone, and of telephone and video with
    their booking."""

    way = fields.String()
    place = fields.String()


class HeldBy(Schema):
    state = fields.String()
    meeting_needs = fields.List(fields.String(), metadata={"description": "Of the guardian, for the staff who prepare it"})
    booking_id = fields.String()
    student_id = fields.String()
    student_name = fields.String()
    guardian_id = fields.String()
    guardian_name = fields.String()


class OfFamily(Schema):
    """What is between a family and a teacher, about a child."""

    student_id = fields.String()
    student_name = fields.String()
    guardian_id = fields.String()
    guardian_name = fields.String()
    teacher_id = fields.String()
    teacher_name = fields.String()
