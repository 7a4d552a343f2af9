"""The HTTP shapes of print runs."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from schoolbus.events import Id
from services.reports.fields import Line, OwnId
from services.reports.paper.look import LANGUAGES
from services.reports.papers.schemas import PAPERS
from services.reports.printruns.asking import WANTS
from services.reports.printruns.states import CLASS, GRADE, OF, REGISTERS, STATES, WHAT


class PrintRunDraft(Schema):
    """`of` a class or a grade names it. `term`: of report cards and letters; `title`: of certificates, the newest of each
    child; `week`: any day of it; `month`: of registers, such as 2026-11. `paper`: of what is not yet set."""

    report_print_run_id = OwnId(load_default=None, allow_none=True)
    what = fields.String(required=True, validate=validate.OneOf(WHAT))
    of = fields.String(required=True, validate=validate.OneOf(OF))
    class_id = Id(load_default=None, allow_none=True)
    grade = Line(20, load_default=None, allow_none=True)
    term = Line(60, load_default=None, allow_none=True)
    title = Line(80, load_default=None, allow_none=True)
    week = fields.Date(load_default=None, allow_none=True)
    month = fields.String(load_default=None, allow_none=True, validate=validate.Length(7, 7))
    language = fields.String(load_default="both", validate=validate.OneOf(LANGUAGES))
    paper = fields.String(load_default="a4", validate=validate.OneOf(tuple(PAPERS)))
    only_paper = fields.Boolean(load_default=False)

    @post_load
    def check(self, draft: dict[str, Any], **_: Any) -> dict[str, Any]:
        wanted = {WANTS[draft["what"]], *({"class_id"} & {_named(draft["of"])}), *({"grade"} & {_named(draft["of"])})}
        for name in ("class_id", "grade", *dict.fromkeys(WANTS.values())):
            if (draft[name] is not None) != (name in wanted):
                raise ValidationError("Wanted." if name in wanted else "Not of this.", name)
        if draft["what"] == REGISTERS and draft["only_paper"]:
            raise ValidationError("Registers are for the school.", "only_paper")
        if draft["week"] is not None and not 2000 <= draft["week"].year < 2200:
            raise ValidationError("A day of a school year.", "week")
        return draft


def _named(of: str) -> str:
    return {CLASS: "class_id", GRADE: "grade"}.get(of, "")


class PrintRunQuery(Schema):
    class_id = Id(load_default=None)


class Failure(Schema):
    student_id = fields.String(allow_none=True, metadata={"description": "null: of a class's register"})
    class_id = fields.String()
    reason = fields.String()


class PrintRun(Schema):
    """`asked`: sheets, of children or of classes; once all parts are done it is `done` and the number of `failed`."""

    report_print_run_id = fields.String(attribute="_id")
    what = fields.String()
    of = fields.String()
    class_id = fields.String(allow_none=True)
    grade = fields.String(allow_none=True)
    about = fields.String(metadata={"description": "The term, title, a day of the week, or the month"})
    language = fields.String()
    only_paper = fields.Boolean()
    state = fields.String(validate=validate.OneOf(STATES))
    reason = fields.String(allow_none=True)
    asked = fields.Integer()
    done = fields.Integer()
    failed = fields.List(fields.Nested(Failure))
    parts = fields.Integer()
    parts_done = fields.Integer()
    pages = fields.Integer(allow_none=True)
    size = fields.Integer(metadata={"description": "Bytes"})
    asked_by = fields.String()
    asked_at = fields.DateTime()
    made_at = fields.DateTime(allow_none=True)
    kept_until = fields.DateTime(metadata={"description": "The file, while there is one; then the run itself"})
