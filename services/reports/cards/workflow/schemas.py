"""The HTTP shapes of what people do with report cards before and after they are issued."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.events import Id
from schoolbus.problems import Sentence
from services.reports.cards.content.remarks import KINDS, OF_SUBJECT
from services.reports.cards.schemas import CardFields
from services.reports.cards.states import STATES
from services.reports.fields import MOST_STUDENTS, Line, Text, Unread

_STATE = validate.OneOf(STATES)
LONGEST = 600  # characters of a remark
LONGEST_BESIDE_MARKS = 120  # of a subject's: a column of the table


class RunsQuery(Schema):
    class_id = Id(load_default=None)
    term = Line(60, load_default=None)
    state = fields.String(
        load_default=None, validate=_STATE, metadata={"description": "Runs with a card in this state: whose turn it is"}
    )


class RunCardsQuery(Schema):
    state = fields.String(load_default=None, validate=_STATE)


class RemarkRow(Schema):
    """A text of one's own, or one of the remarks bank. Without either: what was there goes. `subject`: of that kind alone."""

    student_id = Id(required=True)
    kind = fields.String(load_default=OF_SUBJECT, validate=validate.OneOf(KINDS))
    subject = Line(60, load_default=None, allow_none=True)
    remark_id = Id(load_default=None, allow_none=True)
    text = Text(LONGEST, load_default=None, allow_none=True)
    text_ur = Text(LONGEST, load_default=None, allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def _one_of_each(self, row: dict[str, Any], **_: Any) -> None:
        if (row["kind"] == OF_SUBJECT) != (row["subject"] is not None):
            raise ValidationError("A subject's remark names it, and no other does.", "subject")
        if row["remark_id"] and (row["text"] or row["text_ur"]):
            raise ValidationError("Either one of the bank, or a text.", "remark_id")
        longest = LONGEST_BESIDE_MARKS if row["kind"] == OF_SUBJECT else LONGEST
        for name in ("text", "text_ur"):
            if len(row[name] or "") > longest:
                raise ValidationError(Sentence("At most %(longest)s characters.", longest=longest), name)


class RemarksDraft(Schema):
    remarks = Unread(fields.Nested(RemarkRow), required=True, validate=validate.Length(1, MOST_STUDENTS))


class StepDraft(Schema):
    """`edition`: of the run, as it was seen. Without ids: all cards that can go on."""

    edition = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1_000_000))
    report_card_ids = fields.List(Id(), load_default=None, allow_none=True, validate=validate.Length(1, MOST_STUDENTS))


class ReturnDraft(StepDraft):
    reason = Line(300, required=True)


class CardRemark(Schema):
    kind = fields.String(validate=validate.OneOf(KINDS))
    subject = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    text_ur = fields.String(allow_none=True)
    by = fields.String()
    at = fields.DateTime()


class Missing(Schema):
    """A remark that nobody has written, and who teaches it."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    subject = fields.String(allow_none=True)
    teacher_ids = fields.List(fields.String())


class RunCard(Schema):
    """`percent`, `grade`: what the gradebook says now; none for who teaches the child in another class."""

    report_card_id = fields.String(attribute="_id")
    student_id = fields.String()
    state = fields.String(validate=_STATE)
    percent = fields.String(allow_none=True)
    grade = fields.String(allow_none=True)
    remarks = fields.List(fields.Nested(CardRemark))
    missing = fields.List(fields.Nested(Missing))
    changed_since_review = fields.Boolean(metadata={"description": "Its marks: it would come back at issue"})
    reviewed_by = fields.String(allow_none=True)
    reviewed_at = fields.DateTime(allow_none=True)
    approved_by = fields.String(allow_none=True)
    approved_at = fields.DateTime(allow_none=True)
    returned_reason = fields.String(allow_none=True)
    returned_by = fields.String(allow_none=True, metadata={"description": "Nobody: marks changed before it was made"})
    returned_at = fields.DateTime(allow_none=True)
    reason = fields.String(allow_none=True, metadata={"description": "Why it has failed"})
    version = fields.Integer(allow_none=True)


class Remarked(Schema):
    cards = fields.Integer(metadata={"description": "How many cards the remarks are on"})


class IssuedQuery(Schema):
    term = Line(60, required=True)
    class_id = Id(load_default=None)
    outdated = fields.Boolean(load_default=False, metadata={"description": "Those alone whose marks were changed since"})
    unacknowledged = fields.Boolean(load_default=False, metadata={"description": "Those alone that no guardian acknowledged"})


class Acknowledgement(Schema):
    by = fields.String()
    at = fields.DateTime()


class IssuedCard(CardFields):
    """The newest of a child and term, as the school sees it."""

    outdated = fields.Boolean(metadata={"description": "The gradebook says other marks: a correction is to be asked for"})
    in_work = fields.String(allow_none=True, metadata={"description": "The card that is to take its place"})
    acknowledgements = fields.List(fields.Nested(Acknowledgement))
    waiting_for = fields.List(fields.String(), metadata={"description": "Guardians who have not acknowledged it"})


class WithdrawalDraft(Schema):
    reason = Line(300, required=True)
