"""Whatever is done in whatever order, twice or late: no card is issued that was not approved as it was reviewed."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule, run_state_machine_as_test

from schoolbus.contracts.roster import BranchChanged
from schoolbus.problems import Problem
from schoolbus.scope import branch
from services.reports import worker
from services.reports.cards import issuing, runs
from services.reports.cards.states import ASKED, DRAFTED, FAILED, ISSUED, REVIEWED
from services.reports.cards.workflow import corrections, listing, steps, writing
from services.reports.gradebook import marks
from services.reports.store import Store
from tests.reports.carding import CardRun
from tests.reports.cards import plain
from tests.reports.story import Branch
from tests.support.people import head, person, using
from tests.support.roster import small_branch

HERE = branch("b1")
STUDENTS = ("s1", "s2", "s3")
HEAD = using(head(), "approve report cards")
CLASS_TEACHER = using(person("t1", "b1", "teacher", "class_teacher"), "review report cards")
LATE = st.sampled_from((0, 0, 0, 0, 1, 2))
SOME = st.none() | st.lists(st.sampled_from(STUDENTS), min_size=1, unique=True)


class Cards(RuleBasedStateMachine):
    """`wanted`: each card's state; `seen`: the mark that was there at its review, None where nobody looked."""

    store: Store
    claims = Bundle("claims")

    @initialize(approved=st.booleans())
    def begin(self, approved: bool) -> None:
        self.term = f"Term {uuid.uuid4().hex}"
        self.marks = dict.fromkeys(STUDENTS, 5)
        for student in STUDENTS:
            self._mark(student)
        draft = {"class_id": "c1", **plain(self.term), "student_ids": list(STUDENTS), "approved": approved}
        run = runs.new_run("b1", "h1", draft, STUDENTS)
        made = runs.cards(run)
        self.store.add_run(run, made)
        self.run_id = run["_id"]
        self.ids = {card["student_id"]: card["_id"] for card in made}
        self.wanted = dict.fromkeys(STUDENTS, ASKED if approved else DRAFTED)
        self.seen: dict[str, int | None] = dict.fromkeys(STUDENTS)
        self.edition = 0

    @rule(student=st.sampled_from(STUDENTS), score=st.integers(1, 9))
    def mark(self, student: str, score: int) -> None:
        self.marks[student] = score
        self._mark(student)

    @rule(some=SOME, late=LATE)
    def review(self, some: list[str] | None, late: int) -> None:
        for student in self._take(steps.review, CLASS_TEACHER, some, late, (DRAFTED,), REVIEWED):
            self.seen[student] = self.marks[student]

    @rule(some=SOME, late=LATE)
    def approve(self, some: list[str] | None, late: int) -> None:
        self._take(steps.approve, HEAD, some, late, (REVIEWED,), ASKED)

    @rule(some=SOME, late=LATE)
    def give_back(self, some: list[str] | None, late: int) -> None:
        self._take(steps.give_back, HEAD, some, late, (REVIEWED, ASKED, FAILED), DRAFTED, reason="Look again")

    @rule(target=claims, score=st.integers(1, 9), marked=st.booleans())
    def go_all_the_way(self, score: int, marked: bool) -> Any:
        """`marked`: while it waits for the worker."""
        self.review(None, 0)
        self.approve(None, 0)
        if marked:
            self.mark(STUDENTS[0], score)
        return self.claim(again=False)

    @rule(student=st.sampled_from(STUDENTS))
    def remark(self, student: str) -> None:
        row = {"student_id": student, "subject": "English", "text": uuid.uuid4().hex}
        try:
            writing.put(self.store, using(CLASS_TEACHER, "issue report cards"), "b1", self.run_id, {"remarks": [row]})
        except Problem:
            assert self.wanted[student] != DRAFTED
        else:
            assert self.wanted[student] == DRAFTED

    @rule(target=claims, again=st.booleans())
    def claim(self, again: bool) -> Any:
        """`again`: the worker that had it was slow, and its lease is over."""
        if again:
            self.store.report_cards.change_all(HERE, {"run_id": self.run_id, "state": ASKED}, {"leased_until": None})
        return self.store.report_cards.claim({"state": ASKED, "run_id": self.run_id}, lease=issuing.LEASE, sort="asked_at")

    @rule(claimed=consumes(claims))
    def make(self, claimed: Any) -> None:
        if claimed is None or claimed["attempts"] > issuing.MOST_ATTEMPTS:
            return
        student = claimed["student_id"]
        there = self.store.report_cards.one(HERE, claimed["_id"])
        ours = self.wanted[student] == ASKED and all(there.get(n) == claimed.get(n) for n in ("attempts", "approval"))
        issuing.make(self.store, claimed)
        if ours:
            as_reviewed = self.seen[student] in (None, self.marks[student])
            self.wanted[student] = ISSUED if as_reviewed else DRAFTED

    @invariant()
    def states_are_as_wanted(self) -> None:
        if not hasattr(self, "ids"):
            return
        cards = {card["student_id"]: card for card in self.store.report_cards.find(HERE, {"run_id": self.run_id})}
        assert {id: card["state"] for id, card in cards.items()} == self.wanted
        assert all(card.get("approved_by") == "h1" for card in cards.values() if card["state"] in (ASKED, ISSUED))
        told = self.store.report_cards.collection.find({"run_id": self.run_id, "state": {"$ne": ISSUED}})
        assert not any(card.get("outbox") for card in told)

    def _take(self, step: Any, caller: Any, some: list[str] | None, late: int, begins: Any, to: str, **more: Any) -> list[str]:
        """Who went on. `late`: how many steps ago the run was looked at."""
        ids = None if some is None else [self.ids[student] for student in some]
        chosen = [id for id in some or STUDENTS if self.wanted[id] in begins]
        draft = {"edition": max(0, self.edition - late), "report_card_ids": ids, **more}
        before = self.store.runs.one(HERE, self.run_id)["edition"]
        assert before == self.edition
        refused = draft["edition"] != self.edition or (some is not None and chosen != some)
        try:
            step(self.store, caller, "b1", self.run_id, draft)
        except Problem:
            assert refused
            return []
        if self.store.runs.one(HERE, self.run_id)["edition"] == before:  # sent again: it was done
            return []
        assert not refused
        self.edition += 1
        self.wanted |= dict.fromkeys(chosen, to)
        return chosen

    def _mark(self, student: str) -> None:
        row = {"student_id": student, "score": str(self.marks[student]), "out_of": "10"}
        sheet = {"class_id": "c1", "term": self.term, "subject": "English", "marks": [row], "reason": None}
        marks.put_sheet(self.store, using(head(), "mark"), "b1", sheet)


@pytest.fixture
def quick(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Without typst, and without threads."""
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    monkeypatch.setattr(issuing, "rendered", lambda said, edition: (edition.encode(), "roomy"))
    for module in (steps, corrections, listing):
        monkeypatch.setattr(module.tpool, "execute", lambda do, *arguments: do(*arguments))
    return store


def test_no_order_issues_what_was_not_approved(quick: Store) -> None:
    Cards.store = quick
    run_state_machine_as_test(
        Cards,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
        ),
    )


def test_a_slow_worker_issues_nothing_of_what_was_approved_anew(quick: Store) -> None:
    """Its card was given back and approved again, and another worker has claimed it as often."""
    Cards.store = quick
    cards = Cards()
    cards.begin(approved=True)
    slow = worker.claim(quick)
    assert slow is not None
    student = slow["student_id"]
    cards.give_back([student], 0)
    cards.review([student], 0)
    cards.approve([student], 0)
    quick.report_cards.change_all(HERE, {"student_id": {"$ne": student}}, {"state": DRAFTED})
    newer = worker.claim(quick)
    assert newer is not None
    assert (newer["_id"], newer["attempts"]) == (slow["_id"], slow["attempts"])
    issuing.make(quick, slow)
    assert quick.report_cards.one(HERE, slow["_id"])["state"] == ASKED
    issuing.make(quick, newer)
    assert quick.report_cards.one(HERE, slow["_id"])["state"] == ISSUED


def test_of_several_at_once_one_goes_on(branch: Branch) -> None:
    run = CardRun(branch, "At once", "s1", "s2")
    run.review()
    heads = [head(f"h{number}", branch.id) for number in range(4)]

    def step(number: int) -> int:
        name, more = (("approval", {}), ("return", {"reason": "Look again"}))[number % 2]
        return int(run.step(name, heads[number], edition=1, **more).status_code)

    with ThreadPoolExecutor(4) as several:
        statuses = sorted(several.map(step, range(4)))
    assert statuses == [200, 409, 409, 409]
    assert run.settled() in ({"issued": 2}, {"drafted": 2})
