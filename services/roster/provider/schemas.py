"""The shapes of OneRoster's rostering answers (1.2, rostering service model), for the API's document."""

from typing import Any

from marshmallow import Schema, fields, validate

LONGEST_FILTER = 700
MOST = 5_000  # records in one page
DEEPEST = 10_000_000


class OneQuery(Schema):
    fields_ = fields.String(data_key="fields", attribute="fields", load_default=None, validate=validate.Length(0, 1000))


class CollectionQuery(OneQuery):
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, DEEPEST))
    sort = fields.String(load_default=None, validate=validate.Length(0, 100))
    orderBy = fields.String(load_default="asc", validate=validate.OneOf(("asc", "desc")))
    filter = fields.String(load_default=None, validate=validate.Length(0, LONGEST_FILTER))


class Reference(Schema):
    href = fields.String()
    sourcedId = fields.String()
    type = fields.String()


class _Record(Schema):
    sourcedId = fields.String()
    status = fields.String(validate=validate.OneOf(("active", "tobedeleted")))
    dateLastModified = fields.String()
    metadata = fields.Dict(keys=fields.String(), values=fields.String())


def _one() -> fields.Nested:
    return fields.Nested(Reference)


def _many() -> fields.Field[Any]:
    return fields.List(fields.Nested(Reference))


def _texts() -> fields.Field[Any]:
    return fields.List(fields.String())


class OneRosterOrg(_Record):
    name = fields.String()
    type = fields.String()
    identifier = fields.String()
    parent = _one()
    children = _many()


class OneRosterAcademicSession(_Record):
    title = fields.String()
    startDate = fields.String()
    endDate = fields.String()
    type = fields.String()
    parent = _one()
    children = _many()
    schoolYear = fields.String()


class OneRosterCourse(_Record):
    title = fields.String()
    schoolYear = _one()
    courseCode = fields.String()
    grades = _texts()
    subjects = _texts()
    org = _one()
    subjectCodes = _texts()


class OneRosterClass(_Record):
    title = fields.String()
    classCode = fields.String()
    classType = fields.String()
    location = fields.String()
    grades = _texts()
    subjects = _texts()
    course = _one()
    school = _one()
    terms = _many()
    subjectCodes = _texts()
    periods = _texts()


class OneRosterRole(Schema):
    roleType = fields.String(validate=validate.OneOf(("primary", "secondary")))
    role = fields.String()
    org = _one()


class OneRosterUserId(Schema):
    type = fields.String()
    identifier = fields.String()


class OneRosterUser(_Record):
    userMasterIdentifier = fields.String()
    username = fields.String()
    userIds = fields.List(fields.Nested(OneRosterUserId))
    enabledUser = fields.String()
    givenName = fields.String()
    familyName = fields.String()
    middleName = fields.String()
    preferredFirstName = fields.String()
    preferredMiddleName = fields.String()
    preferredLastName = fields.String()
    pronouns = fields.String()
    roles = fields.List(fields.Nested(OneRosterRole))
    primaryOrg = _one()
    identifier = fields.String()
    email = fields.String()
    sms = fields.String()
    phone = fields.String()
    agents = _many()
    grades = _texts()


class OneRosterEnrollment(_Record):
    user = _one()
    class_ = fields.Nested(Reference, data_key="class")
    school = _one()
    role = fields.String()
    primary = fields.String()
    beginDate = fields.String()
    endDate = fields.String()


class OneRosterDemographics(_Record):
    birthDate = fields.String()
    sex = fields.String()


_RECORDS = {
    ("orgs", "org"): OneRosterOrg,
    ("academicSessions", "academicSession"): OneRosterAcademicSession,
    ("courses", "course"): OneRosterCourse,
    ("classes", "class"): OneRosterClass,
    ("users", "user"): OneRosterUser,
    ("enrollments", "enrollment"): OneRosterEnrollment,
    ("demographics", "demographics"): OneRosterDemographics,
}
MANY: dict[str, type[Schema]] = {
    many: type(f"{record.__name__}Set", (Schema,), {"found": fields.List(fields.Nested(record), data_key=many)})
    for (many, _), record in _RECORDS.items()
}
ONE: dict[str, type[Schema]] = {
    many: type(f"{record.__name__}Single", (Schema,), {"found": fields.Nested(record, data_key=one)})
    for (many, one), record in _RECORDS.items()
}
