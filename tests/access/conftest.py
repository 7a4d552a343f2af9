from collections.abc import Iterator
from typing import Any

import pytest

from deploy.local.infrastructure import Infrastructure
from tests.access.test_matrix import Operation
from tests.access.world import World
from tests.support.platform import Platform


@pytest.fixture(scope="package")
def world(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    platform = Platform(infrastructure, tmp_path_factory.mktemp("access")).start()
    try:
        yield World(platform)
    finally:
        platform.stop()


@pytest.fixture(scope="package")
def document(world: World) -> dict[str, Any]:
    """The OpenAPI document of everything, as the gateway gives it."""
    found: dict[str, Any] = world.platform.nobody().get("/openapi.json")
    return found


@pytest.fixture(scope="package")
def operations(document: dict[str, Any]) -> dict[str, Operation]:
    return {
        found["operationId"]: (verb.upper(), path, found)
        for path, item in document["paths"].items()
        for verb, found in item.items()
        if isinstance(found, dict) and "operationId" in found
    }
