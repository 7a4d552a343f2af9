"""Who is not reached and what to try: the tables, case by case. And what is said of it all, in words."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.reports.engagement import families, measures, next_steps, statistics, tables, unreached, words
from services.reports.engagement.before_after import compared
from services.reports.engagement.next_steps import NOT_AGAIN, OUTCOMES, STRATEGIES, TRY, WHEN, Situation, Tried, suggested
from services.reports.engagement.statistics import Values
from services.reports.engagement.steps import read_within
from services.reports.engagement.unreached import Told, reasons
from tests.reports.engagement.rows import child, family

TODAY = date(2026, 11, 26)
LONG_AGO, LATELY = "2026-11-05", "2026-11-06"  # 21 and 20 days before
DOCS = Path(__file__).parents[3] / "docs" / "engagement.md"


def told(contact: str = "works", **more: object) -> Told:
    return Told("g1", contact, **{"told": 3, "could_read": 3, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("guardians", "why"),
    [
        ([told("none")], ["no_contact"]),
        ([told("failing"), told("none")], ["no_contact"]),
        ([told("failing"), told("paper")], ["only_paper"]),
        ([told("none"), told(read=1)], []),  # one who is reached is enough
        ([told(unread_since=LONG_AGO)], ["unread"]),
        ([told(unread_since=LATELY)], []),
        ([told(unread_since=LONG_AGO), told(read=1, last_read_on=LATELY)], []),
        ([told(unread_since=LONG_AGO), told("none")], ["unread"]),
        ([told(unread_since=LONG_AGO), told(told=0)], ["unread"]),  # who was told nothing says nothing of it
        ([told(other_language=2)], ["other_language"]),
        ([told(other_language=1)], []),
        ([told(other_language=3, read=1)], []),
        ([told(other_language=3, could_read=0)], []),  # by SMS alone: who knows
        ([told(other_language=3, unread_since=LONG_AGO)], ["unread", "other_language"]),
        ([told(read=3, last_read_on=LATELY)], []),  # never answered, and reached
        ([], ["no_contact"]),
    ],
)
def test_why_a_family_is_not_reached(guardians: list[Told], why: list[str]) -> None:
    assert reasons(guardians, known=True, on=TODAY) == why


def test_of_whom_nothing_is_known_nothing_is_said() -> None:
    assert reasons([], known=False, on=TODAY) == []
    assert reasons([told("none")], known=False, on=TODAY) == []
    assert reasons([told(unread_since=LONG_AGO)], known=False, on=TODAY) == [], "the other guardian may read"


def situation(*guardians: Told, among: int = 1, missed: bool = False) -> Situation:
    return Situation(guardians, among, missed)


def test_what_to_try_follows_the_table() -> None:
    one = told(unread_since=LONG_AGO, channels=("sms",))
    assert suggested(["unread"], situation(one), [], TODAY) == ["other_channel", "call", "letter", "home_visit"]
    assert "other_guardian" in suggested(["unread"], situation(one, among=2), [], TODAY)
    assert "evening_slot" in suggested(["unread"], situation(one, missed=True), [], TODAY)
    two = told(unread_since=LONG_AGO, channels=("app", "sms"))
    assert "other_channel" not in suggested(["unread"], situation(two), [], TODAY)
    assert suggested(["no_contact"], situation(), [], TODAY)[0] == "ask_for_contact"
    assert suggested(["unread", "other_language"], situation(two), [], TODAY).count("call") == 1


@pytest.mark.parametrize(
    ("days", "outcome", "again"), [(41, None, False), (41, "no_answer", False), (42, None, True), (3, "reached", True)]
)
def test_what_was_tried_lately_is_not_suggested_again(days: int, outcome: str | None, again: bool) -> None:
    tried = [Tried("call", TODAY - timedelta(days), outcome)]
    assert ("call" in suggested(["unread"], situation(told()), tried, TODAY)) is again


def test_the_tables_are_whole() -> None:
    assert {row.strategy for row in TRY} == {strategy.key for strategy in STRATEGIES}
    assert {row.reason for row in TRY} == set(unreached.BY_KEY)
    assert {row.when for row in TRY} == set(WHEN)
    assert timedelta(weeks=6) == NOT_AGAIN


def test_the_docs_have_the_tables() -> None:
    page = DOCS.read_text()
    assert unreached.markdown() in page
    assert next_steps.markdown() in page


def test_read_within_four_weeks() -> None:
    taken = date(2026, 11, 2)
    assert read_within(taken, ["2026-11-02", "2026-12-01"]) is None
    assert read_within(taken, ["2026-11-30", "2026-11-03", "2026-10-30"]) == "2026-11-03"


CAUSAL = re.compile(
    r"\b(because|led? to|leads to|effects?|affect\w*|improv\w*|caus\w*|thanks to|due to|as a result|impact\w*|result(s|ed) in|"
    r"works best|proves?|shows that|therefore|boost\w*|makes? them)\b",
    re.IGNORECASE,
)


def test_nothing_is_said_of_causes() -> None:
    said = [*words.texts(), *(each.en for each in (*measures.MEASURES, *measures.MEANS, *STRATEGIES, *unreached.REASONS))]
    said += [unreached.markdown(), next_steps.markdown(), *OUTCOMES]
    said += re.findall(r'en: "([^"]*)"', (DOCS.parents[1] / "services/reports/paper/engagement.typ").read_text())
    assert len(said) > 55
    assert [text for text in said if CAUSAL.search(text)] == []
    assert CAUSAL.search("Reading led to better marks"), "it would be found"


def test_what_it_can_not_show_is_said_in_both_languages() -> None:
    for note in (words.BESIDE, words.BEFORE_AND_AFTER, words.STRATEGIES, words.INTERVALS):
        assert len(note.ur) > 50
    assert "can't show" in words.BESIDE.en
    assert "can't show" in words.BEFORE_AND_AFTER.en


# Families


@given(
    some.lists(some.sampled_from("abcdefgh"), unique=True),
    some.lists(some.tuples(some.sampled_from("ghijkl"), some.sampled_from("abcdefgh"), some.booleans())),
)
def test_each_child_is_in_one_family_with_whom_it_shares_a_guardian(
    students: list[str], relations: list[tuple[str, str, bool]]
) -> None:
    rows = [{"guardian_id": f"1{g}", "student_id": s, "may_receive_reports": may} for g, s, may in relations]
    made = families.made(sorted(students), rows)
    assert sorted(id for each in made for id in each.student_ids) == sorted(students)
    assert all(each.id == min(each.student_ids) for each in made)
    of = {id: each for each in made for id in each.student_ids}
    for row in rows:
        if row["student_id"] in of:
            assert row["guardian_id"] in of[row["student_id"]].guardian_ids
            shared = [other["student_id"] for other in rows if other["guardian_id"] == row["guardian_id"]]
            assert {of[id].id for id in shared if id in of} == {of[row["student_id"]].id}
    for each in made:
        assert each.receiving <= set(each.guardian_ids)


# Tallies


def test_brothers_and_sisters_make_no_interval_narrower() -> None:
    there = [5, 7, 8, 9, 10, 10, 6, 8, 9, 7, 10, 4]
    alone = [family(f"a{n}", child(f"a{n}", days=10, there=days)) for n, days in enumerate(there)]
    twins = [family(f"a{n}", *(child(f"{twin}{n}", days=10, there=days) for twin in "ab")) for n, days in enumerate(there)]
    one, two = (tables.mean(measures.tally(rows)["means"]["attendance"], "attendance", False) for rows in (alone, twins))
    assert (one["n"], two["n"]) == (12, 24)
    assert [two[name] for name in ("mean", "low", "high")] == [one[name] for name in ("mean", "low", "high")]
    whole = tables.total([measures.tally(twins), measures.tally(twins)])[0]["means"]["attendance"]
    assert float(statistics.mean(Values(*whole))["low"]) > float(two["low"]), "of two branches' families there are more"


def test_nor_do_they_before_and_after() -> None:
    def changed(*of_family: str) -> dict[str, Any]:
        sides = [
            [family(f"a{n}", *(child(f"{id}{n}", days=10, there=5 + step * n % 4) for id in of_family)) for n in range(12)]
            for step in (1, 3)
        ]
        return dict(next(each for each in compared(*sides)["means"] if each["measure"] == "attendance"))

    one, two = changed("a"), changed("a", "b")
    for side in ("before", "after", "difference"):
        assert (one[side]["n"], two[side]["n"]) == (12, 24)
        assert [two[side][name] for name in ("mean", "low", "high")] == [one[side][name] for name in ("mean", "low", "high")]


def test_who_was_told_by_sms_alone_is_in_nothing_that_is_said_of_reading() -> None:
    rows = [family("a", read=1), family("b"), family("c", could_read=0), family("d", could_read=0, read=1)]
    assert measures.tally(rows)["shares"]["read"] == [1, 2]
    assert [each["families"] for each in measures.beside(rows)["read"]] == [1, 1]


def test_a_tally_counts_families_and_children() -> None:
    rows = [
        family("a", child("a", "c1", days=10, there=9), child("b", "c2", days=10, there=5, homework_set=2, signed=1), read=1),
        family("c", child("c", "c1"), met=1, unreached=["unread"]),
    ]
    whole = measures.tally(rows)
    assert (whole["families"], whole["students"]) == (2, 3)
    assert whole["shares"]["read"] == [1, 2]
    assert whole["shares"]["signed"] == [1, 1]
    assert whole["shares"]["met"] == [1, 1]
    assert whole["shares"]["unreached_unread"] == [1, 2]
    assert whole["means"]["attendance"] == [2, 14_000, 1, 4, 28_000, 196_000_000]
    of_class = measures.tally([measures.in_class(row, "c1") for row in rows])
    assert of_class["means"]["attendance"] == [1, 9_000, 1, 1, 9_000, 81_000_000]
    assert of_class["shares"]["signed"] == [0, 0], "the homework was the other child's"


@given(some.lists(some.tuples(some.integers(0, 3), some.integers(0, 3), some.booleans()), max_size=40))
def test_branches_add_up_to_what_all_families_are(those: list[tuple[int, int, bool]]) -> None:
    rows = [family(f"f{n}", read=read, told=told + read, met=int(met)) for n, (told, read, met) in enumerate(those)]
    cut = len(rows) // 2
    parts = [measures.tally(rows[:cut]), measures.tally(rows[cut:])]
    made, left = tables.total(parts)
    whole = measures.tally(rows)
    for key in tables.SHARES:
        if not left[key]:
            assert made["shares"][key] == whole["shares"][key]


def test_a_small_branch_is_in_the_total_only_with_another() -> None:
    large = measures.tally([family(f"l{n}", read=n % 2) for n in range(40)])
    small = measures.tally([family(f"s{n}", read=n % 2) for n in range(6)])
    made, left = tables.total([large, small])
    assert (made["families"], left["read"], made["shares"]["read"]) == (40, 1, [20, 40])
    made, left = tables.total([large, small, small])
    assert (made["families"], left["read"], made["shares"]["read"]) == (52, 0, [26, 52])


def test_all_of_a_small_group_is_hidden() -> None:
    small = measures.tally([family(f"s{n}", read=1) for n in range(9)])
    shown = tables.shown(small, tables.alone(small), sums=True)
    assert shown["families"] is shown["sums"] is None
    assert all(each["suppressed"] and each["percent"] is None and each["of"] is None for each in shown["measures"])


def test_what_a_hidden_number_could_be_read_off_is_hidden_too() -> None:
    classes = [
        measures.tally([family(f"a{n}", told=0) for n in range(12)]),
        measures.tally([family(f"b{n}", told=int(n < 3)) for n in range(5)]),
        measures.tally([family(f"c{n}", told=1, read=n % 2, unreached=["unread"] if n == 0 else []) for n in range(40)]),
    ]
    first, second, third = tables.within(classes)
    assert second == set(tables.COLUMNS)
    assert {"told", "delivered", "read"} <= first, "of whom could read is how many were told"
    assert "told" not in third or "read" in third
    for hidden in (first, third):
        assert len(hidden & {key for key in tables.SHARES if key.startswith("unreached")}) in (0, 5)


FAMILY = some.fixed_dictionaries(
    {name: some.integers(0, 1) for name in ("told", "read", "answered", "invited", "met", "pta")}
    | {"unreached": some.sampled_from([[], [], ["unread"], ["no_contact"], ["unread", "other_language"]])}
)


@given(some.lists(some.lists(FAMILY, max_size=24), min_size=2, max_size=4))
def test_no_hidden_number_of_a_class_follows_from_the_branch_and_the_other_classes(
    those: list[list[dict[str, object]]],
) -> None:
    """Of each measure: there are other counts of the hidden classes that fit the branch and the classes that are shown."""
    rows = [
        [family(f"{place}-{n}", **of) for n, of in enumerate(families_of_class)]
        for place, families_of_class in enumerate(those)
    ]
    classes = [measures.tally(each) for each in rows]
    branch = measures.tally([row for each in rows for row in each])
    hidden, of_branch = tables.within(classes), tables.alone(branch)
    for key in tables.SHARES:
        count, of = branch["shares"][key]
        places = [place for place, columns in enumerate(hidden) if key in columns and classes[place]["shares"][key][1]]
        assert all(place in places for place, each in enumerate(classes) if 0 < each["shares"][key][1] < 10), key
        if key in of_branch or count in (0, of):
            continue  # the branch's is hidden too, or says it of every class
        if len([each for each in classes if each["shares"][key][1]]) < 2:
            continue  # all of it is one class
        together = sum(classes[place]["shares"][key][0] for place in places)
        for place in places:
            others = sum(classes[each]["shares"][key][1] for each in places if each != place)
            fits = [n for n in range(classes[place]["shares"][key][1] + 1) if 0 <= together - n <= others]
            assert len(fits) > 1, (key, place, places)


def test_of_two_groups_beside_each_other_both_are_hidden_or_none() -> None:
    def pair(having: int) -> list[dict[str, object]]:
        rows = [family(f"f{n}", child(f"f{n}", days=10, there=8), read=int(n < having)) for n in range(30)]
        groups = measures.beside(rows)["read"]
        return tables.beside_shown(groups, tables.beside_hidden(groups, measures.tally(rows)))

    assert [each["families"] for each in pair(12)] == [12, 18]
    assert [each["families"] for each in pair(9)] == [None, None]
    assert [each["suppressed"] for each in pair(9)] == [True, True]
