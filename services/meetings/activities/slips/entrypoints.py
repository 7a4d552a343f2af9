"""Permission slips, as guardians and school ask for them."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Paged, api, every
from services.meetings.activities.slips import arranging, consenting, lists
from services.meetings.activities.slips import schemas as shapes

BRANCH = "/v1/branches/{branch_id}"
ONE = f"{BRANCH}/permission-slips/{{permission_slip_id}}"
ARRANGE, SEE = "arrange activities", "see activities"


class PermissionSlips:
    """A part of the service meetings."""

    @api("POST", f"{BRANCH}/permission-slips", takes=shapes.SlipDraft, gives=shapes.Slip, status=201, may=ARRANGE, keyed=True)
    def draft_slip(self, caller: Caller, branch_id: str, draft: dict[str, Any], key: str) -> dict[str, Any]:
        """Draft a permission slip"""
        made = arranging.create(self.store, caller, branch_id, draft, key)
        return lists.shown(self.store, caller, caller.branch(branch_id), [made])[0]

    @api("PUT", ONE, takes=shapes.SlipDraft, gives=shapes.Slip, may=ARRANGE)
    def change_slip(self, caller: Caller, branch_id: str, permission_slip_id: str, draft: dict[str, Any]) -> dict[str, Any]:
        """Change a permission slip; with another text everybody is asked anew"""
        changed = arranging.edit(self.store, caller, branch_id, permission_slip_id, draft)
        return lists.shown(self.store, caller, caller.branch(branch_id), [changed])[0]

    @api("POST", f"{ONE}/publication", gives=shapes.Slip, may=ARRANGE)
    def publish_slip(self, caller: Caller, branch_id: str, permission_slip_id: str) -> dict[str, Any]:
        """Ask the guardians"""
        asked = arranging.publish(self.store, caller, branch_id, permission_slip_id)
        return lists.shown(self.store, caller, caller.branch(branch_id), [asked])[0]

    @api("DELETE", ONE, may=ARRANGE)
    def close_slip(self, caller: Caller, branch_id: str, permission_slip_id: str) -> None:
        """Remove a draft, or take no more answers"""
        arranging.close(self.store, caller, branch_id, permission_slip_id)

    @api("GET", f"{BRANCH}/permission-slips", query=shapes.SlipsQuery, gives=shapes.Slip, may=SEE, paged=True)
    def permission_slips(self, caller: Caller, branch_id: str, query: dict[str, Any]) -> Paged:
        """What guardians are asked to allow, and how it stands with one's own children"""
        return lists.page(self.store, caller, branch_id, query)

    @api("GET", ONE, gives=shapes.Slip, may=SEE)
    def permission_slip(self, caller: Caller, branch_id: str, permission_slip_id: str) -> dict[str, Any]:
        """A permission slip, and how it stands with one's own children"""
        return lists.one(self.store, caller, branch_id, permission_slip_id)

    @api(
        "PUT",
        f"{ONE}/answers/{{student_id}}",
        takes=shapes.AnswerDraft,
        gives=shapes.Consent,
        may="answer permission slips",
        keyed=True,
    )
    def answer_slip(
        self, caller: Caller, branch_id: str, permission_slip_id: str, student_id: str, draft: dict[str, Any], key: str
    ) -> dict[str, Any]:
        """Say yes or no for a child, or take it back"""
        return consenting.by_guardian(self.store, caller, branch_id, permission_slip_id, student_id, draft, key)

    @api(
        "PUT",
        f"{ONE}/paper-answers/{{student_id}}",
        takes=shapes.PaperAnswer,
        gives=shapes.Consent,
        may="record consents on paper",
        keyed=True,
    )
    def record_paper_answer(
        self, caller: Caller, branch_id: str, permission_slip_id: str, student_id: str, draft: dict[str, Any], key: str
    ) -> dict[str, Any]:
        """Record what a guardian has signed on paper"""
        return consenting.on_paper(self.store, caller, branch_id, permission_slip_id, student_id, draft, key)

    @api(
        "GET",
        f"{ONE}/students",
        query=shapes.StudentsQuery,
        gives=shapes.StudentAsked,
        may="see permissions",
        paged=True,
    )
    def students_asked(self, caller: Caller, branch_id: str, permission_slip_id: str, query: dict[str, Any]) -> Paged:
        """Each student with what their guardians said, or who is missing"""
        return lists.students(self.store, caller, branch_id, permission_slip_id, query)

    @every(seconds=5)
    def remind_of_permissions(self) -> None:
        arranging.remind(self.store)
