"""What roster keeps. Records of an import are of the kinds in `kinds`; the rest is roster's own."""

from functools import cached_property

from gridfs import GridFSBucket

from schoolbus.store import Document, Documents, Index
from services.roster.belonging import Belonging
from services.roster.privacy.trail import AuditTrail

_PRESENT = "source active"  # what a set leaves out is found here

_ERASED = Index("source erased_at", where={"erased_at": {"$exists": True}})  # whom no set brings back


class Store(Belonging):
    # Records of imports
    branches = Documents("branches", ["branch_id active name", _PRESENT], what="Branch")
    units = Documents("units", [_PRESENT])
    terms = Documents("terms", [_PRESENT])
    courses = Documents("courses", [_PRESENT])
    classes = Documents("classes", ["branch_id active title", _PRESENT], what="Class")
    people = Documents(
        "people",
        ["branch_id active sort_name", Index("phone", where={"phone": {"$type": "string"}}), _PRESENT, _ERASED],
        what="Person",
    )
    enrollments = Documents("enrollments", ["class_id active", "person_id active", _PRESENT])
    relations = Documents("relations", ["guardian_id active", "student_id active", _PRESENT])
    demographics = Documents("demographics", [_PRESENT])

    # How they come
    imports = Documents("imports", [Index("source", unique=True, where={"open": True}), "-received_at", "state"], what="Import")
    chunks = Documents("chunks")  # what a piece of an import has to tell, until it is told

    # Signing in
    accounts = Documents("accounts", [Index("username", unique=True)], what="Username")
    codes = Documents("codes", [Index("expires_at", expires=0)])
    attempts = Documents("attempts", [Index("forget_at", expires=0)])

    # What is kept of whom
    erasures = Documents(
        "erasures", [Index("person_id", unique=True, where={"open": True}), "branch_id -asked_at"], what="Erasure"
    )
    exports = Documents("exports", ["asked_by -asked_at", "person_id", "state", Index("expires_at")], what="Export")
    export_parts = Documents("export_parts", ["export_id service", Index("expires_at", expires=0)])

    @cached_property
    def exported(self) -> GridFSBucket:
        """The ZIPs of exports, by the id that the export names."""
        return GridFSBucket(self.database, "exported")

    @cached_property
    def audit(self) -> AuditTrail:
        """The audit trail, in a database apart: RosterStore names another by AUDIT_DATABASE."""
        return AuditTrail(self.database.client[f"{self.database.name}_audit"])

    def keep_accesses(self, entries: list[Document]) -> None:
        """Roster's own notes need no event."""
        self.audit.keep(self, entries)

    @cached_property
    def uploads(self) -> GridFSBucket:
        """The ZIPs, by the id of their import, until it is done."""
        return GridFSBucket(self.database, "uploads")
