"""The HTTP shapes of the engagement report."""

from datetime import date

from marshmallow import Schema, ValidationError, fields, validate

from schoolbus.events import Id
from services.reports.engagement.chart_views import KEYS, KINDS
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


def _percent() -> fields.String:
    return fields.String(allow_none=True, metadata={"description": "With one decimal; none where it is hidden, or of nobody"})


class MonthQuery(Schema):
    """Without: the month that goes on."""

    month = _month()


class SpanQuery(Schema):
    """Up to 24 months; without: six until now."""

    since = _month()
    until = _month()


class ChartQuery(SpanQuery):
    chart = fields.String(load_default=KINDS[0], validate=validate.OneOf(KINDS))
    measure = fields.String(load_default="read", validate=validate.OneOf(KEYS))


class ChainChartQuery(SpanQuery):
    chart = fields.String(load_default=KINDS[0], validate=validate.OneOf(KINDS[:2]))
    measure = fields.String(load_default="read", validate=validate.OneOf(KEYS))


class _Language(Schema):
    language = fields.String(load_default="en", validate=validate.OneOf(LANGUAGES))


class DrawnQuery(ChartQuery, _Language):
    pass


class ChainDrawnQuery(ChainChartQuery, _Language):
    pass


class PaperQuery(MonthQuery, _Language):
    pass


class BeforeAfterQuery(Schema):
    on = fields.Date(required=True, validate=validate.Range(date(2001, 1, 1), date(2998, 12, 31)))
    months = fields.Integer(
        load_default=2, validate=validate.Range(2, 12), metadata={"description": "At most so many before, and as many after"}
    )


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


class Share(Schema):
    """Families: `count` of `of`, and the 95 % interval of its percentage."""

    measure = fields.String()
    count = fields.Integer(allow_none=True)
    of = fields.Integer(allow_none=True)
    percent = _percent()
    low = _percent()
    high = _percent()
    suppressed = fields.Boolean()
    left_out = fields.Integer(metadata={"description": "Of the chain: branches whose numbers would give a small group away"})


class Mean(Schema):
    """The mean over `n` children, in percent, with its 95 % interval."""

    measure = fields.String()
    n = fields.Integer(allow_none=True)
    mean = _percent()
    low = _percent()
    high = _percent()
    suppressed = fields.Boolean()
    left_out = fields.Integer()


class Group(Schema):
    families = fields.Integer(allow_none=True)
    students = fields.Integer(allow_none=True)
    suppressed = fields.Boolean()
    measures = fields.List(fields.Nested(Share))
    means = fields.List(fields.Nested(Mean))
    sums = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(allow_none=True),
        allow_none=True,
        metadata={"description": "Messages, meetings and the like; none for what is of fewer than ten families"},
    )


class Month(Group):
    month = fields.String()
    counted_at = fields.DateTime()
    branches = fields.Integer()
    left_out = fields.Integer()


class Months(Schema):
    months = fields.List(fields.Nested(Month))


class BranchMonths(Months):
    branch_id = fields.String()


class ClassMonths(Months):
    class_id = fields.String()


class ClassGroup(Group):
    class_id = fields.String()
    title = fields.String(allow_none=True)


class Classes(Schema):
    month = fields.String()
    items = fields.List(fields.Nested(ClassGroup))


class BranchGroup(Month):
    branch_id = fields.String()
    name = fields.String()
    name_ur = fields.String(allow_none=True)


class BesideGroup(Schema):
    families = fields.Integer(allow_none=True)
    suppressed = fields.Boolean()
    means = fields.List(fields.Nested(Mean))


class BesideItem(Schema):
    kind = fields.String()
    title = fields.String()
    title_ur = fields.String()
    have = fields.Nested(BesideGroup)
    others = fields.Nested(BesideGroup)


class _Noted(Schema):
    """What it can't show, in English and Urdu."""

    note = fields.String()
    note_ur = fields.String()


class Beside(_Noted):
    month = fields.String()
    items = fields.List(fields.Nested(BesideItem))


class ShareChange(Schema):
    measure = fields.String()
    suppressed = fields.Boolean()
    before = fields.Nested(Share)
    after = fields.Nested(Share)
    both = fields.Integer(allow_none=True)
    before_only = fields.Integer(allow_none=True)
    after_only = fields.Integer(allow_none=True)
    neither = fields.Integer(allow_none=True)


class MeanChange(Schema):
    measure = fields.String()
    suppressed = fields.Boolean()
    before = fields.Nested(Mean)
    after = fields.Nested(Mean)
    difference = fields.Nested(Mean, metadata={"description": "In percentage points, child by child"})


class BeforeAfter(_Noted):
    on = fields.Date()
    class_id = fields.String(allow_none=True)
    before = fields.List(fields.String(), metadata={"description": "The months that were compared"})
    after = fields.List(fields.String(), metadata={"description": "As many"})
    families = fields.Integer(allow_none=True)
    suppressed = fields.Boolean()
    measures = fields.List(fields.Nested(ShareChange))
    means = fields.List(fields.Nested(MeanChange))


class ChartRow(Schema):
    label = fields.String()
    label_ur = fields.String()
    count = fields.Integer(allow_none=True)
    of = fields.Integer(allow_none=True)
    percent = _percent()
    low = _percent()
    high = _percent()
    suppressed = fields.Boolean()


class Chart(Schema):
    chart = fields.String()
    title = fields.String()
    title_ur = fields.String()
    rows = fields.List(fields.Nested(ChartRow))


class Person(Schema):
    person_id = fields.String()
    name = fields.String(allow_none=True)
    name_ur = fields.String(allow_none=True)


class Child(Person):
    class_ids = fields.List(fields.String())


class _Family(Schema):
    family_id = fields.String()
    children = fields.List(fields.Nested(Child))
    guardians = fields.List(fields.Nested(Person))


class ReasonShown(Schema):
    reason = fields.String()
    text = fields.String()
    text_ur = fields.String()


class StrategyShown(Schema):
    strategy = fields.String()
    text = fields.String()
    text_ur = fields.String()


class Learning(Schema):
    student_id = fields.String()
    days = fields.Integer()
    there = fields.Integer()
    homework_set = fields.Integer()
    homework_known = fields.Integer()
    homework_done = fields.Integer()
    signed = fields.Integer()
    attendance_percent = fields.String(allow_none=True)
    homework_done_percent = fields.String(allow_none=True)
    marks_percent = fields.String(allow_none=True)


class _Counted(Schema):
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    reasons = fields.List(fields.Nested(ReasonShown))
    learning = fields.List(fields.Nested(Learning))


class FamilyRow(_Family, _Counted):
    pass


class FamilyMonth(_Counted):
    month = fields.String()


class FamilyMonths(_Family):
    months = fields.List(fields.Nested(FamilyMonth))


class Contact(Schema):
    guardian_id = fields.String()
    contact = fields.String()
    language = fields.String()
    last_read_on = fields.String(allow_none=True)
    unread_since = fields.String(allow_none=True)
    channels = fields.List(fields.String())


class TriedShown(Schema):
    strategy = fields.String()
    on = fields.Date()
    outcome = fields.String(allow_none=True)


class Unreached(_Family):
    reasons = fields.List(fields.Nested(ReasonShown))
    contacts = fields.List(fields.Nested(Contact))
    next = fields.List(fields.Nested(StrategyShown))
    tried = fields.List(fields.Nested(TriedShown))


class Step(Schema):
    step_id = fields.String(attribute="_id")
    student_ids = fields.List(fields.String())
    strategy = fields.String()
    note = fields.String(allow_none=True)
    taken_on = fields.String(metadata={"format": "date"})
    taken_by = fields.String()
    outcome = fields.String(allow_none=True)
    outcome_on = fields.String(allow_none=True, metadata={"format": "date"})
    outcome_note = fields.String(allow_none=True)
    outcome_by = fields.String(allow_none=True)
    read_on = fields.String(
        allow_none=True, metadata={"format": "date", "description": "When a guardian opened something, within 28 days after"}
    )


class StrategyCounts(StrategyShown):
    taken = fields.Integer()
    waiting = fields.Integer()
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)
    reached = fields.Nested(Share(exclude=("measure", "left_out")))
    read_after = fields.Nested(Share(exclude=("measure", "left_out")))


class Strategies(_Noted):
    items = fields.List(fields.Nested(StrategyCounts))
