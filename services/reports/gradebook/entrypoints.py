"""The gradebook: teachers enter results, somebody else moderates them, families see what is published."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Answer, Paged, api
from services.reports.fields import chosen_id
from services.reports.gradebook import (
    categories,
    line_items,
    locks,
    marks,
    moderation,
    publishing,
    schemes,
    sheets,
    viewing,
)
from services.reports.gradebook import schemas as shapes
from services.reports.gradebook import scheme_schemas as scheme_shapes
from services.reports.gradebook import view_schemas as view_shapes

BRANCH = "/v1/branches/{branch_id}"
SCHEME, CATEGORY = f"{BRANCH}/grading-schemes/{{scheme_id}}", f"{BRANCH}/categories/{{category_id}}"
ITEM = f"{BRANCH}/line-items/{{line_item_id}}"
RESULT = f"{ITEM}/results/{{student_id}}"
MARK, MODERATE, LOCK = "mark", "moderate marks", "lock terms"
SEE, SEE_SCHEMES, KEEP_SCHEMES = "see results", "see grading schemes", "keep grading schemes"
Document = dict[str, Any]


class Gradebook:
    # How a branch grades

    @api("GET", f"{BRANCH}/grading-schemes/presets", gives=scheme_shapes.Presets, may=SEE_SCHEMES)
    def grading_presets(self, caller: Caller, branch_id: str) -> Document:
        """Schemes to begin from"""
        return schemes.all_presets()

    @api("GET", f"{BRANCH}/grading-schemes", gives=scheme_shapes.GradingSchemes, may=SEE_SCHEMES)
    def grading_schemes(self, caller: Caller, branch_id: str) -> Document:
        """The branch's grading schemes; where none holds, the board's does"""
        return schemes.all_of_branch(self.store, caller, branch_id)

    @api("GET", SCHEME, query=scheme_shapes.SchemeQuery, gives=scheme_shapes.GradingScheme, may=SEE_SCHEMES)
    def grading_scheme(self, caller: Caller, branch_id: str, scheme_id: str, query: Document) -> Document:
        """A grading scheme, or an edition of it"""
        return schemes.one(self.store, caller, branch_id, scheme_id, query["edition"])

    @api("PUT", SCHEME, takes=scheme_shapes.SchemeDraft, gives=scheme_shapes.GradingScheme, may=KEEP_SCHEMES)
    def put_grading_scheme(self, caller: Caller, branch_id: str, scheme_id: str, draft: Document) -> Document:
        """Make a grading scheme, or a new edition of it"""
        return schemes.put(self.store, caller, branch_id, chosen_id("scheme_id", scheme_id), draft)

    @api("DELETE", SCHEME, may=KEEP_SCHEMES)
    def retire_grading_scheme(self, caller: Caller, branch_id: str, scheme_id: str) -> None:
        """Use a grading scheme no more; its editions stay for the cards that name them"""
        schemes.retire(self.store, caller, branch_id, scheme_id)

    # Terms

    @api("GET", f"{BRANCH}/term-locks", query=scheme_shapes.LocksQuery, gives=scheme_shapes.TermLock, may=MARK, paged=True)
    def term_locks(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """Which terms are locked, or were, and why"""
        return locks.page(self.store, caller, branch_id, query)

    @api("PUT", f"{BRANCH}/term-locks", takes=scheme_shapes.LockDraft, gives=scheme_shapes.TermLock, may=LOCK)
    def lock_term(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Lock a term at its end, or open it again, for a class or for all"""
        return locks.put(self.store, caller, branch_id, draft)

    # Categories

    @api("GET", f"{BRANCH}/categories", query=shapes.ClassQuery, gives=shapes.GradeCategory, may=MARK, paged=True)
    def categories(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """What a class's line items are sorted into"""
        return categories.of_class(self.store, caller, branch_id, query)

    @api("PUT", CATEGORY, takes=shapes.CategoryDraft, gives=shapes.GradeCategory, may=MARK)
    def put_category(self, caller: Caller, branch_id: str, category_id: str, draft: Document) -> Document:
        """Make a category, or another in its place"""
        return categories.put(self.store, caller, branch_id, chosen_id("category_id", category_id), draft)

    @api("DELETE", CATEGORY, may=MARK)
    def delete_category(self, caller: Caller, branch_id: str, category_id: str) -> None:
        """Delete a category that has no line items"""
        categories.remove(self.store, caller, branch_id, category_id)

    # Line items

    @api("GET", f"{BRANCH}/line-items", query=shapes.LineItemsQuery, gives=shapes.LineItem, may=MARK, paged=True)
    def line_items(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A class's line items, by the day on which they were set"""
        return line_items.of_class(self.store, caller, branch_id, query)

    @api("GET", ITEM, gives=shapes.LineItem, may=MARK)
    def line_item(self, caller: Caller, branch_id: str, line_item_id: str) -> Document:
        """One line item"""
        return line_items.one(self.store, caller, branch_id, line_item_id)

    @api("PUT", ITEM, takes=shapes.LineItemDraft, gives=shapes.LineItem, may=MARK)
    def put_line_item(self, caller: Caller, branch_id: str, line_item_id: str, draft: Document) -> Document:
        """Make a line item, or another in its place"""
        return line_items.put(self.store, caller, branch_id, chosen_id("line_item_id", line_item_id), draft)

    @api("DELETE", ITEM, may=MARK)
    def delete_line_item(self, caller: Caller, branch_id: str, line_item_id: str) -> None:
        """Delete a line item with its results"""
        line_items.remove(self.store, caller, branch_id, line_item_id)

    @api("POST", f"{ITEM}/publication", gives=shapes.LineItem, may=MARK)
    def publish_line_item(self, caller: Caller, branch_id: str, line_item_id: str) -> Document:
        """Let families see the results, and tell them"""
        return publishing.publish(self.store, caller, branch_id, line_item_id)

    @api("DELETE", f"{ITEM}/publication", gives=shapes.LineItem, may=MARK)
    def withdraw_line_item(self, caller: Caller, branch_id: str, line_item_id: str) -> Document:
        """Let families see the results no more"""
        return publishing.withdraw(self.store, caller, branch_id, line_item_id)

    # Moderation

    @api("POST", f"{ITEM}/submission", gives=shapes.LineItem, may=MARK)
    def submit_line_item(self, caller: Caller, branch_id: str, line_item_id: str) -> Document:
        """Submit the results: from here on a change is a correction"""
        return moderation.submit(self.store, caller, branch_id, line_item_id)

    @api("POST", f"{ITEM}/moderation", gives=shapes.LineItem, may=MODERATE)
    def moderate_line_item(self, caller: Caller, branch_id: str, line_item_id: str) -> Document:
        """Say that the results stand; not by who entered them"""
        return moderation.moderate(self.store, caller, branch_id, line_item_id)

    @api("POST", f"{ITEM}/reopening", takes=shapes.Reasoned, gives=shapes.LineItem, may=MODERATE)
    def reopen_line_item(self, caller: Caller, branch_id: str, line_item_id: str, body: Document) -> Document:
        """Give submitted results back to the teacher"""
        return moderation.reopen(self.store, caller, branch_id, line_item_id, body["reason"])

    @api("POST", f"{ITEM}/adjustments", takes=shapes.AdjustmentDraft, gives=shapes.LineItem, may=MODERATE, keyed=True)
    def adjust_line_item(self, caller: Caller, branch_id: str, line_item_id: str, draft: Document, key: str) -> Document:
        """Adjust all results by one rule"""
        return moderation.adjust(self.store, caller, branch_id, line_item_id, draft, key)

    @api(
        "DELETE",
        f"{ITEM}/adjustments/{{adjustment_id}}",
        query=shapes.ReasonQuery,
        gives=shapes.LineItem,
        may=MODERATE,
    )
    def take_adjustment_back(
        self, caller: Caller, branch_id: str, line_item_id: str, adjustment_id: str, query: Document
    ) -> Document:
        """Take an adjustment back"""
        return moderation.take_back(self.store, caller, branch_id, line_item_id, adjustment_id, query["reason"])

    # Results

    @api("GET", f"{ITEM}/results", gives=shapes.ResultSheet, may=MARK)
    def result_sheet(self, caller: Caller, branch_id: str, line_item_id: str) -> Document:
        """A line item's sheet as it is"""
        return sheets.of_item(self.store, caller, branch_id, line_item_id)

    @api("PUT", f"{ITEM}/results", takes=shapes.ResultSheetDraft, gives=shapes.ResultSheet, may=MARK)
    def put_results(self, caller: Caller, branch_id: str, line_item_id: str, sheet: Document) -> Document:
        """Enter a class's results of a line item"""
        return sheets.put(self.store, caller, branch_id, line_item_id, sheet)

    @api("DELETE", RESULT, query=shapes.RemovalQuery, may=MARK)
    def delete_result(self, caller: Caller, branch_id: str, line_item_id: str, student_id: str, query: Document) -> None:
        """Delete a child's result"""
        sheets.remove(self.store, caller, branch_id, line_item_id, student_id, query["reason"], query["edition"])

    @api("GET", f"{RESULT}/history", gives=shapes.EarlierResult, may=MARK, paged=True)
    def result_history(self, caller: Caller, branch_id: str, line_item_id: str, student_id: str, query: Document) -> Paged:
        """How a child's result was corrected and adjusted, the latest first"""
        return sheets.history(self.store, caller, branch_id, line_item_id, student_id, query)

    @api("GET", f"{BRANCH}/results", query=view_shapes.ResultsQuery, gives=view_shapes.ChildResult, may=SEE, paged=True)
    def results(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A child's results, the latest first; for families those that are published"""
        return viewing.results(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/gradebook", query=view_shapes.GradebookQuery, gives=view_shapes.GradebookPage, may=MARK)
    def gradebook(self, caller: Caller, branch_id: str, query: Document) -> Document:
        """A class's line items of a term with all their results"""
        return viewing.matrix(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/term-results", query=shapes.MarkQuery, gives=view_shapes.ChildTerm, may=MARK, paged=True)
    def term_results(self, caller: Caller, branch_id: str, query: Document) -> Answer:
        """What the children of a class have reached in a term, and what it is made of"""
        return viewing.of_class(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/term-results/{{student_id}}", query=view_shapes.TermQuery, gives=view_shapes.ChildTerm, may=MARK)
    def term_result(self, caller: Caller, branch_id: str, student_id: str, query: Document) -> Document:
        """What a child has reached in a term"""
        return viewing.of_student(self.store, caller, branch_id, student_id, query["term"])

    @api("GET", f"{BRANCH}/term-averages", query=shapes.MarkQuery, gives=view_shapes.Averages, may=MARK)
    def term_averages(self, caller: Caller, branch_id: str, query: Document) -> Document:
        """Mean and median of a class in a term, and of how many children"""
        return viewing.averages(self.store, caller, branch_id, query)

    # Marks, simply

    @api("PUT", f"{BRANCH}/marks", takes=shapes.MarkSheetDraft, gives=shapes.MarkSheet, may=MARK)
    def put_marks(self, caller: Caller, branch_id: str, sheet: Document) -> Document:
        """Enter a class's marks for a subject and term"""
        return marks.put_sheet(self.store, caller, branch_id, sheet)

    @api("GET", f"{BRANCH}/marks", query=shapes.MarkQuery, gives=shapes.Mark, may=MARK, paged=True)
    def marks(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """A class's marks of a term, subject by subject"""
        return marks.of_class(self.store, caller, branch_id, query)
