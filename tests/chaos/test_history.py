"""The checker finds what was planted, and nothing else."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.chaos.history import Asked, Outcome, Told, check


def asked(name: str, outcome: Outcome, events: int = 2) -> Asked:
    """A command whose events have two effects each."""
    tells = (Told("noted", frozenset({f"{name}/{number}/a", f"{name}/{number}/b"})) for number in range(events))
    return Asked(name, outcome, tuple(tells))


def effects(*commands: Asked) -> Counter[str]:
    return Counter(effect for command in commands for told in command.tells for effect in told.effects)


def test_all_is_well() -> None:
    commands = [asked("one", Outcome.DONE), asked("two", Outcome.DONE), asked("no", Outcome.REFUSED)]
    verdict = check(commands, effects(*commands[:2]))
    assert (verdict.lost, verdict.unexpected, verdict.duplicated, verdict.recovered) == ([], [], [], [])
    assert verdict.events == {"noted": 4}


def test_an_effect_that_is_missing_is_a_lost_event() -> None:
    command = asked("one", Outcome.DONE)
    found = effects(command)
    del found["one/1/b"]
    assert check([command], found).lost == ["noted of one: one/1/b"]
    assert len(check([command], Counter()).lost) == 2


def test_what_came_twice_is_duplicated() -> None:
    command = asked("one", Outcome.DONE)
    verdict = check([command], effects(command) + Counter(["one/0/a"]))
    assert (verdict.duplicated, verdict.lost, verdict.unexpected) == (["one/0/a"], [], [])


def test_what_nobody_asked_for_or_what_was_refused_is_unexpected() -> None:
    refused = asked("no", Outcome.REFUSED, events=1)
    verdict = check([refused], effects(refused) + Counter(["ghost"]))
    assert verdict.unexpected == ["ghost", "no/0/a", "no/0/b"]


def test_what_had_no_answer_happened_as_a_whole_or_not_at_all() -> None:
    command = asked("who knows", Outcome.UNKNOWN)
    whole, none = check([command], effects(command)), check([command], Counter())
    assert (whole.recovered, whole.lost, whole.events.total()) == (["who knows"], [], 2)
    assert (none.recovered, none.lost, none.events.total(), none.unknown) == ([], [], 0, 1)
    torn = check([command], Counter(["who knows/0/a", "who knows/0/b"]))
    assert torn.lost == ["noted of who knows: who knows/1/a"], "one of its events without the other"


@given(st.lists(st.sampled_from(["kept", "dropped", "doubled"]), max_size=30), st.integers(0, 3))
def test_it_counts_exactly_what_was_planted(fates: list[str], ghosts: int) -> None:
    times = {"kept": 1, "dropped": 0, "doubled": 2}
    commands = [asked(f"command {number}", Outcome.DONE, events=1) for number in range(len(fates))]
    found = Counter(f"ghost {number}" for number in range(ghosts))
    for command, fate in zip(commands, fates, strict=True):
        found += Counter(dict.fromkeys(command.tells[0].effects, times[fate]))
    verdict = check(commands, found)
    assert len(verdict.lost) == fates.count("dropped")
    assert len(verdict.duplicated) == 2 * fates.count("doubled")
    assert len(verdict.unexpected) == ghosts
