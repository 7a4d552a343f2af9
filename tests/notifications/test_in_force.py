"""Each process has the words in memory: when it looks again, and what it says when it can't."""

import threading

import pytest

from services.notifications.wording import in_force
from services.notifications.wording.in_force import AGE, InForce
from services.notifications.wording.words import Words, shipped


class Clock:
    def __init__(self, monkeypatch):
        self.now = 100.0
        monkeypatch.setattr(in_force.time, "monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def read_by(monkeypatch, answer):
    looks = []

    def read(store, before):
        looks.append(before.number)
        return answer(len(looks), before)

    monkeypatch.setattr(in_force, "read", read)
    return looks


def numbered(number):
    return Words(shipped().layers, number=number)


def test_it_looks_every_two_seconds_and_at_once_after_a_change_of_its_own(monkeypatch, clock):
    looks = read_by(monkeypatch, lambda look, before: numbered(look))
    here = InForce()
    assert (here.words().number, looks) == (0, []), "nothing to read from yet"
    here.read_from(object())
    assert [here.words().number for _ in range(3)] == [1, 1, 1]
    clock.now += AGE
    assert here.words().number == 1
    clock.now += 0.1
    assert here.words().number == 2
    here.look_again()
    assert here.words().number == 3


def test_what_was_in_force_goes_on_while_the_database_does_not_answer(monkeypatch, clock):
    def answer(look, before):
        if look > 1:
            raise ConnectionError
        return numbered(7)

    looks = read_by(monkeypatch, answer)
    here = InForce()
    here.read_from(object())
    assert here.words().number == 7
    clock.now += AGE + 1
    assert [here.words().number for _ in range(5)] == [7] * 5
    assert len(looks) == 2, "and it asks again after two seconds, not for each message"


def test_one_looks_and_the_others_go_on(monkeypatch, clock):
    looking, go_on = threading.Event(), threading.Event()

    def answer(look, before):
        if look == 2:
            looking.set()
            assert go_on.wait(10)
        return numbered(look)

    read_by(monkeypatch, answer)
    here = InForce()
    here.read_from(object())
    assert here.words().number == 1
    clock.now += AGE + 1
    one = threading.Thread(target=here.words)
    one.start()
    assert looking.wait(10)
    clock.now += AGE + 1
    assert here.words().number == 1, "it does not wait for the one that looks"
    go_on.set()
    one.join()
    clock.now -= AGE
    assert here.words().number == 2
