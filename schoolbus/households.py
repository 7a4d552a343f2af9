"""Who hears of a day together. Plain values in, plain values out.

A message is made for each event and person: who has two children in two events would be told, and paid for, twice.
"""

from collections.abc import Callable, Iterable, Sequence

Reached = Callable[[list[str]], Iterable[str]]


def chunks(student_ids: Sequence[str], guardians: Iterable[tuple[str, str]], most: int) -> list[list[str]]:
    """Parts of up to `most` students, in which children who share a guardian stay together. Nobody is in two of them.

    `guardians` are pairs of guardian and student. Only a family of more than `most`, step-siblings included, is cut.
    """
    made: list[list[str]] = []
    for family in together(student_ids, guardians):
        if not made or len(made[-1]) + len(family) > most:
            made.append([])
        made[-1] += family
    return [part[first : first + most] for part in made for first in range(0, len(part), most)]


def together(student_ids: Sequence[str], guardians: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The students by family, in the order in which each family's first child comes."""
    first = {id: id for id in student_ids}  # of each student another one of the family; of one in each family itself

    def found(id: str) -> str:
        while first[id] != id:
            first[id] = first[first[id]]
            id = first[id]
        return id

    child_of: dict[str, str] = {}
    for guardian, student in guardians:
        if student in first:
            first[found(student)] = found(child_of.setdefault(guardian, student))
    families: dict[str, list[str]] = {}
    for id in first:
        families.setdefault(found(id), []).append(id)
    return list(families.values())


def household(student_ids: Sequence[str], guardians_of: Reached, children_of: Reached) -> list[str]:
    """The children of the connected families of a child, or of some: whoever shares a guardian with one of them, step by
    step, in order of id.

    Guardians who live apart are of one household as long as they share a child.
    """
    known, new = {*student_ids}, sorted({*student_ids})
    while new:
        new = sorted(set(children_of(sorted(guardians_of(new)))) - known)
        known.update(new)
    return sorted(known)
