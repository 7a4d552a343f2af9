"""What goes in and out over HTTP."""

from marshmallow import Schema, fields, validate

from schoolbus.contracts.roster import ROLES, SERVICES
from schoolbus.events import Utc
from services.roster.passwords import LONGEST, SHORTEST

_SHORT = validate.Length(1, 255)


class ImportQuery(Schema):
    """`source`: the system that the set comes from, always by the same name; its ids are one world of their own."""

    source = fields.String(required=True, validate=validate.Regexp(r"[a-z0-9][a-z0-9-]{0,31}\Z"))


class Finding(Schema):
    file = fields.String()  # blank: the ZIP itself
    line = fields.Integer(allow_none=True)
    column = fields.String(allow_none=True)
    reason = fields.String()


class Warning(Finding):
    rows = fields.Integer()  # how many have it; `line` is the first


class Count(Schema):
    rows = fields.Integer()
    added = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    gone = fields.Integer()  # left out of the set: inactive from now on


class ImportLine(Schema):
    """`state`: received, checking, applying, then done, refused or failed. `progress` is of the state, 0 to 1."""

    import_id = fields.String(attribute="_id")
    source = fields.String()
    state = fields.String()
    progress = fields.Float()
    received_at = Utc()
    finished_at = Utc()
    problem_count = fields.Integer()


class Import(ImportLine):
    counts = fields.Dict(keys=fields.String(), values=fields.Nested(Count))  # by file
    warnings = fields.List(fields.Nested(Warning))
    problems = fields.List(fields.Nested(Finding))  # the first thousand of problem_count


class PasswordSignIn(Schema):
    username = fields.String(required=True, validate=_SHORT)
    password = fields.String(required=True, validate=validate.Length(1, LONGEST))


class CodeRequest(Schema):
    phone = fields.String(required=True, validate=validate.Length(1, 40))


class CodeSignIn(CodeRequest):
    code = fields.String(required=True, validate=validate.Regexp(r"[0-9]{6}\Z"))
    person_id = fields.String(load_default=None, validate=_SHORT)


class Accepted(Schema):
    accepted = fields.Boolean()


class NewPassword(Schema):
    password = fields.String(required=True, validate=validate.Length(SHORTEST, LONGEST))
    username = fields.String(load_default=None, validate=_SHORT)


class Account(Schema):
    person_id = fields.String()
    username = fields.String()


class Person(Schema):
    person_id = fields.String(attribute="_id")
    given_name = fields.String()
    family_name = fields.String()
    name_ur = fields.String(allow_none=True)
    given_name_ur = fields.String(allow_none=True)


class SignedIn(Schema):
    token = fields.String()
    expires_at = Utc()
    person = fields.Nested(Person)


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


class Subscriptions(Schema):
    services = fields.List(
        fields.String(validate=validate.OneOf(SERVICES)), required=True, validate=validate.Length(max=len(SERVICES))
    )


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
