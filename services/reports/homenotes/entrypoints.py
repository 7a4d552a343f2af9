"""Home notes: guardians write, teachers read."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Answer, Media, Paged, RawBody, api, every
from services.reports.homenotes import choices, prompts, schemas, voices
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

    @api("GET", f"{BRANCH}/home-notes/{{home_note_id}}/voice", gives=Media("*/*"), may="see home notes")
    def home_note_voice(self, caller: Caller, branch_id: str, home_note_id: str) -> Answer:
        """The voice note of a home note"""
        return home_notes.voice(self.store, caller, branch_id, home_note_id)

    @api(
        "POST",
        f"{BRANCH}/home-notes/{{home_note_id}}/acknowledgement",
        takes=schemas.Acknowledgement,
        gives=HomeNote,
        may="acknowledge home notes",
    )
    def acknowledge_home_note(self, caller: Caller, branch_id: str, home_note_id: str, given: Document) -> Document:
        """Say that a home note was read, with a short answer if you like"""
        return home_notes.acknowledge(self.store, caller, branch_id, home_note_id, given)

    @api(
        "POST",
        f"{BRANCH}/home-note-voices",
        query=schemas.VoiceQuery,
        takes=RawBody(voices.LARGEST),
        gives=schemas.Voice,
        status=201,
        may="write home notes",
    )
    def upload_home_note_voice(self, caller: Caller, branch_id: str, query: Document, raw: Any) -> Document:
        """Upload a voice note of up to a minute for a home note to come: the body is the file"""
        return voices.upload(self.store, caller, branch_id, query, raw)

    @api("GET", f"{BRANCH}/home-note-choices", query=schemas.ChoicesQuery, gives=schemas.Choices, may="see home notes")
    def home_note_choices(self, caller: Caller, branch_id: str, query: Document) -> Document:
        """What can be said with a touch in a home note of a kind"""
        return {"items": choices.of_kind(query["kind"])}

    @api("GET", f"{BRANCH}/home-note-prompts", gives=schemas.Prompts, may="write home notes")
    def home_note_prompts(self, caller: Caller, branch_id: str) -> Document:
        """How often I am asked to write a home note"""
        return prompts.wish(self.store, caller, branch_id)

    @api("PUT", f"{BRANCH}/home-note-prompts", takes=schemas.Prompts, gives=schemas.Prompts, may="write home notes")
    def set_home_note_prompts(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Say how often you want to be asked to write a home note: every so many weeks, or never"""
        return prompts.set_wish(self.store, caller, branch_id, draft)

    # As time passes

    @every(seconds=600)
    def clear_home_note_voices(self) -> None:
        voices.clear(self.store)

    @every(seconds=30)
    def ask_for_home_notes(self) -> None:
        prompts.ask_due(self.store)
