"""What is kept of print runs; `Store` names each. Their files are in GridFS: files.py."""

from schoolbus.store import Documents, Index
from services.reports.printruns.states import UNDER_WAY

PRINT_RUNS = Documents(
    "report_print_runs",
    indexes=[
        "branch_id asked_at _id",
        "branch_id class_id asked_at _id",
        "branch_id size",
        Index("turn_at", where={"state": {"$in": list(UNDER_WAY)}}),
        Index("untidy", where={"untidy": True}),
        "kept_until",
    ],
    what="Print run",
)
# Some sheets of a run, made at once: of which children, what became of them, and the file while the run is under way.
PRINT_PARTS = Documents(
    "report_print_parts",
    indexes=[Index("branch_id run_id number", unique=True), "sheets.student_id", "branch_id size"],
    what="Part of a print run",
)
# Contacts that carriers called bad: who has none that works gets paper.
FAILED_CONTACTS = Documents("failed_contacts", indexes=["person_id"], what="Contact")
