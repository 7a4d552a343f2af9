"""What roster keeps. Records of an import are of the kinds in `kinds`; the rest is roster's own."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property

from gridfs import GridFSBucket
from pymongo import UpdateOne

from schoolbus.projection import Projection
from schoolbus.replay.collections import TOLD
from schoolbus.store import TEXT, Document, Documents, Index, current_session
from services.roster.belonging import Belonging
from services.roster.kinds import SOURCE
from services.roster.privacy.trail import AuditTrail

_DAY = 86_400  # seconds
_PRESENT = "source active"  # what a set leaves out is found here
_CHANGED = ("modified_at _id",)  # what other systems ask for: since when; one more on enrollments costs imports a tenth

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # of {"$type": "date"} the database does not see that it holds what is later
_ERASED = Index("source erased_at", where={"erased_at": {"$exists": True}})  # whom no set brings back


class Store(Belonging):
    # Records of imports
    branches = Documents("branches", ["branch_id active name", _PRESENT], what="Branch", tells=True)
    units = Documents("units", [_PRESENT])
    terms = Documents("terms", ["branch_id active -starts_on", _PRESENT])
    courses = Documents("courses", [_PRESENT, *_CHANGED])
    classes = Documents("classes", ["branch_id active title", "course_id", "term_ids", _PRESENT, *_CHANGED], what="Class")
    people = Documents(
        "people",
        [
            "branch_id active sort_name",
            Index("phone", where={"phone": TEXT}),
            Index("email", where={"email": TEXT}, any_case=True),
            Index("national_id", where={"national_id": TEXT}),
            Index("merged_into", where={"merged_into": TEXT}),
            "name_keys",
            "role_keys _id",
            _PRESENT,
            _ERASED,
            Index("active modified_at", where={"active": False}),  # whose erasure is to be proposed
            *_CHANGED,
        ],
        what="Person",
    )
    enrollments = Documents(
        "enrollments",
        [
            "class_id active",
            "person_id active",
            _PRESENT,
            Index("ends_on", where={"active": True, "source": SOURCE}),
            *_CHANGED,
        ],
    )
    relations = Documents(
        "relations", ["guardian_id active", "student_id active", Index("merged_from", where={"merged_from": TEXT}), _PRESENT]
    )
    demographics = Documents("demographics", [_PRESENT, *_CHANGED])
    profiles = Documents("profiles", [_PRESENT])  # kept, never shown

    # Kept by hand alone
    holidays = Documents("holidays", ["branch_id active starts_on"])
    subjects = Documents("subjects", ["branch_id active name"])
    transfers = Documents("transfers", ["branch_id -asked_at", "student_id -asked_at"])
    promotions = Documents("promotions", ["branch_id -promoted_at"])
    calendars = Documents("calendars", tells=True)  # what each branch was last told of its terms and holidays
    calendar_runs = Documents("calendar_runs")  # every branch is to be told its calendar

    # How they come
    imports = Documents("imports", [Index("source", unique=True, where={"open": True}), "-received_at", "state"], what="Import")
    sources = Documents("sources", what="Source")  # by name: the set that stands, and the one before it
    findings = Documents("findings", [Index("at", expires=90 * _DAY)])
    previews = Documents("previews", [Index("at", expires=90 * _DAY), "import_id name"])  # what an import does to a branch
    replays_told = TOLD  # readers that want their copies anew
    chunks = Documents("chunks", bulk=True, tells=True)  # what a piece of an import has to tell, until it is told

    # Class lists of branches
    class_lists = Documents(
        "class_lists",
        [Index("branch_id", unique=True, where={"open": True}), "branch_id -received_at", "state open"],
        what="Class list",
    )
    class_list_sheets = Documents("class_list_sheets")  # what came, until it is decided
    class_list_rows = Documents(
        "class_list_rows", ["list_id line", "student_id", "guardian_id", Index("at", expires=30 * _DAY)]
    )
    class_list_changes = Documents("class_list_changes", ["list_id open", "people", Index("at", expires=31 * _DAY)])

    # Families
    guardian_pairs = Documents(
        "guardian_pairs",
        ["people state", "branch_id state", "settle_at"],
        what="Merge",
    )
    proposals = Documents("proposals", ["person_id state"], what="Proposal")

    failed_contacts = Documents("failed_contacts", ["branch_id state failed_at", "person_id"], what="Contact", tells=True)

    # Signing in
    accounts = Documents(
        "accounts",
        [Index("username", unique=True), Index("staff_number", where={"staff_number": TEXT})],
        what="Username",
    )
    codes = Documents("codes", [Index("expires_at", expires=0)], tells=True)
    attempts = Documents("attempts", [Index("forget_at", expires=0)])
    sessions = Documents(
        "sessions", ["person_id", Index("ended_at", where={"ended_at": {"$gt": _LONG_AGO}}), Index("expires_at", expires=0)]
    )
    second_factors = Documents("second_factors")
    oidc_sign_ins = Documents("oidc_sign_ins", [Index("expires_at", expires=0)])

    # Which services branches have, and what they use
    plans = Documents("plans", what="Plan")
    subscriptions = Documents(
        "subscriptions",
        [
            "branch_id asked_at",
            "plan_id state",
            "state asked_at",
            Index("next_on", where={"next_on": TEXT}),
            Index("stale", where={"stale": True}),
        ],
        what="Subscription",
    )
    usage = Projection("usage", key="usage_key", indexes=["branch_id month", "month metric"])

    # Other systems: who reads from here, and from whom we read
    machines = Documents("machines", ["name"], what="Machine client", tells=True)
    pulls = Documents("pulls", ["due_at"], what="Pull")
    pulled = Documents("pulled", ["run collection _id", "source"])  # what a pull has fetched, until it is imported
    pulled_roles = Documents("pulled_roles", ["source"])  # of users that were pulled: what a later pull compares

    # What is kept of whom
    erasures = Documents(
        "erasures",
        [Index("person_id", unique=True, where={"open": True}), "branch_id -asked_at", "person_id asked_at"],
        what="Erasure",
        tells=True,
    )
    exports = Documents("exports", ["asked_by -asked_at", "person_id", "state", Index("expires_at")], what="Export", tells=True)
    export_parts = Documents("export_parts", ["export_id service", Index("expires_at", expires=0)])

    usernames_are_names = False  # whether the chain's identity provider names people by them: then they are indexed

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
        """ZIPs: what came, by the id of its import, until that is done; and the sets that `sources` name."""
        return GridFSBucket(self.database, "uploads")

    def update_each(self, documents: Documents, updates: Sequence[tuple[Document, Document]]) -> int:
        """Pairs of a condition and an update, in one go, within the transaction if there is one; how many conditions held."""
        if not updates:
            return 0
        writes = [UpdateOne(where, update) for where, update in updates]
        return documents.collection.bulk_write(writes, session=current_session()).matched_count

    def add_each(self, documents: Documents, added: Sequence[Document]) -> None:
        """All in one go, within the transaction."""
        if added:
            documents.collection.insert_many(added, session=current_session())
