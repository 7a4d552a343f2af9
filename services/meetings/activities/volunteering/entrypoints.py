"""Volunteering, as guardians and school ask for it."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Paged, api, every
from services.meetings.activities.volunteering import helping, lists, tasks
from services.meetings.activities.volunteering import schemas as shapes

BRANCH = "/v1/branches/{branch_id}"
ONE = f"{BRANCH}/volunteering/{{volunteer_task_id}}"
SHIFT = f"{ONE}/shifts/{{shift_id}}"
ARRANGE, SEE, HELP = "arrange activities", "see activities", "volunteer"
SEE_HELPERS, KEEP_HELPERS = "see participants", "keep participants"


class Volunteering:
    """A part of the service meetings."""

    @api("POST", f"{BRANCH}/volunteering", takes=shapes.TaskDraft, gives=shapes.Task, status=201, may=ARRANGE, keyed=True)
    def want_volunteers(self, caller: Caller, branch_id: str, draft: dict[str, Any], key: str) -> dict[str, Any]:
        """Ask guardians to help, in shifts"""
        made = tasks.create(self.store, caller, branch_id, draft, key)
        return lists.shown(self.store, caller, caller.branch(branch_id), [made])[0]

    @api("GET", f"{BRANCH}/volunteering", query=shapes.TasksQuery, gives=shapes.Task, may=SEE, paged=True)
    def volunteer_tasks(self, caller: Caller, branch_id: str, query: dict[str, Any]) -> Paged:
        """What help is needed, in time order"""
        return lists.page(self.store, caller, branch_id, query)

    @api("GET", ONE, gives=shapes.Task, may=SEE)
    def volunteer_task(self, caller: Caller, branch_id: str, volunteer_task_id: str) -> dict[str, Any]:
        """A task with its shifts, and which are the caller's"""
        return lists.one(self.store, caller, branch_id, volunteer_task_id)

    @api("PUT", ONE, takes=shapes.TaskDraft, gives=shapes.Task, may=ARRANGE)
    def change_volunteer_task(
        self, caller: Caller, branch_id: str, volunteer_task_id: str, draft: dict[str, Any]
    ) -> dict[str, Any]:
        """Change a task; its helpers hear of another time or place"""
        changed = tasks.edit(self.store, caller, branch_id, volunteer_task_id, draft)
        return lists.shown(self.store, caller, caller.branch(branch_id), [changed])[0]

    @api("DELETE", ONE, may=ARRANGE)
    def cancel_volunteer_task(self, caller: Caller, branch_id: str, volunteer_task_id: str) -> None:
        """Cancel a task, and tell its helpers"""
        tasks.cancel(self.store, caller, branch_id, volunteer_task_id)

    @api("PUT", f"{SHIFT}/helper", takes=shapes.Taking, gives=shapes.Stint, may=HELP, keyed=True)
    def take_shift(
        self, caller: Caller, branch_id: str, volunteer_task_id: str, shift_id: str, body: dict[str, Any], key: str
    ) -> dict[str, Any]:
        """Help in a shift, also in the place of another one"""
        return helping.take(self.store, caller, branch_id, volunteer_task_id, shift_id, body["instead_of"], key)

    @api("DELETE", f"{SHIFT}/helper", may=HELP)
    def give_shift_back(self, caller: Caller, branch_id: str, volunteer_task_id: str, shift_id: str) -> None:
        """Give one's shift back"""
        helping.give_back(self.store, caller, branch_id, volunteer_task_id, shift_id)

    @api("GET", f"{ONE}/helpers", query=shapes.HelpersQuery, gives=shapes.Helper, may=SEE_HELPERS, paged=True)
    def helpers(self, caller: Caller, branch_id: str, volunteer_task_id: str, query: dict[str, Any]) -> Paged:
        """Who helps, shift after shift"""
        return lists.helpers(self.store, caller, branch_id, volunteer_task_id, query)

    @api("PUT", f"{SHIFT}/helpers/{{guardian_id}}", gives=shapes.Helper, may=KEEP_HELPERS, keyed=True)
    def put_helper_down(
        self, caller: Caller, branch_id: str, volunteer_task_id: str, shift_id: str, guardian_id: str, key: str
    ) -> dict[str, Any]:
        """Put a guardian down for a shift"""
        made = helping.assign(self.store, caller, branch_id, volunteer_task_id, shift_id, guardian_id, key)
        return lists.stints(self.store, caller.branch(branch_id), [made])[0]

    @api("DELETE", f"{SHIFT}/helpers/{{guardian_id}}", may=KEEP_HELPERS)
    def take_helper_out(self, caller: Caller, branch_id: str, volunteer_task_id: str, shift_id: str, guardian_id: str) -> None:
        """Take a guardian out of a shift"""
        helping.take_back(self.store, caller, branch_id, volunteer_task_id, shift_id, guardian_id)

    @api("PUT", f"{SHIFT}/attendance", takes=shapes.Presence, may=KEEP_HELPERS)
    def note_helpers(self, caller: Caller, branch_id: str, volunteer_task_id: str, shift_id: str, body: dict[str, Any]) -> None:
        """Note which helpers were there"""
        helping.note_presence(self.store, caller, branch_id, volunteer_task_id, shift_id, body["guardian_ids"])

    @every(seconds=5)
    def remind_of_shifts(self) -> None:
        tasks.remind(self.store)
