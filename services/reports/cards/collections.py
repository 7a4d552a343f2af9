"""What is kept of report cards; `Store` names each."""

from schoolbus.store import TEXT, Documents, Index
from services.reports.cards.states import ASKED, DRAFTED, FAILED, ISSUED, REVIEWED

RUNS = Documents("report_card_runs", indexes=["branch_id asked_at _id"], what="Report card run")
REPORT_CARDS = Documents(
    "report_cards",
    indexes=[
        "branch_id run_id student_id _id",
        "branch_id student_id state issued_at _id",
        Index("asked_at", where={"state": ASKED}),
        Index("branch_id student_id term_key version", unique=True, where={"state": ISSUED}),
        Index("branch_id term_key student_id _id", where={"state": ISSUED}),
        Index("branch_id state class_id run_id", where={"state": {"$in": [DRAFTED, REVIEWED, ASKED, FAILED]}}),
        Index("code", unique=True, where={"code": TEXT}),
    ],
    what="Report card",
    tells=True,
)
CARD_TEMPLATES = Documents("card_templates", indexes=["branch_id retired title _id"], what="Card template")
CARD_TEMPLATE_EDITIONS = Documents(
    "card_template_editions", what="Card template"
)  # all there ever were: issued cards name them
REMARK_BANK = Documents("remark_bank", indexes=["branch_id tags _id"], what="Remark")
PAPER_TEXTS = Documents("paper_texts")  # by their digest: templates' sources, logos; services/reports/paper/editions.py
