"""The shapes of OneRoster's gradebook (1.2, gradebook service model): what is answered, and what is taken.

Of a record that is put, fields that Rabta has no place for (scoreScale, learningObjectiveSet, …) are passed by. `metadata` may
say what Rabta knows beyond the standard.
"""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from schoolbus.events import Id
from schoolbus.oneroster.query import as_day
from schoolbus.oneroster.schemas import Record, Reference, sets, singles
from services.reports.fields import FINE, Line, Points, Text
from services.reports.gradebook.schemas import TERM
from services.reports.gradebook.states import KINDS, STATUSES

_OPEN: dict[str, Any] = {"load_default": None, "allow_none": True}


def _to() -> fields.Nested:
    return fields.Nested(Reference)


# Answers


class OneRosterCategory(Record):
    title = fields.String()
    weight = fields.Float()


class OneRosterLineItem(Record):
    title = fields.String()
    description = fields.String()
    assignDate = fields.String()
    dueDate = fields.String()
    class_ = fields.Nested(Reference, data_key="class")
    school = _to()
    category = _to()
    gradingPeriod = _to()
    academicSession = _to()
    resultValueMin = fields.Float()
    resultValueMax = fields.Float()


class OneRosterResult(Record):
    lineItem = _to()
    student = _to()
    class_ = fields.Nested(Reference, data_key="class")
    scoreStatus = fields.String(validate=validate.OneOf(STATUSES))
    score = fields.Float()
    textScore = fields.String()
    scoreDate = fields.String(metadata={"format": "date"})
    comment = fields.String()


_RECORDS = {
    ("categories", "category"): OneRosterCategory,
    ("lineItems", "lineItem"): OneRosterLineItem,
    ("results", "result"): OneRosterResult,
}
MANY, ONE = sets(_RECORDS), singles(_RECORDS)


class SourcedIdPair(Schema):
    suppliedSourcedId = fields.String()
    allocatedSourcedId = fields.String()


class SourcedIdPairs(Schema):
    """What was put is called as it was called."""

    sourcedIdPairs = fields.List(fields.Nested(SourcedIdPair))


# What is put


class Day(fields.String):
    """A date, or a moment: of that the day on which it is at the branches."""

    def __init__(self) -> None:
        super().__init__(**_OPEN, metadata={"format": "date-time"})

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return as_day(super()._deserialize(*args, **kwargs))
        except ValueError as error:
            if isinstance(error, ValidationError):
                raise
            raise ValidationError("Wants a day like 2026-08-31, or a moment like 2026-08-31T06:00:00.000Z.") from error


class _Passing(Schema):
    """What Rabta has no place for is passed by, but for what no system calls a field."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def check_names(self, given: Any, **_: Any) -> Any:
        odd = [name for name in given if name.startswith("$")] if isinstance(given, dict) else []
        if odd:
            raise ValidationError({odd[0][:80]: ["No field begins so."]})
        return given


class _Named(_Passing):
    sourcedId = Id(required=True)


def _names(*, required: bool = False, **kwargs: Any) -> fields.Nested:
    return fields.Nested(_Named, **({"required": True} if required else _OPEN), **kwargs)


def _score(**more: Any) -> Points:
    return Points(places=FINE, required=False, **{**_OPEN, **more})


class CategoryMore(_Passing):
    """`school`: where it is to be, by a client of several; `class`: of one class alone."""

    school = Id(**_OPEN)
    class_ = Id(data_key="class", **_OPEN)


class LineItemMore(_Passing):
    """`subject`: else the class's; `term`: its title, where the calendar has none that could be named."""

    subject = Line(60, **_OPEN)
    term = Line(TERM, **_OPEN)
    kind = fields.String(validate=validate.OneOf(KINDS), **_OPEN)


class _Put(_Passing):
    sourcedId = Id(**_OPEN)  # as the path says

    @pre_load
    def without_nothing(self, given: Any, **_: Any) -> Any:
        """`"metadata": null` says no more than nothing."""
        return {name: value for name, value in given.items() if value is not None} if isinstance(given, dict) else given


class CategoryPut(_Put):
    title = Line(60, required=True)
    weight = _score()
    metadata = fields.Nested(CategoryMore, load_default=lambda: CategoryMore().load({}))


class LineItemPut(_Put):
    title = Line(120, required=True)
    description = Text(2000, **_OPEN)
    assignDate = Day()
    dueDate = Day()
    class_ = _names(required=True, data_key="class")
    school = _names()
    category = _names(required=True)
    gradingPeriod = _names()
    academicSession = _names()
    resultValueMin = _score()
    resultValueMax = _score()
    metadata = fields.Nested(LineItemMore, load_default=lambda: LineItemMore().load({}))


class ResultPut(_Put):
    lineItem = _names(required=True)
    student = _names(required=True)
    class_ = _names(data_key="class")
    scoreStatus = fields.String(required=True, validate=validate.OneOf(STATUSES))
    score = _score()
    textScore = Line(60, **_OPEN)
    scoreDate = Day()
    comment = Line(500, **_OPEN)


class CategoryBody(Schema):
    category = fields.Nested(CategoryPut, required=True)


class LineItemBody(Schema):
    lineItem = fields.Nested(LineItemPut, required=True)


class ResultBody(Schema):
    result = fields.Nested(ResultPut, required=True)
