"""What is hidden stays hidden beside everything else that the same caller may be shown."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from services.reports.engagement import changes, measures, tables
from services.reports.engagement.before_after import compared, compared_class, paired
from services.reports.engagement.measures import SUMS
from tests.reports.engagement.rows import child, family

Rows = list[dict[str, Any]]


def told(count: int, **more: Any) -> Rows:
    return [family(f"f{n}", child(f"f{n}"), **more) for n in range(count)]


# Sums of a branch and of the chain


def test_a_sum_goes_with_the_measure_that_it_is_of() -> None:
    rows = [*told(3, invited=1, met=1), *told(37)]
    tally = measures.tally(rows)
    shown = tables.shown(tally, tables.alone(tally), sums=True)
    assert next(each for each in shown["measures"] if each["measure"] == "met")["suppressed"]
    assert shown["sums"]["invited"] is shown["sums"]["met"] is None
    assert (shown["sums"]["told"], shown["sums"]["pta"]) == (40, 0)


def test_a_sum_of_few_families_is_theirs() -> None:
    tally = measures.tally([*told(2, answered=7), *told(38)])
    shown = tables.shown(tally, tables.alone(tally), sums=True)
    assert next(each for each in shown["measures"] if each["measure"] == "answered")["count"] == 2
    assert shown["sums"]["answered"] is None


NEEDS = {"delivered": "told", "read": "told", "signed": "homework_set", "acknowledged": "cards"}
COUNTS = some.fixed_dictionaries({name: some.integers(0, 2) for name in SUMS}).map(
    lambda of: {name: min(count, of[NEEDS[name]]) if name in NEEDS else count for name, count in of.items()}
)
BRANCH = some.tuples(some.integers(0, 30), some.lists(COUNTS, min_size=1, max_size=4))


def branch_of(size: int, kinds: list[dict[str, int]]) -> Rows:
    """Families of a few kinds; a family's child has what is counted of children."""
    rows = []
    for n in range(size):
        of = kinds[n % len(kinds)]
        whose = child(f"f{n}", **{name: of[name] for name in measures.OF_CHILDREN})
        rows.append(family(f"f{n}", whose, **of))
    return rows


@given(some.lists(BRANCH, min_size=1, max_size=5))
def test_no_sum_of_few_families_follows_from_branches_and_chain(those: list[tuple[int, list[dict[str, int]]]]) -> None:
    """Each sum that is shown, of a branch or as what is left of the chain's, is of nobody or of ten families or more."""
    branches = [branch_of(*each) for each in those]
    tallies = [measures.tally(rows) for rows in branches]
    shown = [tables.shown(tally, tables.alone(tally), sums=True)["sums"] for tally in tallies]
    made, _ = tables.total(tallies)
    whole = tables.shown(made, tables.alone(made), sums=True)["sums"]
    for name in SUMS:
        open_ones = [place for place, sums in enumerate(shown) if sums is not None and sums[name] is not None]
        for place in open_ones:
            assert sum(row[name] > 0 for row in branches[place]) not in range(1, 10) or name in ("invited", "booked")
        if whole is not None and whole[name] is not None:
            assert whole[name] == sum(shown[place][name] for place in open_ones), "nothing is left to those who are hidden"


# Families beside others


def kept(rows: Rows) -> dict[str, Any]:
    return {**measures.tally(rows), "beside": measures.beside(rows)}


def beside(tally: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Of both groups what is shown of attendance."""
    shown = tables.beside_shown(tally["beside"][kind], tables.beside_hidden(tally["beside"][kind], tally))
    return [next(each for each in group["means"] if each["measure"] == "attendance") for group in shown]


def attending(of: int, prefix: str, days: int = 20, **more: Any) -> Rows:
    return [family(f"{prefix}{n}", child(f"{prefix}{n}", days=days, there=days), **more) for n in range(of)]


def test_few_who_could_not_are_not_what_two_groups_leave_of_the_branch() -> None:
    asked = [*attending(12, "m", invited=1, met=1), *attending(15, "i", invited=1)]
    assert [each["n"] for each in beside(kept([*asked, *attending(3, "r")]), "met")] == [None, None]
    assert [each["n"] for each in beside(kept([*asked, *attending(10, "r")]), "met")] == [12, 15]
    assert [each["n"] for each in beside(kept(asked), "met")] == [12, 15]


def test_the_chain_leaves_out_what_a_branch_hides() -> None:
    asked = [*attending(12, "m", invited=1, met=1), *attending(15, "i", invited=1)]
    few_left = kept([*asked, *attending(3, "r")])
    few_known = kept([*attending(12, "m", invited=1, met=1), *attending(4, "i", invited=1), *attending(9, "n", 0, invited=1)])
    made = tables.beside_total_of([few_left, few_known, kept([*asked, *attending(10, "r")])])
    assert [group["means"]["attendance"][0] for group in made["met"]] == [12, 15]
    assert [group["families"] for group in made["met"]] == [36, 43]


GROUP = some.tuples(some.integers(0, 14), some.integers(0, 14))  # families with a day of attendance, and without


@given(some.lists(some.tuples(GROUP, GROUP, GROUP), min_size=1, max_size=4))
def test_nobody_is_few_in_what_is_left_of_a_mean(those: list[Any]) -> None:
    """Who had a meeting, who was asked and had none, and who was not asked: of a branch each of the three, what all branches
    leave of the chain's, is of no children or of ten and more."""
    branches = []
    for had, asked, rest in those:
        rows = []
        for name, (known, unknown), more in (("h", had, {"met": 1}), ("a", asked, {"invited": 1}), ("r", rest, {})):
            rows += [*attending(known, name, **more), *attending(unknown, f"{name}-", 0, **more)]
        branches.append(kept(rows))
    for tally in branches:
        have, others = (each["n"] for each in beside(tally, "met"))
        assert (have is None) == (others is None)
        if have is not None:
            left = tally["means"]["attendance"][0] - have - others
            assert not {have, others, left} & set(range(1, 10))
    open_ones = [tally for tally in branches if beside(tally, "met")[0]["n"] is not None]
    for place, group in enumerate(tables.beside_total_of(branches)["met"]):
        assert group["means"]["attendance"][0] == sum(beside(tally, "met")[place]["n"] for tally in open_ones)


# Before and after, class by class


def in_class(class_id: str, having: int, of: int, **more: Any) -> Rows:
    ids = [f"{class_id}-{n}" for n in range(of)]
    return [family(id, child(id, class_id), answered=int(n < having), **more) for n, id in enumerate(ids)]


def of_classes(rows: Rows, month: str = "2026-10") -> list[dict[str, Any]]:
    ids = sorted({id for row in rows for each in row["children"] for id in each["class_ids"]})
    found = {id: [measures.in_class(row, id) for row in rows if id in row["children"][0]["class_ids"]] for id in ids}
    return [{"class_id": id, "month": month, **measures.tally(found[id])} for id in ids]


def answered(made: dict[str, Any]) -> dict[str, Any]:
    return next(dict(each) for each in made["measures"] if each["measure"] == "answered")


def test_a_small_class_is_not_what_the_others_leave_of_the_branch() -> None:
    rows = [*in_class("a", 3, 5), *in_class("b", 14, 20), *in_class("c", 6, 21)]
    branch = answered(compared(rows, rows))
    of_class = {id: answered(compared_class(rows, rows, id, of_classes(rows))) for id in "abc"}
    assert (branch["before"]["count"], branch["before"]["of"]) == (23, 46)
    assert [id for id in "abc" if of_class[id]["suppressed"]] == ["a", "b"]
    assert of_class["b"]["both"] is of_class["b"]["before"]["count"] is None
    assert of_class["c"]["before"]["count"] == 6


def test_what_is_hidden_of_a_class_in_a_month_is_hidden_here_too() -> None:
    """Else another class could be hidden here than there, and both together would give the small one away."""
    month = [*in_class("a", 3, 5), *in_class("b", 6, 11), *in_class("c", 6, 12)]
    later = [*in_class("a", 3, 5), *in_class("b", 6, 11), *in_class("c", 6, 10)]
    assert [answered(compared_class(later, later, id, []))["suppressed"] for id in "abc"] == [True, False, True]
    assert all(answered(compared_class(later, later, id, of_classes(month)))["suppressed"] for id in "abc")


FAMILY = some.tuples(*[some.tuples(some.booleans(), some.booleans())] * 2)  # told and read, before and after


@given(some.lists(some.lists(FAMILY, max_size=18), min_size=2, max_size=4))
def test_no_hidden_number_of_a_class_follows_from_the_branch_and_other_classes_before_and_after(those: list[Any]) -> None:
    """Of each number, there are others of the hidden classes that fit all that is shown; a number that is nobody's in the whole
    branch, or everybody's, is so in each class, and a branch with one class is that class."""
    sides: tuple[Rows, Rows] = ([], [])
    for place, families_of_class in enumerate(those):
        for n, months_of in enumerate(families_of_class):
            for side, (told, read) in zip(sides, months_of, strict=True):
                whose = child(f"{place}-{n}", f"c{place}")
                side.append(family(f"{place}-{n}", whose, told=int(told), read=int(told and read)))
    ids = [f"c{place}" for place, each in enumerate(those) if each]
    by_month = [*of_classes(sides[0], "2026-09"), *of_classes(sides[1], "2026-10")]
    branch = compared(*sides)
    shown = {id: {row["measure"]: row for row in compared_class(*sides, id, by_month)["measures"]} for id in ids}
    bare = {id: {row["measure"]: row for row in compared(*[of_class(id, side) for side in sides])["measures"]} for id in ids}
    exact = {id: _exact(id, sides) for id in ids}
    for total in branch["measures"]:
        key = total["measure"]
        hidden = [id for id in ids if shown[id][key]["suppressed"] and exact[id][key]["of"]]
        assert all(id in hidden for id in ids if bare[id][key]["suppressed"] and exact[id][key]["of"]), "what is too small"
        if total["suppressed"] or len([id for id in ids if exact[id][key]["of"]]) < 2:
            continue
        for name in ("before", "after", "both", "before_only", "after_only", "neither"):
            whole = total[name]["count"] if name in ("before", "after") else total[name]
            if not 0 < whole < total["before"]["of"]:
                continue
            together = sum(exact[id][key][name] for id in hidden)
            for id in hidden:
                others = sum(exact[each][key]["of"] for each in hidden if each != id)
                fits = [n for n in range(exact[id][key]["of"] + 1) if 0 <= together - n <= others]
                assert len(fits) > 1, (key, name, id)


def of_class(class_id: str, rows: Rows) -> Rows:
    return [row for row in rows if class_id in row["children"][0]["class_ids"]]


def _exact(class_id: str, sides: tuple[Rows, Rows]) -> dict[str, dict[str, int]]:
    """What nobody is shown: counted as if nothing was too small."""
    made = changes.counted(paired(*[of_class(class_id, side) for side in sides]))
    names = ("of", "before", "after", "both", "before_only", "after_only", "neither")
    return {key: {name: getattr(change, name) for name in names} for key, change in made.measures.items()}
