"""Who goes where at a year's end: plain values in, plain values out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from schoolbus.problems import Sentence

PROMOTED, REPEATS, LEAVES = OUTCOMES = ("promoted", "repeats", "leaves")


@dataclass(frozen=True)
class Step:
    """What becomes of one student; `class_id` is None for who leaves the branch."""

    student_id: str
    outcome: str
    class_id: str | None


def steps(
    students: Collection[str], to_class: str | None, repeaters: Mapping[str, str], leavers: Collection[str]
) -> list[Step]:
    """One step for each student of a class, in the order of their ids.

    Without `to_class` (the highest grade) everybody leaves who does not repeat. Raises ValueError with a sentence for each
    fault, for who is named twice or is not in the class.
    """
    faults = []
    if both := set(repeaters) & set(leavers):
        faults.append(Sentence("%(both)s: both a repeater and a leaver.", both=sorted(both)))
    if strangers := (set(repeaters) | set(leavers)) - set(students):
        faults.append(Sentence("%(strangers)s: no student of this class.", strangers=sorted(strangers)))
    if faults:
        raise ValueError(*faults)
    return [_step(id, to_class, repeaters, leavers) for id in sorted(set(students))]


def counts(steps: Sequence[Step]) -> dict[str, int]:
    return {outcome: sum(step.outcome == outcome for step in steps) for outcome in OUTCOMES}


def _step(id: str, to_class: str | None, repeaters: Mapping[str, str], leavers: Collection[str]) -> Step:
    if id in repeaters:
        return Step(id, REPEATS, repeaters[id])
    if id in leavers or to_class is None:
        return Step(id, LEAVES, None)
    return Step(id, PROMOTED, to_class)
