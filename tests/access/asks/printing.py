"""What reports prints: single papers, certificates, print runs."""

from tests.access import printed
from tests.access.asks.ask import CHILD, CLASS, THING, Ask
from tests.access.samples import CERTIFICATE, in_days

_WHOSE = {"class_id": "$class_id", "student_ids": ["$student_id"]}

ASKS = {
    "reports.progress_letter": Ask(CHILD, {"term": "First term"}),
    "reports.diary_week_pdf": Ask(CLASS, ids={"held_on": in_days(0)}),
    "reports.register_pdf": Ask(CLASS, ids={"month": in_days(-1)[:7]}),
    "reports.give_certificates": Ask(CLASS, body=CERTIFICATE | _WHOSE),
    "reports.certificates": Ask(CHILD, {"student_id": "$student_id"}),
    "reports.certificate": Ask(THING),
    "reports.certificate_pdf": Ask(THING),
    "reports.ask_for_papers": Ask(CLASS, body=printed.RUN | {"class_id": "$class_id"}),
    "reports.paper_runs": Ask(CLASS, {"class_id": "$class_id"}),
    "reports.paper_run": Ask(THING),
    "reports.paper_run_pdf": Ask(THING),
    "reports.cancel_paper_run": Ask(THING, fresh=printed.print_run),
}
