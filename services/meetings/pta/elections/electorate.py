"""Who may vote: the households of a branch. Plain values in, plain values out.

A household is who belongs together by guardians and children: it has one vote, however many guardians and children it has.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from schoolbus.households import together


def households(
    students: Sequence[str],
    relations: Iterable[tuple[str, str]],
    counts_as: Mapping[str, str],
    only: Collection[str] | None = None,
) -> list[list[str]]:
    """The guardians of each household, sorted; no guardian is in two of them.

    `relations` are pairs of guardian and student; of students who are not among `students` they count for nothing. `counts_as`:
    of a merged record the one that counts. `only`: households with one of these alone.
    """
    here = set(students)
    pairs = [(counts_as.get(guardian, guardian), student) for guardian, student in relations if student in here]
    household_of = {
        student: number for number, family in enumerate(together(list(students), pairs)) for student in family
    }  # of each student
    guardians: dict[int, set[str]] = {}
    for guardian, student in pairs:
        guardians.setdefault(household_of[student], set()).add(guardian)
    found = sorted(sorted(each) for each in guardians.values())
    return found if only is None else [each for each in found if not set(only).isdisjoint(each)]
