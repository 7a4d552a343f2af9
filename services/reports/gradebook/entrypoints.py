"""Marks: teachers enter a class's sheet."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Paged, api
from services.reports.gradebook import marks
from services.reports.gradebook.schemas import Mark, MarkQuery, MarkSheet, MarkSheetDraft

BRANCH = "/v1/branches/{branch_id}"
Document = dict[str, Any]


class Gradebook:
    @api("PUT", f"{BRANCH}/marks", takes=MarkSheetDraft, gives=MarkSheet, may="mark")
    def put_marks(self, caller: Caller, branch_id: str, sheet: Document) -> Document:
        """Enter a class's marks for a subject and term"""
        return marks.put_sheet(self.store, caller, branch_id, sheet)

    @api("GET", f"{BRANCH}/marks", query=MarkQuery, gives=Mark, may="mark", paged=True)
    def marks(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A class's marks of a term, subject by subject"""
        return marks.of_class(self.store, caller, branch_id, query)
