"""Enrolments, transfers and promotions."""

from tests.access import fresh
from tests.access.asks.ask import BRANCH, THING, Ask

_PLAN = {"year": "2026", "to_class_id": "$next_class_id"}

ASKS = {
    "roster.list_enrollments": Ask(BRANCH, {"class_id": "$class_id"}),
    "roster.enrol": Ask(
        BRANCH,
        body={"enrollments": [{"class_id": "$class_id", "person_id": "$person_id", "role": "student"}]},
        fresh=fresh.student_and_class,
    ),
    "roster.withdraw": Ask(THING, fresh=fresh.enrollment),
    "roster.move": Ask(THING, body={"class_id": "$next_class_id"}, fresh=fresh.enrollment),
    "roster.show_history": Ask(BRANCH),
    "roster.list_transfers": Ask(BRANCH, {"state": "asked"}),
    "roster.list_other_branches": Ask(BRANCH, {"name": "Model"}),
    "roster.ask_for_transfer": Ask(
        BRANCH, body={"student_id": "$person_id", "to_branch_id": "$far_branch_id"}, fresh=fresh.student
    ),
    "roster.accept_transfer": Ask(THING, body={"class_id": None}, fresh=fresh.transfer_hither),
    "roster.refuse_transfer": Ask(THING, body={"reason": "No seat"}, fresh=fresh.transfer_hither),
    "roster.withdraw_transfer": Ask(THING, fresh=fresh.transfer_hence),
    "roster.preview_promotion": Ask(BRANCH, body=_PLAN, ids={"class_id": "$kept_class_id"}),
    "roster.promote_class": Ask(BRANCH, body=_PLAN, fresh=fresh.enrollment),
}
