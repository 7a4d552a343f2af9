"""A month that is over keeps the families and classes that it had; only its numbers may still come."""

from typing import Any

import pytest

from schoolbus.contracts.meetings import ParticipationCounted
from schoolbus.contracts.notifications import ReachCounted
from schoolbus.metering import bounds
from schoolbus.privacy import erase, erase_person
from schoolbus.problems import Invalid
from schoolbus.scope import branch
from services.reports import privacy
from services.reports.engagement import before_after, counting, due, learning, months
from services.reports.store import Store
from tests.support.people import head
from tests.support.roster import enrolled, people, related, someone

BEFORE = months.shifted(months.current(), -1)
FIRST, LAST_DAY = months.first_day(BEFORE).isoformat(), months.last_day(BEFORE).isoformat()
NEXT = months.first_day(months.current()).isoformat()  # the day after
HERE = branch("b1")


@pytest.fixture
def over(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Counted while it went on: s1 and s2 of g1 and s3 of g3, all in c1. Now it is over."""
    store.keep(people("b1", *(someone(id, "student") for id in ("s1", "s2", "s3"))))
    store.keep(people("b1", *(someone(id, "guardian") for id in ("g1", "g3"))))
    store.keep(enrolled("b1", "c1", students=("s1", "s2", "s3")))
    store.keep(related("b1", ("g1", "s1"), ("g1", "s2"), ("g3", "s3")))
    reached(store, "g1", told=2, read=0)
    with monkeypatch.context() as then:
        then.setattr(months, "is_over", lambda month: False, raising=False)
        count(store)
    return store


def count(store: Store) -> dict[str, Any]:
    """The month again; its families, by id."""
    due._touched.clear()
    due.touch(store, "b1", [BEFORE])
    store.engagement_due.change_all(HERE, {"month": {"$ne": BEFORE}}, {"due": False})
    piece = due.claiming(0)(store)
    assert piece is not None
    counting.count(store, piece)
    return {row["family_id"]: row for row in store.family_months.find(HERE, {"month": BEFORE})}


def reached(store: Store, guardian: str, version: int = 1, **more: Any) -> None:
    item = {"reach_id": f"{guardian}:{BEFORE}", "guardian_id": guardian, "month": BEFORE, "version": version}
    counts = {"told": 0, "delivered": 0, "read": 0, "failed": 0, "answered": 0, "other_language": 0, "channels": {}}
    more = {"last_read_on": None, "unread_since": None, "language": "ur", "contact": "works"} | more
    store.reach.project("b1", [{**item, **counts, **more}])


def whole(store: Store) -> Any:
    return store.branch_months.first(HERE, {"month": BEFORE})


def test_a_new_year_changes_nothing_of_the_month_before(over: Store) -> None:
    """One leaves, one comes, one is promoted, and two families become one."""
    before = count(over)
    over.keep(people("b1", someone("s3", "student", active=False, version=2), someone("s0", "student")))
    over.keep(enrolled("b1", "c1", students=("s1", "s3"), active=False, version=2, ends_on=NEXT))
    over.keep(enrolled("b1", "c2", students=("s0", "s1"), begins_on=NEXT))
    over.keep(related("b1", ("g1", "s0"), ("g3", "s2")))
    after = count(over)
    assert {id: row["children"] for id, row in after.items()} == {id: row["children"] for id, row in before.items()}
    assert [(row["guardian_ids"], row["student_ids"]) for row in after.values()] == [
        (["g1"], ["s1", "s2"]),
        (["g3"], ["s3"]),
    ]
    assert (whole(over)["families"], whole(over)["students"]) == (2, 3)
    classes = over.class_months.find(HERE, {"month": BEFORE})
    assert [(row["class_id"], row["families"]) for row in classes] == [("c1", 2)]


def test_what_is_heard_later_is_counted_in_the_rows_that_are_there(over: Store) -> None:
    over.keep(people("b1", someone("s3", "student", active=False, version=2)))
    reached(over, "g1", version=2, told=4, read=1)
    reached(over, "g9", told=4, read=1)
    at = months.moments(BEFORE)["$gte"]
    card = {"branch_id": "b1", "student_id": "s3", "state": "issued", "issued_at": at, "version": 1}
    over.report_cards.collection.insert_one({"_id": "k1", **card, "acknowledgements": [{"by": "g3"}]})
    after = count(over)
    assert {id: (row["told"], row["read"], row["acknowledged"]) for id, row in after.items()} == {
        "s1": (4, 1, 0),
        "s3": (0, 0, 1),
    }, "a child who has left since acknowledges it as well"
    assert whole(over)["shares"]["acknowledged"] == [1, 1]


def test_who_is_erased_leaves_a_month_that_is_over_and_comes_back_into_none(over: Store) -> None:
    for person_id in ("s3", "g1"):
        erase(over, privacy.HELD, person_id, ["b1"])
        erase_person(over, person_id, ["b1"])
    after = count(over)
    assert set(after) == {"s1"}
    assert "g1" not in str(after["s1"])
    assert after["s1"]["told"] == 2, "what was counted of a guardian stays, under an id that leads nowhere"
    erase(over, privacy.HELD, "s1", ["b1"])
    erase_person(over, "s1", ["b1"])
    counted = whole(over)
    assert count(over) == {}
    assert whole(over) == counted, "of nobody who is left there is nothing to count"


def test_a_guardian_erased_while_it_is_counted_takes_no_child_along(over: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    old = counting.made(over, HERE, BEFORE)
    erase(over, privacy.HELD, "g1", ["b1"])
    erase_person(over, "g1", ["b1"])
    monkeypatch.setattr(counting, "made", lambda *_: old)
    after = count(over)
    assert set(after) == {"s1", "s3"}
    assert "g1" not in str(after)


def test_a_merged_record_counts_under_the_id_that_stays(over: Store) -> None:
    over.keep(people("b1", someone("g1", "guardian", active=False, version=2, counts_as="g2"), someone("g2", "guardian")))
    reached(over, "g1", version=2)  # nothing more is told under this id
    reached(over, "g2", told=3, read=1)
    family = count(over)["s1"]
    assert (family["told"], family["read"], family["guardian_ids"]) == (3, 1, ["g2"])


def test_a_month_that_was_never_counted_is_counted_once_with_what_is_known(store: Store) -> None:
    store.keep(people("b1", *(someone(f"s{n}", "student") for n in (1, 2, 4, 5))))
    store.keep(people("b1", someone("s3", active=False, version=2), someone("g3", "guardian", active=False, version=2)))
    store.keep(enrolled("b1", "old", students=("s1", "s3"), active=False, begins_on="2020-04-01", ends_on=NEXT))
    store.keep(enrolled("b1", "c1", students=("s2",), begins_on=LAST_DAY))
    store.keep(enrolled("b1", "c1", students=("s1", "s4"), begins_on=NEXT))
    store.keep(enrolled("b1", "gone", students=("s4",), active=False, ends_on=FIRST))
    store.keep(related("b1", ("g1", "s1"), ("g1", "s4"), ("g2", "s2")))
    store.keep(related("b1", ("g3", "s3"), active=False, version=2))
    first = count(store)
    assert {id: row["children"][0]["class_ids"] for id, row in first.items()} == {
        "s1": ["old"],
        "s2": ["c1"],
        "s3": ["old"],
        "s5": [],
    }
    assert (first["s3"]["guardian_ids"], first["s1"]["student_ids"]) == (["g3"], ["s1"])
    store.keep(people("b1", someone("s6", "student")))
    assert set(count(store)) == set(first)


def test_what_is_of_people_by_name_goes_after_two_years(over: Store) -> None:
    over.ensure_indexes()
    items = [
        {"participation_id": f"g1:{BEFORE}", "person_id": "g1", "role": "guardian", "month": BEFORE, "version": 1, "counts": {}}
    ]
    told = ParticipationCounted(branch_id="b1", subject="b1.participation", items=items)
    learning.keep(over, over.participation, told)
    of_reach = {**over.reach.find(HERE)[0], "version": 2}
    said = ReachCounted(branch_id="b1", subject="b1.reach", items=[of_reach])
    learning.keep(over, over.reach, said)
    _, ends = bounds(months.shifted(BEFORE, 25))
    for documents in (over.family_months, over.reach, over.participation):
        assert {row["gone_at"] for row in documents.find(HERE)} == {ends}
        expires = [index for index in documents.collection.index_information().values() if index["key"] == [("gone_at", 1)]]
        assert [index["expireAfterSeconds"] for index in expires] == [0]


def test_a_month_whose_families_are_gone_is_not_counted_again(over: Store) -> None:
    long_ago = months.shifted(BEFORE, -26)
    due._touched.clear()
    due.touch(over, "b1", [long_ago, months.shifted(BEFORE, -20)])
    assert [row["month"] for row in over.engagement_due.find(HERE, {"month": {"$lt": BEFORE}})] == [months.shifted(BEFORE, -20)]
    over.branch_months.project("b1", [{**whole(over), "month": long_ago}])
    counting.count(over, {"_id": f"b1:{long_ago}", "branch_id": "b1", "month": long_ago, "changes": 9, "attempts": 1})
    assert over.branch_months.first(HERE, {"month": long_ago})["families"] == 2


def test_nothing_is_compared_of_months_whose_families_are_gone(over: Store) -> None:
    def asked(by: int) -> Any:
        on = months.first_day(months.shifted(BEFORE, by))
        for step in range(-2, 2):
            over.branch_months.project("b1", [{**whole(over), "month": months.shifted(BEFORE, by + step)}])
        return before_after.of(over, head("h1", "b1"), "b1", None, {"on": on, "months": 2})

    assert asked(-22)["before"] == [months.shifted(BEFORE, -24), months.shifted(BEFORE, -23)]
    with pytest.raises(Invalid):
        asked(-23)
