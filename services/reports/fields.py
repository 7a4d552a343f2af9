"""Kinds of input that several of reports' HTTP shapes have."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from schoolbus.events import Id
from schoolbus.problems import Invalid
from services.reports.text import one_line, paragraphs

FINE = 6  # decimals of what learning platforms push, and of what stands beside it
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
    """0 to 10,000, or to `most`, with up to two decimals, or `places`; text or a number in, text out.

    A number of JSON comes as a float: with 11 digits at most its shortest text is what was sent.
    """

    def __init__(self, most: int = 10_000, *, places: int = 2, required: bool = True, **kwargs: Any) -> None:
        shown = {"minimum": 0, "maximum": most}  # as numbers: of a field that gives text, apispec would write text
        limits: list[Callable[[Any], Any]] = [validate.Range(0, most), _decimals(places)]
        super().__init__(as_string=True, required=required, validate=limits, metadata=shown, **kwargs)

    def _validated(self, value: Any) -> Decimal:
        if len(str(value)) > 20:  # before arithmetic on what somebody typed
            raise self.make_error("invalid")
        return super()._validated(value)


def _decimals(places: int) -> Callable[[Decimal], None]:
    too_many = {2: "At most two decimals.", FINE: "At most six decimals."}[places]

    def check(value: Decimal) -> None:
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -places:
            raise ValidationError(too_many)

    return check


def chosen_id(name: str, id: str) -> str:
    """One that a client chose, as the last word of a path. Raises Invalid."""
    if len(id) > 255:
        raise Invalid({name: ["Longer than maximum length 255."]})
    return id


class ClassQuery(Schema):
    class_id = Id(required=True)
