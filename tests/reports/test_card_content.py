"""What a card says beside marks: counted in the days of its term, and no more asked than its template shows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandListener

from deploy.local.infrastructure import Infrastructure
from schoolbus import clock
from schoolbus.contracts.roster import BranchChanged, CalendarChanged
from schoolbus.scope import branch
from services.reports import worker
from services.reports.cards import issuing, runs
from services.reports.cards.card import Card
from services.reports.cards.content import averages, marks, spans
from services.reports.cards.content.gathering import gather
from services.reports.cards.design import SECTIONS
from services.reports.cards.parts import Aspect, Attendance, Goal, Home, Remark
from services.reports.gradebook import marks as sheets
from services.reports.gradebook.reading import term_of
from services.reports.store import Store
from tests.reports.cards import plain
from tests.support.people import head, using
from tests.support.roster import classes, enrolled, people, small_branch, someone

HERE = branch("b1")
TERM = "Autumn"
TODAY = clock.today()
BEGAN = TODAY - timedelta(days=30)


def day(back: int) -> str:
    return (TODAY - timedelta(days=back)).isoformat()


@pytest.fixture
def school(store: Store) -> Store:
    """A term that began thirty days ago, with something of everything in it, and before it."""
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    days = {"starts_on": BEGAN.isoformat(), "ends_on": (TODAY + timedelta(days=30)).isoformat()}
    term = {"term_id": "a", "title": TERM, "kind": "term", "parent_id": None, "year": None, **days}
    event = CalendarChanged(branch_id="b1", subject="b1", terms=[term], holidays=[])
    event.sequence = 1
    store.keep_calendar(event)
    for student, score in (("s1", "8"), ("s2", "6")):
        _mark(store, student, score)
    return store


def _mark(store: Store, student: str, score: str, term: str = TERM, class_id: str = "c1", subject: str = "English") -> None:
    row = {"student_id": student, "score": score, "out_of": "10"}
    sheet = {"class_id": class_id, "term": term, "subject": subject, "marks": [row], "reason": None}
    sheets.put_sheet(store, using(head(), "mark"), "b1", sheet)


def _asked(store: Store, term: str = TERM, template: str | None = None) -> dict[str, Any]:
    draft = {"class_id": "c1", **plain(term), "student_ids": ["s1"], "approved": True}
    run = runs.new_run("b1", "h1", draft, ["s1"], template)
    store.add_run(run, runs.cards(run))
    asked = worker.claim(store)
    assert asked is not None
    return asked


def _card(store: Store, **more: Any) -> Card:
    return gather(store, _asked(store) | more)


def _register(store: Store, back: int, **statuses: str) -> None:
    entries = [{"student_id": id, "status": status, "minutes": None, "note": None} for id, status in statuses.items()]
    register = {"_id": f"r{back}", "branch_id": "b1", "class_id": "c1", "held_on": day(back), "lesson": None}
    store.registers.add({**register, "entries": entries, "ends_at": clock.now()})


def test_attendance_is_that_of_the_term(school: Store) -> None:
    for back, status in enumerate(("present", "late", "absent", "excused", "left_early")):
        _register(school, back + 1, s1=status, s2="present")
    _register(school, 40, s1="absent")  # before it
    assert _card(school).attendance == Attendance(days=5, present=3, absent=1, excused=1, late=1)


def test_behaviour_is_counted_by_aspect(school: Store) -> None:
    def note(id: str, tone: str, back: int = 2, **more: Any) -> None:
        aspect = {"aspect_id": "listening", "aspect": "Listening", "aspect_ur": "توجہ سے سننا"}
        whose = {"_id": id, "branch_id": "b1", "student_id": "s1", "tone": tone, "level": None}
        school.behaviour_notes.add({**aspect, **whose, "noted_on": day(back), "withdrawn_at": None, **more})

    note("n1", "praise")
    note("n2", "praise", back=30)
    note("n3", "concern")
    note("n4", "concern", back=31)
    note("n5", "concern", withdrawn_at=clock.now())
    note("n6", "praise", student_id="s2")
    assert _card(school).behaviour == (Aspect("Listening", 2, 1, "توجہ سے سننا"),)


def test_goals_of_the_child_and_the_class(school: Store) -> None:
    def goal(
        id: str, state: str = "open", student: str | None = "s1", settled: int = 1, set_back: int = 9, **more: Any
    ) -> None:
        at = clock.now()
        kept = {"_id": id, "branch_id": "b1", "class_id": "c1", "student_id": student, "text": f"Goal {id}", "text_ur": None}
        settled_at = None if state == "open" else at - timedelta(days=settled)
        school.learning_goals.add(
            {**kept, "state": state, "set_at": at - timedelta(days=set_back), "settled_at": settled_at, **more}
        )

    goal("a", set_back=12)
    goal("b", "reached", set_back=11)
    goal("c", student=None, set_back=10, text="x" * 500)
    goal("d", "dropped")
    goal("e", "reached", settled=60)
    goal("f", student="s2")
    shown = _card(school).goals
    assert shown[:2] == (Goal("Goal a"), Goal("Goal b", None, "reached"))
    assert (len(shown), len(shown[2].text), shown[2].text[-1]) == (3, 160, "…")


def test_what_came_from_the_home(school: Store) -> None:
    def homework(id: str, back: int, **more: Any) -> None:
        kept = {"_id": id, "branch_id": "b1", "class_id": "c1", "due_on": day(back), "state": "set", "edition": 0}
        school.homework.add({**kept, **more})

    def answer(id: str, **more: Any) -> None:
        school.homework_answers.add({"_id": f"a{id}", "branch_id": "b1", "homework_id": id, "student_id": "s1", **more})

    for id, back in (("h1", 1), ("h2", 2), ("h3", 3), ("h4", 50), ("h5", -5)):
        homework(id, back)
    homework("h6", 1, state="withdrawn")
    signed = [{"by": "g1", "edition": 0, "at": clock.now()}]
    answer("h1", done="yes", signatures=signed)
    answer("h2", done="yes", checked="not_done")
    answer("h3", done="no", checked="late")
    answer("h4", done="yes")
    for id, back in (("m1", 3), ("m2", 90)):
        note = {"_id": id, "branch_id": "b1", "student_id": "s1", "guardian_id": "g1", "kind": "learning", "text": "x"}
        school.home_notes.add({**note, "written_at": clock.now() - timedelta(days=back)})
    said = {"kind": "home", "subject": None, "text": None, "text_ur": "روز پڑھیں۔"}
    assert _card(school, remarks=[said]).home == Home(3, 2, 1, 1, None, "روز پڑھیں۔")
    assert _card(school).home == Home(3, 2, 1, 1)


def test_homework_from_before_the_child_came_is_not_theirs(school: Store) -> None:
    school.keep(enrolled("b1", "c1", students=("s1",), begins_on=day(5)))
    school.enrollments.collection.update_many({"person_id": "s1"}, {"$set": {"begins_on": day(5)}})
    for id, back in (("h1", 1), ("h2", 9)):
        school.homework.add({"_id": id, "branch_id": "b1", "class_id": "c1", "due_on": day(back), "state": "set"})
    assert _card(school).home == Home(1, 0, 0, 0)


def test_progress_is_of_the_terms_before(school: Store) -> None:
    for term, score in (("One", "5"), ("Two", "7"), ("One", "6")):
        _mark(school, "s1", score, term)
        issuing.make(school, _asked(school, term))
    assert [(point.term, point.percent) for point in _card(school).progress] == [
        ("One", Decimal("60.0")),
        ("Two", Decimal("70.0")),
        (TERM, Decimal("80.0")),
    ]
    assert [point.term for point in gather(school, _asked(school, "Two")).progress] == ["One", "Two"]
    assert gather(school, _asked(school, "One")).progress == ()  # one term alone is no course


def test_remarks_stand_where_they_belong(school: Store) -> None:
    def said(kind: str, text: str, text_ur: str | None = None, subject: str | None = None) -> dict[str, Any]:
        return {"kind": kind, "subject": subject, "text": text, "text_ur": text_ur}

    card = _card(
        school,
        remarks=[
            said("head", "Well done."),
            said("class_teacher", "Kind.", "مہربان۔"),
            said("subject", "Reads well", subject="ENGLISH"),
        ],
    )
    assert card.remarks == (Remark("teacher", "Kind.", "مہربان۔"), Remark("head", "Well done.", None))
    assert card.lines[0].remark == "Reads well"


def test_a_term_that_the_calendar_has_not_counts_nothing(school: Store) -> None:
    _register(school, 1, s1="present")
    _mark(school, "s1", "5", "Unknown")
    card = gather(school, _asked(school, "Unknown"))
    assert (card.attendance, card.behaviour, card.goals, card.home) == (None, (), (), None)
    assert spans.of_term(school, HERE, "Unknown", None) is None


def test_an_average_tells_nothing_of_single_children(school: Store) -> None:
    averages._of_class.cache_clear()
    with_template = {"template": "t:1"}
    assert _card(school, **with_template).lines[0].average is None  # of two children
    more = tuple(f"m{number}" for number in range(averages.LEAST - 2))
    school.keep(people("b1", *(someone(id, "student") for id in more)))
    school.keep(enrolled("b1", "c1", students=more))
    for id in more:
        _mark(school, id, "5")
    averages._of_class.cache_clear()
    card = _card(school, **with_template)
    assert card.result is not None
    assert (card.lines[0].average, card.result.average) == (Decimal("54.0"), Decimal("54.0"))
    assert _card(school).lines[0].average is None  # a school that has chosen nothing has not chosen this


def test_only_what_the_template_shows_is_asked_for(school: Store, infrastructure: Infrastructure) -> None:
    _register(school, 1, s1="present")
    asked, counter = _asked(school), _Counter()
    with MongoClient(infrastructure.mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        counted = Store(client[school.database.name])
        card = gather(counted, asked, ("marks", "signatures"))
        few, counter.count = counter.count, 0
        whole = gather(counted, asked, SECTIONS)
    assert (card.attendance, card.remarks, card.progress) == (None, (), ())
    assert whole.attendance is not None
    assert few <= 12, few
    assert counter.count <= 20, counter.count


def test_one_child_and_many_come_to_the_same(school: Store) -> None:
    school.keep(classes("b1", "c2"))
    school.keep(enrolled("b1", "c2", students=("s1",)))
    _mark(school, "s1", "9", class_id="c2", subject="Maths")
    found = marks.of_students(school, HERE, ["s1", "s2", "s3"], TERM.casefold())()
    for student in ("s1", "s2", "s3"):
        alone, _ = term_of(school, HERE, student, TERM.casefold())
        assert marks.fingerprint(found[student]) == marks.fingerprint(alone)
    assert len({marks.fingerprint(each) for each in found.values()}) == 3
    assert marks.fingerprint_of_card(_card(school)) == marks.fingerprint(found["s1"])


class _Counter(CommandListener):
    count = 0

    def started(self, event: Any) -> None:
        self.count += event.command_name in ("find", "aggregate", "distinct")

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: Any) -> None: ...
