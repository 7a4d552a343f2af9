"""One overlay, built once; a test breaks what came of it, which takes no time."""

from copy import deepcopy

import pytest

from deploy.k8s.check import OVERLAYS
from deploy.k8s.resources import Resource, build, named


@pytest.fixture(scope="session")
def built() -> list[Resource]:
    return build(OVERLAYS / "prod")


@pytest.fixture
def resources(built: list[Resource]) -> list[Resource]:
    return deepcopy(built)


def one(resources: list[Resource], kind: str, name: str) -> Resource:
    found = named(resources, kind, name)
    assert found is not None, f"there is no {kind} {name}"
    return found
