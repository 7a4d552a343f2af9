"""Gradebooks."""

from tests.access import booked
from tests.access.asks.ask import BRANCH, CHILD, CLASS, THING, Ask

OF_CLASS = {"class_id": "$class_id", "term": "Second term"}
ROW = {"student_id": "$student_id", "score": "7"}
OF_SCHEMES = {
    "reports.grading_presets": Ask(BRANCH),
    "reports.grading_schemes": Ask(BRANCH),
    "reports.grading_scheme": Ask(BRANCH),
    "reports.put_grading_scheme": Ask(BRANCH, body=booked.SCHEME),
    "reports.retire_grading_scheme": Ask(BRANCH, fresh=booked.scheme_of_its_own),
}
ASKS = {
    **OF_SCHEMES,
    "reports.term_locks": Ask(BRANCH),
    "reports.lock_term": Ask(CLASS, body={"class_id": "$class_id", "term": "Last year", "locked": True}),
    "reports.categories": Ask(CLASS, {"class_id": "$class_id"}),
    "reports.put_category": Ask(THING, body=booked.CATEGORY | {"class_id": "$class_id"}),
    "reports.delete_category": Ask(THING, fresh=booked.category),
    "reports.line_items": Ask(CLASS, {"class_id": "$class_id"}),
    "reports.line_item": Ask(THING),
    "reports.put_line_item": Ask(THING, body=booked.LINE_ITEM | {"class_id": "$class_id", "category_id": "$category_id"}),
    "reports.delete_line_item": Ask(THING, fresh=booked.line_item),
    "reports.publish_line_item": Ask(THING),
    "reports.withdraw_line_item": Ask(THING),
    "reports.submit_line_item": Ask(THING, fresh=booked.line_item),
    "reports.moderate_line_item": Ask(THING, fresh=booked.submitted),
    "reports.reopen_line_item": Ask(THING, body={"reason": "Some are missing"}, fresh=booked.submitted),
    "reports.adjust_line_item": Ask(THING, body=booked.RULE, fresh=booked.submitted),
    "reports.take_adjustment_back": Ask(THING, fresh=booked.adjusted),
    "reports.result_sheet": Ask(THING),
    "reports.put_results": Ask(THING, body={"results": [ROW]}),
    "reports.delete_result": Ask(THING, fresh=booked.line_item),
    "reports.result_history": Ask(THING),
    "reports.results": Ask(CHILD, {"student_id": "$student_id"}),
    "reports.gradebook": Ask(CLASS, OF_CLASS),
    "reports.term_results": Ask(CLASS, OF_CLASS),
    "reports.term_averages": Ask(CLASS, OF_CLASS),
    "reports.term_result": Ask(CHILD, {"term": "Second term"}),
}
