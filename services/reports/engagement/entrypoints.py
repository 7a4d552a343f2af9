"""How far families are reached, and what is done about those who are not."""

from __future__ import annotations

from typing import Any

from schoolbus.caller import Caller
from schoolbus.contracts import meetings, notifications
from schoolbus.events import Event
from schoolbus.service import Answer, Media, Paged, api, on
from services.reports.engagement import (
    before_after,
    chart_views,
    export,
    family_rows,
    learning,
    printing,
    reports,
    steps,
)
from services.reports.engagement.schemas import families, numbers, queries

BRANCH = "/v1/branches/{branch_id}/engagement"
CLASS, CHAIN = f"{BRANCH}/classes/{{class_id}}", "/v1/engagement"
SEE, SEE_CLASSES, SEE_FAMILIES = "see engagement", "see engagement of classes", "see engagement of families"
KEEP_STEPS, SEE_CHAIN = "keep engagement steps", "see engagement of the chain"
CSV, SVG, PDF = Media("text/csv"), Media(chart_views.SVG), Media("application/pdf")
Document = dict[str, Any]


class OfBranch:
    """Numbers of a branch and its classes: no child is named in them."""

    store: Any

    @api("GET", BRANCH, query=queries.SpanQuery, gives=numbers.BranchMonths, may=SEE)
    def engagement(self, caller: Caller, branch_id: str, query: Document) -> Document:
        """A branch month by month: how far families are reached, in what they take part, and beside it what children do"""
        return reports.branch(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/classes", query=queries.MonthQuery, gives=numbers.Classes, may=SEE)
    def engagement_of_classes(self, caller: Caller, branch_id: str, query: Document) -> Document:
        """All classes of a month"""
        return reports.classes(self.store, caller, branch_id, query)

    @api("GET", CLASS, query=queries.SpanQuery, gives=numbers.ClassMonths, may=SEE_CLASSES)
    def engagement_of_class(self, caller: Caller, branch_id: str, class_id: str, query: Document) -> Document:
        """A class month by month"""
        return reports.one_class(self.store, caller, branch_id, class_id, query)

    @api("GET", f"{BRANCH}/beside", query=queries.MonthQuery, gives=numbers.Beside, may=SEE)
    def engagement_beside(self, caller: Caller, branch_id: str, query: Document) -> Document:
        """Children of families that took part, and of those that did not, beside each other"""
        return reports.beside(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/before-and-after", query=queries.BeforeAfterQuery, gives=numbers.BeforeAfter, may=SEE)
    def engagement_before_and_after(self, caller: Caller, branch_id: str, query: Document) -> Document:
        """The same families in the months before and after a date"""
        return before_after.of(self.store, caller, branch_id, None, query)

    @api("GET", f"{CLASS}/before-and-after", query=queries.BeforeAfterQuery, gives=numbers.BeforeAfter, may=SEE_CLASSES)
    def class_before_and_after(self, caller: Caller, branch_id: str, class_id: str, query: Document) -> Document:
        """The same families of a class in the months before and after a date"""
        return before_after.of(self.store, caller, branch_id, class_id, query)

    @api("GET", f"{BRANCH}/chart", query=queries.ChartQuery, gives=numbers.Chart, may=SEE)
    def engagement_chart(self, caller: Caller, branch_id: str, query: Document) -> Document:
        """The table behind a chart"""
        return chart_views.of_branch(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/chart.svg", query=queries.DrawnQuery, gives=SVG, may=SEE)
    def engagement_chart_drawn(self, caller: Caller, branch_id: str, query: Document) -> Answer:
        """A chart, in English or Urdu"""
        return chart_views.drawn(chart_views.of_branch(self.store, caller, branch_id, query), query["language"])

    @api("GET", f"{BRANCH}/report.csv", query=queries.SpanQuery, gives=CSV, may=SEE)
    def engagement_csv(self, caller: Caller, branch_id: str, query: Document) -> Answer:
        """The branch and its classes as a spreadsheet"""
        return export.of_branch(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/report.pdf", query=queries.PaperQuery, gives=PDF, may=SEE)
    def engagement_pdf(self, caller: Caller, branch_id: str, query: Document) -> Answer:
        """The branch's report of a month on paper"""
        return printing.of_branch(self.store, caller, branch_id, query)

    @api("GET", f"{BRANCH}/strategies", gives=families.Strategies, may=SEE)
    def engagement_strategies(self, caller: Caller, branch_id: str) -> Document:
        """Which strategy reached families here: counts, as noted and as measured"""
        return steps.strategies(self.store, caller, branch_id)


class OfFamilies:
    """Families by name, for the office, the head and the class teacher."""

    store: Any

    @api("GET", f"{BRANCH}/families", query=queries.FamiliesQuery, gives=families.FamilyRow, may=SEE_FAMILIES, paged=True)
    def engagement_families(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """Families in a month, with what was counted of each"""
        return family_rows.page(self.store, caller, branch_id, query)

    @api(
        "GET",
        f"{BRANCH}/families/{{student_id}}",
        query=queries.SpanQuery,
        gives=families.FamilyMonths,
        may=SEE_FAMILIES,
    )
    def engagement_of_family(self, caller: Caller, branch_id: str, student_id: str, query: Document) -> Document:
        """The family of a child, month by month"""
        return family_rows.one(self.store, caller, branch_id, student_id, query)

    @api("GET", f"{BRANCH}/unreached", query=queries.UnreachedQuery, gives=families.Unreached, may=SEE_FAMILIES, paged=True)
    def unreached_families(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """Families that are not reached, why, and what to try next"""
        return family_rows.not_reached(self.store, caller, branch_id, query)

    @api("POST", f"{BRANCH}/steps", takes=queries.StepDraft, gives=families.Step, status=201, may=KEEP_STEPS)
    def add_engagement_step(self, caller: Caller, branch_id: str, draft: Document) -> Document:
        """Note what was tried with a family"""
        return steps.add(self.store, caller, branch_id, draft)

    @api("GET", f"{BRANCH}/steps", query=queries.StepsQuery, gives=families.Step, may=SEE_FAMILIES, paged=True)
    def engagement_steps(self, caller: Caller, branch_id: str, query: Document) -> Paged:
        """What was tried, the latest first"""
        return steps.page(self.store, caller, branch_id, query)

    @api("PUT", f"{BRANCH}/steps/{{step_id}}/outcome", takes=queries.OutcomeDraft, gives=families.Step, may=KEEP_STEPS)
    def note_engagement_outcome(self, caller: Caller, branch_id: str, step_id: str, draft: Document) -> Document:
        """Note what came of it"""
        return steps.note_outcome(self.store, caller, branch_id, step_id, draft)


class OfChain:
    """The chain's numbers: no family, and no name but a branch's."""

    store: Any

    @api("GET", CHAIN, query=queries.SpanQuery, gives=numbers.Months, may=SEE_CHAIN)
    def chain_engagement(self, caller: Caller, query: Document) -> Document:
        """The chain month by month"""
        return reports.chain(self.store, caller, query)

    @api("GET", f"{CHAIN}/branches", query=queries.MonthQuery, gives=numbers.BranchGroup, may=SEE_CHAIN, paged=True)
    def chain_engagement_branches(self, caller: Caller, query: Document) -> Paged:
        """Each branch in a month"""
        return reports.branches(self.store, caller, query)

    @api("GET", f"{CHAIN}/beside", query=queries.MonthQuery, gives=numbers.Beside, may=SEE_CHAIN)
    def chain_engagement_beside(self, caller: Caller, query: Document) -> Document:
        """Children of families that took part, and of those that did not, beside each other"""
        return reports.beside_of_chain(self.store, caller, query)

    @api("GET", f"{CHAIN}/chart", query=queries.ChainChartQuery, gives=numbers.Chart, may=SEE_CHAIN)
    def chain_engagement_chart(self, caller: Caller, query: Document) -> Document:
        """The table behind a chart"""
        return chart_views.of_chain(self.store, caller, query)

    @api("GET", f"{CHAIN}/chart.svg", query=queries.ChainDrawnQuery, gives=SVG, may=SEE_CHAIN)
    def chain_engagement_chart_drawn(self, caller: Caller, query: Document) -> Answer:
        """A chart, in English or Urdu"""
        return chart_views.drawn(chart_views.of_chain(self.store, caller, query), query["language"])

    @api("GET", f"{CHAIN}/report.csv", query=queries.MonthQuery, gives=CSV, may=SEE_CHAIN)
    def chain_engagement_csv(self, caller: Caller, query: Document) -> Answer:
        """The chain and its branches in a month as a spreadsheet"""
        return export.of_chain(self.store, caller, query)

    @api("GET", f"{CHAIN}/report.pdf", query=queries.PaperQuery, gives=PDF, may=SEE_CHAIN)
    def chain_engagement_pdf(self, caller: Caller, query: Document) -> Answer:
        """The chain's report of a month on paper"""
        return printing.of_chain(self.store, caller, query)


class Engagement(OfBranch, OfFamilies, OfChain):
    # When something happened elsewhere

    @on(notifications.ReachCounted, prefetch=4)
    def keep_reach(self, event: Event) -> None:
        learning.keep(self.store, self.store.reach, event)

    @on(meetings.ParticipationCounted, prefetch=4)
    def keep_participation(self, event: Event) -> None:
        learning.keep(self.store, self.store.participation, event)
