"""Families are asked once a week how it went at home, as often as they wish."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo import MongoClient

from schoolbus import clock
from schoolbus.contracts.reports import HomeNotePrompted
from schoolbus.contracts.roster import BranchChanged
from schoolbus.outbox import pending
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.scope import branch as scope_of
from services.reports.homenotes import prompts
from services.reports.store import Store
from tests.reports.story import Branch
from tests.support.people import guardian, using
from tests.support.roster import branch as branch_event
from tests.support.roster import enrolled, people, related, small_branch, someone
from tests.support.waiting import eventually

SATURDAY = datetime(2026, 11, 28, 5, tzinfo=UTC)  # ten at the branches; 47 weeks after the first: an odd one
MY_PROMPTS = "home-note-prompts"


def comes(branch: Branch) -> None:
    """The branch's hour."""
    with MongoClient[Any](branch.service.infrastructure.mongodb_uri) as client:
        rounds = client[branch.service.database].home_note_rounds
        due = {"$set": {"next_at": clock.now() - timedelta(seconds=1), "after": ""}}
        eventually(lambda: rounds.update_one({"_id": branch.id}, due).matched_count)


def asked(branch: Branch) -> list[str]:
    return [id for event in branch.heard(HomeNotePrompted) for id in event.data["person_ids"]]


def test_each_guardian_is_asked_once_but_who_wrote_or_wishes_it_not(reports: Any) -> None:
    """They are in no other branch: who is gets the question from one of them alone."""
    branch = Branch(reports, "prompted")
    pairs = (("p1", "ps1"), ("p1", "ps2"), ("p2", "ps1"), ("p3", "ps3"))
    parents, children = (tuple(sorted({pair[place] for pair in pairs})) for place in (0, 1))
    branch.knows(
        people(branch.id, *(someone(id, "guardian") for id in parents), *(someone(id, "student") for id in children)),
        enrolled(branch.id, "c1", students=children),
        related(branch.id, *pairs),
    )

    def own() -> list[str]:
        return [id for id in asked(branch) if id in parents]

    assert branch.call("GET", MY_PROMPTS, branch.guardian("p1")).json() == {"prompt_every": 1}
    comes(branch)
    eventually(lambda: sorted(own()) == ["p1", "p2", "p3"])
    assert branch.call("PUT", MY_PROMPTS, branch.guardian("p2"), json={"prompt_every": 0}).json() == {"prompt_every": 0}
    assert branch.call("GET", MY_PROMPTS, branch.guardian("p2")).json() == {"prompt_every": 0}
    assert branch.writes(branch.guardian("p3"), student_id="ps3").status_code == 201
    before = len(own())
    comes(branch)
    eventually(lambda: own()[before:] == ["p1"])
    assert branch.heard(HomeNotePrompted)[-1].data["until"] > clock.now()


@pytest.mark.parametrize("wrong", [3, -1, "often", None, 1.5])
def test_only_some_numbers_of_weeks(branch: Branch, wrong: Any) -> None:
    assert branch.call("PUT", MY_PROMPTS, branch.guardian(), json={"prompt_every": wrong}).status_code == 422


def test_it_is_the_guardians_own(branch: Branch, elsewhere: Branch) -> None:
    assert branch.call("GET", MY_PROMPTS, branch.teacher()).status_code == 403
    assert branch.call("PUT", MY_PROMPTS, elsewhere.guardian(), json={"prompt_every": 2}).status_code == 403
    branch.call("PUT", MY_PROMPTS, branch.guardian(), json={"prompt_every": 4})
    assert elsewhere.call("GET", MY_PROMPTS, elsewhere.guardian("g3")).json() == {"prompt_every": 1}
    assert elsewhere.call("GET", MY_PROMPTS, elsewhere.guardian()).json() == {"prompt_every": 4}, "it is one question for both"


# On the database alone


@pytest.fixture
def store(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """s1 and s2 of g1, s1 of g2, s3 of g3."""
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    monkeypatch.setattr(prompts.clock, "now", lambda: SATURDAY + timedelta(minutes=1))
    due(store)
    return store


def due(store: Store, at: datetime = SATURDAY) -> None:
    store.home_note_rounds.remove(WHOLE_CHAIN, "b1")
    store.home_note_rounds.add({"_id": "b1", "branch_id": "b1", "next_at": at, "after": "", "leased_until": None})


def wishes(store: Store, guardian_id: str, every: int) -> None:
    prompts.set_wish(store, using(guardian(guardian_id), "write home notes"), "b1", {"prompt_every": every})


def wrote(store: Store, student_id: str, days_ago: float) -> None:
    at = SATURDAY - timedelta(days=days_ago)
    store.home_notes.add({"_id": f"{student_id}-{days_ago}", "branch_id": "b1", "student_id": student_id, "written_at": at})


def to_ask(store: Store, weeks: int = 0) -> list[str]:
    return prompts.to_ask(store, scope_of("b1"), SATURDAY + timedelta(weeks=weeks))


def said(store: Store) -> list[list[str]]:
    waiting = pending(store.home_note_rounds.collection, 100)
    return [list(HomeNotePrompted.decode(each.body).data["person_ids"]) for each in waiting]


def test_every_so_many_weeks(store: Store) -> None:
    for guardian_id, every in (("g1", 2), ("g2", 4), ("g3", 0)):
        wishes(store, guardian_id, every)
    assert [to_ask(store, week) for week in range(5)] == [[], ["g1", "g2"], [], ["g1"], []]


def test_not_when_any_guardian_of_each_child_wrote_within_their_weeks(store: Store) -> None:
    wrote(store, "s1", 3)
    assert to_ask(store) == ["g1", "g3"], "of g1 there is s2 too"
    wrote(store, "s2", 8)
    assert to_ask(store) == ["g1", "g3"], "that was before this week"
    wrote(store, "s2", 6)
    assert to_ask(store) == ["g3"]


def test_who_may_not_receive_reports_or_has_nobody_here_is_not_asked(store: Store) -> None:
    store.keep(related("b1", ("g3", "s3"), version=2, may_receive_reports=False))
    assert to_ask(store) == ["g1", "g2"]
    store.keep(people("b1", someone("s1", "student", version=2, active=False)))
    assert to_ask(store) == ["g1"]


def test_a_guardian_who_is_known_twice_is_asked_once(store: Store) -> None:
    wishes(store, "g2", 0)
    store.keep(people("b1", someone("g2", "guardian", version=2, active=False, counts_as="g1")))
    assert to_ask(store) == ["g3"], "what they wished under the other id holds"


@pytest.fixture
def both(store: Store) -> Store:
    """g1 has s1 and s2 in b1, and s9 in b0, where g8 has it, too; s1 goes to both."""
    store.keep_branch(branch_event("b0"))
    store.keep(people("b0", *(someone(id, "student") for id in ("s1", "s9"))))
    store.keep(people("b0", *(someone(id, "guardian") for id in ("g1", "g8"))))
    store.keep(related("b0", ("g1", "s9"), ("g1", "s1"), ("g8", "s9")))
    return store


def asked_by(store: Store, *branches: str) -> list[list[str]]:
    return [prompts.to_ask(store, scope_of(id), SATURDAY) for id in branches]


def test_who_has_children_in_two_branches_is_asked_by_the_first(both: Store) -> None:
    assert asked_by(both, "b0", "b1") == [["g1", "g8"], ["g2", "g3"]]
    both.keep(related("b0", ("g1", "s9"), ("g1", "s1"), version=2, may_receive_reports=False))
    assert asked_by(both, "b0", "b1") == [["g8"], ["g1", "g2", "g3"]]


def test_a_branch_that_does_not_ask_leaves_it_to_the_next(both: Store) -> None:
    assert both.branches.change_all(scope_of("b0"), {}, {"services": ["meetings"]}) == 1
    assert asked_by(both, "b1") == [["g1", "g2", "g3"]]


def test_a_child_who_left_one_branch_is_no_reason_to_ask_there(both: Store) -> None:
    both.keep(people("b0", *(someone(id, "student", version=2, active=False) for id in ("s1", "s9"))))
    assert asked_by(both, "b0", "b1") == [[], ["g1", "g2", "g3"]]


def test_what_is_wished_in_one_branch_holds_in_all(both: Store) -> None:
    wishes(both, "g1", 0)
    assert asked_by(both, "b0", "b1") == [["g8"], ["g2", "g3"]]
    assert prompts.wish(both, using(guardian("g1", "b0"), "write home notes"), "b0") == {"prompt_every": 0}


def test_a_record_of_another_branch_that_was_merged_is_the_same_person(both: Store) -> None:
    both.keep(people("b0", someone("g8", "guardian", version=2, active=False, counts_as="g3")))
    assert asked_by(both, "b0", "b1") == [["g1", "g3"], ["g2"]]
    wishes(both, "g3", 0)
    assert asked_by(both, "b0", "b1") == [["g1"], ["g2"]]


def test_children_of_all_branches_count(both: Store) -> None:
    for student_id in ("s1", "s2"):
        wrote(both, student_id, 3)
    assert asked_by(both, "b0", "b1") == [["g1", "g8"], ["g3"]], "of g1 there is s9"
    both.home_notes.add({"_id": "s9", "branch_id": "b0", "student_id": "s9", "written_at": SATURDAY - timedelta(days=1)})
    assert asked_by(both, "b0", "b1") == [[], ["g3"]]


def test_a_round_that_was_killed_goes_on_where_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "CHUNK", 1)
    change, changes = store.home_note_rounds.change, iter((True, False))

    def dies(*asked: Any, **more: Any) -> Any:
        if not next(changes):
            raise RuntimeError
        return change(*asked, **more)

    monkeypatch.setattr(store.home_note_rounds, "change", dies)
    with pytest.raises(RuntimeError):
        prompts.ask_due(store)
    monkeypatch.undo()
    monkeypatch.setattr(prompts.clock, "now", lambda: SATURDAY + timedelta(minutes=1))
    assert said(store) == [["g1"]]
    assert prompts.ask_due(store) == 0, "its lease holds"
    store.home_note_rounds.collection.update_one({"_id": "b1"}, {"$set": {"leased_until": None}})
    assert prompts.ask_due(store) == 2
    assert said(store) == [["g1"], ["g2", "g3"]]
    assert prompts.ask_due(store) == 0
    assert store.home_note_rounds.one(WHOLE_CHAIN, "b1")["next_at"] == SATURDAY + timedelta(weeks=1)


def test_of_two_at_once_each_guardian_is_asked_by_one(store: Store) -> None:
    row = store.home_note_rounds.one(WHOLE_CHAIN, "b1")
    assert [prompts._ask(store, row) for _ in range(2)] == [3, 0]
    assert said(store) == [["g1", "g2", "g3"]]


def test_a_round_to_which_nobody_came_is_left_out(store: Store) -> None:
    due(store, SATURDAY - timedelta(days=7))
    assert prompts.ask_due(store) == 0
    assert said(store) == []


@given(st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_rounds_are_on_saturdays_at_ten(moment: datetime) -> None:
    found = prompts.round_after(moment)
    there = found.astimezone(clock.BRANCH_ZONE)
    assert (there.weekday(), there.hour, there.minute) == (5, 10, 0)
    assert timedelta(0) < found - moment <= timedelta(weeks=1)
