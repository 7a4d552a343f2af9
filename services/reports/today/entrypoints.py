"""A child's day."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Answer, api
from services.reports.today import today
from services.reports.today.schemas import Today

BRANCH = "/v1/branches/{branch_id}"
Document = dict[str, Any]


class Days:
    @api("GET", f"{BRANCH}/today/{{student_id}}", gives=Today, may="see today")
    def today(self, caller: Caller, branch_id: str, student_id: str) -> Answer:
        """What is due and what is new for a child"""
        return Answer(today.of_student(self.store, caller, branch_id, student_id))
