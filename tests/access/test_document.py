"""The OpenAPI document of everything is one that tools can read."""

from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.access.test_matrix import Operation


def test_it_is_what_the_standard_says(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    faults = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in OpenAPIV31SpecValidator(document).iter_errors()]
    assert faults == []


def test_every_operation_says_that_it_may_be_asked_too_often(operations: dict[str, Operation]) -> None:
    silent = [id for id, (_, _, found) in operations.items() if "Retry-After" not in found["responses"]["429"]["headers"]]
    assert silent == []
