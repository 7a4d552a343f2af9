"""Whatever is sent by whomever: no fault of ours, an answer as the document says, nothing of another branch."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from tests.access.world import OTHER_BRANCH, OWN, PLACES, World
from tests.support.platform import Client

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@schemathesis.serializer("application/zip", "*/*")
def as_bytes(_context: Any, value: Any) -> bytes:
    """Whatever came by chance, as a body that is no JSON."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


EXAMPLES = 20  # of each operation, by callers of all roles


def test_nothing_that_is_sent_breaks_anything(world: World, document: dict[str, Any]) -> None:
    schema = schemathesis.openapi.from_dict(document)
    callers = {role: client for role, client in world.callers().items() if role != "operator"}
    for found in schema.get_all_operations():
        _try(world, found.ok(), callers)


def _try(world: World, operation: APIOperation, callers: dict[str, Client]) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(), st.sampled_from(sorted(callers)), st.sampled_from([OWN, OWN, OTHER_BRANCH, ""]))
    def one(case: Case, role: str, place: str) -> None:
        client = callers[role]
        if place:  # else whatever came by chance
            ids = PLACES[place].ids
            case.path_parameters = {name: ids.get(name, value) for name, value in case.path_parameters.items()}
        headers = {"Authorization": f"Bearer {client.token}"} if client.token else {}
        response = case.call(base_url=world.platform.url, headers=headers, timeout=30, allow_redirects=False)
        case.validate_response(response, checks=CHECKS)
        assert PLACES[OTHER_BRANCH].ids["branch_id"].encode() not in response.content, (
            f"{operation.label} as {role} shows another branch"
        )

    one()
