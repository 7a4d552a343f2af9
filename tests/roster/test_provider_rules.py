"""The provider's rules, as plain values."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from schoolbus.oneroster import query
from schoolbus.problems import Problem
from services.roster.provider import shapes
from services.roster.provider.reach import Reach
from services.roster.provider.resources import CLASSES, ENROLLMENTS, ORGS, USERS


@given(st.text(max_size=60))
@example("givenName='a' OR givenName='b'")
@example("givenName='$where'")
def test_a_filter_is_a_condition_on_known_fields_or_a_problem(text):
    condition: dict[str, Any] = {}
    with suppress(Problem):
        condition = query.filtered(text, USERS.known)
    assert json.dumps(condition, default=str)
    for part in condition.get("$and") or condition.get("$or") or [condition]:
        assert not {"$where", "$expr", "$function"} & set(part)


@given(st.sampled_from(["a' OR status='tobedeleted", "x'", "''", "\\'", "$ne", "'' AND ''"]), st.sampled_from(list("=~")))
def test_a_value_stays_a_value(value, operator):
    quoted = value.replace("'", "''")
    condition = query.filtered(f"givenName{operator}'{quoted}'", USERS.known)
    assert set(condition) == {"given_name"}


def test_reach_holds_whatever_is_asked():
    reach = Reach(branch_ids=("b1",), sources=("s",))
    asked = {"$or": [{"branch_id": "b2"}, {"_id": "x"}]}
    assert reach.filter(asked) == {"$and": [{"branch_id": {"$in": ["b1"]}}, asked]}
    assert reach.filter({"branch_id": "b2"})["$and"][0] == {"branch_id": {"$in": ["b1"]}}


def test_shapes_bear_records_with_and_without_further_columns():
    record = {"_id": "i", "source": "s", "sourced_id": "x", "active": True, "branch_id": "b", "digest": b"d"}
    around = shapes.Around("https://rabta.example.pk")
    class_ = {**record, "title": "5-A", "grade": "05,06", "homeroom": False, "subject": None, "course_id": None, "term_ids": []}
    assert shapes.class_(class_, around)["grades"] == ["05", "06"]
    more = {"classCode": "5A", "subjectCodes": "1,2", "periods": ["1"]}
    shown = shapes.class_({**class_, "extra": more}, around)
    assert (shown["classCode"], shown["subjectCodes"], shown["periods"]) == ("5A", ["1", "2"], ["1"])
    person = {
        **record,
        "branch_id": ["b"],
        "roles": {},
        "given_name": "A",
        "family_name": "",
        "extra": {"userIds": "{Fed:12},{x}"},
    }
    assert shapes.user(person, around)["userIds"] == [{"type": "Fed", "identifier": "12"}]
    assert {"class", "user"} <= ENROLLMENTS.shown
    assert CLASSES.many == "classes"
    assert ORGS.kept == ("branches", "units")
