"""What goes on in class: teachers set homework, families see it."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Paged, api
from services.reports.classroom import homework
from services.reports.classroom.schemas import Homework, HomeworkDraft
from services.reports.fields import ClassQuery

BRANCH = "/v1/branches/{branch_id}"
Document = dict[str, Any]


class Classroom:
    @api("POST", f"{BRANCH}/homework", takes=HomeworkDraft, gives=Homework, status=201, may="set homework")
    def set_homework(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Set homework for a class"""
        return homework.set_homework(self.store, caller, branch_id, draft)

    @api("GET", f"{BRANCH}/homework", query=ClassQuery, gives=Homework, may="see homework", paged=True)
    def homework(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A class's homework, the latest due first"""
        return homework.of_class(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/homework/{{homework_id}}", gives=Homework, may="see homework")
    def one_homework(self, caller: Caller, branch_id: str, homework_id: str) -> Document:
        """One homework"""
        return homework.one(self.store, caller, branch_id, homework_id)
