"""A change of a branch's subscription is in force at every gateway and in every service within 5 seconds; nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from deploy.local.processes import free_port
from tests.e2e.school import School
from tests.support.platform import Client, Platform
from tests.support.processes import Process
from tests.support.waiting import eventually

IN_FORCE = 5  # seconds


@pytest.fixture(scope="module")
def second_gateway(platform: Platform) -> Iterator[Process]:
    """Another replica: nothing goes through it that would tell it of a change at once."""
    first = platform.processes["gateway"]
    ports = {"HTTP_PORT": str(free_port()), "METRICS_PORT": str(free_port())}
    replica = Process("gateway.2", first.words, {**first.environment, **ports}, platform.folder, int(ports["METRICS_PORT"]))
    replica.start().wait_ready()
    yield replica
    replica.kill()


@contextmanager
def known(platform: Platform, school: School) -> Iterator[Any]:
    """The services that each service knows the branch to have."""
    branch_id = school.branch.rpartition("/")[2]
    with MongoClient(platform.infrastructure.mongodb_uri) as client:
        copies = [client[platform.database(name)]["branches"] for name in ("meetings", "reports", "notifications")]
        yield lambda: [sorted(copy.find_one({"branch_id": branch_id})["services"]) for copy in copies]


def asked(client: Client, path: str) -> requests.Response:
    return client.call("GET", path)


def test_what_is_suspended_is_refused_everywhere_and_comes_back_whole(
    school: School, platform: Platform, second_gateway: Process
) -> None:
    homework = school.set_homework("How stars burn")
    eventually(lambda: school.told("homework", homework))
    path = f"{school.branch}/homework?class_id={school.class_id}"
    elsewhere = Client(second_gateway.url, school.teacher.token)
    assert asked(elsewhere, path).status_code == 200
    overview = school.operator.get(f"{school.branch}/subscriptions")
    (in_force,) = [each for each in overview["subscriptions"] if each["state"] == "active"]
    one = f"{school.branch}/subscriptions/{in_force['subscription_id']}"

    with known(platform, school) as services:
        school.operator.post(f"{one}/suspension", {"reason": "Not paid"})
        refused = asked(school.teacher, path)
        assert refused.status_code == 403, "the gateway that it went through knows at once"
        assert (refused.json()["code"], refused.json()["suspended"]) == ("subscription_required", True)
        assert "operator" in refused.json()["detail"]
        eventually(lambda: asked(elsewhere, path).status_code == 403 and services() == [[]] * 3, timeout=IN_FORCE)
        assert school.head.get(f"{school.branch}/subscriptions")["suspended"] == overview["services"]

        school.operator.post(f"{one}/resumption", {})
        everything = [sorted(overview["services"])] * 3
        eventually(lambda: asked(elsewhere, path).status_code == 200 and services() == everything, timeout=IN_FORCE)
    for client in (school.teacher, elsewhere):
        assert homework in {item["homework_id"] for item in client.all(path)}
    assert school.told("homework", homework), "and what became of the messages about it"


def test_usage_comes_to_the_branch_and_to_the_chain(school: School) -> None:
    def used() -> Any:
        lines = school.head.get(f"{school.branch}/usage")["usage"]
        return next(line["value"] for line in lines if line["metric"] == "messages")

    assert eventually(used) > 0
    exported = school.operator.call("GET", "/v1/usage.csv")
    assert exported.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert school.head.call("GET", "/v1/usage.csv").status_code == 403
    rows = exported.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + len(school.chain.branch_ids)
