"""A report card's way through the school, and what becomes of it afterwards: docs/report-cards.md."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Answer, Media, Paged, api
from services.reports.cards.schemas import EditionQuery, ReportCard, Run
from services.reports.cards.workflow import issued, listing, previewing, schemas, steps, writing

Document = dict[str, Any]
BRANCH = "/v1/branches/{branch_id}"
RUNS = f"{BRANCH}/report-card-runs"
CARD = BRANCH + "/report-cards/{report_card_id}"
ASK, REVIEW, APPROVE = "issue report cards", "review report cards", "approve report cards"


class CardWorkflow:
    @api("GET", RUNS, query=schemas.RunsQuery, gives=Run, paged=True, may=ASK)
    def report_card_runs(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """Runs of report cards, the latest first; `state`: those with a card that waits there"""
        return listing.runs_of(self.store, caller, branch_id, query)

    @api("GET", RUNS + "/{run_id}/cards", query=schemas.RunCardsQuery, gives=schemas.RunCard, paged=True, may=ASK)
    def cards_of_run(self, caller: Caller, branch_id: str, run_id: str, query: Document) -> Paged:
        """A run's cards: how far each is, what was said on it, and whose remarks are missing"""
        return listing.cards_of_run(self.store, caller, branch_id, run_id, query)

    @api("PUT", RUNS + "/{run_id}/remarks", takes=schemas.RemarksDraft, gives=schemas.Remarked, may=ASK)
    def put_remarks(self, caller: Caller, branch_id: str, run_id: str, draft: Document) -> Document:
        """Write remarks on drafts, for many children at once: all rows or none"""
        return writing.put(self.store, caller, branch_id, run_id, draft)

    @api("POST", RUNS + "/{run_id}/review", takes=schemas.StepDraft, gives=Run, may=REVIEW)
    def review_report_cards(self, caller: Caller, branch_id: str, run_id: str, draft: Document) -> Document:
        """Say that drafts are as they should be: all of a run, or those named"""
        return steps.review(self.store, caller, branch_id, run_id, draft)

    @api("POST", RUNS + "/{run_id}/approval", takes=schemas.StepDraft, gives=Run, may=APPROVE)
    def approve_report_cards(self, caller: Caller, branch_id: str, run_id: str, draft: Document) -> Document:
        """Have reviewed cards issued: all of a run, or those named"""
        return steps.approve(self.store, caller, branch_id, run_id, draft)

    @api("POST", RUNS + "/{run_id}/return", takes=schemas.ReturnDraft, gives=Run, may=REVIEW)
    def return_report_cards(self, caller: Caller, branch_id: str, run_id: str, draft: Document) -> Document:
        """Give cards back to be written on again, with a reason"""
        return steps.give_back(self.store, caller, branch_id, run_id, draft)

    @api("GET", CARD + "/preview", query=EditionQuery, gives=Media("application/pdf"), may=ASK)
    def preview_report_card(self, caller: Caller, branch_id: str, report_card_id: str, query: Document) -> Answer:
        """A card as it would be now"""
        pdf = previewing.preview(self.store, caller, branch_id, report_card_id, query["language"])
        return Answer(pdf, "application/pdf", headers={"Content-Disposition": 'inline; filename="report-card-draft.pdf"'})

    @api("GET", f"{BRANCH}/issued-report-cards", query=schemas.IssuedQuery, gives=schemas.IssuedCard, paged=True, may=ASK)
    def issued_report_cards(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """Each child's newest card of a term: whether it is outdated, and who has acknowledged it"""
        return issued.of_term(self.store, caller, branch_id, query)

    @api("POST", CARD + "/acknowledgement", gives=ReportCard, may="acknowledge report cards")
    def acknowledge_report_card(self, caller: Caller, branch_id: str, report_card_id: str) -> Document:
        """Say that one has seen this version of a child's report card"""
        return issued.acknowledge(self.store, caller, branch_id, report_card_id)

    @api("POST", CARD + "/withdrawal", takes=schemas.WithdrawalDraft, may=APPROVE)
    def withdraw_report_card(self, caller: Caller, branch_id: str, report_card_id: str, draft: Document) -> None:
        """Take back a card that was issued by mistake; verification says so"""
        issued.withdraw(self.store, caller, branch_id, report_card_id, draft)
