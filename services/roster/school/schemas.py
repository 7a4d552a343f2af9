"""The shapes of schools and people."""

from marshmallow import Schema, fields, validate

from schoolbus.contracts.roster import ROLES
from services.roster.schemas import Person


class Member(Person):
    """Somebody of a branch, for its office."""

    roles = fields.List(fields.String())
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    language = fields.String()
    channels = fields.List(fields.String())
    username = fields.String(allow_none=True)


class PeopleQuery(Schema):
    role = fields.String(load_default=None, validate=validate.OneOf(ROLES))
    name = fields.String(load_default=None, validate=validate.Length(1, 100))


class BranchName(Schema):
    branch_id = fields.String(attribute="_id")
    name = fields.String()
    name_ur = fields.String(allow_none=True)


class Branch(BranchName):
    services = fields.List(fields.String())


class MyBranch(BranchName):
    roles = fields.List(fields.String())


class ClassLine(Schema):
    class_id = fields.String(attribute="_id")
    title = fields.String()
    grade = fields.String(allow_none=True)
    subject = fields.String(allow_none=True)
    homeroom = fields.Boolean()


class Class(ClassLine):
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
