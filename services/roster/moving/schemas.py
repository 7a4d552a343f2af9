"""The shapes of enrolments, transfers and promotions."""

from marshmallow import Schema, fields, validate

from schoolbus.events import Id, Utc
from services.roster.fields import Change, Day, EndQuery, Kept, Line, NewId
from services.roster.moving.promotions import MOST
from services.roster.moving.transfers import STATES
from services.roster.schemas import BranchName, Person

BULK = validate.Length(1, 500)


class ClassName(Schema):
    class_id = fields.String(attribute="_id")
    title = fields.String()
    grade = fields.String(allow_none=True)
    section = fields.String(allow_none=True)


# Enrolments


class EnrollmentsQuery(Schema):
    class_id = Id(load_default=None)
    person_id = Id(load_default=None)
    ended = fields.Boolean(load_default=False, metadata={"description": "Also what is over"})


class EnrollmentDraft(Schema):
    enrollment_id = NewId()
    class_id = Id(required=True)
    person_id = Id(required=True)
    role = fields.String(load_default="student", validate=validate.OneOf(("student", "teacher")))
    begins_on = Day(load_default=None, allow_none=True)  # today when left out


class EnrollmentDrafts(Schema):
    enrollments = fields.List(fields.Nested(EnrollmentDraft), required=True, validate=BULK)


class Enrollment(Kept):
    """`ends_on` is the first day that no longer counts."""

    enrollment_id = fields.String(attribute="_id")
    class_id = fields.String()
    person_id = fields.String()
    role = fields.String()
    begins_on = Day(allow_none=True)
    ends_on = Day(allow_none=True)


class Enrollments(Schema):
    enrollments = fields.List(fields.Nested(Enrollment))


class WithdrawQuery(EndQuery):
    on = Day(load_default=None)  # the first day that no longer counts; today when left out


class Move(Change):
    class_id = Id(required=True)
    on = Day(load_default=None, allow_none=True)  # the first day in the other class; today when left out


# Transfers


class TransferDraft(Schema):
    """`at_once`, `class_id` and `on` are the operator's: else the other branch says them when it accepts."""

    transfer_id = NewId()
    student_id = Id(required=True)
    to_branch_id = Id(required=True)
    note = Line(500, load_default=None, allow_none=True)
    at_once = fields.Boolean(load_default=False)
    class_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 255))
    on = Day(load_default=None, allow_none=True)


class Acceptance(Schema):
    class_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 255))
    on = Day(load_default=None, allow_none=True)  # the first day in this branch; today when left out


class Refusal(Schema):
    reason = Line(500, load_default=None, allow_none=True)


class TransfersQuery(Schema):
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class TransferLine(Schema):
    transfer_id = fields.String(attribute="_id")
    from_branch = fields.Nested(BranchName, allow_none=True)
    to_branch = fields.Nested(BranchName, allow_none=True)
    state = fields.String()
    asked_at = Utc()
    decided_at = Utc()
    on = Day()


class Transfer(TransferLine):
    student = fields.Nested(Person, allow_none=True)
    note = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class Seat(Enrollment):
    branch = fields.Nested(BranchName, allow_none=True)
    class_ = fields.Nested(ClassName, allow_none=True, data_key="class", attribute="class")


class History(Schema):
    person_id = fields.String()
    classes = fields.List(fields.Nested(Seat))
    transfers = fields.List(fields.Nested(TransferLine))


# Promotion


class Repeater(Schema):
    student_id = Id(required=True)
    class_id = Id(required=True)


class PromotionPlan(Schema):
    """`year`: of the school year that is over. Without `to_class_id` (the highest grade) all leave who do not repeat."""

    year = fields.String(required=True, validate=validate.Regexp(r"[0-9]{4}\Z", error="Wants a year such as 2027."))
    to_class_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 255))
    repeaters = fields.List(fields.Nested(Repeater), load_default=list, validate=validate.Length(max=MOST))
    leavers = fields.List(Id(), load_default=list, validate=validate.Length(max=MOST))
    on = Day(load_default=None, allow_none=True)  # the first day in the new class; today when left out


class Promoted(Schema):
    """`outcome`: promoted, repeats or leaves."""

    student_id = fields.String()
    student = fields.Nested(Person, allow_none=True)
    outcome = fields.String()
    class_ = fields.Nested(ClassName, allow_none=True, data_key="class", attribute="class")


class Promotion(Schema):
    """`promoted_at` is None of what is only looked at."""

    promotion_id = fields.String(attribute="_id")
    class_id = fields.String()
    year = fields.String()
    on = Day()
    promoted_at = Utc(allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    students = fields.List(fields.Nested(Promoted))
