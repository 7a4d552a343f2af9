"""A teacher enters marks: all rows or none, exact decimals."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.gradebook.marks import read_marks
from tests.reports.story import Branch, slug
from tests.support.roster import classes, enrolled

GOOD = {"student_id": "s1", "score": "17.5", "out_of": "20"}


def test_a_sheet_is_stored_exactly(branch: Branch) -> None:
    answer = branch.marks("Term A", s1="17.50", s2=20, s3=0.1)
    assert answer.status_code == 200, answer.text
    found = branch.call("GET", "marks?class_id=c1&term=term a", branch.teacher("t2")).json()["items"]
    assert {row["student_id"]: row["score"] for row in found} == {"s1": "17.5", "s2": "20", "s3": "0.1"}


def test_sent_again_it_replaces_and_others_stay(branch: Branch) -> None:
    branch.marks("Term B", s1="1", s2="2")
    for _ in range(2):
        assert branch.marks("term b", subject="ENGLISH", s1="3").status_code == 200
    found = branch.call("GET", "marks?class_id=c1&term=Term B", branch.teacher()).json()["items"]
    assert sorted((row["student_id"], row["score"]) for row in found) == [("s1", "3"), ("s2", "2")]


def test_every_refused_row_is_named_and_nothing_is_stored(branch: Branch) -> None:
    rows: list[Any] = [
        GOOD,
        {**GOOD, "score": "21"},
        {**GOOD, "student_id": "s404", "score": "x"},
        {**GOOD, "student_id": "s2", "score": "-1", "out_of": 0},
        {**GOOD, "student_id": "s3", "score": "1.005"},
        {"student_id": "s3"},
        5,
    ]
    sheet = {"class_id": "c1", "term": "Term C", "subject": "English", "marks": rows}
    answer = branch.call("PUT", "marks", branch.teacher(), json=sheet)
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    errors = answer.json()["errors"]["marks"]
    assert list(errors) == ["1", "2", "3", "4", "5", "6"]
    assert errors["1"] == {"score": ["More than out_of."], "student_id": ["Named twice."]}
    assert set(errors["2"]) == {"score", "student_id"}
    assert errors["4"] == {"score": ["At most two decimals."]}
    assert branch.call("GET", "marks?class_id=c1&term=Term C", branch.teacher()).json()["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"marks": []},
        {"marks": {}},
        {"marks": "all"},
        {"marks": [GOOD] * 1001},
        {"term": ""},
        {"subject": None},
        {"subject": ["English"]},
        {"class_id": 7},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_wrong_types_are_named(branch: Branch, wrong: dict[str, Any]) -> None:
    sheet = {"class_id": "c1", "term": "Term D", "subject": "English", "marks": [GOOD], **wrong}
    answer = branch.call("PUT", "marks", branch.teacher(), json=sheet)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, list(wrong))


def test_only_by_and_for_the_class(branch: Branch, elsewhere: Branch) -> None:
    branch.knows(classes(branch.id, "c1", "c2"), enrolled(branch.id, "c2", students=("s8",), teachers=("t2",)))
    sheet = {"class_id": "c2", "term": "Term E", "subject": "English", "marks": [{**GOOD, "student_id": "s8"}]}
    assert branch.call("PUT", "marks", branch.teacher("t1"), json=sheet).status_code == 403
    assert branch.call("PUT", "marks", branch.guardian(), json=sheet).status_code == 403
    assert branch.call("PUT", "marks", elsewhere.teacher("t2"), json=sheet).status_code == 403
    assert branch.call("PUT", "marks", branch.teacher("t2"), json=sheet).status_code == 200
    assert branch.call("GET", "marks?class_id=c2&term=Term E", branch.teacher("t1")).status_code == 403
    assert elsewhere.call("GET", "marks?class_id=c1&term=Term A", elsewhere.teacher()).json()["items"] == []


points = st.one_of(
    st.integers(-5, 20_000), st.floats(), st.text(max_size=5), st.none(), st.booleans(), st.decimals(0, 100, places=2).map(str)
)
rows = st.one_of(
    st.fixed_dictionaries({"student_id": st.sampled_from(["s1", "s2", "s3", "s404", ""]), "score": points, "out_of": points}),
    st.dictionaries(st.text(max_size=5), st.none()),
    st.none(),
)


@given(st.lists(rows, max_size=6))
def test_each_row_is_either_taken_or_refused_with_a_reason(sheet: list[Any]) -> None:
    taken, refused = read_marks(sheet, ["s1", "s2", "s3"])
    assert all(reasons for reasons in refused.values())
    if not refused:
        assert len(taken) == len(sheet)
        assert all(0 <= float(row["score"]) <= float(row["out_of"]) > 0 for row in taken)
        assert len({row["student_id"] for row in taken}) == len(taken)
