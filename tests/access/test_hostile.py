"""Somebody wants more than is theirs: operators of the database, fields not asked for, guessed ids, odd paths."""

from typing import Any
from uuid import uuid4

import pytest
import requests

from schoolbus.rights import RIGHTS
from tests.access.asks import ASKS, PUBLIC
from tests.access.asks.ask import Ask, filled
from tests.access.test_matrix import Operation, asked
from tests.access.world import OWN, World
from tests.support.platform import Client

OPERATOR = {"$gt": ""}
WRONG = (400, 404, 415, 422)
MORE = {"branch_id": "b2", "_id": "x", "roles": ["operator"], "operator": True, "version": 99, "active": False, "outbox": []}
BODIES = {name: ask for name, ask in ASKS.items() if isinstance(ask.body, dict)}
QUERIES = {name: ask for name, ask in ASKS.items() if ask.query}


def whoever_may(world: World, operation: Operation) -> Client:
    """A caller whose role has the operation's right in the first branch."""
    callers = world.callers()
    return callers[RIGHTS[operation[2]["x-right"]].roles[0]]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a body."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, each in inner for found in [(*path, name), *places(each, (*path, name))]]


def put(value: Any, path: tuple[Any, ...], what: Any) -> Any:
    """A copy of a body with something else in one place."""
    if not path:
        return what
    copied = value.copy()
    copied[path[0]] = put(value[path[0]], path[1:], what)
    return copied


def taken(document: dict[str, Any], operation: Operation) -> set[str]:
    """The fields that a body may have."""
    schema = operation[2]["requestBody"]["content"]["application/json"]["schema"]
    return set(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"])


def is_empty(answer: requests.Response) -> bool:
    if answer.status_code == 200 and "csv" in answer.headers["Content-Type"]:
        return len(answer.text.splitlines()) == 1  # the names of its columns
    if answer.status_code != 200 or "json" not in answer.headers["Content-Type"]:
        return False
    found = answer.json()
    return found.get("items") == [] or found.get("total") == 0 or found == {"sent": 0, "stays": 0, "next": None}


@pytest.mark.parametrize("name", sorted(BODIES))
def test_an_operator_of_the_database_is_no_value(world: World, operations: dict[str, Operation], name: str) -> None:
    client, ids = whoever_may(world, operations[name]), world.ids(ASKS[name], OWN)
    for path in places(BODIES[name].body):
        body = put(BODIES[name].body, path, OPERATOR)
        answer = asked(client, operations[name], Ask(BODIES[name].about, BODIES[name].query, body), ids)
        assert answer.status_code in WRONG, f"{path}: {answer.status_code} {answer.text}"


@pytest.mark.parametrize("name", sorted(BODIES))
def test_what_is_not_asked_for_is_refused(
    world: World, document: dict[str, Any], operations: dict[str, Operation], name: str
) -> None:
    client, ids = whoever_may(world, operations[name]), world.ids(ASKS[name], OWN)
    for field in MORE.keys() - taken(document, operations[name]):
        body = BODIES[name].body | {field: MORE[field]}
        answer = asked(client, operations[name], Ask(BODIES[name].about, BODIES[name].query, body), ids)
        assert answer.status_code == 422, f"{field}: {answer.status_code} {answer.text}"


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_an_operator_in_the_query_finds_nothing(world: World, operations: dict[str, Operation], name: str) -> None:
    client, ids = whoever_may(world, operations[name]), world.ids(ASKS[name], OWN)
    required = {each["name"] for each in operations[name][2]["parameters"] if each.get("required")}
    for parameter, value in QUERIES[name].query.items():
        rest = {key: each for key, each in QUERIES[name].query.items() if key != parameter}
        unknown = [{f"{parameter}[$gt]": ""}] if parameter in required else []  # else it is as if nothing was said
        for odd in (*unknown, {parameter: f'{{"$gt": "{name}"}}'}, {parameter: [filled(value, ids), "x"]}):
            answer = asked(client, operations[name], Ask(QUERIES[name].about, rest | odd, QUERIES[name].body), ids)
            assert answer.status_code in (*WRONG, 403) or is_empty(answer), f"{odd}: {answer.status_code} {answer.text}"


def test_guessed_ids_lead_nowhere(world: World, operations: dict[str, Operation]) -> None:
    """In the caller's own branch: another id of the same form, a short one, one with an operator."""
    for name, (method, _, found) in operations.items():
        parameters = [each["name"] for each in found["parameters"] if each["in"] == "path" and each["name"] != "branch_id"]
        if name in PUBLIC or method != "GET" or not parameters:
            continue
        for guess in (str(uuid4()), "1", "$ne", "[$gt]", "%00"):
            ids = world.ids(ASKS[name], OWN) | dict.fromkeys(parameters, guess)
            answer = asked(whoever_may(world, operations[name]), operations[name], ASKS[name], ids)
            assert answer.status_code in (400, 403, 404, 422), f"{name} {guess}: {answer.status_code} {answer.text}"


@pytest.mark.parametrize(
    "trick", ["../{b2}", "{b1}/../{b2}", "{b1}%2f..%2f{b2}", "{b1}/./", "{b1}//", "{b2}%00", "{b1};{b2}", "{b1}?x=/{b2}"]
)
def test_tricks_in_the_path_reach_no_other_branch(world: World, trick: str) -> None:
    """As bytes on the wire: a client's library would tidy them up."""
    head = world.callers()["head"]
    b1, b2 = (world.platform.id("branch", name) for name in ("b1", "b2"))
    answer = head.raw_get(f"/v1/branches/{trick.format(b1=b1, b2=b2)}/people")
    assert answer.status in (400, 403, 404, 405, 422), answer.status  # 422: of their own branch, with a query that is none
    assert b2.encode() not in answer.read()
