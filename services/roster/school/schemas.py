"""The shapes of schools and people."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schoolbus.contracts.roster import CHANNELS, LANGUAGES, ROLES
from schoolbus.events import Id
from services.roster.contacts.schemas import FailedContact
from services.roster.fields import Change, Day, EndQuery, Ids, Kept, Line, NewId
from services.roster.schemas import BranchName, Person

BULK = validate.Length(1, 500)


class Member(Person, Kept):
    """Somebody of a branch, for its office. `roles` holds those of the roster and those granted."""

    roles = fields.List(fields.String())
    granted_roles = fields.List(fields.String())
    may_sign_in = fields.Boolean()
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    language = fields.String()
    channels = fields.List(fields.String())
    username = fields.String(allow_none=True)


class PeopleQuery(Schema):
    role = fields.String(load_default=None, validate=validate.OneOf(ROLES))
    name = fields.String(load_default=None, validate=validate.Length(1, 100))


class Branch(BranchName, Kept):
    services = fields.List(fields.String())


class MyBranch(BranchName):
    roles = fields.List(fields.String())


class ClassLine(Schema):
    class_id = fields.String(attribute="_id")
    title = fields.String()
    grade = fields.String(allow_none=True)
    subject = fields.String(allow_none=True)
    homeroom = fields.Boolean()


class ClassRecord(ClassLine, Kept):
    section = fields.String(allow_none=True)
    subject_id = fields.String(allow_none=True)
    capacity = fields.Integer(allow_none=True)  # students
    location = fields.String(allow_none=True)
    term_ids = fields.List(fields.String())


class Class(ClassRecord):
    teachers = fields.List(fields.Nested(Person))
    students = fields.List(fields.Nested(Person))


class MyClass(ClassLine):
    branch = fields.Nested(BranchName, allow_none=True)


class Child(Person):
    branch = fields.Nested(BranchName, allow_none=True)
    classes = fields.List(fields.Nested(ClassLine))


class Me(Schema):
    person = fields.Nested(Person)
    operator = fields.Boolean()
    branches = fields.List(fields.Nested(MyBranch))
    children = fields.List(fields.Nested(Child))  # of a guardian, once for each branch a child is in
    classes = fields.List(fields.Nested(MyClass))  # of a teacher


# Kept by hand: what is written


class BranchQuery(Schema):
    """By a part of their name, or those that are named."""

    name = Line(load_default=None, longest=100)
    branch_ids = Ids(load_default=None)


class NameChange(Change):
    name = Line()
    name_ur = Line(allow_none=True)


class NameDraft(Schema):
    name = Line(required=True)
    name_ur = Line(load_default=None, allow_none=True)


class BranchDraft(NameDraft):
    branch_id = NewId()


class SubjectDraft(NameDraft):
    subject_id = NewId()


class Subject(Kept):
    subject_id = fields.String(attribute="_id")
    name = fields.String()
    name_ur = fields.String(allow_none=True)


class ClassChange(Change):
    title = Line()
    grade = Line(40, allow_none=True)
    section = Line(40, allow_none=True)
    subject_id = fields.String(allow_none=True, validate=validate.Length(1, 255))  # one of the branch's subjects
    homeroom = fields.Boolean()
    capacity = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 5000))
    location = Line(allow_none=True)
    term_ids = fields.List(Id(), validate=validate.Length(max=50))


class ClassDraft(ClassChange):
    class Meta:
        exclude = ("version",)

    class_id = NewId()
    title = Line(required=True)


class ClassEndQuery(EndQuery):
    """What becomes of its students: another class, or none. `on`: the first day that no longer counts, not one to come."""

    move_to = Id(load_default=None)
    withdraw = fields.Boolean(load_default=False)
    on = Day(load_default=None)


class Particulars(Change):
    """What is known of a person."""

    given_name = Line()
    family_name = Line(shortest=0)  # many people have one name
    name_ur = Line(allow_none=True)  # the whole name in Urdu script
    given_name_ur = Line(allow_none=True)
    phone = Line(40, allow_none=True)  # as people write it; kept as E.164
    email = fields.Email(allow_none=True, validate=validate.Length(max=255))
    language = fields.String(validate=validate.OneOf(LANGUAGES))
    channels = fields.List(fields.String(validate=validate.OneOf(CHANNELS)), validate=validate.Length(1, len(CHANNELS)))
    username = Line(allow_none=True)
    may_sign_in = fields.Boolean()


def _roles(**more: Any) -> fields.List[Any]:
    role = fields.String(validate=validate.OneOf(("student", "guardian", "teacher", "office", "head")))
    return fields.List(role, validate=validate.Length(1, 5), **more)


class Newcomer(Particulars):
    class Meta:
        exclude = ("version",)

    person_id = NewId()
    given_name = Line(required=True)


class PersonDraft(Newcomer):
    roles = _roles(required=True)


class PersonChange(Particulars):
    roles = _roles()  # all those in the branch from now on, without those granted


class Return(Change):
    roles = _roles(required=True)


class PeopleDrafts(Schema):
    people = fields.List(fields.Nested(PersonDraft), required=True, validate=BULK)


class Members(Schema):
    people = fields.List(fields.Nested(Member))


class Grant(Change):
    """All that are granted in the branch from now on; an empty list takes them away."""

    roles = fields.List(
        fields.String(validate=validate.OneOf(("pta_officer", "teacher", "office", "head"))),
        required=True,
        validate=validate.Length(max=4),
    )


class RelationChange(Change):
    may_receive_reports = fields.Boolean()
    may_book = fields.Boolean()
    may_collect = fields.Boolean()


class GuardianDraft(Schema):
    """Somebody of the branch (`person_id`), or somebody new (`guardian`)."""

    person_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 255))
    guardian = fields.Nested(Newcomer, load_default=None, allow_none=True)
    may_receive_reports = fields.Boolean(load_default=True)
    may_book = fields.Boolean(load_default=True)
    may_collect = fields.Boolean(load_default=True)

    @validates_schema
    def check_who(self, data: dict[str, object], **_: object) -> None:
        if (data.get("person_id") is None) == (data.get("guardian") is None):
            raise ValidationError("Say who: either person_id or guardian.", "person_id")


class RelationRecord(Kept):
    relation_id = fields.String(attribute="_id")
    student_id = fields.String()
    guardian_id = fields.String()
    may_receive_reports = fields.Function(lambda row: row.get("may_receive_reports", True), metadata={"type": "boolean"})
    may_book = fields.Function(lambda row: row.get("may_book", True), metadata={"type": "boolean"})
    may_collect = fields.Function(lambda row: row.get("may_collect", True), metadata={"type": "boolean"})


class GuardianOf(RelationRecord):
    guardian = fields.Nested(Member, allow_none=True)


class ChildOf(RelationRecord):
    student = fields.Nested(Member, allow_none=True)


class PersonRecord(Member):
    contacts_to_repair = fields.List(fields.Nested(FailedContact))
    guardians = fields.List(fields.Nested(GuardianOf))  # of a student
    children = fields.List(fields.Nested(ChildOf))  # of a guardian
