"""The worker's part, between two lines: absolute, by version, claimed again, and without who was erased."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from schoolbus import clock
from schoolbus.privacy import erase, erase_person
from schoolbus.scope import branch
from services.reports import privacy
from services.reports.engagement import counting, due, marks, months, steps
from services.reports.store import Store
from tests.support.people import head
from tests.support.roster import enrolled, people, related, someone

NOW = months.current()
HERE = branch("b1")
APP = {"app": {"told": 2, "delivered": 1, "read": 1}, "sms": {"told": 3, "delivered": 3, "read": 0}}


@pytest.fixture
def filled(store: Store) -> Store:
    """Two families: s1 and s2 of g1, s3 of g3."""
    due._touched.clear()
    store.keep(people("b1", *(someone(id, "student") for id in ("s1", "s2", "s3"))))
    store.keep(enrolled("b1", "c1", students=("s1", "s2", "s3"), teachers=("t1",)))
    store.keep(related("b1", ("g1", "s1"), ("g1", "s2"), ("g3", "s3")))
    return store


def reached(store: Store, version: int, guardian: str = "g1", **more: Any) -> None:
    item = {
        **{
            "reach_id": f"{guardian}:{NOW}",
            "guardian_id": guardian,
            "month": NOW,
            "version": version,
            "told": 2,
            "delivered": 1,
            "read": 1,
        },
        **{"failed": 0, "answered": 0, "other_language": 0, "channels": APP, "last_read_on": None, "unread_since": None},
        **{"language": "ur", "contact": "works"},
        **more,
    }
    store.reach.project("b1", [item])


def touched(store: Store) -> None:
    due._touched.clear()
    due.touch(store, "b1", [NOW])


def claimed(store: Store) -> Any:
    return due.claiming(0)(store)


def rows(store: Store) -> dict[str, Any]:
    return {row["family_id"]: row for row in store.family_months.find(HERE, {"month": NOW})}


def test_counted_again_it_is_the_same_and_not_twice_as_much(filled: Store) -> None:
    reached(filled, 1)
    for _ in range(3):
        touched(filled)
        counting.count(filled, claimed(filled))
    assert {id: row["told"] for id, row in rows(filled).items()} == {"s1": 2, "s3": 0}
    (whole,) = filled.branch_months.find(HERE)
    assert (whole["families"], whole["students"], whole["shares"]["read"]) == (2, 3, [1, 1])


def test_a_slow_worker_overwrites_nothing_newer(filled: Store) -> None:
    reached(filled, 1)
    touched(filled)
    slow = claimed(filled)
    old = counting.made(filled, HERE, NOW)
    reached(filled, 2, told=9, read=7)
    filled.keep(people("b1", someone("s0", "student")))
    filled.keep(related("b1", ("g3", "s0")))  # the other family has another id by now
    touched(filled)
    filled.engagement_due.change_all(HERE, {}, {"leased_until": None})
    counting.count(filled, claimed(filled))
    assert set(rows(filled)) == {"s0", "s1"}
    with seen(old):
        counting.count(filled, slow)
    found = rows(filled)
    assert (set(found), found["s1"]["told"]) == ({"s0", "s1"}, 9), "nor does it bring back what is no more"
    (whole,) = filled.branch_months.find(HERE)
    assert whole["sums"]["read"] == 7


@contextmanager
def seen(old: list[Any]) -> Iterator[None]:
    """What a slow worker had read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "made", lambda *_: old)
        yield


def test_the_piece_of_a_worker_that_died_is_claimed_again(filled: Store) -> None:
    touched(filled)
    first = claimed(filled)
    assert first is not None
    assert claimed(filled) is None, "it is leased"
    filled.engagement_due.change_all(HERE, {}, {"leased_until": clock.now() - timedelta(seconds=1)})
    second = claimed(filled)
    assert (second["_id"], second["attempts"]) == (first["_id"], 2)
    counting.count(filled, second)
    assert len(rows(filled)) == 2
    (waiting,) = filled.engagement_due.find(HERE)
    assert waiting["touched_at"] > clock.now(), "until the night"
    assert claimed(filled) is None


def died(store: Store) -> None:
    """Whoever had claimed it."""
    store.engagement_due.change_all(HERE, {}, {"leased_until": None})


def test_what_kills_each_worker_is_given_up_until_the_night(filled: Store) -> None:
    touched(filled)
    filled.engagement_due.change_all(HERE, {"month": {"$ne": NOW}}, {"due": False})
    for _ in range(5):
        assert claimed(filled) is not None
        died(filled)
    touched(filled)  # a school goes on
    assert claimed(filled) is None
    (rests,) = filled.engagement_due.find(HERE, {"month": NOW})
    assert (rests["due"], rests["leased_until"]) == (True, None)
    assert rests["rests_until"] > clock.now()
    for _ in range(2):  # nights
        filled.engagement_due.change_all(HERE, {}, {"rests_until": clock.now() - timedelta(seconds=1)})
        assert claimed(filled) is not None, "once"
        died(filled)
        assert claimed(filled) is None
    filled.engagement_due.change_all(HERE, {}, {"rests_until": clock.now() - timedelta(seconds=1)})
    counting.count(filled, claimed(filled))
    touched(filled)
    assert claimed(filled)["attempts"] == 1, "it is as any other again"


def test_a_branch_that_changes_while_it_is_counted_is_not_given_up(filled: Store) -> None:
    touched(filled)
    for _ in range(due.TRIES + 2):
        piece = claimed(filled)
        touched(filled)
        counting.count(filled, piece)
    assert claimed(filled)["attempts"] == 1


def test_marks_are_read_some_children_at_a_time(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    at = clock.now()
    own = {"branch_id": "b1", "class_id": "c1", "term_key": "first", "deleted": False}
    filled.categories.collection.insert_one({"_id": "tests", **own, "weight": "100", "drop_lowest": 0})
    for number in range(3):
        item = {"subject": f"English {number}", "subject_key": f"english {number}", "category_id": "tests"}
        filled.line_items.collection.insert_one({"_id": f"i{number}", **own, **item})
    for number, student_id in itertools.product(range(3), ("s1", "s2", "s3")):
        score = {"status": "fully graded", "score": f"{number + 7}", "out_of": "10", "comment": None, "term_mark": False}
        whose = {"student_id": student_id, "line_item_id": f"i{number}", "changed_at": at, "marked_at": at}
        on = {"scored_on": clock.today().isoformat()}
        filled.results.collection.insert_one({"_id": f"{student_id}{number}", **own, **score, **whose, **on})
    monkeypatch.setattr(marks, "AT_ONCE", 2, raising=False)
    most, together = [], Store.together

    def counting_rows(self: Store, *wanted: Any) -> Any:
        answer = together(self, *wanted)
        most.extend(len(found) for found in answer)
        return answer

    monkeypatch.setattr(Store, "together", counting_rows)
    found = counting.made(filled, HERE, NOW)
    assert [child["marks"] for row in found for child in row["children"]] == [8_000, 8_000, 8_000]
    assert max(most) == 6, "of two children"


def test_what_changes_while_it_is_counted_is_counted_again(filled: Store) -> None:
    touched(filled)
    piece = claimed(filled)
    touched(filled)
    counting.count(filled, piece)
    assert claimed(filled)["changes"] == piece["changes"] + 1


def test_a_month_that_is_over_waits_for_no_night(filled: Store) -> None:
    before = months.shifted(NOW, -2)
    due.touch(filled, "b1", [before])
    counting.count(filled, due.claiming(0)(filled) if before == NOW else _of(filled, before))
    assert not filled.engagement_due.one(HERE, f"b1:{before}")["due"]


def _of(store: Store, month: str) -> Any:
    store.engagement_due.change_all(HERE, {"month": {"$ne": month}}, {"due": False})
    return claimed(store)


def test_a_branch_that_is_not_quiet_waits(filled: Store) -> None:
    touched(filled)
    assert due.claiming(600)(filled) is None


def test_touches_of_one_moment_are_one(filled: Store) -> None:
    touched(filled)
    before = filled.engagement_due.one(HERE, f"b1:{NOW}")["changes"]
    for _ in range(20):
        due.touch(filled, "b1", [NOW])
    assert filled.engagement_due.one(HERE, f"b1:{NOW}")["changes"] == before


def _touch(store: Store, round: int) -> None:
    due._write(store, "b1", f"{2000 + round}-01", clock.now())


def _begin(store: Store, round: int) -> None:
    store.begin_overview(HERE, f"b1:s{round}", clock.now())


@pytest.mark.parametrize(("first", "documents"), [(_touch, "engagement_due"), (_begin, "overviews")])
def test_two_may_put_a_document_there_at_one_moment(store: Store, first: Callable[..., None], documents: str) -> None:
    """MongoDB tries again by itself, where the id is all that is asked for."""
    together = threading.Barrier(8)

    def at_once(round: int) -> None:
        together.wait(30)
        first(store, round)

    with ThreadPoolExecutor(8) as pool:
        for round in range(60):
            for done in [pool.submit(at_once, round) for _ in range(8)]:
                done.result()
    assert getattr(store, documents).count(HERE) == 60


def test_reports_own_changes_touch_the_branch(filled: Store) -> None:
    due._touched.clear()
    filled.engagement_due.remove_all(HERE, {})
    filled.touch_briefs("b1", ["s1"])
    assert [row["month"] for row in filled.engagement_due.find(HERE)] == months.open_ones(clock.now())


def test_who_is_erased_leaves_counts_alone(filled: Store) -> None:
    reached(filled, 1)
    touched(filled)
    counting.count(filled, claimed(filled))
    for person_id in ("s3", "g1"):
        erase(filled, privacy.HELD, person_id, ["b1"])
        erase_person(filled, person_id, ["b1"])
    found = rows(filled)
    assert set(found) == {"s1"}, "a child's months go"
    assert "g1" not in str(found["s1"]), "a guardian's stay under an id that leads nowhere"
    assert filled.branch_months.find(HERE)[0]["families"] == 2


def test_who_is_erased_while_it_is_counted_does_not_come_back(filled: Store) -> None:
    touched(filled)
    piece, old = claimed(filled), counting.made(filled, HERE, NOW)
    erase(filled, privacy.HELD, "s3", ["b1"])
    erase_person(filled, "s3", ["b1"])
    with seen(old):
        counting.count(filled, piece)
    assert set(rows(filled)) == {"s1"}


def test_one_who_has_taken_part_counts_for_the_family(filled: Store) -> None:
    each = (("g1", {"met": 2, "booked": 2}), ("s1", {"met": 1, "invited": 1}), ("s2", {"met": 1, "activities": 2}))
    for person_id, counts in each:
        item = {"participation_id": f"{person_id}:{NOW}", "person_id": person_id, "role": "guardian", "month": NOW}
        filled.participation.project("b1", [{**item, "version": 1, "counts": counts}])
    touched(filled)
    counting.count(filled, claimed(filled))
    family = rows(filled)["s1"]
    assert (family["met"], family["invited"], family["activities"], family["pta"]) == (2, 1, 2, 0), "no meeting twice"


def test_to_whom_everything_failed_was_told_nothing(filled: Store) -> None:
    reached(filled, 1, failed=1)
    reached(filled, 1, guardian="g3", told=0, delivered=0, read=0, failed=3, channels={})
    touched(filled)
    counting.count(filled, claimed(filled))
    (whole,) = filled.branch_months.find(HERE)
    assert (whole["shares"]["told"], whole["shares"]["failed"], whole["sums"]["failed"]) == ([1, 2], [2, 2], 4)


def test_reading_is_counted_of_who_was_told_where_it_shows(filled: Store) -> None:
    reached(filled, 1)
    reached(filled, 1, guardian="g3", read=0, channels={"sms": {"told": 2, "delivered": 2, "read": 0}})
    touched(filled)
    counting.count(filled, claimed(filled))
    assert {id: row["could_read"] for id, row in rows(filled).items()} == {"s1": 2, "s3": 0}
    (whole,) = filled.branch_months.find(HERE)
    assert (whole["shares"]["told"], whole["shares"]["read"]) == ([2, 2], [1, 1])


@pytest.mark.parametrize(("channel", "of"), [("whatsapp", 1), ("sms", 0)])
def test_a_step_is_measured_where_reading_shows(filled: Store, channel: str, of: int) -> None:
    taken_on = clock.today() - timedelta(days=30)
    family = {"student_ids": ["s1"], "guardian_ids": ["g1"], "strategy": "call", "outcome": None}
    seen = {"taken_on": taken_on.isoformat(), "read_on": None, "could_read": False, "watched": True}
    filled.engagement_steps.add({"_id": "step", "branch_id": "b1", **family, **seen})
    after = months.month_of(taken_on + timedelta(days=28))
    told = {channel: {"told": 2, "delivered": 2, "read": 0}}
    reached(filled, 1, month=after, reach_id=f"g1:{after}", channels=told)
    steps.watch(filled, HERE)
    made = steps.strategies(filled, head("h1", "b1"), "b1")["items"]
    assert next(each for each in made if each["strategy"] == "call")["read_after"]["of"] == of


def test_months() -> None:
    assert months.shifted("2026-01", -1) == "2025-12"
    assert months.between("2026-11", "2027-01") == ["2026-11", "2026-12", "2027-01"]
    assert months.last_day("2028-02").isoformat() == "2028-02-29"
    assert months.shifted(months.shifted("2026-05", 7), -7) == "2026-05"


def test_a_card_is_acknowledged_once_a_guardian_says_so(filled: Store) -> None:
    for id, said in (("k1", {"acknowledgements": [{"by": "g1"}, {"by": "g2"}]}), ("k2", {"acknowledgements": []}), ("k3", {})):
        card = {
            "branch_id": "b1",
            "student_id": "s1",
            "state": "issued",
            "issued_at": clock.now(),
            "term_key": id,
            "version": 1,
        }
        filled.report_cards.collection.insert_one({"_id": id, **card, **said})
    touched(filled)
    counting.count(filled, claimed(filled))
    assert (rows(filled)["s1"]["cards"], rows(filled)["s1"]["acknowledged"]) == (3, 1)
