"""Numbers of groups of families: nobody is named in them."""

from marshmallow import Schema, fields


def _percent() -> fields.String:
    return fields.String(allow_none=True, metadata={"description": "With one decimal; none where it is hidden, or of nobody"})


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


class Noted(Schema):
    """What it can't show, in English and Urdu."""

    note = fields.String()
    note_ur = fields.String()


class Beside(Noted):
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


class BeforeAfter(Noted):
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
    note = fields.String(allow_none=True, metadata={"description": "What it can't show"})
    note_ur = fields.String(allow_none=True)
