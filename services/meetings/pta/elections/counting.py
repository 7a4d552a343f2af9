"""Ballots in, a result out: plain values, so that anybody can count again (docs/pta.md says how).

A ballot is what is marked for each office: numbers of candidates, at most as many as the office has seats. None: an abstention.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Marks = Mapping[str, Sequence[int]]  # of one ballot, by office


@dataclass(frozen=True)
class Race:
    """An office to be filled. Candidates by their numbers, each the same person in every race it stands for."""

    office: str
    seats: int
    candidates: tuple[int, ...]


@dataclass(frozen=True)
class Outcome:
    """`drawn`: between whom the lot decided, in its order; none where it was not needed. `abstentions`: no mark."""

    votes: dict[int, int]
    abstentions: int
    elected: tuple[int, ...]
    drawn: tuple[int, ...]


def line(code: str, races: Sequence[Race], marks: Marks) -> str:
    """A ballot as it is published: its code, then each office with the numbers that are marked, or `-`."""
    said = [f"{race.office}={','.join(str(number) for number in sorted(marks.get(race.office, ()))) or '-'}" for race in races]
    return " ".join((code, *said))


def digest(lines: Iterable[str]) -> str:
    """SHA-256 of the published ballots, sorted, each ended by a line feed; hexadecimal."""
    return hashlib.sha256("".join(f"{each}\n" for each in sorted(lines)).encode()).hexdigest()


def lot(digest: str, office: str, number: int) -> str:
    """The lot of a candidate: the lowest is drawn first.

    It hangs on all ballots and on nothing else: nobody knows it before the last ballot is in, and everybody can draw it again.
    """
    return hashlib.sha256(f"{digest} {office} {number}".encode()).hexdigest()


def counted(races: Sequence[Race], ballots: Sequence[Marks], drawn_from: str, same: Mapping[int, int]) -> dict[str, Outcome]:
    """The outcome by office. The most votes win; where votes are equal and seats too few, the lot decides.

    Nobody is elected without a vote. Nobody is elected to two offices: who has one is passed over in those that come later on
    the ballot. `same`: of each candidate a number for the person, the same for one who stands for several offices.
    """
    outcomes: dict[str, Outcome] = {}
    taken: set[int] = set()
    for race in races:
        outcome = _outcome(race, ballots, drawn_from, {number for number in race.candidates if same[number] in taken})
        taken |= {same[number] for number in outcome.elected}
        outcomes[race.office] = outcome
    return outcomes


def _outcome(race: Race, ballots: Sequence[Marks], drawn_from: str, passed_over: set[int]) -> Outcome:
    marks = [valid(race, ballot.get(race.office, ())) for ballot in ballots]
    votes = Counter(number for marked in marks for number in marked)
    stands = [number for number in race.candidates if votes[number] and number not in passed_over]
    ranked = sorted(stands, key=lambda number: (-votes[number], lot(drawn_from, race.office, number)))
    elected = tuple(ranked[: race.seats])
    return Outcome(
        votes={number: votes[number] for number in race.candidates},
        abstentions=sum(not marked for marked in marks),
        elected=elected,
        drawn=_drawn(race, ranked, votes),
    )


def _drawn(race: Race, ranked: Sequence[int], votes: Mapping[int, int]) -> tuple[int, ...]:
    """Those with as many votes as the last who is elected, when not all of them are."""
    if len(ranked) <= race.seats or votes[ranked[race.seats]] != votes[ranked[race.seats - 1]]:
        return ()
    return tuple(number for number in ranked if votes[number] == votes[ranked[race.seats]])


def valid(race: Race, marked: Iterable[int]) -> tuple[int, ...]:
    """What counts of an office's marks: nothing, where more are marked than there are seats."""
    known = tuple(sorted(set(marked) & set(race.candidates)))
    return known if len(known) <= race.seats else ()
