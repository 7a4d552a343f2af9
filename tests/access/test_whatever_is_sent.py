"""Whatever is sent by whomever: no fault of ours, an answer as the document says, nothing of another branch."""

import os
from functools import cache
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from schoolbus.rights import RIGHTS
from tests.access.asks import ASKS
from tests.access.asks.ask import Ask
from tests.access.world import OTHER_BRANCH, OTHER_CHILD, OWN, PLACES, World
from tests.support.http import http
from tests.support.platform import Client

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@schemathesis.serializer("application/zip", "*/*")
def as_bytes(_context: Any, value: Any) -> bytes:
    """Whatever came by chance, as a body that is no JSON."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


# Of each operation, by each of its callers; the first is the simplest there is. `make security` asks for more.
EXAMPLES = int(os.environ.get("EXAMPLES") or 2)
NAMING = ("reports.putCategory",)  # a name is a branch's own: another's, put here, is a new record here
# Which branches there are, and at which of them somebody is who may be one person with somebody here: their names, no more.
TELLING_BRANCHES = ("roster.list_matches", "roster.list_other_branches")
_own_names: set[Any] = set()
SETTINGS = settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],  # the others trace every line
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_nothing_that_is_sent_breaks_anything(world: World, document: dict[str, Any]) -> None:
    schema = schemathesis.openapi.from_dict(document)
    callers = world.callers()
    operations = sorted((found.ok() for found in schema.get_all_operations()), key=_operators_alone)
    wrong = []
    for operation in operations:
        try:
            _try(world, operation, {role: callers[role] for role in _roles(operation, list(callers))})
        except (AssertionError, BaseExceptionGroup) as error:
            wrong.append(f"{operation.label}: {error}")
    assert wrong == [], "\n\n".join(wrong)


def _roles(operation: APIOperation, all_roles: list[str]) -> list[str]:
    """Whoever may: what they send is read. Of those who may not, who are sent away before that, nobody and one more, each time
    another. An operator sees all branches, and asks what nobody else may."""
    right = RIGHTS.get(operation.definition.raw.get("x-right"))
    able = [role for role in all_roles if right and role in right.roles and (role != "operator" or _operators_alone(operation))]
    unable = [role for role in all_roles if role not in (*able, "operator", "nobody")]
    return [*able, *unable[len(operation.label) % len(unable) :][:1], "nobody"]


def _operators_alone(operation: APIOperation) -> bool:
    """What nobody else may, who sees one branch. It comes last: it changes much for the others."""
    right = operation.definition.raw.get("x-right")
    return right is not None and "operator" in RIGHTS[right].roles and not set(RIGHTS[right].roles) - {"operator", "machine"}


def _try(world: World, operation: APIOperation, callers: dict[str, Client]) -> None:
    ask = ASKS.get(operation.definition.raw["operationId"])

    places = st.sampled_from([OWN, OWN, OTHER_BRANCH, ""])
    cases = operation.as_strategy()  # one for all: what it has made out of the schema it keeps
    asked = st.tuples(*(st.tuples(st.just(role), cases, places) for role in sorted(callers)))

    @SETTINGS
    @given(asked)
    def all_roles(requests: tuple[tuple[str, Case, str], ...]) -> None:
        for role, case, place in requests:
            _one(world, operation, ask, (role, callers[role]), case, place)

    all_roles()


def _one(world: World, operation: APIOperation, ask: Ask | None, who: tuple[str, Client], case: Case, place: str) -> None:
    role, client = who
    if place:  # else whatever came by chance
        ids = world.ids(ask, place) if ask else PLACES[place].ids
        case.path_parameters = {name: ids.get(name, value) for name, value in case.path_parameters.items()}
    headers = {"Authorization": f"Bearer {client.token}"} if client.token else {}
    response = case.call(base_url=world.platform.url, headers=headers, timeout=30, allow_redirects=False, session=http)
    case.validate_response(response, checks=CHECKS)
    if ask and place and response.status_code < 400:
        world.used(ask, place)
    named = set((case.path_parameters or {}).values())
    id = operation.definition.raw["operationId"]
    if id in TELLING_BRANCHES:
        named.add(PLACES[OTHER_BRANCH].ids["branch_id"])
    if id in NAMING and response.status_code < 400:
        _own_names.update(named)
    hidden = _others_ids() - named - _own_names
    shown = [id for id in hidden if id.encode() in response.content]
    assert role == "operator" or not shown, f"{operation.label} as {role} shows what is another branch's: {shown}"


@cache
def _others_ids() -> frozenset[str]:
    """Of all that is in the other branch, and in no place of the callers' own."""
    own = {id for place in (OWN, OTHER_CHILD) for id in PLACES[place].ids.values()}
    return frozenset(id for id in PLACES[OTHER_BRANCH].ids.values() if len(id) > 20) - own
