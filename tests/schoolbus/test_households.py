"""Children who share a guardian hear of a day together."""

from hypothesis import given
from hypothesis import strategies as st

from schoolbus.households import chunks, together

students = st.lists(st.integers(0, 40).map("s{}".format), unique=True, max_size=30)
pairs = st.lists(st.tuples(st.integers(0, 12).map("g{}".format), st.integers(0, 40).map("s{}".format)), max_size=30)


@given(students, pairs, st.integers(1, 10))
def test_each_student_is_in_one_part_and_a_family_is_cut_only_when_it_is_too_large(students, pairs, most):
    parts = chunks(students, pairs, most)
    assert sorted(id for part in parts for id in part) == sorted(students)
    assert all(0 < len(part) <= most for part in parts)
    for family in together(students, pairs):
        if len(family) <= most:
            assert sum(bool(set(family) & set(part)) for part in parts) == 1


@given(students, pairs)
def test_who_shares_a_guardian_is_of_one_family(students, pairs):
    family_of = {id: place for place, family in enumerate(together(students, pairs)) for id in family}
    for guardian, child in pairs:
        for other_guardian, sibling in pairs:
            if guardian == other_guardian and child in family_of and sibling in family_of:
                assert family_of[child] == family_of[sibling]


def test_who_shares_none_is_of_none():
    assert together(["a", "b", "c"], [("g", "a"), ("g", "stranger"), ("h", "c")]) == [["a"], ["b"], ["c"]]
