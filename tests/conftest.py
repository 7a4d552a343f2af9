"""Fixtures: the real broker and database, and services started for real on them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from deploy.local import infrastructure as local
from deploy.local.infrastructure import Infrastructure
from tests.support.services import Service
from tests.support.sharing import Shared

# Times are measured in bench/: what two tests beside each other take says nothing.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# What `make security` takes its time for.
settings.register_profile("long", settings.get_profile("unhurried"), max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "unhurried")


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist: without -n nothing is shared
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return Shared(config, log)


@pytest.fixture(scope="session")
def infrastructure() -> Iterator[Infrastructure]:
    """A private broker and a private replica set, for the whole run, or for each of those that share it (`make test`)."""
    part = os.environ.get("PYTEST_XDIST_WORKER")
    started = local.start(Path(__file__).parents[1] / ".run" / (f"test-{part}" if part else "test"), hasty=True)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def started(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Service]]:
    """`started("reports", SETTING="value")`: one service with its relay and worker, for a module's tests."""
    services: list[Service] = []

    def start(name: str, **environment: str) -> Service:
        service = Service(name, infrastructure, tmp_path_factory.mktemp(name), environment)
        services.append(service)
        return service.start()

    yield start
    for service in services:
        service.stop()
