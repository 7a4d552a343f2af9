"""The HTTP shapes of report cards."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Id
from services.reports.cards.card import EDITIONS
from services.reports.fields import MOST_STUDENTS, Line, OwnId


class RunDraft(Schema):
    run_id = OwnId()
    class_id = Id(required=True)
    term = Line(60, required=True)
    card_template_id = Id(load_default=None, allow_none=True)
    student_ids = fields.List(Id(), load_default=None, allow_none=True, validate=validate.Length(1, MOST_STUDENTS))
    approved = fields.Boolean(
        load_default=False,
        metadata={"description": "By the head alone: made at once, without remarks and review. Else they are drafts"},
    )
    correction = Line(
        300,
        load_default=None,
        allow_none=True,
        metadata={"description": "Why there are new versions of issued cards: of those named, or of all that are outdated"},
    )


class Failure(Schema):
    student_id = fields.String()
    reason = fields.String()


class States(Schema):
    """How many cards are in which state."""

    drafted = fields.Integer()
    reviewed = fields.Integer()
    asked = fields.Integer(metadata={"description": "Approved, and about to be made"})
    issued = fields.Integer()
    failed = fields.Integer()
    withdrawn = fields.Integer()


class Run(Schema):
    """`asked` is always `issued` + `waiting` + the number of `failed`. `edition`: of what was done with it, named by who does
    the next thing."""

    run_id = fields.String(attribute="_id")
    class_id = fields.String()
    term = fields.String()
    asked_at = fields.DateTime()
    asked = fields.Integer()
    issued = fields.Integer()
    waiting = fields.Integer()
    failed = fields.List(fields.Nested(Failure))
    states = fields.Nested(States)
    edition = fields.Integer()
    correction = fields.String(allow_none=True)


class ReportCardQuery(Schema):
    student_id = Id(required=True)


class CardFields(Schema):
    report_card_id = fields.String(attribute="_id")
    student_id = fields.String()
    class_id = fields.String()
    term = fields.String()
    version = fields.Integer()
    percent = fields.String()
    grade = fields.String()
    issued_at = fields.DateTime()


class ReportCard(CardFields):
    scheme_id = fields.String(allow_none=True)  # the grading scheme, in its edition; None: the board's
    scheme_edition = fields.Integer()
    code = fields.String(
        allow_none=True, metadata={"description": "To see at report-cards/verification/{code} that it is the school's"}
    )
    replaced_by_version = fields.Integer(allow_none=True, metadata={"description": "There is a newer version"})
    acknowledged_at = fields.DateTime(allow_none=True, metadata={"description": "By you"})


class EditionQuery(Schema):
    language = fields.String(load_default="both", validate=validate.OneOf(EDITIONS))
