"""Rules in several processes at once, and events of one thing in several at the same moment: with the database."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.events import Event
from schoolbus.problems import NotYet
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import telling
from services.notifications.ruling import keeping
from services.notifications.ruling.narrowing import FIELDS
from services.notifications.store import Store
from tests.notifications.happenings import Meeting, quiz
from tests.support import people, roster
from tests.support.stores import fresh
from tests.support.waiting import eventually

ROUNDS = 6
HEAD = people.head("h1", "b1")


class Place:
    """As much of a school as a meeting needs."""

    id = "b1"

    def name(self, id: str) -> str:
        return id


@pytest.fixture
def stores(_database: Any) -> tuple[Store, Store]:
    """Of two processes."""
    one = fresh(_database, Store)
    one.keep_branch(roster.branch("b1"))
    known = [
        roster.someone("t1", "teacher"),
        roster.someone("s1", "student"),
        roster.someone("g1", "guardian", channels=["sms"]),
    ]
    known[2]["phone"] = "+923001110001"
    one.keep(roster.people("b1", *known))
    one.keep(roster.related("b1", ("g1", "s1")))
    return one, Store(_database)


def test_what_is_changed_in_one_process_is_soon_in_force_in_the_other(stores: tuple[Store, Store]) -> None:
    here, there = stores
    assert there.rules_in_force.in_branch("b1")["homework_set"].on
    keeping.narrow(here, HEAD, "b1", "homework_set", {**dict.fromkeys(FIELDS), "on": False})
    keeping.put(here, people.operator(), "quiz_result_recorded", {"urgency": "prompt", "version": None})
    assert not here.rules_in_force.in_branch("b1")["homework_set"].on
    eventually(lambda: not there.rules_in_force.in_branch("b1")["homework_set"].on)
    assert there.rules_in_force.in_branch("b2")["homework_set"].on
    eventually(lambda: there.rules_in_force.of_chain()["quiz_result_recorded"].urgency == 1)


def test_two_that_change_a_rule_at_once_do_not_both_win(stores: tuple[Store, Store]) -> None:
    answers: list[Any] = []

    def change(store: Store, **wanted: Any) -> None:
        try:
            answers.append(keeping.put(store, people.operator(), "homework_set", {"version": 0, **wanted}))
        except Exception as problem:
            answers.append(problem)

    _at_once(lambda: change(stores[0], on=False), lambda: change(stores[1], paper=False))
    kept = [each for each in answers if isinstance(each, dict)]
    assert len(kept) == 1
    assert kept[0]["version"] == 1
    assert sum(getattr(each, "code", 0) == 409 for each in answers) == 1


@pytest.mark.parametrize("round", range(ROUNDS))
def test_whatever_meets_the_last_word_is_the_last(stores: tuple[Store, Store], round: int) -> None:
    meeting = Meeting(Place(), "g1", "s1")  # type: ignore[arg-type]
    events = [meeting.booked(), meeting.moved(1), meeting.cancelled(2), meeting.reminder(0)]
    for event in events:
        event.time = now() - timedelta(seconds=10 + round)
    _at_once(*(_teller(stores[place % 2], event) for place, event in enumerate(events)))
    about = {"about_id": meeting.id, "role": "guardian"}
    found = {message["source"]["id"]: message for message in stores[0].messages.find(WHOLE_CHAIN, about)}
    assert len(found) == len(events)
    states = [found[event.id]["state"] for event in events]
    assert states == ["skipped", "skipped", "queued", "skipped"], "whoever stores last takes back what is old"


def test_an_unknown_teacher_holds_the_others_back_for_half_a_minute(stores: tuple[Store, Store]) -> None:
    event = quiz(Place(), "s1")  # type: ignore[arg-type]
    event.data["teacher_id"] = "t9"
    for age, told in ((10, 0), (60, 1)):
        event.time = now() - timedelta(seconds=age)
        with pytest.raises(NotYet):
            telling.tell(stores[0], event, "https://rabta.example.pk")
        assert stores[0].messages.count(WHOLE_CHAIN, {"source.id": event.id}) == told


def _teller(store: Store, event: Event) -> Any:
    return lambda: telling.tell(store, event, "https://rabta.example.pk")


def _at_once(*actions: Any) -> None:
    start = threading.Barrier(len(actions))

    def go(action: Any) -> None:
        start.wait(10)
        action()

    threads = [threading.Thread(target=go, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
