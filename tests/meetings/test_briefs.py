"""Who sees which part of a child's brief: as in reports, part by part. Plain values."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.meetings.theday.briefs import Reader, shown

CLASSES = st.frozensets(st.sampled_from(["c1", "c2", "c3", "c4"]))
MARKS = st.lists(st.tuples(st.sampled_from(["c1", "c2", "c3", "c4"]), st.booleans()), max_size=8)


def brief(marks: list[tuple[str, bool]]) -> dict[str, Any]:
    of_classes = [{"class_id": class_id, "on_card": on_card} for class_id, on_card in marks]
    return {"marks": of_classes, "homework": ["h"], "home_notes": ["n"], "attendance": {"days": 9}, "behaviour": {"notes": []}}


@given(MARKS, CLASSES, CLASSES)
def test_a_teacher_sees_marks_of_own_classes_and_of_cards_where_they_teach_the_child(
    marks: list[tuple[str, bool]], attends: frozenset[str], teaches: frozenset[str]
) -> None:
    found = shown(brief(marks), attends, Reader(school=False, classes=teaches))
    assert (found is None) == (not attends & teaches)
    if found is not None:
        wanted = [(class_id, on_card) for class_id, on_card in marks if on_card or class_id in teaches]
        assert [(mark["class_id"], mark["on_card"]) for mark in found["marks"]] == wanted
        assert (found["homework"], found["home_notes"]) == (["h"], ["n"])
        assert (found["attendance"], found["behaviour"]) == ({"days": 9}, {"notes": []})


@given(MARKS, CLASSES)
def test_head_and_office_see_all_marks_and_no_home_notes(marks: list[tuple[str, bool]], attends: frozenset[str]) -> None:
    found = shown(brief(marks), attends, Reader(school=True))
    assert found is not None
    assert (len(found["marks"]), found["home_notes"]) == (len(marks), [])
    assert (found["attendance"], found["behaviour"]) == ({"days": 9}, {"notes": []})


def test_one_that_was_told_before_there_was_any_behaviour_has_none() -> None:
    found = shown({"marks": [], "homework": [], "home_notes": []}, {"c1"}, Reader(school=True))
    assert found is not None
    assert (found["attendance"], found["behaviour"]) == (None, None)


def test_of_whom_nothing_was_told_nothing_is_shown() -> None:
    assert shown(None, {"c1"}, Reader(school=True)) is None
