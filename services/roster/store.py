"""What roster keeps. Records of an import are of the kinds in `kinds`; the rest is roster's own."""

from functools import cached_property

from gridfs import GridFSBucket

from schoolbus.store import Documents, Index
from services.roster.belonging import Belonging

_PRESENT = "source active"  # what a set leaves out is found here
_CHANGED = ("modified_at _id", "branch_id modified_at _id")  # what other systems ask for: since when, of which branches


class Store(Belonging):
    # Records of imports
    branches = Documents("branches", ["branch_id active name", _PRESENT], what="Branch")
    units = Documents("units", [_PRESENT])
    terms = Documents("terms", [_PRESENT])
    courses = Documents("courses", [_PRESENT, *_CHANGED])
    classes = Documents("classes", ["branch_id active title", "course_id", "term_ids", _PRESENT, *_CHANGED], what="Class")
    people = Documents(
        "people",
        [
            "branch_id active sort_name",
            Index("phone", where={"phone": {"$type": "string"}}),
            "role_keys _id",
            _PRESENT,
            *_CHANGED,
        ],
        what="Person",
    )
    enrollments = Documents("enrollments", ["class_id active", "person_id active", _PRESENT, *_CHANGED])
    relations = Documents("relations", ["guardian_id active", "student_id active", _PRESENT])
    demographics = Documents("demographics", [_PRESENT, *_CHANGED])

    # How they come
    imports = Documents("imports", [Index("source", unique=True, where={"open": True}), "-received_at", "state"], what="Import")
    chunks = Documents("chunks")  # what a piece of an import has to tell, until it is told

    # Signing in
    accounts = Documents("accounts", [Index("username", unique=True)], what="Username")
    codes = Documents("codes", [Index("expires_at", expires=0)])
    attempts = Documents("attempts", [Index("forget_at", expires=0)])

    # Other systems: who reads from here, and from whom we read
    machines = Documents("machines", ["name"], what="Machine client")
    pulls = Documents("pulls", ["due_at"], what="Pull")
    pulled = Documents("pulled", ["run collection _id", "source"])  # what a pull has fetched, until it is imported
    pulled_roles = Documents("pulled_roles", ["source"])  # of users that were pulled: what a later pull compares

    @cached_property
    def uploads(self) -> GridFSBucket:
        """The ZIPs, by the id of their import, until it is done."""
        return GridFSBucket(self.database, "uploads")
