"""What stands in addresses and headers: OneRoster's filters, pages, and tokens."""

import base64
import json
from typing import Any

import bson
import jwt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schoolbus.caller import from_claims, read_caller, sign_caller
from schoolbus.oneroster import query
from schoolbus.paging import Paging
from schoolbus.problems import Problem
from services.notifications.webhooks import addresses
from tests.fuzz.anything import refusing, spoilt, texts, values

SECRET = "s" * 32
FIELDS = {
    "sourcedId": query.text("_id"),
    "dateLastModified": query.moment("changed_at"),
    "dueDate": query.day("due_on"),
    "score": query.number("score"),
    "status": query.flag("active", {"active": True, "tobedeleted": False}),
    "user": query.reference("person_id", lambda value: [value]),
    "role": query.choice({"student": {"role": "student"}, "teacher": {"role": "teacher"}}),
}
OPERATORS = ["=", "!=", ">", ">=", "<", "<=", "~", "", "==", "$ne"]
VALUES = (
    texts()
    | st.dates().map(str)
    | st.datetimes().map(str)
    | st.decimals(allow_nan=False).map(str)
    | st.sampled_from(["active", "student"])
)
PREDICATE = st.builds("{}{}'{}'".format, st.sampled_from([*FIELDS, "$where", "password"]), st.sampled_from(OPERATORS), VALUES)
FILTERS = texts(200) | PREDICATE | st.builds("{} {} {}".format, PREDICATE, st.sampled_from(["AND", "OR", "and", ""]), PREDICATE)
ALLOWED = {
    "$and",
    "$or",
    "$nor",
    "$eq",
    "$ne",
    "$gt",
    "$gte",
    "$lt",
    "$lte",
    "$in",
    "$nin",
    "$regex",
    "$options",
    "$expr",
    "$toDecimal",
}


def names(condition: Any) -> set[str]:
    if isinstance(condition, dict):
        return set(condition).union(*map(names, condition.values()))
    return set().union(*map(names, condition)) if isinstance(condition, list) else set()


@given(FILTERS)
@example("sourcedId='" + "''" * 5000)
@example("sourcedId~'" + "(a+)+$" * 40 + "'")
def test_a_filter_is_values_of_known_fields_and_nothing_else(text: str) -> None:
    with refusing(400):
        condition = query.filtered(text, FIELDS)
        assert bson.encode(condition)
        assert names(condition) <= ALLOWED | {"_id", "changed_at", "due_on", "score", "active", "person_id", "role"}


@given(texts(), texts(), texts())
def test_an_order_and_a_choice_of_fields_are_known_ones_or_refused(name: str, order: str, chosen: str) -> None:
    with refusing(400):
        assert {field for field, _ in query.sorted_by(name, order, FIELDS)} <= {field.stored for field in FIELDS.values()}
    with refusing(400):
        assert (query.selected(chosen, frozenset(FIELDS)) or frozenset()) <= FIELDS.keys()


def as_place(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps([value, "id"]).encode()).decode()


@given(texts() | values("$date", "$oid", "$numberLong", "$binary").map(as_place))
@example(as_place({"$binary": {}}))
def test_a_place_in_a_list_is_a_place_or_refused(after: str) -> None:
    with refusing(422):
        assert bson.encode({"found": Paging(10, after).beyond("name", descending=False)})


@given(st.binary(max_size=200) | st.just(b"[" * 20_000), st.binary(max_size=60), st.binary(max_size=60))
def test_a_header_that_the_gateway_did_not_sign_is_nobody(head: bytes, claims: bytes, signature: bytes) -> None:
    made = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (head, claims, signature)).decode()
    for header in (made, head.decode("latin-1"), head.decode("utf-8", "surrogateescape")):
        with pytest.raises(Problem) as refused:
            read_caller(header, SECRET)
        assert refused.value.code == 401


@given(spoilt(sign_caller(from_claims({"sub": "p1", "operator": True}), "another secret of 32 characters!").encode()))
def test_no_word_of_another_signer_counts(header: bytes) -> None:
    for algorithm in ("none", "HS256"):
        made = jwt.encode(
            {"sub": "p1", "operator": True, "exp": 9999999999}, None if algorithm == "none" else "x" * 32, algorithm
        )
        for each in (header.decode("latin-1"), made):
            with pytest.raises(Problem):
                read_caller(each, SECRET)


@given(
    st.dictionaries(
        st.sampled_from(["sub", "roles", "operator", "scope", "sid", "how", "machine_of_chain", "exp"]), values("b1", "roles")
    )
)
def test_signed_claims_of_any_shape_are_a_caller_or_nobody(claims: dict[str, Any]) -> None:
    """Ours alone are signed; should another part sign nonsense, it is no rights."""
    try:
        header = jwt.encode({**claims, "exp": 9999999999}, SECRET, algorithm="HS256")
    except (TypeError, ValueError):
        return
    with refusing(401):
        caller = read_caller(header, SECRET)
        assert caller.operator is bool(claims.get("operator"))
        assert all(isinstance(held, frozenset) for held in caller.roles.values())


@given(texts(200) | st.builds("https://{}/{}".format, texts(), texts()))
def test_an_address_for_webhooks_is_public_https_or_refused(url: str) -> None:
    try:
        target = addresses.read(url)
    except ValueError:
        return
    assert target.scheme == "https"
    assert target.host.isascii()
    assert not any(character in target.host + target.path for character in "\r\n \0@\\")
