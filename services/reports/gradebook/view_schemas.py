"""The HTTP shapes of what a gradebook comes to."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Id
from services.reports.fields import ClassQuery, Line
from services.reports.gradebook.schemas import TERM, GradeCategory, LineItem, ScoredResult


class GradebookQuery(ClassQuery):
    term = Line(TERM, required=True)
    subject = Line(60, load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 100))
    after = fields.String(load_default=None)


class Column(Schema):
    line_item = fields.Nested(LineItem)
    results = fields.List(fields.Nested(ScoredResult))


class GradebookPage(Schema):
    """`items`: a page of line items; `next`: the `after` of the next page."""

    student_ids = fields.List(fields.String())
    categories = fields.List(fields.Nested(GradeCategory))
    locked = fields.Boolean()
    items = fields.List(fields.Nested(Column))
    next = fields.String(allow_none=True)


class ResultsQuery(Schema):
    student_id = Id(required=True)
    term = Line(TERM, load_default=None)


class ChildResult(Schema):
    """A result with its line item. `percent` and `grade` None: it does not count."""

    line_item_id = fields.String()
    student_id = fields.String()
    class_id = fields.String()
    subject = fields.String()
    term = fields.String()
    title = fields.String()
    description = fields.String(allow_none=True)
    kind = fields.String()
    assigned_on = fields.String(metadata={"format": "date"})
    due_on = fields.String(metadata={"format": "date"})
    published_at = fields.DateTime(allow_none=True)
    status = fields.String()
    score = fields.String(allow_none=True)
    out_of = fields.String()
    text_score = fields.String(allow_none=True)
    percent = fields.String(allow_none=True)
    grade = fields.String(allow_none=True)
    scored_on = fields.String(metadata={"format": "date"})
    comment = fields.String(allow_none=True)
    corrected_at = fields.DateTime(allow_none=True)


class Average(Schema):
    """`subject` None: of the term. `count`: of how many children."""

    subject = fields.String(allow_none=True)
    count = fields.Integer()
    mean = fields.String()
    median = fields.String()


class Averages(Schema):
    items = fields.List(fields.Nested(Average))


class TermQuery(Schema):
    term = Line(TERM, required=True)


class CountedItem(Schema):
    line_item_id = fields.String()
    percent = fields.String()
    dropped = fields.Boolean()


class SubjectPart(Schema):
    """`share`: percent of the subject that the category makes, of those that have something that counts."""

    category_id = fields.String()
    weight = fields.String()
    share = fields.String()
    percent = fields.String()
    line_items = fields.List(fields.Nested(CountedItem))


class TermSubject(Schema):
    class_id = fields.String()
    subject = fields.String()
    percent = fields.String()
    score = fields.String()
    out_of = fields.String()
    grade = fields.String()
    points = fields.String(allow_none=True)
    passed = fields.Boolean()
    remark = fields.String(allow_none=True)
    categories = fields.List(fields.Nested(SubjectPart))


class ChildTerm(Schema):
    """None for what nothing counts towards yet."""

    student_id = fields.String()
    subjects = fields.List(fields.Nested(TermSubject))
    score = fields.String()
    out_of = fields.String()
    percent = fields.String(allow_none=True)
    grade = fields.String(allow_none=True)
    passed = fields.Boolean(allow_none=True)
    gpa = fields.String(allow_none=True)
