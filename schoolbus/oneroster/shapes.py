"""What is alike in the records of all services of OneRoster (1.2, REST bindings)."""

from datetime import UTC, datetime

ACTIVE, TOBEDELETED = "active", "tobedeleted"
ROSTERING = "/ims/oneroster/rostering/v1p2"
GRADEBOOK = "/ims/oneroster/gradebook/v1p2"
_PATHS = {
    "org": f"{ROSTERING}/orgs",
    "academicSession": f"{ROSTERING}/academicSessions",
    "course": f"{ROSTERING}/courses",
    "class": f"{ROSTERING}/classes",
    "user": f"{ROSTERING}/users",
    "category": f"{GRADEBOOK}/categories",
    "lineItem": f"{GRADEBOOK}/lineItems",
}


def reference(address: str, kind: str, id: str) -> dict[str, str]:
    """`address`: that people see us at."""
    return {"href": f"{address}{_PATHS[kind]}/{id}", "sourcedId": id, "type": kind}


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
