"""Reports: home and school share what is due, how it went and what is new."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.contracts import roster
from schoolbus.contracts.reports import PersonErased, PersonExported
from schoolbus.events import Event
from schoolbus.privacy import erase_and_tell, export
from schoolbus.service import Answer, KeepsRoster, Media, Paged, Stored, api, every, on
from services.reports import briefs, home_notes, homework, marks, privacy, report_cards, runs, schemas, today, usage
from services.reports.store import Store

BRANCH = "/v1/branches/{branch_id}"
Document = dict[str, Any]


class Reports(KeepsRoster):
    name = "reports"
    store = Stored(Store)

    # Homework

    @api("POST", f"{BRANCH}/homework", takes=schemas.HomeworkDraft, gives=schemas.Homework, status=201, may="set homework")
    def set_homework(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Set homework for a class"""
        return homework.set_homework(self.store, caller, branch_id, draft)

    @api("GET", f"{BRANCH}/homework", query=schemas.ClassQuery, gives=schemas.Homework, may="see homework", paged=True)
    def homework(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A class's homework, the latest due first"""
        return homework.of_class(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/homework/{{homework_id}}", gives=schemas.Homework, may="see homework")
    def one_homework(self, caller: Caller, branch_id: str, homework_id: str) -> Document:
        """One homework"""
        return homework.one(self.store, caller, branch_id, homework_id)

    @api("GET", f"{BRANCH}/today/{{student_id}}", gives=schemas.Today, may="see today")
    def today(self, caller: Caller, branch_id: str, student_id: str) -> Answer:
        """What is due and what is new for a child"""
        return Answer(today.of_student(self.store, caller, branch_id, student_id))

    # Marks and report cards

    @api("PUT", f"{BRANCH}/marks", takes=schemas.MarkSheetDraft, gives=schemas.MarkSheet, may="mark")
    def put_marks(self, caller: Caller, branch_id: str, sheet: Document) -> Document:
        """Enter a class's marks for a subject and term"""
        return marks.put_sheet(self.store, caller, branch_id, sheet)

    @api("GET", f"{BRANCH}/marks", query=schemas.MarkQuery, gives=schemas.Mark, may="mark", paged=True)
    def marks(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A class's marks of a term, subject by subject"""
        return marks.of_class(self.store, caller, branch_id, query)

    @api("POST", f"{BRANCH}/report-card-runs", takes=schemas.RunDraft, gives=schemas.Run, status=202, may="issue report cards")
    def ask_for_report_cards(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Have report cards made for a class, or for some of its students"""
        return runs.ask(self.store, caller, branch_id, draft)

    @api("GET", f"{BRANCH}/report-card-runs/{{run_id}}", gives=schemas.Run, may="issue report cards")
    def report_card_run(self, caller: Caller, branch_id: str, run_id: str) -> Document:
        """How many report cards were asked for, issued and failed, and why"""
        return runs.progress(self.store, caller, branch_id, run_id)

    @api(
        "GET",
        f"{BRANCH}/report-cards",
        query=schemas.ReportCardQuery,
        gives=schemas.ReportCard,
        may="see report cards",
        paged=True,
    )
    def report_cards(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A child's report cards, the newest first"""
        return report_cards.of_student(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/report-cards/{{report_card_id}}", gives=schemas.ReportCard, may="see report cards")
    def report_card(self, caller: Caller, branch_id: str, report_card_id: str) -> Document:
        """One report card"""
        return report_cards.one(self.store, caller, branch_id, report_card_id)

    @api(
        "GET",
        f"{BRANCH}/report-cards/{{report_card_id}}/pdf",
        query=schemas.EditionQuery,
        gives=Media("application/pdf"),
        may="see report cards",
    )
    def report_card_pdf(self, caller: Caller, branch_id: str, report_card_id: str, query: Document) -> Answer:
        """A report card in English (en), in Urdu (ur) or in both"""
        pdf, name = report_cards.pdf(self.store, caller, branch_id, report_card_id, query["language"])
        return Answer(pdf, "application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})

    # Home notes

    @api(
        "POST", f"{BRANCH}/home-notes", takes=schemas.HomeNoteDraft, gives=schemas.HomeNote, status=201, may="write home notes"
    )
    def write_home_note(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Tell a child's teachers how it goes at home"""
        return home_notes.write(self.store, caller, branch_id, draft)

    @api(
        "GET",
        f"{BRANCH}/home-notes",
        query=schemas.HomeNoteQuery,
        gives=schemas.HomeNote,
        may="see home notes",
        paged=True,
    )
    def home_notes(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A guardian's own notes; for a teacher, those about the children they teach"""
        return home_notes.mine(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/home-notes/{{home_note_id}}", gives=schemas.HomeNote, may="see home notes")
    def home_note(self, caller: Caller, branch_id: str, home_note_id: str) -> Document:
        """One home note: the guardian's own, or of a child that the teacher teaches"""
        return home_notes.one(self.store, caller, branch_id, home_note_id)

    @api("POST", f"{BRANCH}/home-notes/{{home_note_id}}/acknowledgement", gives=schemas.HomeNote, may="acknowledge home notes")
    def acknowledge_home_note(self, caller: Caller, branch_id: str, home_note_id: str) -> Document:
        """Say that a home note was read"""
        return home_notes.acknowledge(self.store, caller, branch_id, home_note_id)

    # What is kept of whom

    @on(roster.ExportAsked, prefetch=1)
    def export_person(self, event: Event) -> None:
        export(self.store, privacy.HELD, event, PersonExported)

    @on(roster.PersonErased, prefetch=1)
    def erase_person(self, event: Event) -> None:
        with briefs.erasing(self.store, event.data["person_id"]):
            erase_and_tell(self.store, privacy.HELD, event, PersonErased)

    # As time passes

    @every(seconds="USAGE_EVERY")
    def meter_usage(self) -> None:
        usage.meter(self.store)
