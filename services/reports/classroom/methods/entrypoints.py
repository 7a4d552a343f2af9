"""How subjects are taught."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Paged, api
from services.reports.classroom.methods import keeping, schemas

ALL = "/v1/branches/{branch_id}/teaching-methods"
ONE = f"{ALL}/{{teaching_method_id}}"
KEEP, SEE = "keep teaching methods", "see the classroom"
Document = dict[str, Any]


class Methods:
    @api("POST", ALL, takes=schemas.MethodDraft, gives=schemas.TeachingMethod, status=201, may=KEEP)
    def add_method(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Say how a subject is taught in a class, in some grades, or in the branch"""
        return keeping.add(self.store, caller, branch_id, draft)

    @api("PUT", ONE, takes=schemas.MethodChange, gives=schemas.TeachingMethod, may=KEEP)
    def change_method(self, caller: Caller, branch_id: str, teaching_method_id: str, draft: Document) -> Document:
        """Change how a subject is said to be taught"""
        return keeping.change(self.store, caller, branch_id, teaching_method_id, draft)

    @api("DELETE", ONE, may=KEEP)
    def remove_method(self, caller: Caller, branch_id: str, teaching_method_id: str) -> None:
        """Remove what was said of how a subject is taught"""
        keeping.remove(self.store, caller, branch_id, teaching_method_id)

    @api("GET", ALL, query=schemas.MethodsQuery, gives=schemas.TeachingMethod, may=SEE, paged=True)
    def methods(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """How subjects are taught in a class: its own, its grade's, the branch's"""
        return keeping.of_class(self.store, caller, branch_id, query)

    @api("GET", ONE, gives=schemas.TeachingMethod, may=SEE)
    def method(self, caller: Caller, branch_id: str, teaching_method_id: str) -> Document:
        """How one subject is taught"""
        return keeping.one(self.store, caller, branch_id, teaching_method_id)
