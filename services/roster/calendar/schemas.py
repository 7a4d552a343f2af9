"""The shapes of terms and holidays."""

from marshmallow import fields, validate

from schoolbus.contracts.roster import TERM_KINDS
from services.roster.fields import Change, Day, Kept, Line, NewId

_KIND = validate.OneOf(TERM_KINDS)
_YEAR = validate.Regexp(r"[0-9]{4}\Z", error="Wants the calendar year in which the school year ends, such as 2027.")


class TermChange(Change):
    title = Line()
    kind = fields.String(validate=_KIND)
    starts_on = Day()
    ends_on = Day()  # the last day
    parent_id = fields.String(allow_none=True)
    year = fields.String(validate=_YEAR)


class TermDraft(TermChange):
    class Meta:
        exclude = ("version",)

    term_id = NewId()
    title = Line(required=True)
    kind = fields.String(required=True, validate=_KIND)
    starts_on = Day(required=True)
    ends_on = Day(required=True)


class Term(Kept):
    """`branch_id` is None for the chain's, which counts in every branch."""

    term_id = fields.String(attribute="_id")
    branch_id = fields.Function(lambda term: next(iter(term["branch_id"]), None), metadata={"type": ["string", "null"]})
    title = fields.String()
    kind = fields.String()
    starts_on = Day()
    ends_on = Day()
    parent_id = fields.String(allow_none=True)
    year = fields.String(allow_none=True)


class HolidayChange(Change):
    title = Line()
    title_ur = Line(allow_none=True)
    starts_on = Day()
    ends_on = Day()  # the last day


class HolidayDraft(HolidayChange):
    """`ends_on`: the same day when left out."""

    class Meta:
        exclude = ("version",)

    holiday_id = NewId()
    title = Line(required=True)
    title_ur = Line(load_default=None, allow_none=True)
    starts_on = Day(required=True)


class Holiday(Kept):
    holiday_id = fields.String(attribute="_id")
    title = fields.String()
    title_ur = fields.String(allow_none=True)
    starts_on = Day()
    ends_on = Day()
