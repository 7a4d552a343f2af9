"""Home notes: guardians write, teachers read."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Paged, api
from services.reports.homenotes import notes as home_notes
from services.reports.homenotes.schemas import HomeNote, HomeNoteDraft, HomeNoteQuery

BRANCH = "/v1/branches/{branch_id}"
Document = dict[str, Any]


class HomeNotes:
    @api("POST", f"{BRANCH}/home-notes", takes=HomeNoteDraft, gives=HomeNote, status=201, may="write home notes")
    def write_home_note(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Tell a child's teachers how it goes at home"""
        return home_notes.write(self.store, caller, branch_id, draft)

    @api(
        "GET",
        f"{BRANCH}/home-notes",
        query=HomeNoteQuery,
        gives=HomeNote,
        may="see home notes",
        paged=True,
    )
    def home_notes(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A guardian's own notes; for a teacher, those about the children they teach"""
        return home_notes.mine(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/home-notes/{{home_note_id}}", gives=HomeNote, may="see home notes")
    def home_note(self, caller: Caller, branch_id: str, home_note_id: str) -> Document:
        """One home note: the guardian's own, or of a child that the teacher teaches"""
        return home_notes.one(self.store, caller, branch_id, home_note_id)

    @api("POST", f"{BRANCH}/home-notes/{{home_note_id}}/acknowledgement", gives=HomeNote, may="acknowledge home notes")
    def acknowledge_home_note(self, caller: Caller, branch_id: str, home_note_id: str) -> Document:
        """Say that a home note was read"""
        return home_notes.acknowledge(self.store, caller, branch_id, home_note_id)
