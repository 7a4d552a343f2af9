"""Who may vote, who is elected, what is in an envelope: whatever comes in."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.meetings.pta.elections import sealing
from services.meetings.pta.elections.counting import Race, counted, digest, line, lot
from services.meetings.pta.elections.electorate import households
from services.meetings.pta.elections.sealing import WrongKey

KEY = "the-key-of-ballots-in-the-tests-0123456789"
CHAIR, MEMBER = Race("chair", 1, (1, 2)), Race("member", 2, (3, 4, 5))
SAME = {number: number for number in range(1, 6)}
relations = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 7).map(str)), max_size=30)
students = st.sets(st.integers(0, 7).map(str)).map(sorted)


@given(students, relations)
def test_a_guardian_is_in_one_household_and_children_make_one(children, pairs):
    found = households(children, pairs, {})
    everybody = [guardian for each in found for guardian in each]
    assert len(everybody) == len(set(everybody))
    assert set(everybody) == {guardian for guardian, child in pairs if child in children}
    household_of = {guardian: number for number, each in enumerate(found) for guardian in each}
    for guardian, child in pairs:
        for other, same in pairs:
            if child == same and child in children:
                assert household_of[guardian] == household_of[other]


@given(students, relations, st.randoms())
def test_the_order_in_which_relations_come_makes_no_difference(children, pairs, chance):
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    assert households(children, pairs, {}) == households(children, shuffled, {})


def test_merged_records_are_one_guardian():
    assert households(["s1", "s2"], [("g1", "s1"), ("g9", "s2")], {"g9": "g1"}) == [["g1"]]


def test_only_households_with_a_member():
    pairs = [("g1", "s1"), ("g2", "s1"), ("g3", "s3")]
    assert households(["s1", "s3"], pairs, {}, only={"g2"}) == [["g1", "g2"]]


marks = st.fixed_dictionaries(
    {}, optional={"chair": st.sets(st.integers(0, 3), max_size=3), "member": st.sets(st.integers(2, 6), max_size=4)}
)


@given(st.lists(marks, max_size=40))
def test_the_most_votes_win_and_no_ballot_counts_twice(ballots):
    for race, outcome in zip((CHAIR, MEMBER), counted((CHAIR, MEMBER), ballots, "d", SAME).values(), strict=True):
        assert len(outcome.elected) <= race.seats
        assert set(outcome.votes) == set(race.candidates)
        assert sum(outcome.votes.values()) <= race.seats * (len(ballots) - outcome.abstentions)
        assert all(outcome.votes[number] for number in outcome.elected), "nobody is elected without a vote"
        others = [outcome.votes[number] for number in race.candidates if number not in outcome.elected]
        lowest = min((outcome.votes[number] for number in outcome.elected), default=0)
        assert all(votes <= lowest for votes in others)
        assert len(outcome.elected) == min(race.seats, sum(votes > 0 for votes in outcome.votes.values()))
        if outcome.drawn:
            assert len({outcome.votes[number] for number in outcome.drawn}) == 1
            assert not set(outcome.drawn) <= set(outcome.elected)
            assert not set(outcome.drawn).isdisjoint(outcome.elected)


@given(st.lists(marks, max_size=20), st.randoms())
def test_the_order_of_ballots_makes_no_difference(ballots, chance):
    shuffled = list(ballots)
    chance.shuffle(shuffled)
    assert counted((CHAIR, MEMBER), ballots, "d", SAME) == counted((CHAIR, MEMBER), shuffled, "d", SAME)


@given(st.text(max_size=20))
def test_a_tie_is_decided_by_a_lot_that_all_ballots_draw(drawn_from):
    outcome = counted((CHAIR,), [{"chair": [1]}, {"chair": [2]}], drawn_from, SAME)["chair"]
    first = min((1, 2), key=lambda number: hashlib.sha256(f"{drawn_from} chair {number}".encode()).hexdigest())
    assert (outcome.elected, outcome.drawn[0], set(outcome.drawn)) == ((first,), first, {1, 2})
    assert lot(drawn_from, "chair", 1) != lot(drawn_from, "member", 1)


def test_the_lot_is_fair():
    winners = Counter(
        counted((CHAIR,), [{"chair": [1]}, {"chair": [2]}], str(number), SAME)["chair"].elected[0] for number in range(1000)
    )
    assert 400 < winners[1] < 600


def test_who_has_an_office_is_passed_over_in_the_next():
    races = (Race("chair", 1, (1, 2)), Race("treasurer", 1, (3, 4)))
    ballots = [{"chair": [1], "treasurer": [3]}] * 3 + [{"chair": [2], "treasurer": [4]}]
    found = counted(races, ballots, "d", {1: 1, 2: 2, 3: 1, 4: 4})
    assert (found["chair"].elected, found["treasurer"].elected) == ((1,), (4,))


def test_more_marks_than_seats_are_an_abstention():
    outcome = counted((CHAIR,), [{"chair": [1, 2]}], "d", SAME)["chair"]
    assert (outcome.votes, outcome.abstentions, outcome.elected) == ({1: 0, 2: 0}, 1, ())


def test_what_is_published_can_be_hashed_by_anybody():
    lines = [line("B", (CHAIR, MEMBER), {"member": [5, 3]}), line("A", (CHAIR, MEMBER), {"chair": [2]})]
    assert lines == ["B chair=- member=3,5", "A chair=2 member=-"]
    assert digest(lines) == hashlib.sha256(b"A chair=2 member=-\nB chair=- member=3,5\n").hexdigest()


@given(st.lists(marks, min_size=1, max_size=8))
def test_envelopes_say_nothing_and_come_out_in_another_order(ballots):
    urn = sealing.new_urn(KEY, "e1")
    given_marks = [{office: sorted(numbers) for office, numbers in each.items()} for each in ballots]
    codes = [sealing.receipt(KEY, "e1", urn.salt, f"request {number}") for number in range(len(ballots))]
    sealed = [sealing.enveloped(urn.public_key, "e1", code, each) for code, each in zip(codes, given_marks, strict=True)]
    assert len({len(each) for each in sealed}) == 1
    opened = sealing.opened(KEY, "e1", urn.key, sealed)
    assert [code for code, _ in opened] == sorted(codes)
    assert dict(opened) == dict(zip(codes, given_marks, strict=True))


def test_without_the_key_or_the_code_nothing_opens():
    code = sealing.new_code()
    urn = sealing.new_urn(KEY, "e1", code)
    sealed = [sealing.enveloped(urn.public_key, "e1", "A", {"chair": [1]})]
    assert sealing.opened(KEY, "e1", urn.key, sealed, code.lower().replace("-", " ")) == [("A", {"chair": [1]})]
    for key, election, typed in ((KEY, "e1", ""), (KEY, "e1", sealing.new_code()), (KEY * 2, "e1", code), (KEY, "e2", code)):
        with pytest.raises(WrongKey):
            sealing.opened(key, election, urn.key, sealed, typed)


def test_a_request_sent_again_has_the_same_code():
    urn, other = sealing.new_urn(KEY, "e1"), sealing.new_urn(KEY, "e1")
    once, again = (sealing.receipt(KEY, "e1", urn.salt, "r") for _ in range(2))
    assert once == again != sealing.receipt(KEY, "e1", other.salt, "r")
    assert sealing.plain(once.lower().replace("0", "o").replace("1", "l")) == once.replace("-", "")
    assert sealing.mark_of(KEY, "e1", urn.salt, "r", {"chair": [1]}) != sealing.mark_of(KEY, "e1", urn.salt, "r", {})
