"""The files of a OneRoster 1.2 CSV set that Rabta reads, and what it asks of their columns.

Policy: what Rabta needs to be safe and right is an error and refuses the set; what the standard asks for but Rabta can live
without is a warning, shown with the result. To read another column, name it here where it has to be checked, and take it
over in `records`.

Source: 1EdTech OneRoster 1.2 CSV binding.
"""

from dataclasses import dataclass, replace
from functools import cached_property

_BASE = "sourcedId status dateLastModified"


@dataclass(frozen=True)
class File:
    """A data file. A blank in `needed` is an error, in `expected` a warning; `dates` are checked where they are not blank."""

    name: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    expected: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # what people read, and what travels in events: at most LONGEST_NAME
    optional: bool = False  # a set without it leaves what is known as it is
    secret: tuple[str, ...] = ()  # columns that are never kept
    stands_in: str = ""  # the file whose columns hold it, where it is none of its own
    named_there: tuple[tuple[str, str], ...] = ()  # columns that have another name there

    @property
    def member(self) -> str:
        return f"{self.stands_in or self.name}.csv"

    @cached_property
    def place(self) -> dict[str, int]:
        """The index of each column."""
        return {column: index for index, column in enumerate(self.columns)}


LONGEST_ID = 255
LONGEST_NAME = 255
LONGEST_FIELD = 4096


def _file(
    name: str,
    columns: str,
    needed: str,
    expected: str = "",
    dates: str = "",
    names: str = "",
    optional: bool = False,
    secret: str = "",
) -> File:
    return File(
        name,
        tuple(f"{_BASE} {columns}".split()),
        tuple(f"sourcedId {needed}".split()),
        tuple(expected.split()),
        tuple(dates.split()),
        tuple(names.split()),
        optional,
        tuple(secret.split()),
    )


ORGS = _file("orgs", "name type identifier parentSourcedId", needed="name", expected="type", names="name")
ACADEMIC_SESSIONS = _file(
    "academicSessions",
    "title type startDate endDate parentSourcedId schoolYear",
    needed="title startDate endDate",
    expected="type schoolYear",
    dates="startDate endDate",
    names="title",
    optional=True,
)
COURSES = _file(
    "courses",
    "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    needed="title",
    expected="orgSourcedId",
    names="title",
    optional=True,
)
CLASSES = _file(
    "classes",
    "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects subjectCodes periods",
    needed="title schoolSourcedId",
    expected="courseSourcedId classType termSourcedIds",
    names="title grades subjects",
)
USERS = _file(
    "users",
    "enabledUser username userIds givenName familyName middleName identifier email sms phone agentSourcedIds grades password"
    " userMasterIdentifier preferredGivenName preferredMiddleName preferredFamilyName primaryOrgSourcedId pronouns",
    needed="givenName",  # many people in Pakistan have one name only
    expected="enabledUser username familyName",
    names="username givenName familyName email sms phone",
    secret="password",  # noqa: S106 - a column's name
)
USER_PROFILES = _file(
    "userProfiles",
    "userSourcedId profileType vendorId applicationId description credentialType username password",
    needed="userSourcedId",
    expected="profileType vendorId credentialType username",
    optional=True,
    secret="password",  # noqa: S106 - a column's name
)
ROLES = _file(
    "roles",
    "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
    needed="userSourcedId role orgSourcedId",
    expected="roleType",
    dates="beginDate endDate",
)
ENROLLMENTS = _file(
    "enrollments",
    "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    needed="classSourcedId schoolSourcedId userSourcedId role",
    dates="beginDate endDate",
)
DEMOGRAPHICS = _file(
    "demographics",
    "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander white"
    " demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation cityOfBirth"
    " publicSchoolResidenceStatus",
    needed="",
    dates="birthDate",
    optional=True,
)

FILES = (
    ORGS,
    ACADEMIC_SESSIONS,
    COURSES,
    CLASSES,
    USERS,
    ROLES,
    ENROLLMENTS,
    DEMOGRAPHICS,
    USER_PROFILES,
)  # in the order in which they are read
NOT_READ = [
    "categories",
    "classResources",
    "courseResources",
    "lineItemLearningObjectiveIds",
    "lineItems",
    "lineItemScoreScales",
    "resources",
    "resultLearningObjectiveIds",
    "results",
    "resultScoreScales",
    "scoreScales",
    "userResources",
]  # of the standard, and of no use to a roster
EXTENSION = "metadata."  # how the name of an added column begins

# OneRoster 1.1 has the roles in users.csv, and no profiles; its other files are the same
USERS_1_1 = _file(
    "users",
    "enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier email sms phone"
    " agentSourcedIds grades password",
    needed="givenName",
)
ROLES_OF_USERS = replace(
    ROLES, stands_in="users", named_there=(("orgSourcedId", "orgSourcedIds"), ("userSourcedId", "sourcedId"))
)

ORG_TYPES = frozenset(["department", "school", "district", "local", "state", "national"])
CLASS_TYPES = frozenset(("homeroom", "scheduled"))
