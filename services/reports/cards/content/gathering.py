"""What a card says, gathered from what is known now: in some twenty questions, and none for what its template does not show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.problems import NotYet
from schoolbus.scope import Scope, branch
from services.reports.attendance.spans import Span
from services.reports.cards.card import Card, Line, Result
from services.reports.cards.content import averages, life, progress, remarks, spans
from services.reports.cards.design import SECTIONS
from services.reports.cards.states import WITH_VERSION
from services.reports.gradebook.reading import term_of
from services.reports.gradebook.schemes import of_class
from services.reports.gradebook.term_results import TermResult
from services.reports.paper.codes import Check
from services.reports.paper.points import Point

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
AVERAGES = "averages"


class NoMarks(Exception):
    """There is nothing to put on the card: trying again won't help."""


def sections_of(asked: Mapping[str, Any], chosen: Collection[str]) -> Collection[str]:
    """A class's average is on a card where the school chose it: without a template it has chosen nothing."""
    return chosen if asked.get("template") else [name for name in chosen if name != AVERAGES]


def gather(
    store: Store, asked: Document, sections: Collection[str] = SECTIONS, check: Check | None = None, number: str | None = None
) -> Card:
    """Raises NoMarks, or NotYet while the roster's events are on their way."""
    of = _Gathering(store, branch(asked["branch_id"]), asked, sections_of(asked, sections))
    reached, schemes = term_of(store, of.scope, asked["student_id"], asked["term_key"])
    if not reached.subjects:
        raise NoMarks
    school = store.branches.first(of.scope)
    student = store.person(of.scope, asked["student_id"])
    group = store.classes.first(of.scope, {"class_id": asked["class_id"]})
    if school is None or student is None or group is None:
        raise NotYet(f"roster of report card {asked['_id']}")
    means = of.means(reached)
    return Card(
        branch_name=school["name"],
        branch_name_ur=school["name_ur"],
        student_name=f"{student['given_name']} {student['family_name']}",
        student_name_ur=student["name_ur"],
        class_title=group["title"],
        term=asked["term"],
        lines=of.lines(reached, means),
        issued_on=clock.today(),
        version=next_version(store, of.scope, asked),
        number=asked["_id"][:8].upper() if number is None else number,
        result=_result(reached, means),
        scheme=schemes.get(asked["class_id"]) or of_class(store, of.scope, group, asked["term_key"]),
        check=check,
        **of.parts(reached),
    )


def next_version(store: Store, scope: Scope, asked: Mapping[str, Any]) -> int:
    same = {"student_id": asked["student_id"], "term_key": asked["term_key"], "state": {"$in": list(WITH_VERSION)}}
    latest = store.report_cards.first(scope, same, sort="-version")
    return latest["version"] + 1 if latest else 1


def _result(reached: TermResult, means: averages.Means) -> Result:
    grade = reached.grade
    return Result(
        reached.percent,
        *((grade.letter, grade.word, grade.word_ur) if grade else ("", "", "")),
        score=reached.score,
        out_of=reached.out_of,
        average=means.get(None),
    )


@dataclass(frozen=True)
class _Gathering:
    store: Store
    scope: Scope
    asked: Document
    sections: Collection[str]

    @cached_property
    def span(self) -> Span | None:
        return spans.of_term(self.store, self.scope, self.asked["term"], self.asked["term_id"])

    @property
    def remarks(self) -> list[Document]:
        said: list[Document] = self.asked.get("remarks") or []
        return said

    def means(self, reached: TermResult) -> averages.Means:
        if AVERAGES not in self.sections:
            return {}
        return averages.beside(self.store, self.scope, reached, self.asked["term_key"])

    def lines(self, reached: TermResult, means: averages.Means) -> tuple[Line, ...]:
        """A teacher's remark for the card, else what was written beside the mark."""
        said = remarks.beside_marks(self.remarks)
        return tuple(
            Line(
                each.subject,
                each.score,
                each.out_of,
                said.get(each.subject.casefold()) or each.remark,
                percent=each.percent,
                grade=each.grade.letter,
                average=means.get(each.subject.casefold()),
            )
            for each in reached.subjects
        )

    def parts(self, reached: TermResult) -> dict[str, Any]:
        made: dict[str, Callable[[], Any]] = {
            "attendance": self._attendance,
            "behaviour": self._behaviour,
            "goals": self._goals,
            "home": self._home,
            "remarks": lambda: remarks.below(self.remarks),
            "progress": lambda: self._progress(reached),
        }
        return {name: make() for name, make in made.items() if name in self.sections}

    def _attendance(self) -> Any:
        return self.span and life.attendance(self.store, self.scope, self.asked["student_id"], self.span)

    def _behaviour(self) -> Any:
        return life.behaviour(self.store, self.scope, self.asked["student_id"], self.span) if self.span else ()

    def _goals(self) -> Any:
        if self.span is None:
            return ()
        classes = self.store.classes_of(self.scope, self.asked["student_id"], "student")
        return life.goals(self.store, self.scope, self.asked["student_id"], classes, self.span)

    def _home(self) -> Any:
        counted = life.home(self.store, self.scope, self.asked["student_id"], self.span) if self.span else None
        return remarks.with_advice(counted, self.remarks)

    def _progress(self, reached: TermResult) -> tuple[Point, ...]:
        return () if reached.percent is None else progress.course(self.store, self.scope, self.asked, reached.percent)
