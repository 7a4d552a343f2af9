"""What roster keeps. Records of an import are of the kinds in `kinds`; the rest is roster's own."""

from functools import cached_property

from gridfs import GridFSBucket

from schoolbus.store import TEXT, Documents, Index
from services.roster.belonging import Belonging

_PRESENT = "source active"  # what a set leaves out is found here


class Store(Belonging):
    # Records of imports
    branches = Documents("branches", ["branch_id active name", _PRESENT], what="Branch")
    units = Documents("units", [_PRESENT])
    terms = Documents("terms", [_PRESENT])
    courses = Documents("courses", [_PRESENT])
    classes = Documents("classes", ["branch_id active title", _PRESENT], what="Class")
    people = Documents(
        "people",
        [
            "branch_id active sort_name",
            Index("phone", where={"phone": TEXT}),
            Index("national_id", where={"national_id": TEXT}),
            Index("merged_into", where={"merged_into": TEXT}),
            "name_keys",
            _PRESENT,
        ],
        what="Person",
    )
    enrollments = Documents("enrollments", ["class_id active", "person_id active", _PRESENT])
    relations = Documents(
        "relations",
        [
            "guardian_id active",
            "student_id active",
            Index("merged_from", where={"merged_from": TEXT}),
            _PRESENT,
        ],
    )
    demographics = Documents("demographics", [_PRESENT])

    # How they come
    imports = Documents("imports", [Index("source", unique=True, where={"open": True}), "-received_at", "state"], what="Import")
    chunks = Documents("chunks")  # what a piece of an import has to tell, until it is told

    # Families
    guardian_pairs = Documents(
        "guardian_pairs",
        ["people state", "branch_id state", "settle_at"],
        what="Merge",
    )
    proposals = Documents("proposals", ["person_id state"], what="Proposal")

    # Signing in
    accounts = Documents("accounts", [Index("username", unique=True)], what="Username")
    codes = Documents("codes", [Index("expires_at", expires=0)])
    attempts = Documents("attempts", [Index("forget_at", expires=0)])

    @cached_property
    def uploads(self) -> GridFSBucket:
        """The ZIPs, by the id of their import, until it is done."""
        return GridFSBucket(self.database, "uploads")
