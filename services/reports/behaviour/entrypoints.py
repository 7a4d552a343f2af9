"""Behaviour: teachers note what they see, families see it as a course over weeks."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Paged, api
from services.reports.behaviour import aspects, notes, queries, schemas

BEHAVIOUR = "/v1/branches/{branch_id}/behaviour"
ONE = f"{BEHAVIOUR}/notes/{{behaviour_note_id}}"
Document = dict[str, Any]


class Behaviour:
    @api("POST", f"{BEHAVIOUR}/notes", takes=schemas.NotesDraft, gives=schemas.Notes, status=201, may="note behaviour")
    def note_behaviour(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Note praise or a concern of one child or several"""
        return notes.note(self.store, caller, branch_id, draft)

    @api("GET", f"{BEHAVIOUR}/notes", query=schemas.NotesQuery, gives=schemas.Note, paged=True, may="see behaviour")
    def behaviour_notes(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """What was noted of a child, or in a class by those who teach it, the latest first"""
        return notes.several(self.store, caller, branch_id, query)

    @api("GET", ONE, gives=schemas.Note, may="see behaviour")
    def behaviour_note(self, caller: Caller, branch_id: str, behaviour_note_id: str) -> Document:
        """One behaviour note"""
        return notes.one(self.store, caller, branch_id, behaviour_note_id)

    @api("PUT", ONE, takes=schemas.NoteChange, gives=schemas.Note, may="note behaviour")
    def change_behaviour_note(self, caller: Caller, branch_id: str, behaviour_note_id: str, draft: Document) -> Document:
        """Say it in other words"""
        return notes.change(self.store, caller, branch_id, behaviour_note_id, draft)

    @api("POST", f"{ONE}/withdrawal", gives=schemas.Note, may="note behaviour")
    def withdraw_behaviour_note(self, caller: Caller, branch_id: str, behaviour_note_id: str) -> Document:
        """It was a mistake: it counts no more and says nothing"""
        return notes.withdraw(self.store, caller, branch_id, behaviour_note_id)

    @api("GET", f"{BEHAVIOUR}/course", query=schemas.CourseQuery, gives=schemas.Course, may="see behaviour")
    def behaviour_course(self, caller: Caller, branch_id: str, query: Document) -> Document:
        """A child's behaviour over weeks, by aspect"""
        return queries.of_student(self.store, caller, branch_id, query)

    @api("GET", f"{BEHAVIOUR}/aspects", gives=schemas.Aspects, may="see behaviour")
    def behaviour_aspects(self, caller: Caller, branch_id: str) -> Document:
        """What is looked at in this branch"""
        return aspects.show(self.store, caller, branch_id)

    @api(
        "POST",
        f"{BEHAVIOUR}/aspects",
        takes=schemas.AspectDraft,
        gives=schemas.Aspect,
        status=201,
        may="keep behaviour aspects",
    )
    def add_behaviour_aspect(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Add an aspect of the school's own"""
        return aspects.add(self.store, caller, branch_id, draft)

    @api(
        "PATCH",
        f"{BEHAVIOUR}/aspects/{{aspect_id}}",
        takes=schemas.AspectChange,
        gives=schemas.Aspect,
        may="keep behaviour aspects",
    )
    def change_behaviour_aspect(self, caller: Caller, branch_id: str, aspect_id: str, draft: Document) -> Document:
        """Rename an aspect of the school's own, or look at it no more"""
        return aspects.change(self.store, caller, branch_id, aspect_id, draft)
