"""What is asked of the engagement report, and what is noted of steps."""

from datetime import date

from marshmallow import Schema, ValidationError, fields, validate

from schoolbus.events import Id
from services.reports.engagement.chart_views import KEYS, KINDS, OF_CHAIN
from services.reports.engagement.next_steps import BY_KEY as STRATEGIES
from services.reports.engagement.next_steps import OUTCOMES
from services.reports.engagement.unreached import BY_KEY as REASONS
from services.reports.fields import OwnId, Text

LANGUAGES = ("en", "ur")
_EARLIEST, _LATEST = "2000-01", "2999-12"


def _is_month(text: str) -> None:
    try:
        fits = len(text) == 7 and date.fromisoformat(f"{text}-01").isoformat()[:7] == text
    except ValueError:
        fits = False
    if not fits or not _EARLIEST <= text <= _LATEST:
        raise ValidationError("Wants a month such as 2026-11.")


def _month() -> fields.String:
    return fields.String(load_default=None, validate=_is_month, metadata={"description": "Such as 2026-11"})


class MonthQuery(Schema):
    """Without: the month that goes on."""

    month = _month()


class SpanQuery(Schema):
    """Up to 24 months; without: six until now."""

    since = _month()
    until = _month()


def _compared() -> fields.Integer:
    described = {"description": "At most so many before, and as many after"}
    return fields.Integer(load_default=2, validate=validate.Range(2, 12), metadata=described)


_DAYS = validate.Range(date(2001, 1, 1), date(2998, 12, 31))


class ChainChartQuery(SpanQuery):
    """`measure`: of `beside` a mean. Without: `read`, or `attendance`."""

    chart = fields.String(load_default=KINDS[0], validate=validate.OneOf(OF_CHAIN))
    measure = fields.String(load_default=None, validate=validate.OneOf(KEYS))


class ChartQuery(ChainChartQuery):
    """`on`, `months`: of `before_and_after`."""

    chart = fields.String(load_default=KINDS[0], validate=validate.OneOf(KINDS))
    on = fields.Date(load_default=None, validate=_DAYS)
    months = _compared()


class _Language(Schema):
    language = fields.String(load_default="en", validate=validate.OneOf(LANGUAGES))


class DrawnQuery(ChartQuery, _Language):
    pass


class ChainDrawnQuery(ChainChartQuery, _Language):
    pass


class PaperQuery(MonthQuery, _Language):
    pass


class BeforeAfterQuery(Schema):
    on = fields.Date(required=True, validate=_DAYS)
    months = _compared()


class FamiliesQuery(MonthQuery):
    class_id = Id(load_default=None)


class UnreachedQuery(Schema):
    class_id = Id(load_default=None)
    reason = fields.String(load_default=None, validate=validate.OneOf(tuple(REASONS)))


class StepsQuery(Schema):
    family_id = Id(load_default=None)
    open = fields.Boolean(load_default=None, allow_none=True)


class StepDraft(Schema):
    """`family_id`: the id of any child of the family."""

    step_id = OwnId()
    family_id = Id(required=True)
    strategy = fields.String(required=True, validate=validate.OneOf(tuple(STRATEGIES)))
    note = Text(1000, load_default=None, allow_none=True)
    taken_on = fields.Date(load_default=None, allow_none=True)


class OutcomeDraft(Schema):
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    on = fields.Date(load_default=None, allow_none=True)
    note = Text(1000, load_default=None, allow_none=True)
