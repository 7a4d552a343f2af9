"""The kinds of records that OneRoster knows, where each is kept, and which of its fields can be asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from schoolbus.oneroster.query import Condition, Field, choice, flag, moment, text
from services.roster.provider import shapes
from services.roster.provider.reach import Reach
from services.roster.provider.roles import AS_ONEROSTER

_YES_NO = {"true": True, "false": False}
_GONE: Condition = {"active": False}
# an enrollment that has ended is inactive and still true: only one that the source took back is to be deleted
_GONE_ENROLLMENT: Condition = {"active": False, "$or": [{"status": "tobedeleted"}, {"digest": b""}]}


@dataclass(frozen=True)
class Resource:
    """`kept`: the collections of the store. `shared`: those of the whole chain are seen by all clients of their source."""

    many: str  # the name in the answer, as in {"users": […]}
    one: str
    what: str
    kept: tuple[str, ...]
    shape: Callable[[dict[str, Any], shapes.Around], dict[str, Any]]
    known: dict[str, Field]
    shown: frozenset[str]  # fields that can be selected
    where: Callable[[Reach], Condition] = field(default=lambda reach: {})
    shared: bool = False
    demographics: bool = False

    @property
    def about_people(self) -> bool:
        """Whether its records have the ids of people."""
        return self.kept in (("people",), ("demographics",))

    def fields(self, reach: Reach) -> dict[str, Field]:
        """What can be filtered and sorted by."""
        return {**self.known, "roles.role": _role(reach), "role": _role(reach)} if self.kept == ("people",) else self.known


def _role(reach: Reach) -> Field:
    return choice({theirs: reach.in_role(ours) for ours, theirs in AS_ONEROSTER.items()})


def _common(gone: Condition = _GONE) -> dict[str, Field]:
    status = choice({"active": {"$nor": [gone]}, "tobedeleted": gone})
    return {"sourcedId": text("_id"), "status": status, "dateLastModified": moment("modified_at")}


def _texts(**stored: str) -> dict[str, Field]:
    return {name: text(path) for name, path in stored.items()}


def _shown(names: str) -> frozenset[str]:
    return frozenset(f"sourcedId status dateLastModified metadata {names}".split())


def _kind(*wanted: str) -> Callable[[Reach], Condition]:
    return lambda reach: {"kind": wanted[0] if len(wanted) == 1 else {"$in": list(wanted)}}


def _in_role(role: str) -> Callable[[Reach], Condition]:
    return lambda reach: reach.in_role(role)


def _orgs(what: str, *kept: str) -> Resource:
    known = {
        **_common(),
        **_texts(name="name", type="kind", identifier="extra.identifier"),
        "parent.sourcedId": text("parent_id"),
    }
    return Resource("orgs", "org", what, kept, shapes.org, known, _shown("name type identifier parent children"), shared=True)


def _sessions(what: str, where: Callable[[Reach], Condition] = lambda reach: {}) -> Resource:
    known = {
        **_common(),
        **_texts(title="title", type="kind", startDate="starts_on", endDate="ends_on", schoolYear="year"),
        "parent.sourcedId": text("parent_id"),
    }
    shown = _shown("title startDate endDate type parent children schoolYear")
    return Resource(
        "academicSessions", "academicSession", what, ("terms",), shapes.session, known, shown, where=where, shared=True
    )


def _users(what: str, where: Callable[[Reach], Condition] = lambda reach: {}) -> Resource:
    known = {
        **_common(),
        **_texts(
            username="username", givenName="given_name", familyName="family_name", email="email", sms="phone", phone="phone"
        ),
        **_texts(middleName="extra.middleName", identifier="extra.identifier", grades="extra.grades"),
        "userMasterIdentifier": text("extra.userMasterIdentifier"),
        "enabledUser": flag("may_sign_in", _YES_NO),
    }
    shown = _shown(
        "userMasterIdentifier username userIds enabledUser givenName familyName middleName preferredFirstName"
        " preferredMiddleName preferredLastName pronouns roles primaryOrg identifier email sms phone agents grades"
    )
    return Resource("users", "user", what, ("people",), shapes.user, known, shown, where=where)


ORGS = _orgs("Organisation", "branches", "units")
SCHOOLS = _orgs("School", "branches")
SESSIONS = _sessions("Academic session")
TERMS = _sessions("Term", _kind("term"))
GRADING_PERIODS = _sessions("Grading period", _kind("gradingPeriod"))
COURSES = Resource(
    "courses",
    "course",
    "Course",
    ("courses",),
    shapes.course,
    {
        **_common(),
        **{name: text(f"fields.{name}") for name in ("title", "courseCode", "grades", "subjects", "subjectCodes")},
    },
    _shown("title schoolYear courseCode grades subjects org subjectCodes"),
    shared=True,
)
CLASSES = Resource(
    "classes",
    "class",
    "Class",
    ("classes",),
    shapes.class_,
    {
        **_common(),
        **_texts(title="title", location="location", grades="grade", subjects="subject", classCode="extra.classCode"),
        "classType": flag("homeroom", {"homeroom": True, "scheduled": False}),
        "course.sourcedId": text("course_id"),
        "school.sourcedId": text("branch_id"),
        "terms.sourcedId": text("term_ids", sorts=False),
    },
    _shown("title classCode classType location grades subjects course school terms subjectCodes periods"),
)
USERS = _users("User")
STUDENTS = _users("Student", _in_role("student"))
TEACHERS = _users("Teacher", _in_role("teacher"))
ENROLLMENTS = Resource(
    "enrollments",
    "enrollment",
    "Enrollment",
    ("enrollments",),
    shapes.enrollment,
    {
        **_common(_GONE_ENROLLMENT),
        **_texts(role="role", beginDate="begins_on", endDate="ends_on", primary="extra.primary"),
        "user.sourcedId": text("person_id"),
        "class.sourcedId": text("class_id"),
        "school.sourcedId": text("branch_id"),
    },
    _shown("user class school role primary beginDate endDate"),
)
DEMOGRAPHICS = Resource(
    "demographics",
    "demographics",
    "Demographics",
    ("demographics",),
    shapes.demographics,
    {**_common(), **{name: text(f"fields.{name}") for name in shapes.DEMOGRAPHIC_FIELDS}},
    _shown(" ".join(shapes.DEMOGRAPHIC_FIELDS)),
    demographics=True,
)
