"""The process: rates, health, metrics, logs, start and stop."""

import asyncio
import concurrent.futures
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from aiohttp import web

from tests.gateway.support import Platform, problem
from tests.support.processes import ROOT
from tests.support.waiting import eventually

TODAY = "/v1/branches/b1/today/s1"


@pytest.fixture
def alone(tmp_path: Path) -> Platform:
    """A platform of the test's own, not started."""
    return Platform(tmp_path, REQUESTS_PER_MINUTE="20", SIGN_INS_PER_MINUTE="5")


def test_too_often_is_refused_for_each_alone(alone: Platform) -> None:
    alone.start()
    try:
        sign_in = [
            alone.call("POST", "/v1/sign-in/code", headers={"X-Forwarded-For": "203.0.113.1"}, json={}) for _ in range(6)
        ]
        assert [answer.status_code for answer in sign_in] == [200] * 5 + [429]
        assert problem(sign_in[-1]) == "too-many-requests"
        assert 1 <= int(sign_in[-1].headers["Retry-After"]) <= 12
        assert alone.call("POST", "/v1/sign-in/code", headers={"X-Forwarded-For": "203.0.113.2"}, json={}).status_code == 200
        refreshed = [
            alone.call("POST", "/v1/sign-in/refresh", headers={"X-Forwarded-For": "203.0.113.1"}, json={}) for _ in range(6)
        ]
        assert {answer.status_code for answer in refreshed} == {200}, "who is signed in already stays so, behind any address"
        assert alone.call("POST", "/v1/carriers/sms", headers={"X-Forwarded-For": "203.0.113.1"}).status_code == 200
        tokens = [alone.key.token("t1", {"b1": ["teacher"]}, jti=str(number)) for number in range(21)]
        answers = [alone.get(TODAY, token).status_code for token in tokens]  # a person's tokens share one bucket
        assert answers == [200] * 20 + [429]
        assert alone.get(TODAY, alone.key.token("t2", {"b1": ["teacher"]})).status_code == 200
    finally:
        alone.stop()


def test_what_is_left_is_told_in_the_standard_headers(alone: Platform) -> None:
    alone.start()
    try:
        answers = [alone.get(TODAY, alone.key.token("t1", {"b1": ["teacher"]})) for _ in range(21)]
        assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"requests";q=20;w=60'}
        left = [int(re.findall(r"r=(\d+)", answer.headers["RateLimit"])[0]) for answer in answers]
        assert left[0] == 19
        assert left[-1] == 0
        assert left == sorted(left, reverse=True)
        machine = alone.get(TODAY, alone.key.token("machine:sis", {"b1": ["machine"]}))
        assert machine.headers["RateLimit-Policy"] == '"requests";q=3000;w=60'
    finally:
        alone.stop()


def test_who_guesses_tokens_has_to_wait_and_nobody_else(tmp_path: Path) -> None:
    platform = Platform(tmp_path, BAD_TOKENS_PER_MINUTE="3")
    platform.start()
    try:
        here, there = {"X-Forwarded-For": "203.0.113.1"}, {"X-Forwarded-For": "203.0.113.2"}
        guesses = [platform.get(TODAY, f"guess{number}", headers=here).status_code for number in range(5)]
        assert guesses == [401] * 3 + [429] * 2
        assert platform.get(TODAY, "guess", headers=there).status_code == 401
        assert platform.get(TODAY, platform.key.token("t1", {"b1": ["teacher"]}), headers=here).status_code == 200
        assert platform.get(TODAY, headers=here).status_code == 401, "no token at all is no guess"
    finally:
        platform.stop()


def test_an_address_has_a_limit_whoever_is_signed_in(tmp_path: Path) -> None:
    platform = Platform(tmp_path, ADDRESS_REQUESTS_PER_MINUTE="4")
    platform.start()
    try:
        tokens = [platform.key.token(f"t{number}", {"b1": ["teacher"]}) for number in range(5)]
        assert [platform.get(TODAY, token).status_code for token in tokens] == [200] * 4 + [429]
    finally:
        platform.stop()


def test_pages_of_named_origins_may_read_answers(tmp_path: Path) -> None:
    platform = Platform(tmp_path, CORS_ORIGINS="https://portal.example, https://app.example:8443")
    platform.start()
    try:
        token = platform.key.token("t1", {"b1": ["teacher"]})
        asked = {"Origin": "https://portal.example", "Access-Control-Request-Method": "PUT"}
        before = platform.call("OPTIONS", TODAY, headers=asked)
        assert before.status_code == 204
        assert "PUT" in before.headers["Access-Control-Allow-Methods"]
        assert "Authorization" in before.headers["Access-Control-Allow-Headers"]
        read = platform.get(TODAY, token, headers={"Origin": "https://portal.example"})
        assert read.headers["Access-Control-Allow-Origin"] == "https://portal.example"
        assert "Origin" in read.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in read.headers
        refused = platform.get(TODAY, headers={"Origin": "https://portal.example"})
        assert refused.headers["Access-Control-Allow-Origin"] == "https://portal.example", "a page can read why"
        stranger = {**asked, "Origin": "https://elsewhere.example"}
        assert platform.call("OPTIONS", TODAY, headers=stranger).status_code == 405
        assert "Access-Control-Allow-Origin" not in platform.get(TODAY, token, headers=stranger).headers
    finally:
        platform.stop()


def test_until_roster_has_answered_nobody_gets_in_and_then_they_do(alone: Platform) -> None:
    roster = alone.services["roster"]
    alone.services["reports"].start()
    alone.gateway.start()
    try:
        token = alone.key.token("t1", {"b1": ["teacher"]})
        eventually(lambda: answers(alone))
        assert requests.get(f"http://127.0.0.1:{alone.metrics_port}/health/live", timeout=30).status_code == 200
        assert requests.get(f"http://127.0.0.1:{alone.metrics_port}/health/ready", timeout=30).status_code == 503
        assert alone.get(TODAY, token).status_code == 503
        assert alone.get("/health").status_code == 200
        roster.start()
        eventually(lambda: alone.get(TODAY, token).status_code == 200)
        alone.gateway.wait_ready()
    finally:
        alone.stop()


def test_sigterm_ends_what_is_under_way_and_takes_nothing_new(alone: Platform) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(request: web.BaseRequest) -> web.Response:
        arrived.set()
        await go_on.wait()
        return web.Response(text="done")

    alone.services["reports"].answers[TODAY] = slow
    alone.start()
    try:
        token = alone.key.token("t1", {"b1": ["teacher"]})
        with concurrent.futures.ThreadPoolExecutor() as threads:
            under_way = threads.submit(alone.get, TODAY, token)
            eventually(arrived.is_set)
            assert alone.gateway.popen is not None
            alone.gateway.popen.terminate()
            eventually(lambda: not answers(alone))
            assert not under_way.done()
            alone.services["reports"].loop.call_soon_threadsafe(go_on.set)
            answer = under_way.result()
        assert (answer.status_code, answer.text) == (200, "done")
        assert alone.gateway.popen.wait(60) == 0
        assert "Traceback" not in alone.log
    finally:
        alone.stop()


def test_a_taken_port_and_a_missing_setting_are_one_clear_line(platform: Platform) -> None:
    taken = {**platform.gateway.environment, "PATH": ""}
    for environment, said in ((taken, "can't listen"), ({}, "HTTP_PORT is not set; METRICS_PORT is not set")):
        ended = subprocess.run(
            [sys.executable, "-m", "gateway"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
        )
        assert ended.returncode == 78
        assert said in ended.stderr
        assert ended.stderr.count("\n") == 1


def test_the_gateway_needs_only_its_own_libraries() -> None:
    others = "eventlet nameko kombu pymongo marshmallow apispec werkzeug requests argon2 phonenumbers"
    look = f"import sys, gateway.__main__; print([name for name in {others.split()} if name in sys.modules])"
    command = [sys.executable, "-c", look]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout == "[]\n"


def test_metrics_answer_by_service_and_class_and_never_by_person(platform: Platform, teacher: str) -> None:
    platform.get(TODAY, teacher)
    platform.get("/v1/people-of-no-route/03001234567")
    metrics = requests.get(f"http://127.0.0.1:{platform.metrics_port}/metrics", timeout=30).text
    assert 'rabta_gateway_requests_total{method="GET",service="reports",status="2xx"}' in metrics
    assert 'rabta_gateway_request_seconds_bucket{le="0.1",service="reports"}' in metrics
    assert 'rabta_gateway_refused_total{problem="not-found"}' in metrics
    assert 'rabta_event_loop_tick_age_seconds{service="gateway"}' in metrics
    assert "03001234567" not in metrics
    assert "b1" not in metrics


def test_slow_points_carry_the_correlation_id(platform: Platform, teacher: str) -> None:
    """In OpenMetrics, which Prometheus asks for."""
    known = platform.get("/v1/branches/b1/today", teacher).headers["X-Correlation-ID"]
    address = f"http://127.0.0.1:{platform.metrics_port}/metrics"
    accept = {"Accept": "application/openmetrics-text;version=1.0.0"}
    assert f'correlation_id="{known}"' in requests.get(address, headers=accept, timeout=30).text
    assert known not in requests.get(address, timeout=30).text


def test_the_log_tells_of_each_request_and_nothing_of_a_person(platform: Platform, teacher: str) -> None:
    headers = {"X-Correlation-ID": "find-me-in-the-log", "X-Forwarded-For": "203.0.113.77", "User-Agent": "Ayesha's phone"}
    platform.call("POST", TODAY + "?phone=03001234567&name=Ayesha", teacher, headers=headers, json={"note": "Bilal was ill"})
    platform.get("/v1/branches/03007654321/today?phone=03001234567", teacher)
    platform.get("/v1/Ayesha/03001234567")
    platform.get(TODAY, "not.a.token")
    line = eventually(lambda: next((line for line in platform.log.splitlines() if "find-me-in-the-log" in line), None))
    for field in (
        '"method": "POST"',
        '"service": "reports"',
        '"resource": "today"',
        '"branch_id": "b1"',
        '"person_id": "t1"',
        '"status": 200',
    ):
        assert field in line
    platform.get("/v1/last", headers={"X-Correlation-ID": "the-last-of-these"})
    eventually(lambda: "the-last-of-these" in platform.log)
    for secret in (
        "03001234567",
        "03007654321",
        "Ayesha",
        "Bilal",
        "203.0.113.77",
        "not.a.token",
        teacher,
        teacher.split(".")[1],
    ):
        assert secret not in platform.log


def answers(platform: Platform) -> bool:
    try:
        return platform.get("/health").ok
    except requests.ConnectionError:
        return False
