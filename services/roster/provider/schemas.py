"""The shapes of OneRoster's rostering answers (1.2, rostering service model), for the API's document."""

from typing import Any

from marshmallow import Schema, fields, validate

from schoolbus.oneroster.schemas import Record, Reference, sets, singles


def _one() -> fields.Nested:
    return fields.Nested(Reference)


def _many() -> fields.Field[Any]:
    return fields.List(fields.Nested(Reference))


def _texts() -> fields.Field[Any]:
    return fields.List(fields.String())


class OneRosterOrg(Record):
    name = fields.String()
    type = fields.String()
    identifier = fields.String()
    parent = _one()
    children = _many()


class OneRosterAcademicSession(Record):
    title = fields.String()
    startDate = fields.String()
    endDate = fields.String()
    type = fields.String()
    parent = _one()
    children = _many()
    schoolYear = fields.String()


class OneRosterCourse(Record):
    title = fields.String()
    schoolYear = _one()
    courseCode = fields.String()
    grades = _texts()
    subjects = _texts()
    org = _one()
    subjectCodes = _texts()


class OneRosterClass(Record):
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


class OneRosterUser(Record):
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


class OneRosterEnrollment(Record):
    user = _one()
    class_ = fields.Nested(Reference, data_key="class")
    school = _one()
    role = fields.String()
    primary = fields.String()
    beginDate = fields.String()
    endDate = fields.String()


class OneRosterDemographics(Record):
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
MANY, ONE = sets(_RECORDS), singles(_RECORDS)
