"""A service at several addresses: they share its requests, and one that is down is not missed."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from aiohttp import web

from gateway.addresses import Addresses
from tests.gateway.support import Backend, Platform, problem
from tests.support.waiting import eventually

TODAY = "/v1/branches/b1/today/s1"
HOMEWORK = "/v1/branches/b1/homework"


@dataclass
class Pair:
    """Two processes of one service."""

    first: Backend
    second: Backend

    @property
    def seen(self) -> list[int]:
        """How many requests each got."""
        return [len(self.first.seen), len(self.second.seen)]


@dataclass
class Doubled:
    platform: Platform
    reports: Pair
    roster: Pair
    teacher: str


@pytest.fixture(scope="module")
def _doubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doubled]:
    platform = Platform(tmp_path_factory.mktemp("doubled"))
    reports, roster = _pair(platform, "reports"), _pair(platform, "roster")
    for backend in (reports.second, roster.second):
        backend.start()
    try:
        yield Doubled(platform.start(), reports, roster, platform.key.token("t1", {"b1": ["teacher"]}))
    finally:
        for backend in (reports.second, roster.second):
            backend.stop()
        platform.stop()


def _pair(platform: Platform, name: str) -> Pair:
    first = platform.services[name]
    second = Backend(name, first.loop, documents=first.documents)
    platform.gateway.environment[f"{name.upper()}_URL"] = f"{first.url}, {second.url}"
    return Pair(first, second)


@pytest.fixture
def doubled(_doubled: Doubled) -> Iterator[Doubled]:
    yield _doubled
    for backend in (_doubled.reports.first, _doubled.reports.second):
        backend.answers.clear()
        backend.seen.clear()


def test_requests_are_spread_evenly(doubled: Doubled) -> None:
    for _ in range(10):
        assert doubled.platform.get(TODAY, doubled.teacher).status_code == 200
    assert doubled.reports.seen == [5, 5]


@pytest.mark.parametrize("which", ["first", "second"])
@pytest.mark.parametrize("size", [0, 2, 900_000])  # the last comes and goes in blocks
def test_where_one_is_down_the_other_gets_each_request_whole(doubled: Doubled, which: str, size: int) -> None:
    reports = doubled.reports
    down, up = (reports.first, reports.second) if which == "first" else (reports.second, reports.first)
    down.stop()
    try:
        for number in range(4):
            body = bytes([number]) * size
            answer = doubled.platform.call("POST", HOMEWORK, doubled.teacher, data=body)
            assert answer.status_code == 200, answer.text
            assert up.last.body == body
        assert len(up.seen) == 4
    finally:
        down.start()


def test_where_all_are_down_the_service_is_missed(doubled: Doubled) -> None:
    reports = doubled.reports
    reports.first.stop()
    reports.second.stop()
    try:
        answer = doubled.platform.get(TODAY, doubled.teacher)
        assert (answer.status_code, problem(answer)) == (503, "service-unavailable")
        assert answer.json()["service"] == "reports"
    finally:
        reports.first.start()
        reports.second.start()
    assert doubled.platform.get(TODAY, doubled.teacher).status_code == 200


def test_what_one_may_have_done_is_not_asked_of_the_other(doubled: Doubled) -> None:
    taken = []

    async def hang_up(request: web.BaseRequest) -> web.Response:
        taken.append(await request.read())
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    doubled.reports.first.answers[HOMEWORK] = doubled.reports.second.answers[HOMEWORK] = hang_up
    answer = doubled.platform.call("POST", HOMEWORK, doubled.teacher, data=b"once")
    assert (answer.status_code, problem(answer)) == (503, "service-unavailable")
    assert "Look whether" in answer.json()["detail"]
    assert taken == [b"once"]


@pytest.mark.parametrize("which", ["first", "second"])
def test_what_the_gateway_keeps_comes_from_whichever_is_up(doubled: Doubled, which: str) -> None:
    platform, down = doubled.platform, getattr(doubled.roster, which)
    before = dict(platform.services["roster"].documents["/internal/subscriptions"]["branches"])
    down.stop()
    try:
        platform.subscribe({**before, "b1": ["meetings"]})
        eventually(lambda: platform.get(TODAY, doubled.teacher).status_code == 403)
        assert "not_refreshed" not in platform.log
    finally:
        platform.subscribe(before)
        down.start()
    eventually(lambda: platform.get(TODAY, doubled.teacher).status_code == 200)


def test_one_address_is_the_simple_case() -> None:
    alone = Addresses("http://reports/")
    assert alone == ("http://reports",)
    rounds = alone.rounds()
    assert [next(rounds) for _ in range(3)] == [("http://reports",)] * 3


def test_each_round_begins_with_the_next_and_has_all() -> None:
    rounds = Addresses("http://a:1,http://b:2,http://c:3").rounds()
    begun = [next(rounds) for _ in range(6)]
    assert [each[0] for each in begun] == ["http://a:1", "http://b:2", "http://c:3"] * 2
    assert all(len(set(each)) == 3 for each in begun)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("http://a:1,b:2", "number 2 is none"),
        ("http://a:1,http://b:port", "number 2 is none"),
        ("http://a:1,", "number 2 is none"),
        (",http://a:1", "number 1 is none"),
        ("amqp://a:1", "wants an address like http://host:port, or several with commas between: number 1 is none"),
        ("http://a:1 http://b:2", "number 1 is none"),
        ("http://a:1,http://a:1/", "wants each address once"),
    ],
)
def test_what_is_no_address_is_named_by_its_place(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Addresses(text)
