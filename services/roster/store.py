"""What roster keeps. Records of an import are of the kinds in `kinds`; the rest is roster's own."""

from functools import cached_property

from gridfs import GridFSBucket

from schoolbus.store import Documents, Index
from services.roster.belonging import Belonging

_DAY = 86_400  # seconds
_PRESENT = "source active"  # what a set leaves out is found here


class Store(Belonging):
    # Records of imports
    branches = Documents("branches", ["branch_id active name", _PRESENT], what="Branch")
    units = Documents("units", [_PRESENT])
    terms = Documents("terms", [_PRESENT])
    courses = Documents("courses", [_PRESENT])
    classes = Documents("classes", ["branch_id active title", _PRESENT], what="Class")
    people = Documents(
        "people", ["branch_id active sort_name", Index("phone", where={"phone": {"$type": "string"}}), _PRESENT], what="Person"
    )
    enrollments = Documents("enrollments", ["class_id active", "person_id active", _PRESENT])
    relations = Documents("relations", ["guardian_id active", "student_id active", _PRESENT])
    demographics = Documents("demographics", [_PRESENT])
    profiles = Documents("profiles", [_PRESENT])  # kept, never shown

    # How they come
    imports = Documents("imports", [Index("source", unique=True, where={"open": True}), "-received_at", "state"], what="Import")
    sources = Documents("sources", what="Source")  # by name: the set that stands, and the one before it
    findings = Documents("findings", [Index("at", expires=90 * _DAY)])
    previews = Documents("previews", [Index("at", expires=90 * _DAY), "import_id name"])  # what an import does to a branch
    chunks = Documents("chunks")  # what a piece of an import has to tell, until it is told

    # Signing in
    accounts = Documents("accounts", [Index("username", unique=True)], what="Username")
    codes = Documents("codes", [Index("expires_at", expires=0)])
    attempts = Documents("attempts", [Index("forget_at", expires=0)])

    @cached_property
    def uploads(self) -> GridFSBucket:
        """ZIPs: what came, by the id of its import, until that is done; and the sets that `sources` name."""
        return GridFSBucket(self.database, "uploads")
