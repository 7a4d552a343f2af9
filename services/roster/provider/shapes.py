"""Rabta's records in OneRoster's JSON (1.2, rostering service model). Plain values in, plain values out.

`sourcedId` is Rabta's id, which no two sources share; the id that the source gave stands in `metadata`. What a record has not
is left out, unless the standard demands it.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from schoolbus.ids import natural_id
from schoolbus.oneroster.shapes import ACTIVE, ROSTERING, TOBEDELETED, moment, reference
from services.roster.oneroster.layout import CLASS_TYPES, DEMOGRAPHICS, ORG_TYPES
from services.roster.provider.reach import EVERYTHING, Reach
from services.roster.provider.roles import AS_ONEROSTER, OF_THE_CHAIN

Record = dict[str, Any]
BASE = ROSTERING
DEMOGRAPHIC_FIELDS = DEMOGRAPHICS.columns[3:]
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # of a record that nobody has touched since moments are kept


@dataclass(frozen=True)
class Around:
    """What a page of records refers to: who are whose agents, what lies below what, where the chain is."""

    address: str  # that people see us at
    reach: Reach = EVERYTHING
    agents: dict[str, list[str]] = field(default_factory=dict)  # by person
    children: dict[str, list[str]] = field(default_factory=dict)  # by organisation or session
    parents: frozenset[str] = frozenset()  # organisations above, as far as they are in reach
    chains: dict[str, str] = field(default_factory=dict)  # the topmost organisation, by source
    closed: frozenset[str] = frozenset()  # branches
    missing: frozenset[str] = frozenset()  # what enrollments refer to and the reader does not find, or finds to be deleted

    def to(self, kind: str, id: str) -> dict[str, str]:
        """A reference."""
        return reference(self.address, kind, id)

    def all(self, kind: str, ids: list[str]) -> list[dict[str, str]]:
        return [self.to(kind, id) for id in ids]


def org(record: Record, around: Around) -> Record:
    kind = record["kind"] if record["kind"] in ORG_TYPES else "local"
    return _whole(
        record,
        {"nameUrdu": record.get("name_ur")},
        name=record["name"],
        type=kind,
        identifier=_extra(record, "identifier") or record["sourced_id"],
        parent=around.to("org", record["parent_id"]) if record.get("parent_id") in around.parents else None,
        children=around.all("org", around.children.get(record["_id"], [])),
    )


def session(record: Record, around: Around) -> Record:
    return _whole(
        record,
        title=record["title"],
        startDate=record["starts_on"],
        endDate=record["ends_on"],
        type=record["kind"] or "term",
        parent=around.to("academicSession", record["parent_id"]) if record.get("parent_id") else None,
        children=around.all("academicSession", around.children.get(record["_id"], [])),
        schoolYear=record.get("year") or record["ends_on"][:4],
    )


def course(record: Record, around: Around) -> Record:
    given, source = record["fields"], record["source"]
    year = given.get("schoolYearSourcedId")
    return _whole(
        record,
        title=given.get("title", ""),
        schoolYear=around.to("academicSession", natural_id(source, "term", year)) if year else None,
        courseCode=given.get("courseCode", ""),
        grades=_list(given.get("grades")),
        subjects=_list(given.get("subjects")),
        org=_org_of_course(record, around),
        subjectCodes=_list(given.get("subjectCodes")),
    )


def _org_of_course(record: Record, around: Around) -> dict[str, str] | None:
    """The organisation was kept by the source's id alone: a branch when the course is in a branch of this id, else a unit."""
    sourced_id = record["fields"].get("orgSourcedId")
    if not sourced_id:
        return None
    branch_id = natural_id(record["source"], "branch", sourced_id)
    is_branch = branch_id in record["branch_id"]
    return around.to("org", branch_id if is_branch else natural_id(record["source"], "unit", sourced_id))


def class_(record: Record, around: Around) -> Record:
    kind = "homeroom" if record["homeroom"] else "scheduled"
    shown = _whole(
        record,
        title=record["title"],
        classCode=_extra(record, "classCode"),
        classType=kind if kind in CLASS_TYPES else None,
        location=record.get("location"),
        grades=_list(record.get("grade")),
        subjects=_list(record.get("subject")),
        course=around.to("course", record["course_id"]) if record.get("course_id") else None,
        school=around.to("org", record["branch_id"]),
        terms=around.all("academicSession", record.get("term_ids") or []),
        subjectCodes=_list(_extra(record, "subjectCodes")),
        periods=_list(_extra(record, "periods")),
    )
    return _with(shown, around, record["branch_id"])


def user(record: Record, around: Around) -> Record:
    roles = _roles(record, around)
    return _whole(
        record,
        {
            "nameUrdu": record.get("name_ur"),
            "givenNameUrdu": record.get("given_name_ur"),
            "language": record.get("language"),
            "channels": ",".join(record.get("channels") or []),
        },
        userMasterIdentifier=_extra(record, "userMasterIdentifier"),
        username=record.get("username") or "",
        userIds=_user_ids(_extra(record, "userIds")),
        enabledUser=_word(record.get("may_sign_in", True)),
        givenName=record["given_name"],
        familyName=record["family_name"],
        middleName=_extra(record, "middleName"),
        preferredFirstName=_extra(record, "preferredGivenName"),
        preferredMiddleName=_extra(record, "preferredMiddleName"),
        preferredLastName=_extra(record, "preferredFamilyName"),
        pronouns=_extra(record, "pronouns"),
        roles=roles,
        primaryOrg=roles[0]["org"] if roles else None,
        identifier=_extra(record, "identifier"),
        email=record.get("email"),
        sms=record.get("phone"),
        phone=record.get("phone"),
        agents=around.all("user", around.agents.get(record["_id"], [])),
        grades=_list(_extra(record, "grades")),
    )


def _roles(record: Record, around: Around) -> list[Record]:
    """Those in open branches that the reader sees; the first in each is the primary one."""
    found = [
        {"roleType": "secondary" if place else "primary", "role": AS_ONEROSTER[role], "org": around.to("org", branch_id)}
        for branch_id, held in record["roles"].items()
        if around.reach.sees(branch_id) and branch_id not in around.closed
        for place, role in enumerate(role for role in held if role in AS_ONEROSTER)
    ]
    chain = around.chains.get(record["source"])
    if record.get("operator") and chain and around.reach.branch_ids is None:
        found.append({"roleType": "primary", "role": OF_THE_CHAIN, "org": around.to("org", chain)})
    return found


def enrollment(record: Record, around: Around) -> Record:
    shown = _whole(
        record,
        user=around.to("user", record["person_id"]),
        **{"class": around.to("class", record["class_id"])},
        school=around.to("org", record["branch_id"]),
        role=record["role"],
        primary=_word(_extra(record, "primary") in ("true", True)),
        beginDate=record.get("begins_on") or None,
        endDate=record.get("ends_on") or None,
    )
    return _with(shown, around, record["person_id"], record["class_id"], record["branch_id"])


def demographics(record: Record, around: Around) -> Record:
    return _whole(record, **{name: record["fields"].get(name) for name in DEMOGRAPHIC_FIELDS})


def is_gone(record: Record) -> bool:
    """Taken back by its source. An enrollment that has come to its end is inactive too, and is not gone."""
    if "class_id" in record and "person_id" in record:
        return not record["active"] and (record.get("status") == TOBEDELETED or record.get("digest") == b"")
    return not record["active"]


def _whole(record: Record, added: dict[str, Any] | None = None, **fields: Any) -> Record:
    metadata = {"source": record["source"], "sourcedId": record["sourced_id"], **(added or {})}
    found = {
        "sourcedId": record["_id"],
        "status": TOBEDELETED if is_gone(record) else ACTIVE,
        "dateLastModified": moment(record.get("modified_at") or _LONG_AGO),
        "metadata": {name: value for name, value in metadata.items() if value},
        **fields,
    }
    return {name: value for name, value in found.items() if value is not None and (value != [] or name in ("roles", "terms"))}


def _with(shown: Record, around: Around, *ids: str) -> Record:
    """To be deleted with what it belongs to: no reader is left with a reference that leads nowhere."""
    gone = any(id in around.missing or id in around.closed for id in ids)
    return {**shown, "status": TOBEDELETED} if gone else shown


def _word(value: Any) -> str:
    return "true" if value else "false"


def _extra(record: Record, name: str) -> Any:
    """A column of the standard's that Rabta keeps without looking at it."""
    return (record.get("extra") or {}).get(name) or None


def _list(value: Any) -> list[str]:
    """A list column: commas between, as in a CSV field."""
    parts = value if isinstance(value, list) else (value or "").split(",")
    return [part.strip() for part in parts if part.strip()]


def _user_ids(value: Any) -> list[dict[str, str]]:
    """`{type:identifier}` with commas between, as in the CSV column."""
    pairs = [part.strip("{} ").partition(":") for part in _list(value)]
    return [{"type": kind, "identifier": identifier} for kind, colon, identifier in pairs if colon and kind and identifier]
