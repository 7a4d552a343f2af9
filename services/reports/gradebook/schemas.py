"""The HTTP shapes of marks, categories, line items and their results."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id
from schoolbus.problems import Sentence
from services.reports.fields import FINE, MOST_STUDENTS, ClassQuery, Line, Points, Text, Unread
from services.reports.gradebook.states import ADJUSTMENTS, FULLY_GRADED, KINDS, SCORED, STATUSES

TERM, REASON = 60, 300  # characters
_SEEN: dict[str, Any] = {"load_default": None, "allow_none": True, "strict": True}


class Seen(fields.Integer):
    """The edition that was seen; 0: there was none. Another one by now is refused."""

    def __init__(self) -> None:
        super().__init__(validate=validate.Range(0, 2**31), **_SEEN)


class Reason(Line):
    def __init__(self) -> None:
        super().__init__(REASON, load_default=None, allow_none=True)


class Reasoned(Schema):
    reason = Line(REASON, required=True)


class ReasonQuery(Schema):
    reason = Reason()


class RemovalQuery(ReasonQuery):
    edition = fields.Integer(validate=validate.Range(0, 2**31), load_default=None)  # that was seen; another by now is refused


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
    """`reason`: of a correction, once the sheet is submitted or its term locked."""

    class_id = Id(required=True)
    term = Line(TERM, required=True)
    subject = Line(60, required=True)
    marks = Unread(fields.Nested(MarkRow), required=True, validate=validate.Length(1, MOST_STUDENTS))
    reason = Reason()


class MarkQuery(ClassQuery):
    term = Line(TERM, required=True)


class Mark(Schema):
    student_id = fields.String()
    class_id = fields.String()
    term = fields.String()
    subject = fields.String()
    score = fields.String()
    out_of = fields.String()
    remark = fields.String(attribute="comment", allow_none=True)
    marked_at = fields.DateTime()


class MarkSheet(Schema):
    marks = fields.List(fields.Nested(Mark))


# Categories


class CategoryDraft(Schema):
    """`class_id` None: of all classes of the branch. `weight`: percent, points, whatever adds up."""

    class_id = Id(required=True, allow_none=True)
    title = Line(60, required=True)
    weight = Points(places=FINE)
    drop_lowest = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 20))
    edition = Seen()


class GradeCategory(Schema):
    category_id = fields.String(attribute="_id")
    class_id = fields.String(allow_none=True)
    title = fields.String()
    weight = fields.String()
    drop_lowest = fields.Integer()
    edition = fields.Integer()
    changed_at = fields.DateTime()


# Line items


class LineItemDraft(Schema):
    """Set today, unless `assigned_on` says otherwise, and due then."""

    class_id = Id(required=True)
    subject = Line(60, required=True)
    term = Line(TERM, required=True)
    category_id = Id(required=True)
    title = Line(120, required=True)
    description = Text(2000, load_default=None, allow_none=True)
    kind = fields.String(load_default="other", validate=validate.OneOf(KINDS))
    assigned_on = fields.Date(load_default=None, allow_none=True)
    due_on = fields.Date(load_default=None, allow_none=True)
    result_min = Points(places=FINE, required=False, load_default=lambda: Decimal(0))
    result_max = Points(places=FINE)
    edition = Seen()

    @validates_schema(skip_on_field_errors=True)
    def check(self, item: dict[str, Any], **_: Any) -> None:
        if item["result_max"] <= item["result_min"]:
            raise ValidationError("Must be above result_min.", "result_max")


class LineItemsQuery(ClassQuery):
    term = Line(TERM, load_default=None)
    subject = Line(60, load_default=None)


class Adjustment(Schema):
    adjustment_id = fields.String()
    kind = fields.String()
    value = fields.String()
    reason = fields.String()
    by = fields.String()
    at = fields.DateTime()
    taken_back_at = fields.DateTime(allow_none=True)


class Step(Schema):
    state = fields.String()
    by = fields.String()
    at = fields.DateTime()
    reason = fields.String(allow_none=True)


class LineItem(Schema):
    """`state`: open, submitted, moderated; `steps`: how it came there."""

    line_item_id = fields.String(attribute="_id")
    class_id = fields.String()
    subject = fields.String()
    term = fields.String()
    term_id = fields.String(allow_none=True)
    category_id = fields.String()
    title = fields.String()
    description = fields.String(allow_none=True)
    kind = fields.String()
    assigned_on = fields.String(metadata={"format": "date"})
    due_on = fields.String(metadata={"format": "date"})
    result_min = fields.String()
    result_max = fields.String()
    state = fields.String()
    published_at = fields.DateTime(allow_none=True)
    adjustments = fields.List(fields.Nested(Adjustment))
    steps = fields.List(fields.Nested(Step))
    edition = fields.Integer()
    changed_at = fields.DateTime()


class AdjustmentDraft(Schema):
    """`add` so many points, `scale` by a factor such as 1.05, `floor`: no less than so many."""

    kind = fields.String(required=True, validate=validate.OneOf(ADJUSTMENTS))
    value = Points()
    reason = Line(REASON, required=True)


# Results


class ResultRow(Schema):
    """`out_of`: what this child's is out of, if not what the line item is. `edition`: the one that was seen."""

    student_id = Id(required=True)
    status = fields.String(load_default=FULLY_GRADED, validate=validate.OneOf(STATUSES))
    score = Points(places=FINE, required=False, load_default=None, allow_none=True)
    out_of = Points(places=FINE, required=False, load_default=None, allow_none=True)
    text_score = Line(60, load_default=None, allow_none=True)
    scored_on = fields.Date(load_default=None, allow_none=True)
    comment = Line(500, load_default=None, allow_none=True)
    edition = Seen()

    @validates_schema(skip_on_field_errors=True)
    def check(self, row: dict[str, Any], **_: Any) -> None:
        said = row["score"] is not None or row["text_score"] is not None
        if row["out_of"] == 0:
            raise ValidationError("Must be above 0.", "out_of")
        if row["status"] == FULLY_GRADED and not said:
            raise ValidationError("Wants a score, or a text_score.", "score")
        if row["status"] not in SCORED and said:
            raise ValidationError(Sentence("What is %(status)s has no score.", status=row["status"]), "score")


class ResultSheetDraft(Schema):
    """`reason`: of a correction, once the line item is submitted or its term locked."""

    results = Unread(fields.Nested(ResultRow), required=True, validate=validate.Length(1, MOST_STUDENTS))
    reason = Reason()


class ScoredResult(Schema):
    """`score` is what counts, after adjustments; `entered_score` what the teacher gave."""

    result_id = fields.String(attribute="_id")
    line_item_id = fields.String()
    student_id = fields.String()
    status = fields.String()
    score = fields.String(allow_none=True)
    entered_score = fields.String(allow_none=True)
    out_of = fields.String()
    text_score = fields.String(allow_none=True)
    scored_on = fields.String(metadata={"format": "date"})
    comment = fields.String(allow_none=True)
    edition = fields.Integer()
    entered_by = fields.String()
    marked_at = fields.DateTime()
    corrected_at = fields.DateTime(allow_none=True)


class ResultSheet(Schema):
    line_item = fields.Nested(LineItem)
    results = fields.List(fields.Nested(ScoredResult))


class Content(Schema):
    status = fields.String()
    score = fields.String(allow_none=True)
    entered_score = fields.String(allow_none=True)
    out_of = fields.String()
    text_score = fields.String(allow_none=True)
    scored_on = fields.String(metadata={"format": "date"})
    comment = fields.String(allow_none=True)


class EarlierResult(Schema):
    """`before` None: it was not there; `after` None: it is not there any more. `why`: a correction or an adjustment."""

    edition = fields.Integer()
    why = fields.String()
    before = fields.Nested(Content, allow_none=True)
    after = fields.Nested(Content, allow_none=True)
    reason = fields.String(allow_none=True)
    by = fields.String()
    at = fields.DateTime()
