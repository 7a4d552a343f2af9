"""The HTTP shapes of grading schemes and of locks."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id
from schoolbus.problems import Sentence
from services.reports.fields import Line, Points
from services.reports.gradebook.grading import HALF_UP, KINDS, MISSING, ROUNDINGS, ZERO
from services.reports.gradebook.schemas import REASON, TERM, Seen


class BandDraft(Schema):
    """`least`: the percentage from which it is given; `points`: what it counts in a grade point average."""

    letter = Line(4, required=True)
    least = Points(100)
    word = Line(60, required=True)
    word_ur = Line(60, required=True)
    points = Points(100, required=False, load_default=None, allow_none=True)


class Rounding(Schema):
    """`places`: decimals of a percentage; `how`: halves upwards, halves to the even digit, always up, always down."""

    places = fields.Integer(load_default=1, strict=True, validate=validate.Range(0, 2))
    how = fields.String(load_default=HALF_UP, validate=validate.OneOf(ROUNDINGS))


class SchemeDraft(Schema):
    """`grades`: of which it holds; none: of all that have no scheme of their own. `missing`: what counts for a child who handed
    in nothing: zero, or it is left out."""

    title = Line(60, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    bands = fields.List(fields.Nested(BandDraft), required=True, validate=validate.Length(max=20))
    grades = fields.List(Line(40), load_default=list, validate=validate.Length(max=30))
    pass_percent = Points(100)
    rounding = fields.Nested(Rounding, load_default=lambda: {"places": 1, "how": HALF_UP})
    missing = fields.String(load_default=ZERO, validate=validate.OneOf(MISSING))
    edition = Seen()

    @validates_schema(skip_on_field_errors=True)
    def check(self, scheme: dict[str, Any], **_: Any) -> None:
        bands = scheme["bands"]
        if not bands and scheme["kind"] == "percentage":
            return
        if not any(band["least"] == 0 for band in bands):
            raise ValidationError("One of them begins at 0.", "bands")
        for name in ("letter", "least"):
            if len({band[name] for band in bands}) < len(bands):
                raise ValidationError(Sentence("Two have the same %(name)s.", name=name), "bands")
        if scheme["kind"] == "gpa" and any(band["points"] is None for band in bands):
            raise ValidationError("Each wants points.", "bands")


class Band(Schema):
    letter = fields.String()
    least = fields.String()
    word = fields.String()
    word_ur = fields.String()
    points = fields.String(allow_none=True)


class SchemeContent(Schema):
    title = fields.String()
    kind = fields.String()
    bands = fields.List(fields.Nested(Band))
    grades = fields.List(fields.String())
    pass_percent = fields.String()
    rounding = fields.Nested(Rounding)
    missing = fields.String()


class Preset(SchemeContent):
    preset = fields.String()


class Presets(Schema):
    items = fields.List(fields.Nested(Preset))


class GradingScheme(SchemeContent):
    scheme_id = fields.String()
    edition = fields.Integer()
    changed_at = fields.DateTime()


class GradingSchemes(Schema):
    items = fields.List(fields.Nested(GradingScheme))


class SchemeQuery(Schema):
    edition = fields.Integer(load_default=None, validate=validate.Range(1, 2**31))


class LockDraft(Schema):
    """`class_id` None: of all classes. `reason`: required to open it."""

    term = Line(TERM, required=True)
    class_id = Id(load_default=None, allow_none=True)
    locked = fields.Boolean(required=True)
    reason = Line(REASON, load_default=None, allow_none=True)


class LocksQuery(Schema):
    term = Line(TERM, load_default=None)
    class_id = Id(load_default=None)


class LockStep(Schema):
    locked = fields.Boolean()
    reason = fields.String(allow_none=True)
    by = fields.String()
    at = fields.DateTime()


class TermLock(Schema):
    """`locked` None: a lock or an opening of all classes came after what was said of this one, and holds."""

    term = fields.String()
    class_id = fields.String(allow_none=True)
    locked = fields.Boolean(allow_none=True)
    log = fields.List(fields.Nested(LockStep))
